"""What it would take: the smallest change of one figure that meets a clause, exact, judged by the engine.

Every comparison of a clause is a polynomial in one figure when the others stay as they are, so its
verdict changes only beside that polynomial's roots. The catalogue's steps beside the roots are the
candidates, the engine itself judges them all in one column, and the nearest that meets the clause
is the answer: one step less does not meet it. This holds for whatever a rule file combines.

Clauses share figures: a change says which of the others, met today, would no longer be met with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import starmap
from types import MappingProxyType
from typing import Final

from rulebook.catalogue import INDICATORS
from rulebook.columns import scaled
from rulebook.conditions import LATEST
from rulebook.evaluate import states_of
from rulebook.numbers import EXACT
from rulebook.operators import MET, NOT_MET, Cell, Comparison, Either, Enough, Every, Logic, Negated, Preferred
from rulebook.roots import turns_along
from rulebook.rules import CODE_OF, Rule, State
from rulebook.variants import Changes, Told

Figures = Mapping[Cell, Decimal]

_GOOD: Final = frozenset({MET, CODE_OF[State.BY_HAND]})  # the computed part of a mixed clause is met
_BAD: Final = frozenset({NOT_MET, CODE_OF[State.NEAR]})
_AS_TOLD: Final[Changes] = MappingProxyType({})
ROUNDS: Final = 4  # over the years of a trend, whose comparisons share figures


@dataclass(frozen=True, slots=True)
class Change:
    """One figure, from what it is to the nearest value that changes the answer; in the catalogue's unit."""

    indicator: str
    year: int
    offset: int  # years before the call
    before: Decimal
    after: Decimal
    breaks: tuple[Rule, ...] = ()  # what is met now and would not be any more

    @property
    def cell(self) -> Cell:
        """The figure as the engine knows it."""
        return self.indicator, self.offset

    @property
    def is_past(self) -> bool:
        """Whether the figure is of a year before the last one: it can be corrected, not improved."""
        return self.offset > LATEST

    @property
    def by(self) -> Decimal:
        """How much more (or less, below 0)."""
        return EXACT.subtract(self.after, self.before)

    @property
    def relative(self) -> tuple[int, Fraction]:
        """The size of the change to compare changes by: in parts of what is there, else (from 0) in itself."""
        size = abs(Fraction(self.by))
        return (0, size / abs(Fraction(self.before))) if self.before else (1, size)


@dataclass(frozen=True, slots=True)
class Fill:
    """A missing figure, and between which values (`low`, `high`, either open) it does what is needed.

    `is_enough`: the clause is met with it alone; else it is one of several things needed.
    """

    indicator: str
    year: int
    is_enough: bool = False
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Remedies:
    """What would meet one clause; all empty where figures alone cannot, or nothing is lacking.

    `alone`: each by itself, the one to think of first in front (`_size`). `together`: no figure suffices
    alone, all of these do, with what `fill` names beside them. `fill` alone: what is missing to tell.
    `check`: bases of 0 or less.
    """

    clause: str
    alone: tuple[Change, ...] = ()
    together: tuple[Change, ...] = ()
    fill: tuple[Fill, ...] = ()
    check: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.alone or self.together or self.fill or self.check)


@dataclass(frozen=True, slots=True)
class Beside:
    """The other clauses as they are asked in the place, and every figure they read."""

    rules: tuple[Rule, ...]
    figures: Figures


NOTHING_BESIDE: Final = Beside((), MappingProxyType({}))


def remedies(
    rule: Rule, figures: Figures, call_year: int, *, place: str = "", beside: Beside = NOTHING_BESIDE
) -> Remedies:
    """What would meet the clause for these figures, by indicator and years before the call.

    `place` is the division code of the province-level authority, for clauses it overrides. A count
    from a list of enterprises is a figure under the name of its question (conditions.Roster.cell).
    Each change names the clauses `beside` that it would break.
    """
    if not rule.is_computed:
        return Remedies(rule.clause)
    case = _Case.of(rule.in_place(place), figures, call_year)
    state = case.state({})
    if state in _BAD:
        return _weighed(case.mended(), beside, call_year)
    return _weighed(case.filled(), beside, call_year) if state == CODE_OF[State.CANNOT_TELL] else Remedies(rule.clause)


def _weighed(found: Remedies, beside: Beside, call_year: int) -> Remedies:
    """The same, with what each way would break among the other clauses; ways that break nothing first."""
    ways: list[tuple[Change, ...]] = [(one,) for one in found.alone] or [found.together]
    broken: list[list[Rule]] = [[] for _ in ways]
    for rule in beside.rules:
        touched = [i for i, way in enumerate(ways) if any(one.cell in rule.cells for one in way)]
        if not touched or rule.clause == found.clause:
            continue
        case = _Case.of(rule, beside.figures, call_year)
        now, *then = case.states([{}, *(case.scaled(ways[i]) for i in touched)])
        for i, state in zip(touched, then, strict=True):
            if now in _GOOD and state not in _GOOD:
                broken[i].append(rule)
    said = [
        tuple(replace(one, breaks=tuple(rule for rule in rules if one.cell in rule.cells)) for one in way)
        for way, rules in zip(ways, broken, strict=True)
    ]
    if found.alone:
        return replace(found, alone=tuple(sorted((way[0] for way in said), key=_size)))
    return replace(found, together=said[0])


def undoing(rule: Rule, figures: Figures, call_year: int, *, place: str = "") -> tuple[Change, ...]:
    """The smallest changes of one figure with which a met clause would no longer be met."""
    if not rule.is_computed:
        return ()
    case = _Case.of(rule.in_place(place), figures, call_year)
    return case.nearest(_BAD) if case.state({}) in _GOOD else ()


@dataclass(frozen=True, slots=True)
class _Case:
    """One clause and the figures of one application."""

    rule: Rule
    logic: Logic
    call_year: int
    told: Told
    cells: tuple[Cell, ...]  # what the clause compares; the answer whether it applies is not among them

    @classmethod
    def of(cls, rule: Rule, figures: Figures, call_year: int) -> _Case:
        assert rule.logic is not None
        compared = tuple(dict.fromkeys(cell for one in rule.comparisons for cell in one.cells))
        told = Told.of(figures, dict.fromkeys((*rule.cells, *compared)))
        return cls(rule, rule.logic, call_year, told, compared)

    def states(self, changes: Sequence[Changes], part: Logic | None = None) -> list[int]:
        """The engine's verdict on the clause (or on a part of it) for each set of changes."""
        columns = self.told.varied(changes)
        if part is None:
            return [int(code) for code in states_of(self.rule, columns)]
        return [int(code) for code in part.states(columns, exact=not (columns.whole and self.rule.fits_int64))]

    def state(self, changes: Changes, part: Logic | None = None) -> int:
        return self.states([changes], part)[0]

    def scaled(self, way: Iterable[Change]) -> Changes:
        """Changes of figures as this clause reads them."""
        return {
            one.cell: scaled(one.after, self.told.scales[one.indicator]) for one in way if one.cell in self.rule.cells
        }

    def mended(self) -> Remedies:
        """An unmet clause: figures that suffice alone, else those that do together."""
        alone = self.nearest(_GOOD)
        if alone:
            return Remedies(self.rule.clause, alone)
        changed = self._together()
        told = sorted((cell for cell in changed if cell in self.told.figures), key=lambda cell: -cell[1])
        together = tuple(self._change(cell, changed[cell]) for cell in told)
        missing = [cell for cell in changed if cell not in self.told.figures]
        others = [{one: number for one, number in changed.items() if one != cell} for cell in missing]
        fill = tuple(replace(self._fill(*one), is_enough=False) for one in zip(missing, others, strict=True))
        return Remedies(self.rule.clause, (), together, fill)

    def filled(self) -> Remedies:
        """A clause that cannot be told: what is missing, what cannot be a base, or what would make it certain."""
        missing = [cell for cell in self.rule.cells if cell not in self.told.figures]
        bases = dict.fromkeys(cell for comparison in self.rule.comparisons for cell in comparison.positive)
        check = tuple((code, self.call_year - o) for code, o in bases if self.told.figures.get((code, o), 1) <= 0)
        if missing or check:
            return Remedies(self.rule.clause, fill=tuple(self._fill(cell) for cell in missing), check=check)
        return Remedies(self.rule.clause, self.nearest(_GOOD))

    def nearest(self, wanted: frozenset[int]) -> tuple[Change, ...]:
        """For each figure its nearest value with one of those verdicts."""
        found = self._nearest(wanted, self.cells, {}, None, self.rule.comparisons)
        return tuple(sorted(starmap(self._change, found.items()), key=_size))

    def _nearest(
        self,
        wanted: frozenset[int],
        cells: Iterable[Cell],
        changed: Changes,
        part: Logic | None,
        comparisons: Iterable[Comparison],
        *,
        fill: bool = False,
    ) -> dict[Cell, int]:
        """The value of each figure nearest to what was told, while `changed` stand too.

        With `fill` also of those that are missing: the lowest that does.
        """
        now, told = {**self.told.figures, **changed}, self.told.figures
        tried = [
            (cell, number)
            for cell in cells
            if cell in told or (fill and cell[0] in INDICATORS)
            for number in self._candidates(cell, now, comparisons, told.get(cell))
        ]
        states = self.states([{**changed, cell: number} for cell, number in tried], part) if tried else []
        found: dict[Cell, int] = {}
        for (cell, number), state in zip(tried, states, strict=True):
            here = told.get(cell, 0)
            if state in wanted and (cell not in found or abs(number - here) < abs(found[cell] - here)):
                found[cell] = number
        return found

    def _candidates(
        self, cell: Cell, figures: Mapping[Cell, int], comparisons: Iterable[Comparison], before: int | None
    ) -> list[int]:
        """The steps of a figure beside which a verdict may change, inside the catalogue's range, in order."""
        low, high, step = self.told.steps(cell[0])
        turns = turns_along(cell, figures, self.told.scales, comparisons, high)
        if before is not None:
            turns.add(before)
        beside = {low, high}
        for turn in turns:
            below = turn // step * step
            beside |= {below, below + step}
        return sorted(number for number in beside if low <= number <= high and number != before)

    def _change(self, cell: Cell, after: int) -> Change:
        code, offset = cell
        before = self.told.value(code, self.told.figures[cell])
        return Change(code, self.call_year - offset, offset, before, self.told.value(code, after))

    def _together(self) -> Changes:
        """Several figures that meet the clause together, none of them one step larger than it must be."""
        changed = self._meet(self.logic, {})
        if changed is None or self.state(changed) not in _GOOD:
            return {}
        tightened = self._tightened(changed)
        while tightened != changed:  # the years of a trend give each other room; every round makes one smaller
            changed, tightened = tightened, self._tightened(tightened)
        return changed

    def _tightened(self, changed: Changes) -> Changes:
        """Each figure as near to what was told as the others allow, or left as it was."""
        for cell in sorted(changed, key=lambda cell: -cell[1]):
            others = {one: number for one, number in changed.items() if one != cell}
            least = self._nearest(_GOOD, (cell,), others, None, self.rule.comparisons, fill=True)
            changed = others if self.state(others) in _GOOD else {**others, **least}
        return changed

    def _meet(self, logic: Logic, changed: Changes) -> Changes | None:
        """The changes with which a part of the clause is met, one figure after the other; None if none do."""
        if self.state(changed, logic) == MET:
            return changed
        compared = tuple(logic.comparisons())
        cells = dict.fromkeys(cell for one in compared for cell in one.cells)
        single = self._nearest(frozenset({MET}), cells, changed, logic, compared, fill=True)
        if single:
            told = {cell: number for cell, number in single.items() if cell in self.told.figures}
            cell = min(told, key=lambda cell: _size(self._change(cell, told[cell]))) if told else next(iter(single))
            return {**changed, cell: single[cell]}
        match logic:
            case Every(parts):
                return self._meet_every(parts, changed)
            case Either(parts) | Enough(1, parts):
                return min(self._ways(parts, changed), key=self._cost, default=None)
            case Enough(_, parts):
                return self._meet_enough(logic, parts, changed)
            case Preferred():
                return next(iter(self._ways(logic.parts, changed)), None)
            case Negated(Every(parts)):
                return self._meet(Either(tuple(Negated(part) for part in parts)), changed)
            case Negated(Either(parts)):
                return self._meet(Every(tuple(Negated(part) for part in parts)), changed)
        return None

    def _ways(self, parts: Iterable[Logic], changed: Changes) -> list[Changes]:
        return [way for part in parts if (way := self._meet(part, changed)) is not None]

    def _meet_every(self, parts: Sequence[Logic], changed: Changes) -> Changes | None:
        """Part after part; again where one undid another, as the years of a trend do."""
        for _ in range(ROUNDS):
            for part in parts:
                met = self._meet(part, changed)
                if met is None:
                    return None
                changed = met
            if all(self.state(changed, part) == MET for part in parts):
                return changed
        return None

    def _meet_enough(self, enough: Logic, parts: Sequence[Logic], changed: Changes) -> Changes | None:
        """The parts that cost least, until there are enough."""
        for way in sorted(self._ways(parts, changed), key=self._cost):
            changed = {**changed, **way}
            if self.state(changed, enough) == MET:
                return changed
        return None

    def _cost(self, changed: Changes) -> tuple[int, Fraction]:
        told = ((cell, number) for cell, number in changed.items() if cell in self.told.figures)
        sizes = [self._change(cell, number).relative for cell, number in told]
        return max((rank for rank, _ in sizes), default=0), sum((size for _, size in sizes), Fraction(0))

    def _fill(self, cell: Cell, changed: Changes = _AS_TOLD) -> Fill:
        """A missing figure, and the values with which it would meet the clause while `changed` stand."""
        (code, offset), value = cell, self.told.value
        numbers = self._candidates(cell, {**self.told.figures, **changed}, self.rule.comparisons, None)
        states = self.states([{**changed, cell: number} for number in numbers])
        good = [number for number, state in zip(numbers, states, strict=True) if state in _GOOD]
        if not good or cell not in self.cells or _has_holes(numbers, good):
            return Fill(code, self.call_year - offset)
        low = None if good[0] == numbers[0] else value(code, good[0])
        high = None if good[-1] == numbers[-1] else value(code, good[-1])
        return Fill(code, self.call_year - offset, True, low, high)


def _has_holes(numbers: list[int], good: list[int]) -> bool:
    first = numbers.index(good[0])
    return numbers[first : first + len(good)] != good


def _size(change: Change) -> tuple[bool, bool, bool, tuple[int, Fraction], int]:
    """What can still be improved first, what breaks no other clause, more before less, then in proportion.

    Last in the catalogue's order.

    A share is reached by adding to the part or by taking from the whole; nobody is told to make less first.
    """
    indicator = INDICATORS.get(change.indicator)
    order = indicator.order if indicator else len(INDICATORS)
    return change.is_past, bool(change.breaks), change.by < 0, change.relative, order
