"""Numbers in sentences: with unit and separators, never rounded onto the bound."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Final

from rulebook.catalogue import INDICATORS, UNITS
from rulebook.conditions import Bound
from rulebook.exact import ending
from rulebook.numbers import EXACT, grouped, plain

MOST_DECIMALS: Final = 4
MONEY: Final = "yi_yuan"
FRACTION: Final = "fraction"
_PLURALS: Final = frozenset({"enterprise", "person", "patent", "piece", "item"})
_WIDE: Final = Context(prec=400)

COMPARATORS: Final[dict[str, tuple[str, str, str]]] = {
    # comparator: Chinese, English, sign
    "at_least": ("不低于", "at least", "≥"),
    "more_than": ("高于", "more than", ">"),
    "at_most": ("不超过", "at most", "≤"),
    "less_than": ("低于", "less than", "<"),
    "equals": ("等于", "exactly", "="),
}


def chinese(lang: str) -> bool:
    return lang.startswith("zh")


def value(text: str, unit_code: str, lang: str, away_from: str | None = None) -> str:
    """A figure with its unit; rounded to few decimals as a calculator does, but never onto the bound."""
    number = Decimal(text)
    bound = None if away_from is None else Decimal(away_from)
    if unit_code == FRACTION:
        number = EXACT.scaleb(number, Decimal(2))
        bound = None if bound is None else EXACT.scaleb(bound, Decimal(2))
        return f"{_digits(number, bound, 2)}%"
    return _with_unit(_digits(number, bound, MOST_DECIMALS), unit_code, lang)


def exactly(number: Decimal, unit_code: str, lang: str) -> str:
    """A figure with its unit and every digit of it; shares in percent."""
    if unit_code == FRACTION:
        return f"{grouped(plain(EXACT.scaleb(number, Decimal(2))))}%"
    return _with_unit(grouped(plain(number)), unit_code, lang)


def gap(text: str, unit_code: str, lang: str) -> str:
    """What is lacking, without its sign, never shown as nothing; shares in percentage points."""
    number = abs(Decimal(text))
    if unit_code == FRACTION:
        digits = _digits(EXACT.scaleb(number, Decimal(2)), Decimal(0), 2)
        return f"{digits} 个百分点" if chinese(lang) else f"{digits} percentage points"
    return _with_unit(
        _digits(number, Decimal(0), MOST_DECIMALS, at_least=2 if unit_code == MONEY else 0), unit_code, lang
    )


def bound(limit: Bound, unit_code: str, lang: str) -> str:
    """不低于 40 亿元; at least 40 × 100 million yuan."""
    words = COMPARATORS[limit.comparator]
    return f"{words[0] if chinese(lang) else words[1]} {required(limit, unit_code, lang)}"


def bound_sign(limit: Bound, unit_code: str, lang: str) -> str:
    """≥ 40 亿元."""
    return f"{COMPARATORS[limit.comparator][2]} {required(limit, unit_code, lang)}"


def required(limit: Bound, unit_code: str, lang: str) -> str:
    """The bound's number with its unit."""
    return value(ending(limit.value) or "", unit_code, lang)


def label(code: str, lang: str) -> str:
    return INDICATORS[code].label(lang)


def years(listed: list[str], lang: str) -> str:
    """2023、2024 年; 2023 and 2024."""
    if chinese(lang):
        return "、".join(listed) + " 年"
    return listed[0] if len(listed) == 1 else ", ".join(listed[:-1]) + " and " + listed[-1]


def _with_unit(digits: str, unit_code: str, lang: str) -> str:
    if unit_code == MONEY and not chinese(lang):
        return f"{digits} × 100 million yuan"
    name = UNITS[unit_code].name(lang)
    return f"{digits} {name.removesuffix('s') if digits == '1' and unit_code in _PLURALS else name}"


def _digits(number: Decimal, bound: Decimal | None, most: int, at_least: int = 0) -> str:
    """Plain grouped digits, rounded half up; what would land on the bound is rounded away from it."""
    text = plain(number)
    if len(text.partition(".")[2]) > most:
        last = Decimal(1).scaleb(-most)
        rounded = number.quantize(last, rounding=ROUND_HALF_UP, context=_WIDE)
        if bound is not None and rounded == bound:
            away = ROUND_CEILING if number > bound else ROUND_FLOOR
            rounded = number.quantize(last, rounding=away, context=_WIDE)
        text = plain(rounded)
    whole, _, decimals = text.partition(".")
    decimals = decimals.ljust(at_least, "0")
    return grouped(f"{whole}.{decimals}" if decimals else whole)
