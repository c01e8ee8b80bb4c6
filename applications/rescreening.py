"""What a waiver changes for applications that were submitted before it: they are screened again.

Screened again is what is not decided yet: submitted to the province, or recommended while the ministry
has not opened its stage. The old screening stays, and opinions keep the one they rested on
(docs/decisions/waivers.md). Granting queues the work; a draft needs none, it is screened as it is typed.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks import task

from applications import prescreening
from applications.enums import OPEN_FOR_EDITING
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Screening
from programmes.models import Call, Waiver
from rulebook.rules import State as Verdict
from workflow.locks import take_turns
from workflow.refusals import StepRefused
from workflow.steps import AlreadyDone, Taken

FORGIVEN = (Verdict.NOT_MET, Verdict.NEAR, Verdict.CANNOT_TELL)
ROUNDS = 3  # a case that somebody works on at that moment is tried again
MOST_NAMED = 50


def lacking(clause: str) -> Q:
    """Return the condition “this clause is missed or cannot be told in the present screening”."""
    found = Q(pk__in=[])
    for verdict in FORGIVEN:
        found |= Q(screening__findings__contains=[{"clause": clause, "state": str(verdict)}])
    return found


def covered(call: Call, paths: list[str]) -> QuerySet:
    """Return every application of a call that a waiver for one of these places covers."""
    under = Q(pk__in=[])
    for path in paths:
        under |= Q(path__startswith=path)
    return Application.objects.filter(under, call=call)


@dataclass(frozen=True)
class Reach:
    """What a waiver would do to the applications an office may see; of all others it learns nothing."""

    again: int
    named: list[Application]
    unchanged: int
    later: int
    decided: int


def reach(call: Call, clause: str, paths: list[str], office) -> Reach:
    """Return what a waiver of a clause for these places would do, as far as the office may see it."""
    seen = covered(call, paths).filter(pk__in=Application.objects.allowed(office, "applications.view").values("pk"))
    undecided = seen.filter(LIFECYCLE.awaiting(office, "rescreen"))
    again = undecided.filter(lacking(clause))
    editing = seen.filter(state__in=sorted(OPEN_FOR_EDITING))
    counted = {"again": again.count(), "undecided": undecided.count(), "later": editing.count(), "all": seen.count()}
    return Reach(
        again=counted["again"],
        named=list(again.for_list(office).order_by("province__code", "pk")[:MOST_NAMED]),
        unchanged=counted["undecided"] - counted["again"],
        later=counted["later"],
        decided=counted["all"] - counted["undecided"] - counted["later"],
    )


@task(priority=10)
def rescreen_covered(waiver: int) -> int:
    """Screen again everything a waiver covers, each case in a transaction of its own; return how many changed."""
    rows = Waiver.objects.in_force().filter(pk=waiver)
    found = rows.select_related("call__programme__owner", "granted_by__user", "granted_by__authority").first()
    if found is None:  # it was ended before its turn came
        return 0
    wait_for_submissions(found.call)
    undecided = covered(found.call, [found.path]).filter(LIFECYCLE.awaiting(found.granted_by, "rescreen"))
    waiting, changed = list(undecided.filter(lacking(found.clause)).order_by("pk")), 0
    for _round in range(ROUNDS):
        outcomes = [(row, _outcome(row, found.granted_by)) for row in waiting]
        changed += sum(outcome == "changed" for _row, outcome in outcomes)
        waiting = [row for row, outcome in outcomes if outcome == "busy"]
    if waiting:
        raise RuntimeError(f"still busy after {ROUNDS} rounds: {[row.pk for row in waiting]}")
    return changed


def wait_for_submissions(call: Call) -> None:
    """Wait for every screening that began before the waiver could be seen; those that begin now see it."""
    with transaction.atomic():
        take_turns(prescreening.turn_of(call))


def _outcome(application: Application, by) -> str:
    try:
        return "same" if rescreen(application, by=by) is None else "changed"
    except StepRefused as refusal:
        return refusal.code


def rescreen(application: Application, *, by) -> Screening | None:
    """Screen one case again under the lock of its step; None when no finding changes.

    `by` is the office that granted the waiver. Raises StepRefused when the case was decided meanwhile.
    """
    try:
        with LIFECYCLE.taking("rescreen", application, by=by) as taken:
            made = renew(taken)
            if made is None:
                raise AlreadyDone(taken.row.screening)
    except AlreadyDone:
        return None
    return made


def renew(taken: Taken) -> Screening | None:
    """In the middle of a step: move the case to a new screening when a waiver granted since changes a finding."""
    before = taken.row.screening
    made = prescreening.keep_again(taken.row)
    if made is not None:
        taken.changes["screening"] = made
        taken.details |= _told(before, made)
    return made


def _told(before: Screening, made: Screening) -> dict:
    """Return what the record keeps: which clauses are waived now that were not, and by which documents."""
    was = {one["clause"] for one in before.findings if one["state"] == Verdict.WAIVED}
    now = {one["clause"]: one for one in made.findings if one["state"] == Verdict.WAIVED and one["clause"] not in was}
    by = [waiver for waiver in made.context["waivers"] if waiver["clause"] in now]
    return {"clauses": list(now), "document": "、".join(dict.fromkeys(waiver["document"] for waiver in by))}
