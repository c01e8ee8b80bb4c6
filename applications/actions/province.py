"""What a province does: return, recommend, not recommend, take back, disqualify, set deadlines."""

from django.utils.translation import gettext as _

from accounts.enums import Role
from applications import rescreening
from applications.actions.opinions import already_given, give, same_or_refused
from applications.enums import LIVE, USES_A_PLACE, AtLevel, Decision, State
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Opinion
from clusters.models import Ask
from programmes import deadlines
from programmes.models import Quota
from workflow.refusals import DeadlinePassed, StepRefused
from workflow.steps import AlreadyDone

PROVINCE = AtLevel.PROVINCE


def send_back(application: Application, *, key, version, reasons, words, due_at, by) -> Opinion:
    """Return the application for correction until a due time; the county can edit again.

    Raises StepRefused when the due time is not in the future.
    """
    try:
        with LIFECYCLE.taking(
            "send_back", application, by=by, version=version, reasons=reasons, words=words,
            done_already=already_given(key),
        ) as taken:  # fmt: skip
            if due_at is None or due_at <= taken.now:
                raise StepRefused(_("The due date must be in the future."), "due_in_the_past")
            _due_in_time(taken.row, due_at)
            Ask.objects.filter(opened_for=taken.row.ask_key).reopen()
            taken.changes["due_at"] = due_at
            taken.details["due_at"] = due_at.isoformat()
            return give(taken, PROVINCE, Decision.SEND_BACK, key=key, reasons=reasons, words=words, due_at=due_at)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.SEND_BACK, by, words, reasons)


def recommend(application: Application, *, key, version, words="", by) -> Opinion:
    """Send to the ministry, using one place of the recommending authority.

    Raises StepRefused when all places are used and DeadlinePassed after the ministry's deadline.
    """
    try:
        with LIFECYCLE.taking(
            "recommend", application, by=by, version=version, words=words, done_already=already_given(key)
        ) as taken:
            _before_the_deadline(taken.row, taken.now)
            quota = quota_of(taken.row)
            if quota is not None:
                _use_place(quota)
                taken.details["place"] = quota.used
            return give(taken, PROVINCE, Decision.RECOMMEND, key=key, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.RECOMMEND, by, words)


def do_not_recommend(application: Application, *, key, version, reasons, words, by) -> Opinion:
    """Decide not to recommend, with the reason the county will read."""
    try:
        with LIFECYCLE.taking(
            "do_not_recommend", application, by=by, version=version, reasons=reasons, words=words,
            done_already=already_given(key),
        ) as taken:  # fmt: skip
            return give(taken, PROVINCE, Decision.DO_NOT_RECOMMEND, key=key, reasons=reasons, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.DO_NOT_RECOMMEND, by, words, reasons)


def take_back(application: Application, *, key, version, words, by) -> Opinion:
    """Take a decision back; a recommendation's place is free again.

    Possible until the ministry opens its stage, at the latest until the province's own deadline.
    """
    try:
        with LIFECYCLE.taking(
            "take_back", application, by=by, version=version, words=words, done_already=already_given(key)
        ) as taken:
            _before_the_deadline(taken.row, taken.now)
            _no_other_is_live(taken.row)
            if taken.row.state == State.RECOMMENDED:
                _free_place(taken.row)
            rescreening.renew(taken)  # a waiver granted while it was decided has not reached it
            return give(taken, PROVINCE, Decision.TAKE_BACK, key=key, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.TAKE_BACK, by, words)


def disqualify(application: Application, *, key, version, reasons, words, by) -> Opinion:
    """End the application for good because of findings; by the province or the ministry."""
    level = AtLevel.MINISTRY if by.role == Role.MINISTRY else PROVINCE
    try:
        with LIFECYCLE.taking(
            "disqualify", application, by=by, version=version, reasons=reasons, words=words,
            done_already=already_given(key),
        ) as taken:  # fmt: skip
            if not words.strip():
                raise StepRefused(_("Please write down the findings."), "reason_missing")
            if taken.row.state in USES_A_PLACE:
                _free_place(taken.row)
            Ask.objects.filter(opened_for=taken.row.ask_key).close()
            taken.changes["due_at"] = None
            if not taken.row.is_released(taken.now):
                taken.changes["released_at"] = None
            return give(taken, level, Decision.DISQUALIFY, key=key, reasons=reasons, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.DISQUALIFY, by, words, reasons)


def _no_other_is_live(application: Application) -> None:
    """Refuse to open a case again when its county has begun another one in the call since."""
    others = Application.objects.filter(call=application.call_id, cluster=application.cluster_id)
    if others.filter(state__in=sorted(LIVE)).exclude(pk=application.pk).exists():
        raise StepRefused(
            _("The county has begun another application of this cluster in the call; this one stays decided."),
            "another_is_live",
        )


def _due_in_time(application: Application, due_at) -> None:
    """Refuse a due time after which nobody could recommend the application any more."""
    counting = deadlines.for_province(application.call)
    if counting is not None and due_at > counting.closes_at:
        raise StepRefused(
            _("The ministry's deadline for recommendations is %(closes)s. Please choose an earlier due date.")
            % {"closes": deadlines.words(counting.closes_at)},
            "due_after_the_deadline",
        )


def quota_of(application: Application) -> Quota | None:
    """Return the places this application would use; already locked inside a step that names it.

    None where none are set: a re-verification uses no place (工信厅企业函〔2025〕77号).
    """
    return Quota.objects.filter(
        call=application.call_id, kind=application.kind, authority=application.province_id
    ).first()


def _use_place(quota: Quota) -> None:
    if quota.places_left() == 0 and not quota.soft:
        raise StepRefused(
            _("All %(places)d places of this call are used. Take a recommendation back to free one.")
            % {"places": quota.places},
            "quota_used_up",
        )
    quota.use_place()


def _free_place(application: Application) -> None:
    quota = quota_of(application)
    if quota is not None:
        quota.free_place()


def _before_the_deadline(application: Application, now) -> None:
    counting = deadlines.for_province(application.call)
    if counting is not None and counting.has_passed(now):
        closed = deadlines.words(counting.closes_at)
        raise DeadlinePassed(
            _("The ministry's deadline for recommendations was %(closes)s.") % {"closes": closed}, "deadline_passed"
        )
