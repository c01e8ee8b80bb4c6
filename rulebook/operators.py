"""Exact comparisons over columns of integers; one cluster is a column of one.

A comparison is cross-multiplied: both sides are sums of products of scaled integers, so
"growth above 10 % over two intervals" is `last * 100 > first * 121` and no division is made.
The same description is evaluated here and measured by `largest` to prove that the
catalogue's range cannot overflow 64 bits; where it could, the columns become Python integers.

Truth is Kleene's, in int8: NOT_MET < CANNOT_TELL < MET, so AND is the minimum and OR the maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from math import gcd, prod
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

States = NDArray[np.int8]
Mask = NDArray[np.bool_]
Cell = tuple[str, int]  # indicator code, years before the call

NOT_MET: Final = 0
CANNOT_TELL: Final = 1
MET: Final = 2

INT64_MAX: Final = 2**63 - 1

COMPARATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "at_least": np.greater_equal,
    "more_than": np.greater,
    "at_most": np.less_equal,
    "less_than": np.less,
    "equals": np.equal,
}


class Source(Protocol):
    """Where comparisons find their columns (see columns.Columns)."""

    size: int

    def values(self, cell: Cell, *, exact: bool) -> Any: ...

    def known(self, cell: Cell) -> Mask | None: ...

    def scale(self, code: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Term:
    """A factor times a product of figures (unscaled); no figures makes it a constant."""

    factor: int
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """left <comparator> right, where the figures in `positive` must be above 0 to be a base.

    With `lenient` a missing figure counts as 0: the least that counts can add up to.
    """

    comparator: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    positive: tuple[Cell, ...] = ()
    lenient: bool = False

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(dict.fromkeys(cell for term in self.left + self.right for cell in term.cells))

    def scaled(self, scale: Callable[[str], int]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """Both sides over scaled integers: every term gets the factor the others' scales need."""
        every = self.left + self.right
        powers = [sum(scale(code) for code, _ in term.cells) for term in every]
        factors = [term.factor * 10 ** (max(powers) - power) for term, power in zip(every, powers, strict=True)]
        common = reduce(gcd, factors) or 1
        terms = [Term(f // common, t.cells) for f, t in zip(factors, every, strict=True)]
        return tuple(terms[: len(self.left)]), tuple(terms[len(self.left) :])

    def largest(self, scale: Callable[[str], int], reach: Callable[[str], int]) -> int:
        """The largest integer that can appear while this is computed, given each figure's reach."""
        sides = self.scaled(scale)
        return max(sum(abs(t.factor) * prod(reach(code) for code, _ in t.cells) for t in side) for side in sides)

    def states(self, source: Source, *, exact: bool) -> States:
        """NOT_MET, CANNOT_TELL or MET for every row. `exact` computes with Python integers."""
        left, right = self._sides(source)
        ok = COMPARATORS[self.comparator](_side(left, source, exact), _side(right, source, exact))
        verdict = np.asarray(ok, dtype=np.bool_)
        if verdict.shape != (source.size,):
            verdict = np.broadcast_to(verdict, (source.size,))
        return kleene(verdict, self.known(source, exact=exact))

    def difference(self, source: Source, *, exact: bool) -> Any:
        """left - right for every row, over scaled integers: its sign is the verdict."""
        left, right = self._sides(source)
        return _side(left, source, exact) - _side(right, source, exact)

    def known(self, source: Source, *, exact: bool) -> Mask | None:
        """Where every figure is known and every base above 0; None where that is everywhere."""
        return None if self.lenient else self._known(source, exact)

    def enlarged(self, source: Source) -> float:
        """How many times the difference over scaled integers is that over the figures themselves."""
        before, after = self.left[0], self._sides(source)[0][0]
        return after.factor * 10.0 ** sum(source.scale(code) for code, _ in before.cells) / before.factor

    def _sides(self, source: Source) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        key = tuple(source.scale(code) for code, _ in self.cells)
        found = self._scaled_before.get(key)
        if found is None:
            found = self._scaled_before[key] = self.scaled(source.scale)
        return found

    @cached_property
    def _scaled_before(self) -> dict[tuple[int, ...], tuple[tuple[Term, ...], tuple[Term, ...]]]:
        return {}

    def _known(self, source: Source, exact: bool) -> Mask | None:
        masks: list[Mask] = []
        for cell in self.cells:
            # a missing figure is kept as 0, so "above 0" already says that a base is known
            mask = source.values(cell, exact=exact) > 0 if cell in self.positive else source.known(cell)
            if mask is not None:
                masks.append(np.asarray(mask, dtype=np.bool_))
        return reduce(np.logical_and, masks) if masks else None


def _side(terms: tuple[Term, ...], source: Source, exact: bool) -> Any:
    total: Any = None
    for term in terms:
        product: Any = None
        for cell in term.cells:
            values = source.values(cell, exact=exact)
            product = values if product is None else product * values
        if product is None:
            product = term.factor
        elif term.factor != 1:
            product = product * term.factor
        total = product if total is None else total + product
    return 0 if total is None else total


def kleene(verdict: Mask, known: Mask | None) -> States:
    """Three values from a verdict and a mask of what is known."""
    states = verdict.view(np.int8) * np.int8(2)
    if known is not None:
        states -= np.int8(1)
        states *= known.view(np.int8)
        states += np.int8(1)
    return states


class Logic(Protocol):
    """A tree of comparisons. What is made of a group of conditions has `parts` in the same order."""

    def states(self, source: Source, *, exact: bool) -> States: ...

    def comparisons(self) -> Iterable[Comparison]: ...


@dataclass(frozen=True)
class Leaf:
    """A comparison as a tree of its own."""

    comparison: Comparison

    def states(self, source: Source, *, exact: bool) -> States:
        return self.comparison.states(source, exact=exact)

    def comparisons(self) -> Iterable[Comparison]:
        return (self.comparison,)


@dataclass(frozen=True)
class Every:
    """Kleene AND: one part not met decides, whatever is missing."""

    parts: tuple[Logic, ...]

    def states(self, source: Source, *, exact: bool) -> States:
        return _fold(np.minimum, self.parts, source, exact)

    def comparisons(self) -> Iterable[Comparison]:
        return (c for part in self.parts for c in part.comparisons())


@dataclass(frozen=True)
class Either:
    """Kleene OR: one part met decides, whatever is missing."""

    parts: tuple[Logic, ...]

    def states(self, source: Source, *, exact: bool) -> States:
        return _fold(np.maximum, self.parts, source, exact)

    def comparisons(self) -> Iterable[Comparison]:
        return (c for part in self.parts for c in part.comparisons())


@dataclass(frozen=True)
class Between:
    """A number known only to lie between two: met when the least suffices, not met when the most does not."""

    least: Logic
    most: Logic

    def states(self, source: Source, *, exact: bool) -> States:
        least = self.least.states(source, exact=exact)
        most = np.minimum(self.most.states(source, exact=exact), np.int8(CANNOT_TELL))
        return np.where(least == MET, least, most).astype(np.int8, copy=False)

    def comparisons(self) -> Iterable[Comparison]:
        return (*self.least.comparisons(), *self.most.comparisons())


@dataclass(frozen=True)
class Negated:
    """Kleene NOT: what cannot be told stays untold."""

    part: Logic

    @property
    def parts(self) -> tuple[Logic, ...]:
        return (self.part,)

    def states(self, source: Source, *, exact: bool) -> States:
        return np.int8(MET) - self.part.states(source, exact=exact)

    def comparisons(self) -> Iterable[Comparison]:
        return self.part.comparisons()


@dataclass(frozen=True)
class Enough:
    """At least n parts: met as soon as n are, not met when fewer than n still can be."""

    n: int
    parts: tuple[Logic, ...]

    def states(self, source: Source, *, exact: bool) -> States:
        met = np.zeros(source.size, dtype=np.int16)
        possible = np.zeros(source.size, dtype=np.int16)
        for part in self.parts:
            states = part.states(source, exact=exact)
            met += states == MET
            possible += states != NOT_MET
        return (met >= self.n).view(np.int8) + (possible >= self.n).view(np.int8)

    def comparisons(self) -> Iterable[Comparison]:
        return (c for part in self.parts for c in part.comparisons())


@dataclass(frozen=True)
class Preferred:
    """The first part wherever it can be told, else the other."""

    first: Logic
    otherwise: Logic

    @property
    def parts(self) -> tuple[Logic, ...]:
        return (self.first, self.otherwise)

    def states(self, source: Source, *, exact: bool) -> States:
        states = self.first.states(source, exact=exact)
        untold = states == CANNOT_TELL
        if untold.any():
            states = np.where(untold, self.otherwise.states(source, exact=exact), states)
        return states

    def comparisons(self) -> Iterable[Comparison]:
        return (*self.first.comparisons(), *self.otherwise.comparisons())


def _fold(combine: Callable[..., Any], parts: tuple[Logic, ...], source: Source, exact: bool) -> States:
    result = parts[0].states(source, exact=exact)
    for part in parts[1:]:
        result = combine(result, part.states(source, exact=exact), out=result)
    return result
