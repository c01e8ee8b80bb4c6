"""The page of a case: who sees it, what it shows, what it costs."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.actions import county, ministry
from applications.enums import State
from applications.models import Statement
from tests.applications.pages import browser, signed_in, text_of
from tests.factories import OfficeFactory
from tests.situations import (
    GOOD,
    IN_STATE,
    county_of,
    end_notice,
    fresh,
    in_notice,
    recommended,
    returned,
    submitted,
    tell,
)

pytestmark = pytest.mark.django_db


def page(client, application, **query):
    return client.get(reverse("application", args=[application.pk]), query)


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_the_province_opens_a_case_in_every_state_after_submission(call, state):
    application = IN_STATE[state](call)
    response = page(signed_in(province=True), application)
    assert response.status_code == 200
    assert application.cluster.name in response.content.decode()


def test_a_draft_does_not_exist_for_the_province(call):
    assert page(signed_in(province=True), IN_STATE[State.DRAFT](call)).status_code == 404


@pytest.mark.parametrize(
    ("lead", "own", "other"), [("黄岛区", "青岛市", "山东省"), ("阿拉尔市", "新疆生产建设兵团", "新疆维吾尔自治区")]
)
def test_a_case_of_another_territory_does_not_exist(call, lead, own, other):
    application = submitted(call, lead=lead)
    assert page(signed_in(province=True, authority=own), application).status_code == 200
    for step in ("send_back", "recommend", "disqualify"):
        address = reverse("decide", args=[application.pk, step])
        client = signed_in(province=True, authority=other)
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404
    assert page(signed_in(province=True, authority=other), application).status_code == 404


def test_the_page_shows_the_signed_figures_with_unit_change_and_statements(call):
    html = page(signed_in(province=True), submitted(call)).content.decode()
    assert (
        '<td class="number" id="cell-gross_output-2024">80<span class="decimals"></span>'
        '<span class="change-below"><span class="visually-hidden">比上年增减 </span>+14.3%</span></td>'
        '<td class="number quiet figures-change">+14.3%</td>' in html
    )
    assert (
        '<td class="number" id="cell-industrial_software_rate-2024">50<span class="decimals">%</span>'
        '<span class="change-below"><span class="visually-hidden">比上年增减 </span>+5.0 个百分点</span></td>' in html
    )
    assert "情况属实。" in html
    assert "集群总产值" in html


def test_the_page_shows_the_steps_of_the_state_and_only_those(call):
    shown = {}
    for state in (State.SUBMITTED, State.RETURNED, State.RECOMMENDED, State.NOT_RECOMMENDED, State.RECOGNISED):
        application = IN_STATE[state](call)
        response = page(signed_in(province=True), application)
        shown[str(state)] = [step["name"] for step in response.context["steps"]]
        if state == State.NOT_RECOMMENDED:
            call.refresh_from_db()
    assert shown == {
        "submitted": ["recommend", "send_back", "do_not_recommend", "disqualify"],
        "returned": ["extend", "call_back", "disqualify"],
        "recommended": ["take_back", "disqualify"],
        "not_recommended": ["take_back", "disqualify"],
        "recognised": [],
    }


def test_the_county_reads_the_case_after_submission_with_its_own_step_alone(call):
    application = submitted(call)
    response = page(browser(county_of(application)), application)
    assert response.status_code == 200
    assert [step["name"] for step in response.context["steps"]] == ["withdraw"]
    assert "previous" not in response.context


def test_corrections_stand_as_from_and_to_after_a_case_came_back(call):
    application = returned(call)
    by = county_of(application)
    tell(application, GOOD | {"gross_output": ("60", "70", "85")}, by=by)
    Statement.objects.filter(application=application, clause="1.1").update(words="补充说明。")
    application = fresh(application)
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=by)
    response = page(signed_in(province=True), application)
    cells = [
        (cell.indicator, cell.year, cell.before, cell.shown) for _label, cell in response.context["table"].corrected
    ]
    assert cells == [("gross_output", 2024, "80", "85")]
    html = response.content.decode()
    assert "<del>80 亿元</del> → <ins>85 亿元</ins>" in html
    # On paper a statement stands with its finding alone, but for what it was before.
    assert '<dt id="said-1-1" class="said-corrected">' in html and '<dt id="said-1-2" class="said-beside">' in html


def test_a_case_that_came_back_unchanged_says_so(call):
    application = returned(call)
    assert "未改动任何内容" not in page(signed_in(province=True), application).content.decode()
    by = county_of(application)
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=by)
    assert "本次补正未改动任何内容" in page(signed_in(province=True), application).content.decode()


def test_a_case_costs_at_most_fifteen_queries(call, django_assert_max_num_queries):
    application = recommended(call)
    client = signed_in(province=True)
    page(client, application)
    with django_assert_max_num_queries(15 + 2):  # a test's own savepoint of the request is no cost of the page
        page(client, application)


def test_a_case_after_its_notice_reads_the_notice_once(call):
    application, client = in_notice(call), signed_in(ministry=True)
    ministry.record_objections(end_notice(application), outcome="none", words="", by=OfficeFactory(ministry=True))
    page(client, application)
    with CaptureQueriesContext(connection) as asked:
        assert "recognise" in [step["name"] for step in page(client, application).context["steps"]]
    asked_for_it = [one for one in asked.captured_queries if "applications_noticeentry" in one["sql"]]
    assert (len(asked_for_it), len(asked) <= 15 + 2) == (1, True)


def test_keys_lead_through_the_list_that_the_address_names(call):
    first, second, third = (submitted(call, lead=lead) for lead in ("历下区", "市中区", "单县"))
    client = signed_in(province=True)
    response = page(client, second, tab="new", call=call.code)
    assert response.context["previous"] == f"/applications/{first.pk}/?call={call.code}&tab=new"
    assert response.context["following"] == f"/applications/{third.pk}/?call={call.code}&tab=new"
    html = response.content.decode()
    assert "data-key-following" in html and "data-key-previous" in html
    assert page(client, third, tab="new").context["following"] == ""
    assert page(client, first, tab="new").context["previous"] == ""
    assert page(client, first, tab="recommended").context["following"] == ""


def test_neighbours_of_other_provinces_are_never_offered(call):
    ours, theirs = submitted(call), submitted(call, lead="黄岛区")
    response = page(signed_in(province=True), ours, tab="all")
    assert (response.context["previous"], response.context["following"]) == ("", "")
    assert f"/applications/{theirs.pk}/" not in text_of(response)


def test_a_further_territory_reads_and_takes_no_step(call):
    application = submitted(call)
    neighbour = OfficeFactory(county=True, authority="单县")
    application.cluster.further.add(neighbour.authority)
    response = page(browser(neighbour), application)
    assert response.status_code == 200
    assert response.context["steps"] == []


def test_a_step_that_is_gone_leads_back_to_the_case(call):
    application = recommended(call)
    answer = signed_in(province=True).get(reverse("decide", args=[application.pk, "send_back"]))
    assert answer.status_code == 403
    assert f'href="{reverse("application", args=[application.pk])}"' in answer.content.decode()
