"""What a province does: return, recommend, not recommend, take back, disqualify, set deadlines."""

from django.utils.translation import gettext as _

from accounts.enums import Role
from applications import rescreening
from applications.actions.opinions import already_given, answer_for_concerns, as_it_was_seen, give, same_or_refused
from applications.enums import USES_A_PLACE, AtLevel, Decision, State
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Opinion
from applications.times import closing_of_call, quota_of
from clusters.models import Ask
from programmes import deadlines
from workflow.refusals import StepRefused
from workflow.steps import AlreadyDone, Taken

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
        return same_or_refused(done, application, Decision.SEND_BACK, by, words, reasons, due_at)


def extend(application: Application, *, key, version, due_at, words="", by) -> Opinion:
    """Give the county more time for its correction; never past the deadline for recommendations.

    Raises StepRefused when the time is not in the future or not later than the one that counts.
    """
    try:
        with LIFECYCLE.taking(
            "extend", application, by=by, version=version, words=words, done_already=already_given(key)
        ) as taken:
            if due_at <= max(taken.now, taken.row.due_at):
                raise StepRefused(
                    _("Please choose a time after %(due)s, which counts now, and in the future.")
                    % {"due": deadlines.words(taken.row.due_at)},
                    "due_no_later",
                )
            _due_in_time(taken.row, due_at)
            taken.changes["due_at"] = due_at
            taken.details["due_at"] = due_at.isoformat()
            return give(taken, PROVINCE, Decision.EXTEND, key=key, words=words, due_at=due_at)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.EXTEND, by, words, due_at=due_at)


def call_back(application: Application, *, key, version, words, by) -> Opinion:
    """Take a return back while the county has not answered: the case is here again as it was signed.

    What was typed since stays the county's working copy; its ask closes.
    """
    try:
        with LIFECYCLE.taking(
            "call_back", application, by=by, version=version, words=words, done_already=already_given(key)
        ) as taken:
            _close(taken)
            rescreening.renew(taken)  # a waiver granted while the county had it has not reached it
            return give(taken, PROVINCE, Decision.CALL_BACK, key=key, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.CALL_BACK, by, words)


def _close(taken: Taken) -> None:
    """End what a return has opened: the county's ask and the due date."""
    Ask.objects.filter(opened_for=taken.row.ask_key).close()
    taken.changes["due_at"] = None


def recommend(application: Application, *, key, version, words="", by) -> Opinion:
    """Send to the ministry, using one place of the recommending authority.

    Raises StepRefused when all places are used or a reason is missing, DeadlinePassed after the ministry's deadline.
    """
    try:
        with LIFECYCLE.taking(
            "recommend", application, by=by, version=version, words=words, done_already=already_given(key)
        ) as taken:
            answer_for_concerns(taken, words)
            quota = quota_of(taken.row)
            if quota is not None:
                quota.use_place()
                taken.details["place"] = quota.used
            return give(taken, PROVINCE, Decision.RECOMMEND, key=key, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.RECOMMEND, by, words)


def do_not_recommend(application: Application, *, key, version, reasons, words, by) -> Opinion:
    """Decide not to recommend, with the reason the county will read; a returned one after its due date."""
    try:
        with LIFECYCLE.taking(
            "do_not_recommend", application, by=by, version=version, reasons=reasons, words=words,
            done_already=already_given(key),
        ) as taken:  # fmt: skip
            _close(taken)
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
            if taken.row.state == State.RECOMMENDED:
                _free_place(taken.row)
            rescreening.renew(taken)  # a waiver granted while it was decided has not reached it
            return give(taken, PROVINCE, Decision.TAKE_BACK, key=key, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.TAKE_BACK, by, words)


def disqualify(application: Application, *, key, version, reasons, words, state_seen="", by) -> Opinion:
    """End the application for good because of findings; by the province, or the ministry as its page showed it."""
    level = AtLevel.MINISTRY if by.role == Role.MINISTRY else PROVINCE
    try:
        with LIFECYCLE.taking(
            "disqualify", application, by=by, version=version, reasons=reasons, words=words,
            done_already=already_given(key),
        ) as taken:  # fmt: skip
            as_it_was_seen(taken.row, state_seen)
            if not words.strip():
                raise StepRefused(_("Please write down the findings."), "reason_missing")
            if taken.row.state in USES_A_PLACE:
                _free_place(taken.row)
            _close(taken)
            if not taken.row.is_released(taken.now):
                taken.changes["released_at"] = None
            return give(taken, level, Decision.DISQUALIFY, key=key, reasons=reasons, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.DISQUALIFY, by, words, reasons)


def _due_in_time(application: Application, due_at) -> None:
    """Refuse a due time after which nobody could recommend the application any more."""
    counting = closing_of_call(application)
    if counting is not None and due_at > counting.closes_at:
        raise StepRefused(
            _("The ministry's deadline for recommendations is %(closes)s. Please choose an earlier due date.")
            % {"closes": deadlines.words(counting.closes_at)},
            "due_after_the_deadline",
        )


def _free_place(application: Application) -> None:
    quota = quota_of(application)
    if quota is not None:
        quota.free_place()
