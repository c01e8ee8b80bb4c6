"""What an evaluation asks: items with weights, what their points come from, and what a total leads to.

Points and totals are out of 100, weights are percent of the group they stand in, all exact. What
the sources leave open is None or Open, with words, and never a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from rulebook.catalogue import INDICATORS
from rulebook.conditions import Bound
from rulebook.operators import Cell
from rulebook.rules import Text

FULL: Final = Fraction(100)
LEVELS: Final = 3
MEASURES: Final = ("figure", "share", "growth", "increment")
ORDERS: Final = ("any_order", "in_order")
LIMITS: Final = ("cap", "bands_only")


@dataclass(frozen=True)
class Source:
    """The document and the place in it."""

    document: str
    article: str


@dataclass(frozen=True)
class Given:
    """Points from reviewers, from 0 to `most`."""

    says: Text
    most: Fraction = FULL


@dataclass(frozen=True)
class Open:
    """Points nobody can give yet: the sources do not say how."""

    says: Text
    most: Fraction = FULL


@dataclass(frozen=True)
class Measure:
    """A number of the latest year, against an earlier one where `over` is the number of intervals."""

    kind: str
    code: str
    of: str = ""  # the whole of a share
    over: int = 1

    @property
    def unit_code(self) -> str:
        return "fraction" if self.kind in ("share", "growth") else INDICATORS[self.code].unit_code

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every (indicator, years back, 1 is the year evaluated) it reads."""
        if self.kind == "figure":
            return ((self.code, 1),)
        if self.kind == "share":
            return ((self.code, 1), (self.of, 1))
        return ((self.code, 1 + self.over), (self.code, 1))


@dataclass(frozen=True)
class Band:
    """Points for values within the bound that are in no band before; the last has no bound."""

    bound: Bound | None
    points: Fraction


@dataclass(frozen=True)
class Banded:
    """Points by the band a computed number falls in."""

    measure: Measure
    bands: tuple[Band, ...]

    @property
    def most(self) -> Fraction:
        return max(band.points for band in self.bands)


Leaf = Given | Open | Banded


@dataclass(frozen=True)
class Item:
    """One line of the tree: a group of items, or a leaf that is scored. Weight None: not known."""

    item: str
    name: Text
    weight: Fraction | None
    source: Source
    leaf: Leaf | None
    parts: tuple[Item, ...] = ()
    as_a_whole: bool = False  # reviewers may score the group itself instead of its parts

    def walk(self) -> Iterator[Item]:
        """The item and everything below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Adjustment:
    """Points added to the weighted total, or taken from it."""

    item: str
    name: Text
    bonus: bool
    source: Source
    leaf: Leaf


@dataclass(frozen=True)
class Grade:
    """A grade and the total it begins at; None for the lowest, and for all where cut-offs are open."""

    code: str
    name: Text
    at_least: Fraction | None


@dataclass(frozen=True)
class Grades:
    """From the best to the lowest. With `open` nobody knows at which total a grade begins."""

    listed: tuple[Grade, ...]
    open: bool
    source: Source

    def name(self, code: str, lang: str) -> str:
        return next(one.name(lang) for one in self.listed if one.code == code)

    def of(self, total: Fraction) -> str:
        """The grade of a total; asked only where the cut-offs are known."""
        return next(one.code for one in self.listed if one.at_least is None or total >= one.at_least)


@dataclass(frozen=True)
class Stars:
    """Grades of so many years running to a number of stars; combinations that are not listed have none."""

    years: int
    ordered: bool
    table: Mapping[tuple[str, ...], int]
    source: Source


@dataclass(frozen=True)
class YearOfTitle:
    """What a year after recognition pays: the same whatever the score, or at most so much."""

    flat: Fraction | None
    most: Fraction | None


@dataclass(frozen=True)
class Money:
    """Yuan by the total's band, within what the year of the title pays."""

    bands: tuple[tuple[Fraction, Fraction], ...]  # (from this total, yuan), highest first
    years: Mapping[int, YearOfTitle]
    capped: bool
    source: Source


@dataclass(frozen=True)
class Scoring:
    """Everything an evaluation is made of."""

    items: tuple[Item, ...]
    adjustments: tuple[Adjustment, ...]
    least: Fraction
    most: Fraction
    grades: Grades | None
    stars: Stars | None
    money: Money | None
    notes: tuple[Text, ...]

    def walk(self) -> Iterator[Item]:
        for item in self.items:
            yield from item.walk()

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        found = [item.leaf for item in self.walk() if item.leaf is not None]
        return (*found, *(one.leaf for one in self.adjustments))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every (indicator, years back) the bands read, once each."""
        measures = (leaf.measure for leaf in self.leaves if isinstance(leaf, Banded))
        return tuple(dict.fromkeys(cell for measure in measures for cell in measure.cells))
