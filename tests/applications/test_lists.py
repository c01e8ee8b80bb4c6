"""Every tab and every filter of every list opens by its address."""

import re
from html import escape, unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import SECRET, TO_BE_PUBLISHED, State
from applications.filters import MINISTRY_TABS, PROVINCE_TABS, of_document
from applications.models import Application, PublicNotice
from recognitions.models import Recognition
from tests.applications.pages import signed_in
from tests.factories import ClusterFactory
from tests.situations import IN_STATE, in_notice, recommended, submitted

OPTION = re.compile(r'<option value="([^"]+)"')
SELECT = re.compile(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', re.S)
TAB = re.compile(r'<li><a href="(\?[^"]*)"')
HERE = re.compile(r'<li><a href="(\?[^"]*)" aria-current="page"')


def lists():
    """Everybody's lists that have tabs or filters: the page and who opens it."""
    return {
        "desk": signed_in(province=True, authority="山东省"),
        "ministry": signed_in(ministry=True),
        "home": signed_in(county=True, authority="历下区"),
        "waivers": signed_in(ministry=True),
        "rules": signed_in(ministry=True),
        "scenarios": signed_in(ministry=True),
        "national_list": Client(),
    }


@pytest.fixture
def one_in_each_state(call):
    """Return the names of one cluster per state."""
    named = {}
    for state in State:
        name = f"状态{State(state).label}的集群"
        IN_STATE[state](call, cluster=ClusterFactory(lead="历下区", name=name))
        named[state] = name
    named[TO_BE_PUBLISHED] = "公示未开始的集群"
    in_notice(call, cluster=ClusterFactory(lead="历下区", name=named[TO_BE_PUBLISHED]), starts_in_days=3)
    return named


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize(("typed", "finds"), [("28", 0), ("28号", 0), ("83号", 0), ("〔2025〕28", 0), ("283", 1),
                                              ("（2025）283号", 1)])  # fmt: skip
def test_a_case_is_found_by_the_whole_number_of_its_notice(call, typed, finds):
    in_notice(call)
    PublicNotice.objects.update(document_number="工信公示〔2025〕283号")
    assert Application.objects.filter(of_document(typed)).count() == finds


@pytest.mark.parametrize("typed", ["公示〔2025〕7号", "公示[2025]7号", "（2025）7 号"])
def test_a_case_is_found_by_the_number_of_its_notice_once_that_has_begun(call, typed):
    begun, coming = in_notice(call), in_notice(call, lead="市中区", starts_in_days=3)
    submitted(call)
    PublicNotice.objects.update(document_number="工信公示〔2025〕7号")
    for name in ("desk", "ministry"):
        page = page_of(lists()[name], f"{reverse(name)}?{urlencode({'call': call.code, 'tab': 'all', 'q': typed})}")
        assert (begun.facts.name in page, coming.facts.name in page) == (True, False)


def test_a_case_is_found_by_the_number_of_its_title(call):
    row, other = IN_STATE[State.RECOGNISED](call), in_notice(call, lead="市中区")
    number = Recognition.objects.get().document_number
    for name in ("desk", "ministry"):
        page = page_of(lists()[name], f"{reverse(name)}?{urlencode({'call': call.code, 'tab': 'all', 'q': number})}")
        assert (row.facts.name in page, other.facts.name in page) == (True, False)


def test_a_link_of_a_list_leads_to_the_tab_it_names_and_an_option_to_its_filter(one_in_each_state):
    for name, client in lists().items():
        path = reverse(name)
        start = page_of(client, path)
        for link in map(unescape, TAB.findall(start)):
            here = [unescape(found) for found in HERE.findall(page_of(client, path + link))]
            assert link in here, (name, link)
        for field, options in SELECT.findall(start):
            for value in OPTION.findall(options):
                chosen = page_of(client, f"{path}?{field}={value}")
                assert f'<option value="{value}" selected' in chosen, (name, field, value)


def shown_on(page: str, named: dict) -> set:
    return {state for state, name in named.items() if name in page}


def wanted_on(tab) -> set:
    wanted = set(tab.states) if tab.came_back is not True else set()
    # Until its notice begins it goes on being recommended to everybody but those who decide.
    wanted |= {TO_BE_PUBLISHED} if State.RECOMMENDED in wanted else set()
    # What those who decide keep to themselves stands wherever its release puts it (test_secrecy.py).
    return wanted - SECRET


def test_every_tab_of_the_desk_shows_the_states_it_names(one_in_each_state):
    desk, path = signed_in(province=True, authority="山东省"), reverse("desk")
    pages = {tab.key: page_of(desk, f"{path}?tab={tab.key}") for tab in PROVINCE_TABS}
    shown = {key: shown_on(page, one_in_each_state) - SECRET for key, page in pages.items()}
    assert shown == {tab.key: wanted_on(tab) for tab in PROVINCE_TABS}


def test_every_tab_of_the_ministry_shows_the_states_it_names(one_in_each_state):
    ministry, path = signed_in(ministry=True), reverse("ministry")
    pages = {tab.key: page_of(ministry, f"{path}?tab={tab.key}") for tab in MINISTRY_TABS}
    shown = {key: shown_on(page, one_in_each_state) for key, page in pages.items()}
    assert shown == {tab.key: set(tab.states) for tab in MINISTRY_TABS}


def test_a_misspelt_word_gets_the_nearest_of_the_rows_the_office_may_see(call):
    submitted(call, lead="历下区")
    submitted(call, lead="黄岛区")
    page = page_of(signed_in(province=True, authority="山东省"), f"{reverse('desk')}?q=历夏")
    assert "您要找的是不是" in page and ">历下区</a>" in page
    assert "您要找的是不是" not in page_of(signed_in(province=True, authority="山东省"), f"{reverse('desk')}?q=黄捣区")
    assert ">黄岛区</a>" in page_of(signed_in(province=True, authority="青岛市"), f"{reverse('desk')}?q=黄捣区")


def test_words_that_have_hits_in_another_tab_lead_there_and_not_to_the_page_one_is_on(call):
    row = recommended(call)
    client, desk = signed_in(province=True, authority="山东省"), reverse("desk")
    page = client.get(desk, {"q": row.facts.name})
    assert [one["words"] for one in page.context["in_other_tabs"]] == ["已推荐 1"]
    address = page.context["in_other_tabs"][0]["address"]
    assert escape(address) in page.content.decode() and "您要找的是不是" not in page.content.decode()
    assert row.facts.name in page_of(client, f"{desk}{address}")


def test_a_suggestion_leads_to_where_it_has_hits_and_is_not_made_where_it_has_none(call):
    row = recommended(call)
    client, desk = signed_in(province=True, authority="山东省"), reverse("desk")
    page = client.get(desk, {"q": "历夏"})
    assert page.context["near"]
    for one in page.context["near"]:
        assert row.facts.name in page_of(client, f"{desk}{one['address']}")
    assert client.get(desk, {"q": "历夏", "tab": "all"}).context["near"][0]["address"].count("tab=all") == 1
    assert client.get(desk, {"q": "历夏", "industry": "99"}).context["near"] == []


@pytest.mark.parametrize(
    "query", ["济南", "济南历下", "历下 济南", "jinan", "jinan lixia", "jnlx", "山东省济南市历下区"]
)
def test_a_case_is_found_by_every_level_of_its_place(call, query):
    application = submitted(call, lead="历下区")
    assert application.facts.name in page_of(
        signed_in(province=True, authority="山东省"), f"{reverse('desk')}?q={query}"
    )
