"""A snapshot's figures as one row of scaled integers, for mass work.

One element per indicator and year in the catalogue's order (catalogue.COLUMNS), scaled by
the indicator's decimals, None where the figure is missing: fits a PostgreSQL bigint[].
Rebuilt from the snapshot at any time; FORMAT changes whenever the layout does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from rulebook.catalogue import COLUMNS, INDICATORS, fits
from rulebook.columns import OutOfRange, scaled
from rulebook.numbers import EXACT, plain

FORMAT: Final = 1


def project(figures: Mapping[tuple[str, int], Decimal], call_year: int) -> list[int | None]:
    """The row of a snapshot; raises OutOfRange for a figure no snapshot may hold.

    Figures of years the catalogue does not ask for are no part of the projection.
    """
    row: list[int | None] = []
    for code, offset in COLUMNS:
        value = figures.get((code, call_year - offset))
        if value is None:
            row.append(None)
            continue
        indicator = INDICATORS[code]
        if not fits(indicator, value):
            raise OutOfRange(f"{code} of {call_year - offset} is {plain(value)}, outside the catalogue")
        row.append(scaled(value, indicator.decimals))
    return row


def figures_of(row: Sequence[int | None], call_year: int) -> dict[tuple[str, int], Decimal]:
    """The figures a projection row holds: the inverse of project()."""
    if len(row) != len(COLUMNS):
        raise ValueError(f"a projection has {len(COLUMNS)} elements, this one {len(row)}")
    return {
        (code, call_year - offset): EXACT.scaleb(Decimal(number), Decimal(-INDICATORS[code].decimals))
        for (code, offset), number in zip(COLUMNS, row, strict=True)
        if number is not None
    }
