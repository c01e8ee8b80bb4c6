"""Applications by the questions asked of them."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from accounts.enums import Role
from accounts.policy import AllowedQuerySet
from applications.enums import LIVE, SECRET, TO_BE_PUBLISHED, Decision, State

# What lists and pages of applications never show: the arrays by which things are found.
UNSHOWN = ("cluster__search_tokens", "cluster__lead__search_tokens", "cluster__industry__search_tokens",
           "province__search_tokens", "snapshot__facts__search_tokens")  # fmt: skip
HELD_BACK = Q(state__in=sorted(SECRET)) & (Q(released_at=None) | Q(released_at__gt=Now()))
NAMED_TO_COME = Q(state=State.IN_PUBLIC_NOTICE) & HELD_BACK


def seen_in(office, *states: str) -> Q:
    """Return the condition “this office sees one of these states”, for filters and counts."""
    if office is not None and office.role == Role.MINISTRY:
        return _seen_by_those_who_decide(states)
    openly = Q(state__in=[state for state in states if state not in SECRET])
    secretly = Q(state__in=[state for state in states if state in SECRET]) & ~HELD_BACK
    found = openly | secretly
    return found | HELD_BACK if State.RECOMMENDED in states else found


def _seen_by_those_who_decide(states) -> Q:
    """They know every choice, and tell a notice that runs from one that has not begun."""
    found = Q(state__in=[state for state in states if state not in {State.IN_PUBLIC_NOTICE, TO_BE_PUBLISHED}])
    if State.IN_PUBLIC_NOTICE in states:
        found |= Q(state=State.IN_PUBLIC_NOTICE) & ~HELD_BACK
    return found | NAMED_TO_COME if TO_BE_PUBLISHED in states else found


def struck_out(way: str) -> Q:
    """Return the condition “was disqualified before its notice began”: the release ends with it (province.disqualify).

    `way` leads to the application.
    """
    return Q(**{f"{way}state": State.DISQUALIFIED, f"{way}released_at": None})


def live_to_everybody() -> Q:
    """Return the condition “is live, or must look so because its end is still a secret”."""
    return Q(state__in=sorted(LIVE)) | HELD_BACK


class ApplicationQuerySet(AllowedQuerySet, models.QuerySet):
    """Applications by the questions asked of them."""

    def for_step(self):
        """Rows as a step needs them: with everything policies and actions read."""
        return self.select_related(
            "call__programme__owner", "cluster__lead", "cluster__industry", "province", "snapshot__facts", "screening"
        ).defer(*UNSHOWN, "call__programme__owner__search_tokens")

    def seen(self, office):
        """Annotate `clock` and `seen_state`, the state this office may know."""
        decides = office is not None and office.role == Role.MINISTRY
        hidden = (
            When(NAMED_TO_COME, then=Value(TO_BE_PUBLISHED))
            if decides
            else When(HELD_BACK, then=Value(State.RECOMMENDED.value))
        )
        return self.annotate(clock=Now(), seen_state=Case(hidden, default=F("state")))

    def for_list(self, office):
        """Rows as lists show them; one query whatever their number."""
        rows = self.seen(office).select_related(
            "call", "cluster__lead", "cluster__industry", "province", "screening", "snapshot__facts"
        )
        return rows.defer(*UNSHOWN, "screening__findings", "snapshot__content")


class OpinionQuerySet(models.QuerySet):
    """Opinions by the questions asked of them."""

    def standing(self, level):
        """Opinions of a level, the one that counts first; more time and the title itself say nothing of the clauses."""
        return self.filter(level=level).exclude(decision__in=[Decision.EXTEND, Decision.RECOGNISE]).order_by("-id")


class NoticeQuerySet(models.QuerySet):
    """Public notices by the questions asked of them."""

    def begun(self):
        """Notices that have started: before that nobody outside the ministry knows of them."""
        return self.filter(starts_at__lte=Now())


class EntryQuerySet(models.QuerySet):
    """Entries of notices by the questions asked of them."""

    def begun(self):
        """Entries everybody reads: of notices that have started, without what was struck out before."""
        return self.filter(~struck_out("application__"), notice__starts_at__lte=Now())
