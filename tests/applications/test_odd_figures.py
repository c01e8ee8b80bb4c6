"""What the county is asked about its figures, where it is told so, and what the live pre-screening makes of them."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from applications import prescreening
from applications.actions import county
from applications.demo.figures import like, typed_figures
from applications.filling import filling
from clusters.consistency import why_unreadable
from clusters.models import Cluster, YearFigure
from rulebook.wording import nest
from tests.applications.pages import text_of
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import GOOD, drafted, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(country):
    return OfficeFactory(county=True)


@pytest.fixture
def draft(call, by, client):
    client.force_login(by.user)
    application = drafted(call, by=by)
    tell(application, GOOD, by=by)
    return application


def save(client, application, *cells) -> dict:
    told = [dict(zip(("indicator", "year", "typed", "version"), one, strict=True)) for one in cells]
    address = reverse("application_save", args=[application.pk])
    return client.post(address, json.dumps({"cells": told}), content_type="application/json").json()


def page(client, application):
    return client.get(reverse("application", args=[application.pk]))


def section_of(answer: dict, cell: str, client, application) -> dict:
    """The state of the section a cell stands in."""
    sections = page(client, application).context["page"].grid.sections
    key = next(s.key for s in sections for row in s.rows for c in row.cells if c and c.id == cell)
    return next(section for section in answer["sections"] if section["key"] == key)


def state_of(application, clause: str) -> str:
    return next(str(f.state) for f in findings(application) if f.clause == clause)


def findings(application):
    rows = YearFigure.objects.asked_of(application.cluster_id, application.call)
    return prescreening.live(application, rows.readable())


# --- kept as it looks -------------------------------------------------------------------------


def test_a_cell_keeps_what_it_does_not_read_as_it_looks_and_says_why(client, draft):
    answer = save(client, draft, ("gross_output", 2024, "12\u202e34", 1), ("gross_output", 2023, "0" * 58 + "45678", 1))
    assert [cell["shown"] for cell in answer["cells"]] == ["12␣U+202E34", "0" * 58 + "4…"]
    assert "看不见的字符" in answer["marks"]["cell-gross_output-2024"]["words"]
    assert "过长" in answer["marks"]["cell-gross_output-2023"]["words"]
    assert [row.value for row in YearFigure.objects.filter(indicator="gross_output", year__gte=2023)] == [None, None]


@pytest.mark.parametrize("typed", ["无", "不详", "—", "/"])
def test_a_word_for_no_figure_is_told_what_to_do_instead(client, draft, typed):
    answer = save(client, draft, ("gross_output", 2024, typed, 1))
    words = answer["marks"]["cell-gross_output-2024"]["words"]
    assert words == "没有数据时请将此格留空，提交前再说明理由。"


def test_a_percent_sign_in_a_row_of_percent_is_read(client, draft):
    answer = save(client, draft, ("iiot_rate", 2024, "24.0%", 1))
    assert [cell["shown"] for cell in answer["cells"]] == ["24"]
    assert "cell-iiot_rate-2024" not in answer["marks"]


def test_a_fraction_in_a_row_of_percent_is_a_question(client, draft):
    save(client, draft, ("iiot_rate", 2023, "28", 0))
    answer = save(client, draft, ("iiot_rate", 2024, "0.24", 1))
    assert answer["marks"]["cell-iiot_rate-2024"]["words"] == (
        "此格按 0.24% 理解；如指 24%，请填写 24。2023 年为 28%。"
    )
    assert str(YearFigure.objects.get(indicator="iiot_rate", year=2024).value) == "0.002400"


# --- the task list ----------------------------------------------------------------------------


def test_a_section_is_not_complete_beside_a_warning_until_its_reason_is_given(client, call, by):
    client.force_login(by.user)
    application = drafted(call, by=by)
    everything = typed_figures(like(), call.year)
    everything |= {("fixed_asset_investment", 2024): "9.2", ("new_jobs", 2024): "310"}
    answer = save(client, application, *((code, year, typed, 0) for (code, year), typed in everything.items()))
    assert [section["words"] for section in answer["sections"] if section["key"] == "all"] == ["已填完"]

    answer = save(client, application, ("sme_rd_expense", 2024, "16000", 1))
    told = section_of(answer, "cell-sme_rd_expense-2024", client, application)
    assert (told["state"], told["words"]) == ("odd", "1 处待核对")
    for code in ("part", "revenue", "jump"):
        county.give_reason(application, f"{code}:sme_rd_expense:2024", "已核实。", by=by)
    answer = save(client, application, ("standards_count", 2024, "18", 1))
    assert section_of(answer, "cell-sme_rd_expense-2024", client, application)["words"] == "已填完"


def test_an_error_outranks_a_warning_at_one_cell(client, draft):
    answer = save(client, draft, ("gross_output", 2024, "800000", 1))
    mark = answer["marks"]["cell-gross_output-2024"]
    assert mark["mark"] == "out_of_range" and "100,000" in mark["words"] and "十倍" not in mark["words"]


def test_of_several_warnings_at_a_cell_the_most_serious_stands_first_and_the_rest_is_folded(client, draft):
    """More R&D than output cannot be; that it jumped is a trifle beside it."""
    mark = save(client, draft, ("sme_rd_expense", 2024, "16000", 1))["marks"]["cell-sme_rd_expense-2024"]
    first, rest = "（16,000 亿元）大于集群总产值", "相差十倍以上"
    assert first in mark["words"] and mark["words"].count("。") == 1
    assert any(rest in words for words in mark["more"])
    says = text_of(page(client, draft)).split('<div id="says-cell-sme_rd_expense-2024"')[1].split("</div>")[0]
    shown, folded = says.split(f"<summary>另有 {len(mark['more'])} 项提示</summary>")
    assert first in shown and rest not in shown and rest in folded


def test_several_sentences_of_one_kind_are_folded_on_the_check_page_too(client, draft):
    save(client, draft, ("gross_output", 2024, "84150", 1))
    html = text_of(client.get(reverse("application_check", args=[draft.pk])))
    box = html.split('id="reason-scalegross_output2024"')[1].split("</details>")[0]
    assert "高于单个集群的通常规模" in box.split("<details")[0] and "超出通常范围" not in box.split("<details")[0]
    assert "集群总产值 84,150 亿元与从业人员" in box.split("<details")[1]


def test_quotation_marks_inside_quotation_marks_are_the_inner_ones(client, draft):
    save(client, draft, ("little_giant_count", 2024, "", 1))
    named = "2024 年“专精特新‘小巨人’企业（主导产业）”"
    html = text_of(client.get(reverse("application_check", args=[draft.pk])))
    assert named in html and "专精特新“小巨人”企业（主导产业），2024 年：2024" not in html
    assert nest("“甲“乙“丙”乙”甲”与“小巨人”") == "“甲‘乙“丙”乙’甲”与“小巨人”"
    with translation.override("en"):
        words = [problem.words for problem in filling(draft).problems]
    assert "Enterprises is empty for 2022, 2023, 2024." in words


def test_an_empty_cell_is_asked_for_a_reason_also_when_no_clause_reads_it(client, draft):
    reasons = client.get(reverse("application_check", args=[draft.pk])).context["reasons"]
    asked = {warning.code: warning.words for warning in reasons.warnings}
    assert asked["missing:standards_count"] == "2024 年“参与制修订标准（近三年合计）”未填。"
    assert asked["missing:tax_paid"] == "2022、2023、2024 年“上缴税金”未填。"
    assert "missing:srdi_count" in asked
    assert not {"missing:energy_efficiency_vs_benchmark", "missing:gross_output"} & set(asked)


def test_an_empty_cell_leaves_a_clause_untold_only_where_it_is_untold(client, draft):
    """2.1 is met by any of its kinds; while another meets it, an empty one is just empty, and still wants a reason."""

    def said() -> str:
        reasons = client.get(reverse("application_check", args=[draft.pk])).context["reasons"]
        return {warning.code: warning.words for warning in reasons.warnings}["missing:champion_count"]

    YearFigure.objects.filter(indicator="champion_count").update(typed="", value=None)
    assert state_of(draft, "2.1") == "met"
    assert said().endswith("未填。")
    YearFigure.objects.filter(indicator="little_giant_count").update(typed="", value=None)
    assert state_of(draft, "2.1") == "cannot_tell"
    assert said().endswith("尚未填写，相关条款资料不足。")


# --- the live pre-screening -------------------------------------------------------------------


def test_a_figure_outside_its_range_counts_as_missing_with_the_range_as_the_reason(client, draft):
    assert state_of(draft, "1.4") == "met"
    answer = save(client, draft, ("gross_output", 2024, "684000", 1))
    assert state_of(draft, "1.4") == "cannot_tell"
    assert "2024 年集群总产值超出可能范围（0 至 100,000），按未填报处理" in answer["panel"]
    assert 'href="#cell-gross_output-2024"' in answer["panel"]


def test_a_figure_with_too_many_decimals_counts_as_missing_with_that_as_the_reason(client, draft):
    assert state_of(draft, "4.5") == state_of(draft, "1.4") == "met"
    answer = save(client, draft, ("valid_invention_patents", 2024, "429.5", 1), ("gross_output", 2024, "80.12345", 1))
    assert state_of(draft, "4.5") == state_of(draft, "1.4") == "cannot_tell"
    assert "2024 年有效发明专利不是整数，按未填报处理" in answer["panel"]
    assert "2024 年集群总产值多于 4 位小数，按未填报处理" in answer["panel"]


@pytest.mark.parametrize(
    ("indicator", "typed", "unit"),
    [("tax_paid", "1.2万", "亿元"), ("gross_output", "502000万元", "亿元"), ("iiot_rate", "5成", "%")],
)
def test_who_writes_a_unit_reads_the_unit_of_the_row_in_the_same_sentence(indicator, typed, unit):
    says = f"请只填写数字，不写单位（此处单位：{unit}，其他单位请先换算）。"
    assert why_unreadable(indicator, typed) == says


def test_what_is_known_still_decides_beside_a_figure_outside_its_range(client, draft):
    save(client, draft, ("gross_output", 2024, "684000", 1), ("gross_output", 2023, "30", 1))
    assert state_of(draft, "1.4") == "not_met"


def test_a_stored_verdict_computes_whatever_it_is_given(call):
    figures = {("gross_output", year): Decimal(684_000) for year in call.years}
    found = prescreening.screened(prescreening.rules_of(call), figures, call.year, {})
    assert {str(one.state) for one in found if one.clause == "1.4"} == {"met"}


# --- one area ---------------------------------------------------------------------------------


def test_one_press_takes_the_registered_area_into_the_figures(client, draft):
    save(client, draft, ("area_km2", 2024, "61.5", 1))
    two = page(client, draft).context["page"].two_areas
    address, there = reverse("application_save", args=[draft.pk]), reverse("application_check", args=[draft.pk])
    assert f'action="{address}?back=check"' in client.get(there).content.decode()
    assert client.post(f"{address}?back=check", {two.cell: two.registered_typed}).url == there
    assert YearFigure.objects.get(indicator="area_km2").typed == "60"
    assert page(client, draft).context["page"].two_areas is None


def test_one_press_takes_the_told_area_into_the_register(client, draft):
    save(client, draft, ("area_km2", 2024, "61.5", 1))
    two, address = page(client, draft).context["page"].two_areas, reverse("application_area", args=[draft.pk])
    client.post(address, {"version": two.version, "told": "area_km2:2024:1"})
    assert str(Cluster.objects.get().area_km2) == "60.00"
    assert "登记信息改为 61.5 平方公里" in page(client, draft).content.decode()
    there = reverse("application_check", args=[draft.pk])
    assert client.post(f"{address}?back=check", {"version": two.version, "told": two.cell}).url == there
    assert str(Cluster.objects.get().area_km2) == "61.50"
    assert page(client, draft).context["page"].two_areas is None


def test_an_area_the_register_cannot_keep_is_not_offered_to_it(client, draft):
    save(client, draft, ("area_km2", 2024, "61.1234", 1))
    assert "登记信息改为" not in page(client, draft).content.decode()


def test_the_area_is_asked_once_whichever_page_asks_first(client, call, by):
    client.force_login(by.user)
    cluster = ClusterFactory(lead=by.authority, area_km2=None)
    application = drafted(call, by=by, cluster=cluster)
    save(client, application, ("area_km2", 2024, "12.5", 0))
    change = reverse("cluster_change", args=[cluster.pk])
    assert 'name="area_km2" value="12.5"' in client.get(change).content.decode()

    save(client, application, ("area_km2", 2024, "", 1))
    form = client.get(change).context["form"]
    sent = {name: form[name].value() or "" for name in ("name", "niche", "lead", "industry_typed", "operator")}
    sent |= {"area_km2": "14", "version": "1", "save": "1", "zone_name": "", "further_query": ""}
    assert client.post(change, sent).status_code == 302
    assert YearFigure.objects.get(indicator="area_km2").typed == "14"
