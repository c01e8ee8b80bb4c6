"""All numeric clauses against a second, plain implementation with fractions.

The cases are made to sit on the bounds or one step beside them, with figures missing here and
there. JIQUN_ROUNDS sets how many (nightly: 200000).
"""

import os
import random
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest

from bench.rules import on_the_bound as on_the_bound_of_bench
from rulebook import loader
from rulebook.catalogue import COLUMNS, INDICATORS
from rulebook.columns import Columns
from rulebook.evaluate import BLOCK, evaluate
from rulebook.projection import figures_of, project
from rulebook.rules import STATES
from rulebook.screening import screen

ROUNDS = int(os.environ.get("JIQUN_ROUNDS", "2000"))
YEAR = 2025
WIDE = Context(prec=80)

READINGS = [
    {},
    {"growth": "cagr_3", "share_years": "each", "tier_count": "sum", "falling": "overall"},
    {"growth": "mean_of_rates", "share_years": "mean", "iiot_denominator": "sme_count"},
    {"patents_denominator": "residents", "iiot_denominator": "above_scale_count"},
    {"iiot_denominator": "enterprise_count"},
]


# ------------------------------------------------------------------ the second implementation


def and_(states):
    return "not_met" if "not_met" in states else "cannot_tell" if "cannot_tell" in states else "met"


def verdict(ok):
    return "cannot_tell" if ok is None else "met" if ok else "not_met"


class Plain:
    """The criteria as they are written, with fractions; None is a missing figure."""

    def __init__(self, figures, settings):
        self.figures, self.settings = figures, settings

    def get(self, code, back):
        return self.figures.get((code, back))

    def ratio(self, a, b, back, times=1):
        top, base = self.get(a, back), self.get(b, back)
        return None if top is None or base is None or base <= 0 else top * times / base

    def share(self, a, strict):
        yearly = [self.ratio(a, "gross_output", back) for back in (3, 2, 1)]
        bound, how = Fraction(7, 10), self.settings["share_years"]

        def ok(x):
            return None if x is None else (x > bound if strict else x >= bound)

        if how == "latest":
            return verdict(ok(yearly[2]))
        if how == "each":
            return and_([verdict(ok(x)) for x in yearly])
        return verdict(None if None in yearly else ok(sum(yearly) / 3))

    def growth(self, code, bound, strict):
        def over(x, y):
            return x > y if strict else x >= y

        how, years = self.settings["growth"], [self.get(code, back) for back in (4, 3, 2, 1)]
        if how == "mean_of_rates":
            a, b, c = years[1:]
            if None in (a, b, c) or a <= 0 or b <= 0:
                return "cannot_tell"
            return verdict(over((b / a + c / b) / 2 - 1, bound))
        first, intervals = (years[1], 2) if how == "cagr_2" else (years[0], 3)
        if first is None or years[3] is None or first <= 0:
            return "cannot_tell"
        return verdict(over(years[3] / first, (1 + bound) ** intervals))

    def quality(self):
        elite = [self.get(code, 1) for code in ("champion_count", "little_giant_count")]
        tiers = [self.get(code, 1) for code in ("srdi_count", "innovative_sme_count", "hnte_count")]
        known = [x for x in tiers if x is not None]
        least = sum(known) if self.settings["tier_count"] == "sum" else max(known, default=0)
        if sum(x for x in elite if x is not None) >= 1 or least >= 10:
            return "met"
        if None not in elite and None not in tiers and sum(tiers) < 10:
            return "not_met"
        return "cannot_tell"

    def trend(self, code, broken, pairs):
        for early, late in pairs:
            a, b = self.get(code, early), self.get(code, late)
            if a is not None and b is not None and broken(a, b):
                return "not_met"
        needed = {back for pair in pairs for back in pair}
        return "met" if all(self.get(code, back) is not None for back in needed) else "cannot_tell"

    def benchmark(self, flag, code):
        applies, value = self.get(flag, 1), self.get(code, 1)
        if applies is None:
            return "cannot_tell"
        return "not_applicable" if applies == 0 else verdict(None if value is None else value > 1)

    def figure(self, code, ok):
        return verdict(None if self.get(code, 1) is None else ok(self.get(code, 1)))

    def adoption(self):
        how, bound = self.settings["iiot_denominator"], Fraction(15, 100)
        if how == "reported":
            return self.figure("iiot_rate", lambda x: x >= bound)
        share = self.ratio("iiot_user_count", how, 1)
        return verdict(None if share is None else share >= bound)

    def all(self):
        per_10k = self.ratio("valid_invention_patents", "employee_count", 1, 10000)
        if self.settings["patents_denominator"] == "residents":
            per_10k = None
        falling_pairs = [(3, 1)] if self.settings["falling"] == "overall" else [(3, 2), (2, 1), (3, 1)]
        yearly = [self.get("gross_output", back) for back in (3, 2, 1)]
        states = {
            "1.3": self.figure("area_km2", lambda x: x <= 100).replace("not_met", "near"),
            "1.4": and_([verdict(None if x is None else x >= 40) for x in yearly]),
            "1.5": self.share("sme_output", strict=False),
            "1.6": self.share("leading_output", strict=True),
            "1.7": self.growth("gross_output", Fraction(1, 10), strict=True),
            "2.1": self.quality(),
            "4.1": self.growth("sme_rd_expense", Fraction(1, 10), strict=True),
            "4.4": self.growth("valid_invention_patents", Fraction(15, 100), strict=False),
            "4.5": verdict(None if per_10k is None else per_10k >= 15),
            "5.2": self.adoption(),
            "5.3": self.trend("industrial_software_rate", lambda a, b: b < a, [(3, 2), (2, 1), (3, 1)]),
            "6.2": self.trend("co2_intensity", lambda a, b: b >= a, falling_pairs),
            "6.3": self.benchmark("is_high_energy_industry", "energy_efficiency_vs_benchmark"),
            "6.4": self.benchmark("is_high_water_industry", "water_efficiency_vs_benchmark"),
            "8.3": self.figure("policy_outreach_rate", lambda x: x == 1),
        }
        for clause in ("5.3", "8.3"):
            states[clause] = "by_hand" if states[clause] == "met" else states[clause]
        return states


# ------------------------------------------------------------------ cases on the bound


def on_the_bound(made):
    """Figures in the catalogue's range that sit on bounds, one step off, or are missing."""
    f = {}

    def put(code, back, number, step=True):
        indicator = INDICATORS[code]
        unit = Fraction(1, 10**indicator.decimals)
        if step:
            number += unit * made.choice([0, 0, 0, 1, -1, 2, -3])
        number = Fraction(round(number / unit)) * unit
        f[code, back] = min(max(number, Fraction(indicator.low)), Fraction(indicator.high))

    first = Fraction(made.choice([40, 40, made.randint(1, 900)])) + made.choice(
        [0, Fraction(made.randint(0, 9999), 10000)]
    )
    rates = made.choice([(1, 1, 1), (1, 1, 1), (0, 2, 1), (2, 0, 1)])  # tenths: compound or only on average
    for code, start, rate in (
        ("gross_output", first, 10),
        ("sme_rd_expense", first / 40, 10),
        ("valid_invention_patents", Fraction(400 * made.randint(1, 300)), 15),
    ):
        value = Fraction(0) if made.random() < 0.03 else start
        for back, times in zip((4, 3, 2, 1), (0, *rates), strict=True):
            value = value * (100 + rate * times) / 100
            put(code, back, value, step=made.random() < 0.5)
    for back in (3, 2, 1):
        for code in ("sme_output", "leading_output"):
            put(code, back, f["gross_output", back] * 7 / 10)
        put("industrial_software_rate", back, Fraction(3, 10))
        put("co2_intensity", back, Fraction(13, 10) - Fraction(made.choice([0, 1]), 10**6) * (3 - back))
        put("employee_count", back, Fraction(f["valid_invention_patents", back]) * 10000 / 15)
        put("sme_count", back, Fraction(20 * made.randint(0, 20)), step=False)
        put("enterprise_count", back, Fraction(20 * made.randint(0, 20)), step=False)
        put("above_scale_count", back, Fraction(20 * made.randint(0, 20)), step=False)
    put("iiot_user_count", 1, Fraction(3 * made.randint(0, 20)))
    put("iiot_rate", 1, Fraction(15, 100))
    put("area_km2", 1, Fraction(100))
    put("policy_outreach_rate", 1, Fraction(1))
    for code in ("champion_count", "little_giant_count"):
        put(code, 1, Fraction(made.choice([0, 0, 0, 1])), step=False)
    for code in ("srdi_count", "innovative_sme_count", "hnte_count"):
        put(code, 1, Fraction(made.choice([0, 3, 4, 9, 10])), step=False)
    for code in ("energy_efficiency_vs_benchmark", "water_efficiency_vs_benchmark"):
        put(code, 1, Fraction(1))
    for code in ("is_high_energy_industry", "is_high_water_industry"):
        put(code, 1, Fraction(made.choice([0, 1])), step=False)
    share_missing = made.choice([0, 0, 0.05, 0.3])
    return {cell: value for cell, value in f.items() if made.random() >= share_missing}


def as_decimals(figures):
    return {
        (code, YEAR - back): WIDE.divide(Decimal(x.numerator), Decimal(x.denominator))
        for (code, back), x in figures.items()
    }


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(reading.values()) or "defaults")
def test_every_numeric_clause_equals_the_plain_implementation(national, reading):
    rules = loader.with_settings(national, **reading)
    settings = {name: setting.value for name, setting in rules.settings.items()}
    made, cases = random.Random(f"{reading}"), []
    for _ in range(ROUNDS):
        cases.append(on_the_bound(made))
    expected = [Plain(case, settings).all() for case in cases]
    assert {state for one in expected for state in one.values()} >= {"met", "not_met", "cannot_tell", "near", "by_hand"}

    together = evaluate(
        rules, Columns.from_projection(project(as_decimals(case), YEAR) for case in cases), rules.computed
    )
    for clause, states in together.items():
        told = [str(STATES[code]) for code in states]
        wrong = [(cases[i], told[i], expected[i][clause]) for i in range(ROUNDS) if told[i] != expected[i][clause]]
        assert not wrong, f"{clause}: {len(wrong)} wrong, such as {wrong[0]}"

    for i in range(0, ROUNDS, max(1, ROUNDS // 600)):
        alone = {f.clause: f for f in screen(rules, as_decimals(cases[i]), YEAR)}
        assert {clause: str(alone[clause].state) for clause in expected[i]} == expected[i]
        for finding in alone.values():
            _value_and_gap_agree(finding)


def _value_and_gap_agree(finding):
    """gap = required - value (turned round for at most), with the sign the verdict says."""
    if finding.value is None:
        assert finding.gap is None
        return
    value, required, gap = Decimal(finding.value), Decimal(finding.required), Decimal(finding.gap)
    lacking = value - required if finding.clause == "1.3" else required - value
    assert gap == (abs(lacking) if finding.clause == "8.3" else lacking)
    assert not finding.gap.startswith("-0") or gap != 0
    missed = finding.state in ("not_met", "near")
    assert (gap > 0 or (gap == 0 and finding.strict)) == missed, finding


def test_the_same_figures_outside_the_catalogue_give_the_same_verdicts(national):
    """Python integers and 64-bit columns are one path: money in other units changes no ratio."""
    made = random.Random(5)
    settings = {name: setting.value for name, setting in national.settings.items()}
    for _ in range(min(ROUNDS, 400)):
        case = on_the_bound(made)
        grown = {
            cell: value * 10**15 if INDICATORS[cell[0]].unit_code == "yi_yuan" else value
            for cell, value in case.items()
        }
        expected = Plain(grown, settings).all()
        told = {f.clause: str(f.state) for f in screen(national, as_decimals(grown), YEAR)}
        assert {clause: told[clause] for clause in expected} == expected


def test_on_the_bound_the_columns_are_right_where_floating_point_is_not():
    wrong, wrong_floats = on_the_bound_of_bench(20_000)
    assert wrong == 0 < wrong_floats


def test_one_engine_for_one_and_for_many_blocks(national):
    made = random.Random(9)
    cases = [project(as_decimals(on_the_bound(made)), YEAR) for _ in range(200)]
    rows = [cases[i % 200] for i in range(BLOCK + 500)]
    many = evaluate(national, Columns.from_projection(rows))
    few = [evaluate(national, Columns.from_projection([case])) for case in cases]
    for clause, states in many.items():
        assert np.array_equal(states, [few[i % 200][clause][0] for i in range(len(rows))])


def test_a_projection_keeps_every_figure_and_refuses_what_no_snapshot_holds(meeting):
    figures = {(code, YEAR - back): value for (code, back), value in meeting.items()}
    row = project(figures, YEAR)
    assert len(row) == len(COLUMNS) and figures_of(row, YEAR) == figures
    for cell, value in {("area_km2", 2024): "100001", ("iiot_rate", 2024): "1.1", ("srdi_count", 2024): "1.5"}.items():
        with pytest.raises(ValueError, match=cell[0]):
            project({**figures, cell: Decimal(value)}, YEAR)
    with pytest.raises(ValueError, match="elements"):
        figures_of(row[1:], YEAR)


def test_a_growth_is_rounded_away_from_the_bound_and_never_onto_it(find):
    """0.1 missed by less than the ninth decimal still prints as missed; checked with 80 digits."""
    made = random.Random(3)
    for back, rounds in ((3, 200), (4, 100)):
        intervals = back - 1
        for _ in range(rounds):
            first = made.randint(1, 10**11) * 10**3
            last = first * 11**intervals // 10**intervals + made.choice([-1, 1])
            reading = {} if back == 3 else {"growth": "cagr_3"}
            finding = find("1.7", {("gross_output", back): str(first), ("gross_output", 1): str(last)}, **reading)
            ratio = WIDE.divide(Decimal(last), Decimal(first))
            true = WIDE.subtract(WIDE.power(ratio, WIDE.divide(Decimal(1), Decimal(intervals))), Decimal(1))
            printed = Decimal(finding.value)
            assert printed != Decimal("0.1")
            assert (printed > Decimal("0.1")) == (true > Decimal("0.1")) == (finding.state == "met")
            assert abs(printed - true) < Decimal("1e-9") and abs(printed - Decimal("0.1")) >= abs(true - Decimal("0.1"))
