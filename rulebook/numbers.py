"""The one number parser, for every door a number comes in by; and how a figure is shown.

What the eye sees is what is read: ASCII or full-width digits, an optional sign, one point,
thousands commas in their right places, one percent sign where the unit is percent. Everything else
(1_000, 1e5, other scripts, NaN, units, spaces inside, what cannot be seen) is refused with a reason
code that the pages translate. tests/rulebook/typed_texts.json says it text by text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

from rulebook.catalogue import Indicator, Kind
from rulebook.characters import SPACE, is_hidden, shown, trimmed

TYPED_LIMIT: Final = 60  # characters of a cell that are kept
STORED_DIGITS: Final = 20
STORED_DECIMALS: Final = 6

EXACT: Final = Context(prec=400)  # moving the point of a typed number never rounds

_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．，－＋", "0123456789.,-+")
_PERCENT: Final = ("%", "％")
_CUT: Final = "…"  # the end of a text that was too long to keep
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)?(?:\.[0-9]*)?")
# 有 and 无 are no answers: who writes 无 may as well mean that there is no figure
_YES: Final = frozenset({"是", "是的", "属于", "1", "yes", "Yes", "YES"})
_NO: Final = frozenset({"否", "不是", "不属于", "0", "no", "No", "NO"})
# what people write where there is no figure, in small letters
_NO_FIGURE: Final = frozenset(
    {"无", "暂无", "没有", "无数据", "暂无数据", "没有数据", "无统计", "未统计", "未填报", "未填", "未知", "不详"}
    | {"不清楚", "不适用", "缺", "缺失", "空", "-", "--", "－", "–", "—", "——", "―", "─", "/", "／", "//", "\\"}
    | {"n/a", "na", "none", "null", "nil"}
)

REASONS: Final[dict[str, str]] = {
    "empty": "it is empty",
    "too_long": "it is longer than {limit} characters",
    "invisible": "there is a character inside that cannot be seen; type the number anew",
    "no_figure": "where there is no figure nothing is written",
    "exponent": "exponents such as 1e5 are not read; write the number out",
    "underscore": "underscores are not read; use commas or nothing between thousands",
    "other_script": "digits of another script are not read; use 0 to 9",
    "not_finite": "NaN and infinity are not numbers here",
    "percent_sign": "leave out the percent sign",
    "inner_space": "there is a space inside the number",
    "commas": "the thousands commas do not stand where they should",
    "thousands": "thousands are set apart with a comma",
    "points": "there is more than one point",
    "unit": "write the number alone, without a unit or words",
    "not_a_number": "it is not a number",
    "too_many_digits": "it has more than {limit} digits before the point",
    "too_many_decimals": "it has more than {limit} decimals",
    "not_whole": "it is not a whole number",
    "not_yes_no": "answer 是 or 否 (1 or 0)",
}


class Unreadable(ValueError):
    """Text that is not read as a number: a reason code and what its sentence needs."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(REASONS[code].format(**params))


def means_no_figure(text: str) -> bool:
    """Whether a text is nothing but a word people write where there is no figure."""
    return trimmed(text).rstrip("。.").casefold() in _NO_FIGURE


def read_number(typed: str) -> Decimal:
    """The exact number that was typed; raises Unreadable. No limit but that of a cell's text."""
    text = typed.strip(SPACE).translate(_FULL_WIDTH)
    if not text:
        raise Unreadable("empty")
    if len(text) > TYPED_LIMIT:
        raise Unreadable("too_long", limit=TYPED_LIMIT)
    if not _NUMBER.fullmatch(text) or not any("0" <= c <= "9" for c in text):
        raise Unreadable("too_long" if _is_cut(text) else _why_not(text), limit=TYPED_LIMIT)
    value = Decimal(text.replace(",", ""))
    return value if value else Decimal(0)


def _is_cut(text: str) -> bool:
    return len(text) == TYPED_LIMIT and text.endswith(_CUT)


def read_percent(typed: str) -> tuple[Decimal, bool]:
    """The exact number that was typed, and whether one percent sign stands behind it; raises Unreadable."""
    text = typed.strip(SPACE)
    if not text.endswith(_PERCENT):
        return read_number(text), False
    bare = text[:-1].rstrip(SPACE)
    if not bare:
        raise Unreadable("not_a_number")
    if len(text) > TYPED_LIMIT:
        raise Unreadable("too_long", limit=TYPED_LIMIT)
    return read_number(bare), True


def read_whole(typed: str) -> int:
    """A whole number that was typed; raises Unreadable."""
    value = read_number(typed)
    if value != value.to_integral_value():
        raise Unreadable("not_whole")
    return int(value)


def in_ascii(typed: str) -> str:
    """The text with its full-width digits and signs in ASCII; raises Unreadable for digits of another script."""
    text = typed.translate(_FULL_WIDTH)
    if _has_other_digits(text):
        raise Unreadable("other_script")
    return text


def _has_other_digits(text: str) -> bool:
    return any(unicodedata.category(c) in {"Nd", "Nl", "No"} and c not in "0123456789" for c in text)


def _why_not(text: str) -> str:
    """The reason code for text the parser does not read."""
    if any(is_hidden(letter) and letter not in SPACE for letter in text) or "␣U+" in text:
        return "invisible"
    if text.lower() in _NO_FIGURE:
        return "no_figure"
    lowered = text.lower().lstrip("+-")
    if lowered in {"nan", "snan", "inf", "infinity", "∞"}:
        return "not_finite"
    if _has_other_digits(text):
        return "other_script"
    if re.fullmatch(r"[0-9.,]+e[+-]?[0-9]+", lowered):
        return "exponent"
    if re.fullmatch(r"[0-9.,_]+", lowered) and "_" in lowered:
        return "underscore"
    if re.fullmatch(r"[0-9.,]+\s*[%％‰]+", lowered):
        return "percent_sign"
    if re.fullmatch(r"[0-9.,]+(?:\s+[0-9.,]+)+", lowered):
        return "inner_space"
    if re.fullmatch(r"[0-9.,]+", lowered):
        return "points" if lowered.count(".") > 1 else "commas" if "," in lowered else "not_a_number"
    if re.fullmatch(r"[0-9]{1,3}(?:['’‘′＇`´、][0-9]{3})+(?:\.[0-9]*)?", lowered):
        return "thousands"
    return "unit" if re.match(r"[0-9]", lowered) else "not_a_number"


def clean_typed(text: str) -> str:
    """What is kept of typed text, so that it never reads as another number; the same when it is kept again.

    Trimmed and composed; a hidden character is shown as ␣U+202E, a text over 60 characters as its first 59 and “…”.
    """
    one_line = re.sub("[\t\r\n]+", " ", text.strip(SPACE))
    kept = shown(unicodedata.normalize("NFC", one_line))
    return kept if len(kept) <= TYPED_LIMIT else kept[: TYPED_LIMIT - 1] + _CUT


def read_figure(indicator: Indicator, typed: str) -> Decimal:
    """The value of a cell in the unit the rules use; raises Unreadable.

    Rates are typed in percent, with the sign or without (15.3 becomes 0.153); yes and no may be 是, 否, 1 or 0.
    What no column can keep (over 20 digits or 6 decimals) is unreadable too.
    """
    if indicator.kind is Kind.BOOLEAN:
        word = typed.strip(SPACE).translate(_FULL_WIDTH)
        if not word:
            raise Unreadable("empty")
        if word in _YES or word in _NO:
            return Decimal(int(word in _YES))
        raise Unreadable("no_figure" if word.lower() in _NO_FIGURE - {"无", "没有"} else "not_yes_no")
    if not indicator.typed_in_percent:
        return storable(read_number(typed))
    value, _has_sign = read_percent(typed)
    return storable(EXACT.scaleb(value, Decimal(-2)))


def storable(value: Decimal) -> Decimal:
    """The value if a stored figure can hold it (20 digits, 6 decimals), else Unreadable."""
    text = plain(value).lstrip("-")
    whole, _, decimals = text.partition(".")
    if len(decimals) > STORED_DECIMALS:
        raise Unreadable("too_many_decimals", limit=STORED_DECIMALS)
    if len(whole) > STORED_DIGITS - STORED_DECIMALS:
        raise Unreadable("too_many_digits", limit=STORED_DIGITS - STORED_DECIMALS)
    return value


@dataclass(frozen=True, slots=True)
class RangeProblem:
    """Why a readable value cannot be submitted: code and the figures of its sentence."""

    code: str  # "below", "above" or "decimals"
    limit: str

    def __str__(self) -> str:
        words = {"below": "less than {}", "above": "more than {}", "decimals": "more than {} decimals"}
        return words[self.code].format(self.limit)


def range_problem(indicator: Indicator, value: Decimal) -> RangeProblem | None:
    """What keeps the value from being submitted, or None. Saving never asks this."""
    if value < indicator.low:
        return RangeProblem("below", show(indicator, indicator.low))
    if value > indicator.high:
        return RangeProblem("above", show(indicator, indicator.high))
    _, _, decimals = plain(value).partition(".")
    if len(decimals) > indicator.decimals:
        return RangeProblem("decimals", str(indicator.decimals_typed))
    return None


def plain(value: Decimal) -> str:
    """The number in plain digits: no exponent, no trailing zeros, no -0."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def grouped(text: str) -> str:
    """Plain digits with thousands commas."""
    sign = "-" if text.startswith("-") else ""
    whole, point, decimals = text.lstrip("-").partition(".")
    return sign + f"{int(whole or 0):,}" + point + decimals


def show(indicator: Indicator, value: Decimal, *, with_unit: bool = False, lang: str = "zh") -> str:
    """The normalised text of a figure: thousands commas, percent for rates, 是 or 否."""
    if indicator.kind is Kind.BOOLEAN and value in (0, 1):
        return ("是" if value else "否") if lang.startswith("zh") else ("yes" if value else "no")
    if indicator.typed_in_percent:
        return grouped(plain(EXACT.scaleb(value, Decimal(2)))) + "%"
    text = grouped(plain(value))
    return f"{text} {indicator.unit.name(lang)}" if with_unit else text
