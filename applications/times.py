"""Until when each step of an application may be taken, and what else it can only be refused for now.

Read by act, button, page and refusal alike (workflow.steps.Step). A row comes with `clock`.
"""

from datetime import datetime

from django.db.models import Min
from django.utils.translation import gettext as _

from applications.enums import LIVE, OPEN_FOR_EDITING, Outcome, State
from applications.models import NoticeEntry, PublicNotice
from programmes import deadlines
from programmes.models import Quota
from workflow.refusals import StepNotAllowed, StepRefused
from workflow.steps import Until


def closing_of_call(application) -> deadlines.CountingDeadline | None:
    """Return until when the call takes recommendations; asked once of a row, as of when the row was read."""
    if "_closing" not in vars(application):
        application._closing = deadlines.for_province(application.call)
    return application._closing


def handing_in(application) -> Until | None:
    """The due date of the return, else the deadline of the county."""
    if application.state not in OPEN_FOR_EDITING:
        return None  # what the county has not at hand is too late for another reason than time
    if application.state == State.RETURNED:
        closes_at, whose = application.due_at, _("the return")
    else:
        counting = deadlines.for_county(application.call, application.path)
        if counting is None:
            return None
        closes_at, whose = counting.closes_at, counting.whose
    said = {"whose": whose, "closes": deadlines.words(closes_at)}
    return Until(
        closes_at,
        _("The deadline set by %(whose)s was %(closes)s.") % said,
        arrived=_("Your submission arrived at %(now)s, which is too late."),
    )


def recommending(application) -> Until | None:
    """The deadline of the ministry."""
    counting = closing_of_call(application)
    if counting is None:
        return None
    said = {"whose": counting.whose, "closes": deadlines.words(counting.closes_at)}
    return Until(counting.closes_at, _("The deadline for recommendations to %(whose)s was %(closes)s.") % said)


def taking_back(application) -> Until | None:
    """The opening of the ministry's stage, at the latest the deadline of the ministry."""
    closing, opened_at = recommending(application), application.call.ministry_stage_opened_at
    if opened_at is None or (closing and closing.moment <= opened_at):
        return closing
    words = _("The ministry's stage was opened at %(at)s; since then no decision is taken back.")
    return Until(opened_at, words % {"at": deadlines.beginning(opened_at)})


def before_the_stage(application) -> StepNotAllowed | None:
    """Refuse what the ministry chooses before it has opened its stage."""
    return stage_not_open(application.call)


def stage_not_open(call) -> StepNotAllowed | None:
    """Return the refusal of every choice in a call whose stage is not open."""
    if call.ministry_stage_opened_at is not None:
        return None
    return StepNotAllowed(
        _("The ministry's stage of this call is not open yet; cases are chosen after it has been opened."),
        "stage_not_open",
    )


def choosing(application) -> Until | None:
    """The release of the result."""
    if application.state != State.DECLINED or application.released_at is None:
        return None
    said = {"at": deadlines.beginning(application.released_at)}
    return Until(
        application.released_at, _("The result was published at %(at)s; it cannot be changed here any more.") % said
    )


def released_with_the_call(application) -> datetime | None:
    """Return from when a decline is no secret: the start of the call's first notice, at once where that has begun.

    None before one is published.
    """
    first = PublicNotice.objects.filter(call=application.call_id).aggregate(first=Min("starts_at"))["first"]
    return first and max(first, application.clock)


def quota_of(application) -> Quota | None:
    """Return the places this application would use, asked once of a row; locked inside a step that names them.

    None where none are set: a re-verification uses no place (工信厅企业函〔2025〕77号).
    """
    if "_quota" not in vars(application):
        rows = Quota.objects.filter(call=application.call_id, kind=application.kind)
        application._quota = rows.filter(authority=application.province_id).first()
    return application._quota


def without_a_place(application) -> StepRefused | None:
    """Refuse a recommendation when all places are used; soft ones can be passed."""
    quota = quota_of(application)
    if quota is None or quota.soft or quota.places_left() != 0:
        return None
    return StepRefused(
        _("All %(places)d places of this call are used. Take a recommendation back to free one.")
        % {"places": quota.places},
        "quota_used_up",
    )


def while_the_county_may_correct(application) -> StepRefused | None:
    """Refuse to decide against what is with its county until the due date of the return has passed."""
    if application.state != State.RETURNED or application.clock >= application.due_at:
        return None
    return StepRefused(
        _("The county may correct it until %(due)s; after that it can be decided without an answer.")
        % {"due": deadlines.words(application.due_at)},
        "return_runs",
    )


def as_late_as_it_can_be(application) -> StepRefused | None:
    """Refuse to extend a return that is due at the deadline of the ministry already."""
    closing = recommending(application)
    if closing is None or application.due_at < closing.moment:
        return None
    return StepRefused(
        _("The return is due at the deadline for recommendations already; it cannot be later."), "as_late_as_can_be"
    )


def while_another_is_live(application) -> StepRefused | None:
    """Refuse to open a case again when its county has begun another one in the call since."""
    others = application.call.applications.filter(cluster=application.cluster_id, state__in=sorted(LIVE))
    if not others.exclude(pk=application.pk).exists():
        return None
    return StepRefused(
        _("The county has begun another application of this cluster in the call; this one stays decided."),
        "another_is_live",
    )


def before_its_notice_is_settled(application) -> StepRefused | None:
    """Refuse a recognition before the end of its notice, and where an objection was upheld."""
    return _after_its_notice(application, {Outcome.NONE, Outcome.DISMISSED})


def in_notice_without_upheld_objection(application) -> StepRefused | None:
    """Refuse to decline what is in its notice, unless an objection was upheld after its end."""
    return _after_its_notice(application, {Outcome.UPHELD}) if application.state == State.IN_PUBLIC_NOTICE else None


def notice_entry_of(application) -> NoticeEntry | None:
    """Return the newest public notice the case is named in; asked once of a row, as of when the row was read."""
    if "_notice_entry" not in vars(application):
        application._notice_entry = application.notice_entries.select_related("notice").order_by("-id").first()
    return application._notice_entry


def _after_its_notice(application, outcomes: set) -> StepRefused | None:
    entry = notice_entry_of(application)
    if entry is None or application.clock < entry.notice.ends_at:
        return StepRefused(_("The public notice has not ended yet."), "notice_runs")
    if not entry.outcome:
        return StepRefused(_("Please record first whether objections were received."), "objections_open")
    if entry.outcome not in outcomes:
        return StepRefused(
            _("The objections to this cluster were recorded as “%(outcome)s”.")
            % {"outcome": entry.get_outcome_display()},
            "objections_say_otherwise",
        )
    return None
