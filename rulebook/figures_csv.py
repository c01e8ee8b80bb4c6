"""Reads figures of clusters from CSV: header cluster,indicator,year,value; all or nothing.

UTF-8 with or without BOM. An empty year means the year before the call. Rates are fractions,
yes and no are 1 and 0. The first row that is not sound ends the reading with its line number.
"""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Final

from rulebook.catalogue import INDICATORS
from rulebook.characters import shown
from rulebook.numbers import Unreadable, read_number

HEADER: Final = ["cluster", "indicator", "year", "value"]
_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}")

ClusterFigures = dict[tuple[str, int], Decimal]


class BadRow(ValueError):
    """A row that is not read: its line in the file and why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line}: {reason}")


def read_figures(content: bytes, call_year: int) -> dict[str, ClusterFigures]:
    """Figures by cluster, in order of first appearance, keyed by (indicator, year); raises BadRow."""
    rows = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    clusters: dict[str, ClusterFigures] = {}
    first_lines: dict[tuple[str, str, int], int] = {}
    try:
        if next(rows, None) != HEADER:
            raise BadRow(1, f"the header must be {','.join(HEADER)}")
        line = rows.line_num + 1  # where the next row starts; a quoted field may span lines
        for row in rows:
            if any(part.strip() for part in row):  # spreadsheets write empty lines as rows of commas
                cluster, code, year, value = _row(row, line, call_year)
                before = first_lines.setdefault((cluster, code, year), line)
                if before != line:
                    raise BadRow(line, f"{code} of {year} for “{cluster}” is already on line {before}")
                clusters.setdefault(cluster, {})[code, year] = value
            line = rows.line_num + 1
    except csv.Error as error:
        raise BadRow(max(rows.line_num, 1), f"not read as CSV: {error}") from error
    return clusters


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadRow(line, "the file is not UTF-8; save it as UTF-8") from error


def _row(row: list[str], line: int, call_year: int) -> tuple[str, str, int, Decimal]:
    """One row checked."""
    if len(row) != len(HEADER):
        raise BadRow(line, f"{len(row)} columns instead of {len(HEADER)}")
    cluster, code, year, value = row
    if not cluster.strip():
        raise BadRow(line, "the cluster is empty")
    if code not in INDICATORS:
        raise BadRow(line, f"there is no indicator “{code}”")
    if year and not _YEAR.fullmatch(year):
        raise BadRow(line, f"“{year}” is not a year")
    try:
        number = read_number(value)
    except Unreadable as error:
        raise BadRow(line, f"“{shown(value)}” is not read as a number: {error}") from error
    return cluster, code, int(year) if year else call_year - 1, number
