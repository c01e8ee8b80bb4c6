"""Columns of scaled integers with a mask of what is known, from figures or projections.

Scaled int64 by the catalogue's decimals; a figure that does not fit the catalogue makes its
column one of Python integers (object dtype), scaled by the decimals it needs.
A missing figure is 0 with its mask False.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rulebook.catalogue import COLUMNS, INDICATORS, fits
from rulebook.operators import Cell, Mask

# largest scaled absolute value of each indicator inside the catalogue's range
REACH: Final[dict[str, int]] = {
    i.code: max(abs(int(i.low.scaleb(i.decimals))), abs(int(i.high.scaleb(i.decimals)))) for i in INDICATORS.values()
}
SCALE: Final[dict[str, int]] = {i.code: i.decimals for i in INDICATORS.values()}
MOST_ENTERPRISES: Final = 1_000_000  # on one list


def reach(code: str) -> int:
    """The largest scaled number a column of that name holds: an indicator's, or a count of enterprises."""
    return REACH.get(code, MOST_ENTERPRISES)


def scale(code: str) -> int:
    """Decimals a column keeps; a count of enterprises keeps none."""
    return SCALE.get(code, 0)


class OutOfRange(ValueError):
    """A figure that no snapshot may hold: outside the catalogue's range or with too many decimals."""


def scaled(value: Decimal, decimals: int) -> int:
    """value * 10**decimals as an exact integer."""
    sign, digits, exponent = value.as_tuple()
    power = int(exponent) + decimals
    number = int("".join(map(str, digits)) or "0")
    if power >= 0:
        number *= int(10**power)
    else:
        number, rest = divmod(number, int(10**-power))
        if rest:
            raise OutOfRange(f"{value} has more than {decimals} decimals")
    return -number if sign else number


class Columns:
    """Figures of `size` applications, one column per indicator and year."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.whole = True  # every column is int64 inside the catalogue's range
        self._values: dict[Cell, NDArray[Any]] = {}
        self._known: dict[Cell, Mask | None] = {}
        self._scales: dict[str, int] = {}
        self._exact: dict[Cell, NDArray[Any]] = {}
        # where each row stands (the code of its province-level authority), and which rows each clause is waived for
        self.places: NDArray[np.str_] | None = None
        self.waived: Mapping[str, Mask] = {}

    @classmethod
    def of_one(cls, figures: Mapping[tuple[str, int], Decimal], call_year: int) -> Columns:
        """A column of one: figures by (indicator, calendar year), in the units of the catalogue."""
        one = cls(1)
        for (code, _), value in figures.items():
            one._scales[code] = max(one.scale(code), SCALE[code], _decimals(value))
            one.whole = one.whole and fits(INDICATORS[code], value)
        dtype = np.int64 if one.whole else object
        for (code, year), value in figures.items():
            cell = (code, call_year - year)
            one._values[cell] = np.array([scaled(value, one._scales[code])], dtype=dtype)
            one._known[cell] = None
        return one

    @classmethod
    def from_arrays(cls, values: Mapping[Cell, NDArray[np.int64]], known: Mapping[Cell, Mask | None]) -> Columns:
        """Ready columns: scaled int64 by the catalogue's decimals, 0 where the mask is False."""
        size = len(next(iter(values.values())))
        made = cls(size)
        for cell, column in values.items():
            mask = known.get(cell)
            _refuse_out_of_range(cell, column)
            if mask is not None and bool(mask.all()):
                mask = None
            made._values[cell] = column if mask is None else np.where(mask, column, 0)
            made._known[cell] = mask
        return made

    @classmethod
    def from_projection(cls, rows: Iterable[list[int | None]]) -> Columns:
        """Columns from projection rows as they come from the database (None is missing)."""
        array = np.array(list(rows), dtype=object).reshape(-1, len(COLUMNS))
        known = np.array(array != None, dtype=np.bool_)  # noqa: E711 (element by element)
        return cls.from_matrix(np.where(known, array, 0).astype(np.int64), known)

    @classmethod
    def from_matrix(cls, whole: NDArray[np.int64], known: Mask) -> Columns:
        """Columns from projections as one int64 matrix in catalogue order and the mask of what is known."""
        values = {cell: np.ascontiguousarray(whole[:, i]) for i, cell in enumerate(COLUMNS)}
        return cls.from_arrays(values, {cell: np.ascontiguousarray(known[:, i]) for i, cell in enumerate(COLUMNS)})

    def keep_count(self, cell: Cell, counts: NDArray[np.int64], known: Mask | None = None) -> None:
        """Adds how many enterprises of each row's list answer a question (conditions.Roster.cell)."""
        if len(counts) and not 0 <= int(counts.min()) <= int(counts.max()) <= MOST_ENTERPRISES:
            raise OutOfRange(f"a list has at most {MOST_ENTERPRISES} enterprises")
        self._values[cell] = counts if known is None else np.where(known, counts, 0)
        self._known[cell] = known

    def values(self, cell: Cell, *, exact: bool) -> NDArray[Any]:
        column = self._values.get(cell)
        if column is None:
            return np.zeros(self.size, dtype=object if exact else np.int64)
        if exact and column.dtype != object:
            if cell not in self._exact:
                self._exact[cell] = column.astype(object)
            return self._exact[cell]
        return column

    def known(self, cell: Cell) -> Mask | None:
        return self._known[cell] if cell in self._values else _nothing(self.size)

    def scale(self, code: str) -> int:
        return self._scales.get(code, SCALE.get(code, 0))  # no catalogue entry: a count, or never asked for

    def block(self, start: int, stop: int) -> Columns:
        """Rows start to stop, without copying."""
        part = Columns(min(stop, self.size) - start)
        part.whole, part._scales = self.whole, self._scales
        part._values = {cell: column[start:stop] for cell, column in self._values.items()}
        part._known = {cell: None if mask is None else mask[start:stop] for cell, mask in self._known.items()}
        part.places = None if self.places is None else self.places[start:stop]
        part.waived = {clause: mask[start:stop] for clause, mask in self.waived.items()}
        return part


def _decimals(value: Decimal) -> int:
    """Decimals the value needs; trailing zeros need none."""
    return len(format(value, "f").partition(".")[2].rstrip("0"))


def _refuse_out_of_range(cell: Cell, column: NDArray[np.int64]) -> None:
    indicator = INDICATORS[cell[0]]
    low, high = scaled(indicator.low, indicator.decimals), scaled(indicator.high, indicator.decimals)
    if len(column) and (int(column.max()) > high or int(column.min()) < min(low, 0)):
        raise OutOfRange(f"{cell[0]} of T-{cell[1]} lies outside the range of the catalogue")


def _nothing(size: int) -> Mask:
    return np.zeros(size, dtype=np.bool_)
