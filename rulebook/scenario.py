"""The same rules with some answers changed: what would happen if a threshold were another.

`changed(rules, {"1.4": "50", "1.7.comparator": "at_least", "growth": "mean_of_rates"})` edits the
content of a rule set and builds it again, so that a scenario has a content and a hash as any other
rules have; nothing changed means the same hash. A key names

    1.4              the value a clause compares with, in the unit of the clause (65% and 0.65 are one share)
    2.1/2            the same for one side of a clause with several
    1.7.comparator   at_least, more_than, at_most, less_than or equals
    1.5.years        latest, each, mean (of a figure also sum)
    1.7.method       how growth is computed
    1.3.kind         hard or soft
    growth           a setting of the rule set: which reading is taken

What a region asks instead of a clause stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rulebook import conditions, wording
from rulebook.catalogue import INDICATORS
from rulebook.characters import SPACE, shown
from rulebook.loader import RuleFileError, build
from rulebook.numbers import EXACT, Unreadable, plain, read_percent
from rulebook.rules import Rule, RuleSet

WORDS: Final = ("comparator", "years", "method", "kind")
KINDS: Final = ("hard", "soft")
MOST_GROWTH: Final = 10  # a growth of 1,000 % a year
MOST_DIGITS, MOST_DECIMALS = 15, 9  # as rule files have them
GROUPS: Final = ("any", "all", "tests")
_PART: Final = re.compile(r"(?:/[1-9][0-9]?)+$")


class ScenarioError(ValueError):
    """A change that cannot be made, in one plain sentence: `error("zh")`, `error("en")`."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)

    def __call__(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Key:
    """What a change is about: a clause, one side of it, and a word (empty: its value)."""

    clause: str
    parts: tuple[int, ...] = ()
    word: str = ""

    @classmethod
    def read(cls, text: str) -> Key:
        head, _, tail = text.rpartition(".")
        word, rest = (tail, head) if head and tail in WORDS else ("", text)
        found = _PART.search(rest)
        parts = tuple(int(one) for one in found.group().split("/")[1:]) if found else ()
        return cls(rest[: found.start()] if found else rest, parts, word)

    def __str__(self) -> str:
        return "/".join((self.clause, *map(str, self.parts)))


def changed(rule_set: RuleSet, sets: Mapping[str, str]) -> RuleSet:
    """The rules with these changes; raises ScenarioError. The very same rules when nothing differs."""
    content = deepcopy(dict(rule_set.content))
    for key, value in sets.items():
        if key in rule_set.settings:
            _choose(rule_set, content, key, value.strip(SPACE))
        else:
            _change(rule_set, content, Key.read(key), value.strip(SPACE))
    if content == rule_set.content:
        return rule_set
    try:
        return build(content, rule_set.code)
    except RuleFileError as error:
        raise ScenarioError(
            f"这样修改后第 {error.clause} 条不成立：{error.problem}。", f"clause {error.clause}: {error.problem}"
        ) from error


# --- Readings and clauses ---------------------------------------------------------------------


def _choose(rule_set: RuleSet, content: dict[str, Any], name: str, value: str) -> None:
    options = rule_set.settings[name].options
    if value not in options:
        raise ScenarioError(
            f"口径“{name}”没有“{value}”这一项，可选：{'、'.join(options)}。",
            f"the reading {name} has no option {value}; choose one of: {', '.join(options)}",
        )
    content["settings"][name]["value"] = value


def _change(rule_set: RuleSet, content: dict[str, Any], key: Key, value: str) -> None:
    rule = rule_set.by_clause.get(key.clause)
    if not key.clause:
        raise ScenarioError("请写明修改哪一条，例如 1.4=50。", "name the clause that changes, such as 1.4=50")
    if rule is None:
        some = [one.clause for one in rule_set.computed]
        raise ScenarioError(
            f"{rule_set.code} 没有第 {key} 条；可修改的有：{'、'.join(some)}。",
            f"{rule_set.code} has no clause or reading {key}; these can be changed: {', '.join(some)}",
        )
    clause = next(one for one in content["rules"] if one["clause"] == key.clause)
    if key.word == "kind":
        _set_kind(rule, clause, value)
        return
    if rule.condition is None:
        raise ScenarioError(
            f"第 {key} 条由人工判断，没有可修改的标准值。", f"clause {key} is judged by people and compares no figure"
        )
    tests = tests_of(rule, clause, key)
    change = {"": _set_value, "comparator": _set_comparator, "years": _set_word, "method": _set_word}[key.word]
    for test in tests:
        change(rule, test, key, value)


def _set_kind(rule: Rule, clause: dict[str, Any], value: str) -> None:
    if str(rule.kind) not in KINDS:
        raise ScenarioError(
            f"第 {rule.clause} 条不是刚性或弹性的量化条款，不能改变性质。",
            f"clause {rule.clause} is neither hard nor soft; its kind cannot be changed",
        )
    clause["kind"] = _one_of(value, KINDS, rule.clause)


def _one_of(value: str, allowed: tuple[str, ...], key: Key | str) -> str:
    if value not in allowed:
        raise ScenarioError(
            f"第 {key} 条不能设为“{value}”，可选：{'、'.join(allowed)}。",
            f"clause {key} cannot be set to {value}; choose one of: {', '.join(allowed)}",
        )
    return value


# --- Tests inside a clause --------------------------------------------------------------------


def tests_of(rule: Rule, clause: Mapping[str, Any], key: Key) -> list[dict[str, Any]]:
    """The comparisons a key names: of every reading, so that a change holds whichever is chosen."""
    found = list(_opened(clause.get("test", {})))
    for number in key.parts:
        sides = [side for test in found if (side := _side(test, number)) is not None]
        if not sides:
            raise ScenarioError(f"第 {rule.clause} 条没有 {key} 这一项。", f"clause {rule.clause} has no side {key}")
        found = [opened for side in sides for opened in _opened(side)]
    compared = [test for test in found if _comparator(test)]
    if compared:
        return compared
    sides_of: list[Any] = next((test[word] for test in found for word in _groups(test)), [])
    if sides_of:
        named = [f"{key}/{i}" for i in range(1, len(sides_of) + 1)]
        raise ScenarioError(
            f"第 {key} 条有 {len(named)} 项，请指明：{'、'.join(named)}。",
            f"clause {key} has {len(named)} sides; name one of: {', '.join(named)}",
        )
    raise ScenarioError(f"第 {key} 条没有标准值，不能这样修改。", f"clause {key} compares with no value")


def _opened(test: Any) -> Iterator[dict[str, Any]]:
    """A test, or every reading of it; with what is taken where the first cannot be told."""
    if "choose" in test:
        for option, branch in test.items():
            if option != "choose":
                yield from _opened(branch)
        return
    if "at_least_of" in test:
        yield test["at_least_of"]
        return
    yield test
    if isinstance(test.get("otherwise"), dict):
        yield from _opened(test["otherwise"])


def _groups(test: Mapping[str, Any]) -> list[str]:
    return [word for word in GROUPS if isinstance(test.get(word), list)]


def _side(test: Mapping[str, Any], number: int) -> Any:
    sides: list[Any] = next((test[word] for word in _groups(test)), [])
    return sides[number - 1] if number <= len(sides) else None


def _comparator(test: Mapping[str, Any]) -> str:
    return next((word for word in conditions.COMPARATOR_WORDS if word in test), "")


def _set_comparator(rule: Rule, test: dict[str, Any], key: Key, value: str) -> None:
    upwards = "count" in test
    allowed = ("at_least", "more_than") if upwards else conditions.COMPARATOR_WORDS
    wanted, before = _one_of(value, allowed, key), _comparator(test)
    if wanted != before:
        test[wanted] = test.pop(before)


def _set_word(rule: Rule, test: dict[str, Any], key: Key, value: str) -> None:
    """Which years, or how growth is computed; only where the figure is collected for those years."""
    allowed, codes, offsets = _growth_words(test, value) if key.word == "method" else _year_words(test, value)
    if not codes:
        raise ScenarioError(f"第 {key} 条没有“{key.word}”这一设置。", f"clause {key} has no choice of {key.word}")
    _one_of(value, allowed, key)
    for code in codes:
        if not set(offsets) <= set(INDICATORS[code].offsets):
            name = INDICATORS[code]
            raise ScenarioError(
                f"第 {key} 条不能这样计算：“{name.zh}”没有采集所需的年份。",
                f"clause {key} cannot be computed so: {name.en} is not collected for those years",
            )
    if value != str(test.get(key.word, {"years": "latest", "method": "cagr_2"}[key.word])):
        test[key.word] = value


Words = tuple[tuple[str, ...], list[str], tuple[int, ...]]  # what may be chosen, of which figures, from which years


def _growth_words(test: Mapping[str, Any], value: str) -> Words:
    offsets: dict[str, tuple[int, ...]] = {"cagr_2": (3, 1), "cagr_3": (4, 1)}
    codes = [str(test["growth"])] if "growth" in test else []
    return conditions.GROWTH, codes, offsets.get(value, conditions.THREE_YEARS)


def _year_words(test: Mapping[str, Any], value: str) -> Words:
    allowed = conditions.FIGURE_YEARS if "figure" in test else conditions.YEARS
    codes = [str(test[word]) for word in ("figure", "share", "ratio") if word in test]
    codes += [str(test["of"])] if codes and "of" in test else []
    return allowed, codes, (1,) if value == "latest" else conditions.THREE_YEARS


# --- Values -----------------------------------------------------------------------------------


def _set_value(rule: Rule, test: dict[str, Any], key: Key, value: str) -> None:
    number = _number(test, key, value)
    low, high = range_of(test)
    outside = number < low or (high is not None and number > high) or ("growth" in test and number <= low)
    if outside:
        raise _out_ofrange_of(rule, key, number, low, high)
    word = _comparator(test)
    if Fraction(str(test[word])) != Fraction(number):
        test[word] = plain(number)


def _number(test: Mapping[str, Any], key: Key, text: str) -> Decimal:
    try:
        number, is_percent = read_percent(text)
    except Unreadable as error:
        raise ScenarioError(
            f"“{shown(text)}”不是数字（第 {key} 条）。", f"{shown(text)} is not a number (clause {key})"
        ) from error
    if is_percent and not _is_fraction(test):
        raise ScenarioError(
            f"第 {key} 条的标准值不是比例，请去掉百分号。",
            f"clause {key} compares no share; leave out the percent sign",
        )
    if is_percent:
        number = EXACT.scaleb(number, Decimal(-2))
    whole, _, decimals = plain(number.copy_abs()).partition(".")
    if len(whole) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        raise ScenarioError(
            f"第 {key} 条的标准值最多 {MOST_DIGITS} 位整数、{MOST_DECIMALS} 位小数。",
            f"clause {key} takes at most {MOST_DIGITS} digits and {MOST_DECIMALS} decimals",
        )
    return number


def _is_fraction(test: Mapping[str, Any]) -> bool:
    return (
        "share" in test
        or "growth" in test
        or INDICATORS_IN_FRACTIONS.get(str(test.get("figure"))) is True
        or ("ratio" in test and str(test.get("times", "1")) == "1")
    )


INDICATORS_IN_FRACTIONS: Final = {code: one.unit_code == "fraction" for code, one in INDICATORS.items()}


def range_of(test: Mapping[str, Any]) -> tuple[Decimal, Decimal | None]:
    """The lowest and highest value that says anything, from the range of the catalogue."""
    if "figure" in test:
        indicator = INDICATORS[test["figure"]]
        times = 3 if test.get("years") == "sum" else 1
        return min(indicator.low, Decimal(0)), indicator.high * times
    if "share" in test:
        return Decimal(0), Decimal(1)
    if "ratio" in test:
        return Decimal(0), INDICATORS[test["ratio"]].high * int(test.get("times", "1"))
    if "growth" in test:
        return Decimal(-1), Decimal(MOST_GROWTH)
    if "count" in test:
        return Decimal(0), sum((INDICATORS[code].high for code in test["count"]), Decimal(0))
    return Decimal(0), None


def _out_ofrange_of(rule: Rule, key: Key, number: Decimal, low: Decimal, high: Decimal | None) -> ScenarioError:
    told = {
        lang: [
            wording.value(plain(one), rule.unit_code or "item", lang) for one in (number, low, high) if one is not None
        ]
        for lang in ("zh", "en")
    }
    hint = ("；比例请写成 65% 的形式", "; write a share as 65%") if rule.unit_code == "fraction" else ("", "")
    zh, en = told["zh"], told["en"]
    return ScenarioError(
        f"第 {key} 条的标准值 {zh[0]} 超出范围（{' 至 '.join(zh[1:])}）{hint[0]}。",
        f"{en[0]} is out of range for clause {key} ({' to '.join(en[1:])}){hint[1]}",
    )
