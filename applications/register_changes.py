"""What the register says otherwise since a case was signed: from what to what, and when.

Out of the history of the cluster's row and, for further counties, of the record of the change. It begins with what
was signed, and ends with what the register says now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from applications import snapshots
from applications.models import Application, SignedFacts, Snapshot
from audit.models import Event
from clusters.models import ClusterHistory

FACTS = ("name", "lead", "further", "industry", "niche", "area_km2", "operator")


@dataclass(frozen=True)
class Change:
    """One fact that the register says otherwise than before; `at` is None where nobody kept the time."""

    at: datetime | None
    fact: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """Return the fact in words."""
        return label_of(self.fact)


def label_of(fact: str) -> str:
    """Return the name of a fact in the reader's language."""
    return {
        "name": _("Name of the cluster"), "lead": _("Leading county or zone"), "further": _("Further counties"),
        "industry": _("Dominant industry"), "niche": _("Niche"), "area_km2": _("Area"),
        "operator": _("Operating body"),
    }.get(fact, fact)  # fmt: skip


def in_words(facts: dict) -> dict[str, str]:
    """Return the facts of a snapshot or of the register (snapshots.facts_of) as texts that can be compared.

    Packets hold these texts and `verify` compares them: they are the same whatever language is read.
    """
    industry = facts["industry"]
    return {
        "name": facts["name"],
        "lead": facts["lead"]["name"],
        "further": "、".join(facts["further"]),
        "industry": f"{industry['code']} {industry['name']}".strip(),
        "niche": facts["niche"],
        "area_km2": facts["area_km2"],
        "operator": facts["operator"],
    }


def by_version(application: Application) -> list[list[Change]]:
    """Return what the register said otherwise after each submission, until the following one or now; oldest first."""
    if application.snapshot is None:
        return []
    taken = [application.snapshot]
    if application.snapshot.number > 1:
        taken = list(application.snapshots.select_related("facts").order_by("number"))
    pairs = zip(taken, [*taken[1:], None], strict=True)
    return [list(_changes(application, one, following)) for one, following in pairs]


def since(application: Application) -> list[Change]:
    """Return what the register says otherwise since the last submission, oldest first."""
    return list(_changes(application, application.snapshot, None)) if application.snapshot else []


def beside(changes: list[Change]) -> list[Change]:
    """Return one change a fact: from what was signed to what the register says now, with the time of the last."""
    last = {change.fact: change for change in changes}
    first = {change.fact: change for change in reversed(changes)}
    found = [Change(last[fact].at, fact, first[fact].before, last[fact].after) for fact in FACTS if fact in last]
    return [change for change in found if change.before != change.after]


def _changes(application: Application, signed: Snapshot, following: Snapshot | None) -> Iterator[Change]:
    """Yield what changed between one submission and the following one, or now."""
    known = in_words(snapshots.facts_signed(signed))
    if following is None and _is_untouched(application, known):
        return
    told = [*_of_the_row(application, signed, following), *_of_further_counties(application, signed, following)]
    for at, facts in sorted(told, key=lambda row: row[0]):
        yield from _differences(known, facts, at)
    # What bypassed both, such as a place that was renamed, is told without its time.
    end = snapshots.facts_signed(following) if following else snapshots.facts_of(application.cluster)
    yield from _differences(known, in_words(end), None)


def _is_untouched(application: Application, known: dict[str, str]) -> bool:
    """Say of most cases, without asking the database, that nobody has saved the register since."""
    row = in_words(snapshots.facts_of_row(application.cluster) | {"further": []}) | {"further": known["further"]}
    return row == known and application.cluster.version == application.facts.register_version


def _differences(known: dict[str, str], facts: dict[str, str], at: datetime | None) -> Iterator[Change]:
    for fact in FACTS:
        if fact in facts and facts[fact] != known[fact]:
            yield Change(at, fact, known[fact], facts[fact])
            known[fact] = facts[fact]


def _of_the_row(application: Application, signed: Snapshot, following: Snapshot | None):
    rows = ClusterHistory.objects.filter(pgh_obj=application.cluster_id).filter(_after(signed))
    if following is not None:
        rows = rows.exclude(_after(following))
    for row in rows.select_related("lead", "industry").order_by("pgh_id"):
        facts = in_words(snapshots.facts_of_row(row) | {"further": []})
        yield row.pgh_created_at, {fact: words for fact, words in facts.items() if fact != "further"}


def _after(snapshot: Snapshot) -> Q:
    """Return the condition “written into the register's history after this was signed”."""
    try:
        row = snapshot.facts.register_row
    except SignedFacts.DoesNotExist:
        row = None
    return Q(pgh_created_at__gt=snapshot.submitted_at) if row is None else Q(pgh_id__gt=row)


def _of_further_counties(application: Application, signed: Snapshot, following: Snapshot | None):
    events = Event.objects.filter(subject=f"clusters.{application.cluster_id}", action="clusters.change")
    events = events.filter(at__gt=signed.submitted_at)
    if following is not None:
        events = events.filter(at__lte=following.submitted_at)
    for event in events.order_by("at", "pk"):
        if "further" in event.details:
            yield event.at, {"further": "、".join(event.details["further"])}
