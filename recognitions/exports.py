"""Recognitions as a file that a spreadsheet opens: UTF-8 with BOM, streamed, no live formulas."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

BOM = "\ufeff"
# What makes a spreadsheet calculate instead of show; the full-width forms are read as these by some.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
ROWS_AT_ONCE = 500


def harmless(cell) -> str:
    """Return a cell as text that no spreadsheet takes for a formula; a number of ours stays a number."""
    if isinstance(cell, int | Decimal):
        return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


class _Line:
    """Takes the place of a file: what the writer writes comes straight back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Iterable, rows: Iterable[Iterable]) -> Iterator[str]:
    """Return the lines of a CSV file, the BOM in front, each cell made harmless."""
    writer = csv.writer(_Line())
    yield BOM + writer.writerow([harmless(cell) for cell in header])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
