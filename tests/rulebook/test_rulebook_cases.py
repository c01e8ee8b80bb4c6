"""Proposed cases are green with the real engine, and turn red when a clause changes."""

from copy import deepcopy
from decimal import Decimal

import pytest

from rulebook import loader
from rulebook.case_points import HOLDS, points
from rulebook.cases import figures_in_words, propose, run, title
from rulebook.catalogue import INDICATORS, fits
from rulebook.rules import Case, RuleKind, State

READINGS = [
    {},
    {"growth": "cagr_3", "share_years": "each", "tier_count": "sum", "falling": "overall"},
    {"growth": "mean_of_rates", "share_years": "mean", "iiot_denominator": "sme_count"},
    {"patents_denominator": "residents", "iiot_denominator": "above_scale_count"},
]
COMPUTED = [
    (code, rule.clause) for code in loader.codes() for rule in loader.load(code).rules if rule.condition is not None
]


def red(rule_set, clause, cases):
    return [(case, state) for case, state in run(rule_set, rule_set.by_clause[clause], cases) if state != case.gives]


def case(cases, name):
    return next(one for one in cases if one.name == name)


def clause_of(content, clause):
    return next(one for one in content["rules"] if one["clause"] == clause)


def changed(rule_set, clause, **parts):
    """The rule set with parts of one clause written otherwise."""
    content = deepcopy(dict(rule_set.content))
    clause_of(content, clause).update(parts)
    return loader.build(content, rule_set.code)


@pytest.mark.parametrize(("code", "clause"), COMPUTED)
def test_every_computed_clause_is_proposed_cases_and_the_engine_agrees_with_all(code, clause):
    rule_set = loader.load(code)
    rule = rule_set.by_clause[clause]
    cases = propose(rule, rule_set)
    assert cases and red(rule_set, clause, cases) == []
    assert len({(one.name, one.place) for one in cases}) == len(cases)
    for one in cases:
        assert all(fits(INDICATORS[indicator], value) for (indicator, _), value in one.figures.items()), one


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(reading.values()) or "defaults")
def test_cases_follow_the_readings(national, reading):
    rules = loader.with_settings(national, **reading)
    for rule in rules.computed:
        assert red(rules, rule.clause, propose(rule, rules)) == []


def test_the_national_clauses_have_cases_on_the_bound_and_beside_it(national):
    """Everything but trends has all four; full coverage cannot be passed, so 8.3 has no case above."""
    for rule in national.computed:
        names = {one.name.split("/")[-1] for one in propose(rule, national)}
        if rule.clause in ("5.3", "6.2"):
            assert names >= {"equal", "rising", "falling", "turn", "missing"}
        else:
            assert names >= (
                {"below", "on", "missing"} if rule.clause == "8.3" else {"below", "on", "above", "missing"}
            )


def test_growth_hits_the_bound_exactly(national):
    on = case(propose(national.by_clause["1.7"], national), "on")
    assert on == Case("on", {("gross_output", 3): Decimal(100), ("gross_output", 1): Decimal(121)}, "", State.NOT_MET)
    on = case(propose(national.by_clause["4.4"], national), "on")
    assert dict(on.figures) == {
        ("valid_invention_patents", 3): Decimal(400),
        ("valid_invention_patents", 1): Decimal(529),
    }
    assert on.gives is State.MET
    three = loader.with_settings(national, growth="cagr_3")
    on = case(propose(three.by_clause["1.7"], three), "on")
    assert dict(on.figures) == {("gross_output", 4): Decimal(100), ("gross_output", 1): Decimal("133.1")}


def test_the_kind_of_a_clause_decides_the_word(national):
    def told(clause, name):
        return case(propose(national.by_clause[clause], national), name).gives

    assert told("1.3", "above") is State.NEAR and told("1.3", "on") is State.MET
    assert told("8.3", "on") is State.BY_HAND and told("8.3", "below") is State.NOT_MET
    assert told("6.3", "applies_not") is State.NOT_APPLICABLE
    assert told("6.3", "flag_missing") is State.CANNOT_TELL
    assert told("6.3", "on") is State.NOT_MET
    assert told("1.4", "below_others_missing") is State.NOT_MET
    assert told("2.1", "2/between") is State.CANNOT_TELL


def test_a_clause_people_judge_has_no_cases(national):
    judged = [rule for rule in national.rules if rule.kind is RuleKind.MANUAL]
    assert judged and all(propose(rule, national) == [] for rule in judged)


def test_cases_are_proposed_only_for_the_clause_as_this_rule_set_reads_it(national):
    other = loader.with_settings(national, growth="cagr_3")
    with pytest.raises(ValueError, match=r"1\.7"):
        propose(other.by_clause["1.7"], national)


@pytest.mark.parametrize("code", loader.codes())
def test_the_cases_a_rule_set_carries_are_green(code):
    rule_set = loader.load(code)
    for rule in rule_set.rules:
        assert [(one.name, state) for one, state in run(rule_set, rule) if state != one.gives] == []


def test_a_region_has_cases_of_its_own(national):
    region = {
        "places": ["530000", "540000"],
        "name": {"zh": "西部", "en": "the west"},
        "source": "STD",
        "article": "某条",
        "test": {"figure": "gross_output", "years": "each", "at_least": "10"},
    }
    rules = changed(national, "1.4", regions=[region])
    cases = propose(rules.by_clause["1.4"], rules)
    assert {one.place for one in cases} == {"", "530000"} and red(rules, "1.4", cases) == []
    ten = [one for one in cases if one.place and one.name == "on"]
    assert [set(one.figures.values()) for one in ten] == [{Decimal(10)}]
    assert red(changed(national, "1.4"), "1.4", cases), "without the region its cases are red"


# ------------------------------------------------------------------ a case that can fail


def comparisons(test, path=()):
    """Every place in a test where a comparator stands, as (path to its mapping, comparator)."""
    if isinstance(test, dict):
        for key, value in test.items():
            if key in HOLDS:
                yield path, key
            yield from comparisons(value, (*path, key))
    elif isinstance(test, list):
        for i, value in enumerate(test):
            yield from comparisons(value, (*path, i))


def at(test, path):
    for key in path:
        test = test[key]
    return test


def bounds():
    for code, clause in COMPUTED:
        test = clause_of(loader.load(code).content, clause)["test"]
        if "choose" in test:  # only the chosen branch is the clause
            setting = loader.load(code).settings[test["choose"][1:]]
            found = [(p, c) for p, c in comparisons(test) if p[0] == setting.value]
        else:
            found = list(comparisons(test))
        for path, comparator in found:
            if "not_collected" not in at(test, path) and "titles" not in at(test, path):
                yield pytest.param(code, clause, path, comparator, id=f"{code}-{clause}-{'-'.join(map(str, path))}")


def rewritten(code, clause, path, old, comparator, value=None):
    """The rule set with another comparator or value there; None where the language has no such clause."""
    rule_set = loader.load(code)
    test = deepcopy(clause_of(rule_set.content, clause)["test"])
    leaf = at(test, path)
    number = leaf.pop(old)
    leaf[comparator] = number if value is None else value
    try:
        return changed(rule_set, clause, test=test)
    except loader.RuleFileError:
        return None


@pytest.mark.parametrize(("code", "clause", "path", "comparator"), list(bounds()))
def test_another_comparator_turns_cases_red(code, clause, path, comparator):
    rule_set = loader.load(code)
    cases = propose(rule_set.by_clause[clause], rule_set)
    tried = 0
    for other in HOLDS.keys() - {comparator}:
        mutant = rewritten(code, clause, path, comparator, other)
        if mutant is None or (clause == "8.3" and other == "at_least"):
            continue  # counts go upwards only; no coverage is above 100 %
        tried += 1
        assert red(mutant, clause, cases), f"{comparator} may become {other} unseen"
    assert tried


@pytest.mark.parametrize(("code", "clause", "path", "comparator"), list(bounds()))
def test_another_value_turns_cases_red(code, clause, path, comparator):
    rule_set = loader.load(code)
    cases = propose(rule_set.by_clause[clause], rule_set)
    number = Decimal(at(clause_of(rule_set.content, clause)["test"], path)[comparator])
    down = number - 1 if number >= 1 else number / 2  # half a patent is one patent
    mutants = [
        rewritten(code, clause, path, comparator, comparator, format(other, "f"))
        for other in (number * 2, number * Decimal("1.25"), down)
    ]
    sayable = [mutant for mutant in mutants if mutant is not None]  # no share is above 1
    assert sayable and all(red(mutant, clause, cases) for mutant in sayable), f"{number} may change unseen"


@pytest.mark.parametrize(
    ("clause", "setting", "value"),
    [
        ("1.5", "share_years", "each"),
        ("1.5", "share_years", "mean"),
        ("1.7", "growth", "cagr_3"),
        ("1.7", "growth", "mean_of_rates"),
        ("2.1", "tier_count", "sum"),
        ("4.5", "patents_denominator", "residents"),
        ("5.2", "iiot_denominator", "sme_count"),
        ("6.2", "falling", "overall"),
    ],
)
def test_another_reading_turns_cases_red(national, clause, setting, value):
    other = loader.with_settings(national, **{setting: value})
    assert red(other, clause, propose(national.by_clause[clause], national))


def test_a_side_that_is_taken_away_turns_cases_red(national):
    test = clause_of(national.content, "2.1")["test"]
    cases = propose(national.by_clause["2.1"], national)
    for one in test["any"]:
        assert red(changed(national, "2.1", test=one), "2.1", cases)
    assert red(changed(national, "2.1", test={"all": test["any"]}), "2.1", cases)


# ------------------------------------------------------------------ what the language can say besides


TIERS = [{"figure": code, "at_least": "3"} for code in ("srdi_count", "hnte_count", "innovative_sme_count")]
OUTPUT = [{"figure": "gross_output", "at_least": "40"}, {"figure": "tax_paid", "more_than": "0.5"}]
PER_10K = {"ratio": "valid_invention_patents", "of": "employee_count", "times": "10000"}


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ({"all": OUTPUT}, "yi_yuan"),
        ({"at_least_of": {"n": "2", "tests": TIERS}}, "enterprise"),
        ({"not": {"figure": "gross_output", "years": "sum", "less_than": "100"}}, "yi_yuan"),
        ({"figure": "gross_output", "years": "mean", "at_least": "40.00005"}, "yi_yuan"),
        ({"figure": "gross_output", "years": "mean", "less_than": "0.0001"}, "yi_yuan"),
        ({"figure": "gross_output", "years": "mean", "at_most": "0"}, "yi_yuan"),
        ({"growth": "gross_output", "method": "mean_of_rates", "at_most": "0"}, "fraction"),
        ({"growth": "gross_output", "method": "cagr_3", "at_least": "-0.6"}, "fraction"),
        ({"growth": "valid_invention_patents", "method": "cagr_3", "at_least": "0.123456789"}, "fraction"),
        ({**PER_10K, "years": "each", "less_than": "7.5"}, "patent_per_10k"),
        ({"share": "sme_output", "of": "gross_output", "years": "mean", "equals": "0.5"}, "fraction"),
        ({"figure": "policy_outreach_rate", "less_than": "0"}, "fraction"),
        ({"rising": "co2_intensity", "reading": "overall"}, "tonne_per_wan_yuan"),
        ({"falling": "industrial_software_rate"}, "fraction"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_conditions_of_every_sort(national, test, unit):
    rules = changed(national, "1.4", test=test, unit=unit)
    cases = propose(rules.by_clause["1.4"], rules)
    assert cases and red(rules, "1.4", cases) == []
    assert all(fits(INDICATORS[code], value) for one in cases for (code, _), value in one.figures.items())
    if test.get("figure") != "policy_outreach_rate":  # nothing is below 0 %: only “on” and “above” can be shown
        assert {State.MET, State.NOT_MET, State.CANNOT_TELL} <= {one.gives for one in cases}


def test_figures_two_sides_share_are_never_two_values(national):
    growth = {"growth": "gross_output", "more_than": "0.10"}
    share = {"share": "sme_output", "of": "gross_output", "at_least": "0.7"}
    rules = changed(national, "1.4", test={"any": [growth, share]}, unit="fraction")
    assert red(rules, "1.4", propose(rules.by_clause["1.4"], rules)) == []


def test_points_name_a_side_once(national):
    for rule in national.computed:
        assert rule.condition is not None
        names = [point.name for point in points(rule.condition)]
        assert len(names) == len(set(names))


# ------------------------------------------------------------------ in words


def test_a_case_is_told_in_both_languages(national):
    rule = national.by_clause["1.4"]
    below = case(propose(rule, national), "missing")
    assert (title(below), title(below, "en")) == ("缺数", "missing")
    assert figures_in_words(below, rule) == [
        "集群总产值（申报前第 3 年）40.0001 亿元",
        "集群总产值（申报前第 2 年）未填",
        "集群总产值（申报前第 1 年）40.0001 亿元",
    ]
    assert figures_in_words(below, rule, "en")[:2] == [
        "Gross output of the cluster (3 years before the call), 40.0001 hundred million yuan",
        "Gross output of the cluster (2 years before the call), not filled in",
    ]
    below = case(propose(national.by_clause["5.2"], national), "below")
    assert figures_in_words(below, national.by_clause["5.2"]) == ["工业互联网平台应用普及率（申报前第 1 年）14.9999%"]
    below = case(propose(national.by_clause["6.3"], national), "below")
    assert figures_in_words(below, national.by_clause["6.3"])[0] == "是否属于高耗能行业（申报前第 1 年）是"
    assert title(Case("2/on", {}, "", State.MET)) == "第 2 部分：恰为界限值"
    assert title(Case("停产的一年", {}, "", State.MET)) == "停产的一年"
    for rule in national.computed:
        for one in propose(rule, national):
            assert "_" not in title(one, "en") and not title(one).isascii()
