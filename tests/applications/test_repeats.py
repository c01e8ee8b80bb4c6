"""A repeated key is answered as done when all that was sent is the same; anything else is refused."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions import county, ministry, province, waivers
from applications.enums import Outcome, Reason, State
from applications.models import PublicNotice
from programmes.models import Waiver
from recognitions.models import Recognition
from tests.applications.pages import browser, decide_address, sent, text_of
from tests.applications.test_ministry_pages import notice_said
from tests.factories import OfficeFactory
from tests.situations import (
    WHERE_TO_OBJECT,
    county_of,
    end_notice,
    filled,
    fresh,
    in_notice,
    province_of,
    returned,
    shortlisted,
    submitted,
)  # fmt: skip
from tests.world import make_country
from workflow.refusals import Outdated, StepRefused

pytestmark = pytest.mark.django_db

RETURN = {"reasons": [Reason.FIGURE_UNCLEAR], "words": "请核对。", "version": None}
TITLE = {"document_number": "工信部企业函〔2025〕1号", "version": None}


def is_refused(act, *args, **said) -> bool:
    with pytest.raises(StepRefused) as refusal:
        act(*args, **said)
    return refusal.value.code == "key_reused"


@pytest.mark.parametrize(
    ("situation", "act", "said"),
    [(submitted, province.send_back, RETURN), (returned, province.extend, {"words": "准予延期。", "version": None})],
)
def test_another_due_date_or_another_office_is_another_act(call, situation, act, said):
    row, key, due = situation(call), uuid.uuid4(), timezone.now() + timedelta(days=15)
    said = said | {"key": key, "by": province_of(row)}
    first = act(row, due_at=due, **said)
    assert act(row, due_at=due, **said) == first
    assert is_refused(act, row, due_at=due + timedelta(days=7), **said)
    assert is_refused(act, row, due_at=due, **said | {"by": OfficeFactory(province=True, authority=row.province)})
    assert fresh(row).due_at == due


def test_what_was_undone_since_is_not_announced_again(call):
    """The page that was sent again says what the case is now, and can then be sent anew."""
    row, reviewer = submitted(call), OfficeFactory(province=True)
    client, said = browser(reviewer), sent(fresh(row), words="同意。")
    address = decide_address(row, "recommend")
    assert [client.post(address, said).status_code for _time in range(2)] == [302, 302]
    province.take_back(fresh(row), key=uuid.uuid4(), version=None, words="再议", by=reviewer)
    answer = client.post(address, said)
    assert (answer.status_code, answer.context["refusal"].code) == (409, "done_before")
    assert "此前已办理；该申报目前为“已提交”" in text_of(answer)
    anew = {field.name: field.value() for field in answer.context["form"]}
    assert client.post(address, anew).status_code == 302 and fresh(row).state == State.RECOMMENDED


def test_a_repeat_tells_nothing_of_what_was_chosen_since(call):
    row, key, officer = submitted(call), uuid.uuid4(), OfficeFactory(ministry=True)
    said = {"key": key, "version": None, "words": "同意。", "by": province_of(row)}
    first = province.recommend(row, **said)
    ministry.open_stage(call, early=True, by=officer)
    chosen = {"key": uuid.uuid4(), "version": None, "words": "择优", "by": officer}
    ministry.shortlist(fresh(row), **chosen)
    assert province.recommend(row, **said) == first
    ministry.put_back(fresh(row), **chosen | {"key": uuid.uuid4()})
    with pytest.raises(Outdated, match="此前已办理；该申报目前为“已推荐”"):
        ministry.shortlist(fresh(row), **chosen)


def test_a_due_date_that_was_moved_since_is_not_announced_again(call):
    row, due = submitted(call), timezone.now() + timedelta(days=5)
    said = RETURN | {"key": uuid.uuid4(), "by": province_of(row)}
    province.send_back(row, due_at=due, **said)
    more = {"key": uuid.uuid4(), "version": None, "words": "", "by": province_of(row)}
    province.extend(fresh(row), due_at=due + timedelta(days=2), **more)
    with pytest.raises(Outdated):
        province.send_back(row, due_at=due, **said)


def test_another_first_day_is_another_title(call):
    row, officer = in_notice(call), OfficeFactory(ministry=True)
    ministry.record_objections(end_notice(row), outcome=Outcome.NONE, words="", by=officer)
    said, day = TITLE | {"key": uuid.uuid4(), "by": officer}, timezone.localdate()
    first = ministry.recognise(fresh(row), valid_from=day, **said)
    assert ministry.recognise(fresh(row), valid_from=day, **said) == first
    assert is_refused(ministry.recognise, fresh(row), valid_from=day + timedelta(days=7), **said)
    assert Recognition.objects.get().valid_from == day


def test_what_one_office_has_submitted_is_not_answered_to_another(call):
    row = filled(call)
    said = {"key": uuid.uuid4(), "declared": True, "version": row.version}
    county.submit(row, by=row.opened_by, **said)
    assert is_refused(county.submit, row, by=county_of(row), **said)


def test_a_submission_that_was_withdrawn_since_is_not_announced_again(call):
    """The page that was sent again says so, and the case it leads to has the way on."""
    row = filled(call)
    client, said = browser(row.opened_by), {"key": uuid.uuid4(), "declared": "on", "version": row.version}
    address = reverse("application_submit", args=[row.pk])
    assert client.post(address, said).url == reverse("application_submitted", args=[row.pk])
    county.withdraw(fresh(row), version=None, words="", by=row.opened_by)
    with pytest.raises(Outdated) as refusal:
        county.submit(row, key=said["key"], declared=True, version=row.version, by=row.opened_by)
    assert refusal.value.code == "done_before"
    page = client.post(address, said, follow=True)
    assert "此申报此前已提交，其后已撤回" in text_of(page)
    assert reverse("cluster", args=[row.cluster_id]) in page.content.decode()


def test_a_notice_of_other_cases_or_by_another_officer_is_another_notice(call):
    one, other, left = (shortlisted(call, lead=lead) for lead in ("历下区", "市中区", "黄岛区"))
    officer = OfficeFactory(ministry=True)
    said = {"starts_on": timezone.localdate(), "working_days": 5, "contact": WHERE_TO_OBJECT, "key": uuid.uuid4()}
    first = ministry.publish_notice(call, [one, other], by=officer, **said)
    assert ministry.publish_notice(call, [other, one], by=officer, **said) == first
    for cases in ([one], [one, other, left], []):
        assert is_refused(ministry.publish_notice, call, cases, by=officer, **said)
    assert is_refused(ministry.publish_notice, call, [one, other], by=OfficeFactory(ministry=True), **said)


def test_the_page_of_a_notice_sent_again_with_other_cases_is_refused(call):
    one, other, left = (shortlisted(call, lead=lead) for lead in ("历下区", "市中区", "黄岛区"))
    client, address = browser(OfficeFactory(ministry=True)), reverse("ministry_notice", args=[call.code])
    said = notice_said(one, other)
    assert [client.post(address, said).status_code for _time in range(2)] == [302, 302]
    for cases in ([one], [one, left], [one, other, left]):
        answer = client.post(address, said | notice_said(*cases) | {"key": said["key"]})
        assert (answer.status_code, answer.context["refusal"].code) == (409, "key_reused")
    assert PublicNotice.objects.get().entries.count() == 2


def test_a_waiver_for_other_places_or_by_another_officer_is_another_waiver(call):
    officer, places = OfficeFactory(ministry=True), [make_country()[name] for name in ("历下区", "市中区", "黄岛区")]
    said = {
        "clause": "1.4",
        "key": uuid.uuid4(),
        "reason": "适当放宽。",
        "document_number": "9号",
        "public_line": "豁免。",
    }
    first = waivers.grant(call, places=places[:2], by=officer, **said)
    assert waivers.grant(call, places=places[:2], by=officer, **said) == first
    for named in (places[:1], places, places[1:]):
        assert is_refused(waivers.grant, call, places=named, by=officer, **said)
    assert is_refused(waivers.grant, call, places=places[:2], by=OfficeFactory(ministry=True), **said)
    assert Waiver.objects.count() == 2
