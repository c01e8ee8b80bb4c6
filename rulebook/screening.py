"""Figures of one application to findings, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from rulebook.columns import Columns
from rulebook.conditions import AllOf, AnyOf, Condition, Count, Figure, Growth, NotCollected, Ratio
from rulebook.evaluate import states_of
from rulebook.exact import ending
from rulebook.measure import Figures, measure
from rulebook.operators import Cell
from rulebook.rules import STATES, Finding, Reason, Rule, RuleKind, RuleSet, State, YearFinding


def screen(rule_set: RuleSet, figures: Mapping[tuple[str, int], Decimal], call_year: int) -> list[Finding]:
    """A finding per clause, in the order of the rule set. `figures`: (indicator, calendar year) to value."""
    read = {
        (code, call_year - offset): value
        for code, offset in rule_set.cells
        if (value := figures.get((code, call_year - offset))) is not None
    }
    columns = Columns.of_one(read, call_year)
    exact = {(code, call_year - year): Fraction(value) for (code, year), value in read.items()}
    return [_finding(rule, columns, exact, call_year) for rule in rule_set.rules]


def _finding(rule: Rule, columns: Columns, figures: Figures, call_year: int) -> Finding:
    state = STATES[int(states_of(rule, columns)[0])]
    unit = rule.unit_code
    inputs = _inputs(rule.cells, figures, call_year)
    if rule.condition is None:
        return Finding(rule.clause, state)
    if isinstance(rule.condition, AnyOf | AllOf):
        parts = tuple(_part(rule, i, columns, figures, call_year) for i in range(len(rule.condition.parts)))
        return Finding(rule.clause, state, unit=unit, inputs=inputs, parts=parts)
    required, strict = _bound(rule.condition)
    flag = None if rule.when is None else figures.get((rule.when, 1))
    if rule.when is not None and not flag:  # missing or 0: nothing is compared
        missing = Reason("missing", {"indicator": rule.when, "year": str(call_year - 1)})
        reasons = (missing,) if flag is None else ()
        return Finding(rule.clause, state, None, required, strict, None, unit, {}, inputs, reasons)
    found = measure(rule.condition, figures, call_year, state)
    if rule.kind is RuleKind.SOFT:
        found.by_year = {year: _softened(one) for year, one in found.by_year.items()}
    return Finding(
        rule.clause, state, found.value, required, strict, found.gap, unit, found.by_year, inputs, tuple(found.reasons)
    )


def _part(rule: Rule, index: int, columns: Columns, figures: Figures, call_year: int) -> Finding:
    """One side of an OR or AND, measured for itself."""
    assert isinstance(rule.condition, AnyOf | AllOf)
    condition = rule.condition.parts[index]
    exact = not (columns.whole and rule.fits_int64)
    state = STATES[int(rule.part_logics[index].states(columns, exact=exact)[0])]
    required, strict = _bound(condition)
    found = measure(condition, figures, call_year, state)
    return Finding(
        f"{rule.clause}/{index + 1}",
        state,
        found.value,
        required,
        strict,
        found.gap,
        rule.unit_code,
        found.by_year,
        {},
        tuple(found.reasons),
    )


def _softened(one: YearFinding) -> YearFinding:
    return replace(one, state=str(State.NEAR)) if one.state == State.NOT_MET else one


def _bound(condition: Condition) -> tuple[str | None, bool | None]:
    if isinstance(condition, Figure | Ratio | Growth | Count | NotCollected):
        return ending(condition.bound.value), condition.bound.strict
    return None, None


def _inputs(cells: tuple[Cell, ...], figures: Figures, call_year: int) -> dict[str, dict[str, str | None]]:
    """Every figure the clause looked at, by indicator and year; None where it is missing."""
    read: dict[str, dict[str, str | None]] = {}
    for code, offset in cells:
        number = figures.get((code, offset))
        read.setdefault(code, {})[str(call_year - offset)] = None if number is None else ending(number)
    return read
