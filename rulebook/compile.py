"""Turns a condition into exact comparisons over columns."""

from __future__ import annotations

from rulebook.conditions import (
    LATEST,
    THREE_YEARS,
    AllOf,
    AnyOf,
    AtLeast,
    Bound,
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
from rulebook.operators import (
    Between,
    Cell,
    Comparison,
    Either,
    Enough,
    Every,
    Leaf,
    Logic,
    Negated,
    Preferred,
    Term,
)

NEVER_KNOWN: Cell = ("", 0)  # a cell no column has


def logic(condition: Condition) -> Logic:
    """The comparisons that decide the condition."""
    match condition:
        case Figure():
            return _figure(condition)
        case Ratio():
            return _ratio(condition)
        case Growth():
            return Leaf(_growth(condition))
        case Count():
            return _count(condition)
        case Trend():
            return _trend(condition)
        case NotCollected():
            return Leaf(Comparison("equals", (Term(0, (NEVER_KNOWN,)),), (Term(0),)))
        case Roster():
            return Leaf(_against(condition.bound, (condition.cell,)))
        case AllOf(parts):
            return Every(tuple(logic(part) for part in parts))
        case AnyOf(parts):
            return Either(tuple(logic(part) for part in parts))
        case AtLeast(n, parts):
            return Enough(n, tuple(logic(part) for part in parts))
        case Not(part):
            return Negated(logic(part))
        case Prefer(first, otherwise):
            return Preferred(logic(first), logic(otherwise))


def _against(bound: Bound, cells: tuple[Cell, ...], times: int = 1, *, lenient: bool = False) -> Comparison:
    """sum of figures * times against the bound."""
    p, q = bound.value.numerator, bound.value.denominator
    return Comparison(bound.comparator, tuple(Term(q, (cell,)) for cell in cells), (Term(p * times),), lenient=lenient)


def _figure(fact: Figure) -> Logic:
    if fact.years == "latest":
        return Leaf(_against(fact.bound, ((fact.code, LATEST),)))
    yearly = tuple((fact.code, offset) for offset in THREE_YEARS)
    if fact.years in ("mean", "sum"):
        return Leaf(_against(fact.bound, yearly, len(yearly) if fact.years == "mean" else 1))
    return Every(tuple(Leaf(_against(fact.bound, (cell,))) for cell in yearly))


def _ratio(fact: Ratio) -> Logic:
    if fact.years == "latest":
        return Leaf(_ratio_of_year(fact, LATEST))
    if fact.years == "each":
        return Every(tuple(Leaf(_ratio_of_year(fact, offset)) for offset in THREE_YEARS))
    return Leaf(_mean_ratio(fact))


def _ratio_of_year(fact: Ratio, offset: int) -> Comparison:
    """part * times / whole against p/q: part * times * q against whole * p."""
    p, q = fact.bound.value.numerator, fact.bound.value.denominator
    part, whole = (fact.code, offset), (fact.of, offset)
    return Comparison(fact.bound.comparator, (Term(fact.times * q, (part,)),), (Term(p, (whole,)),), positive=(whole,))


def _mean_ratio(fact: Ratio) -> Comparison:
    """Mean of the three yearly ratios, all brought over the product of the three wholes."""
    p, q = fact.bound.value.numerator, fact.bound.value.denominator
    wholes = tuple((fact.of, offset) for offset in THREE_YEARS)
    left = tuple(
        Term(fact.times * q, ((fact.code, offset), *(w for w in wholes if w[1] != offset))) for offset in THREE_YEARS
    )
    return Comparison(fact.bound.comparator, left, (Term(p * len(wholes), wholes),), positive=wholes)


def _growth(fact: Growth) -> Comparison:
    p, q = fact.bound.value.numerator, fact.bound.value.denominator
    if fact.method == "mean_of_rates":
        # (b/a + c/b) / 2 - 1 against p/q: q (b b + c a) against 2 (p + q) a b
        a, b, c = ((fact.code, offset) for offset in fact.offsets)
        return Comparison(
            fact.bound.comparator, (Term(q, (b, b)), Term(q, (c, a))), (Term(2 * (p + q), (a, b)),), positive=(a, b)
        )
    first, last = ((fact.code, offset) for offset in fact.offsets)
    intervals = first[1] - last[1]
    # (last/first)^(1/k) - 1 against p/q: last q^k against first (p+q)^k
    return Comparison(
        fact.bound.comparator,
        (Term(q**intervals, (last,)),),
        (Term((p + q) ** intervals, (first,)),),
        positive=(first,),
    )


def _count(fact: Count) -> Logic:
    """Between what the known counts prove and what all of them together could be."""
    cells = tuple((code, LATEST) for code in fact.codes)
    most = Leaf(_against(fact.bound, cells))
    if fact.distinct == "sum":
        return Between(Leaf(_against(fact.bound, cells, lenient=True)), most)
    return Between(Either(tuple(Leaf(_against(fact.bound, (cell,))) for cell in cells)), most)


def _trend(fact: Trend) -> Logic:
    comparator = "at_least" if fact.rising else "less_than"
    pairs = tuple(
        Leaf(Comparison(comparator, (Term(1, ((fact.code, later),)),), (Term(1, ((fact.code, earlier),)),)))
        for earlier, later in fact.pairs
    )
    return Every(pairs)
