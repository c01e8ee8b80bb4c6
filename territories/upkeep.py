"""Bring a table up to date with loaded data: add what is new, mend what differs, leave the rest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _

BATCH = 1_000


class DataRefused(Exception):
    """The data cannot be loaded as they are; the words say what differs and how to go on."""


@dataclass(frozen=True)
class Outcome:
    """What became of one table: how many rows were added, changed and left as they were."""

    table: str
    added: int = 0
    changed: int = 0
    left: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.table, self.added + other.added, self.changed + other.changed, self.left + other.left)


def bring_up_to_date(
    rows: Iterable[models.Model],
    *,
    key: tuple[str, ...],
    fields: tuple[str, ...],
    may_mend: Callable[[models.Model, models.Model], bool] | None = None,
) -> Outcome:
    """Add the rows that are not there yet and mend those whose fields differ.

    `key` and `fields` are attribute names, `lead_id` rather than `lead`. Rows that the data do not
    name are never touched: somebody else may have made them. Where stored rows never change,
    `may_mend` says of a stored row and the wanted one whether this change is no change of what was decided.
    """
    wanted = {_read(row, key): row for row in rows}
    if not wanted:
        return Outcome("")
    model = type(next(iter(wanted.values())))
    stored = {_read(row, key): row for row in model._default_manager.filter(**_narrowed(key, wanted))}
    new = [row for found, row in wanted.items() if found not in stored]
    differing = []
    for found, row in wanted.items():
        old = stored.get(found)
        if old is not None and _read(old, fields) != _read(row, fields):
            row.pk = old.pk
            differing.append(row)
    if getattr(model, "append_only", False):
        refused = [row for row in differing if may_mend is None or not may_mend(stored[_read(row, key)], row)]
        if refused:
            raise DataRefused(_never_changed(model, refused))
    model._default_manager.bulk_create(new, batch_size=BATCH)
    if differing:
        names = [model._meta.get_field(name.removesuffix("_id")).name for name in fields]
        model._default_manager.bulk_update(differing, names, batch_size=BATCH)
    return Outcome(model._meta.label, len(new), len(differing), len(wanted) - len(new) - len(differing))


def _read(row: models.Model, names: tuple[str, ...]) -> tuple:
    return tuple(getattr(row, name) for name in names)


def _narrowed(key: tuple[str, ...], wanted: dict) -> dict:
    """Return a filter on the first part of the key, so that a big table is not read whole."""
    if len(wanted) > 50_000:
        return {}
    return {f"{key[0]}__in": {found[0] for found in wanted}}


def _never_changed(model, rows: list) -> str:
    return _(
        "%(rows)s is stored with other content, and stored rows of this kind never change. Give the new content a new "
        "version or key, or put the old file back. Nothing was loaded."
    ) % {"rows": ", ".join(str(row) for row in rows[:3])}
