"""The values clauses compare with: which there are, and what lies around one of them.

A threshold is known by its key, as in a scenario: 1.4, or 2.1/2 for one side of a clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from rulebook import conditions
from rulebook.rules import Rule, RuleSet
from rulebook.scenario import MOST_DECIMALS, Key, range_of, tests_of

POINTS: Final = 41
COMPARED: Final = (
    conditions.Figure, conditions.Ratio, conditions.Growth, conditions.Count, conditions.Roster,
    conditions.NotCollected,
)  # fmt: skip
COUNTED: Final = frozenset({"enterprise", "person", "patent", "piece", "item", "place"})


def thresholds(rule_set: RuleSet) -> dict[str, conditions.Bound]:
    """Every value that can be changed by itself, by key: clause, or clause and side."""
    found: dict[str, conditions.Bound] = {}
    for rule in rule_set.computed:
        for path, fact in _facts(rule.condition, ()):
            found[str(Key(rule.clause, path))] = fact
    return found


def _facts(
    condition: conditions.Condition | None, path: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], conditions.Bound]]:
    if isinstance(condition, conditions.AnyOf | conditions.AllOf | conditions.AtLeast):
        for number, part in enumerate(condition.parts, start=1):
            yield from _facts(part, (*path, number))
    elif isinstance(condition, conditions.Prefer):
        yield from _facts(condition.otherwise, path)
    elif isinstance(condition, COMPARED):
        yield path, condition.bound


def moved(rule: Rule, key: str, value: Fraction) -> Rule:
    """The clause with another value at a key of `thresholds`, everything else as it is."""
    assert rule.condition is not None, "a clause that people judge has no threshold"
    return replace(rule, condition=_moved(rule.condition, Key.read(key).parts, value))


def _moved(condition: conditions.Condition, path: tuple[int, ...], value: Fraction) -> conditions.Condition:
    if isinstance(condition, conditions.Prefer):
        return replace(
            condition, first=_moved(condition.first, path, value), otherwise=_moved(condition.otherwise, path, value)
        )
    if isinstance(condition, conditions.AnyOf | conditions.AllOf | conditions.AtLeast) and path:
        parts = list(condition.parts)
        parts[path[0] - 1] = _moved(parts[path[0] - 1], path[1:], value)
        return replace(condition, parts=tuple(parts))
    if isinstance(condition, COMPARED):
        return replace(condition, bound=conditions.Bound(condition.bound.comparator, value))
    return condition


def along(rule_set: RuleSet, key: str, points: int = POINTS) -> list[Fraction]:
    """Values around a threshold in round steps inside its range, the threshold among them."""
    rule = rule_set.by_clause[Key.read(key).clause]
    bound = thresholds(rule_set)[key].value
    clause = next(one for one in rule_set.content["rules"] if one["clause"] == rule.clause)
    test = tests_of(rule, clause, Key.read(key))[0]
    low, high = range_of(test)
    is_count = (rule.unit_code or "") in COUNTED
    step = _round_step(abs(bound) / (points - 1) or Fraction(1, points - 1), least=1 if is_count else None)
    half = points // 2
    found = [bound + step * i for i in range(-half, points - half)]
    top = None if high is None else Fraction(high)
    above_all = "growth" in test  # -100 % itself is no bound
    return [v for v in found if (v > low if above_all else v >= low) and (top is None or v <= top)]


def _round_step(least_wanted: Fraction, least: int | None) -> Fraction:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below what is wanted."""
    power = Fraction(1, 10**MOST_DECIMALS)
    while True:
        for factor in (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5)):
            step = factor * power
            whole_enough = least is None or (step >= least and step.denominator == 1)
            if step >= least_wanted and whole_enough:
                return step
        power *= 10
