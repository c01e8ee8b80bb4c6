"""Numbers in sentences, as people write them.

40亿元, 四十亿元, 百分之七十, 六成, 三分之二, 不少于三项, 70 %, 4 billion yuan, forty hundred million, one half. Years,
ordinals, numbers of articles and documents, and words that only count what there is are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

_DIGITS: Final = {sign: i for i, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_SCALES: Final = {
    "": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12, "hundred": 100, "thousand": 1000,
    "million": 10**6, "100 million": 10**8, "hundred million": 10**8, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_MONEY: Final = {"yi_yuan": 10**8}
AS_ASCII: Final = str.maketrans("０１２３４５６７８９．，％×\u00a0\u2009\u202f\u3000", "0123456789.,%×    ")
HAN: Final = "零〇一二两三四五六七八九十百千"
_MEASURES: Final = (
    r"元|家|户|人|名|项|件|种|条|台|套|次|亩|公顷|吨|千瓦|倍|所|座|处|场|篇|款|间|辆|艘|株|份|只|批|岗位|位(?!一体|[置于居次])"
    r"|(?:平方|立方)?(?:公里|千米|米)|个百分点|百分点|个(?!年|月|季|工作日|自然日|交易日)|部(?!门|委|分|级|属|长)|支(?!柱|持|撑)"
)
_ONES: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_POWERS: Final = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_EN: Final = "|".join(sorted(_ONES, key=len, reverse=True))
_LAPSE: Final = r"(?:years?|yearly|months?|days?|intervals?)\b"
# what holds digits and is no number of the clause: years and terms, numbers of articles and documents, T-3
_NO_NUMBER: Final = re.compile(
    r"T\s?-\s?\d+|第\s?[\d" + HAN + r"]+|[〔\[(]\d{4}[〕\])]\s?\d*号?|\d+\s?(?:个年度|年|月|日)"
    r"|(?:last|latest|past|next)\s\d+\syears?|\b(?:19|20)\d{2}\b(?!\s?%)|clauses?\s\d[\d.]*"
    r"|[数几][" + HAN + r"]+|[" + HAN + r"]+[余多来几](?=[万亿" + HAN + r"]*(?:" + _MEASURES + r"))"
    r"|(?i:\b(?:" + _EN + r")[\s-](?:\w+\s)?" + _LAPSE + r")"
    r"|(?i:\b(?:first|second|last)\shalf\b|\bhalf(?:-|\sa\s|\s)years?\b)",
    re.ASCII,
)
_NUMBER: Final = re.compile(
    r"(?:百分之(?P<part>[点" + HAN + r"]+))"
    r"|(?P<whole>[" + HAN + r"]+|万)分之(?P<share>[" + HAN + r"]+)"
    r"|(?P<tenths>[一两三四五六七八九])成(?P<and>[一二三四五六七八九半])?(?![员为立果套本功长就效交分品年型不])"
    r"|(?P<half>半数|一半|过半)"
    r"|(?P<han>[" + HAN + r"]+(?:点[" + HAN + r"]+)?)(?P<han_scale>万亿|万|亿)?(?=" + _MEASURES + r")"
    r"|(?i:\b(?:(?P<of>" + _EN + r"|a)[ -])?(?P<nth>half|thirds?|quarters?|fourths?|fifths?|tenths?)\b)"
    r"|(?i:\b(?P<words>(?:" + _EN + r")(?:[ -](?:and )?(?:" + _EN + "|" + "|".join(_POWERS) + r"))*)\b"
    r"(?P<percent>\s?(?:%|per ?cent(?:age points?)?\b))?)"
    r"|(?P<digits>\d{1,3}(?:[ ,]\d{3})+(?!\d)|\d+)(?P<decimals>\.\d+)?\s?"
    r"(?P<scale>%|个?百分点|percent(?:age points?)?|×\s?100 million|(?:hundred )?million|hundred|thousand|billion"
    r"|trillion|万亿|[百千万亿]|成)?",
    re.ASCII,
)
# “一家”, “one of them” and “the three kinds” count what there is; a bound says that it is one
_BEFORE_ONE: Final = re.compile(
    r"(?:不[少低高多超大小]于|不超过|不足|不到|至少|最少|最多|至多|超过|[高低少多大小]于|达到|达|满"
    r"|(?i:at least|at most|more than|less than|fewer than|up to|exceed(?:s|ing)?|above|below|over))\s?$"
)
_AFTER_ONE: Final = re.compile(
    r"(?:" + _MEASURES + r")(?:企业)?[及或]?以[上下]|(?i:\s(?:\w+\s)?or (?:more|fewer|less))", re.ASCII
)


def numbers_in(text: str, unit: str) -> Iterator[tuple[str, Fraction]]:
    """Every number of a sentence as it is written, and as a clause of this unit compares it."""
    text = _NO_NUMBER.sub(lambda found: " " * len(found[0]), text.translate(AS_ASCII))
    for found in _NUMBER.finditer(text):
        typed = found[0].strip()
        if found["part"]:
            yield typed, han(found["part"]) / 100
        elif found["whole"]:
            whole = Fraction(10**4) if found["whole"] == "万" else han(found["whole"])
            yield from [(typed, han(found["share"]) / whole)] if whole else []
        elif found["tenths"]:
            yield (
                typed,
                han(found["tenths"]) / 10 + Fraction(_DIGITS.get(found["and"] or "", 5), 100) * bool(found["and"]),
            )
        elif found["half"]:
            yield typed, Fraction(1, 2)
        elif found["nth"]:
            yield from _part_in_english(typed, found["of"] or "", found["nth"])
        elif _is_small(found) and not _is_bound(text, found):
            continue
        elif found["words"]:
            yield typed, _in_english(found["words"], bool(found["percent"]), unit)
        elif found["han"]:
            scale = "%" if text[found.end() :].startswith("个百分点") else found["han_scale"] or ""
            yield typed, _scaled(han(found["han"]), scale, text[found.end() :], unit)
        else:
            number = Fraction(re.sub("[ ,]", "", found["digits"]) + (found["decimals"] or ""))
            yield typed, _scaled(number, (found["scale"] or "").removeprefix("×").strip(), text[found.end() :], unit)


def _scaled(number: Fraction, scale: str, rest: str, unit: str) -> Fraction:
    if scale == "%" or "百分点" in scale or scale.startswith("percent"):
        return number / 100
    if scale == "成":
        return number / 10
    number *= _SCALES[scale]
    is_money = bool(scale) or rest.startswith("元")  # 40 alone is said in the unit of the clause
    return number / _MONEY[unit] if unit in _MONEY and is_money else number


def _is_small(found: re.Match[str]) -> bool:
    """Whether a word may as well count what there is: 一 and 二 with a measure word, one to nine in English."""
    return found[0] in ("一", "二") or (not found["percent"] and _ONES.get((found["words"] or "").lower(), 10) < 10)


def _is_bound(text: str, found: re.Match[str]) -> bool:
    """Whether such a word is said as a bound: 不少于一家, one or more."""
    return bool(_BEFORE_ONE.search(text[: found.start()]) or _AFTER_ONE.match(text, found.end()))


def _part_in_english(typed: str, of: str, nth: str) -> Iterator[tuple[str, Fraction]]:
    """One half, two thirds; a third without a number before it is an ordinal."""
    whole = _PARTS[nth.lower().removesuffix("s")]
    if of or whole == _PARTS["half"]:
        yield typed, Fraction(_ONES.get(of.lower(), 1), whole)


def _in_english(words: str, is_percent: bool, unit: str) -> Fraction:
    """Forty hundred million is 40 × 10^8, one hundred and twenty is 120."""
    total, part = 0, 0
    spoken = [word for word in re.split("[ -]", words.lower()) if word != "and"]
    for place, word in enumerate(spoken, 1):
        if word in _ONES:
            part += _ONES[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand" and "million" in spoken[place:]:
            part *= _POWERS[word]
        else:
            total, part = total + (part or 1) * _POWERS[word], 0
    number = Fraction(total + part)
    if is_percent:
        return number / 100
    is_money = unit in _MONEY and any(_POWERS.get(word, 0) >= _POWERS["million"] for word in spoken)
    return number / _MONEY[unit] if is_money else number


def han(text: str) -> Fraction:
    """四十 is 40, 一百二十 is 120, 十二点五 is 12.5."""
    whole, point, decimals = text.partition("点")
    if point:
        return han(whole) + Fraction("0." + "".join(str(_DIGITS.get(sign, 0)) for sign in decimals))
    total, digit = 0, 0
    for sign in whole:
        if sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return Fraction(total + digit)
