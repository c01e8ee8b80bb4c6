"""Each clause just above, on, just below its bound and missing; each reading."""

from decimal import Decimal

import pytest

from rulebook import loader
from rulebook.rules import RuleKind, State
from rulebook.screening import screen

BY_HAND = ["0", "1.1", "1.2", "2.2", "3.1", "3.2", "3.3", "4.2", "4.3", "5.1", "5.4", "6.1", "7.1", "8.1", "8.2", "8.4"]
OUT, SME, LEAD, RD = "gross_output", "sme_output", "leading_output", "sme_rd_expense"
PAT, IIOT, SOFT, CO2 = "valid_invention_patents", "iiot_rate", "industrial_software_rate", "co2_intensity"
HE, EE, HW, WE = (
    "is_high_energy_industry",
    "energy_efficiency_vs_benchmark",
    "is_high_water_industry",
    "water_efficiency_vs_benchmark",
)

# clause, changed figures, state, value, gap
BOUNDS = [
    ("1.3", {("area_km2", 1): "99.9999"}, "met", "99.9999", "-0.0001"),
    ("1.3", {("area_km2", 1): "100"}, "met", "100", "0"),
    ("1.3", {("area_km2", 1): "100.0001"}, "near", "100.0001", "0.0001"),
    ("1.3", {("area_km2", 1): None}, "cannot_tell", None, None),
    ("1.4", {(OUT, 3): "40.0001"}, "met", "40.0001", "-0.0001"),
    ("1.4", {(OUT, 3): "40"}, "met", "40", "0"),
    ("1.4", {(OUT, 3): "39.9999"}, "not_met", "39.9999", "0.0001"),
    ("1.4", {(OUT, 2): None}, "cannot_tell", None, None),
    ("1.4", {(OUT, 2): None, (OUT, 3): "38.7"}, "not_met", "38.7", "1.3"),
    ("1.4", {(OUT, 4): "1"}, "met", "50", "-10"),
    ("1.5", {(SME, 1): "49.0001"}, "met", "0.700001429", "-0.000001429"),
    ("1.5", {(SME, 1): "49"}, "met", "0.7", "0"),
    ("1.5", {(SME, 1): "48.9999"}, "not_met", "0.699998571", "0.000001429"),
    ("1.5", {(SME, 1): None}, "cannot_tell", None, None),
    ("1.5", {(SME, 2): "0", (SME, 3): "0"}, "met", "0.8", "-0.1"),
    ("1.6", {(LEAD, 1): "49.0001"}, "met", "0.700001429", "-0.000001429"),
    ("1.6", {(LEAD, 1): "49"}, "not_met", "0.7", "0"),
    ("1.6", {(LEAD, 1): "48.9999"}, "not_met", "0.699998571", "0.000001429"),
    ("1.6", {(OUT, 1): None}, "cannot_tell", None, None),
    ("1.6", {(OUT, 1): "0"}, "cannot_tell", None, None),
    ("1.7", {(OUT, 3): "50", (OUT, 1): "60.5"}, "not_met", "0.1", "0"),
    ("1.7", {(OUT, 3): "50", (OUT, 1): "60.5001"}, "met", "0.10000091", "-0.00000091"),
    ("1.7", {(OUT, 3): "50", (OUT, 1): "60.4999"}, "not_met", "0.09999909", "0.00000091"),
    ("1.7", {(OUT, 2): None}, "met", "0.183215957", "-0.083215957"),
    ("1.7", {(OUT, 3): None}, "cannot_tell", None, None),
    ("1.7", {(OUT, 3): "0"}, "cannot_tell", None, None),
    ("1.7", {(OUT, 3): "-5"}, "cannot_tell", None, None),
    ("1.7", {(OUT, 1): "0"}, "not_met", "-1", "1.1"),
    ("1.7", {(OUT, 1): "-1"}, "not_met", None, None),
    ("4.1", {(RD, 3): "1", (RD, 1): "1.21"}, "not_met", "0.1", "0"),
    ("4.1", {(RD, 3): "1", (RD, 1): "1.2101"}, "met", "0.100045454", "-0.000045454"),
    ("4.1", {(RD, 1): None}, "cannot_tell", None, None),
    ("4.4", {(PAT, 3): "400", (PAT, 1): "529"}, "met", "0.15", "0"),
    ("4.4", {(PAT, 3): "400", (PAT, 1): "530"}, "met", None, None),
    ("4.4", {(PAT, 3): "400", (PAT, 1): "528"}, "not_met", None, None),
    ("4.4", {(PAT, 3): None}, "cannot_tell", None, None),
    ("4.5", {(PAT, 1): "15", ("employee_count", 1): "10000"}, "met", "15", "0"),
    ("4.5", {(PAT, 1): "15", ("employee_count", 1): "10001"}, "not_met", "14.998500149", "0.001499851"),
    ("4.5", {(PAT, 1): "15", ("employee_count", 1): "9999"}, "met", "15.001500151", "-0.001500151"),
    ("4.5", {("employee_count", 1): None}, "cannot_tell", None, None),
    ("4.5", {("employee_count", 1): "0"}, "cannot_tell", None, None),
    ("5.2", {(IIOT, 1): "0.15"}, "met", "0.15", "0"),
    ("5.2", {(IIOT, 1): "0.150001"}, "met", "0.150001", "-0.000001"),
    ("5.2", {(IIOT, 1): "0.149999"}, "not_met", "0.149999", "0.000001"),
    ("5.2", {(IIOT, 1): None, (IIOT, 2): "0.9"}, "cannot_tell", None, None),
    ("5.3", {(SOFT, 3): "0.3", (SOFT, 2): "0.3", (SOFT, 1): "0.3"}, "by_hand", None, None),
    ("5.3", {(SOFT, 1): "0.299999"}, "not_met", None, None),
    ("5.3", {(SOFT, 2): None}, "cannot_tell", None, None),
    ("5.3", {(SOFT, 2): None, (SOFT, 1): "0.2"}, "not_met", None, None),
    ("5.3", {(SOFT, 1): None, (SOFT, 2): "0.2"}, "not_met", None, None),
    ("6.2", {(CO2, 1): "1.199999"}, "met", None, None),
    ("6.2", {(CO2, 1): "1.2"}, "not_met", None, None),
    ("6.2", {(CO2, 2): None}, "cannot_tell", None, None),
    ("6.2", {(CO2, 2): None, (CO2, 1): "1.3"}, "not_met", None, None),
    ("6.2", {(CO2, 3): None, (CO2, 1): "1.2"}, "not_met", None, None),
    ("6.3", {(EE, 1): "1"}, "not_met", "1", "0"),
    ("6.3", {(EE, 1): "1.0001"}, "met", "1.0001", "-0.0001"),
    ("6.3", {(EE, 1): "0.9999"}, "not_met", "0.9999", "0.0001"),
    ("6.3", {(EE, 1): None}, "cannot_tell", None, None),
    ("6.3", {(HE, 1): "0", (EE, 1): "0.5"}, "not_applicable", None, None),
    ("6.3", {(HE, 1): None}, "cannot_tell", None, None),
    ("6.4", {(HW, 1): "0"}, "not_applicable", None, None),
    ("6.4", {(HW, 1): None, (WE, 1): "2"}, "cannot_tell", None, None),
    ("6.4", {(HW, 1): "1", (WE, 1): "2"}, "met", "2", "-1"),
    ("6.4", {(HW, 1): "1", (WE, 1): "1"}, "not_met", "1", "0"),
    ("6.4", {(HW, 1): "1"}, "cannot_tell", None, None),
    ("8.3", {("policy_outreach_rate", 1): "1"}, "by_hand", "1", "0"),
    ("8.3", {("policy_outreach_rate", 1): "0.999999"}, "not_met", "0.999999", "0.000001"),
    ("8.3", {("policy_outreach_rate", 1): None}, "cannot_tell", None, None),
]


@pytest.mark.parametrize(("clause", "changes", "state", "value", "gap"), BOUNDS)
def test_a_clause_around_its_bound(find, clause, changes, state, value, gap):
    finding = find(clause, changes)
    if clause == "4.4" and value is None and state != "cannot_tell":  # irrational: the sign is what counts
        assert (finding.state, finding.gap.startswith("-")) == (state, state == "met")
        return
    assert (finding.state, finding.value, finding.gap) == (state, value, gap)


@pytest.mark.parametrize("clause", BY_HAND)
def test_clean_record_and_qualitative_clauses_are_by_hand(find, clause):
    finding = find(clause)
    assert (finding.state, finding.value, finding.required, finding.strict, finding.gap, finding.unit) == (
        "by_hand",
        None,
        None,
        None,
        None,
        None,
    )


def test_every_clause_of_the_standard_is_there_in_order(national):
    assert [rule.clause for rule in national.rules] == [
        "0",
        "1.1",
        "1.2",
        "1.3",
        "1.4",
        "1.5",
        "1.6",
        "1.7",
        "2.1",
        "2.2",
        "3.1",
        "3.2",
        "3.3",
        "4.1",
        "4.2",
        "4.3",
        "4.4",
        "4.5",
        "5.1",
        "5.2",
        "5.3",
        "5.4",
        "6.1",
        "6.2",
        "6.3",
        "6.4",
        "7.1",
        "8.1",
        "8.2",
        "8.3",
        "8.4",
    ]
    assert [rule.clause for rule in national.rules if rule.kind is RuleKind.SOFT] == ["1.3"]
    assert [rule.clause for rule in national.rules if rule.veto] == ["0"]
    assert [rule.clause for rule in national.rules if not rule.is_computed] == BY_HAND


def test_comparator_and_value_of_each_numeric_clause(national, meeting):
    figures = {(code, 2025 - back): value for (code, back), value in meeting.items()}
    told = {f.clause: (f.required, f.strict, f.unit) for f in screen(national, figures, 2025) if f.required}
    assert told == {
        "1.3": ("100", False, "km2"),
        "1.4": ("40", False, "yi_yuan"),
        "1.5": ("0.7", False, "fraction"),
        "1.6": ("0.7", True, "fraction"),
        "1.7": ("0.1", True, "fraction"),
        "4.1": ("0.1", True, "fraction"),
        "4.4": ("0.15", False, "fraction"),
        "4.5": ("15", False, "patent_per_10k"),
        "5.2": ("0.15", False, "fraction"),
        "6.3": ("1", True, "times_benchmark"),
        "6.4": ("1", True, "times_benchmark"),
        "8.3": ("1", False, "fraction"),
    }


NAMES = [
    ("champion_count", 1),
    ("little_giant_count", 1),
    ("srdi_count", 1),
    ("innovative_sme_count", 1),
    ("hnte_count", 1),
]


@pytest.mark.parametrize(
    ("counts", "bounds", "total"),
    [
        (("1", "0", "0", "0", "0"), "met", "met"),
        (("1", None, None, None, None), "met", "met"),
        ((None, None, None, "10", None), "met", "met"),
        (("0", "0", "10", "0", "0"), "met", "met"),
        (("0", "0", "9", "0", "0"), "not_met", "not_met"),
        (("0", "0", "3", "3", "3"), "not_met", "not_met"),
        (("0", "0", "8", "6", "0"), "cannot_tell", "met"),
        (("0", "0", "4", "3", "3"), "cannot_tell", "met"),
        (("0", "0", "9", None, "0"), "cannot_tell", "cannot_tell"),
        (("0", "0", "6", None, "6"), "cannot_tell", "met"),
        (("0", None, "3", "3", "3"), "cannot_tell", "cannot_tell"),
        ((None, "0", "0", "0", "0"), "cannot_tell", "cannot_tell"),
        ((None, None, None, None, None), "cannot_tell", "cannot_tell"),
    ],
)
def test_quality_smes_with_distinct_holders_unknown(find, counts, bounds, total):
    changes = dict(zip(NAMES, counts, strict=True))
    finding = find("2.1", changes)
    assert (finding.state, finding.value, finding.required, finding.gap) == (bounds, None, None, None)
    assert find("2.1", changes, tier_count="sum").state == total


def test_the_limits_between_which_the_holders_lie_are_told(find):
    changes = dict(zip(NAMES, ("0", "0", "8", "6", "0"), strict=True))
    reasons = [(r.code, dict(r.params)) for part in find("2.1", changes).parts for r in part.reasons]
    assert reasons == [("between", {"low": "8", "high": "14"})]


GROWTH_ON_BOUND = {(OUT, 4): "1000", (OUT, 3): "1100", (OUT, 2): "1210", (OUT, 1): "1331"}


def test_growth_by_each_method(find):
    assert find("1.7", GROWTH_ON_BOUND, growth="cagr_3").value == "0.1"
    assert find("1.7", GROWTH_ON_BOUND, growth="cagr_3").state == "not_met"
    assert find("1.7", {**GROWTH_ON_BOUND, (OUT, 4): "999.9999"}, growth="cagr_3").state == "met"
    assert find("1.7", {**GROWTH_ON_BOUND, (OUT, 4): "1000.0001"}, growth="cagr_3").state == "not_met"
    assert find("1.7", {(OUT, 4): None}, growth="cagr_3").state == "cannot_tell"
    mean = find("1.7", {(OUT, 3): "100", (OUT, 2): "105", (OUT, 1): "120.75"}, growth="mean_of_rates")
    assert (mean.state, mean.value, mean.gap) == ("not_met", "0.1", "0")
    above = find("1.7", {(OUT, 3): "100", (OUT, 2): "105", (OUT, 1): "120.7501"}, growth="mean_of_rates")
    assert (above.state, above.value) == ("met", "0.100000477")
    assert find("1.7", {(OUT, 2): None}, growth="mean_of_rates").state == "cannot_tell"
    assert find("1.7", {(OUT, 2): "0"}, growth="mean_of_rates").state == "cannot_tell"


@pytest.mark.parametrize(
    ("shares", "latest", "each", "mean", "worst"),
    [
        (("35", "42", "49"), "met", "met", "met", "0.7"),
        (("34.9999", "42", "49"), "met", "not_met", "not_met", "0.699998"),
        (("50", "60", "34.9999"), "not_met", "not_met", "met", "0.499998571"),
        (("34.9999", "60", "49"), "met", "not_met", "met", "0.699998"),
        ((None, "42", "49"), "met", "cannot_tell", "cannot_tell", None),
        ((None, "41.9999", "49"), "met", "not_met", "cannot_tell", "0.699998333"),
    ],
)
def test_shares_by_each_year_basis(find, shares, latest, each, mean, worst):
    changes = {(SME, 3): shares[0], (SME, 2): shares[1], (SME, 1): shares[2]}
    assert find("1.5", changes).state == latest
    assert find("1.5", changes, share_years="mean").state == mean
    every = find("1.5", changes, share_years="each")
    assert (every.state, every.value) == (each, worst)


def test_a_base_of_zero_in_one_of_three_years_cannot_be_told(find):
    finding = find("1.5", {(OUT, 3): "0"}, share_years="each")
    assert finding.state == "cannot_tell"
    assert [(r.code, r.params["year"], r.params["value"]) for r in finding.reasons] == [
        ("base_not_positive", "2022", "0")
    ]


def test_patents_over_residents_cannot_be_told_because_nobody_is_asked(find):
    finding = find("4.5", patents_denominator="residents")
    assert (finding.state, [r.code for r in finding.reasons]) == ("cannot_tell", ["not_collected"])


def test_adoption_rate_over_the_named_denominator(find):
    users = ("iiot_user_count", 1)
    assert find("5.2", {users: "30"}, iiot_denominator="sme_count").value == "0.15"  # of 200
    assert find("5.2", {users: "30"}, iiot_denominator="sme_count").state == "met"
    assert find("5.2", {users: "30"}, iiot_denominator="enterprise_count").state == "not_met"  # of 220
    assert find("5.2", {users: "33"}, iiot_denominator="enterprise_count").state == "met"
    assert find("5.2", {users: "13"}, iiot_denominator="above_scale_count").state == "not_met"  # of 90
    assert find("5.2", {users: "14"}, iiot_denominator="above_scale_count").state == "met"


def test_falling_overall_looks_at_first_and_last_only(find):
    up_and_down = {(CO2, 3): "1.3", (CO2, 2): "1.5", (CO2, 1): "1.2"}
    assert find("6.2", up_and_down).state == "not_met"
    assert find("6.2", up_and_down, falling="overall").state == "met"
    assert find("6.2", {**up_and_down, (CO2, 2): None}, falling="overall").state == "met"
    assert find("6.2", {**up_and_down, (CO2, 1): "1.3"}, falling="overall").state == "not_met"


def test_every_option_of_every_setting_loads_and_changes_the_hash(national):
    seen = set()
    for name, setting in national.settings.items():
        for option in setting.options:
            rules = loader.with_settings(national, **{name: option})
            assert rules.settings[name].value == option
            assert (rules.hash == national.hash) == (option == setting.value)
            seen.add(rules.hash)
    assert len(seen) == 1 + sum(len(s.options) - 1 for s in national.settings.values())


def test_a_value_outside_the_catalogue_is_computed_all_the_same(find):
    huge = "9" * 40
    finding = find("1.4", {(OUT, 1): huge})
    assert (finding.state, finding.value) == ("met", "50")
    assert find("1.5", {(OUT, 1): "1" + "0" * 30, (SME, 1): "7" + "0" * 29}).value == "0.7"
    assert find("1.6", {(OUT, 1): "1" + "0" * 30, (LEAD, 1): "7" + "0" * 29 + ".0000000001"}).state == "met"
    assert find("1.7", {(OUT, 3): "1" + "0" * 30, (OUT, 1): "121" + "0" * 28}).gap == "0"
    assert find("5.2", {(IIOT, 1): "0.1499999999999"}).state == "not_met"
    assert find("5.2", {(IIOT, 1): "1.5"}).state == "met"
    assert find("4.5", {(PAT, 1): "15.5", ("employee_count", 1): "10000.5"}).state == "met"


def test_near_is_said_of_soft_clauses_alone(national, meeting):
    for value in meeting.values():
        assert value.is_finite()
    nothing_met = {(code, 2025 - back): Decimal("0.00001") for code, back in meeting}
    nothing_met["area_km2", 2024] = Decimal(1000)
    states = {f.clause: f.state for f in screen(national, nothing_met, 2025)}
    assert [clause for clause, state in states.items() if state is State.NEAR] == ["1.3"]


def test_no_figures_at_all_leave_every_computed_clause_open(national):
    states = {f.clause: f.state for f in screen(national, {}, 2025)}
    assert {state for clause, state in states.items() if clause not in BY_HAND} == {State.CANNOT_TELL}
