"""Whether a clause that was changed still says what it compares: its wording and our reading beside its test.

A test is taken from the content of the rule file, so that every branch of a setting counts, not only the one
that is chosen. Numbers in words are read by rulebook.numerals. What an evaluation says of full marks is compared
with the points it gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import partial
from typing import Any, Final

from rulebook.conditions import COMPARATOR_WORDS
from rulebook.exact import ending
from rulebook.numbers import grouped
from rulebook.numerals import AS_ASCII, HAN, han, numbers_in
from rulebook.rules import Rule, RuleSet, Text
from rulebook.scoring.tree import Banded, Leaf, Scoring

SCORING: Final = "scoring"  # the part of an evaluation that is no clause
LANGUAGES: Final = ("zh", "en")
_WORDS_OF_A_REGION: Final = ("name", "source", "article")
_FULL_MARKS: Final = re.compile(
    r"(?:满分|最高|最多|至多|不超过|上限)\D{0,6}?(?P<zh>\d[\d.]*|[" + HAN + r"]+)\s?分"
    r"|(?i:out of|up to|at most)\s(?P<en>\d[\d.]*|[a-z -]+?)(?=\spoints?\b|[;,.]|$)"
)
# What of a rule changes nothing of what it asks, each with the reason; everything else is its reading.
ASKS_NOTHING: Final = {
    "clause": "the number by which both versions are matched",
    "name": "what the clause is called",
    "text": "the wording itself, which a reading is compared with",
    "says": "our words themselves, which must change with the reading",
    "wording": "whether the official sentence was at hand in full",
    "source": "the document the wording stands in",
    "article": "the place in that document",
    "cases": "examples of what is asked",
    "condition": "the branch of the settings that is chosen; the file is compared, with every branch",
    "regions": "the same in some places; the file is compared, with every branch",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit: `text` or `says` unchanged, or a number in them that is no threshold.

    `code` is "threshold" (a threshold changed and the words did not), "reading" (a reading changed and our words
    of it did not), "asked" (what the clause is or whom it concerns changed, and these words did not), "number" or,
    of an `item` of an evaluation, "points"; `part` is "text" or "says", `number` as the clause writes it.
    """

    code: str
    part: str
    lang: str
    number: str = ""
    thresholds: tuple[str, ...] = ()
    item: str = ""


def faults(before: RuleSet | None, after: RuleSet, clause: str) -> list[Fault]:
    """What does not fit in a clause that is new or differs from the version before."""
    rule = after.by_clause.get(clause)
    if rule is None:
        return list(_points(after.scoring)) if clause == SCORING and after.scoring else []
    old = before.by_clause.get(clause) if before else None
    found = []
    if before is not None and old is not None:
        raw = _raw(before, clause), _raw(after, clause)
        if moves_a_threshold(before, after, clause):
            found += [
                Fault("threshold", part, lang)
                for part in ("text", "says")
                for lang in LANGUAGES
                if _words(raw[0], part, lang) == _words(raw[1], part, lang)
            ]
        elif (was := _reading(before, old)) != (now := _reading(after, rule)):
            found += [
                Fault("reading" if was[0] == now[0] else "asked", "says", lang)
                for lang in LANGUAGES
                if _words(raw[0], "says", lang) == _words(raw[1], "says", lang)
            ]
    return found + list(_numbers(after, rule))


def moves_a_threshold(before: RuleSet, after: RuleSet, clause: str) -> bool:
    """Whether a value or a comparator of a clause that was there before is another now, in any branch or region."""
    if clause not in before.by_clause or clause not in after.by_clause:
        return False
    return bounds(_raw(before, clause)) != bounds(_raw(after, clause))


def asks_the_same(before: RuleSet, after: RuleSet, clause: str) -> bool:
    """Whether a clause of both versions compares the same, in the branches of settings that are not chosen too."""
    reading = [_reading(one, one.by_clause[clause]) for one in (before, after)]
    return reading[0] == reading[1] and not moves_a_threshold(before, after, clause)


def bounds(raw: Any) -> list[tuple[str, Fraction]]:
    """Every comparator with its value in the order of the file."""
    return list(_bounds({key: raw[key] for key in ("test", "regions") if key in raw}))


def _bounds(raw: Any) -> Iterator[tuple[str, Fraction]]:
    if isinstance(raw, list):
        for one in raw:
            yield from _bounds(one)
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            if key in COMPARATOR_WORDS:
                yield key, Fraction(value)
            else:
                yield from _bounds(value)


def _raw(rule_set: RuleSet, clause: str) -> Mapping[str, Any]:
    return next(one for one in rule_set.content["rules"] if one["clause"] == clause)


def _words(raw: Mapping[str, Any], part: str, lang: str) -> str:
    return "".join(str(raw[part][lang]).split())


def _reading(rule_set: RuleSet, rule: Rule) -> tuple[Any, ...]:
    """How a clause is read: every member that asks something, its test without values, settings, titles that count."""
    raw = _raw(rule_set, rule.clause)
    asked = {one.name: getattr(rule, one.name) for one in fields(rule) if one.name not in ASKS_NOTHING}
    chosen = {name: rule_set.settings[name].value for name in asked.pop("settings")}
    return asked, _shape(raw.get("test")), _shape(raw.get("regions")), chosen, [one.titles for one in rule.rosters]


def _shape(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_shape(one) for one in raw]
    if isinstance(raw, Mapping):
        kept = {key: value for key, value in raw.items() if key not in (*COMPARATOR_WORDS, *_WORDS_OF_A_REGION)}
        return {key: _shape(value) for key, value in kept.items()}
    return raw


# ------------------------------------------------------------------ numbers in words


def _numbers(rule_set: RuleSet, rule: Rule) -> Iterator[Fault]:
    """Every number of the wording and of our reading that is none of the clause's thresholds."""
    raw = _raw(rule_set, rule.clause)
    values = [value for _comparator, value in bounds(raw)]
    if not values:
        return
    unit = rule.unit_code or ""
    known = {*values, *_times(raw)}
    told = tuple(dict.fromkeys(_as_written(value, unit) for value in values))
    for part in ("text", "says"):
        for lang in LANGUAGES:
            for typed, number in numbers_in(str(raw[part][lang]), unit):
                if number not in known:
                    yield Fault("number", part, lang, typed, told)


def _times(raw: Any) -> Iterator[Fraction]:
    """What a ratio is multiplied by: the 10 000 of “per 10 000 persons”; and how many of several must be met."""
    if isinstance(raw, list):
        for one in raw:
            yield from _times(one)
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            if key in ("times", "n") and isinstance(value, str):
                yield Fraction(value)
            else:
                yield from _times(value)


# ------------------------------------------------------------------ what an evaluation says of its points


def _points(scoring: Scoring) -> Iterator[Fault]:
    """Numbers in the words of an evaluation that it does not give: full marks, bounds and points of bands, cut-offs."""
    for item in scoring.walk():
        yield from _said_of_points(item.item, item.name, item.leaf, set() if item.weight is None else {item.weight})
    for one in scoring.adjustments:
        yield from _said_of_points(one.item, one.name, one.leaf, set())
    grades = scoring.grades.listed if scoring.grades else ()
    cuts = {grade.at_least for grade in grades if grade.at_least is not None}
    for grade in grades:
        yield from _not_among(cuts, grade.code, "name", grade.name, partial(numbers_in, unit=""))


def _said_of_points(item: str, name: Text, leaf: Leaf | None, known: set[Fraction]) -> Iterator[Fault]:
    """Bands have no words but the name of their item; what reviewers give is explained, with its full marks."""
    if isinstance(leaf, Banded):
        for band in leaf.bands:
            known |= {band.points, *([band.bound.value] if band.bound else [])}
        yield from _not_among(known, item, "name", name, partial(numbers_in, unit=leaf.measure.unit_code))
    elif leaf is not None:
        for part, words in (("name", name), ("says", leaf.says)):
            yield from _not_among(known | {leaf.most}, item, part, words, _full_marks)


def _not_among(
    known: set[Fraction], item: str, part: str, words: Text, numbers: Callable[[str], Iterator[tuple[str, Fraction]]]
) -> Iterator[Fault]:
    told = tuple(_as_written(value, "") for value in sorted(known, reverse=True))
    for lang in LANGUAGES:
        for typed, number in numbers(words(lang)):
            if number not in known:
                yield Fault("points", part, lang, typed, told, item)


def _full_marks(text: str) -> Iterator[tuple[str, Fraction]]:
    """What a sentence says at most can be had: 满分100分, out of 100."""
    for found in _FULL_MARKS.finditer(text.translate(AS_ASCII)):
        typed = found["zh"] or found["en"]
        if found["zh"] and not typed[0].isdigit():
            yield typed, han(typed)
        else:
            yield from numbers_in(typed, "")


def _as_written(value: Fraction, unit: str) -> str:
    text = ending(value * 100 if unit == "fraction" else value) or str(value)
    return f"{grouped(text)}%" if unit == "fraction" else grouped(text)
