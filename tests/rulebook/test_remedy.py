"""What it would take: the smallest change is enough, and one step less is not; the engine judges both."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook import audiences, loader
from rulebook.catalogue import INDICATORS
from rulebook.columns import Columns, scaled
from rulebook.evaluate import evaluate
from rulebook.loader import with_settings
from rulebook.remedy import remedies, undoing
from rulebook.remedy_words import ways
from rulebook.rules import STATES, State
from rulebook.screening import screen
from tests.examples import examples
from tests.rulebook.conftest import CALL_YEAR, figures_meeting_every_clause

OUT, SME, LEADING, RD, PATENTS = (
    "gross_output",
    "sme_output",
    "leading_output",
    "sme_rd_expense",
    "valid_invention_patents",
)
CO2, SOFT, AREA, OUTREACH = "co2_intensity", "industrial_software_rate", "area_km2", "policy_outreach_rate"
COUNTS = ("champion_count", "little_giant_count", "srdi_count", "innovative_sme_count", "hnte_count")
FEW = dict(zip([(code, 1) for code in COUNTS], map(Decimal, (0, 0, 8, 6, 0)), strict=True))
GOOD, BAD = {State.MET, State.BY_HAND}, {State.NOT_MET, State.NEAR}
FURTHEST = 300  # steps between a figure and its remedy that are all tried


def figures_with(changes):
    return figures_meeting_every_clause() | {cell: Decimal(value) for cell, value in changes.items()}


def judged(rule_set, clause, figures, changes):
    """The engine's states for each set of changes, over ready columns: not the way the remedy asked."""
    rows = [figures | change for change in changes]
    cells = sorted({cell for row in rows for cell in row})
    told = {
        (code, o): np.array(
            [scaled(row[code, o], INDICATORS[code].decimals) if (code, o) in row else 0 for row in rows], dtype=np.int64
        )
        for code, o in cells
    }
    known = {cell: np.array([cell in row for row in rows]) for cell in cells}
    found = evaluate(rule_set, Columns.from_arrays(told, known), [rule_set.by_clause[clause]])[clause]
    return [STATES[int(code)] for code in found]


def step_of(code):
    return Decimal(1).scaleb(-INDICATORS[code].decimals)


SINGLE = [
    # clause, figures, {(indicator, year): value that meets it}, the first is named first
    ("1.3", {(AREA, 1): "120"}, {(AREA, 2024): "100"}),
    ("1.4", {(OUT, 3): "38.7"}, {(OUT, 2022): "40"}),
    ("1.5", {(SME, 1): "48"}, {(SME, 2024): "49", (OUT, 2024): "68.5714"}),
    ("1.6", {(LEADING, 1): "49"}, {(LEADING, 2024): "49.0001", (OUT, 2024): "69.9999"}),
    ("1.7", {(OUT, 1): "55"}, {(OUT, 2024): "60.5001", (OUT, 2022): "45.4545"}),
    ("4.1", {(RD, 1): "1"}, {(RD, 2024): "1.2101", (RD, 2022): "0.8264"}),
    ("4.4", {(PATENTS, 1): "101"}, {(PATENTS, 2024): "133", (PATENTS, 2022): "76"}),
    (
        "2.1",
        dict.fromkeys(FEW) | FEW,
        dict(zip([(code, 2024) for code in ("srdi_count", "innovative_sme_count", *COUNTS[:2], "hnte_count")],
                 ("10", "10", "1", "1", "10"), strict=True)),
    ),
    ("5.3", {(SOFT, 1): "0.2"}, {(SOFT, 2024): "0.3"}),
    ("6.2", {(CO2, 1): "1.4"}, {(CO2, 2024): "1.199999"}),
    ("8.3", {(OUTREACH, 1): "0.9"}, {(OUTREACH, 2024): "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "changes", "expected"), SINGLE)
def test_each_figure_that_suffices_alone_is_named_with_its_nearest_value(national, clause, changes, expected):
    found = remedies(national.by_clause[clause], figures_with(changes), CALL_YEAR)
    assert [((one.indicator, one.year), one.after) for one in found.alone] == [
        (cell, Decimal(value)) for cell, value in expected.items()
    ]
    assert found.together == ()


def test_two_years_short_need_a_change_each(national):
    found = remedies(national.by_clause["1.4"], figures_with({(OUT, 3): "38.7", (OUT, 2): "39"}), CALL_YEAR)
    assert found.alone == ()
    assert [(one.year, one.after, one.is_past) for one in found.together] == [
        (2022, Decimal(40), True),
        (2023, Decimal(40), True),
    ]


def test_beside_a_year_that_is_short_a_missing_one_is_needed_too(national):
    figures = figures_with({(OUT, 3): "38.7"})
    del figures[OUT, 2]
    found = remedies(national.by_clause["1.4"], figures, CALL_YEAR)
    assert [(one.year, one.after) for one in found.together] == [(2022, Decimal(40))]
    assert [(one.year, one.is_enough, one.low, one.high) for one in found.fill] == [(2023, False, Decimal(40), None)]
    assert_sufficient_and_least(national, "1.4", figures, found)


def test_what_nobody_is_asked_for_is_not_made_up_to_meet_a_clause(national):
    rules = with_settings(national, patents_denominator="residents")
    assert not remedies(rules.by_clause["4.5"], figures_with({}), CALL_YEAR)


def test_a_trend_broken_twice_is_mended_year_by_year(national):
    figures = figures_with({(CO2, 3): "1.0", (CO2, 2): "1.2", (CO2, 1): "1.3"})
    found = remedies(national.by_clause["6.2"], figures, CALL_YEAR)
    assert found.alone == () and len(found.together) == 2
    assert_sufficient_and_least(national, "6.2", figures, found)


def test_a_year_moved_back_gives_room_to_the_one_before(national):
    """0 between two positive years: whatever was moved first comes nearer once the others have moved."""
    figures = figures_with({(CO2, 3): "0.91", (CO2, 2): "0", (CO2, 1): "1.1"})
    assert_sufficient_and_least(national, "6.2", figures, remedies(national.by_clause["6.2"], figures, CALL_YEAR))


def test_the_middle_year_of_two_rates_passes_both_of_its_bounds(national):
    """With 1 and 1.2 around it the mean of the rates is exactly 10 % at 1 and at 1.2, below in between."""
    rule = with_settings(national, growth="mean_of_rates").by_clause["4.1"]
    for middle, expected in (("1.15", "1.2001"), ("1.05", "0.9999")):
        figures = figures_with({(RD, 3): "1", (RD, 2): middle, (RD, 1): "1.2"})
        found = {one.year: one.after for one in remedies(rule, figures, CALL_YEAR).alone}
        assert found[2023] == Decimal(expected)


def test_each_year_of_a_share_reading_needs_its_own_change(national):
    rules = with_settings(national, share_years="each")
    figures = figures_with({(SME, 3): "30", (SME, 2): "40"})
    found = remedies(rules.by_clause["1.5"], figures, CALL_YEAR)
    assert [(one.year, one.indicator) for one in found.together] == [(2022, SME), (2023, SME)]
    assert_sufficient_and_least(rules, "1.5", figures, found)


def test_of_a_missing_figure_it_says_from_which_value_on_the_clause_is_met(national):
    figures = figures_with({})
    del figures[SME, 1]
    (fill,) = remedies(national.by_clause["1.5"], figures, CALL_YEAR).fill
    assert (fill.indicator, fill.year, fill.is_enough, fill.low, fill.high) == (SME, 2024, True, Decimal(49), None)
    del figures[OUT, 1]
    both = remedies(national.by_clause["1.5"], figures, CALL_YEAR).fill
    assert [(one.indicator, one.is_enough) for one in both] == [(SME, False), (OUT, False)]


def test_one_side_of_an_or_may_be_filled_in_alone(national):
    figures = {cell: value for cell, value in figures_with({}).items() if cell[0] not in COUNTS}
    found = remedies(national.by_clause["2.1"], figures, CALL_YEAR)
    assert [(one.indicator, one.is_enough, one.low) for one in found.fill] == [
        (code, True, Decimal(1 if code in COUNTS[:2] else 10)) for code in COUNTS
    ]


def test_counts_that_may_overlap_are_made_certain_by_one_of_them(national):
    found = remedies(national.by_clause["2.1"], figures_with(FEW), CALL_YEAR)
    assert (found.alone[0].indicator, found.alone[0].after) == ("srdi_count", Decimal(10))


def test_a_base_of_nothing_is_checked_and_not_made_up(national):
    found = remedies(national.by_clause["4.1"], figures_with({(RD, 3): "0"}), CALL_YEAR)
    assert (found.alone, found.together, found.fill, found.check) == ((), (), (), ((RD, 2022),))


def test_a_figure_with_more_decimals_than_are_kept_is_led_to_a_value_that_can_be_typed(national):
    (change,) = remedies(national.by_clause["1.4"], figures_with({(OUT, 3): "39.99999999"}), CALL_YEAR).alone
    assert (change.before, change.after) == (Decimal("39.99999999"), Decimal(40))


@pytest.mark.parametrize("clause", ["0", "1.1", "6.4"])
def test_what_figures_do_not_decide_has_no_remedy(national, clause):
    assert not remedies(national.by_clause[clause], figures_with({}), CALL_YEAR)
    assert undoing(national.by_clause["6.4"], figures_with({}), CALL_YEAR) == ()


def test_a_met_clause_says_which_figure_would_undo_it(national):
    rule = national.by_clause["1.5"]
    found = undoing(rule, figures_with({}), CALL_YEAR)
    assert {(one.indicator, one.after) for one in found} == {(SME, Decimal("48.9999")), (OUT, Decimal("80.0001"))}
    assert undoing(rule, figures_with({(SME, 1): "1"}), CALL_YEAR) == ()


def test_every_clause_of_one_application_takes_few_evaluations(national, monkeypatch):
    """One column of candidates a clause, not one evaluation a step."""
    from rulebook import remedy

    asked = []
    monkeypatch.setattr(remedy, "states_of", lambda rule, columns: asked.append(rule) or evaluate_one(rule, columns))
    from rulebook.evaluate import states_of as evaluate_one

    figures = figures_with({(OUT, 3): "1", (SME, 1): "1", (RD, 1): "0.1", (AREA, 1): "99999", **FEW})
    for rule in national.computed:
        remedies(rule, figures, CALL_YEAR)
    assert len(asked) <= 3 * len(national.computed)


# --- any clause of any rule set, any figures: enough, and least ---------------------------------

RULE_SETS = [loader.load(code) for code in loader.codes() if loader.load(code).computed]
READINGS = [
    {"growth": growth, "share_years": years, "falling": falling, "tier_count": tiers}
    for growth, years, falling, tiers in (
        ("cagr_2", "latest", "each_year", "bounds"),
        ("cagr_3", "each", "overall", "sum"),
        ("mean_of_rates", "mean", "each_year", "bounds"),
    )
]
NATIONAL = [with_settings(loader.load("national-2022"), **reading) for reading in READINGS]


@st.composite
def situations(draw):
    """A rule set, a clause of it, and figures around its bound: some missing, some 0, many awkward."""
    rule_set = draw(st.sampled_from(NATIONAL + [one for one in RULE_SETS if one.code != "national-2022"]))
    rule = draw(st.sampled_from(rule_set.computed))
    figures = figures_meeting_every_clause()
    for code, offset in rule.cells:
        indicator = INDICATORS[code]
        usual = figures.get((code, offset), indicator.low)
        value = draw(
            st.one_of(
                st.just(usual),
                st.integers(70, 130).map(lambda percent, usual=usual: usual * percent / 100),
                st.integers(-3, 3).map(lambda n, code=code, usual=usual: usual + n * step_of(code)),
                st.just(Decimal(0)),
                st.none(),
            )
        )
        figures.pop((code, offset), None)
        if value is not None:
            value = min(max(value.quantize(step_of(code)), indicator.low), indicator.high)
            figures[code, offset] = value
    return rule_set, rule, figures


@given(situations())
@settings(max_examples=examples(40, 150), deadline=None)
def test_a_remedy_is_enough_and_one_step_less_is_not(situation):
    rule_set, rule, figures = situation
    found = remedies(rule, figures, CALL_YEAR)
    (state,) = judged(rule_set, rule.clause, figures, [{}])
    if state not in BAD:
        assert (found.alone == () or state is State.CANNOT_TELL) and found.together == ()
    else:
        assert_sufficient_and_least(rule_set, rule.clause, figures, found)
    if state in GOOD:
        for change in undoing(rule, figures, CALL_YEAR):
            assert_nearest(rule_set, rule.clause, figures, change, BAD)


def assert_sufficient_and_least(rule_set, clause, figures, found):
    named = {(one.indicator, one.offset) for one in found.alone}
    for change in found.alone:
        assert_nearest(rule_set, clause, figures, change, GOOD)
    for cell in set(rule_set.by_clause[clause].cells) & set(figures) - named:
        if cell != (rule_set.by_clause[clause].when, 1):
            assert not set(judged(rule_set, clause, figures, list(spread(cell, figures[cell])))) & GOOD
    if found.together:
        assert not found.alone
        missing = {(one.indicator, CALL_YEAR - one.year): limit_of(one) for one in found.fill}
        every = {(one.indicator, one.offset): one.after for one in found.together} | missing
        assert judged(rule_set, clause, figures, [every])[0] in GOOD
        for one in found.together:
            cell = (one.indicator, one.offset)
            rest = figures | {other: value for other, value in every.items() if other != cell}
            assert_nearest(rule_set, clause, rest, one, GOOD)
        for one in found.fill:
            cell = (one.indicator, CALL_YEAR - one.year)
            rest = figures | {other: value for other, value in every.items() if other != cell}
            beyond = [limit + sign * step_of(one.indicator) for limit, sign in ((one.low, -1), (one.high, 1)) if limit]
            assert not set(judged(rule_set, clause, rest, [{cell: value} for value in beyond])) & GOOD


def limit_of(fill):
    """A value that does what is needed: one end of what is asked, or the usual one where any value does."""
    for value in (fill.low, fill.high):
        if value is not None:
            return value
    return INDICATORS[fill.indicator].low


def assert_nearest(rule_set, clause, figures, change, wanted):
    """Brute force: every step nearer than the change, on both sides, leaves the answer as it was."""
    cell, step = (change.indicator, change.offset), step_of(change.indicator)
    indicator = INDICATORS[change.indicator]
    assert judged(rule_set, clause, figures, [{cell: change.after}])[0] in wanted
    far = int(abs(change.by) / step)
    nearer = list(range(far)) if far <= FURTHEST else [0, 1, 2, *range(far - FURTHEST, far)]
    values = [change.before + sign * n * step for n in nearer for sign in (1, -1)]
    tried = [{cell: value} for value in values if indicator.low <= value <= indicator.high]
    assert not set(judged(rule_set, clause, figures, tried)) & wanted


def spread(cell, value):
    """Values of a figure near and far."""
    indicator, step = INDICATORS[cell[0]], step_of(cell[0])
    for n in (*range(-50, 51), -1000, 1000):
        near = value + n * step
        if indicator.low <= near <= indicator.high:
            yield {cell: near}
    for part in range(101):
        yield {cell: (indicator.low + (indicator.high - indicator.low) * part / 100).quantize(step)}
    for percent in range(0, 400, 5):
        yield {cell: min((value * percent / 100).quantize(step), indicator.high)}


def screen_of(national, figures):
    return screen(national, {(code, CALL_YEAR - back): value for (code, back), value in figures.items()}, CALL_YEAR)


def beside_of(national, figures):
    return audiences.beside(screen_of(national, figures), national)


SLOW = {(OUT, 3): "41", (OUT, 2): "43", (OUT, 1): "45", (SME, 1): "40", (LEADING, 1): "40"}


def test_a_change_names_the_clauses_that_are_met_today_and_that_it_would_break(national):
    """Less output in the first year would make growth enough, and leave that year below what 1.4 asks."""
    figures = figures_with(SLOW)
    found = remedies(national.by_clause["1.7"], figures, CALL_YEAR, beside=beside_of(national, figures))
    assert [(one.year, [rule.clause for rule in one.breaks]) for one in found.alone] == [(2024, []), (2022, ["1.4"])]
    zh, en = (ways(found, national.by_clause["1.7"], lang).lines[1].words for lang in ("zh", "en"))
    assert "往年数据，只有原填报有误时才能更正；改后第 1.4 条（集群总产值）不再达标" in zh
    assert "; clause 1.4 (Gross output) would then no longer be met" in en
    assert "不再达标" not in ways(found, national.by_clause["1.7"]).lines[0].words


def test_of_two_figures_of_one_year_the_one_that_breaks_nothing_comes_first(national):
    """A lower whole would meet the share, and growth would be missed."""
    figures = figures_with({(SME, 1): "30", (LEADING, 1): "57", (OUT, 1): "61"})
    found = remedies(national.by_clause["1.5"], figures, CALL_YEAR, beside=beside_of(national, figures))
    said = [(one.indicator, {rule.clause for rule in one.breaks}) for one in found.alone]
    assert said == [(SME, set()), (OUT, {"1.7"})]


@settings(max_examples=examples(20, at_night=200), deadline=None)
@given(st.lists(st.sampled_from([35, 38, 40, 41, 44, 48, 55, 60]), min_size=3, max_size=3))
def test_no_remedy_breaks_another_clause_without_saying_so(national, outputs):
    figures = figures_with({(OUT, 3 - i): str(value) for i, value in enumerate(outputs)})
    others = beside_of(national, figures)
    before = {one.clause: one.state for one in screen_of(national, figures)}
    for rule in national.computed:
        found = remedies(rule, figures, CALL_YEAR, beside=others)
        for way in [(one,) for one in found.alone] or [found.together]:
            then = screen_of(national, figures | {one.cell: one.after for one in way})
            broken = {one.clause for one in then if before[one.clause] in GOOD and one.state not in GOOD}
            assert broken == {rule.clause for one in way for rule in one.breaks}
