"""Whether a clause that was changed still says what it compares: its wording and our reading beside its test.

A test is taken from the content of the rule file, so that every branch of a setting counts, not only the one
that is chosen. Numbers are read as people write them: 40亿元, 四十亿元, 百分之七十, 70 %, 4 billion yuan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from rulebook.conditions import COMPARATOR_WORDS
from rulebook.exact import ending
from rulebook.numbers import grouped
from rulebook.rules import Rule, RuleSet

LANGUAGES: Final = ("zh", "en")
_WORDS_OF_A_REGION: Final = ("name", "source", "article")
_DIGITS: Final = {sign: i for i, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_SCALES: Final = {
    "": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12, "hundred": 100, "thousand": 1000,
    "million": 10**6, "100 million": 10**8, "hundred million": 10**8, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_MONEY: Final = {"yi_yuan": 10**8}
_AS_ASCII: Final = str.maketrans("０１２３４５６７８９．，％×\u00a0\u2009\u202f\u3000", "0123456789.,%×    ")
_HAN: Final = "零〇一二两三四五六七八九十百千"
# what holds digits and is no number of the clause: years and terms, numbers of articles and documents, T-3
_NO_NUMBER: Final = re.compile(
    r"T\s?-\s?\d+|第\s?[\d" + _HAN + r"]+|[〔\[(]\d{4}[〕\])]\s?\d*号?|\d+\s?(?:个年度|年|月|日)"
    r"|(?:last|latest|past|next)\s\d+\syears?|\b(?:19|20)\d{2}\b(?!\s?%)|clauses?\s\d[\d.]*",
    re.ASCII,
)
_NUMBER: Final = re.compile(
    r"(?:百分之(?P<part>[点" + _HAN + r"]+))"
    r"|(?P<han>[" + _HAN + r"]+)(?P<han_scale>万亿|万|亿)?(?=元|家|户|平方公里|个百分点)"
    r"|(?P<digits>\d{1,3}(?:[ ,]\d{3})+(?!\d)|\d+)(?P<decimals>\.\d+)?\s?"
    r"(?P<scale>%|个?百分点|percent(?:age points?)?|×\s?100 million|(?:hundred )?million|hundred|thousand|billion"
    r"|trillion|万亿|[百千万亿])?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit: `text` or `says` unchanged, or a number in them that is no threshold.

    `code` is "threshold" (a threshold changed and the words did not), "reading" (a reading changed and our words
    of it did not) or "number"; `part` is "text" or "says", `number` as the clause writes it.
    """

    code: str
    part: str
    lang: str
    number: str = ""
    thresholds: tuple[str, ...] = ()


def faults(before: RuleSet | None, after: RuleSet, clause: str) -> list[Fault]:
    """What does not fit in a clause that is new or differs from the version before."""
    rule = after.by_clause.get(clause)
    if rule is None:
        return []
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
        elif _reading(before, old) != _reading(after, rule):
            found += [
                Fault("reading", "says", lang)
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
    """How a clause is read: its test without values, the settings it takes, the titles that count."""
    raw = _raw(rule_set, rule.clause)
    chosen = {name: rule_set.settings[name].value for name in rule.settings}
    return _shape(raw.get("test")), _shape(raw.get("regions")), chosen, [one.titles for one in rule.rosters]


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


def numbers_in(text: str, unit: str) -> Iterator[tuple[str, Fraction]]:
    """Every number of a sentence as it is written, and as a clause of this unit compares it."""
    text = _NO_NUMBER.sub(lambda found: " " * len(found[0]), text.translate(_AS_ASCII))
    for found in _NUMBER.finditer(text):
        typed = found[0].strip()
        if found["part"]:
            yield typed, _han(found["part"]) / 100
        elif found["han"]:
            scale = "%" if text[found.end() :].startswith("个百分点") else found["han_scale"] or ""
            yield typed, _scaled(_han(found["han"]), scale, text[found.end() :], unit)
        else:
            number = Fraction(re.sub("[ ,]", "", found["digits"]) + (found["decimals"] or ""))
            yield typed, _scaled(number, (found["scale"] or "").removeprefix("×").strip(), text[found.end() :], unit)


def _scaled(number: Fraction, scale: str, rest: str, unit: str) -> Fraction:
    if scale == "%" or "百分点" in scale or scale.startswith("percent"):
        return number / 100
    number *= _SCALES[scale]
    is_money = bool(scale) or rest.startswith("元")  # 40 alone is said in the unit of the clause
    return number / _MONEY[unit] if unit in _MONEY and is_money else number


def _han(text: str) -> Fraction:
    """四十 is 40, 一百二十 is 120, 十二点五 is 12.5."""
    whole, point, decimals = text.partition("点")
    if point:
        return _han(whole) + Fraction("0." + "".join(str(_DIGITS.get(sign, 0)) for sign in decimals))
    total, digit = 0, 0
    for sign in whole:
        if sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return Fraction(total + digit)


def _as_written(value: Fraction, unit: str) -> str:
    text = ending(value * 100 if unit == "fraction" else value) or str(value)
    return f"{grouped(text)}%" if unit == "fraction" else grouped(text)
