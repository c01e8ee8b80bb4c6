"""What the language of rules can say, each from a real measure (dossier 12.1 to 12.3)."""

import re
from datetime import date
from itertools import product

import numpy as np
import pytest

from rulebook import loader
from rulebook.columns import Columns, OutOfRange
from rulebook.conditions import Roster
from rulebook.evaluate import evaluate
from rulebook.explain import formula, says
from rulebook.operators import CANNOT_TELL, MET, NOT_MET, Comparison, Enough, Leaf, Negated, Preferred, Term
from rulebook.requirement import requirement
from rulebook.rules import STATES, Process
from tests.rulebook.small_rules import GROWTH, clause, enterprise, find, rules

STATES_OF_THREE = [NOT_MET, CANNOT_TELL, MET]


def fixed(state):
    """A comparison that always comes out as that state."""
    cell = ("area_km2", 1) if state != CANNOT_TELL else ("area_km2", 9)
    return Leaf(Comparison("equals", (Term(0, (cell,)),), (Term(0 if state == MET else 1),)))


ONE = Columns.from_arrays({("area_km2", 1): np.array([7])}, {})


# ------------------------------------------------------------------ three values


@pytest.mark.parametrize("a", STATES_OF_THREE)
def test_what_cannot_be_told_is_not_told_by_not(a):
    assert Negated(fixed(a)).states(ONE, exact=False)[0] == {NOT_MET: MET, MET: NOT_MET}.get(a, CANNOT_TELL)


def test_n_of_m_is_told_as_soon_as_no_missing_part_can_change_it():
    """Against every way in which the untold parts could turn out."""
    for parts in product(STATES_OF_THREE, repeat=4):
        ways = product(*([NOT_MET, MET] if part == CANNOT_TELL else [part] for part in parts))
        counts = [sum(part == MET for part in way) for way in ways]
        for n in (1, 2, 3, 4):
            outcomes = {count >= n for count in counts}
            expected = {(True,): MET, (False,): NOT_MET}.get(tuple(outcomes), CANNOT_TELL)
            assert Enough(n, tuple(map(fixed, parts))).states(ONE, exact=False)[0] == expected


@pytest.mark.parametrize(("a", "b"), list(product(STATES_OF_THREE, repeat=2)))
def test_the_preferred_fact_decides_wherever_it_can_be_told(a, b):
    assert Preferred(fixed(a), fixed(b)).states(ONE, exact=False)[0] == (b if a == CANNOT_TELL else a)


# ------------------------------------------------------------------ X-province: conditions 1-5 of 7

OUTPUT_OR_REVENUE = {"any": [
    {"figure": "operating_revenue", "years": "latest", "at_least": "20"},
    {"figure": "gross_output", "years": "latest", "at_least": "20"},
]}  # fmt: skip
# The measure of an unnamed province (dossier 12.1 "X-prov", 12.2): seven conditions, the sentences of two unknown.
X_CLAUSES = [
    clause("1", OUTPUT_OR_REVENUE, "yi_yuan"),
    clause("2", {"share": "leading_output", "of": "gross_output", "years": "latest", "at_least": "0.65"}, "fraction"),
    clause("3", {"figure": "sme_count", "years": "latest", "at_least": "20"}, "enterprise"),
    clause("4", {"share": "sme_rd_expense", "of": "operating_revenue", "at_least": "0.01"}, "fraction"),
]  # fmt: skip
X_OPEN = [clause("6", None, kind="open"), clause("7", None, kind="open")]
FIVE = "the fifth condition is worded differently for the two"
X_NEW = rules(
    *X_CLAUSES, clause("5", None, kind="manual", article=FIVE), *X_OPEN, code="x-province", process="recognition"
)
X_AGAIN = rules(
    *X_CLAUSES,
    clause("5", None, kind="manual", article=FIVE + " (again)"),
    code="x-province-again",
    process="reverification",
)
X_MEETING = {
    "operating_revenue T-1": "20", "gross_output T-1": "30", "leading_output T-1": "19.5", "sme_count T-1": "20",
    "sme_rd_expense T-1": "0.2",
}  # fmt: skip


def test_re_verification_asks_five_conditions_and_a_new_application_seven_in_the_same_year():
    assert (X_NEW.process, X_AGAIN.process) == (Process.RECOGNITION, Process.REVERIFICATION)
    assert [rule.clause for rule in X_NEW.rules] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [rule.clause for rule in X_AGAIN.rules] == ["1", "2", "3", "4", "5"]
    assert X_NEW.by_clause["5"].article != X_AGAIN.by_clause["5"].article
    assert [find(X_AGAIN, X_MEETING, n).state for n in "12345"] == ["met", "met", "met", "met", "by_hand"]
    assert [find(X_NEW, X_MEETING, n).state for n in "67"] == ["cannot_tell", "cannot_tell"]


SEVEN = [
    {"figure": "operating_revenue", "years": "latest", "at_least": "20"},
    {"share": "leading_output", "of": "gross_output", "years": "latest", "at_least": "0.65"},
    {"figure": "sme_count", "years": "latest", "at_least": "20"},
    {"share": "sme_rd_expense", "of": "operating_revenue", "years": "latest", "at_least": "0.01"},
    {"figure": "innovation_platform_count", "years": "latest", "at_least": "5"},
    {"figure": "standards_count", "years": "latest", "at_least": "2"},
    {"figure": "shared_mechanism_count", "years": "latest", "at_least": "1"},
]


def test_five_of_seven_conditions_in_units_of_their_own():
    """12.3 item 1, with X-province's figures and Liaoning's counts (≥5 platforms, ≥2 standards, ≥1 mechanism)."""
    made = rules(clause("1", {"at_least_of": {"n": "5", "tests": SEVEN}}))
    assert made.by_clause["1"].unit_code is None
    four = find(made, X_MEETING)
    assert four.state == "cannot_tell" and [part.unit for part in four.parts] == [
        "yi_yuan", "fraction", "enterprise", "fraction", "piece", "item", "item",
    ]  # fmt: skip
    assert find(made, {**X_MEETING, "standards_count T-1": "2"}).state == "met", "two may be missing"
    short = {**X_MEETING, "standards_count T-1": "1", "shared_mechanism_count T-1": "0", "sme_count T-1": "19"}
    assert find(made, short).state == "not_met", "four at most, whatever is missing"
    told = says(find(made, {**X_MEETING, "standards_count T-1": "2"}), made.by_clause["1"])
    assert told.startswith(
        "7 项中须至少 5 项达标，现有 5 项达标；2024 年营业收入为 20 亿元，达标（要求不低于 20 亿元）"
    )
    assert "2024 年主导产业产值与集群总产值之比为 65%" in told and "缺少 2024 年省级及以上创新平台" in told


@pytest.mark.parametrize(
    ("revenue", "output", "state"),
    [
        ("20", "19.9999", "met"),
        ("19.9999", "20", "met"),
        ("19.9999", "19.9999", "not_met"),
        (None, "20", "met"),
        (None, "19.9999", "cannot_tell"),
    ],
)
def test_output_or_revenue_are_alternative_indicators(revenue, output, state):
    """X-province asks revenue of 20 or more where others ask output (12.3 item 6)."""
    finding = find(X_NEW, {"operating_revenue T-1": revenue, "gross_output T-1": output})
    assert finding.state == state
    told = says(finding, X_NEW.by_clause["1"])
    assert ("营业收入" in told) == (revenue == "20" or state != "met")
    assert ("集群总产值" in told) == (output == "20" or state != "met"), "each side is called by what it compares"


# ------------------------------------------------------------------ years, denominators, growth, trends


@pytest.mark.parametrize(
    ("values", "state", "value"),
    [
        (("1", "0.4", "0.6"), "met", "2"),
        (("1", "0.4", "0.5999"), "not_met", "1.9999"),
        (("1", None, "5"), "cannot_tell", None),
    ],
)
def test_three_years_together(values, state, value):
    """12.3 item 3: sum. Counts of standards are asked over three years (Shanghai, Liaoning ≥2)."""
    made = rules(clause("1", {"figure": "export_value", "years": "sum", "at_least": "2"}, "yi_yuan"))
    finding = find(made, dict(zip(("export_value T-3", "export_value T-2", "export_value T-1"), values, strict=True)))
    assert (finding.state, finding.value) == (state, value)
    assert [one.state for one in finding.by_year.values()] == [None, None, None], "no year is judged for itself"
    if state == "met":
        told = says(finding, made.by_clause["1"])
        assert told == "2022—2024 年名合计为 2 亿元，达标（要求不低于 2 亿元）。"
        assert formula(finding, made.by_clause["1"]) == "1 + 0.4 + 0.6 = 2 亿元（≥ 2 亿元）"
    if state == "not_met":
        assert finding.gap == "0.0001"


READINGS = [
    ("latest", ("30", "30", "70"), "met"),
    ("latest", ("99", "99", "69.9999"), "not_met"),
    ("each", ("70", "70", "70"), "met"),
    ("each", ("69.9999", "99", "99"), "not_met"),
    ("mean", ("50", "80", "80"), "met"),
    ("mean", ("49.9999", "80", "80"), "not_met"),
]


@pytest.mark.parametrize(("years", "values", "state"), READINGS)
def test_the_same_figure_by_the_latest_each_and_the_mean_of_the_years(years, values, state):
    """12.3 item 3; 近三年产值均在…以上 (national, Yunnan, Liaoning) is “each”."""
    made = rules(clause("1", {"figure": "gross_output", "years": years, "at_least": "70"}, "yi_yuan"))
    figures = {f"gross_output T-{3 - i}": value for i, value in enumerate(values)}
    assert find(made, figures).state == state


@pytest.mark.parametrize(
    ("of", "state"),
    [
        ("reported", "not_met"),
        ("sme_count", "met"),
        ("enterprise_count", "not_met"),
        ("above_scale_count", "cannot_tell"),
    ],
)
def test_a_rate_over_a_chosen_denominator(of, state):
    """Adoption of at least 10 % (Yunnan; Shanghai fixes the SMEs), 12.3 item 4."""
    yunnan = loader.with_settings(loader.load("yunnan-2023"), iiot_denominator=of)
    figures = {
        "iiot_rate T-1": "0.09", "iiot_user_count T-1": "10", "sme_count T-1": "100", "enterprise_count T-1": "101",
        "above_scale_count T-1": "0",
    }  # fmt: skip
    assert find(yunnan, figures, "5.2").state == state
    assert find(loader.load("shanghai-2023"), figures, "5.2").state == "met"


def test_a_value_per_ten_thousand_over_those_who_are_counted():
    """Liaoning: at least 5 patents per 10 000 in the year; whether residents or employees is open (8.4)."""
    liaoning, figures = (
        loader.load("liaoning-2023"),
        {"valid_invention_patents T-1": "5", "employee_count T-1": "10000"},
    )
    assert find(liaoning, figures, "4.5").value == "5"
    residents = find(loader.with_settings(liaoning, patents_denominator="residents"), figures, "4.5")
    assert (residents.state, [reason.code for reason in residents.reasons]) == ("cannot_tell", ["not_collected"])


@pytest.mark.parametrize(
    ("method", "last", "state"),
    [
        ("cagr_2", "106.09", "not_met"), ("cagr_2", "106.0901", "met"), ("cagr_3", "109.2727", "not_met"),
        ("cagr_3", "109.2728", "met"), ("mean_of_rates", "106.09", "not_met"), ("mean_of_rates", "106.0901", "met"),
    ],
)  # fmt: skip
def test_growth_above_three_percent_by_each_interval(method, last, state):
    """Yunnan: 产值年均增速高于3% (12.1), by the interval the setting chooses (8.4)."""
    test = {"growth": "gross_output", "method": "@growth", "more_than": "0.03"}
    made = rules(clause("1", test, "fraction"), settings={"growth": {**GROWTH, "value": method}})
    figures = {
        "gross_output T-4": "100",
        "gross_output T-3": "100",
        "gross_output T-2": "103",
        "gross_output T-1": last,
    }
    assert find(made, figures).state == state


@pytest.mark.parametrize(
    ("words", "values", "state"),
    [
        ({"rising": "industrial_software_rate"}, ("0.1", "0.1", "0.2"), "met"),
        ({"rising": "industrial_software_rate"}, ("0.2", "0.1", "0.3"), "not_met"),
        ({"falling": "industrial_software_rate"}, ("0.3", "0.2", "0.1"), "met"),
        ({"falling": "industrial_software_rate"}, ("0.3", "0.3", "0.1"), "not_met"),
        ({"falling": "industrial_software_rate", "reading": "overall"}, ("0.3", "0.4", "0.1"), "met"),
    ],
)
def test_rising_and_falling(words, values, state):
    """12.3 item 3: trend; national 5.3 and 6.2."""
    figures = {f"industrial_software_rate T-{3 - i}": value for i, value in enumerate(values)}
    assert find(rules(clause("1", words, "fraction")), figures).state == state


# ------------------------------------------------------------------ NOT, soft, veto, conditional


def test_what_may_not_be():
    """12.3 item 1: NOT, around the bound; the national text's 高于100平方公里 turned round."""
    made = rules(clause("1", {"not": {"figure": "area_km2", "years": "latest", "more_than": "100"}}, "km2"))
    rule = made.by_clause["1"]
    told = {area: find(made, {"area_km2 T-1": area}) for area in ("99.9999", "100", "100.0001", None)}
    assert [finding.state for finding in told.values()] == ["met", "met", "not_met", "cannot_tell"]
    asked = "不得有“占地面积高于 100 平方公里”的情形"
    assert says(told["100"], rule) == f"{asked}：2024 年占地面积为 100 平方公里，达标。"
    assert says(told["100.0001"], rule) == f"{asked}：2024 年占地面积为 100.0001 平方公里，未达标。"
    assert says(told[None], rule) == f"{asked}：缺少 2024 年占地面积，资料不足。"
    assert formula(told["100"], rule) == "并非 100 平方公里（> 100 平方公里）"
    assert says(told["100"], rule, "en").startswith(
        "It must not be that “Land area more than 100 km²”: Land area (2024)"
    )


def test_a_veto_can_stand_on_a_computed_clause_and_a_soft_one_is_near():
    """12.3 item 2; the general condition is a veto, 一般 is soft in the nation, Yunnan and Liaoning."""
    test = {"figure": "policy_outreach_rate", "years": "latest", "equals": "1"}
    area = {"figure": "area_km2", "years": "latest", "at_most": "100"}
    made = rules(clause("1", test, "fraction", veto="yes"), clause("2", area, "km2", kind="soft"))
    assert [rule.veto for rule in made.rules] == [True, False]
    assert find(made, {"policy_outreach_rate T-1": "0.5"}).state == "not_met"
    assert find(made, {"area_km2 T-1": "100.0001"}, "2").state == "near"


@pytest.mark.parametrize(
    ("flag", "value", "state"),
    [
        ("1", "1", "not_met"), ("1", "1.0001", "met"), ("1", None, "cannot_tell"), ("0", "0.5", "not_applicable"),
        (None, "2", "cannot_tell"),
    ],
)  # fmt: skip
def test_a_conditional_clause_may_hold_a_group(flag, value, state):
    """Conditional clauses (high energy use, national 6.3) with alternatives inside; nothing breaks without the flag."""
    test = {
        "any": [
            {"figure": "energy_efficiency_vs_benchmark", "more_than": "1"},
            {"figure": "water_efficiency_vs_benchmark", "more_than": "90"},
        ]
    }
    made = rules(clause("1", test, "times_benchmark", kind="conditional", when="is_high_energy_industry"))
    figures = {
        "is_high_energy_industry T-1": flag, "energy_efficiency_vs_benchmark T-1": value,
        "water_efficiency_vs_benchmark T-1": None if value is None else "1",
    }  # fmt: skip
    finding = find(made, figures)
    assert finding.state == state
    assert says(finding, made.by_clause["1"]) and formula(finding, made.by_clause["1"]) is not None


# ------------------------------------------------------------------ titles of enterprises

TITLES_2025 = {
    "tier": {"name": {"zh": "三类优质中小企业", "en": "the three tiers"}, "of": ["srdi", "innovative_sme", "hnte"]}
}
TITLES_2026 = {
    "base": {"name": {"zh": "基础层", "en": "the base tier"}, "of": ["tech_innovative_sme", "innovative_sme"]},
    "tier": {"name": {"zh": "三类优质中小企业", "en": "the three tiers"}, "of": ["srdi", "base", "hnte"]},
}


def titled(titles, **narrowed):
    test = {"titles": "tier", "on": "year_end", "at_least": "2", **narrowed}
    return rules(clause("1", test, "enterprise"), titles=titles)


def test_an_enterprise_with_several_titles_counts_once():
    """12.3 item 5: distinct enterprises by a set of titles."""
    made = titled(TITLES_2025)
    three_titles = enterprise("A", ("srdi",), ("hnte",), ("innovative_sme",))
    assert find(made, {}, roster=[three_titles]).value == "1"
    assert find(made, {}, roster=[three_titles, enterprise("A", ("hnte",))]).state == "not_met", "listed twice"
    two = find(made, {}, roster=[three_titles, enterprise("B", ("hnte",))])
    assert (two.state, two.value, two.gap) == ("met", "2", "0")
    assert find(made, {}, roster=[three_titles, enterprise("B", ("champion",)), enterprise("C")]).value == "1"
    assert find(made, {}).state == "cannot_tell" and [r.code for r in find(made, {}).reasons] == ["no_roster"]
    assert find(made, {}, roster=[]).state == "not_met", "an empty list is a list"


@pytest.mark.parametrize(
    ("narrowed", "counted"),
    [
        ({}, 4),
        ({"leading": "yes"}, 3),
        ({"levels": ["national"]}, 2),
        ({"levels": ["municipal", "national"]}, 3),
        ({"levels": ["national"], "leading": "yes"}, 1),
    ],
)
def test_titles_are_counted_by_level_and_leading_industry(narrowed, counted):
    """Shanghai counts municipal or national champions (12.1); the national 2.1 those of the leading industry."""
    roster = [
        enterprise("A", ("srdi", "national", True)),
        enterprise("B", ("srdi", "national", False)),
        enterprise("C", ("hnte", "municipal", True)),
        enterprise("D", ("hnte", "provincial", True)),
    ]
    assert find(titled(TITLES_2025, **narrowed), {}, roster=roster).value == str(counted)


@pytest.mark.parametrize(
    ("since", "until", "counted"),
    [
        (date(2024, 12, 31), date(2027, 12, 30), "1"), (date(2025, 1, 1), None, "0"),
        (date(2022, 1, 1), date(2024, 12, 31), "1"), (date(2022, 1, 1), date(2024, 12, 30), "0"),
        (date(2022, 1, 1), None, "1"),
    ],
)  # fmt: skip
def test_a_title_counts_when_it_is_valid_on_the_day(since, until, counted):
    """Titles are valid for three years and can be cancelled (8.3): first and last day included."""
    roster = [enterprise("A", ("srdi", "national", True, since, until))]
    assert find(titled(TITLES_2025), {}, roster=roster).value == counted


def test_the_day_of_submission_can_be_the_day_that_counts():
    made = titled(TITLES_2025, on="submission")
    roster = [enterprise(code, ("srdi", "national", True, date(2025, 3, 1), None)) for code in "AB"]
    assert find(made, {}, roster=roster, submitted_on=date(2025, 3, 1)).state == "met"
    assert find(made, {}, roster=roster, submitted_on=date(2025, 2, 28)).state == "not_met"
    untold = find(made, {}, roster=roster)
    assert untold.state == "cannot_tell" and [reason.code for reason in untold.reasons] == ["not_submitted"]


def test_the_renaming_of_2026_is_one_changed_set_of_titles():
    """创新型 became 科技和创新型 on 2026-04-01 (8.3); certificates under the old measure last until they expire."""
    before, after = titled(TITLES_2025), titled(TITLES_2026)
    same = {key: value for key, value in before.content.items() if key != "titles"}
    assert same == {key: value for key, value in after.content.items() if key != "titles"}, "no clause was touched"
    assert before.hash != after.hash
    roster = [
        enterprise("old", ("innovative_sme", "provincial", True, date(2023, 5, 1), date(2026, 4, 30))),
        enterprise("new", ("tech_innovative_sme", "provincial", True, date(2024, 4, 1), None)),
        enterprise("both", ("innovative_sme",), ("tech_innovative_sme",)),
    ]
    assert [find(made, {}, roster=roster).value for made in (before, after)] == ["2", "3"]
    assert after.by_clause["1"].condition.titles == ("srdi", "tech_innovative_sme", "innovative_sme", "hnte")


def test_without_a_list_the_declared_count_decides():
    test = {"titles": "tier", "at_least": "2", "otherwise": {"count": ["srdi_count", "hnte_count"], "at_least": "2"}}
    made = rules(clause("1", test, "enterprise"), titles=TITLES_2025)
    rule, declared = made.by_clause["1"], {"srdi_count T-1": "2", "hnte_count T-1": "0"}
    by_count, by_list = find(made, declared), find(made, declared, roster=[enterprise("A", ("srdi",))])
    assert (by_count.state, by_list.state) == ("met", "not_met")
    assert says(by_count, rule).startswith(
        "没有可用的企业名单，按填报数判断：专精特新中小企业、国家级高新技术企业合计 2 家"
    )
    assert says(by_list, rule) == (
        "截至 2024 年 12 月 31 日，持有三类优质中小企业称号的企业户数（同一企业只计一次）为 1 家，"
        "要求不低于 2 家，差 1 家。"
    )
    assert (formula(by_list, rule), formula(by_count, rule)) == ("1 家（≥ 2 家）", "2 + 0 = 2 家（≥ 2 家）")


def test_counts_of_many_lists_are_columns_like_any_other():
    made = titled(TITLES_2025)
    fact = made.rosters[0]
    assert isinstance(fact, Roster) and made.rosters == (fact,)
    columns = Columns.from_arrays({("area_km2", 1): np.zeros(4, dtype=np.int64)}, {})
    columns.keep_count(fact.cell, np.array([1, 2, 3, 9]), np.array([True, True, True, False]))
    assert [str(STATES[code]) for code in evaluate(made, columns)["1"]] == ["not_met", "met", "met", "cannot_tell"]
    assert made.by_clause["1"].fits_int64
    for wrong in (-1, 1_000_001):
        with pytest.raises(OutOfRange, match="enterprises"):
            columns.keep_count(fact.cell, np.array([1, 2, 3, wrong]))


# ------------------------------------------------------------------ in words

EVERYTHING = [
    clause("1", {"not": {"any": [{"figure": "area_km2", "more_than": "100"},
                                 {"figure": "area_km2", "at_most": "1"}]}}, "km2"),
    clause("2", {"at_least_of": {"n": "2", "tests": [*SEVEN[:3], {"all": SEVEN[3:5]}]}}),
    clause("3", {"titles": "tier", "leading": "yes", "levels": ["national"], "more_than": "1",
                 "otherwise": {"figure": "srdi_count", "years": "latest", "more_than": "1"}}, "enterprise"),
    clause("4", {"all": [{"figure": "gross_output", "years": "each", "at_least": "10"},
                         {"figure": "gross_output", "years": "sum", "at_least": "40"},
                         {"growth": "gross_output", "method": "cagr_2", "at_least": "0.1"},
                         {"not": {"falling": "gross_output"}},
                         {"share": "sme_output", "of": "gross_output", "years": "mean", "less_than": "0.9"}]}),
    clause("5", {"share": "sme_output", "of": "gross_output", "at_least": "0.5",
                 "otherwise": {"share": "leading_output", "of": "gross_output", "at_least": "0.5"}}, "fraction"),
    clause("6", {"not": {"growth": "gross_output", "method": "cagr_2", "less_than": "0"}}, "fraction", kind="soft"),
    clause("7", {"not": {"count": ["srdi_count", "hnte_count"], "more_than": "500"}}, "enterprise"),
    clause("8", {"not": {"not_collected": {"zh": "常住人口", "en": "residents"}, "more_than": "5"}}, "person"),
    clause("9", None, kind="open"),
]  # fmt: skip


def test_every_new_condition_is_said_in_both_languages_whatever_is_known():
    made = rules(*EVERYTHING, titles=TITLES_2025)
    cells = {f"{code} T-{back}" for code, back in made.cells}
    roster = [enterprise("A", ("srdi",)), enterprise("B", ("hnte",))]
    worlds = [dict.fromkeys(cells, value) for value in ("0", "1", "50", "-3", "0.5", None)]
    worlds += [
        {**dict.fromkeys(cells, "50"), "gross_output T-2": None},
        {**dict.fromkeys(cells, "1"), "gross_output T-1": "-1"},
    ]
    seen = set()
    for figures in worlds:
        for besides in ({}, {"roster": roster}):
            for rule in made.rules:
                finding = find(made, figures, rule.clause, **besides)
                seen.add((rule.clause, str(finding.state)))
                zh, en = (says(finding, rule, lang) + formula(finding, rule, lang) for lang in ("zh", "en"))
                assert not re.search(r"[A-Za-z]{4,}", zh) and "。。" not in zh, zh
                assert not re.search(r"[\u4e00-\u9fff，。；（）]", en), en
                assert "None" not in zh + en
    assert {state for _, state in seen} == {"met", "not_met", "cannot_tell", "near"}


def test_a_test_is_said_in_words_without_figures():
    made = rules(*EVERYTHING, titles=TITLES_2025)

    def asked(number, lang="zh"):
        rule = made.by_clause[number]
        return requirement(rule.condition, rule.unit_code, lang)

    assert asked("1") == "不得有“占地面积高于 100 平方公里；或者占地面积不超过 1 平方公里”的情形"
    assert asked("3") == (
        "持有三类优质中小企业称号（国家级，限主导产业）的企业高于 1 家（资料不足的，按“专精特新中小企业高于 1 家”判断）"
    )
    assert asked("4") == (
        "三个年度的集群总产值均不低于 10 亿元；且三个年度集群总产值合计不低于 40 亿元；且集群总产值年均增速不低于 10%；"
        "且不得有“集群总产值持续下降”的情形；且三个年度中小企业产值与集群总产值之比的平均值低于 90%"
    )
    assert asked("2").startswith("下列 4 项中至少 2 项：营业收入不低于 20 亿元；")
    national = loader.load("national-2022")
    for rule in national.computed:
        for lang in ("zh", "en"):
            words = requirement(rule.condition, rule.unit_code, lang)
            assert words and bool(re.search(r"[\u4e00-\u9fff]", words)) == (lang == "zh")


def test_a_part_reads_its_own_years_in_the_sum():
    made = rules(*EVERYTHING, titles=TITLES_2025)
    figures = {f"gross_output T-{back}": value for back, value in ((3, "50"), (2, "1"), (1, "60.5"))}
    told = formula(find(made, figures, "4"), made.by_clause["4"])
    assert told.startswith(
        "50、1、60.5（≥ 10 亿元），且 50 + 1 + 60.5 = 111.5 亿元（≥ 40 亿元），且 (60.5 ÷ 50)^(1/2) − 1 = 10%"
    )


def test_a_part_of_one_year_shows_that_year_alone():
    share = {"share": "sme_output", "of": "gross_output", "at_least": "0.5"}
    made = rules(clause("1", {"all": [{**share, "years": "each"}, {**share, "years": "latest"}]}, "fraction"))
    figures = {
        f"{code} T-{back}": value for code, value in (("sme_output", "6"), ("gross_output", "10")) for back in (1, 2, 3)
    }
    shown = "6 ÷ 10、6 ÷ 10、6 ÷ 10（≥ 50%），且 6 ÷ 10 = 60%（≥ 50%）"
    assert formula(find(made, figures), made.by_clause["1"]) == shown


def test_a_finding_of_a_group_in_a_group_comes_back_from_storage():
    import json

    from rulebook.rules import Finding

    made = rules(*EVERYTHING, titles=TITLES_2025)
    finding = find(made, {"gross_output T-1": "30"}, "2")
    assert [part.clause for part in finding.parts[3].parts] == ["2/4/1", "2/4/2"]
    assert Finding.from_json(json.loads(json.dumps(finding.as_json()))) == finding
