"""What a clause would take, on the county's panel; the clerk's checklist; the explanations a reviewer copies."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.explaining import explained, judged
from clusters.models import YearFigure
from tests.applications.pages import browser, text_of
from tests.factories import OfficeFactory
from tests.situations import GOOD, drafted, filled, fresh, province_of, returned, submitted, tell

pytestmark = pytest.mark.django_db
SHORT = GOOD | {
    "gross_output": ("38.7", "70", "80"),
    "leading_output": ("30", "54", "62"),
    "sme_output": ("30", "58", "50"),
}


def words_of(response) -> str:
    """The page without its tags, as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text_of(response)))


def test_the_panel_says_what_each_unmet_clause_would_take(call):
    draft = filled(call, figures=SHORT)
    page = words_of(browser(draft.opened_by).get(reverse("application", args=[draft.pk])))
    assert "距标准的差距 达标条件：" in page
    assert "2022 年集群总产值由 38.7 亿元增至 40 亿元（增加 1.3 亿元；往年数据，只有原填报有误时才能更正）" in page
    assert "2024 年中小企业产值由 50 亿元增至 56 亿元（增加 6 亿元）" in page


def test_the_distance_says_to_a_county_and_not_to_reviewers_that_right_figures_stay(call):
    draft = filled(call, figures=SHORT)
    case = submitted(call, figures=SHORT)
    note = "数据有误的请更正；数据无误的不得改动。"
    for address in ("application", "application_check"):
        assert note in words_of(browser(draft.opened_by).get(reverse(address, args=[draft.pk])))
    page = words_of(browser(province_of(case)).get(reverse("application", args=[case.pk])))
    assert "距标准的差距" in page and note not in page


def test_every_page_says_which_other_clause_a_change_would_break(call):
    """Less output in the first year would be growth enough, and too little output for that year."""
    growing = {"gross_output": ("41", "43", "45"), "sme_output": ("38", "40", "42")}
    row = filled(call, figures=GOOD | growing | {"leading_output": ("38", "40", "42")})
    told, note = "往年数据，只有原填报有误时才能更正；改后第 1.4 条（集群总产值）不再达标", "数据无误的不得改动"
    client = browser(OfficeFactory(county=True, authority="历下区"))
    for address in (row.get_absolute_url(), reverse("application_check", args=[row.pk])):
        page = text_of(client.get(address))
        assert told in page and note in page
    assert told in text_of(client.get(reverse("application_checklist", args=[row.pk])))
    table = {one.row.clause: one.row for one in explained(judged(row, live=True), "en")}
    assert "clause 1.4 (Gross output) would then no longer be met" in table["1.7"].change.lines[1].words


def test_a_save_answers_with_what_it_would_take_now(call):
    draft = filled(call, figures=SHORT)
    row = YearFigure.objects.get(cluster=draft.cluster, indicator="gross_output", year=2022)
    cells = [{"indicator": "gross_output", "year": 2022, "typed": "39", "version": row.version}]
    answer = browser(draft.opened_by).post(
        reverse("application_save", args=[draft.pk]), {"cells": cells, "statements": []}, "application/json"
    )
    panel = re.sub(r"<[^>]+>", "", answer.json()["panel"])
    assert "2022 年集群总产值由 39 亿元增至 40 亿元（增加 1 亿元" in panel


def test_an_empty_cell_says_with_what_the_clause_would_be_met(call):
    draft = drafted(call)
    tell(draft, {"gross_output": ("60", "70", "80")}, by=draft.opened_by)
    page = words_of(browser(draft.opened_by).get(reverse("application", args=[draft.pk])))
    assert "2024 年中小企业产值（不低于 56 亿元的，本条达标）" in page


def test_the_checklist_follows_the_figures_until_they_are_signed(call):
    draft = filled(call, figures=SHORT)
    page = browser(draft.opened_by)
    listed = words_of(page.get(reverse("application_checklist", args=[draft.pk])))
    assert "第 1.4 条“集群总产值”未达标：2022 年差 1.30 亿元" in listed
    assert "数据无误的，如实提交，不得为达标改数。" in listed
    tell(draft, {"gross_output": ("41", "70", "80")}, by=draft.opened_by)
    assert "第 1.4 条“集群总产值”未达标" not in words_of(page.get(reverse("application_checklist", args=[draft.pk])))


def test_what_was_signed_is_explained_from_the_kept_findings_while_the_county_edits(call):
    """The province reads what it judged, the county what stands now."""
    back = returned(call, figures=SHORT)
    tell(back, {"gross_output": ("41", "70", "80")}, by=back.opened_by)
    address = reverse("application_explanations", args=[back.pk])
    reviewer, county = browser(province_of(back)), browser(back.opened_by)
    assert "第 1.4 条“集群总产值”未达标" in words_of(reviewer.get(address))
    assert "第 1.4 条“集群总产值”达标" in words_of(county.get(address))


def test_the_explanations_are_read_in_either_language(call):
    sent = submitted(call, figures=SHORT)
    reviewer = browser(province_of(sent))
    address = reverse("application_explanations", args=[sent.pk])
    zh, en = words_of(reviewer.get(address)), words_of(reviewer.get(address + "?in=en"))
    assert "第 1.5 条“中小企业产值占比”未达标。" in zh and "采用的口径：最近一年" in zh
    assert "Clause 1.5 (Share of SME output) is not met." in en and "Reading used: the latest year." in en
    assert words_of(reviewer.get(address + "?in=<script>")) == zh


def test_all_clauses_in_all_forms_cost_the_same_for_few_and_for_many(call):
    costs = []
    for lead, figures in (("历下区", GOOD), ("市中区", SHORT)):
        sent = submitted(call, figures=figures, lead=lead)
        reviewer = browser(province_of(sent))
        address = reverse("application_explanations", args=[sent.pk])
        reviewer.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert reviewer.get(address).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 8


def test_every_clause_of_the_rules_is_explained_once(call):
    sent = fresh(submitted(call, figures=SHORT))
    told = judged(sent, live=False)
    assert [one.row.clause for one in explained(told, "zh")] == [rule.clause for rule in told.rules.rules]


def test_an_application_of_another_province_is_not_there(call):
    sent = submitted(call)
    stranger = browser(OfficeFactory(province=True, authority="新疆维吾尔自治区"))
    assert stranger.get(reverse("application_explanations", args=[sent.pk])).status_code == 404
