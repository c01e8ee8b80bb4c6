"""The test of a clause in a form, and the sentences about wrong rules."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from rulebook import loader
from rulebook.loader import RuleFileError
from ruledesk import drafting, parts
from ruledesk.mistakes import MENDS, PROBLEMS, told
from ruledesk.parts import ClauseTest, Part

RULEBOOK = Path(loader.__file__).parent
# Of the tree of an evaluation, which no form of the desk edits; told in English as the rulebook says it.
LEFT_OUT = {"scoring_reading.py"}


@pytest.mark.parametrize("code", loader.codes())
def test_every_shipped_test_a_form_can_show_comes_back_as_the_same_condition(code):
    rules, shown = loader.load(code), 0
    for raw in rules.content.get("rules", []):
        test = parts.read(raw["test"]) if "test" in raw else None
        if test is None:
            continue
        shown += 1
        again = loader.build(
            drafting.with_clause(rules.content, raw["clause"], {**raw, "test": parts.write(test)}), "x"
        )
        assert again.by_clause[raw["clause"]] == rules.by_clause[raw["clause"]]
        assert parts.read(parts.write(test)) == test
    assert shown > 2 or not rules.rules


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        (Part("share", "sme_output", "gross_output", value="0.7"), "70%"),
        (Part("growth", "gross_output", value="0.1"), "10%"),
        (Part("figure", "iiot_rate", value="0.153"), "15.3%"),
        (Part("figure", "gross_output", value="40"), "40"),
        (Part("ratio", "valid_invention_patents", "employee_count", "10000", value="15"), "15"),
    ],
)
def test_shares_and_growth_are_written_in_percent_and_nothing_else_is(part, typed):
    assert part.typed == typed


@pytest.mark.parametrize(
    "raw",
    [
        {"any": [{"all": [{"rising": "iiot_rate"}, {"rising": "iiot_rate"}]}, {"rising": "iiot_rate"}]},
        {"figure": "gross_output", "at_least": "1", "otherwise": {"figure": "tax_paid", "at_least": "1"}},
        {"titles": "tier", "at_least": "1"},
    ],
)
def test_what_goes_deeper_is_left_to_yaml(raw):
    assert parts.read(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"not": {"figure": "gross_output", "years": "latest", "less_than": "5"}},
        {"at_least_of": {"n": "1", "tests": [{"rising": "iiot_rate", "reading": "overall"},
                                             {"figure": "tax_paid", "years": "sum", "more_than": "1"}]}},
        {"choose": "@growth", "a": {"growth": "tax_paid", "method": "cagr_2", "more_than": "0.1"},
         "b": {"not_collected": {"zh": "甲", "en": "a"}, "at_least": "1"}},
    ],
)  # fmt: skip
def test_groups_of_one_level_come_back_as_they_were(raw):
    assert parts.write(parts.read(raw)) == raw


def test_one_test_alone_is_no_group():
    assert parts.read({"rising": "iiot_rate"}) == ClauseTest((Part("rising", "iiot_rate", reading="each_year"),))


def test_1_10_comes_after_1_9():
    content = {"rules": [{"clause": one} for one in ("1.1", "1.9", "2.1")]}
    made = drafting.with_clause(content, "", {"clause": "1.10"})
    assert [one["clause"] for one in made["rules"]] == ["1.1", "1.9", "1.10", "2.1"]


# --- Every refusal of the rulebook has a Chinese sentence -------------------------------------------


NAMED = {"problem": PROBLEMS, "mend": MENDS}


def refusals():
    """Yield every problem and mend the rulebook can say, with X in the place of what it names."""
    for file in RULEBOOK.glob("*.py"):
        if file.name in LEFT_OUT:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            which = NAMED.get(getattr(node.targets[0], "id", "")) if isinstance(node, ast.Assign) else None
            if which and (text := words(node.value)) is not None:
                yield file.name, which, text
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            said = {"error": node.args[1:3], "RuleFileError": node.args[3:5], "UnreadableYaml": node.args[1:2]}.get(
                name, []
            )
            for which, one in zip((PROBLEMS, MENDS), said, strict=False):
                if (text := words(one)) is not None:
                    yield file.name, which, text


def words(node) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else "7" for one in node.values)
    return None


def test_every_refusal_of_the_rulebook_has_a_chinese_sentence():
    listed = list(refusals())
    assert len(listed) > 80
    missing = {
        f"{file}: {text}"
        for file, which, text in listed
        if not any(re.fullmatch(row[0], text) for row in which)
    }  # fmt: skip
    assert missing == set()


def test_a_refusal_is_said_with_place_problem_and_mend_in_the_language_of_the_page():
    error = RuleFileError("f.yaml", 12, "1.4", "there is no indicator “x”", "use a code of the catalogue")
    with translation.override("zh-hans"):
        assert str(told(error)) == "第 12 行，第 1.4 条：没有“x”这个指标。请使用指标目录中的代码。"
    with translation.override("en"):
        assert str(told(error)) == "Line 12, Clause 1.4: there is no indicator “x”. Use a code of the catalogue."
