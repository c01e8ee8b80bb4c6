"""A clause is drawn as it was computed: value against bound, three years as a line, the words beside both."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import drawing
from tests.applications.pages import signed_in, text_of
from tests.situations import GOOD, submitted

WIDTH = re.compile(r'class="drawn-value"[^>]* width="([^"]+)"')
BOUND = re.compile(r'class="drawn-bound" d="M(\S+) 0V')


@pytest.mark.parametrize(
    ("value", "bound", "share"),
    [("20", "40", "0.5"), ("40", "40", "1"), ("80", "40", "2"), ("0", "40", "0"), ("-5", "40", "0")],
)
def test_the_bar_is_to_the_mark_as_the_value_to_the_bound(value, bound, share):
    drawn = drawing.bar(Decimal(value), Decimal(bound))
    long, at = (Decimal(found.findall(drawn)[0]) for found in (WIDTH, BOUND))
    assert abs(long - at * Decimal(share)) <= Decimal("0.2")
    assert 0 <= long <= drawing.BAR[0] and 0 <= at <= drawing.BAR[0]


POSSIBLE = re.compile(r'class="drawn-value is-possible" x="([^"]+)"[^>]* width="([^"]+)"')


@pytest.mark.parametrize(
    ("low", "high", "bound"), [("8", "14", "10"), ("2", "3", "10"), ("12", "20", "10"), ("0", "1", "1")]
)
def test_of_a_range_the_certain_part_is_solid_and_the_possible_one_lighter_to_its_scale(low, high, bound):
    drawn = drawing.bar(Decimal(low), Decimal(bound), Decimal(high))
    solid, at = (Decimal(found.findall(drawn)[0]) for found in (WIDTH, BOUND))
    begins, long = map(Decimal, POSSIBLE.findall(drawn)[0])
    assert begins == solid and abs(solid - at * Decimal(low) / Decimal(bound)) <= Decimal("0.2")
    assert abs(begins + long - at * Decimal(high) / Decimal(bound)) <= Decimal("0.2")
    assert begins + long < drawing.BAR[0]


def test_what_is_not_all_filled_in_is_possible_to_the_end():
    begins, long = map(Decimal, POSSIBLE.findall(drawing.bar(Decimal(8), Decimal(10), Decimal("Infinity")))[0])
    assert begins > 0 and begins + long == drawing.BAR[0]


def points(values):
    drawn = drawing.line([None if value is None else Decimal(value) for value in values])
    return drawn.count("drawn-line"), [Decimal(y) for y in re.findall(r'cy="([^"]+)"', drawn)]


def test_a_line_rises_with_its_years_and_breaks_where_one_is_missing():
    strokes, heights = points(["1", "2", "3"])
    assert strokes == 2 and heights[0] > heights[1] > heights[2]
    assert points(["1", None, "3"])[0] == 0
    assert len(set(points(["4", "4", "4"])[1])) == 1


@pytest.fixture
def page(call):
    application = submitted(call, figures=GOOD | {"employee_count": ("0", "21,000", "22,000")})
    client = signed_in(province=True, authority="山东省")
    return text_of(client.get(reverse("application", args=[application.pk])))


def finding(page: str, clause: str) -> str:
    return page.split(f'data-clause="{clause}"')[1].split("</li>", maxsplit=1)[0]


def test_a_computed_clause_shows_its_value_against_the_bound_and_its_three_years(page):
    output, share, judged = (finding(page, clause) for clause in ("1.4", "1.6", "1.1"))
    assert 'class="drawn-bar"' in output and "60 亿元，标准 40 亿元" in output
    assert [f"{year} {value} 亿元" in output for year, value in ((2022, 60), (2023, 70), (2024, 80))] == [True] * 3
    # A share reads one year: the figure it begins with is drawn over three.
    assert 'class="drawn-bar"' in share and 'class="drawn-years"' in share and share.count("drawn-dot") == 3
    assert "drawn" not in judged
    assert "style=" not in output


@pytest.mark.parametrize(("hnte", "said"), [("3", "8 至 14 家，标准 10 家"), ("", "至少 8 家，标准 10 家")])
def test_a_count_between_two_numbers_has_a_bar_beside_the_one_that_is_certain(call, hnte, said):
    kinds = {"srdi_count": "8", "innovative_sme_count": "3", "hnte_count": hnte}
    figures = GOOD | {"champion_count": ("", "", "0"), "little_giant_count": ("", "", "0")}
    application = submitted(call, figures=figures | {code: ("", "", number) for code, number in kinds.items()})
    page = text_of(signed_in(province=True, authority="山东省").get(reverse("application", args=[application.pk])))
    quality = finding(page, "2.1")
    assert quality.count('class="drawn-bar"') == 2 and quality.count("is-possible") == 1 and said in quality


def test_the_panes_are_named_and_can_be_focused(page):
    assert re.search(r'<section class="case-figures" tabindex="0" role="region" aria-labelledby="figures-title">', page)
    assert re.search(r'<div class="case-side" tabindex="0" role="region" aria-label="预审与意见">', page)


def test_a_clause_points_at_the_statement_of_its_county(page):
    assert 'said-1-1"' in finding(page, "1.1") + page.split('data-clause="1.1"')[1][:200]
    assert '<dt id="said-1-1"' in page


def test_decimals_align_and_zeros_are_quiet(page):
    assert 'id="cell-sme_rd_expense-2024">1<span class="decimals">.6</span>' in page
    assert 'id="cell-iiot_rate-2024">20<span class="decimals">%</span>' in page
    assert '<td class="number is-zero" id="cell-employee_count-2022">0<' in page
