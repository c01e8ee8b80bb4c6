"""Figures of one application to findings, clause by clause.

Besides the figures a finding may depend on the place (what a region asks instead), on waivers,
and on a list of enterprises with the day of submission; whoever stores findings stores those too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from rulebook.columns import Columns
from rulebook.conditions import Condition, Count, Figure, Group, Growth, NotCollected, Ratio
from rulebook.conditions import Roster as RosterFact
from rulebook.evaluate import before_waivers, waived
from rulebook.exact import ending
from rulebook.measure import Figures, Measured, measure
from rulebook.operators import Cell, Either, Enough, Every, Logic, Negated, Preferred
from rulebook.roster import Enterprise, count, counted_on
from rulebook.rules import STATES, Finding, Reason, Rule, RuleKind, RuleSet, State, YearFinding
from rulebook.units import unit_of
from rulebook.waivers import Waiver

Inputs = dict[str, dict[str, str | None]]  # indicator to calendar year to value
WITH_PARTS = Every | Either | Enough | Negated | Preferred


def screen(
    rule_set: RuleSet,
    figures: Mapping[tuple[str, int], Decimal],
    call_year: int,
    *,
    place: str = "",
    waivers: Sequence[Waiver] = (),
    roster: Sequence[Enterprise] | None = None,
    submitted_on: date | None = None,
) -> list[Finding]:
    """A finding per clause, in the order of the rule set. `figures`: (indicator, calendar year) to value.

    `place` is the code of the province-level authority, "" where the general clauses hold. A waiver
    of a clause that the rule set does not have changes nothing. Without a `roster` what is counted
    from one cannot be told; the same holds for a count on the day of submission while there is none.
    """
    read = {
        (code, call_year - offset): value
        for code, offset in rule_set.cells
        if (value := figures.get((code, call_year - offset))) is not None
    }
    columns = Columns.of_one(read, call_year)
    columns.places = np.array([place]) if place else None
    for fact in rule_set.rosters if roster is not None else ():
        day = counted_on(fact, call_year, submitted_on)
        if day is not None:
            columns.keep_count(fact.cell, np.array([count(roster or (), fact, day)], dtype=np.int64))
    one = _One(columns, {(code, call_year - year): Fraction(value) for (code, year), value in read.items()}, call_year)
    one.submitted_on, one.has_roster = submitted_on, roster is not None
    by_clause = {waiver.clause: waiver for waiver in reversed(waivers)}
    return [one.finding(rule, place, by_clause.get(rule.clause)) for rule in rule_set.rules]


@dataclass(slots=True)
class _One:
    """The application being screened."""

    columns: Columns
    figures: Figures
    call_year: int
    submitted_on: date | None = None
    has_roster: bool = False

    def finding(self, rule: Rule, place: str, waiver: Waiver | None) -> Finding:
        """What one clause says, with the place and the waiver that were part of it."""
        states = before_waivers(rule, self.columns)
        here = rule.in_place(place)
        found = self._judged(here, STATES[int(states[0])])
        if here is not rule:
            name = here.regions[0].name
            told = Reason("region", {"place": place, "zh": name.zh, "en": name.en})
            found = replace(found, reasons=(*found.reasons, told))
        if waiver is None:
            return found
        state = STATES[int(waived(states, np.array([True]))[0])]
        if state is not State.WAIVED:
            return found
        by = {"authority": waiver.authority, "reason": waiver.reason, "document": waiver.document}
        return replace(found, state=state, reasons=(*found.reasons, Reason("waived", by)))

    def _judged(self, rule: Rule, state: State) -> Finding:
        """The finding before any waiver; `rule` is the clause as it is asked here."""
        condition, logic = rule.condition, rule.logic
        if condition is None or logic is None:
            return Finding(rule.clause, state, reasons=(Reason("open"),) if rule.kind is RuleKind.OPEN else ())
        inputs = self._inputs(rule.cells)
        flag = None if rule.when is None else self.figures.get((rule.when, 1))
        if rule.when is not None and not flag:  # missing or 0: nothing is compared
            missing = Reason("missing", {"indicator": rule.when, "year": str(self.call_year - 1)})
            required, strict = _bound(condition)
            reasons = (missing,) if flag is None else ()
            return Finding(rule.clause, state, None, required, strict, None, rule.unit_code, {}, inputs, reasons)
        exact = not (self.columns.whole and rule.fits_int64)
        found = self._measured(rule.clause, condition, logic, state, rule.unit_code, exact, inputs)
        if rule.kind is RuleKind.SOFT and found.by_year:
            found = replace(found, by_year={year: _softened(one) for year, one in found.by_year.items()})
        return found

    def _measured(
        self,
        clause: str,
        condition: Condition,
        logic: Logic,
        state: State,
        unit: str | None,
        exact: bool,
        inputs: Inputs,
    ) -> Finding:
        """What a condition was made from; of a group each part for itself, numbered 2.1/1, 2.1/1/2."""
        if isinstance(condition, Group):
            assert isinstance(logic, WITH_PARTS)
            parts = tuple(
                self._part(f"{clause}/{i}", part, of_part, unit, exact)
                for i, (part, of_part) in enumerate(zip(condition.parts, logic.parts, strict=True), start=1)
            )
            return Finding(clause, state, unit=unit, inputs=inputs, parts=parts)
        required, strict = _bound(condition)
        found = self._roster(condition, state) or measure(condition, self.figures, self.call_year, state)
        reasons = tuple(found.reasons)
        return Finding(clause, state, found.value, required, strict, found.gap, unit, found.by_year, inputs, reasons)

    def _part(self, clause: str, condition: Condition, logic: Logic, unit: str | None, exact: bool) -> Finding:
        state = STATES[int(logic.states(self.columns, exact=exact)[0])]
        return self._measured(clause, condition, logic, state, unit_of(condition) or unit, exact, {})

    def _roster(self, fact: Condition, state: State) -> Measured | None:
        """The enterprises counted and the day; without a list or a day, which of them is missing."""
        if not isinstance(fact, RosterFact):
            return None
        day = counted_on(fact, self.call_year, self.submitted_on)
        if not self.has_roster:
            return Measured(reasons=[Reason("no_roster")])
        if day is None:
            return Measured(reasons=[Reason("not_submitted")])
        counted = Fraction(int(self.columns.values(fact.cell, exact=False)[0]))
        return Measured.of(counted, fact.bound, [Reason("counted_on", {"date": day.isoformat()})])

    def _inputs(self, cells: tuple[Cell, ...]) -> Inputs:
        """Every figure the clause looked at, by indicator and year; None where it is missing."""
        read: Inputs = {}
        for code, offset in cells:
            number = self.figures.get((code, offset))
            read.setdefault(code, {})[str(self.call_year - offset)] = None if number is None else ending(number)
        return read


def _softened(one: YearFinding) -> YearFinding:
    return replace(one, state=str(State.NEAR)) if one.state == State.NOT_MET else one


def _bound(condition: Condition) -> tuple[str | None, bool | None]:
    if isinstance(condition, Figure | Ratio | Growth | Count | NotCollected | RosterFact):
        return ending(condition.bound.value), condition.bound.strict
    return None, None
