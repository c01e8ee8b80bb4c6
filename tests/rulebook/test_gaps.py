"""The gaps of many applications at once against the exact gaps of each."""

import random
from decimal import Decimal
from math import isnan

import numpy as np
import pytest

from rulebook import loader
from rulebook.catalogue import COLUMNS, INDICATORS
from rulebook.columns import Columns
from rulebook.evaluate import evaluate
from rulebook.gaps import gaps
from rulebook.projection import figures_of
from rulebook.rules import STATES, State
from rulebook.scenario import changed
from rulebook.screening import screen
from tests.examples import rounds
from tests.rulebook import small_rules
from tests.rulebook.conftest import figures_meeting_every_clause

ROUNDS = rounds(120, 2000)
YEAR = 2025
PLACES = ("", "530000", "210000", "310000", "650000")
RULES = ("national-2022", "yunnan-2023", "liaoning-2023", "shanghai-2023")
READINGS = [
    {},
    {"growth": "cagr_3", "share_years": "each", "tier_count": "sum"},
    {"growth": "mean_of_rates", "share_years": "mean", "iiot_denominator": "sme_count"},
    {"1.4.comparator": "at_most", "1.6.comparator": "equals", "1.3.comparator": "more_than", "4.5": "0"},
    {"1.4.years": "sum", "1.5": "0.142857143", "2.1/2.comparator": "more_than"},
]


def rows(number: int, seed: int = 3) -> list[list[int | None]]:
    """Figures near, on and beside the bounds, some missing, some 0."""
    chosen, meeting = random.Random(seed), figures_meeting_every_clause()
    found = []
    for _number in range(number):
        row: list[int | None] = []
        for code, back in COLUMNS:
            indicator = INDICATORS[code]
            value = meeting.get((code, back), Decimal(1))
            scaled = int(value.scaleb(indicator.decimals))
            moved = chosen.choice(
                (scaled, scaled, scaled + chosen.randint(-3, 3), scaled * chosen.randint(60, 120) // 100, 0)
            )
            low, high = int(indicator.low.scaleb(indicator.decimals)), int(indicator.high.scaleb(indicator.decimals))
            row.append(None if chosen.random() < 0.03 else min(max(moved, low), high))
        found.append(row)
    return found


def same(gap: float, told: str | None) -> bool:
    """The exact sign, and the exact number but for floating point; nothing where nothing is compared."""
    if told is None:
        return isnan(gap)
    gap, exact = float(gap), Decimal(told)
    sign = (gap > 0) - (gap < 0) == (exact > 0) - (exact < 0)
    return sign and abs(gap - float(exact)) <= 2e-9 + 1e-9 * abs(float(exact))


@pytest.mark.parametrize("readings", READINGS)
@pytest.mark.parametrize("code", RULES)
def test_gaps_and_years_are_those_of_the_findings(code, readings):
    rules = loader.load(code)
    known = {key: value for key, value in readings.items() if key in rules.settings or code == "national-2022"}
    rules = changed(rules, known)
    made = rows(ROUNDS)
    columns = Columns.from_projection(made)
    columns.places = np.array([PLACES[i % len(PLACES)] for i in range(len(made))])
    found, compared = gaps(rules.rules, columns), 0
    for i, row in enumerate(made):
        for finding in screen(rules, figures_of(row, YEAR), YEAR, place=PLACES[i % len(PLACES)]):
            if finding.clause not in found:
                continue
            told = found[finding.clause]
            if finding.parts:
                for part, of_part in zip(finding.parts, told.parts, strict=True):
                    assert part.parts or same(of_part.gap[i], part.gap), (part, of_part.gap[i])
                continue
            assert same(told.gap[i], finding.gap), (finding, told.gap[i])
            compared += finding.gap is not None
            for back, column in told.years.items():
                year = finding.by_year.get(str(YEAR - back))
                if year is not None and (year.state is not None or year.value is None):
                    assert same(column[i], year.gap), (finding.clause, year, column[i])
    assert compared > ROUNDS  # it did compare


@pytest.mark.parametrize("readings", READINGS)
def test_the_sign_of_a_gap_is_the_verdict(national, readings):
    rules = changed(national, readings)
    columns = Columns.from_projection(rows(ROUNDS * 5, seed=9))
    states, found = evaluate(rules, columns), gaps(rules.rules, columns)
    for rule in rules.computed:
        told = found[rule.clause]
        if told.parts or np.isnan(told.gap).all():
            continue
        strict = rule.condition.bound.strict
        missed = (told.gap > 0) | ((told.gap == 0) & strict)
        lacking = np.isin(states[rule.clause], [STATES.index(State.NOT_MET), STATES.index(State.NEAR)])
        compared = ~np.isnan(told.gap)
        assert (missed[compared] == lacking[compared]).all(), rule.clause
        assert not (lacking & ~compared).any() or rule.clause == "2.1"


def test_of_an_or_the_nearest_side_orders(national, meeting):
    figures = meeting | {("champion_count", 1): Decimal(0), ("little_giant_count", 1): Decimal(0)}
    figures |= {(code, 1): Decimal(3) for code in ("srdi_count", "innovative_sme_count", "hnte_count")}
    columns = Columns.of_one({(code, YEAR - back): value for (code, back), value in figures.items()}, YEAR)
    found = gaps(national.rules, columns)["2.1"]
    assert isnan(found.gap[0])
    assert found.relative[0] == pytest.approx(0.1)  # 9 of 10 at most, nearer than 0 of 1


def test_blocks_change_nothing(national):
    columns = Columns.from_projection(rows(50) * 700)  # more than two blocks
    whole, one = gaps(national.rules, columns), gaps(national.rules, columns.block(0, 50))
    for clause, told in one.items():
        for start in (0, 16_350, 34_950):
            assert np.array_equal(whole[clause].gap[start : start + 50], told.gap, equal_nan=True)
            assert np.array_equal(whole[clause].relative[start : start + 50], told.relative, equal_nan=True)
            for back, column in told.years.items():
                assert np.array_equal(whole[clause].years[back][start : start + 50], column, equal_nan=True)


def test_where_64_bits_do_not_suffice_the_gap_is_still_exact(national):
    rules = changed(national, {"share_years": "mean"})
    assert not rules.by_clause["1.5"].fits_int64
    made = []
    for lacking in (1, 1_000, -1, 0, 123_456_789):
        row = [None] * len(COLUMNS)
        for code, value in (("gross_output", 990_000_000), ("sme_output", 693_000_000 - lacking)):
            for back in (3, 2, 1):
                row[COLUMNS.index((code, back))] = value
        made.append(row)
    found = gaps(rules.rules, Columns.from_projection(made))["1.5"].gap
    for gap, row in zip(found, made, strict=True):
        told = next(one for one in screen(rules, figures_of(row, YEAR), YEAR) if one.clause == "1.5")
        assert same(gap, told.gap), (gap, told.gap)


def test_a_place_lacks_what_is_asked_there():
    """The general clause asks 40 of each year; in the west 20 now or 100 in three years is enough."""
    asked = {"figure": "gross_output", "years": "each", "at_least": "40"}
    sides = [
        {"figure": "gross_output", "at_least": "20"},
        {"figure": "gross_output", "years": "sum", "at_least": "100"},
    ]
    west = {"places": ["530000"], "name": small_rules.BOTH, "source": "A", "article": "two", "test": {"any": sides}}
    made = small_rules.rules(small_rules.clause("1", asked, "yi_yuan", regions=[west]))
    row = [None] * len(COLUMNS)
    for back, value in ((3, 300_000), (2, 410_000), (1, 100_000)):
        row[COLUMNS.index(("gross_output", back))] = value
    columns = Columns.from_projection([row, row])
    columns.places = np.array(["370000", "530000"])
    found = gaps(made.rules, columns)["1"]
    assert found.gap[0] == 30 and isnan(found.gap[1])
    assert [found.years[back][0] for back in (3, 2, 1)] == [10, -1, 30]
    assert found.relative.tolist() == pytest.approx([0.75, 0.19])
    assert [part.gap[1] for part in found.parts] == [10, 19]
    columns.places = None
    assert gaps(made.rules, columns)["1"].gap.tolist() == [30, 30]
