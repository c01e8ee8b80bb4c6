"""The unit a condition's values come in."""

from __future__ import annotations

from typing import Final

from rulebook.catalogue import INDICATORS
from rulebook.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Count,
    Figure,
    Growth,
    Not,
    NotCollected,
    Prefer,
    Ratio,
    Roster,
    Trend,
)

_PER_10K: Final = {("patent", "person"): "patent_per_10k"}


def units_of(condition: Condition) -> set[str]:
    """The units of a condition; one that compares like with like has one."""
    match condition:
        case Figure(code, _, _) | Trend(code, _, _):
            return {INDICATORS[code].unit_code}
        case Ratio(code, of, _, _, times):
            pair = (INDICATORS[code].unit_code, INDICATORS[of].unit_code)
            return {"fraction"} if times == 1 and pair[0] == pair[1] else {_PER_10K.get(pair, "/".join(pair))}
        case Growth():
            return {"fraction"}
        case Count(codes, _, _):
            return {INDICATORS[code].unit_code for code in codes}
        case Roster():
            return {"enterprise"}
        case AllOf() | AnyOf() | AtLeast() | Not() | Prefer():
            return {unit for part in condition.parts for unit in units_of(part)}
        case NotCollected():
            return set()


def unit_of(condition: Condition) -> str | None:
    """The one unit of a condition, None where it has several or none of its own."""
    units = units_of(condition)
    return units.pop() if len(units) == 1 else None
