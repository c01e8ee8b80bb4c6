"""The county's page: every change saves itself, whatever was typed, and shows what follows from it."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.actions import county as actions
from applications.models import Statement
from audit.models import Event
from clusters.models import YearFigure
from rulebook.catalogue import INDICATORS
from tests.accounts.helpers import minute_over
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import GOOD, drafted, filled, returned, submitted, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(country):
    return OfficeFactory(county=True)


@pytest.fixture
def draft(call, by, client):
    client.force_login(by.user)
    return drafted(call, by=by)


def cell(indicator, year, typed, version=0):
    return {"indicator": indicator, "year": year, "typed": typed, "version": version}


def save(client, application, *cells, statements=()):
    content = {"cells": list(cells), "statements": list(statements)}
    address = reverse("application_save", args=[application.pk])
    return client.post(address, json.dumps(content), content_type="application/json")


def page(client, application):
    return client.get(reverse("application", args=[application.pk]))


def test_the_page_asks_three_years_and_the_year_before_only_where_it_is_an_option(client, draft):
    grid = page(client, draft).context["page"].grid
    rows = {row.code: row for section in grid.sections for row in section.rows}
    assert grid.years == [2021, 2022, 2023, 2024]
    assert [one and (one.year, one.is_optional) for one in rows["gross_output"].cells] == [
        (2021, True), (2022, False), (2023, False), (2024, False),
    ]  # fmt: skip
    assert [one and one.year for one in rows["sme_output"].cells] == [None, 2022, 2023, 2024]
    assert [one and one.year for one in rows["champion_count"].cells] == [None, None, None, 2024]
    assert {code for code, row in rows.items() if row.cells[0]} == {
        code for code, indicator in INDICATORS.items() if indicator.earlier_year
    }


def test_the_registered_area_and_figures_of_earlier_years_are_already_there(client, draft, call, by):
    tell(draft, {"gross_output": ("60", "70", "80")}, by=by)
    actions.withdraw(draft, version=draft.version, words="", by=by)
    again = drafted(call, by=by, cluster=draft.cluster)
    content = page(client, again).content.decode()
    assert 'name="area_km2:2024:1" value="60"' in content
    assert 'name="gross_output:2022:1" value="60"' in content


@pytest.mark.parametrize(
    ("typed", "shown", "mark"),
    [
        ("1,234.5", "1,234.5", None),
        ("１２３４．５", "1,234.5", None),
        ("  80 ", "80", None),
        ("-0", "0", None),
        ("", "", None),
        ("1_000", "1_000", "unreadable"),
        ("1e5", "1e5", "unreadable"),
        ("٣٤", "٣٤", "unreadable"),
        ("NaN", "NaN", "unreadable"),
        ("12 亿元", "12 亿元", "unreadable"),
        ("12,34", "12,34", "unreadable"),
        ("-5", "-5", "out_of_range"),
        ("1.123456", "1.123456", "out_of_range"),
    ],
)
def test_whatever_is_typed_is_saved_and_shown_as_it_was_read(client, draft, typed, shown, mark):
    answer = save(client, draft, cell("gross_output", 2024, typed))
    (saved,) = answer.json()["cells"]
    assert (answer.status_code, saved["shown"], saved["clash"]) == (200, shown, None)
    found = answer.json()["marks"].get("cell-gross_output-2024")
    assert (found and found["mark"]) == mark
    assert not mark or found["words"]


def test_percent_is_typed_as_percent_and_yes_as_yes(client, draft):
    answer = save(
        client, draft, cell("iiot_rate", 2024, "15.3"), cell("is_high_energy_industry", 2024, "是"),
        cell("policy_outreach_rate", 2024, "101"),
    ).json()  # fmt: skip
    assert [one["shown"] for one in answer["cells"]] == ["15.3", "是", "101"]
    assert str(YearFigure.objects.get(indicator="iiot_rate").value) == "0.153000"
    assert answer["marks"]["cell-policy_outreach_rate-2024"]["mark"] == "out_of_range"


def test_odd_figures_are_warned_about_at_the_cell_with_both_figures(client, draft):
    answer = save(
        client, draft, cell("gross_output", 2023, "70"), cell("gross_output", 2024, "700"),
        cell("sme_output", 2023, "71"),
    ).json()  # fmt: skip
    jump, part = answer["marks"]["cell-gross_output-2024"], answer["marks"]["cell-sme_output-2023"]
    assert (jump["mark"], part["mark"]) == ("warning", "warning")
    assert "700 亿元" in jump["words"] and "70 亿元" in jump["words"]
    assert "71 亿元" in part["words"] and "70 亿元" in part["words"]


def test_a_save_answers_with_the_time_the_panel_and_the_state_of_the_sections(client, draft):
    answer = save(
        client,
        draft,
        *(cell("gross_output", year, typed) for year, typed in ((2022, "38.7"), (2023, "45"), (2024, "50"))),
    ).json()
    assert len(answer["saved_at"]) == 5 and answer["saved_at"][2] == ":"
    assert "2022 年差 1.30 亿元；2023、2024 年达标" in answer["panel"]
    assert 'data-cells="cell-gross_output-2022 cell-gross_output-2023 cell-gross_output-2024"' not in answer["summary"]
    assert answer["sections"][0] == {"key": "all", "state": "begun", "words": answer["sections"][0]["words"]}


def test_a_comparison_with_the_benchmark_is_counted_only_where_it_is_asked_for(client, draft):
    def wanted():
        return sum(section.wanted for section in page(client, draft).context["page"].grid.sections)

    before = wanted()
    save(client, draft, cell("is_high_energy_industry", 2024, "否"), cell("is_high_water_industry", 2024, "是"))
    assert wanted() == before - 1


def test_the_panel_of_a_save_says_what_the_reloaded_page_says(client, draft):
    answer = save(client, draft, cell("gross_output", 2022, "38.7"), cell("area_km2", 2024, "120", 1)).json()
    assert answer["summary"] == page(client, draft).context["page"].findings.summary


def test_a_clause_shows_sentence_reading_sum_gap_and_links_to_empty_cells(client, draft):
    panel = save(
        client, draft, cell("gross_output", 2022, "50"), cell("gross_output", 2024, "60"),
        cell("sme_output", 2024, "30"),
    ).json()["panel"]  # fmt: skip
    for part in (
        "产值年均增速高于10%", "中小企业产值占集群总产值70%以上", "30 ÷ 60 = 50%", "20 个百分点",
        'href="#cell-leading_output-2024"', 'href="#clause-1-1"', "促进中小企业特色产业集群发展暂行办法",
    ):  # fmt: skip
        assert part in panel


def test_half_a_statement_says_at_its_place_and_on_the_check_page_which_half_is_missing(client, draft):
    for clause, answer, words in (("1.1", "yes", ""), ("0", "", "有文件。")):
        said = {"clause": clause, "answer": answer, "words": words, "version": 0}
        assert save(client, draft, statements=[said]).status_code == 200
    check = client.get(reverse("application_check", args=[draft.pk])).content.decode()
    for clause, here, there in (
        ("1.1", "已作选择，尚未填写说明。", "已作选择，尚未填写说明"),
        ("0", "已填写说明，尚未作出选择。", "已填写说明，尚未作出选择"),
    ):
        place = page(client, draft).content.decode().split(f'data-statement="{clause}"')[1].split("</fieldset>")[0]
        assert here in place
        assert re.search(rf"第 {re.escape(clause)} 条（[^）]+）{there}", check)
    place = page(client, draft).content.decode().split('data-statement="1.2"')[1].split("</fieldset>")[0]
    assert "data-says hidden" in place


def test_words_over_the_limit_do_not_make_an_old_page_new(client, draft):
    said = {"clause": "1.1", "answer": "yes", "words": "同事的话。", "version": 0}
    assert save(client, draft, statements=[said]).status_code == 200
    answer = client.post(
        reverse("application_save", args=[draft.pk]), {"answer:1.1:0": "yes", "words:1.1:0": "长" * 2500}
    )
    assert answer.status_code == 422 and 'name="words:1.1:0"' in answer.content.decode()


def test_words_over_the_limit_are_given_back_uncut_and_the_rest_is_saved(client, draft):
    words, address = "长" * 2500, reverse("application_save", args=[draft.pk])
    answer = client.post(address, {"gross_output:2024:0": "80", "answer:1.1:0": "yes", "words:1.1:0": words})
    assert answer.status_code == 422
    assert f">{words}</textarea>" in answer.content.decode()
    assert "第 1.1 条说明共 2500 字，最多 1000 字。原文未作删减" in answer.content.decode()
    assert YearFigure.objects.get(indicator="gross_output").typed == "80"
    assert not Statement.objects.exists()
    said = {"clause": "1.1", "answer": "yes", "words": words, "version": 0}
    assert save(client, draft, statements=[said]).status_code == 400 and not Statement.objects.exists()
    said["words"] = words[:1000]
    assert save(client, draft, statements=[said]).status_code == 200
    assert Statement.objects.get().words == words[:1000]


def test_a_tab_in_words_parts_the_figures_and_the_answer_says_what_was_kept(client, draft):
    said = {"clause": "1.1", "answer": "yes", "words": "产值\t96\t108.5\u2028专利\t30 ", "version": 0}
    assert save(client, draft, statements=[said]).json()["statements"][0]["shown"] == "产值 96 108.5\n专利 30"
    assert Statement.objects.get().words == "产值 96 108.5\n专利 30"


def test_two_tabs_on_one_cell_lose_nothing_and_the_later_one_is_shown_both(client, draft, by):
    save(client, draft, cell("gross_output", 2024, "80"))
    colleague = OfficeFactory(county=True)
    client.force_login(colleague.user)
    (later,) = save(client, draft, cell("gross_output", 2024, "90")).json()["cells"]
    assert later["clash"].pop("when")
    assert later["clash"] == {"text": "80", "sent": "90", "who": by.user.name, "is_own": False}
    assert later["version"] == 1
    (chosen,) = save(client, draft, cell("gross_output", 2024, "90", later["version"])).json()["cells"]
    assert (chosen["shown"], chosen["version"], chosen["clash"]) == ("90", 2, None)


def test_the_answer_to_a_save_brings_what_colleagues_wrote_and_not_ones_own(client, draft, by):
    said = {"clause": "1.1", "answer": "yes", "words": "有文件。", "version": 0}
    save(client, draft, cell("gross_output", 2024, "80"), statements=[said])
    client.force_login(OfficeFactory(county=True).user)
    answer = save(client, draft, cell("gross_output", 2023, "70")).json()
    theirs = [(one["indicator"], one["version"], one["shown"]) for one in answer["others"]["cells"]]
    assert ("gross_output", 1, "80") in theirs and ("gross_output", 1, "70") not in theirs
    assert [(one["clause"], one["shown"]) for one in answer["others"]["statements"]] == [("1.1", "有文件。")]


def test_statements_save_themselves_and_clash_like_cells(client, draft):
    def say(words, version):
        said = {"clause": "1.1", "answer": "yes", "words": words, "version": version}
        return save(client, draft, statements=[said]).json()["statements"][0]

    first, second, third = say("甲", 0), say("乙", 1), say("丙", 1)
    assert (first["version"], second["version"], first["clash"], second["clash"]) == (1, 2, None, None)
    assert (third["clash"]["text"], third["clash"]["who"]) == ("乙", "您在另一个窗口")
    assert Statement.objects.get(clause="1.1").words == "乙"


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"{", b"{}", b'{"cells": {}}', b'{"cells": [], "statements": []}', b'{"cells": [{}]}', b'{"cells": 5}',
        b'{"cells": [{"indicator": "nope", "year": 2024, "typed": "1", "version": 0}]}',
        b'{"cells": [{"indicator": "tax_paid", "year": "2024", "typed": "1", "version": 0}]}',
        b'{"cells": [{"indicator": "tax_paid", "year": 2024, "typed": 1, "version": 0}]}',
        b'{"cells": [{"indicator": ["tax_paid"], "year": 2024, "typed": "1", "version": 0}]}',
        b'{"statements": [{"clause": "1.4", "answer": "yes", "words": "", "version": 0}]}',
        b'{"statements": [{"clause": "1.1", "answer": "perhaps", "words": "", "version": 0}]}',
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_changes_nothing(client, draft, body):
    response = client.post(reverse("application_save", args=[draft.pk]), body, content_type="application/json")
    assert response.status_code == 400
    assert not YearFigure.objects.exclude(indicator="area_km2").exists() and not Statement.objects.exists()


def test_a_year_that_is_not_asked_for_is_refused_with_a_sentence(client, draft):
    response = save(client, draft, cell("champion_count", 2022, "1"))
    assert response.status_code == 403 and response.json()["words"]
    assert not YearFigure.objects.filter(indicator="champion_count").exists()


def test_after_submission_a_save_is_refused_with_a_sentence_and_is_on_record(client, call, by):
    client.force_login(by.user)
    application = submitted(call, by=by)
    response = save(client, application, cell("gross_output", 2024, "90", 1))
    assert response.status_code == 403 and response.json()["words"]
    assert YearFigure.objects.get(indicator="gross_output", year=2024).typed == "80"
    minute_over()
    assert Event.objects.filter(action="applications.save", result="refused", office_id=by.pk).exists()


def test_saving_into_a_withdrawn_or_submitted_bid_says_in_which_state_it_is(client, draft, call, by):
    actions.withdraw(draft, version=draft.version, words="", by=by)
    for application, state in ((draft, "已撤回"), (submitted(call, by=by), "已提交")):
        response = save(client, application, cell("gross_output", 2024, "1"))
        assert (response.status_code, response.json()["words"]) == (403, f"本申报现为“{state}”，不能再填写。")
        said = {"clause": "1.1", "answer": "yes", "words": "甲", "version": 0}
        assert state in save(client, application, statements=[said]).json()["words"]


@pytest.mark.parametrize("authority", ["市中区", "单县", "黄岛区", "阿拉尔市"])
def test_another_territory_does_not_find_the_application(client, draft, authority):
    client.force_login(OfficeFactory(county=True, authority=authority).user)
    for name in ("application", "application_check", "application_withdraw", "application_submitted"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 404
    assert save(client, draft, cell("gross_output", 2024, "1")).status_code == 404
    assert client.post(reverse("application_submit", args=[draft.pk])).status_code == 404
    assert client.post(reverse("application_withdraw", args=[draft.pk])).status_code == 404


def test_a_neighbour_reads_and_cannot_write(client, draft, country):
    draft.cluster.further.add(country["单县"])
    client.force_login(OfficeFactory(county=True, authority="单县").user)
    assert page(client, draft).status_code == 200
    assert save(client, draft, cell("gross_output", 2024, "1")).status_code == 403
    for name in ("application_check", "application_withdraw"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 403
    assert not YearFigure.objects.filter(indicator="gross_output").exists()


def test_a_save_costs_at_most_25_queries_and_the_same_for_one_cell_and_for_sixty(client, draft):
    every = [(code, 2025 - offset) for code, one in INDICATORS.items() for offset in one.offsets if code != "area_km2"]
    save(client, draft, cell("gross_output", 2022, "1"))

    def cost(cells):
        with CaptureQueriesContext(connection) as queries:
            assert save(client, draft, *cells).status_code == 200
        return len(queries)

    one = cost([cell("sme_output", 2022, "1")])
    many = cost([cell(*place, "5") for place in every if place not in {("gross_output", 2022), ("sme_output", 2022)}])
    assert len(every) > 60
    assert one == many
    assert many <= 25


def test_the_page_costs_the_same_empty_and_full(client, call, by):
    client.force_login(by.user)
    empty, full = drafted(call, by=by), filled(call, by=by)

    def cost(application):
        with CaptureQueriesContext(connection) as queries:
            assert page(client, application).status_code == 200
        return len(queries)

    cost(empty)
    assert cost(empty) == cost(full)


# --- without script ---------------------------------------------------------------------------


def form_of(client, application):
    """Return every field of the page as a browser without script would send it."""
    shown = page(client, application).context["page"]
    fields = {c.name: c.text for s in shown.grid.sections for row in s.rows for c in row.cells if c}
    for statement in shown.statements:
        fields[f"words:{statement.clause}:{statement.version}"] = statement.words
        if statement.answer:
            fields[f"answer:{statement.clause}:{statement.version}"] = statement.answer
    return fields


def test_without_script_one_button_saves_what_was_changed_and_only_that(client, draft):
    fields = form_of(client, draft)
    address = reverse("application_save", args=[draft.pk])
    response = client.post(
        address, fields | {"gross_output:2024:0": "1_000", "words:1.1:0": "有", "answer:1.1:0": "yes"}, follow=True
    )
    assert response.status_code == 200 and "1_000" in response.content.decode()
    assert {row.indicator for row in YearFigure.objects.all()} == {"area_km2", "gross_output"}
    assert [(row.clause, row.answer, row.words) for row in Statement.objects.all()] == [("1.1", "yes", "有")]


def test_without_script_an_untouched_field_of_an_old_page_undoes_nobodys_work(client, draft):
    fields = form_of(client, draft)
    save(client, draft, cell("gross_output", 2024, "80"), cell("area_km2", 2024, "61", 1))
    response = client.post(reverse("application_save", args=[draft.pk]), fields | {"tax_paid:2024:0": "2"})
    assert response.status_code == 302
    assert {row.indicator: row.typed for row in YearFigure.objects.all()} == {
        "gross_output": "80", "area_km2": "61", "tax_paid": "2",
    }  # fmt: skip


def test_without_script_a_clash_shows_both_and_saving_again_keeps_the_own_text(client, draft):
    fields = form_of(client, draft) | {"gross_output:2024:0": "90"}
    save(client, draft, cell("gross_output", 2024, "80"))
    response = client.post(reverse("application_save", args=[draft.pk]), fields)
    content = response.content.decode()
    assert response.status_code == 409
    assert 'name="gross_output:2024:1" value="90"' in content and "80" in str(response.context["clashes"])
    client.post(reverse("application_save", args=[draft.pk]), {"gross_output:2024:1": "90"})
    assert YearFigure.objects.get(indicator="gross_output", year=2024).typed == "90"


# --- returned ---------------------------------------------------------------------------------


def test_a_returned_application_shows_reasons_words_due_date_and_what_changed_since(client, call, by):
    client.force_login(by.user)
    application = returned(call, by=by)
    save(client, application, cell("gross_output", 2024, "81", 1))
    response = page(client, application)
    content = response.content.decode()
    assert "请核对 2024 年产值。" in content
    assert response.context["asked"] and response.context["closing"].closes_at == application.due_at
    changed = [c for s in response.context["page"].grid.sections for row in s.rows for c in row.cells if c and c.before]
    assert [(c.indicator, c.year, c.text, c.before) for c in changed] == [("gross_output", 2024, "81", "80 亿元")]


def test_good_figures_meet_every_computed_clause(client, call, by):
    client.force_login(by.user)
    found = page(client, filled(call, by=by)).context["page"].findings
    assert {group.state: len(group.clauses) for group in found.groups} == {
        "met": 11,
        "by_hand": 18,
        "not_applicable": 2,
    }
    assert GOOD["gross_output"] == ("60", "70", "80")


def test_clusters_without_this_office_are_not_touched_by_the_page(client, call, by):
    other = drafted(call, by=OfficeFactory(county=True, authority="单县"), cluster=ClusterFactory(lead="单县"))
    client.force_login(by.user)
    assert page(client, other).status_code == 404
