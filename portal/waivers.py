"""Waivers as everybody may read them: clause, place, authority, document, date and the public line.

Neither the reason nor any application is public.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import get_language

from applications.prescreening import names_of_clauses
from portal.notices import call_words
from programmes.models import Call, RuleChange, Waiver


def granted():
    """Return every waiver ever granted: by year, programme and clause."""
    changes = Prefetch("call__rule_changes", RuleChange.objects.order_by("id"))
    rows = Waiver.objects.select_related("call__programme", "place", "granted_by__authority", "end")
    rows = rows.prefetch_related(changes).defer("place__search_tokens", "granted_by__authority__search_tokens")
    return rows.order_by("-call__year", "call_id", "clause", "id")


def are_there() -> bool:
    """Say whether any waiver was ever granted."""
    return Waiver.objects.exists()


@dataclass(frozen=True)
class Told:
    """One waiver as the public reads it."""

    clause: str
    name: str
    place: str
    authority: str
    document_number: str
    granted_at: datetime
    ended_at: datetime | None
    public_line: str


@dataclass(frozen=True)
class OfCall:
    """The waivers of one call, in order."""

    call: str
    waivers: list[Told]


def by_call(rows: list[Waiver]) -> list[OfCall]:
    """Return the waivers call by call, in the order of the rows."""
    found: dict[int, OfCall] = {}
    names: dict[int, dict[str, str]] = {}
    for row in rows:
        call: Call = row.call
        if call.pk not in found:
            found[call.pk] = OfCall(call_words(row), [])
            names[call.pk] = names_of_clauses(call, get_language() or "zh")
        found[call.pk].waivers.append(_told(row, names[call.pk].get(row.clause, "")))
    return list(found.values())


def _told(row: Waiver, name: str) -> Told:
    end = getattr(row, "end", None)
    return Told(
        clause=row.clause,
        name=name,
        place=row.place.full_name,
        authority=row.authority_name,
        document_number=row.document_number,
        granted_at=row.granted_at,
        ended_at=end and end.ended_at,
        public_line=row.public_line,
    )
