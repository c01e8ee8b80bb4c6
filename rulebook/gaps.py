"""What every application lacks to every clause, at once: exact margins, and gaps for showing and ordering.

A comparison asks whether one sum of products of whole numbers is above another. Their difference,
turned so that a missed bound is above 0, is the margin: exact, and its sign is the verdict. Every
gap is its margin over something above 0, so that a gap in floating point has the exact sign:

    figure  bound - x           margin / q
    ratio   bound - part/whole  margin / (q whole)
    growth  bound - (r - 1)     margin / (q^k first (r^(k-1) + ... + c^(k-1))), c = 1 + bound = p/q + 1

States are made by evaluate.py alone; what is rounded here decides nothing. A condition this file
does not know has no gap of its own: NaN, and of a group the parts are measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulebook.columns import Columns, reach, scale
from rulebook.compile import logic
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
    Group,
    Growth,
    Prefer,
    Ratio,
    Roster,
)
from rulebook.evaluate import BLOCK
from rulebook.operators import INT64_MAX, Cell, Comparison
from rulebook.rules import Rule

Floats = NDArray[np.float64]
Divisor = Callable[[Columns], Any]  # what is above 0 in the gap, over the figures themselves


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a condition lacks, row by row, in the unit of the clause; NaN where nothing is compared.

    `gap` is positive when the bound is missed and of the worst year, as in a finding; `years` are
    those judged one by one, by years before the call.
    """

    gap: Floats
    years: Mapping[int, Floats] = field(default_factory=dict)
    parts: tuple[Gaps, ...] = ()
    bound: float = 1.0
    nearest: Floats | None = None  # the relative gap where it is not that of `gap`

    @property
    def relative(self) -> Floats:
        """The gap over the bound, for ordering: of an OR that of the nearest side, of an AND of the farthest."""
        if self.nearest is not None:
            return self.nearest
        return self.gap if self.bound in (0, 1) else self.gap / self.bound


def gaps(rules: Iterable[Rule], columns: Columns) -> dict[str, Gaps]:
    """Gaps and years of every computed clause, in blocks that stay in the processor's cache."""
    chosen = [rule for rule in rules if rule.condition is not None]
    if columns.size <= BLOCK:
        return {rule.clause: gaps_of(rule, columns) for rule in chosen}
    found: dict[str, Gaps] = {}
    with np.errstate(all="ignore"):
        for start in range(0, columns.size, BLOCK):
            part = columns.block(start, start + BLOCK)
            for rule in chosen:
                block = gaps_of(rule, part)
                whole = found.get(rule.clause)
                if whole is None:
                    whole = found[rule.clause] = _room(block, columns.size)
                _fill(whole, block, start)
    return found


def gaps_of(rule: Rule, columns: Columns) -> Gaps:
    """One clause over all rows, as it is asked in the place of each."""
    assert rule.condition is not None, "a clause that people judge compares nothing"
    with np.errstate(all="ignore"):
        found = _measured(rule.condition, columns)
        if columns.places is not None:
            for region in rule.regions:
                here = np.isin(columns.places, region.places)
                found = _where(here, _measured(region.condition, columns), found)
        if rule.when is not None:
            applies = np.asarray(columns.values((rule.when, 1), exact=False) != 0, dtype=np.bool_)
            found = _only(applies, found)
    return found


# --- Conditions -------------------------------------------------------------------------------


def _measured(condition: Condition, columns: Columns) -> Gaps:
    if isinstance(condition, Group):
        return _group(condition, tuple(_measured(part, columns) for part in condition.parts), columns.size)
    leaf = _leaf(condition)
    return Gaps(_nothing(columns.size)) if leaf is None else leaf.gaps(columns)


def _group(condition: Condition, parts: tuple[Gaps, ...], size: int) -> Gaps:
    nothing = _nothing(size)
    relative = [part.relative for part in parts]
    match condition:
        case AnyOf():
            return Gaps(nothing, parts=parts, nearest=reduce(np.fmin, relative))
        case AllOf():
            return Gaps(nothing, parts=parts, nearest=reduce(np.fmax, relative))
        case AtLeast(n, _):
            return Gaps(nothing, parts=parts, nearest=np.sort(np.stack(relative), axis=0)[n - 1])
        case Prefer():
            first, otherwise = parts
            untold = np.isnan(relative[0])
            gap = np.where(untold, otherwise.gap, first.gap)
            return Gaps(gap, parts=parts, nearest=np.where(untold, relative[1], relative[0]))
        case _:
            return Gaps(nothing, parts=parts)


@dataclass(frozen=True)
class _Leaf:
    """One fact against one bound: by year where years are judged one by one, else at once."""

    bound: Bound
    compared: tuple[tuple[int, Comparison, Divisor], ...]  # years before the call (0: not by year)
    certain: Callable[[Columns], Any] | None = None  # where the gap is that of a finding (see _count)

    def gaps(self, columns: Columns) -> Gaps:
        found = {offset: self._gap(comparison, divisor, columns) for offset, comparison, divisor in self.compared}
        worst = reduce(np.fmax, found.values())
        if len(found) > 1:  # a year is missing and the others are met: nobody can tell
            missing = np.isnan(reduce(np.add, found.values()))
            met = worst < 0 if self.bound.strict else worst <= 0
            worst[missing & met] = np.nan
        bound, years = abs(float(self.bound.value)), {} if 0 in found else found
        if self.certain is None:
            return Gaps(worst, years, bound=bound)
        return Gaps(np.where(self.certain(columns), worst, np.nan), years, nearest=worst / (bound or 1))

    def _gap(self, comparison: Comparison, divisor: Divisor, columns: Columns) -> Floats:
        exact = not (columns.whole and _fits(comparison))
        margin = np.asarray(comparison.difference(columns, exact=exact), dtype=np.float64)
        if self.bound.comparator == "equals":
            margin = np.abs(margin)
        sign = 1 if self.bound.comparator in DOWNWARD or self.bound.comparator == "equals" else -1
        divided = divisor(columns) * (sign * comparison.enlarged(columns))
        gap: Floats = margin / divided if isinstance(divided, np.ndarray) else margin * (1 / divided)
        gap = gap if gap.shape == (columns.size,) else np.full(columns.size, gap)
        known = comparison.known(columns, exact=exact)
        if known is not None:
            gap[~known] = np.nan
        return gap


@lru_cache(maxsize=1024)
def _leaf(condition: Condition) -> _Leaf | None:
    """How the gap of a condition is measured, or None where there is none (a trend, an unknown one)."""
    comparisons = tuple(logic(condition).comparisons())
    match condition:
        case Figure(_, years, bound):
            q = bound.value.denominator
            times = len(THREE_YEARS) if years == "mean" else 1
            return _Leaf(bound, _by_year(years, comparisons, lambda _: lambda _: q * times))
        case Roster():
            q = condition.bound.value.denominator
            return _Leaf(condition.bound, ((0, comparisons[0], lambda _: q),))
        case Ratio(_, of, years, bound, _):
            q = bound.value.denominator
            if years == "mean":
                wholes = [(of, offset) for offset in THREE_YEARS]
                return _Leaf(bound, ((0, comparisons[0], lambda c: 3 * q * _product(c, wholes)),))
            return _Leaf(bound, _by_year(years, comparisons, lambda o: lambda c: q * _number(c, (of, o))))
        case Growth():
            return _Leaf(condition.bound, ((0, comparisons[0], _of_growth(condition)),))
        case Count():
            q = condition.bound.value.denominator
            return _Leaf(condition.bound, ((0, comparisons[-1], lambda _: q),), _certain(condition))
        case _:
            return None


def _by_year(
    years: str, comparisons: tuple[Comparison, ...], divisor: Callable[[int], Divisor]
) -> tuple[tuple[int, Comparison, Divisor], ...]:
    if years == "each":
        return tuple((o, one, divisor(o)) for o, one in zip(THREE_YEARS, comparisons, strict=True))
    if years == "latest":
        return ((LATEST, comparisons[0], divisor(LATEST)),)
    return ((0, comparisons[0], divisor(0)),)


def _of_growth(fact: Growth) -> Divisor:
    p, q = fact.bound.value.numerator, fact.bound.value.denominator
    cells = [(fact.code, offset) for offset in fact.offsets]
    if fact.method == "mean_of_rates":
        return lambda columns: 2 * q * _product(columns, cells[:2])
    intervals = fact.offsets[0] - fact.offsets[-1]
    c = (p + q) / q

    def divisor(columns: Columns) -> Any:
        first, last = _number(columns, cells[0]), _number(columns, cells[1])
        rate = np.sqrt(last / first) if intervals == 2 else (last / first) ** (1 / intervals)
        powers = sum(rate ** (intervals - 1 - i) * c**i for i in range(intervals - 1)) + c ** (intervals - 1)
        return q**intervals * first * powers

    return divisor


def _certain(fact: Count) -> Callable[[Columns], Any] | None:
    """Where the counts add up for sure: holders may overlap, unless one count is all of them."""
    if fact.distinct == "sum" or len(fact.codes) == 1:
        return None
    cells = [(code, LATEST) for code in fact.codes]

    def certain(columns: Columns) -> Any:
        counts = [columns.values(cell, exact=False) for cell in cells]
        return reduce(np.maximum, counts) == reduce(np.add, counts)

    return certain


def _number(columns: Columns, cell: Cell) -> Any:
    """A column as floating point over the figures themselves."""
    return columns.values(cell, exact=False).astype(np.float64) * 10.0 ** -columns.scale(cell[0])


def _product(columns: Columns, cells: Iterable[Cell]) -> Any:
    return reduce(np.multiply, [_number(columns, cell) for cell in cells])


@lru_cache(maxsize=4096)
def _fits(comparison: Comparison) -> bool:
    """Proven from the catalogue's range: the difference of both sides fits 64 bits."""
    return 2 * comparison.largest(scale, reach) <= INT64_MAX


# --- Joining ----------------------------------------------------------------------------------


def _nothing(size: int) -> Floats:
    """NaN in every row; takes no room."""
    return np.broadcast_to(np.float64(np.nan), (size,))


def _where(here: NDArray[np.bool_], there: Gaps, other: Gaps) -> Gaps:
    """One in some rows, the other in the rest; of sides only where both have as many or one has none."""
    nothing = _nothing(len(here))
    years = {
        offset: np.where(here, there.years.get(offset, nothing), other.years.get(offset, nothing))
        for offset in dict.fromkeys([*there.years, *other.years])
    }
    parts: tuple[Gaps, ...] = ()
    if len(there.parts) == len(other.parts) or not (there.parts and other.parts):
        number = max(len(there.parts), len(other.parts))
        padded = [(one.parts or (Gaps(nothing),) * number) for one in (there, other)]
        parts = tuple(_where(here, a, b) for a, b in zip(*padded, strict=True))
    nearest = np.where(here, there.relative, other.relative)
    return Gaps(np.where(here, there.gap, other.gap), years, parts, nearest=nearest)


def _only(here: NDArray[np.bool_], found: Gaps) -> Gaps:
    """Nothing is compared in the other rows."""

    def kept(column: Floats) -> Floats:
        return np.where(here, column, np.nan)

    gap = kept(found.gap)
    years = {offset: gap if column is found.gap else kept(column) for offset, column in found.years.items()}
    nearest = None if found.nearest is None else kept(found.nearest)
    return Gaps(gap, years, tuple(_only(here, part) for part in found.parts), found.bound, nearest)


def _room(block: Gaps, size: int) -> Gaps:
    """As much room as all rows need, laid out as one block is."""
    gap = _empty(block.gap, size)
    years = {offset: gap if column is block.gap else _empty(column, size) for offset, column in block.years.items()}
    parts = tuple(_room(part, size) for part in block.parts)
    return Gaps(gap, years, parts, block.bound, None if block.nearest is None else _empty(block.nearest, size))


def _empty(column: Floats, size: int) -> Floats:
    return np.empty(size) if column.strides[0] else _nothing(size)


def _fill(whole: Gaps, block: Gaps, start: int) -> None:
    for into, column in _columns_of(whole, block):
        if into.strides[0]:
            into[start : start + len(column)] = column


def _columns_of(whole: Gaps, block: Gaps) -> Iterator[tuple[Floats, Floats]]:
    yield whole.gap, block.gap
    if whole.nearest is not None and block.nearest is not None:
        yield whole.nearest, block.nearest
    for offset, column in block.years.items():
        if whole.years[offset] is not whole.gap:
            yield whole.years[offset], column
    for into, part in zip(whole.parts, block.parts, strict=True):
        yield from _columns_of(into, part)
