"""Build the whole demo in one transaction, through the real steps, and then date it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone, translation

from applications.actions import ministry
from applications.demo import words
from applications.demo.accounts import People
from applications.demo.backdating import Window, move_back
from applications.demo.calls import (
    OPEN_CODE,
    Milestones,
    beginning_of,
    close,
    database_now,
    keep_open,
    open_call,
    previous_call,
)
from applications.demo.cases import DUE_DAYS, Case
from applications.demo.samples import IN_THE_OPEN_CALL, IN_THE_PREVIOUS_CALL
from applications.enums import State
from applications.models import Application, NoticeEntry, PublicNotice
from audit.models import Event
from programmes.models import Call
from programmes.working_days import period

BY_COUNTY = frozenset({"applications.open", "applications.answer", "clusters.tell_figures", "applications.submit"})
BY_PROVINCE = frozenset({"applications.recommend", "applications.do_not_recommend"})
CHOICE = frozenset({"applications.shortlist", "applications.decline"})
NOTICE_DAYS = 5


@dataclass(frozen=True)
class Built:
    """What a run of load_demo did: made the demo, or found it; and a closing that was moved on."""

    is_new: bool
    closes_at: datetime | None
    states: dict[str, int]


def build() -> Built:
    """Make the demo, or only move its closing on when it has closed."""
    with transaction.atomic(), translation.override("zh-hans"):
        now = database_now()
        people = People()
        call = Call.objects.filter(code=OPEN_CODE).first()
        if call is not None:
            return Built(False, keep_open(call, now), _states())
        _build_previous_call(now, people)  # first: who applies again has a past
        _build_open_call(now, people)
        return Built(True, None, _states())


def _states() -> dict[str, int]:
    states = Application.objects.filter(call__programme__code="demo").values_list("state", flat=True)
    return {state: count for state in State.values if (count := Counter(states)[state])}


def _due(now: datetime) -> datetime:
    """Return the end of an office day in some days: nobody sets a deadline to the minute of a command."""
    return beginning_of(timezone.localdate(now) + timedelta(days=DUE_DAYS)) + timedelta(hours=17)


def _build_open_call(now: datetime, people: People) -> None:
    call = open_call(now)
    cases = [Case(sample, call, people) for sample in IN_THE_OPEN_CALL]
    for case in cases:
        if case.sample.state is None:
            case.tell_earlier_years()
        else:
            case.lead_to(due_at=_due(now))
    yesterday = beginning_of(timezone.localdate(now))
    if call.opens_at + timedelta(days=2) > yesterday:
        return  # the call is too young for a past
    for number, case in enumerate(case for case in cases if case.application):
        start = call.opens_at + (yesterday - call.opens_at) * (number % 7) / 14 + timedelta(minutes=37 * number)
        move_back(case.fresh(), [Window(start, yesterday)])


def _build_previous_call(now: datetime, people: People) -> None:
    milestones = Milestones(timezone.localtime(now).year - 1)
    call = previous_call(now, milestones)
    cases = [Case(sample, call, people) for sample in IN_THE_PREVIOUS_CALL]
    for case in cases:
        case.lead_to(due_at=_due(now))
    close(call, milestones.day(8, 1))
    officer = cases[0].officer
    ministry.open_stage(call, early=True, by=officer)
    Call.objects.filter(pk=call.pk).update(ministry_stage_opened_at=milestones.day(8, 4))
    call.refresh_from_db()

    first = [case for case in cases if case.sample.notice == "ended"]
    early, *late = [case for case in cases if case.sample.state == State.DECLINED]
    _choose(first, [early])
    notice = _publish(call, first, 1)
    _move_notice_back(notice, milestones)
    _recognise(first, call.year)
    second = [case for case in cases if case.sample.notice == "running"]
    waiting = [case for case in cases if case.sample.state == State.SHORTLISTED]
    _choose([*second, *waiting], late)
    _publish(call, second, 2)
    for number, case in enumerate(cases):
        is_early = case in first or case is early
        move_back(case.fresh(), _windows(milestones, now, is_early=is_early, number=number))


def _choose(chosen: Iterable[Case], declined: Iterable[Case]) -> None:
    for case in chosen:
        case.shortlist()
    for case in declined:
        case.decline()


def _publish(call: Call, cases: list[Case], number: int) -> PublicNotice:
    return ministry.publish_notice(
        call,
        [case.fresh() for case in cases],
        starts_on=timezone.localdate(),
        working_days=NOTICE_DAYS,
        document_number=f"示例公示〔{call.year}〕{number}号",
        contact=words.WHERE_TO_OBJECT,
        key=uuid4(),
        by=cases[0].officer,
    )


def _move_notice_back(notice: PublicNotice, milestones: Milestones) -> None:
    """Let the first notice have run in September of the year before."""
    days = period(date(milestones.year, 9, 15), NOTICE_DAYS)
    released = Application.objects.filter(call=notice.call_id, released_at=notice.starts_at)
    released.update(released_at=ministry.beginning_of(days.start))
    PublicNotice.objects.filter(pk=notice.pk).update(
        starts_on=days.start,
        ends_on=days.end,
        is_certain=days.is_certain,
        starts_at=ministry.beginning_of(days.start),
        ends_at=ministry.beginning_of(days.end + timedelta(days=1)),
        published_at=milestones.day(9, 12),
    )
    notice.refresh_from_db()
    published = [f"applications.{entry.application_id}" for entry in notice.entries.all()]
    Event.objects.filter(action="applications.publish", chain__in=published).update(
        details={"notice_days": notice.days_told()}  # hashed anew with the moments of the acts (move_back)
    )


def _recognise(cases: list[Case], year: int) -> None:
    """Record what became of objections, and recognise; one is left for the ministry to finish."""
    for case in cases:
        if not case.sample.objection:
            continue
        entry = NoticeEntry.objects.select_related("notice").get(application=case.application)
        said = words.DISMISSED if case.sample.objection == "dismissed" else ""
        ministry.record_objections(entry, outcome=case.sample.objection, words=said, by=case.officer)
        case.decide(
            ministry.recognise,
            document_number=f"示例函〔{year}〕1号",
            valid_from=date(year, 11, 1),
            by=case.officer,
        )


def _windows(at: Milestones, now: datetime, *, is_early: bool, number: int) -> list[Window]:
    """Return when the acts on an application of the previous call took place."""
    later = timedelta(minutes=61 * number)  # so that no two acts bear the same minute
    chosen = (at.day(8, 10), at.day(9, 6)) if is_early else (now - timedelta(days=20), now - timedelta(days=3))
    windows = [
        Window(at.day(3, 10 + number) + later, at.day(6, 1 + number) + later, BY_COUNTY),
        Window(at.day(7, 1 + number) + later, at.day(7, 3 + number) + later, BY_PROVINCE),
        Window(*chosen, CHOICE),
    ]
    if is_early:
        windows += [
            Window(at.day(9, 12), at.day(9, 13), frozenset({"applications.publish"})),
            Window(at.day(9, 24), at.day(9, 26), frozenset({"applications.record_objections"})),
            Window(at.day(10, 20), at.day(10, 21), frozenset({"applications.recognise"})),
        ]
    return windows
