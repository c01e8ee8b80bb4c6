"""Move a row one step, safely: lock, ask, change, record.

A life cycle is a list of steps that fits on one page. `taking` is the only place that locks rows for
an act; actions hold only what is special about theirs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import allows, rule_of
from audit.enums import Audience
from audit.record import record
from audit.tallies import refuse
from workflow.locks import busy_is_refused
from workflow.refusals import DeadlinePassed, Outdated, StepNotAllowed, StepRefused

GONE = gettext_lazy("“%(step)s” is not possible any more: the application is now “%(state)s”.")


@dataclass(frozen=True)
class Until:
    """The moment from which a step comes too late (half-open), and the sentence that says so.

    `arrived` is said besides where an act came too late: it names %(now)s.
    """

    moment: datetime
    late: str
    arrived: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a life: its name, from which states it leads where, and what it needs.

    `locks` returns the querysets to lock before the row itself: call, quota, cluster, Ask, in that order.
    `until` says of a row until when the step may be taken, and `unless` what else it can only be refused for
    now; act, button, page and refusal read both here. `early` says why it cannot be taken yet, whatever the state.
    `unfinished` says what the office itself has begun about the row and must end first; others never hear of it.
    The row comes with `clock`.
    A `secret` step changes nothing that others see: neither version nor history, until released.
    """

    name: str
    label: Any
    sources: frozenset
    target: str | None
    level: str | None = None
    needs_reason: bool = False
    secret: bool = False
    locks: Callable[[Any], list] = field(default=lambda row: [])
    until: Callable[[Any], Until | None] = field(default=lambda row: None)
    unless: Callable[[Any], StepRefused | None] = field(default=lambda row: None)
    early: Callable[[Any], StepRefused | None] = field(default=lambda row: None)
    unfinished: Callable[[Any, Any], StepRefused | None] = field(default=lambda row, office: None)

    def is_late(self, row) -> DeadlinePassed | None:
        """Return the refusal of a step whose time is over for this row, in the words of a page."""
        until = self.until(row)
        return DeadlinePassed(until.late, "deadline_passed") if until and row.clock >= until.moment else None


@dataclass(frozen=True)
class Shown:
    """What a page showed: the version of the row, and that of the row beside it on which the decision rests too.

    A page that left one of both out is as old as one that showed another. `judged` marks what else the decision puts
    on record; the action compares it. Empty: the page showed none, or left it out; None: there was no page.
    """

    version: int
    beside: int | None
    judged: str | None = None


class AlreadyDone(Exception):
    """The act was done before under the same key; `found` is the row it made."""

    def __init__(self, found):
        super().__init__(str(found))
        self.found = found


@dataclass
class Taken:
    """A locked row in the middle of a step; `changes` are saved with the new state."""

    row: Any
    step: Step
    by: Any
    now: datetime
    shown: Shown | None = None
    changes: dict = field(default_factory=dict)
    details: dict = field(default_factory=dict)


class Workflow:
    """The life of one kind of row. `gone` says that a step came too late; it names %(step)s and %(state)s.

    `beside` returns the version of what else a page of the row shows; its steps lock that (Step.locks).
    """

    def __init__(self, app: str, *steps: Step, gone=GONE, beside: Callable[[Any], int | None] = lambda row: None):
        self.app, self.gone, self.beside = app, gone, beside
        self.steps = {step.name: step for step in steps}

    def open_to(self, office, row) -> list[Step]:
        """Return the steps this office may take on this row now; buttons come from here."""
        return [step for step, refusal in self.standing(office, row) if refusal is None]

    def standing(self, office, row) -> list[tuple[Step, StepRefused | None]]:
        """Return every step with why this office cannot take it on this row now."""
        return [(step, self.why_not(step.name, office, row)) for step in self.steps.values()]

    def why_not(self, name: str, office, row) -> StepRefused | None:
        """Return why this office cannot take a step on this row now, None when it can.

        Time is asked before state: the sentence of a late step is the same whatever was chosen in secret.
        """
        step = self.steps[name]
        if not allows(office, f"{self.app}.{name}", row):
            return StepNotAllowed(_("This step is not yours to take."), "not_allowed")
        untimely = step.early(row) or step.is_late(row)
        if untimely is not None:
            return untimely
        if row.state not in step.sources:
            told = {"step": step.label, "state": row.state_shown_to(office)}
            return StepNotAllowed(self.gone % told, "wrong_state")
        return step.unless(row) or step.unfinished(row, office)

    def awaiting(self, office, *names: str) -> Q:
        """Return the rows on which this office has one of these steps to take."""
        found = Q(pk__in=[])
        for step in self.steps.values():
            if step.name in names:
                found |= Q(state__in=step.sources) & rule_of(f"{self.app}.{step.name}").q(office)
        return found

    @contextmanager
    def taking(
        self, name: str, row, *, by, version: int | Shown | None = None, reasons=(), words: str = "", done_already=None
    ) -> Iterator[Taken]:
        """Lock, ask, let the action do what is special, then save the state and record the act.

        `version` is what the page showed; a page that shows an older one decides nothing.
        `done_already` is asked under the lock and returns the row a repeated act made the first time;
        then AlreadyDone is raised. Raises StepNotAllowed, Outdated or StepRefused, each on record
        after the rollback.
        """
        step = self.steps[name]
        subject = f"{self.app}.{row.pk}"
        try:
            with busy_is_refused(), transaction.atomic():
                taken = self._lock(step, row, by)
                # A program names the version alone: it showed nobody a page, and rests on what stands beside now.
                taken.shown = Shown(version, self.beside(taken.row)) if isinstance(version, int) else version
                found = done_already() if done_already else None
                if found is not None:
                    raise AlreadyDone(found)
                self._ask(step, taken.row, by, taken.shown, reasons, words)
                before = taken.row.state
                yield taken
                self._save(taken)
                self._record(taken, before, subject, reasons, words)
        except StepRefused as refusal:
            if refusal.code != "busy":
                refuse(f"{self.app}.{name}", by=by, words=str(refusal), subject=subject, details={"code": refusal.code})
            raise

    def _lock(self, step: Step, row, by) -> Taken:
        for queryset in step.locks(row):
            list(queryset.order_by("pk").select_for_update(of=("self",), no_key=True))
        locked = type(row)._default_manager.for_step().annotate(clock=Now())
        locked = locked.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        return Taken(row=locked, step=step, by=by, now=locked.clock)

    def _ask(self, step: Step, row, by, shown: Shown | None, reasons, words) -> None:
        refusal = self.why_not(step.name, by, row)
        if isinstance(refusal, DeadlinePassed):
            raise _with_arrival(refusal, step.until(row), row.clock)
        if refusal is not None and refusal.status == 403:
            raise refusal
        if shown is not None and shown.version != row.version:
            raise Outdated(
                _("This page is older than the case. It shows the newest now; please look again."), "outdated"
            )
        if shown is not None and shown.beside != self.beside(row):
            raise Outdated(
                _("The register was changed after this page was opened. It shows the change now; please look again."),
                "register_changed",
            )
        if step.needs_reason and not (reasons or words.strip()):
            raise StepRefused(_("Please give a reason: the applicant has to know what to do."), "reason_missing")
        if refusal is not None:
            raise refusal

    def _save(self, taken: Taken) -> None:
        row, step = taken.row, taken.step
        changes = dict(taken.changes)
        if step.target is not None:
            changes["state"] = step.target
        if step.level is not None:
            changes["at_level"] = step.level
        if not step.secret:
            changes["version"] = F("version") + 1
        kept = type(row)._default_manager.filter(pk=row.pk, state=row.state, version=row.version)
        if kept.update(**changes) != 1:
            raise Outdated(_("Somebody was faster. The page shows the newest now; please look again."), "outdated")

    def _record(self, taken: Taken, before: str, subject: str, reasons, words: str) -> None:
        record(
            f"{self.app}.{taken.step.name}",
            by=taken.by,
            chain=subject,
            subject=subject,
            state_from=before,
            state_to=taken.step.target or before,
            reasons=list(reasons),
            words=words,
            details=taken.details,
            audience=Audience.MINISTRY if taken.step.secret else Audience.ALL,
        )


def _with_arrival(refusal: DeadlinePassed, until: Until, now: datetime) -> DeadlinePassed:
    """Say besides when the act arrived, where its step says so; to the second within the minute of the closing."""
    if not until.arrived:
        return refusal
    said = date_format(timezone.localtime(now), "DATETIME_FORMAT")
    is_same_minute = now - until.moment < timedelta(minutes=1)
    arrived = until.arrived % {"now": f"{said}:{now:%S}" if is_same_minute else said}
    return DeadlinePassed(_("%(late)s %(arrived)s") % {"late": refusal, "arrived": arrived}, refusal.code)
