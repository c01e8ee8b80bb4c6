"""Figures that carry an error: read as missing while they can still be corrected.

Only the live pre-screening asks this. What was submitted fits, and `screen` computes whatever it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from rulebook.catalogue import INDICATORS
from rulebook.numbers import RangeProblem, range_problem, show
from rulebook.rules import Finding, Reason

Cell = tuple[str, int]
LEFT_OUT: Final = ("missing", "out_of_range", "decimals")  # why the figure of a cell is not there to count with


def wrong(figures: Mapping[Cell, Decimal]) -> dict[Cell, RangeProblem]:
    """The cells whose figure cannot be submitted, each with why: below or above its range, or too many decimals."""
    found = {cell: range_problem(INDICATORS[cell[0]], value) for cell, value in figures.items()}
    return {cell: problem for cell, problem in found.items() if problem is not None}


def outside(figures: Mapping[Cell, Decimal]) -> list[Cell]:
    """The cells whose figure lies below or above the range of its indicator; how many decimals it has is no matter."""
    return [cell for cell, problem in wrong(figures).items() if problem.code != "decimals"]


def usable(figures: Mapping[Cell, Decimal]) -> dict[Cell, Decimal]:
    """The figures without those that carry an error."""
    left_out = wrong(figures)
    return {cell: value for cell, value in figures.items() if cell not in left_out}


def explained(finding: Finding, problems: Mapping[Cell, RangeProblem]) -> Finding:
    """The finding with the error as the reason where a figure was left out for it."""
    if not problems:
        return finding
    return replace(
        finding,
        reasons=tuple(_named(reason, problems) for reason in finding.reasons),
        parts=tuple(explained(part, problems) for part in finding.parts),
    )


def _named(reason: Reason, problems: Mapping[Cell, RangeProblem]) -> Reason:
    params = reason.params
    problem = problems.get((params["indicator"], int(params["year"]))) if reason.code == "missing" else None
    if problem is None:
        return reason
    if problem.code == "decimals":
        return Reason("decimals", {**params, "limit": problem.limit})
    indicator = INDICATORS[params["indicator"]]
    return Reason(
        "out_of_range", {**params, "low": show(indicator, indicator.low), "high": show(indicator, indicator.high)}
    )
