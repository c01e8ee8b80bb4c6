"""Reads one clause of a rule file: its words, its test, what regions ask instead, and its cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from rulebook.catalogue import UNITS, Kind
from rulebook.conditions import Condition
from rulebook.operators import Cell
from rulebook.reading import Reading, at
from rulebook.reading_conditions import ConditionReading
from rulebook.rules import Case, Region, Rule, RuleKind, State
from rulebook.units import units_of

_WORDS: Final = "clause name text wording says source article kind veto when unit"
_KEYS: Final = frozenset(f"{_WORDS} test regions cases".split())
_CLAUSE: Final = re.compile(r"[^\s/=@]{1,20}")  # 2.1/1 is a part of 2.1
_CELL: Final = re.compile(r"([a-z0-9_]+) T-([1-4])")
_WITHOUT_TEST: Final = {RuleKind.MANUAL: "a manual clause", RuleKind.OPEN: "an open clause"}
_GIVES: Final = tuple(str(state) for state in State if state is not State.WAIVED)


def rule(reading: Reading, content: Any, line: int = 0) -> Rule:
    """One clause."""
    reading.clause = str(content.get("clause", "")) if isinstance(content, Mapping) else ""
    one = reading.mapping(content, "a clause", known=_KEYS, line=line)
    reading.clause = reading.needed_words(one, "clause")
    if not _CLAUSE.fullmatch(reading.clause):
        raise reading.error(at(one, "clause"), "this is no number of a clause", "write at most 20 signs such as 2.1")
    source = reading.source(one)
    kinds = [str(kind) for kind in RuleKind]
    kind = RuleKind(reading.choice(reading.need(one, "kind"), kinds, "kind", one, "kind"))
    tests = ConditionReading(reading)
    condition = _condition(tests, one, kind)
    unit = _unit(reading, one, condition)
    found = Rule(
        clause=reading.clause,
        name=reading.text(one, "name"),
        text=reading.text(one, "text"),
        wording=reading.choice(one.get("wording", "verbatim"), ("verbatim", "summary"), "wording", one, "wording"),
        says=reading.text(one, "says"),
        source=source,
        article=reading.needed_words(one, "article"),
        kind=kind,
        veto=reading.yes(one, "veto"),
        condition=condition,
        when=_when(reading, one, kind),
        unit_code=unit,
        regions=_regions(tests, one, condition, unit),
        cases=_cases(reading, one),
        settings=tuple(dict.fromkeys(tests.used)),
    )
    reading.clause = ""
    return found


def _condition(tests: ConditionReading, one: Mapping[str, Any], kind: RuleKind) -> Condition | None:
    if kind not in _WITHOUT_TEST:
        return tests.condition(tests.reading.need(one, "test"), at(one, "test"))
    if "test" in one:
        problem = f"{_WITHOUT_TEST[kind]} has no test"
        raise tests.reading.error(at(one, "test"), problem, "remove the test or change the kind")
    return None


def _when(reading: Reading, one: Mapping[str, Any], kind: RuleKind) -> str | None:
    if kind is not RuleKind.CONDITIONAL:
        if "when" in one:
            raise reading.error(at(one, "when"), "only a conditional clause has “when”", "use “kind: conditional”")
        return None
    flag = reading.indicator(reading.need(one, "when"), one, "when")
    if flag.kind is not Kind.BOOLEAN:
        raise reading.error(at(one, "when"), f"{flag.code} is not answered by yes or no", "name a yes/no indicator")
    return flag.code


def _unit(reading: Reading, one: Mapping[str, Any], condition: Condition | None) -> str | None:
    """The unit of the clause; none is written where its parts come in several."""
    if condition is None:
        return None
    units = sorted(units_of(condition))
    if "unit" not in one and len(units) > 1:
        return None
    unit = reading.choice(reading.need(one, "unit"), UNITS, "unit", one, "unit")
    _fits(reading, units, unit, at(one, "unit"))
    return unit


def _fits(reading: Reading, units: list[str], unit: str, line: int) -> None:
    for found in units:
        if found != unit:
            raise reading.error(line, f"the unit is {unit} but the test is in {found}", f"write “unit: {found}”")


def _regions(
    tests: ConditionReading, one: Mapping[str, Any], condition: Condition | None, unit: str | None
) -> tuple[Region, ...]:
    """What the clause asks instead in some places; no place twice."""
    reading = tests.reading
    if "regions" not in one:
        return ()
    if condition is None:
        problem = "a clause without a test has no other test in a region"
        raise reading.error(at(one, "regions"), problem, "remove the regions or give the clause a test")
    found: list[Region] = []
    for content in reading.listed(one, "regions", "write “- places: […]” for each"):
        known = frozenset({"places", "name", "source", "article", "test"})
        region = reading.mapping(content, "a region", known, at(one, "regions"))
        places = tuple(
            reading.place(code, region, "places") for code in reading.listed(region, "places", "write a list of codes")
        )
        for place in places:
            if places.count(place) > 1 or any(place in other.places for other in found):
                mend = "name each place in one region"
                raise reading.error(at(region, "places"), f"{place} is named twice", mend)
        test = tests.condition(reading.need(region, "test"), at(region, "test"))
        if unit is not None:
            _fits(reading, sorted(units_of(test)), unit, at(region, "test"))
        name, source, article = reading.text(region, "name"), reading.source(region), region
        found.append(Region(places, name, source, reading.needed_words(article, "article"), test))
    return tuple(found)


def _cases(reading: Reading, one: Mapping[str, Any]) -> tuple[Case, ...]:
    if "cases" not in one:
        return ()
    found = []
    for content in reading.listed(one, "cases", "write “- case: …” for each"):
        case = reading.mapping(content, "a case", frozenset({"case", "figures", "place", "gives"}), at(one, "cases"))
        figures = reading.mapping(case.get("figures", {}), "figures", line=at(case, "figures"))
        place = case.get("place", "")
        found.append(
            Case(
                name=reading.needed_words(case, "case"),
                figures={_cell(reading, figures, key): _decimal(reading, figures, key) for key in figures},
                place=reading.place(place, case, "place") if place else "",
                gives=State(reading.choice(reading.need(case, "gives"), _GIVES, "gives", case, "gives")),
            )
        )
    return tuple(found)


def _cell(reading: Reading, figures: Mapping[str, Any], key: str) -> Cell:
    """“gross_output T-1”: an indicator and a year it is collected for."""
    parts = _CELL.fullmatch(key)
    if parts is None:
        problem = f"“{key}” names no figure"
        raise reading.error(at(figures, key), problem, "write “gross_output T-1” (T-1 is the year before the call)")
    indicator, offset = reading.indicator(parts[1], figures, key), int(parts[2])
    if offset not in indicator.offsets:
        problem = f"{indicator.code} is not collected for T-{offset}"
        raise reading.error(at(figures, key), problem, "name a year of the catalogue")
    return indicator.code, offset


def _decimal(reading: Reading, figures: Mapping[str, Any], key: str) -> Decimal:
    reading.number(figures, key)
    return Decimal(figures[key])
