"""Until when a step may be taken: act, button, page and refusal say the same."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import times
from applications.actions import ministry
from applications.enums import Reason, State
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from applications.work import work_of
from audit.models import Event
from programmes import deadlines
from programmes.models import Call, Deadline, Quota
from tests.accounts.helpers import minute_over
from tests.applications.pages import browser, decide_address, sent, signed_in
from tests.applications.test_ministry_pages import notice_said
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import (
    IN_STATE,
    WHERE_TO_OBJECT,
    county_of,
    declined,
    end_notice,
    fresh,
    in_notice,
    not_recommended,
    province_of,
    recommended,
    returned,
    submitted,
)
from workflow.refusals import DeadlinePassed, StepRefused
from workflow.steps import Step, Until, _with_arrival

pytestmark = pytest.mark.django_db
FAR = f"{timezone.localdate().year + 5}-01-01T00:00"  # after any deadline, in a year somebody can mean


def pass_the_deadline_of_the_ministry(call) -> str:
    """Move the ministry's deadline into the past; return its moment in words."""
    past = timezone.now() - timedelta(minutes=1)
    Deadline.objects.filter(call=call, authority__code="cn").update(closes_at=past)
    return deadlines.words(past)


def open_steps(application, office) -> list[str]:
    return [step.name for step in LIFECYCLE.open_to(office, fresh(application, office))]


@pytest.mark.parametrize(
    ("step", "situation", "said"),
    [
        ("recommend", submitted, {}),
        ("take_back", recommended, {"words": "材料有误"}),
        ("take_back", not_recommended, {"words": "材料有误"}),
        ("send_back", submitted, {"words": "请核对", "reasons": [Reason.FIGURE_UNCLEAR], "due_at": FAR}),
        ("extend", returned, {"words": "准予延期", "due_at": FAR}),
        ("call_back", returned, {"words": "误退"}),
    ],
)
def test_after_the_ministrys_deadline_a_step_of_the_province_is_a_403_with_the_time_that_counted(
    call, step, situation, said
):
    application, office = situation(call), OfficeFactory(province=True)
    closed = pass_the_deadline_of_the_ministry(call)
    client, before = browser(office), fresh(application)
    answers = (
        client.get(decide_address(application, step)),
        client.post(decide_address(application, step), sent(application, **said)),
        client.post(decide_address(application, step), {"version": "x"}),
    )
    for answer in answers:
        assert answer.status_code == 403
        assert f"向工业和信息化部推荐的截止时间为 {closed}" in answer.content.decode()
        assert "不属于" not in answer.content.decode()
    assert (fresh(application).state, fresh(application).version) == (before.state, before.version)
    minute_over()
    refusal = Event.objects.get(action=f"applications.{step}", result="refused")
    assert refusal.details == {"code": "deadline_passed", "minute": refusal.details["minute"], "count": 1}
    page = client.get(application.get_absolute_url()).content.decode()
    assert decide_address(application, step) not in page
    assert closed in page and "现在不能办理" in page
    assert step not in open_steps(application, office)


@pytest.mark.parametrize(("after", "is_late"), [(-1, False), (0, True), (1, True)])
def test_a_step_is_late_from_the_very_moment_on(after, is_late):
    moment = timezone.now()
    step = Step("act", "Act", frozenset(), None, until=lambda row: Until(moment, "late"))
    row = SimpleNamespace(clock=moment + timedelta(microseconds=after))
    assert (step.is_late(row) is not None) == is_late


def test_after_the_deadline_a_case_can_still_be_decided_against(call):
    application, office = submitted(call), OfficeFactory(province=True)
    pass_the_deadline_of_the_ministry(call)
    assert open_steps(application, office) == ["do_not_recommend", "disqualify"]


def test_taking_back_says_that_the_ministry_has_begun_and_not_that_it_is_not_ones_duty(call):
    application = recommended(call)
    opened = timezone.now() - timedelta(days=1)
    Call.objects.filter(pk=call.pk).update(ministry_stage_opened_at=opened)
    client = signed_in(province=True)
    for answer in (
        client.get(decide_address(application, "take_back")),
        client.post(decide_address(application, "take_back"), sent(application, words="材料有误")),
    ):
        assert answer.status_code == 403
        assert f"部级评审已于 {deadlines.words(opened)} 开始，此后不能再收回决定。" in answer.content.decode()
    assert fresh(application).state == State.RECOMMENDED


def test_of_two_times_the_earlier_one_counts(call):
    application = recommended(call)
    past = pass_the_deadline_of_the_ministry(call)
    Call.objects.filter(pk=call.pk).update(ministry_stage_opened_at=timezone.now())
    assert past in str(LIFECYCLE.why_not("take_back", OfficeFactory(province=True), fresh(application)))


def test_no_recommendation_is_offered_without_a_place(call):
    application, office = submitted(call), OfficeFactory(province=True)
    Quota.objects.filter(call=call, authority__code="370000").update(used=8)
    client = browser(office)
    assert "recommend" not in open_steps(application, office)
    page = client.get(application.get_absolute_url()).content.decode()
    assert decide_address(application, "recommend") not in page
    assert "本年度申报的 8 个推荐名额已用完" in page
    answer = client.get(decide_address(application, "recommend"))
    assert (answer.status_code, answer.context["refusal"].code) == (409, "quota_used_up")
    assert answer.templates[0].name == "applications/case/case.html"


def test_soft_places_can_be_passed(call):
    application, office = submitted(call), OfficeFactory(province=True)
    Quota.objects.filter(call=call, authority__code="370000").update(used=8, soft=True)
    assert "recommend" in open_steps(application, office)
    assert browser(office).post(decide_address(application, "recommend"), sent(application)).status_code == 302


def test_taking_back_is_not_offered_while_the_county_has_another_one_running(call):
    first, office = not_recommended(call), OfficeFactory(province=True)
    assert "take_back" in open_steps(first, office)
    submitted(call, cluster=first.cluster)
    assert "take_back" not in open_steps(first, office)


def test_a_released_result_is_not_offered_for_shortlisting(call):
    application, officer = declined(call), OfficeFactory(ministry=True)
    client, listed = browser(officer), f"/ministry/?call={call.code}&tab=declined"
    assert "shortlist" in open_steps(application, officer)
    assert f'value="{application.pk}"' in client.get(listed).content.decode()
    Application.objects.filter(pk=application.pk).update(released_at=timezone.now() - timedelta(minutes=1))
    assert "shortlist" not in open_steps(application, officer)
    assert decide_address(application, "shortlist") not in client.get(application.get_absolute_url()).content.decode()
    page = client.get(listed).content.decode()
    assert f'value="{application.pk}"' not in page and "formaction" not in page
    assert client.post(decide_address(application, "shortlist"), sent(application)).status_code == 403
    assert fresh(application).state == State.DECLINED


def test_a_result_is_dated_by_the_day_on_which_its_notice_begins(call):
    application, midnight = declined(call), datetime(2025, 9, 14, 16, tzinfo=UTC)
    for at, said in ((midnight, "2025年9月15日"), (midnight + timedelta(hours=9), "2025年9月15日 09:00")):
        application.released_at = at
        assert f"已于 {said} 公布" in times.choosing(application).late


def test_the_stage_is_said_to_open_on_the_day_it_begins(call):
    application, midnight = recommended(call), datetime(2025, 9, 14, 16, tzinfo=UTC)
    application.call.ministry_stage_opened_at = midnight
    assert "2025年9月15日" in (said := times.taking_back(application).late) and "24:00" not in said


def test_after_its_notice_a_cluster_is_recognised_or_declined_as_the_objections_say(call):
    application, officer = in_notice(call), OfficeFactory(ministry=True)

    def offered() -> set:
        return {"recognise", "decline"} & set(open_steps(application, officer))

    assert offered() == set()
    entry = end_notice(application)
    assert offered() == set()
    for outcome, step in (("none", "recognise"), ("dismissed", "recognise"), ("upheld", "decline")):
        type(entry).objects.filter(pk=entry.pk).update(outcome=outcome, words="经核查")
        assert offered() == {step}


def test_the_check_page_says_that_the_deadline_has_passed_instead_of_offering_to_submit(call):
    application = returned(call)
    due = timezone.now() - timedelta(minutes=1)
    Application.objects.filter(pk=application.pk).update(due_at=due)
    client = browser(OfficeFactory(county=True))
    page = client.get(f"/applications/{application.pk}/check/").content.decode()
    assert 'name="declared"' not in page
    assert f"截止时间为 {deadlines.words(due)}" in page


def test_an_act_that_no_page_refuses_is_answered_with_its_sentence(call, monkeypatch):
    """Any view may meet a refusal it did not think of: it is no failure of ours."""
    from applications.views import submission
    from workflow.refusals import StepRefused

    def refuse(*args, **kwargs):
        raise StepRefused("请稍后再试。", "busy")

    application = submitted(call)
    monkeypatch.setattr(submission, "signed", refuse)
    answer = browser(OfficeFactory(county=True)).get(f"/applications/{application.pk}/submitted/")
    assert (answer.status_code, "请稍后再试。" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("state", State)
def test_every_step_a_case_offers_opens_in_every_state(call, state):
    row = IN_STATE[state](call)
    if call.ministry_stage_opened_at is None and state == State.RECOMMENDED:
        ministry.open_stage(call, early=True, by=OfficeFactory(ministry=True))
    for office in (province_of(row), OfficeFactory(ministry=True), county_of(row)):
        client = browser(office)
        page = client.get(row.get_absolute_url() + "?read")
        for step in page.context["steps"] if page.status_code == 200 else ():
            assert client.get(step["address"]).status_code == 200, (office.role, step["name"])


def test_no_application_is_offered_after_the_deadline_of_the_county(call):
    office = OfficeFactory(county=True)
    cluster = ClusterFactory(lead=office.authority)
    assert [line.openable for line in work_of(office).clusters] == [call]
    Deadline.objects.create(
        call=call, authority=submitted(call, lead="市中区").province, authority_path="national:cn/370000/",
        level_below="county", closes_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    assert [line.openable for line in work_of(office).clusters if line.cluster == cluster] == [None]


@pytest.mark.parametrize(("after", "seconds"), [(timedelta(seconds=23), ":23 到达"), (timedelta(minutes=2), "")])
def test_a_submission_within_the_minute_of_the_closing_is_told_to_the_second(after, seconds):
    closing = datetime(2025, 7, 1, 4, 1, tzinfo=UTC)
    until = Until(closing, "截止时间为 12:01。", arrived="您的提交于 %(now)s 到达。")
    said = str(_with_arrival(DeadlinePassed(until.late, "deadline_passed"), until, closing + after))
    assert ("12:01:23" in said) == bool(seconds)
    assert "12:03 到达" in said or seconds in said


@pytest.mark.parametrize("step", ["shortlist", "decline", "recognise"])
def test_before_its_stage_the_ministry_reads_that_it_is_not_open_and_not_that_it_is_not_its_duty(call, step):
    application, client = recommended(call), signed_in(ministry=True)
    for answer in (
        client.get(decide_address(application, step)),
        client.post(decide_address(application, step), sent(application, reasons=[Reason.OTHER], words="择优")),
    ):
        assert answer.status_code == 403
        assert "部级评审尚未开始" in answer.content.decode()
    answer = signed_in(province=True).get(decide_address(application, step))
    assert "部级评审尚未开始" not in answer.content.decode()  # not its duty whenever


def test_nothing_is_published_before_the_stage_and_the_page_says_so(call):
    application = recommended(call)
    answer = signed_in(ministry=True).post(reverse("ministry_notice", args=[call.code]), notice_said(application))
    assert (answer.status_code, answer.context["refusal"].code) == (409, "stage_not_open")
    with pytest.raises(StepRefused) as refusal:
        publish(call, fresh(application))
    assert refusal.value.code == "stage_not_open"


def publish(call, application):
    """Publish as a program does, past the page."""
    ministry.publish_notice(
        call, [application], starts_on=timezone.localdate(), working_days=5, contact=WHERE_TO_OBJECT,
        key=uuid.uuid4(), by=OfficeFactory(ministry=True),
    )  # fmt: skip
