"""Public notices as everybody may read them: only those that have started, and have somebody to name."""

from dataclasses import dataclass

from django.db.models import Count, JSONField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Now
from django.utils.translation import get_language

from applications.enums import State
from applications.models import NoticeEntry, PublicNotice
from applications.public_notices import became
from applications.querysets import struck_out
from recognitions.models import Recognition


def begun():
    """Return the notices that have started, newest first, by the database clock.

    `named` counts whom everybody reads, `standing` those of them that can still get the title or got it. A notice
    whose every cluster was struck out before its first day has nothing to say, and never was one to the public.
    """
    is_named = ~struck_out("entries__application__")
    is_out = Q(entries__application__state__in=[State.DECLINED, State.DISQUALIFIED])
    return (
        PublicNotice.objects.begun()
        .select_related("call__programme")
        .annotate(
            clock=Now(),
            named=Count("entries", filter=is_named),
            standing=Count("entries", filter=is_named & ~is_out),
        )
        .filter(named__gt=0)
        .order_by("-starts_at", "-id")
    )


def is_running(notice) -> bool:
    """Say whether objections can still be raised."""
    return notice.clock < notice.ends_at


def call_words(row) -> str:
    """Return the call of a notice or a waiver in the reader's language."""
    programme = row.call.programme
    return f"{programme.name_en if get_language() == 'en' else programme.name} {row.call.year}"


@dataclass(frozen=True)
class Named:
    """One cluster in a notice, as its county signed it; `listed` is the title it got, `became` the result so far."""

    name: str
    county: str
    industry: str
    listed: int | None
    became: str


def named_in(notice: PublicNotice) -> list[Named]:
    """Return the clusters a notice names, by division code.

    Names come from the frozen snapshot: what the register says today was not what was published.
    """
    entries = (
        NoticeEntry.objects.begun()
        .filter(notice=notice)
        .annotate(frozen=Cast("application__snapshot__content", JSONField()))
        .annotate(
            name=KT("frozen__cluster__name"),
            county=KT("frozen__cluster__lead__name"),
            industry=KT("frozen__cluster__industry__name"),
            niche=KT("frozen__cluster__niche"),
        )
        .order_by("application__path", "id")
        .values_list("name", "county", "industry", "niche", "application__state", "application")
    )
    rows = list(entries)
    grants = {f"application:{row[-1]}" for row in rows}
    listed = dict(Recognition.objects.filter(granted_for__in=grants).values_list("granted_for", "pk"))
    return [
        Named(name, county, niche or industry, listed.get(f"application:{application}"), became(state))
        for name, county, industry, niche, state, application in rows
    ]


def naming(recognition: Recognition):
    """Return the notices of its programme that have started and name the cluster, newest first."""
    return begun().filter(
        pk__in=NoticeEntry.objects.begun()
        .filter(application__cluster=recognition.cluster_id, notice__call__programme=recognition.programme_id)
        .values("notice")
    )
