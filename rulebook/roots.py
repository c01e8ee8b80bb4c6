"""Where a comparison changes its verdict along one figure, in scaled whole numbers; exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from rulebook.operators import Cell, Comparison, Term

Polynomial = list[int]  # coefficients, constant first


def turns_along(
    cell: Cell, figures: Mapping[Cell, int], scales: Mapping[str, int], comparisons: Iterable[Comparison], high: int
) -> set[int]:
    """The numbers from which to the next one the verdict of a comparison may change, up to `high`.

    Between two of them every verdict stays the same. Above 0 a figure can be a base, so 0 is one of them.
    """
    found: set[int] = {-1, 0}
    for comparison in comparisons:
        for turn in turns(_along(cell, comparison, figures, scales), -1, high):
            found |= {turn - 1, turn, turn + 1}
    return found


def _along(cell: Cell, comparison: Comparison, figures: Mapping[Cell, int], scales: Mapping[str, int]) -> Polynomial:
    """left - right as a polynomial in the figure; none where another figure is missing."""
    if cell not in comparison.cells:
        return []
    polynomial = [0, 0]
    for side, sign in zip(comparison.scaled(lambda code: scales.get(code, 0)), (1, -1), strict=True):
        for term in side:
            product = _product(term, cell, figures, lenient=comparison.lenient)
            if product is None:
                return []
            power = term.cells.count(cell)
            polynomial.extend([0] * (power + 1 - len(polynomial)))
            polynomial[power] += sign * product
    while polynomial and not polynomial[-1]:
        polynomial.pop()
    return polynomial


def _product(term: Term, cell: Cell, figures: Mapping[Cell, int], *, lenient: bool) -> int | None:
    product = term.factor
    for other in term.cells:
        if other == cell:
            continue
        number = figures.get(other)
        if number is None and not lenient:
            return None
        product *= number or 0
    return product


def turns(polynomial: Polynomial, low: int, high: int) -> set[int]:
    """The whole numbers after which the sign may change, between low and high; one too many does no harm."""
    if len(polynomial) < 2:
        return set()
    if len(polynomial) == 2:
        return {-polynomial[0] // polynomial[1]}
    slope = [i * factor for i, factor in enumerate(polynomial)][1:]
    stops = {low, high}
    for turn in turns(slope, low, high):
        stops |= {stop for stop in (turn - 1, turn, turn + 1) if low <= stop <= high}
    found = set(stops)
    for left, right in pairwise(sorted(stops)):
        if _sign(polynomial, left) != _sign(polynomial, right):
            found.add(_last_alike(polynomial, left, right))
    return found


def _last_alike(polynomial: Polynomial, left: int, right: int) -> int:
    """The last whole number with the sign of the left one; between the two the polynomial only rises or falls."""
    sign = _sign(polynomial, left)
    while right - left > 1:
        middle = (left + right) // 2
        if _sign(polynomial, middle) == sign:
            left = middle
        else:
            right = middle
    return left


def _sign(polynomial: Polynomial, at: int) -> int:
    value = 0
    for factor in reversed(polynomial):
        value = value * at + factor
    return (value > 0) - (value < 0)
