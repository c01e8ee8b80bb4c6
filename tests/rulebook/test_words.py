"""How sentences read: verdicts from one table, years nobody misreads, numbers for reading, stored words said well."""

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from rulebook import audiences, loader, verdicts, wording
from rulebook.catalogue import INDICATORS
from rulebook.numbers import show
from rulebook.remedy import Fill, remedies
from rulebook.remedy_words import changed, fill, ways
from rulebook.rules import State
from rulebook.spoken import PHRASES, spoken

ROOT = Path(__file__).resolve().parent.parent.parent
RULE_SETS = [loader.load(file.stem) for file in sorted((ROOT / "rulebook/rule_sets").glob("*.yaml"))]
OUT, CO2 = "gross_output", "co2_intensity"


def test_a_verdict_has_one_word_and_its_forms_begin_with_it_or_hold_it():
    for lang in ("zh", "en"):
        words = [verdicts.word(state, lang) for state in State]
        assert len(set(words)) == len(State)
    for state in set(State) - {State.BY_HAND}:
        word = verdicts.word(state, "zh")
        forms = verdicts.of_clause(state, "zh"), verdicts.inside(state, "zh"), verdicts.counted(state, 3, "zh")
        assert forms == (word, word, f"3 项{word}")
    assert verdicts.word(State.CANNOT_TELL, "zh") == "资料不足"


def test_no_other_file_has_words_of_its_own_for_verdicts():
    """A mapping of verdicts to words stands nowhere else; what a reviewer cannot judge is no verdict."""
    found = []
    for room in ("rulebook", "applications", "simulation", "ruledesk", "config", "portal"):
        for file in (ROOT / room).rglob("*.py"):
            if file.name == "verdicts.py" or "migrations" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Dict) and {"CANNOT_TELL", "BY_HAND"} <= {
                    getattr(key, "attr", getattr(key, "value", "")) for key in node.keys
                }:
                    found += [f"{file.name}: {value.func.id}" for value in node.values if isinstance(value, ast.Call)]
    assert found == []


def test_years_that_are_each_met_do_not_read_as_a_yearly_mean(find, national):
    words = audiences.head(find("1.4", {}), national.by_clause["1.4"], national.settings)
    assert "2022 年、2023 年、2024 年，各年都达标" in words and "2024 年均" not in words


@pytest.mark.parametrize("rules", RULE_SETS, ids=lambda rules: rules.code)
def test_stored_readings_are_said_without_intervals_settings_or_years_in_code(rules):
    said = [rule.says for rule in rules.rules]
    said += [option for setting in rules.settings.values() for option in setting.options.values()]
    for text in said:
        for sentence in (spoken(text.zh), spoken(text.en)):
            assert not re.search(r"间隔|设置项|intervals|a setting|T-\d|× 100 million|为接近，", sentence), sentence


def test_each_phrase_said_anew_is_stored_somewhere():
    stored = "".join(f"{text.zh}{text.en}" for rules in RULE_SETS for one in rules.settings.values()
                     for text in one.options.values())  # fmt: skip
    stored += "".join(f"{rule.says.zh}{rule.says.en}" for rules in RULE_SETS for rule in rules.rules)
    assert [phrase for phrase, _said in PHRASES if phrase not in stored] == []


@pytest.mark.parametrize(("text", "bound", "said"), [
    ("429.166666667", "15", "429.17 件/万人"), ("14.999900000", "15", "14.9999 件/万人"),
    ("15.000000000", "15", "15 件/万人"), ("15.004", "15", "15.004 件/万人"),
])  # fmt: skip
def test_a_computed_number_is_rounded_for_reading_and_exact_where_it_decides(text, bound, said):
    assert wording.value(text, "patent_per_10k", "zh", bound) == said


def test_what_is_typed_is_shown_in_full():
    assert wording.value("0.579999", "tonne_per_wan_yuan", "zh", "0.58") == "0.579999 吨/万元"
    assert wording.value("38.7001", "yi_yuan", "zh") == "38.7001 亿元"


def test_an_empty_cell_is_told_the_bound_and_no_value_to_type(national):
    emission, output, count = (national.by_clause[one] for one in ("6.2", "1.4", "2.1"))
    below = Fill(CO2, 2024, is_enough=True, high=Decimal("0.579999"))
    assert fill(below, emission).words == "2024 年二氧化碳排放强度（低于 0.58 吨/万元的，本条达标）"
    assert fill(below, emission, "en").words == (
        "carbon dioxide intensity in 2024 (the clause is met with less than 0.58 tonnes per 10,000 yuan)"
    )
    above = Fill(OUT, 2024, is_enough=True, low=Decimal("40.0001"))
    assert fill(above, output).words == "2024 年集群总产值（高于 40 亿元的，本条达标）"
    assert fill(Fill("srdi_count", 2024, is_enough=True, low=Decimal(10)), count).what == "（不低于 10 家的，本条达标）"


def test_figures_alone_meet_only_the_computed_part_of_a_clause_that_people_judge_further(national):
    """And one number that alone can be is told as that number, not as a lower bound."""
    rates = Fill("industrial_software_rate", 2024, is_enough=True, low=Decimal("0.571"))
    whole = Fill("policy_outreach_rate", 2024, is_enough=True, low=Decimal(1))
    five, eight = national.by_clause["5.3"], national.by_clause["8.3"]
    assert fill(rates, five).what == "（不低于 57.1%的，数据部分达标，其余内容由审核人员判断）"
    assert fill(whole, eight).what == "（等于 100%的，数据部分达标，其余内容由审核人员判断）"
    assert fill(whole, eight, "en").what == " (its computed part is met with exactly 100%; reviewers judge the rest)"
    told = remedies(eight, {("policy_outreach_rate", 1): Decimal("0.9")}, 2025)
    assert ways(told, eight).intro == "数据部分的达标条件："
    assert ways(told, eight, "en").intro == "The nearest figure that meets its computed part:"


def test_a_range_that_begins_at_0_is_said_by_its_end_alone(national):
    rule = national.by_clause["1.5"]
    for low in ("0", "0.0001"):
        told = Fill(OUT, 2024, is_enough=True, low=Decimal(low), high=Decimal("71.4285"))
        assert fill(told, rule).words == "2024 年集群总产值（不超过 71.4285 亿元的，本条达标）"
    assert "高于 0 亿元" in fill(Fill(OUT, 2024, is_enough=True, low=Decimal("0.0001")), rule).words


def test_a_change_past_a_round_number_names_the_round_number(national):
    rule = national.by_clause["6.2"]
    found = remedies(rule, {(CO2, 3): Decimal("1.3"), (CO2, 2): Decimal("1.2"), (CO2, 1): Decimal("1.25")}, 2025)
    assert found.alone[0].after == Decimal("1.199999")
    assert changed(found.alone[0], rule) == (
        "2024 年二氧化碳排放强度由 1.25 吨/万元减至低于 1.2 吨/万元（减少超过 0.05 吨/万元）"
    )


def test_only_what_is_lacking_says_that_right_figures_stay(find, national):
    short = audiences.head(find("1.4", {(OUT, 3): "38.7"}), national.by_clause["1.4"], national.settings)
    met = audiences.head(find("1.4", {}), national.by_clause["1.4"], national.settings)
    assert short.endswith("数据无误的不得改动。") and "不得改动" not in met


def test_money_reads_as_money_in_english():
    assert wording.gap("0.4171", "yi_yuan", "en") == "0.4171 hundred million yuan"
    money = INDICATORS["gross_output"]
    for said in (show(money, Decimal(51300), with_unit=True, lang="en"), wording.value("51300", "yi_yuan", "en")):
        assert said == "51,300 hundred million yuan"  # never a number beside a number: 51,300 100 million
