"""Points and figures to a total, exact, with what it can still become while something is missing.

Every mark is an interval [least, most] of points out of 100. What is given or computed has both
ends alike; what is missing or open reaches from 0 to all its points, so that a total that cannot
be told still says between which two numbers it lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rulebook.conditions import Bound
from rulebook.exact import Exact, ending, growth_rate, text
from rulebook.measure import holds
from rulebook.operators import Cell
from rulebook.rules import Reason, Text
from rulebook.scoring.tree import FULL, Adjustment, Banded, Grades, Item, Leaf, Measure, Open, Scoring

NOTHING: Final = Fraction(0)


class PointsError(ValueError):
    """Points that are not taken: the item they were for, what is wrong, and the mend."""

    def __init__(self, item: str, problem: str, mend: str) -> None:
        self.item, self.problem, self.mend = item, problem, mend
        super().__init__(f"item {item}: {problem}; {mend}")


@dataclass(frozen=True, slots=True)
class Mark:
    """The points of one item between `least` and `most`, and why they cannot be told where they differ."""

    item: str
    name: Text
    weight: Fraction | None
    least: Fraction
    most: Fraction
    reasons: tuple[Reason, ...] = ()
    value: str | None = None  # the number a band was chosen by
    unit: str = ""
    parts: tuple[Mark, ...] = ()

    @property
    def told(self) -> bool:
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Score:
    """A total out of 100 and its grade; the grade is None where nobody can tell, with the reason."""

    marks: tuple[Mark, ...]
    adjustments: tuple[Mark, ...]
    least: Fraction
    most: Fraction
    grade: str | None
    grade_reason: Reason | None
    cut_short: bool = field(default=False)  # bonus or deduction went past the ends of the scale

    @property
    def told(self) -> bool:
        return self.least == self.most


def score(
    scoring: Scoring,
    points: Mapping[str, Fraction],
    figures: Mapping[tuple[str, int], Decimal] | None = None,
    year: int = 0,
) -> Score:
    """The total of reviewers' `points` by item and of `figures` by (indicator, calendar year).

    `year` is the year evaluated. Raises PointsError for points of an item that takes none.
    """
    _refuse(scoring, points)
    cells = {
        cell: Fraction(value)
        for cell in scoring.cells
        if (value := (figures or {}).get((cell[0], year + 1 - cell[1]))) is not None
    }
    marks = tuple(_mark(item, points, cells, year) for item in scoring.items)
    adjustments = tuple(_adjustment(one, points, cells, year) for one in scoring.adjustments)
    least, most = _together(marks)
    for one, mark in zip(scoring.adjustments, adjustments, strict=True):
        least += mark.least if one.bonus else -mark.most
        most += mark.most if one.bonus else -mark.least
    kept = [min(max(end, scoring.least), scoring.most) for end in (least, most)]
    grade, reason = grade_of(scoring.grades, *kept)
    return Score(marks, adjustments, kept[0], kept[1], grade, reason, kept != [least, most])


def grade_of(grades: Grades | None, least: Fraction, most: Fraction) -> tuple[str | None, Reason | None]:
    """The grade both ends of the total have, else the reason why nobody can tell."""
    if grades is None:
        return None, None
    if grades.open:
        return None, Reason("cut_offs_open")
    low, high = grades.of(least), grades.of(most)
    return (low, None) if low == high else (None, Reason("between_grades", {"low": low, "high": high}))


# ------------------------------------------------------------------ one item


def _mark(item: Item, points: Mapping[str, Fraction], cells: Mapping[Cell, Fraction], year: int) -> Mark:
    if item.leaf is not None:
        least, most, reasons, value, unit = _leaf(item.item, item.leaf, points, cells, year)
        return Mark(item.item, item.name, item.weight, least, most, reasons, value, unit)
    if item.item in points:
        whole = points[item.item]
        return Mark(item.item, item.name, item.weight, whole, whole, (Reason("as_a_whole"),))
    parts = tuple(_mark(part, points, cells, year) for part in item.parts)
    least, most = _together(parts)
    reasons = (Reason("open_weights"),) if least != most and any(part.weight is None for part in parts) else ()
    return Mark(item.item, item.name, item.weight, least, most, reasons, parts=parts)


def _together(marks: Sequence[Mark]) -> tuple[Fraction, Fraction]:
    """The weighted mean; between the lowest and the highest part where nobody knows the weights."""
    if any(mark.weight is None for mark in marks):
        return min(mark.least for mark in marks), max(mark.most for mark in marks)
    weights = [(mark, mark.weight / FULL) for mark in marks if mark.weight is not None]
    return sum((m.least * w for m, w in weights), NOTHING), sum((m.most * w for m, w in weights), NOTHING)


def _adjustment(one: Adjustment, points: Mapping[str, Fraction], cells: Mapping[Cell, Fraction], year: int) -> Mark:
    least, most, reasons, value, unit = _leaf(one.item, one.leaf, points, cells, year)
    return Mark(one.item, one.name, None, least, most, reasons, value, unit)


_Told = tuple[Fraction, Fraction, tuple[Reason, ...], str | None, str]


def _leaf(item: str, leaf: Leaf, points: Mapping[str, Fraction], cells: Mapping[Cell, Fraction], year: int) -> _Told:
    if isinstance(leaf, Banded):
        return _banded(leaf, cells, year)
    if isinstance(leaf, Open):
        return NOTHING, leaf.most, (Reason("open"),), None, ""
    given = points.get(item)
    if given is None:
        return NOTHING, leaf.most, (Reason("not_given"),), None, ""
    return given, given, (), None, ""


def _banded(leaf: Banded, cells: Mapping[Cell, Fraction], year: int) -> _Told:
    """The points of the first band the number is in; any band's where the number cannot be told."""
    measure, every = leaf.measure, [band.points for band in leaf.bands]
    number, reasons = _number(measure, cells, year)
    if number is None:
        return min(every), max(every), reasons, None, measure.unit_code
    band = next(one for one in leaf.bands if one.bound is None or _in(one.bound, number))
    beside = next((one.bound.value for one in leaf.bands if one.bound is not None), NOTHING)
    bound = band.bound.value if band.bound is not None else beside
    return band.points, band.points, (), text(number, bound), measure.unit_code


def _in(bound: Bound, number: Exact) -> bool:
    return holds(bound, number)


def _number(measure: Measure, cells: Mapping[Cell, Fraction], year: int) -> tuple[Exact | None, tuple[Reason, ...]]:
    """The number bands are read by, or why there is none."""
    lacking = [
        Reason("missing", {"indicator": code, "year": str(year + 1 - back)})
        for code, back in measure.cells
        if (code, back) not in cells
    ]
    if lacking:
        return None, tuple(lacking)
    known = [cells[cell] for cell in measure.cells]
    if measure.kind == "figure":
        return known[0], ()
    if measure.kind == "increment":
        return known[1] - known[0], ()
    base = measure.cells[1] if measure.kind == "share" else measure.cells[0]
    if cells[base] <= 0:
        params = {"indicator": base[0], "year": str(year + 1 - base[1]), "value": ending(cells[base]) or ""}
        return None, (Reason("base_not_positive", params),)
    if measure.kind == "share":
        return known[0] / known[1], ()
    if known[1] < 0:
        return None, (_negative(measure, year, known[1]),)
    return growth_rate(known[0], known[1], measure.over), ()


def _negative(measure: Measure, year: int, last: Fraction) -> Reason:
    return Reason("base_not_positive", {"indicator": measure.code, "year": str(year), "value": ending(last) or ""})


# ------------------------------------------------------------------ what is refused


def _refuse(scoring: Scoring, points: Mapping[str, Fraction]) -> None:
    """Points for nothing, for what takes none, outside the scale, or twice for one thing."""
    items = {item.item: item for item in scoring.walk()}
    leaves = {key: one.leaf for key, one in items.items()} | {one.item: one.leaf for one in scoring.adjustments}
    for item, given in points.items():
        if item not in leaves:
            raise PointsError(item, "there is no such item", f"the items are: {', '.join(leaves)}")
        leaf = leaves[item]
        if isinstance(leaf, Banded):
            raise PointsError(item, "its points are computed", "leave it out and give its figures")
        if isinstance(leaf, Open):
            raise PointsError(item, "the sources do not say how it is scored", "leave it out")
        if leaf is None:
            _refuse_of_group(items[item], points)
        most = FULL if leaf is None else leaf.most
        if not 0 <= given <= most:
            raise PointsError(
                item, f"{ending(given) or given} is outside the scale", f"give 0 to {ending(most)} points"
            )


def _refuse_of_group(group: Item, points: Mapping[str, Fraction]) -> None:
    if not group.as_a_whole:
        raise PointsError(group.item, "it is scored by its parts", "give the points of the parts")
    for part in group.walk():
        if part is not group and part.item in points:
            raise PointsError(part.item, f"item {group.item} is scored as a whole already", "give one of the two")
