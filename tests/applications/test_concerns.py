"""Deciding in favour: what is not met or cannot be told is named and wants a reason, what nobody judged is counted."""

import uuid

import pytest
from django.urls import reverse

from applications.actions import county, ministry, province
from applications.concerns import concerns_of
from applications.enums import Answer, State
from applications.models import Opinion
from tests.applications.pages import browser, chosen, decide_address, sent, sent_together, signed_in
from tests.factories import OfficeFactory
from tests.situations import GOOD, filled, fresh, province_of, recommended, submitted
from workflow.refusals import StepRefused

pytestmark = pytest.mark.django_db

TOO_LOW = GOOD | {"policy_outreach_rate": ("", "", "10")}
TOO_WIDE = GOOD | {"area_km2": ("", "", "120")}
UNTOLD = GOOD | {"iiot_rate": ("", "", "")}


def denying(call, **more):
    """A submitted case whose county says itself that clause 3.1 is not met."""
    by = OfficeFactory(county=True, **more)
    row = filled(call, by=by)
    county.answer_clause(row, "3.1", answer=Answer.NO, words="暂无平台。", version=1, by=by)
    county.submit(row, key=uuid.uuid4(), declared=True, version=row.version, by=by)
    return fresh(row)


CASES = {
    "not_met": (lambda call: submitted(call, figures=TOO_LOW), "8.3", "未达标 1 项："),
    "near": (lambda call: submitted(call, figures=TOO_WIDE), "1.3", "弹性要求未达到 1 项，请在意见中说明："),
    "denied": (denying, "3.1", "县级自评未达标 1 项："),
    "cannot_tell": (lambda call: submitted(call, figures=UNTOLD), "5.2", "资料不足 1 项："),
}


@pytest.fixture(params=CASES)
def doubtful(request, call):
    made, clause, words = CASES[request.param]
    row = made(call)
    [named] = getattr(concerns_of(row, province_of(row)), request.param)
    assert named.startswith(f"{clause} ")
    return row, f"{words}{named}"


def test_a_province_that_recommends_reads_what_stands_against_it_and_says_why(doubtful):
    row, words = doubtful
    client, address = browser(province_of(row)), decide_address(row, "recommend")
    page = client.get(address).content.decode()
    assert words in page and "仍作出此决定" in page
    assert client.post(address, sent(row)).status_code == 422
    assert fresh(row).state == State.SUBMITTED
    assert client.post(address, sent(row, words="该项正在建设。")).status_code == 302
    assert fresh(row).state == State.RECOMMENDED
    assert Opinion.objects.get(application=row).words == "该项正在建设。"


def test_the_act_itself_asks_for_the_reason(call, doubtful):
    row, _words = doubtful
    reviewer, officer = province_of(row), OfficeFactory(ministry=True)
    with pytest.raises(StepRefused) as refusal:
        province.recommend(row, key=uuid.uuid4(), version=row.version, words=" ", by=reviewer)
    assert refusal.value.code == "concerns_want_a_reason"
    province.recommend(row, key=uuid.uuid4(), version=row.version, words="仍荐", by=reviewer)
    ministry.open_stage(call, early=True, by=officer)
    with pytest.raises(StepRefused) as refusal:
        ministry.shortlist(fresh(row), key=uuid.uuid4(), version=None, words=" ", by=officer)
    assert refusal.value.code == "concerns_want_a_reason"


def test_the_ministry_says_why_it_shortlists_such_a_case_alone_and_among_others(call, doubtful):
    row, words = doubtful
    clean = recommended(call, lead="市中区")
    province.recommend(row, key=uuid.uuid4(), version=row.version, words="仍荐", by=province_of(row))
    ministry.open_stage(call, early=True, by=OfficeFactory(ministry=True))
    client, address = signed_in(ministry=True), decide_address(row, "shortlist")
    assert words in client.get(address).content.decode()
    assert client.post(address, sent(fresh(row))).status_code == 422
    together = reverse("ministry_together", args=["shortlist"])
    rows = [fresh(row), clean]
    said = sent_together(*rows)
    assert words in chosen(client, "shortlist", *rows).content.decode()
    response = client.post(together, said)
    assert (response.status_code, fresh(row).state, fresh(clean).state) == (422, State.RECOMMENDED, State.RECOMMENDED)
    assert words in response.content.decode()
    assert client.post(together, said | {"words": "特色突出。"}).status_code == 302
    assert (fresh(row).state, fresh(clean).state) == (State.SHORTLISTED, State.SHORTLISTED)


def test_clauses_that_nobody_judged_are_counted_and_named_and_want_no_reason(call):
    row = submitted(call)
    names = concerns_of(row, province_of(row)).unjudged
    assert len(names) == row.screening.by_hand == 18
    client, address = browser(province_of(row)), decide_address(row, "recommend")
    page = client.get(address).content.decode()
    assert f"未逐条判断 18 项：{'；'.join(names)}" in page
    assert "未达标" not in page and "资料不足" not in page
    assert client.post(address, sent(row)).status_code == 302


def test_a_bulk_page_says_once_what_stands_against_every_case_and_at_a_case_what_stands_against_it(call):
    one, other = recommended(call), recommended(call, lead="市中区", figures=TOO_LOW)
    ministry.open_stage(call, early=True, by=OfficeFactory(ministry=True))
    client = signed_in(ministry=True)
    page = chosen(client, "shortlist", one, other).content.decode()
    assert page.count("未逐条判断") == 2 and page.count("1.1 支柱或特色产业") == 1
    assert page.index("各行相同") < page.index("未逐条判断 17 项：") < page.index(one.facts.name)
    assert page.index("未逐条判断 1 项：8.3 ") > page.index(one.facts.name)  # told of the other: not met
    assert page.count("未达标 1 项：") == 1 and page.index("未达标 1 项：") > page.index(other.facts.name)
    alone = chosen(client, "shortlist", one).content.decode()
    assert "各行相同" not in alone and alone.index("未逐条判断") > alone.index(one.facts.name)
    assert "未逐条判断" not in chosen(client, "decline", one).content.decode()
