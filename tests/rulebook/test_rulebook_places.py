"""Regions that ask otherwise, waivers by name, and one engine for one and for many with both."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook import loader
from rulebook.catalogue import INDICATORS
from rulebook.columns import Columns
from rulebook.evaluate import BLOCK, evaluate
from rulebook.explain import formula, says
from rulebook.projection import project
from rulebook.rules import STATES, State
from rulebook.screening import screen
from rulebook.waivers import Waiver
from tests.examples import examples
from tests.rulebook.small_rules import GROWTH, YEAR, clause, find, rules

YUNNAN, XINJIANG, XPCC, GUANGDONG = "530000", "650000", "xpcc", "440000"
WEST = {
    "places": [YUNNAN],
    "name": {"zh": "云南省", "en": "Yunnan"},
    "source": "A",
    "article": "two",
    "test": {"figure": "gross_output", "years": "each", "at_least": "10"},
}
CORPS = {
    "places": [XINJIANG, XPCC],
    "name": {"zh": "新疆", "en": "Xinjiang"},
    "source": "A",
    "article": "three",
    "test": {"any": [{"figure": "gross_output", "at_least": "20"}, {"figure": "operating_revenue", "at_least": "20"}]},
}
OUTPUT = {"figure": "gross_output", "years": "each", "at_least": "40"}
MADE = rules(
    clause("1", OUTPUT, "yi_yuan", regions=[WEST, CORPS]),
    clause("2", {"figure": "area_km2", "at_most": "100"}, "km2", kind="soft"),
    clause("3", {"growth": "gross_output", "method": "@growth", "more_than": "0.1"}, "fraction"),
    clause("4", {"figure": "policy_outreach_rate", "equals": "1"}, "fraction", kind="mixed"),
    clause(
        "5",
        {"at_least_of": {"n": "2", "tests": [
            {"figure": "gross_output", "years": "sum", "at_least": "100"},
            {"not": {"falling": "gross_output"}},
            {"share": "sme_output", "of": "gross_output", "more_than": "0.7"},
        ]}},
        kind="conditional",
        when="is_high_energy_industry",
        regions=[{**WEST, "test": {"figure": "area_km2", "at_most": "10"}}],
    ),
    clause("6", None, kind="manual"),
    clause("7", None, kind="open"),
    settings={"growth": GROWTH},
)  # fmt: skip
OF_THIRTY = {f"gross_output T-{back}": "30" for back in (1, 2, 3)}


@pytest.mark.parametrize(
    ("place", "state", "required"),
    [
        ("", "not_met", "40"), (GUANGDONG, "not_met", "40"), (YUNNAN, "met", "10"), (XINJIANG, "met", None),
        (XPCC, "met", None),
    ],
)  # fmt: skip
def test_a_region_asks_otherwise(place, state, required):
    """12.3 item 9, with the outputs of the nation (≥40), Yunnan (≥10) and an alternative as in X-province."""
    finding = find(MADE, OF_THIRTY, place=place)
    assert (finding.state, finding.required) == (state, required)
    named = [dict(reason.params) for reason in finding.reasons if reason.code == "region"]
    assert [one["place"] for one in named] == ([place] if place in (YUNNAN, XINJIANG, XPCC) else [])


def test_what_a_region_asks_is_said_with_its_name():
    rule = MADE.by_clause["1"]
    here = find(MADE, {**OF_THIRTY, "gross_output T-3": "9"}, place=YUNNAN)
    assert says(here, rule) == "2022 年差 1.00 亿元；2023、2024 年达标。（按云南省的要求判断。）"
    assert says(here, rule, "en").endswith("(As asked in Yunnan.)") and formula(here, rule).endswith("（≥ 10 亿元）")
    corps = find(MADE, OF_THIRTY, place=XPCC)
    assert says(corps, rule) == "2024 年集群总产值为 30 亿元，达标（要求不低于 20 亿元）。（按新疆的要求判断。）"
    assert "≥ 40" in formula(find(MADE, OF_THIRTY), rule)
    assert rule.in_place(YUNNAN).condition.bound.value == 10 and rule.in_place("") is rule


def test_a_region_reads_figures_the_general_clause_does_not():
    assert find(MADE, {"operating_revenue T-1": "25"}, place=XPCC).state == "met"
    assert ("operating_revenue", 1) in MADE.cells


WAIVER = Waiver("1", "云南省工业和信息化厅", "西部地区适当放宽", "云工信〔2025〕1号")


@pytest.mark.parametrize(
    ("number", "figures", "before", "after"),
    [
        ("1", OF_THIRTY, "not_met", "waived"),
        ("1", {}, "cannot_tell", "waived"),
        ("1", {f"gross_output T-{back}": "40" for back in (1, 2, 3)}, "met", "met"),
        ("2", {"area_km2 T-1": "101"}, "near", "waived"),
        ("5", {"is_high_energy_industry T-1": "0"}, "not_applicable", "not_applicable"),
        ("4", {"policy_outreach_rate T-1": "1"}, "by_hand", "by_hand"),
        ("4", {"policy_outreach_rate T-1": "0.9"}, "not_met", "waived"),
        ("6", {}, "by_hand", "by_hand"),
        ("7", {}, "cannot_tell", "waived"),
    ],
)
def test_a_waiver_lets_pass_what_is_missed_and_changes_nothing_else(number, figures, before, after):
    """西部地区可适当放宽 (calls 2022 to 2025) is a waiver by name, never a silent number."""
    waiver = Waiver(number, WAIVER.authority, WAIVER.reason, WAIVER.document)
    plain, let_pass = find(MADE, figures, number), find(MADE, figures, number, waivers=[waiver])
    assert (plain.state, let_pass.state) == (before, after)
    assert (let_pass.value, let_pass.gap, let_pass.by_year, let_pass.parts) == (
        plain.value, plain.gap, plain.by_year, plain.parts,
    )  # fmt: skip
    told = [dict(reason.params) for reason in let_pass.reasons if reason.code == "waived"]
    by = {"authority": waiver.authority, "reason": waiver.reason, "document": waiver.document}
    assert told == ([by] if after == "waived" else [])


def test_who_waived_and_why_is_said():
    finding, rule = find(MADE, OF_THIRTY, waivers=[WAIVER]), MADE.by_clause["1"]
    assert says(finding, rule) == "本条经云南省工业和信息化厅豁免（云工信〔2025〕1号），理由：西部地区适当放宽。"
    assert says(finding, rule, "en").startswith("Waived by 云南省工业和信息化厅 (云工信〔2025〕1号)")
    assert finding.value == "30" and finding.gap == "10" and finding.by_year["2024"].state == "not_met"


def test_a_waiver_of_another_clause_changes_nothing():
    other = Waiver("99", "a", "b", "c")
    assert find(MADE, OF_THIRTY, waivers=[other]) == find(MADE, OF_THIRTY)
    assert find(MADE, OF_THIRTY, "3", waivers=[WAIVER]) == find(MADE, OF_THIRTY, "3")


# ------------------------------------------------------------------ one engine

PLACES = ["", YUNNAN, XINJIANG, XPCC, GUANGDONG]
READ = sorted({cell for made in (MADE, loader.load("national-2022")) for cell in made.cells})


@st.composite
def applications(draw):
    """Figures inside the catalogue near the bounds used here, a place, and waived clauses."""
    figures = {}
    for code, back in READ:
        indicator = INDICATORS[code]
        near = [value for value in ("0", "0.7", "1", "10", "20", "30", "39.9999", "40", "50", "100", "100.0001")
                if indicator.low <= Decimal(value) <= indicator.high
                and Decimal(value) == Decimal(value).quantize(Decimal(1).scaleb(-indicator.decimals))]  # fmt: skip
        value = draw(st.sampled_from([None, *near]))
        if value is not None:
            figures[code, YEAR - back] = Decimal(value)
    return figures, draw(st.sampled_from(PLACES)), draw(st.sets(st.sampled_from("1234567")))


@settings(max_examples=examples(15, 60), deadline=None)
@given(st.lists(applications(), min_size=1, max_size=12), st.booleans())
def test_one_application_and_many_get_the_same_verdicts_with_places_and_waivers(cases, across_blocks):
    for made in (MADE, loader.load("national-2022")):
        rows, repeat = [project(figures, YEAR) for figures, _, _ in cases], 1
        if across_blocks:
            repeat = BLOCK // len(cases) + 2
        columns = Columns.from_projection(rows * repeat)
        columns.places = np.array([place for _, place, _ in cases] * repeat)
        columns.waived = {
            number: np.array([number in waived for *_, waived in cases] * repeat)
            for number in {r.clause for r in made.rules}
        }
        many = evaluate(made, columns)
        for i, (figures, place, waived) in enumerate(cases):
            waivers = [Waiver(number, "authority", "reason", "document") for number in waived]
            for finding in screen(made, figures, YEAR, place=place, waivers=waivers):
                told = {STATES[code] for code in many[finding.clause][i :: len(cases)]}
                assert told == {finding.state}, (finding.clause, place, figures)


def test_permuting_applications_permutes_the_results_only():
    made = np.random.default_rng(4)
    rows = [
        project({("gross_output", YEAR - back): Decimal(int(made.integers(5, 60))) for back in (1, 2, 3)}, YEAR)
        for _ in range(400)
    ]
    places = np.array([PLACES[i] for i in made.integers(0, len(PLACES), 400)])
    masks = {"1": made.random(400) < 0.3, "2": made.random(400) < 0.3}
    order = made.permutation(400)

    def states(at):
        columns = Columns.from_projection([rows[i] for i in at])
        columns.places, columns.waived = places[at], {number: mask[at] for number, mask in masks.items()}
        return evaluate(MADE, columns)

    first, then = states(np.arange(400)), states(order)
    for number in first:
        assert np.array_equal(first[number][order], then[number])
    assert {STATES[code] for code in first["1"]} == {State.MET, State.NOT_MET, State.CANNOT_TELL, State.WAIVED}


def test_places_without_a_region_and_waivers_of_nobody_change_nothing(national):
    made = np.random.default_rng(2)
    rows = [
        project({(code, YEAR - back): Decimal(1) for code, back in READ if made.random() < 0.8}, YEAR)
        for _ in range(50)
    ]
    plain, placed = Columns.from_projection(rows), Columns.from_projection(rows)
    placed.places = np.array([YUNNAN] * 50)
    placed.waived = {rule.clause: np.zeros(50, dtype=bool) for rule in national.rules}
    for clause_, states in evaluate(national, plain).items():
        assert np.array_equal(states, evaluate(national, placed)[clause_])
