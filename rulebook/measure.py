"""The figures behind a verdict for one application: compared value, gap, year by year, reasons.

Verdicts are made by `evaluate`; this only measures, exactly, what they were made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from rulebook.conditions import (
    DOWNWARD,
    LATEST,
    THREE_YEARS,
    Bound,
    Condition,
    Count,
    Figure,
    Growth,
    NotCollected,
    Ratio,
    Trend,
    cells,
)
from rulebook.exact import Exact, Root, ending, gap_text, growth_rate, text
from rulebook.operators import Cell
from rulebook.rules import Reason, State, YearFinding

Figures = Mapping[Cell, Fraction]


@dataclass(slots=True)
class Measured:
    """Value compared (None where there is none), gap, years and what is missing."""

    value: str | None = None
    gap: str | None = None
    by_year: dict[str, YearFinding] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    @classmethod
    def of(cls, number: Exact, bound: Bound, reasons: list[Reason]) -> Measured:
        """One number against the bound."""
        return cls(text(number, bound.value), gap_to(bound, number), reasons=reasons)


def measure(condition: Condition, figures: Figures, call_year: int, state: State) -> Measured:
    """Measure one condition. A clause that cannot be told has no compared value."""
    match condition:
        case Figure(code, years, bound):
            yearly: dict[int, Exact | None] = {o: figures.get((code, o)) for o in _offsets(years)}
            found = _yearly(years, yearly, bound, call_year, state)
        case Ratio(code, of, years, bound, times):
            yearly = {o: _ratio(figures.get((code, o)), figures.get((of, o)), times) for o in _offsets(years)}
            found = _yearly(years, yearly, bound, call_year, state)
        case Growth():
            found = _growth(condition, figures, call_year, state)
        case Count():
            found = _count(condition, figures, state)
        case Trend(code, _, reading):
            offsets = (3, 1) if reading == "overall" else THREE_YEARS
            found = Measured(by_year=_plain_years(code, offsets, figures, call_year))
        case NotCollected(zh, en, _):
            found = Measured(reasons=[Reason("not_collected", {"zh": zh, "en": en})])
        case _:
            found = Measured()
    if state is State.CANNOT_TELL:
        found.reasons.extend(_lacking(condition, figures, call_year))
    return found


def _offsets(years: str) -> tuple[int, ...]:
    return (LATEST,) if years == "latest" else THREE_YEARS


def _ratio(part: Fraction | None, whole: Fraction | None, times: int) -> Exact | None:
    return None if part is None or whole is None or whole <= 0 else part * times / whole


def holds(bound: Bound, number: Exact) -> bool:
    """Whether one year's figure meets the bound."""
    if isinstance(number, Root):
        above = number.above(bound.value)
        return above if bound.comparator in ("at_least", "more_than") else not above and bound.comparator != "equals"
    match bound.comparator:
        case "at_least":
            return number >= bound.value
        case "more_than":
            return number > bound.value
        case "at_most":
            return number <= bound.value
        case "less_than":
            return number < bound.value
        case _:
            return number == bound.value


def gap_to(bound: Bound, number: Exact) -> str:
    return gap_text(number, bound.value, downward=bound.comparator in DOWNWARD, either_way=bound.comparator == "equals")


def _yearly(years: str, yearly: Mapping[int, Exact | None], bound: Bound, call_year: int, state: State) -> Measured:
    """A figure or ratio of one year, of each of three, or their mean."""
    judged = years not in ("mean", "sum")
    found = Measured()
    for offset, number in yearly.items():
        if number is None:
            found.by_year[str(call_year - offset)] = YearFinding(None, str(State.CANNOT_TELL) if judged else None)
            continue
        verdict = str(State.MET if holds(bound, number) else State.NOT_MET) if judged else None
        gap = gap_to(bound, number) if judged else None
        found.by_year[str(call_year - offset)] = YearFinding(text(number, bound.value), verdict, gap)
    known = [number for number in yearly.values() if isinstance(number, Fraction)]
    if state is State.CANNOT_TELL or not known:
        return found
    if years in ("mean", "sum"):
        compared = sum(known, Fraction(0)) / (len(known) if years == "mean" else 1)
    elif bound.comparator == "equals":
        compared = max(known, key=lambda number: abs(number - bound.value))
    else:
        compared = max(known) if bound.comparator in DOWNWARD else min(known)
    found.value, found.gap = text(compared, bound.value), gap_to(bound, compared)
    return found


def _growth(fact: Growth, figures: Figures, call_year: int, state: State) -> Measured:
    found = Measured(by_year=_plain_years(fact.code, fact.offsets, figures, call_year))
    known = [figures[cell] for offset in fact.offsets if (cell := (fact.code, offset)) in figures]
    if state is State.CANNOT_TELL or len(known) < len(fact.offsets):
        return found
    rate: Exact
    if fact.method == "mean_of_rates":
        first, middle, last = known
        rate = (middle / first + last / middle) / 2 - 1
    elif known[-1] < 0:
        return found  # a negative last year has no root; the verdict needs none
    else:
        rate = growth_rate(known[0], known[-1], fact.offsets[0] - fact.offsets[-1])
    found.value, found.gap = text(rate, fact.bound.value), gap_to(fact.bound, rate)
    return found


def _count(fact: Count, figures: Figures, state: State) -> Measured:
    """Several counts: their total where it is certain, else the limits it lies between."""
    known = [figures[cell] for code in fact.codes if (cell := (code, LATEST)) in figures]
    if not known:
        return Measured()
    total = sum(known, Fraction(0))
    least = total if fact.distinct == "sum" else max(known)
    everything_known = len(known) == len(fact.codes)
    if everything_known and least == total:
        if state is State.CANNOT_TELL:
            return Measured()
        return Measured(text(total, fact.bound.value), gap_to(fact.bound, total))
    most = (ending(total) or "") if everything_known else ""
    return Measured(reasons=[Reason("between", {"low": ending(least) or "", "high": most})])


def _plain_years(code: str, offsets: tuple[int, ...], figures: Figures, call_year: int) -> dict[str, YearFinding]:
    years = {}
    for offset in offsets:
        number = figures.get((code, offset))
        years[str(call_year - offset)] = YearFinding(None if number is None else ending(number))
    return years


def _lacking(condition: Condition, figures: Figures, call_year: int) -> list[Reason]:
    """The missing figures and the bases of 0 or less that keep a clause from being told."""
    reasons = [
        Reason("missing", {"indicator": code, "year": str(call_year - offset)})
        for code, offset in cells(condition)
        if (code, offset) not in figures
    ]
    for code, offset in _bases(condition):
        number = figures.get((code, offset))
        if number is not None and number <= 0:
            params = {"indicator": code, "year": str(call_year - offset), "value": ending(number) or ""}
            reasons.append(Reason("base_not_positive", params))
    return reasons


def _bases(condition: Condition) -> tuple[Cell, ...]:
    match condition:
        case Ratio(_, of, years, _, _):
            return tuple((of, offset) for offset in _offsets(years))
        case Growth(code, _, _):
            return tuple((code, offset) for offset in condition.offsets[:-1])
        case _:
            return ()
