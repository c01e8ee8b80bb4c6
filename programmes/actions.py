"""What happens when an authority sets the deadline of the level below it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.policy import allows
from audit.record import record
from audit.tallies import refuse
from programmes import deadlines
from programmes.models import Call, Deadline
from territories.enums import Level
from territories.models import Placement
from workflow.refusals import Outdated, StepNotAllowed, StepRefused


def set_deadline(call: Call, *, closes_at: datetime | None, before: datetime | None, by) -> Deadline | None:
    """Set until when the counties of an authority hand in; never later than the authority's own time.

    Without `closes_at` the authority has none of its own any more: that of the one above counts
    again. `before` is the time the page showed, or None; when it is not the present one, Outdated is raised.
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
                    "to": closes_at.isoformat() if closes_at else "",
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


def _can_be(call: Call, closes_at: datetime | None, now: datetime) -> None:
    own = deadlines.for_province(call)
    if own is not None and own.has_passed(now):
        raise StepRefused(_("The call is over; its deadlines cannot be changed any more."), "call_over")
    if closes_at is None:
        return
    if closes_at <= now:
        raise StepRefused(_("The deadline must be in the future."), "deadline_in_the_past")
    if own is not None and closes_at > own.closes_at:
        closes = deadlines.words(own.closes_at)
        raise StepRefused(
            _("Your own deadline at %(whose)s is %(closes)s; that of your counties cannot be later.")
            % {"whose": own.whose, "closes": closes},
            "later_than_own",
        )


def _save(call: Call, path: str, closes_at: datetime | None, before: datetime | None, by) -> Deadline | None:
    faster = Outdated(
        _("Somebody else set this deadline meanwhile. The page shows the newest; please look again."), "outdated"
    )
    mine = Deadline.objects.filter(call=call, authority=by.authority_id, level_below=Level.COUNTY)
    if closes_at is None:
        if not mine.filter(closes_at=before).delete()[0]:
            raise faster
        return None
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
