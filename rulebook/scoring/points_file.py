"""A file of points to one answer: total, grade, stars and money, each with its sentences.

The file is one JSON object, all keys optional:

    {"year": 2024,                                       the year evaluated
     "points": {"1": "85.5", "2": 90},                   reviewers' points by item
     "figures": {"gross_output": {"2024": "121"}},       in the units of the catalogue
     "grades": {"2023": "excellent"},                    grades announced, for stars
     "year_of_title": 2}                                 for money; 1 is the first year

Numbers are exact: text, or JSON numbers read digit by digit and never as floating point.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from rulebook.catalogue import INDICATORS
from rulebook.exact import ending
from rulebook.numbers import Unreadable, read_number
from rulebook.rules import Reason, RuleSet
from rulebook.scoring.marks import Mark, PointsError, Score, score
from rulebook.scoring.rewards import Payment, StarAward, payment_of, stars_of
from rulebook.scoring.tree import Scoring
from rulebook.scoring.words import left_open, payment_says, says, stars_say

_KEYS: Final = ("year", "points", "figures", "grades", "year_of_title")
_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}")


class BadPoints(ValueError):
    """A file of points that is not taken: where in it, and why."""

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(f"{place}: {reason}" if place else reason)


@dataclass(frozen=True, slots=True)
class PointsFile:
    """What a file of points says, checked."""

    year: int | None = None
    points: Mapping[str, Fraction] = field(default_factory=dict)
    figures: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)
    grades: Mapping[int, str | None] = field(default_factory=dict)
    year_of_title: int | None = None


def read_points(content: bytes) -> PointsFile:
    """The file, all or nothing; raises BadPoints."""
    try:
        top = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=_refuse
        )
    except UnicodeDecodeError as error:
        raise BadPoints("", "the file is not UTF-8; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadPoints(f"line {error.lineno}", f"not read as JSON: {error.msg}") from error
    except RecursionError as error:
        raise BadPoints("", "the file is nested too deep") from error
    for key in _mapping(top, "the file"):
        if key not in _KEYS:
            raise BadPoints(key, f"not known here; use: {', '.join(_KEYS)}")
    points = {item: Fraction(_number(value, f"points, {item}")) for item, value in _under(top, "points").items()}
    figures = {
        (_indicator(code), _year(year, f"figures, {code}")): _number(value, f"figures, {code}, {year}")
        for code, by_year in _under(top, "figures").items()
        for year, value in _mapping(by_year, f"figures, {code}").items()
    }
    grades = {_year(year, "grades"): _word(grade, f"grades, {year}") for year, grade in _under(top, "grades").items()}
    year_of_title = _number(top["year_of_title"], "year_of_title") if "year_of_title" in top else None
    if year_of_title is not None and (year_of_title < 1 or year_of_title % 1):
        raise BadPoints("year_of_title", "not a whole year; 1 is the first")
    year = _year(top["year"], "year") if "year" in top else None
    if figures and year is None:
        raise BadPoints("year", "missing; figures need the year evaluated")
    return PointsFile(year, points, figures, grades, None if year_of_title is None else int(year_of_title))


def answer(rule_set: RuleSet, given: PointsFile) -> dict[str, Any]:
    """Everything there is to say, for JSON; raises BadPoints for points or grades that fit nothing."""
    scoring = rule_set.scoring
    if scoring is None:
        raise BadPoints("", f"{rule_set.code} is no evaluation: it has no scoring")
    try:
        scored = score(scoring, given.points, given.figures, given.year or 0)
        award = _stars(scoring, scored, given)
    except PointsError as error:
        raise BadPoints(f"points, {error.item}", f"{error.problem}; {error.mend}") from error
    except ValueError as error:
        raise BadPoints("grades", str(error)) from error
    paid = None
    if scoring.money is not None and given.year_of_title is not None:
        paid = payment_of(scoring.money, scored.least, scored.most, given.year_of_title)
    return {
        "rules": rule_set.code,
        "version": rule_set.version,
        "hash": rule_set.hash,
        "year": given.year,
        "total": _range(scored.least, scored.most),
        "grade": scored.grade,
        "grade_reason": _reason(scored.grade_reason),
        "stars": _stars_json(award),
        "money": _money_json(paid),
        "settings": {name: setting.value for name, setting in rule_set.settings.items()},
        "items": [_mark(mark) for mark in scored.marks],
        "adjustments": [_mark(mark) for mark in scored.adjustments],
        "says": {lang: _sentences(scoring, scored, award, paid, lang) for lang in ("zh", "en")},
    }


def _stars(scoring: Scoring, scored: Score, given: PointsFile) -> StarAward | None:
    """Stars up to the year evaluated, whose grade is the one just told unless another was announced."""
    if scoring.stars is None or scoring.grades is None or not (given.grades or given.year):
        return None
    last = given.year if given.year is not None else max(given.grades)
    return stars_of(scoring.stars, scoring.grades, {last: scored.grade, **given.grades}, last)


def _sentences(scoring: Scoring, scored: Score, award: StarAward | None, paid: Payment | None, lang: str) -> list[str]:
    told = says(scored, scoring, lang)
    if award is not None and scoring.grades is not None:
        told.append(stars_say(award, scoring.grades, lang))
    if paid is not None and scoring.money is not None:
        told.append(payment_says(paid, scoring.money, lang))
    return told + left_open(scoring, lang)


# ------------------------------------------------------------------ out


def _range(least: Fraction, most: Fraction) -> dict[str, str | None]:
    """`told` is None while nobody can tell; then only the ends are known."""
    return {"told": _plain(least) if least == most else None, "least": _plain(least), "most": _plain(most)}


def _plain(number: Fraction) -> str:
    return ending(number) or str(number)


def _reason(reason: Reason | None) -> dict[str, Any] | None:
    return None if reason is None else {"code": reason.code, "params": dict(reason.params)}


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "item": mark.item,
        "name": {"zh": mark.name.zh, "en": mark.name.en},
        "weight": None if mark.weight is None else _plain(mark.weight),
        "points": _range(mark.least, mark.most),
        "value": mark.value,
        "unit": mark.unit or None,
        "reasons": [_reason(reason) for reason in mark.reasons],
        "items": [_mark(part) for part in mark.parts],
    }


def _stars_json(award: StarAward | None) -> dict[str, Any] | None:
    if award is None:
        return None
    by_year = {str(year): grade for year, grade in zip(award.years, award.grades, strict=True)}
    return {"stars": award.stars, "grades": by_year, "reason": _reason(award.reason)}


def _money_json(paid: Payment | None) -> dict[str, Any] | None:
    if paid is None:
        return None
    ends: dict[str, str | None] = {"told": None, "least": None, "most": None}
    if paid.least is not None and paid.most is not None:
        ends = _range(paid.least, paid.most)
    return {"year_of_title": paid.year_of_title, "yuan": ends, "reason": _reason(paid.reason)}


# ------------------------------------------------------------------ in


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadPoints(key, "said twice")
        found[key] = value
    return found


def _refuse(constant: str) -> None:
    raise BadPoints("", f"{constant} is not a number here")


def _mapping(content: Any, place: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise BadPoints(place, "not an object of “key: value”")
    return content


def _under(top: dict[str, Any], key: str) -> dict[str, Any]:
    return _mapping(top.get(key, {}), key)


def _number(value: Any, place: str) -> Decimal:
    """A number as text or as JSON wrote it."""
    if not isinstance(value, str):
        raise BadPoints(place, "not a number")
    try:
        return read_number(value)
    except Unreadable as error:
        raise BadPoints(place, f"“{value}” is not read as a number: {error}") from error


def _year(value: Any, place: str) -> int:
    if not isinstance(value, str) or not _YEAR.fullmatch(value):
        raise BadPoints(place, f"“{value}” is not a year")
    return int(value)


def _word(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise BadPoints(place, "not a word")
    return value


def _indicator(code: str) -> str:
    if code not in INDICATORS:
        raise BadPoints("figures", f"there is no indicator “{code}”")
    return code
