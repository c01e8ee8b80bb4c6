"""Test cases of a clause: figures on either side of its bound and the state they must give.

`propose` makes them from the clause alone (rulebook.case_points says how), `run` lets the real
engine answer them. A case that was green and turns red tells that the clause now says something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from rulebook import wording
from rulebook.case_points import Point, Truth, points
from rulebook.catalogue import INDICATORS, Kind
from rulebook.conditions import Condition
from rulebook.numbers import show
from rulebook.rules import Case, Rule, RuleKind, RuleSet, State
from rulebook.screening import screen

CALL_YEAR: Final = 2000  # cases count years before the call; any year does

_NAMES: Final[dict[str, tuple[str, str]]] = {
    "below": ("略低于界限", "just below the bound"),
    "on": ("恰为界限值", "exactly on the bound"),
    "above": ("略高于界限", "just above the bound"),
    "missing": ("缺数", "missing"),
    "below_others_missing": ("一年低于界限，其余缺数", "one year below the bound, the others missing"),
    "on_others_missing": ("一年恰为界限值，其余缺数", "one year on the bound, the others missing"),
    "above_others_missing": ("一项高于界限，其余缺数", "one above the bound, the others missing"),
    "between": ("户数可能重复，介于两数之间", "between two numbers, as holders may overlap"),
    "base_zero": ("基数为零", "a base of 0"),
    "equal": ("各年持平", "the same in every year"),
    "rising": ("逐年上升", "higher every year"),
    "falling": ("逐年下降", "lower every year"),
    "turn": ("中间一年反向", "the other way in the middle year"),
    "missing_between": ("缺中间一年", "the middle year missing"),
    "applies_not": ("不适用", "the clause does not apply"),
    "flag_missing": ("未说明是否适用", "not said whether the clause applies"),
}


def propose(rule: Rule, rule_set: RuleSet) -> list[Case]:
    """Cases below, on and above the bound and with figures missing; [] for a clause people judge.

    Clauses with regional conditions get the cases of every region too, each at its first place.
    Raises ValueError where the clause was not built with the readings of this rule set.
    """
    if rule_set.by_clause.get(rule.clause) != rule:
        raise ValueError(f"clause {rule.clause} is not one of {rule_set.code}")
    if rule.condition is None:
        return []
    found = list(_cases(rule, rule.condition, ""))
    for region in rule.regions:
        found += _cases(rule, region.condition, region.places[0])
    return found


def run(rule_set: RuleSet, rule: Rule, cases: Iterable[Case] | None = None) -> list[tuple[Case, State]]:
    """Each case of the clause (or of `cases`) with the state the engine gives; green where it is `case.gives`."""
    alone = replace(rule_set, rules=(rule,))
    told = []
    for case in rule.cases if cases is None else cases:
        figures = {(code, CALL_YEAR - back): value for (code, back), value in case.figures.items()}
        told.append((case, screen(alone, figures, CALL_YEAR, place=case.place)[0].state))
    return told


def title(case: Case, lang: str = "zh") -> str:
    """What the case is about: 第 1 部分：略低于界限. A word of the author's own is shown as it is."""
    *parts, name = case.name.split("/")
    known = _NAMES.get(name)
    zh = wording.chinese(lang)
    shown = name if known is None else known[0] if zh else known[1]
    sides = "".join(f"第 {part} 部分：" if zh else f"part {part}: " for part in parts)
    return sides + shown


def figures_in_words(case: Case, rule: Rule, lang: str = "zh") -> list[str]:
    """Every figure the clause reads, with its year before the call: 集群总产值（申报前第 1 年）40 亿元, or 未填."""
    zh = wording.chinese(lang)
    shown = []
    for code, back in dict.fromkeys((*rule.cells, *case.figures)):
        indicator, value = INDICATORS[code], case.figures.get((code, back))
        year = f"（{wording.before_call(back, lang)}）" if zh else f" ({wording.before_call(back, lang)}), "
        missing = "未填" if zh else "not filled in"
        if value is None:
            told = missing
        elif indicator.kind is Kind.BOOLEAN:
            told = show(indicator, value, lang=lang)
        else:
            told = wording.exactly(value, indicator.unit_code, lang)
        shown.append(indicator.label(lang) + year + told)
    return shown


def _cases(rule: Rule, condition: Condition, place: str) -> Iterator[Case]:
    made = points(condition)
    for point in made:
        figures = _known(point)
        if rule.when is not None:
            figures = {(rule.when, 1): Decimal(1), **figures}
        yield Case(point.name, figures, place, _state(rule.kind, point.truth))
    if rule.when is not None and made:
        figures = _known(made[0])
        yield Case("applies_not", {(rule.when, 1): Decimal(0), **figures}, place, State.NOT_APPLICABLE)
        yield Case("flag_missing", figures, place, State.CANNOT_TELL)


def _known(point: Point) -> dict[tuple[str, int], Decimal]:
    return {cell: value for cell, value in point.figures.items() if value is not None}


def _state(kind: RuleKind, truth: Truth) -> State:
    """The outcome word: a missed soft clause is near, a met mixed one goes to a reviewer."""
    if truth is None:
        return State.CANNOT_TELL
    if truth:
        return State.BY_HAND if kind is RuleKind.MIXED else State.MET
    return State.NEAR if kind is RuleKind.SOFT else State.NOT_MET
