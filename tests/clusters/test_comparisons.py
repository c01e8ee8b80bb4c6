"""A unit taken for another is asked about; published figures and the demo's clean bids are not."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from applications.demo.figures import typed_figures
from applications.demo.samples import SAMPLES
from clusters.comparisons import MONEY, questions
from clusters.consistency import problems_in
from clusters.models import YearFigure
from rulebook.catalogue import INDICATORS, fits
from rulebook.numbers import read_figure

PUBLISHED = Path(__file__).resolve().parents[2] / "data/published_indicators.csv"
# what the published words mean in the catalogue; output and revenue of zones or districts are other things
NAMED = {
    "output_total": "gross_output", "revenue_total": "operating_revenue", "sales_revenue": "operating_revenue",
    "tax_paid": "tax_paid", "employees": "employee_count", "enterprises": "enterprise_count", "smes": "sme_count",
    "above_scale_enterprises": "above_scale_count", "invention_patents": "valid_invention_patents",
}  # fmt: skip
TEN_THOUSAND, HUNDRED = Decimal(10_000), Decimal(100)


def published() -> list[dict]:
    """The figures of each cluster that are published, by (indicator, year)."""
    found: dict[str, dict] = defaultdict(dict)
    with PUBLISHED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["indicator"] in NAMED:
                found[row["cluster_name"]][NAMED[row["indicator"]], int(row["year"] or 2024)] = Decimal(row["value"])
    return list(found.values())


def bids() -> list[dict]:
    """The figures of each bid of the demo."""
    found = []
    for sample in SAMPLES:
        typed = typed_figures(sample.profile, 2025) | {("area_km2", 2024): sample.area}
        found.append({(code, year): read_figure(INDICATORS[code], text) for (code, year), text in typed.items()})
    return found


def told(figures: dict) -> list[str]:
    """The codes of what is asked or refused about these figures."""
    rows = [YearFigure(indicator=code, year=year, typed=str(value), value=value)
            for (code, year), value in figures.items()]  # fmt: skip
    return [problem.code for problem in problems_in(rows)]


def slipped(figures: dict, cells, times: Decimal) -> dict:
    """The figures with some cells typed in another unit, as far as the catalogue has the decimals for it."""
    return {cell: value * times if cell in cells else value for cell, value in figures.items()}


def test_nothing_is_asked_about_published_figures():
    clusters = published()
    assert len(clusters) > 25 and sum(map(len, clusters)) > 40
    assert [told(figures) for figures in clusters if told(figures)] == []


def test_nothing_is_asked_about_the_clean_bids_of_the_demo():
    assert len(bids()) > 40
    assert [told(figures) for figures in bids() if told(figures)] == []


def _rows(figures: dict) -> list[tuple[str, list]]:
    """Every row whose unit can be taken for another, with its cells."""
    codes = [*MONEY, "employee_count", "enterprise_count", "sme_count", "area_km2"]
    return [(code, cells) for code in codes if (cells := [cell for cell in figures if cell[0] == code])]


@pytest.mark.parametrize("times", [TEN_THOUSAND, HUNDRED, 1 / HUNDRED, 1 / TEN_THOUSAND], ids=str)
def test_every_slip_of_a_unit_is_asked_about(times):
    missed = []
    for number, figures in enumerate(bids()):
        for code, cells in _rows(figures):
            missed += [(number, cell) for cell in cells if not told(slipped(figures, {cell}, times))]
            if not told(slipped(figures, set(cells), times)):
                missed.append((number, code))
        money = {cell for cell in figures if cell[0] in MONEY}
        if not told(slipped(figures, money, times)):
            missed.append((number, "all money rows"))
    assert missed == []


def test_10_000_yuan_in_all_money_rows_is_asked_about_at_the_output_of_every_year():
    figures = {}
    for year, output in ((2022, "68400"), (2023, "75360"), (2024, "84150")):
        for code in MONEY:
            figures[code, year] = Decimal(output) * (Decimal("0.03") if code == "tax_paid" else 1)
    assert told(figures) == [f"scale:gross_output:{year}" for year in (2022, 2023, 2024)]
    with translation.override("zh-hans"):
        assert questions(figures)[0].words == "集群总产值高于单个集群的通常规模（5,000 亿元），请核对单位。"
        [one, *_] = questions(figures | {("employee_count", 2022): Decimal(2400)})
    assert one.words == "集群总产值高于单个集群的通常规模（5,000 亿元），请核对单位。"
    assert one.more == (
        "集群总产值 68,400 亿元与从业人员 2,400 人相比（折合每人 285,000 万元），超出通常范围，请核对单位。",
    )
    with translation.override("en"):
        [one, *_] = questions(figures | {("employee_count", 2022): Decimal(2400)})
    assert "(2,850,000,000 yuan for each person)" in one.more[0]


BESIDE = [
    ("sme_rd_expense", "22460", "gross_output", "84", ["part:sme_rd_expense:2024"]),
    ("tax_paid", "85", "operating_revenue", "84", ["revenue:tax_paid:2024"]),
    ("export_value", "85", "gross_output", "84", ["part:export_value:2024"]),
    ("export_value", "84", "gross_output", "84", []),
    ("export_value", "85", "operating_revenue", "84", ["revenue:export_value:2024"]),
    ("sme_rd_expense", "85", "operating_revenue", "84", ["revenue:sme_rd_expense:2024"]),
    ("gross_output", "840", "enterprise_count", "50", ["scale:gross_output:2024"]),
    ("fixed_asset_investment", "130", "gross_output", "84", ["scale:fixed_asset_investment:2024"]),
    ("sme_count", "2", "enterprise_count", "230", ["scale:sme_count:2024"]),
    ("export_value", "0", "gross_output", "84", []),
    ("tax_paid", "84150", "sme_rd_expense", "2", ["scale:tax_paid:2024"]),
]


@pytest.mark.parametrize(("code", "value", "beside", "other", "asked"), BESIDE)
def test_an_amount_beside_another_is_asked_about(code, value, beside, other, asked):
    assert told({(code, 2024): Decimal(value), (beside, 2024): Decimal(other)}) == asked


def test_a_jump_is_seen_across_an_empty_year_and_over_two():
    def jumps(*figures):
        values = {("gross_output", year): Decimal(value) for year, value in figures}
        return [one.year for one in questions(values) if one.about == "jump"]

    assert jumps((2022, "60"), (2024, "6000")) == [2024]
    assert jumps((2022, "60"), (2024, "599")) == []
    assert jumps((2022, "10"), (2023, "50"), (2024, "100")) == [2024]
    assert jumps((2022, "600"), (2023, "60"), (2024, "66")) == [2023]


def test_a_rate_typed_as_a_fraction_is_a_question():
    values = {("iiot_rate", 2023): Decimal("0.28"), ("iiot_rate", 2024): Decimal("0.0024")}
    with translation.override("zh-hans"):
        [one] = questions(values)
    assert (one.about, one.year) == ("small", 2024)
    assert one.words == "此格按 0.24% 理解；如指 24%，请填写 24。2023 年为 28%。"
    assert [one.about for one in questions({("policy_outreach_rate", 2024): Decimal("0.01")})] == ["small"]
    assert questions({("iiot_rate", 2024): Decimal("0.0101")}) == []
    assert questions({("iiot_rate", 2024): Decimal(0)}) == []


def test_a_slip_that_leaves_the_possible_range_is_an_error():
    assert not fits(INDICATORS["gross_output"], Decimal(1_000_000))
    assert told({("gross_output", 2024): Decimal(1_000_000)}) == ["range:gross_output:2024"]
