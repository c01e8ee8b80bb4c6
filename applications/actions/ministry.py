"""What the ministry does: open its stage, shortlist, decline, publish, record objections, recognise."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.policy import allows
from applications.actions.opinions import (
    already_given,
    answer_for_concerns,
    as_it_was_seen,
    give,
    same_or_refused,
    used_for_another,
)
from applications.enums import AtLevel, Decision, Outcome, State
from applications.lifecycle import LIFECYCLE
from applications.models import WHERE_TO_OBJECT, Application, NoticeEntry, Opinion, PublicNotice
from applications.snapshots import facts_signed
from applications.times import notice_entry_of, released_with_the_call
from audit.enums import Audience
from audit.record import record
from programmes import deadlines
from programmes.models import Call
from programmes.working_days import Period, period
from recognitions import actions as recognitions
from recognitions.models import Recognition
from territories.naming import written
from workflow.refusals import Outdated, StepNotAllowed, StepRefused
from workflow.steps import AlreadyDone, Shown

MINISTRY = AtLevel.MINISTRY
YEARS_OF_VALIDITY = 3  # Interim Measures, validity three years


def open_stage(call: Call, *, early: bool = False, by) -> bool:
    """Open the ministry's stage of a call; from then on no recommendation can be taken back.

    `early` says that the officer knows of a deadline that has not passed. Returns False when it was open
    already. Raises StepNotAllowed for anybody but the ministry, StepRefused before the deadline.
    """
    _ask(by, "programmes.open_ministry_stage", call)
    closing = deadlines.for_province(call)
    is_open = call.ministry_stage_opened_at is not None
    if closing and not early and not is_open and not closing.has_passed(_clock()):
        raise StepRefused(
            _("The deadline for recommendations is %(closes)s; it has not passed yet.")
            % {"closes": deadlines.words(closing.closes_at)},
            "before_the_deadline",
        )
    with transaction.atomic():
        # The update takes the lock that recommend and take_back wait for.
        opened = Call.objects.filter(pk=call.pk, ministry_stage_opened_at=None).update(ministry_stage_opened_at=Now())
        if opened:
            record("programmes.open_ministry_stage", by=by, subject=f"calls.{call.pk}")
    return bool(opened)


def shortlist(application: Application, *, key, version, words="", state_seen="", by) -> Opinion:
    """Choose the application for the public notice; known to the ministry alone until then.

    `state_seen` is the state the page showed: a secret step moves no version.
    """
    try:
        with LIFECYCLE.taking(
            "shortlist", application, by=by, version=version, words=words, done_already=already_given(key)
        ) as taken:
            as_it_was_seen(taken.row, state_seen)
            answer_for_concerns(taken, words)
            taken.changes["released_at"] = None
            return give(taken, MINISTRY, Decision.SHORTLIST, key=key, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.SHORTLIST, by, words)


def put_back(application: Application, *, key, version, words, state_seen="", by) -> Opinion:
    """Put a shortlisted application back among the candidates; as secret as the choice it undoes."""
    try:
        with LIFECYCLE.taking(
            "put_back", application, by=by, version=version, words=words, done_already=already_given(key)
        ) as taken:
            as_it_was_seen(taken.row, state_seen)
            return give(taken, MINISTRY, Decision.PUT_BACK, key=key, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.PUT_BACK, by, words)


def decline(application: Application, *, key, version, reasons, words, state_seen="", by) -> Opinion:
    """Decide against the application; known to the ministry alone until the public notice starts.

    One that is in the public notice already can be declined only when an objection was upheld.
    """
    try:
        with LIFECYCLE.taking(
            "decline", application, by=by, version=version, reasons=reasons, words=words,
            done_already=already_given(key),
        ) as taken:  # fmt: skip
            as_it_was_seen(taken.row, state_seen)
            if taken.row.state != State.IN_PUBLIC_NOTICE:
                taken.changes["released_at"] = released_with_the_call(taken.row)
            return give(taken, MINISTRY, Decision.DECLINE, key=key, reasons=reasons, words=words)
    except AlreadyDone as done:
        return same_or_refused(done, application, Decision.DECLINE, by, words, reasons)


def publish_notice(
    call: Call,
    applications: list[Application],
    *,
    starts_on: date,
    working_days: int,
    document_number: str = "",
    contact: dict[str, str],
    key,
    by,
    shown: dict[int, Shown] | None = None,
) -> PublicNotice:
    """Publish the shortlisted applications for objection; all of them or none. `shown` is what the page showed of each.

    With the start of the notice the ministry's choice is released for them and for the declined. `contact` says
    where and how to object (models.WHERE_TO_OBJECT). Raises StepRefused when it is not whole, none is chosen, the
    start lies in the past or one is not shortlisted.
    """
    _ask(by, "programmes.publish_notice", call)
    document_number = document_number.strip()
    contact = {name: contact.get(name, "").strip() for name in WHERE_TO_OBJECT}
    said = {"call_id": call.pk, "starts_on": starts_on, "working_days": working_days,
            "document_number": document_number, "published_by_id": by.pk, **contact}  # fmt: skip
    before = _published_already(key, said, applications)
    if before is not None:
        return before
    if not applications:
        raise StepRefused(_("Choose at least one shortlisted application."), "none_chosen")
    if not all(contact.values()):
        raise StepRefused(
            _("A public notice says where and how to object: office, address, telephone, e-mail and the way."),
            "no_contact",
        )
    if starts_on < timezone.localdate():
        raise StepRefused(_("A public notice cannot start in the past."), "starts_in_the_past")
    days = period(starts_on, working_days)
    try:
        with transaction.atomic():
            return _publish(call, applications, shown or {}, days, said, key, by)
    except IntegrityError:
        # Pressed twice at once: the second waited for the first at the unique key.
        before = _published_already(key, said, applications)
        if before is None:
            raise
        return before


def _published_already(key, said: dict, applications: list[Application]) -> PublicNotice | None:
    """Return the notice published under this key; refuse a repeat that says something else or names other cases."""
    found = PublicNotice.objects.filter(key=key).first()
    if found is None:
        return None
    named = set(found.entries.values_list("application_id", flat=True))
    if {name: getattr(found, name) for name in said} != said or named != {row.pk for row in applications}:
        raise StepRefused(_("This page was already used. Please reload it."), "key_reused")
    return found


def _publish(call, applications, shown: dict[int, Shown], days: Period, said: dict, key, by) -> PublicNotice:
    notice, refused = _notice(days, said, key), []
    for application in sorted(applications, key=lambda row: row.pk):
        try:
            _name_in(notice, application, shown.get(application.pk), by)
        except StepRefused as refusal:
            if refusal.code == "busy":
                raise
            refused.append((application, refusal))
    if refused:
        raise _naming_the_cases(refused)
    Application.objects.filter(call=call, state=State.DECLINED, released_at=None).update(released_at=notice.starts_at)
    record("applications.publish_notice", by=by, subject=f"notices.{notice.pk}", audience=Audience.MINISTRY)
    return notice


def _name_in(notice: PublicNotice, application: Application, shown: Shown | None, by) -> None:
    with LIFECYCLE.taking("publish", application, by=by, version=shown, words=notice.document_number) as taken:
        if taken.row.call_id != notice.call_id:
            raise StepRefused(_("An application of another call was chosen."), "other_call")
        taken.changes["released_at"] = notice.starts_at
        taken.details["notice_days"] = notice.days_told()
        NoticeEntry.objects.create(notice=notice, application=taken.row)


def _naming_the_cases(refused: list[tuple[Application, StepRefused]]) -> StepRefused:
    """Return one refusal that names each case and why; an outdated page among them makes the whole page outdated."""
    refusals = [refusal for _application, refusal in refused]
    first = next((one for one in refusals if isinstance(one, Outdated)), refusals[0])
    first.words = "\n".join(
        _("%(name)s: %(why)s") % {"name": application.facts.name, "why": refusal} for application, refusal in refused
    )
    first.rows = tuple(application for application, _refusal in refused)
    return first


def _notice(days: Period, said: dict, key) -> PublicNotice:
    return PublicNotice.objects.create(
        **said,
        ends_on=days.end,
        is_certain=days.is_certain,
        starts_at=beginning_of(days.start),
        ends_at=beginning_of(days.end + timedelta(days=1)),
        key=key,
    )


def beginning_of(day: date) -> datetime:
    """Return the first moment of a day in China, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def why_nothing_is_recorded(entry: NoticeEntry, now: datetime) -> StepRefused | None:
    """Return why nothing can be recorded of objections to a cluster now; page and act both ask."""
    if now < entry.notice.ends_at:
        return StepRefused(
            _("The public notice runs until %(end)s; objections are recorded after it.")
            % {"end": date_format(entry.notice.ends_on)},
            "notice_runs",
        )
    if entry.application.state != State.IN_PUBLIC_NOTICE:
        return StepNotAllowed(_("This cluster is not in a public notice any more."), "wrong_state")
    return None


def record_objections(
    entry: NoticeEntry, *, outcome: str, words: str, only_new: bool = False, seen=None, by
) -> NoticeEntry:
    """Record what became of objections to one cluster, after the notice has ended.

    What somebody has recorded meanwhile stays, and Outdated is raised: with `only_new` anything, else what differs
    from the record the page showed, of which `seen` is the mark (NoticeEntry.mark).
    """
    _ask(by, "applications.record_objections", entry.application)
    with transaction.atomic():
        now = _clock()
        refusal = why_nothing_is_recorded(entry, now)
        if refusal is not None:
            raise refusal
        if outcome not in Outcome.values:
            raise StepRefused(_("Please choose what became of objections."), "no_outcome")
        words = words.strip()
        if outcome != Outcome.NONE and not words:
            raise StepRefused(_("Please say what was objected and how it was decided."), "reason_missing")
        # The update takes the lock that recognise and decline hold, so none of them reads what was before.
        in_notice = Application.objects.filter(pk=entry.application_id, state=State.IN_PUBLIC_NOTICE)
        if not in_notice.update(state=State.IN_PUBLIC_NOTICE):
            raise StepNotAllowed(_("This cluster is not in a public notice any more."), "wrong_state")
        stands = NoticeEntry.objects.select_related("recorded_by__user").get(pk=entry.pk)
        shown = "" if only_new else seen
        if shown is not None and shown != stands.mark:
            if (stands.outcome, stands.words, stands.recorded_by_id) == (outcome, words, by.pk):
                return stands  # pressed twice
            raise _recorded_meanwhile(stands)
        NoticeEntry.objects.filter(pk=entry.pk).update(outcome=outcome, words=words, recorded_by=by, recorded_at=now)
        subject = f"applications.{entry.application_id}"
        record("applications.record_objections", by=by, chain=subject, subject=subject, words=words,
               details={"outcome": outcome})  # fmt: skip
    entry.refresh_from_db()
    return entry


def _recorded_meanwhile(entry: NoticeEntry) -> Outdated:
    if not entry.outcome:
        words = _("This page is older than the case. It shows the newest now; please look again.")
        return Outdated(words, "recorded_already")
    said = entry.get_outcome_display()
    if entry.words:
        said = _("%(name)s: %(why)s") % {"name": said, "why": entry.words}
    words = _("After this page was opened %(who)s has recorded “%(said)s”, which stands. Please look again.")
    return Outdated(words % {"who": entry.recorded_by.user, "said": said}, "recorded_already")


def recognise(application: Application, *, key, version, document_number: str, valid_from: date, by) -> Recognition:
    """Recognise a cluster after its public notice, and grant the title for three years.

    Raises StepRefused while the notice runs, before objections are recorded, or when one was upheld.
    """
    document_number = document_number.strip()
    try:
        with LIFECYCLE.taking(
            "recognise", application, by=by, version=version, words=document_number, done_already=already_given(key)
        ) as taken:
            row = taken.row
            if not document_number:
                raise StepRefused(_("A recognition needs its document number."), "no_document_number")
            cannot_begin = why_not_from(notice_entry_of(row).notice, valid_from, taken.now)
            if cannot_begin is not None:
                raise cannot_begin
            give(taken, MINISTRY, Decision.RECOGNISE, key=key, words=document_number)
            granted = _grant(row, document_number, valid_from, by)
            taken.details["title_granted"] = granted.told()
            return granted
    except AlreadyDone as done:
        same_or_refused(done, application, Decision.RECOGNISE, by, document_number)
        granted = Recognition.objects.get(granted_for=application.ask_key)
        if granted.valid_from != valid_from:
            raise used_for_another() from None
        return granted


def _grant(row: Application, document_number: str, valid_from: date, by) -> Recognition:
    """Grant the title to what was signed and named in the notice, whatever the register says since."""
    signed = facts_signed(row.snapshot)
    return recognitions.grant(
        row.cluster,
        name=signed["name"],
        county=written(signed["lead"]["name"], signed["further"]),
        industry=signed["industry"]["name"],
        niche=signed["niche"],
        programme=row.call.programme,
        province=row.province,
        batch=row.call.year,
        document_number=document_number,
        valid_from=valid_from,
        valid_to=end_of_validity(valid_from),
        granted_for=row.ask_key,
        by=by,
    )


def end_of_validity(valid_from: date) -> date:
    """Return the first day on which a title given from that day is over."""
    return years_after(valid_from, YEARS_OF_VALIDITY)


def why_not_from(notice: PublicNotice, valid_from: date, now: datetime) -> StepRefused | None:
    """Return why a title cannot be valid from that day; None when it can.

    No rule says from when. The first batch counts from 1 January 2023, within its notice of 29 December to 5 January:
    so not before the notice has begun, nor so long ago that the title would be over on the day it is given.
    """
    if valid_from < notice.starts_on:
        words = _("The public notice began on %(day)s; a title cannot be valid from before that.")
        return StepRefused(words % {"day": date_format(notice.starts_on)}, "begins_before_notice")
    if end_of_validity(valid_from) <= timezone.localdate(now):
        return StepRefused(_("A title from this day would be over already. Please check the year."), "born_expired")
    return None


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _ask(by, permission: str, row) -> None:
    if not allows(by, permission, row):
        raise StepNotAllowed(_("This is done by the ministry."), "not_allowed")


def _clock() -> datetime:
    return Call.objects.annotate(clock=Now()).values_list("clock", flat=True)[0]
