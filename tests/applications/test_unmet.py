"""Lists name the clauses not met, say once what every row says, and ask nothing more for it."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from applications.models import Application, Screening
from applications.prescreening import name_unmet
from tests.applications.pages import signed_in, text_of
from tests.factories import ClusterFactory
from tests.situations import GOOD, recommended, submitted

POOR = GOOD | {"leading_output": ("30", "30", "30"), "policy_outreach_rate": ("", "", "90")}
MISSED = ["1.6", "8.3"]


def poor(call, **more) -> Application:
    return submitted(call, figures=POOR, **more)


def test_a_screening_names_the_clauses_not_met_in_both_languages(call):
    stored = poor(call).screening
    assert [one["clause"] for one in stored.unmet] == MISSED
    assert stored.unmet[0] == {"clause": "1.6", "zh": "主导产业产值占比", "en": "Share of the leading industry"}
    assert len(stored.unmet) == stored.not_met
    assert submitted(call, lead="黄岛区").screening.unmet == []


def test_older_screenings_are_named_once_and_again_without_harm(call):
    stored, good = poor(call).screening, submitted(call, lead="黄岛区").screening
    named = stored.unmet
    Screening.objects.update(unmet=[])
    filling = import_module("applications.migrations.0010_fill_unmet_clauses")
    for _again in range(2):
        filling.fill(apps, None)
        stored.refresh_from_db()
        good.refresh_from_db()
        assert (stored.unmet, good.unmet) == (named, [])


def test_no_portion_of_older_screenings_is_passed_over(call, monkeypatch):
    for number in range(3):
        poor(call, cluster=ClusterFactory(lead="历下区", name=f"集群{number}"))
    Screening.objects.update(unmet=[])
    filling = import_module("applications.migrations.0010_fill_unmet_clauses")
    monkeypatch.setattr(filling, "AT_ONCE", 2)
    filling.fill(apps, None)
    assert not Screening.objects.filter(unmet=[]).exists()


def test_desk_and_ministry_name_the_clauses_not_met(call):
    poor(call)
    page = text_of(signed_in(province=True, authority="山东省").get(reverse("desk")))
    assert "1.6 主导产业产值占比" in page and "8.3 政策宣贯覆盖率" in page
    assert "1.4 集群总产值" not in page
    Application.objects.update(state="recommended")
    english = signed_in(ministry=True)
    assert "1.6 主导产业产值占比" in text_of(english.get(reverse("ministry")))
    english.cookies["django_language"] = "en"
    assert "1.6 Share of the leading industry" in text_of(english.get(reverse("ministry")))


@pytest.mark.parametrize("address", ["desk", "ministry", "ministry_slate"])
def test_a_screening_kept_by_the_version_before_is_named_when_a_list_reads_it(call, address):
    """It is written once and never again, and a list that names nothing would read as if nothing was missed."""
    poor(call)
    submitted(call, cluster=ClusterFactory(lead="历下区", name="全部达标集群"))
    Screening.objects.update(unmet=[])
    if address == "desk":
        client = signed_in(province=True, authority="山东省")
    else:
        client = signed_in(ministry=True)
        Application.objects.update(state="recommended")
    path = reverse(address, args=[call.code]) if address == "ministry_slate" else reverse(address)
    for lang, named in (("zh-hans", "1.6 主导产业产值占比"), ("en", "1.6 Share of the leading industry")):
        client.cookies["django_language"] = lang
        page = text_of(client.get(path))
        assert named in page and "8.3 " in page and page.count('<p class="unmet">') == 1
    assert not Screening.objects.exclude(unmet=[]).exists()


def test_naming_asks_once_for_all_that_lack_their_names_and_never_for_others(call, django_assert_num_queries):
    for number in range(2):
        poor(call, cluster=ClusterFactory(lead="历下区", name=f"集群{number}"))
    rows = list(Application.objects.select_related("screening"))
    with django_assert_num_queries(0):
        name_unmet(rows)
    Screening.objects.update(unmet=[])
    rows = list(Application.objects.select_related("screening"))
    with django_assert_num_queries(1):
        name_unmet(rows)
    assert [[one["clause"] for one in row.screening.unmet] for row in rows] == [MISSED, MISSED]


def heads(page: str) -> list[str]:
    """Return the headings of the list's columns."""
    head = page.split('<table class="table desk-table">')[1].split("</thead>", maxsplit=1)[0]
    return re.findall(r"<th[^>]*>([^<]+)</th>", head)


def test_a_column_that_says_the_same_in_every_row_is_said_once_above(call):
    for number in range(2):
        submitted(call, cluster=ClusterFactory(lead="历下区", name=f"集群{number}"))
    page = text_of(signed_in(province=True, authority="山东省").get(reverse("desk")))
    assert heads(page) == ["集群", "预审"]
    said = page.split('<p class="alike small-print">')[1].split("</p>")[0]
    assert "县（市、区）：历下区" in said and "状态：已提交" in said and "已等待（天）：0" in said
    Application.objects.filter(cluster__name="集群1").update(came_back=True)
    assert "状态" in heads(text_of(signed_in(province=True, authority="山东省").get(reverse("desk"))))


def test_one_row_alone_keeps_its_columns(call):
    submitted(call)
    page = text_of(signed_in(province=True, authority="山东省").get(reverse("desk")))
    assert heads(page) == ["集群", "县（市、区）", "行业", "状态", "预审", "已等待（天）", "截止时间"]


@pytest.mark.parametrize("address", ["ministry", "ministry_slate"])
def test_authorities_that_recommended_nothing_are_folded_in_the_order_of_their_codes(call, address):
    recommended(call)
    path = reverse("ministry") if address == "ministry" else reverse(address, args=[call.code])
    response = signed_in(ministry=True).get(path)
    used = response.context["in_use" if address == "ministry" else "quotas"]
    assert [quota.authority.name for quota in used] == ["山东省"]
    folded = [quota.authority.code for quota in response.context["unused"]]
    assert folded == sorted(folded) and len(folded) > 1
    page = text_of(response)
    assert f"{len(folded)} 个推荐单位未用名额" in page
    assert "已用名额" in page and "共推荐" not in page and "尚未推荐" not in page
