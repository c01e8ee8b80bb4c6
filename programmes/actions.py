"""What happens when an authority sets the deadline of the level below it, or other rules for a call."""

import uuid
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.policy import allows
from audit.record import record, refuse
from programmes import deadlines
from programmes.enums import Kind
from programmes.models import Call, Deadline, RuleChange, RuleSet
from territories.enums import Level
from territories.models import Placement
from workflow.locks import take_turns
from workflow.refusals import Outdated, StepNotAllowed, StepRefused


def set_deadline(call: Call, *, closes_at: datetime, before: datetime | None, by) -> Deadline:
    """Set until when the counties of an authority hand in; never later than the authority's own time.

    `before` is the time the page showed, or None; when it is not the present one, Outdated is raised.
    Raises StepNotAllowed for another level and StepRefused when the call is over or the time cannot be.
    """
    subject = f"calls.{call.pk}"
    try:
        path = _place_of(call, by)
        with transaction.atomic():
            now = Call.objects.filter(pk=call.pk).values_list(Now(), flat=True).get()
            _can_be(call, closes_at, now)
            deadline = _save(call, path, closes_at, before, by)
            record(
                "programmes.set_deadline",
                by=by,
                subject=subject,
                details={
                    "authority": by.authority.code,
                    "from": before.isoformat() if before else "",
                    "to": closes_at.isoformat(),
                },
            )
    except StepRefused as refusal:
        refuse("programmes.set_deadline", by=by, subject=subject, words=str(refusal), details={"code": refusal.code})
        raise
    return deadline


def _place_of(call: Call, by) -> str:
    """Return where the office's authority stands in the programme's scheme."""
    if not allows(by, "programmes.set_deadline", call):
        raise StepNotAllowed(_("This deadline is set by the province."), "not_allowed")
    placement = Placement.objects.filter(scheme=call.programme.scheme, territory=by.authority_id).first()
    if placement is None:
        raise StepNotAllowed(_("Your authority has no counties in this programme."), "not_allowed")
    return placement.path


def _can_be(call: Call, closes_at: datetime, now: datetime) -> None:
    own = deadlines.for_province(call)
    if own is not None and own.has_passed(now):
        raise StepRefused(_("The call is over; its deadlines cannot be changed any more."), "call_over")
    if closes_at <= now:
        raise StepRefused(_("The deadline must be in the future."), "deadline_in_the_past")
    if own is not None and closes_at > own.closes_at:
        closes = deadlines.words(own.closes_at)
        raise StepRefused(
            _("Your own deadline at %(whose)s is %(closes)s; that of your counties cannot be later.")
            % {"whose": own.whose, "closes": closes},
            "later_than_own",
        )


def _save(call: Call, path: str, closes_at: datetime, before: datetime | None, by) -> Deadline:
    faster = Outdated(
        _("Somebody else set this deadline meanwhile. The page shows the newest; please look again."), "outdated"
    )
    mine = Deadline.objects.filter(call=call, authority=by.authority_id, level_below=Level.COUNTY)
    if before is not None:
        # The old time is part of the condition, so of two who set it at once only one does.
        if not mine.filter(closes_at=before).update(closes_at=closes_at):
            raise faster
        return mine.get()
    try:
        with transaction.atomic():
            return Deadline.objects.create(
                call=call, authority=by.authority, authority_path=path, level_below=Level.COUNTY, closes_at=closes_at
            )
    except IntegrityError as error:
        raise faster from error


def bring_into_force(
    call: Call, kind: str, rule_set: RuleSet, *, before: int, key: uuid.UUID, words: str = "", by
) -> RuleChange:
    """Let an open call be judged by another stored version from now on; what was submitted keeps its screening.

    `before` is the rule set the page showed. A repeat under the same key returns the change of the first time.
    Raises StepNotAllowed for anybody but the authority that runs the programme, Outdated when the call has other
    rules meanwhile, StepRefused when the version does not fit the call, the kind or today.
    """
    subject = f"calls.{call.pk}"
    try:
        if not allows(by, "programmes.bring_into_force", call):
            raise StepNotAllowed(
                _("The rules of a call are chosen by the authority that runs the programme."), "not_allowed"
            )
        with transaction.atomic():
            take_turns(subject)  # pressed twice at once, the second finds what the first has made
            done = RuleChange.objects.filter(key=key).first()
            if done is not None:
                return _same_change(done, call, kind, rule_set)
            return _change_rules(call, kind, rule_set, before, key, words, by)
    except StepRefused as refusal:
        refuse("programmes.bring_into_force", by=by, subject=subject, words=str(refusal),
               details={"code": refusal.code, "rule_set": rule_set.digest})  # fmt: skip
        raise


def _same_change(done: RuleChange, call: Call, kind: str, rule_set: RuleSet) -> RuleChange:
    if (done.call_id, done.kind, done.after_id) != (call.pk, kind, rule_set.pk):
        raise StepRefused(_("This page was already used. Please reload it."), "key_reused")
    return done


def _change_rules(call: Call, kind: str, rule_set: RuleSet, before: int, key, words: str, by) -> RuleChange:
    newest = Call.objects.open_now().select_related("programme").filter(pk=call.pk).first()
    if newest is None:
        raise StepRefused(_("The call is not open; its rules stay as they are."), "call_closed")
    in_force = newest.rules_for(kind)
    if in_force.pk != before:
        raise Outdated(
            _("The call has other rules meanwhile. The page shows the newest; please look again."), "outdated"
        )
    refusal = why_not(newest, kind, rule_set, timezone.localdate())
    if refusal is not None:
        raise refusal
    field = "reverification_rules" if kind == Kind.REVERIFICATION else "rule_set"
    Call.objects.filter(pk=newest.pk).update(**{field: rule_set})
    made = RuleChange.objects.create(
        call=newest, kind=kind, before=in_force, after=rule_set, words=words, office=by, key=key
    )
    details = {"kind": kind, "before": in_force.digest, "after": rule_set.digest}
    record("programmes.bring_into_force", by=by, subject=f"calls.{newest.pk}", words=words, details=details)
    return made


def why_not(call: Call, kind: str, rule_set: RuleSet, today: date) -> StepRefused | None:
    """Return why these rules cannot judge this kind in this call today, None when they can."""
    if not call.kinds.filter(kind=kind).exists():
        return StepRefused(_("The call takes no applications of this kind."), "other_kind")
    if call.rules_for(kind).pk == rule_set.pk:
        return StepRefused(_("These rules are in force in this call already."), "in_force")
    if not _is_of_programme(call, rule_set):
        return StepRefused(_("These rules belong to another programme."), "other_programme")
    if not (rule_set.process == kind or (rule_set.process == Kind.RECOGNITION and kind == Kind.REVERIFICATION)):
        return StepRefused(
            _("These rules are made for “%(process)s”.") % {"process": rule_set.get_process_display()}, "other_process"
        )
    starts, ends = rule_set.effective_from, rule_set.effective_to
    if starts is None or starts > today:
        day = date_format(starts) if starts else _("a day that is not set")
        return StepRefused(_("These rules take effect on %(day)s.") % {"day": day}, "not_yet")
    if ends is not None and ends < today:
        return StepRefused(_("These rules were in effect until %(day)s.") % {"day": date_format(ends)}, "over")
    return None


def _is_of_programme(call: Call, rule_set: RuleSet) -> bool:
    """Say whether the rules are of the call's programme; a sample call may try those of its authority's others."""
    own = rule_set.programme
    if own is None:
        return False
    return own.pk == call.programme_id or (call.programme.sample and own.owner_id == call.programme.owner_id)
