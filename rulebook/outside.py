"""Figures outside what the catalogue calls possible: read as missing while they can still be corrected.

Only the live pre-screening asks this. What was submitted fits, and `screen` computes whatever it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from rulebook.catalogue import INDICATORS
from rulebook.numbers import range_problem, show
from rulebook.rules import Finding, Reason

Cell = tuple[str, int]


def outside(figures: Mapping[Cell, Decimal]) -> list[Cell]:
    """The cells whose figure lies below or above the range of its indicator; how many decimals it has is no matter."""
    found = []
    for (code, year), value in figures.items():
        problem = range_problem(INDICATORS[code], value)
        if problem is not None and problem.code != "decimals":
            found.append((code, year))
    return found


def within(figures: Mapping[Cell, Decimal]) -> dict[Cell, Decimal]:
    """The figures without those outside their range."""
    left_out = set(outside(figures))
    return {cell: value for cell, value in figures.items() if cell not in left_out}


def explained(finding: Finding, cells: list[Cell]) -> Finding:
    """The finding with the range as the reason where a figure was left out for it."""
    if not cells:
        return finding
    return replace(
        finding,
        reasons=tuple(_named(reason, cells) for reason in finding.reasons),
        parts=tuple(explained(part, cells) for part in finding.parts),
    )


def _named(reason: Reason, cells: list[Cell]) -> Reason:
    params = reason.params
    if reason.code != "missing" or (params["indicator"], int(params["year"])) not in cells:
        return reason
    indicator = INDICATORS[params["indicator"]]
    return Reason(
        "out_of_range", {**params, "low": show(indicator, indicator.low), "high": show(indicator, indicator.high)}
    )
