"""What a county reads when it comes for the first time, and that nothing meets it without a word."""

import pytest
from django.urls import reverse

from tests.applications.pages import browser, text_of
from tests.factories import ClusterFactory, OfficeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(country):
    return OfficeFactory(county=True)


def test_a_first_visit_says_what_to_have_ready_in_which_order_and_how_long(county):
    page = text_of(browser(county).get(reverse("home")))
    told = ["首次申报：准备什么、先后顺序、大约用时", "准备什么", "先后顺序和大约用时", "登记集群：填写名称",
            "填报数据（约 65 个）",
            "核对并提交：就需要说明的数据写明理由", "所列用时为估计"]  # fmt: skip
    places = [page.find(words) for words in told]
    assert -1 not in places and places == sorted(places)
    assert '<details class="sheet" open>' in page


def test_who_has_a_cluster_finds_it_folded(county):
    ClusterFactory()
    page = text_of(browser(county).get(reverse("home")))
    assert "准备什么" in page and '<details class="sheet" open>' not in page


def test_a_county_reads_the_rules_as_criteria_and_meets_no_desk(county):
    client = browser(county)
    rules = text_of(client.get(reverse("rules")))
    assert "认定标准" in rules and "无需办理" in rules and "规则工作台" not in rules


def test_a_province_meets_the_desk(country):
    assert "规则工作台" in text_of(browser(OfficeFactory(province=True)).get(reverse("rules")))
