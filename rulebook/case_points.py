"""Figures just below, exactly on and just above what a condition asks, and figures that are missing.

Each point says whether the condition holds there, from the side of the bound it was put on and
from the comparator's meaning: the engine that makes verdicts is not asked (rulebook.cases runs
the points through it). Steps are the smallest the catalogue keeps of an indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

from rulebook.catalogue import INDICATORS, Kind
from rulebook.conditions import (
    DOWNWARD,
    LATEST,
    THREE_YEARS,
    AllOf,
    AnyOf,
    AtLeast,
    Bound,
    Condition,
    Count,
    Figure,
    Growth,
    Not,
    NotCollected,
    Prefer,
    Ratio,
    Roster,
    Trend,
)
from rulebook.numbers import plain
from rulebook.operators import Cell

BELOW: Final = -1
ON: Final = 0
ABOVE: Final = 1
NAMES: Final = {BELOW: "below", ON: "on", ABOVE: "above"}

HOLDS: Final[dict[str, dict[int, bool]]] = {
    "at_least": {BELOW: False, ON: True, ABOVE: True},
    "more_than": {BELOW: False, ON: False, ABOVE: True},
    "at_most": {BELOW: True, ON: True, ABOVE: False},
    "less_than": {BELOW: True, ON: False, ABOVE: False},
    "equals": {BELOW: False, ON: True, ABOVE: False},
}

_ORDINARY: Final = {Kind.RATE: Fraction(3, 10), Kind.INTENSITY: Fraction(1), Kind.RATIO: Fraction(1)}

Truth = bool | None  # None: nobody can tell


@dataclass(frozen=True, slots=True)
class Point:
    """Figures and whether the condition holds there; a figure that is None must stay missing."""

    name: str
    figures: Mapping[Cell, Decimal | None]
    truth: Truth


def points(condition: Condition) -> list[Point]:
    """The points of a condition; none where its bound cannot be reached inside the catalogue."""
    match condition:
        case Figure():
            return list(_figure(condition))
        case Ratio():
            return list(_ratio(condition))
        case Growth():
            return list(_growth(condition))
        case Count():
            return list(_count(condition))
        case Trend():
            return list(_trend(condition))
        case NotCollected() | Roster():  # a case carries figures only, no list of enterprises
            return [Point("missing", {}, None)]
        case AnyOf(parts):
            return _combined(parts, 1)
        case AllOf(parts):
            return _combined(parts, len(parts))
        case AtLeast(n, parts):
            return _combined(parts, n)
        case Not(part):
            return [Point(one.name, one.figures, None if one.truth is None else not one.truth) for one in points(part)]
        case Prefer(first, otherwise):
            return list(_preferred(points(first), points(otherwise)))


def at_least(n: int, truths: Sequence[Truth]) -> Truth:
    """Holds when so many hold, fails when so many no longer can, whatever else is missing."""
    if truths.count(True) >= n:
        return True
    return None if truths.count(True) + truths.count(None) >= n else False


# ------------------------------------------------------------------ one figure on its grid


def _steps(code: str, number: Fraction) -> Fraction:
    """A figure in the smallest steps the catalogue keeps of it."""
    return number * int(10 ** INDICATORS[code].decimals)


def _figure_of(code: str, steps: int) -> Decimal:
    return Decimal(plain(Decimal(steps).scaleb(-INDICATORS[code].decimals)))


def _within(code: str, steps: int, times: int = 1) -> bool:
    low, high = INDICATORS[code].low, INDICATORS[code].high
    return _steps(code, Fraction(low)) * times <= steps <= _steps(code, Fraction(high)) * times


def _around(code: str, bound: Fraction, times: int = 1) -> dict[int, int]:
    """The nearest steps below, on and above an exact bound (in steps), as far as the catalogue allows.

    `times`: the steps are a sum of so many figures.
    """
    near = {BELOW: ceil(bound) - 1, ON: floor(bound), ABOVE: floor(bound) + 1}
    if bound.denominator != 1:
        del near[ON]
    return {side: steps for side, steps in near.items() if _within(code, steps, times)}


def _safe(comparator: str, sides: Mapping[int, int]) -> int | None:
    """The side a year stays on when it is not to decide: well inside what is asked."""
    order = (BELOW, ON, ABOVE) if comparator in DOWNWARD else (ABOVE, ON, BELOW)
    return next((side for side in order if side in sides and HOLDS[comparator][side]), None)


def _thirds(code: str, steps: int) -> tuple[int, int, int]:
    """Three different figures that make the sum, where the catalogue allows it."""
    third, rest = divmod(steps, 3)
    apart = (third + 1, third, third - 1 + rest)
    return apart if all(_within(code, one) for one in apart) else (third, third, third + rest)


# ------------------------------------------------------------------ figures and ratios


def _figure(fact: Figure) -> Iterator[Point]:
    def cells(steps: Mapping[int, int | None]) -> dict[Cell, Decimal | None]:
        return {(fact.code, o): None if n is None else _figure_of(fact.code, n) for o, n in steps.items()}

    bound = _steps(fact.code, fact.bound.value)
    yield from _over_years(fact.code, fact.years, fact.bound, bound, cells)


def _ratio(fact: Ratio) -> Iterator[Point]:
    """One base in every year, so that the part alone decides."""
    base, bound = _base(fact)

    def cells(steps: Mapping[int, int | None]) -> dict[Cell, Decimal | None]:
        found: dict[Cell, Decimal | None] = {}
        for offset, n in steps.items():
            found[fact.code, offset] = None if n is None else _figure_of(fact.code, n)
            found[fact.of, offset] = base
        return found

    made = list(_over_years(fact.code, fact.years, fact.bound, bound, cells))
    yield from made
    told = next((point for point in made if point.truth is not None), None)
    if told is not None and INDICATORS[fact.of].low <= 0:
        wholes = {(fact.of, offset): Decimal(0) for code, offset in told.figures if code == fact.of}
        yield Point("base_zero", {**told.figures, **wholes}, None)


def _base(fact: Ratio) -> tuple[Decimal, Fraction]:
    """A round base, and the part in steps that gives exactly the bound over it (if any base does)."""

    def bound(base: int) -> Fraction:
        return _steps(fact.code, fact.bound.value * base / fact.times)

    bases = [n for n in (100, 1000, 10, 1, 10_000, 100_000, 1_000_000) if n <= INDICATORS[fact.of].high]
    best = max(bases, key=lambda base: len(_around(fact.code, bound(base))))
    return Decimal(best), bound(best)


def _over_years(
    code: str,
    years: str,
    limit: Bound,
    bound: Fraction,
    cells: Callable[[Mapping[int, int | None]], dict[Cell, Decimal | None]],
) -> Iterator[Point]:
    """The points of a value that is read in the latest year, in each of three, or over all three."""
    holds = HOLDS[limit.comparator]
    if years == "latest":
        for side, steps in _around(code, bound).items():
            yield Point(NAMES[side], cells({LATEST: steps}), holds[side])
        yield Point("missing", cells({LATEST: None}), None)
    elif years == "each":
        yield from _each_year(_around(code, bound), limit, cells)
    else:
        for side, steps in _around(code, bound * 3 if years == "mean" else bound, times=3).items():
            spread = dict(zip(THREE_YEARS, _thirds(code, steps), strict=True))
            yield Point(NAMES[side], cells(spread), holds[side])
            if side == ABOVE:
                yield Point("missing", cells({**spread, 2: None}), None)


def _each_year(
    sides: Mapping[int, int], limit: Bound, cells: Callable[[Mapping[int, int | None]], dict[Cell, Decimal | None]]
) -> Iterator[Point]:
    """The oldest year goes to the bound while the others are safe; a year that is short decides alone."""
    holds, safe = HOLDS[limit.comparator], _safe(limit.comparator, sides)
    for side, steps in sides.items():
        others = side if side == ON or safe is None else safe
        yield Point(NAMES[side], cells({3: steps, 2: sides[others], 1: sides[others]}), holds[side])
        if not holds[side]:
            yield Point(f"{NAMES[side]}_others_missing", cells({3: steps, 2: None, 1: None}), False)
    if safe is not None:
        yield Point("missing", cells({3: sides[safe], 2: None, 1: sides[safe]}), None)


# ------------------------------------------------------------------ growth, counts, trends


def _growth(fact: Growth) -> Iterator[Point]:
    """A base from which the bound is hit exactly: 100 to 121 for 10 % over two intervals."""
    holds = HOLDS[fact.bound.comparator]
    earlier, last = max(_paths(fact), key=lambda path: len(_around(fact.code, path[1])))
    before = {(fact.code, o): _figure_of(fact.code, n) for o, n in zip(fact.offsets, earlier, strict=False)}
    end = (fact.code, fact.offsets[-1])
    sides = _around(fact.code, last)
    for side, steps in sides.items():
        yield Point(NAMES[side], {**before, end: _figure_of(fact.code, steps)}, holds[side])
    if sides:
        some = _figure_of(fact.code, next(iter(sides.values())))
        first = (fact.code, fact.offsets[0])
        yield Point("missing", {**before, first: None, end: some}, None)
        if INDICATORS[fact.code].low <= 0:
            yield Point("base_zero", {**before, first: Decimal(0), end: some}, None)


def _paths(fact: Growth) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """Figures before the last year in whole steps, and the last year that grows by exactly the bound."""
    growth = fact.bound.value
    intervals = fact.offsets[0] - fact.offsets[-1]
    whole = (1 + growth).denominator ** intervals
    for start in (100, whole, 1000, 10, 10_000, 1):
        first = _steps(fact.code, Fraction(start))
        if not _within(fact.code, floor(first)):
            continue
        if fact.method != "mean_of_rates":
            yield (floor(first),), first * (1 + growth) ** intervals
            continue
        # two different rates with that mean, so that the compound growth is another
        apart = growth if growth > 0 else Fraction(1, 10)
        middle = first * (1 + growth - apart)
        if middle > 0 and middle.denominator == 1:
            yield (floor(first), floor(middle)), middle * (1 + growth + apart)


def _count(fact: Count) -> Iterator[Point]:
    """`sum`: the total is split over all kinds. `bounds`: one kind alone, so that both limits agree."""
    holds, bound = HOLDS[fact.bound.comparator], fact.bound.value
    sides = _around(fact.codes[0], bound, len(fact.codes))

    def cells(counts: Sequence[int | None]) -> dict[Cell, Decimal | None]:
        return {(c, LATEST): None if n is None else Decimal(n) for c, n in zip(fact.codes, counts, strict=True)}

    for side, total in sides.items():
        yield Point(NAMES[side], cells(_split(total, len(fact.codes), fact.distinct == "sum")), holds[side])
    if fact.distinct == "bounds" and len(fact.codes) > 1 and BELOW in sides:
        each = sides[BELOW]
        most = each * len(fact.codes)
        side = ON if most == bound else ABOVE if most > bound else BELOW
        yield Point("between", cells([each] * len(fact.codes)), None if holds[side] else False)
    if bound > 0:
        nothing: list[int | None] = [None] * len(fact.codes)
        yield Point("missing", cells(nothing), None)
        if ABOVE in sides and len(fact.codes) > 1:
            yield Point("above_others_missing", cells([sides[ABOVE], *nothing[1:]]), holds[ABOVE])


def _split(total: int, kinds: int, spread: bool) -> list[int]:
    if not spread:
        return [total] + [0] * (kinds - 1)
    each, rest = divmod(total, kinds)
    return [each + (1 if i < rest else 0) for i in range(kinds)]


def _trend(fact: Trend) -> Iterator[Point]:
    """Equal, rising and falling figures; where each year counts, also a turn in the middle."""
    start = floor(_steps(fact.code, _ORDINARY.get(INDICATORS[fact.code].kind, Fraction(100))))
    offsets = (3, 1) if fact.reading == "overall" else THREE_YEARS

    def cells(*steps: int | None) -> dict[Cell, Decimal | None]:
        return {
            (fact.code, o): None if n is None else _figure_of(fact.code, start + n)
            for o, n in zip(THREE_YEARS, steps, strict=True)
            if o in offsets
        }

    yield Point("equal", cells(0, 0, 0), fact.rising)
    yield Point("rising", cells(0, 1, 2), fact.rising)
    yield Point("falling", cells(2, 1, 0), not fact.rising)
    if fact.reading != "overall":
        yield Point("turn", cells(1, 0, 2) if fact.rising else cells(2, 3, 1), False)
        yield Point("missing_between", cells(0, None, 1) if fact.rising else cells(1, None, 0), None)
    yield Point("missing", cells(0, 1, None) if fact.rising else cells(1, 0, None), None)


# ------------------------------------------------------------------ several conditions together


def _combined(parts: Sequence[Condition], n: int) -> list[Point]:
    """At least `n` of the parts: each decides in turn, n - 1 of the others hold and the rest do not."""
    listed = [points(part) for part in parts]
    found = []
    for i, side in enumerate(listed):
        others = [j for j in range(len(listed)) if j != i]
        for point in side:
            choices = [_first(listed[j], place < n - 1) for place, j in enumerate(others)]
            merged = _merged([[point], *choices])
            if merged is not None:
                found.append(Point(f"{i + 1}/{point.name}", merged[0], at_least(n, merged[1])))
    missing = _merged([[point for point in side if point.name == "missing"] for side in listed])
    if missing is not None:
        found.append(Point("missing", missing[0], at_least(n, missing[1])))
    return found


def _preferred(first: list[Point], otherwise: list[Point]) -> Iterator[Point]:
    """The first decides against the other where it can be told; the other where it cannot."""
    for point in first:
        for other in otherwise if point.truth is None else _first(otherwise, not point.truth)[:1]:
            if _agrees(other.figures, point.figures):
                name = f"1/{point.name}" if point.truth is not None else f"2/{other.name}"
                truth = other.truth if point.truth is None else point.truth
                yield Point(name, {**point.figures, **other.figures}, truth)


def _first(side: list[Point], wanted: Truth) -> list[Point]:
    """The points that give the wanted answer before the others."""
    return sorted(side, key=lambda point: point.truth is not wanted)


def _merged(choices: Sequence[list[Point]]) -> tuple[dict[Cell, Decimal | None], list[Truth]] | None:
    """The first point of each side that does not contradict the figures of the sides before."""
    figures: dict[Cell, Decimal | None] = {}
    truths: list[Truth] = []
    for side in choices:
        point = next((one for one in side if _agrees(one.figures, figures)), None)
        if point is None:
            return None
        figures |= point.figures
        truths.append(point.truth)
    return figures, truths


def _agrees(one: Mapping[Cell, Decimal | None], other: Mapping[Cell, Decimal | None]) -> bool:
    return all(other[cell] == value for cell, value in one.items() if cell in other)
