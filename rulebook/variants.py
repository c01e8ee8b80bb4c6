"""The figures of one application, row by row with other changes: what if this figure were another?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np

from rulebook.catalogue import INDICATORS, fits
from rulebook.columns import MOST_ENTERPRISES, SCALE, Columns, scaled
from rulebook.numbers import EXACT, plain
from rulebook.operators import Cell

Changes = Mapping[Cell, int]  # scaled


@dataclass(frozen=True, slots=True)
class Told:
    """Some figures of one application as scaled integers, with the decimals each is scaled by."""

    figures: Mapping[Cell, int]
    scales: Mapping[str, int]
    whole: bool  # every figure lies inside the catalogue

    @classmethod
    def of(cls, figures: Mapping[Cell, Decimal], cells: Iterable[Cell]) -> Told:
        """The figures of those cells, by (indicator, years before the call); a missing one is left out."""
        read = {cell: figures[cell] for cell in cells if cell in figures}
        scales, whole = {code: SCALE.get(code, 0) for code, _ in cells}, True
        for (code, _), value in read.items():
            if not _within(code, value):
                whole = False
                scales[code] = max(scales[code], len(plain(value).partition(".")[2]))
        return cls({cell: scaled(value, scales[cell[0]]) for cell, value in read.items()}, scales, whole)

    def steps(self, code: str) -> tuple[int, int, int]:
        """The lowest and highest value the catalogue allows and its smallest step, scaled like the figure."""
        low, high = _range(code)
        step = 10 ** (self.scales[code] - SCALE.get(code, 0))
        return low * step, high * step, step

    def value(self, code: str, number: int) -> Decimal:
        """A scaled number in the unit of its indicator."""
        return EXACT.scaleb(Decimal(number), -self.scales[code])

    def varied(self, changes: Sequence[Changes]) -> Columns:
        """A row for each set of changes, all other figures the same."""
        return _Variants(self, changes)


class _Variants(Columns):
    def __init__(self, told: Told, changes: Sequence[Changes]) -> None:
        super().__init__(len(changes))
        self.whole, self._scales = told.whole, dict(told.scales)
        dtype = np.int64 if told.whole else object
        changed = {cell for change in changes for cell in change}
        for cell in {**told.figures, **dict.fromkeys(changed)}:
            now = told.figures.get(cell)
            if cell not in changed:
                self._values[cell], self._known[cell] = np.full(self.size, now, dtype=dtype), None
                continue
            column = [change.get(cell, now) for change in changes]
            self._values[cell] = np.array([number or 0 for number in column], dtype=dtype)
            self._known[cell] = None if now is not None else np.array([number is not None for number in column])


@cache
def _range(code: str) -> tuple[int, int]:
    """In steps of the catalogue; a count from a list of enterprises is no indicator."""
    indicator = INDICATORS.get(code)
    if indicator is None:
        return 0, MOST_ENTERPRISES
    return scaled(indicator.low, indicator.decimals), scaled(indicator.high, indicator.decimals)


def _within(code: str, value: Decimal) -> bool:
    indicator = INDICATORS.get(code)
    return fits(indicator, value) if indicator else 0 <= value <= MOST_ENTERPRISES and value == int(value)
