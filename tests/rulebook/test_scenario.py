"""What a scenario may change, what it refuses, and in which words."""

from decimal import Decimal
from fractions import Fraction

import pytest

from rulebook import loader
from rulebook.rules import RuleKind, State
from rulebook.scenario import Key, ScenarioError, changed
from rulebook.screening import screen
from rulebook.thresholds import along, moved, thresholds
from tests.rulebook.conftest import CALL_YEAR

OPEN_RULES = [code for code in loader.codes() if loader.load(code).computed]


def state(rules, clause, figures) -> State:
    by_year = {(code, CALL_YEAR - back): Decimal(value) for (code, back), value in figures.items()}
    return next(one.state for one in screen(rules, by_year, CALL_YEAR) if one.clause == clause)


@pytest.mark.parametrize("code", loader.codes())
def test_nothing_changed_is_the_same_rules_with_the_same_hash(code):
    rules = loader.load(code)
    assert changed(rules, {}) is rules
    same = {name: setting.value for name, setting in rules.settings.items()}
    same |= {key: str(Decimal(b.value.numerator) / b.value.denominator) for key, b in thresholds(rules).items()}
    assert changed(rules, same).hash == rules.hash


@pytest.mark.parametrize(
    ("changes", "clause", "figures", "before", "after"),
    [
        ({"1.4": "50"}, "1.4", {("gross_output", 1): "45"}, "met", "not_met"),
        ({"1.5": "65%"}, "1.5", {("sme_output", 1): "46"}, "not_met", "met"),
        ({"1.5": "0.65"}, "1.5", {("sme_output", 1): "46"}, "not_met", "met"),
        ({"1.6.comparator": "at_least"}, "1.6", {("leading_output", 1): "49"}, "not_met", "met"),
        ({"1.4.years": "latest"}, "1.4", {("gross_output", 2): "39"}, "not_met", "met"),
        ({"1.4.years": "sum", "1.4": "130"}, "1.4", {("gross_output", 3): "1"}, "not_met", "met"),
        ({"1.7.method": "mean_of_rates"}, "1.7", {("gross_output", 2): "20"}, "met", "met"),
        ({"1.3.kind": "hard"}, "1.3", {("area_km2", 1): "120"}, "near", "not_met"),
        ({"2.1/2": "60"}, "2.1", {("champion_count", 1): "0", ("little_giant_count", 1): "0"}, "met", "not_met"),
        ({"4.5": "50", "patents_denominator": "employees"}, "4.5", {}, "met", "not_met"),
        ({"patents_denominator": "residents"}, "4.5", {}, "met", "cannot_tell"),
    ],
)
def test_a_change_does_what_it_says_and_nothing_else(national, meeting, changes, clause, figures, before, after):
    figures = {**{cell: str(value) for cell, value in meeting.items()}, **figures}
    figures[("gross_output", 1)] = figures.get(("gross_output", 1), "70")
    rules = changed(national, changes)
    assert (state(national, clause, {**figures}), state(rules, clause, figures)) == (before, after)
    assert rules.hash != national.hash
    assert changed(national, changes).hash == rules.hash
    others = [rule.clause for rule in national.rules if rule.clause != clause]
    assert all(rules.by_clause[one] == national.by_clause[one] for one in others)


def test_two_ways_of_writing_a_share_are_one_scenario(national):
    written = [changed(national, {"1.5": text}).hash for text in ("65%", "0.65", "65％", " 65% ", "0.650", "６５%")]
    assert len(set(written)) == 1


def test_a_value_holds_for_every_reading(national, meeting):
    rules = changed(national, {"5.2": "30%", "iiot_denominator": "sme_count"})
    assert state(rules, "5.2", meeting) == "met"  # 60 of 200
    assert state(changed(rules, {"iiot_denominator": "reported"}), "5.2", meeting) == "not_met"  # 20 %


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"9.9": "1"}, "没有第 9.9 条", "no clause or reading 9.9"),
        ({"": "1"}, "请写明修改哪一条", "name the clause"),
        ({"1.1": "1"}, "由人工判断", "judged by people"),
        ({"2.1": "1"}, "2.1/1、2.1/2", "2.1/1, 2.1/2"),
        ({"2.1/3": "1"}, "没有 2.1/3 这一项", "no side 2.1/3"),
        ({"6.2": "1"}, "没有标准值", "compares with no value"),
        ({"1.4": "fifty"}, "“fifty”不是数字", "fifty is not a number"),
        ({"1.4": ""}, "不是数字", "not a number"),
        ({"1.4": "1e5"}, "不是数字", "not a number"),
        ({"1.4": "__import__('os')"}, "不是数字", "not a number"),
        ({"1.4": "-1"}, "超出范围", "out of range"),
        ({"1.4": "100001"}, "超出范围", "out of range"),
        ({"1.4": "40%"}, "请去掉百分号", "leave out the percent sign"),
        ({"1.5": "65"}, "比例请写成 65% 的形式", "write a share as 65%"),
        ({"1.5": "101%"}, "超出范围", "out of range"),
        ({"1.7": "-100%"}, "超出范围", "out of range"),
        ({"1.4": "40.0000000001"}, "9 位小数", "9 decimals"),
        ({"1.7.comparator": "more"}, "不能设为“more”", "cannot be set to more"),
        ({"2.1/1.comparator": "at_most"}, "不能设为“at_most”", "cannot be set to at_most"),
        ({"1.4.years": "never"}, "不能设为", "cannot be set to"),
        ({"1.3.years": "each"}, "没有采集", "not collected"),
        ({"1.5.years": "sum"}, "不能设为", "cannot be set to"),
        ({"1.4.method": "cagr_2"}, "没有“method”", "no choice of method"),
        ({"6.3.kind": "soft"}, "不能改变性质", "kind cannot be changed"),
        ({"1.3.kind": "manual"}, "不能设为", "cannot be set to"),
        ({"growth": "guess"}, "没有“guess”这一项", "no option guess"),
    ],
)
def test_what_cannot_be_changed_is_refused_in_a_sentence(national, changes, zh, en):
    with pytest.raises(ScenarioError) as refused:
        changed(national, changes)
    assert zh in refused.value("zh-hans") and en in refused.value("en") and en in str(refused.value)
    assert national.hash == loader.load("national-2022").hash


def test_keys_are_read():
    assert Key.read("2.1/2.comparator") == Key("2.1", (2,), "comparator")
    assert Key.read("1.4") == Key("1.4")
    assert str(Key("2.1", (2, 1), "years")) == "2.1/2/1"


@pytest.mark.parametrize("code", OPEN_RULES)
def test_every_threshold_can_be_changed_and_moved_alike(code):
    """Rebuilding the rules from their content and moving the bound of a clause are one and the same."""
    rules = loader.load(code)
    for key, bound in thresholds(rules).items():
        values = along(rules, key)
        assert bound.value in values
        assert values == sorted(set(values))
        for value in {values[0], values[-1]}:
            text = str(Decimal(value.numerator) / value.denominator)
            clause = Key.read(key).clause
            rebuilt = changed(rules, {key: text}).by_clause[clause]
            assert rebuilt.condition == moved(rules.by_clause[clause], key, value).condition, key


def test_points_along_a_threshold_are_round_and_in_range(national):
    assert along(national, "1.4") == [Fraction(n) for n in range(20, 61)]
    assert along(national, "2.1/1")[:3] == [0, 1, 2]
    assert max(along(national, "1.5")) == 1
    assert min(along(national, "1.7")) > -1


def test_a_hard_clause_made_soft_is_no_longer_hard(national):
    assert changed(national, {"1.4.kind": "soft"}).by_clause["1.4"].kind is RuleKind.SOFT
