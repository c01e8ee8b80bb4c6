"""Numbers in sentences: with unit and separators, never rounded onto the bound."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from rulebook.catalogue import INDICATORS, UNITS
from rulebook.conditions import Bound
from rulebook.exact import ending
from rulebook.numbers import EXACT, grouped, plain

# What is typed is shown in full; what is computed in a unit nobody types is rounded for reading.
MOST_DECIMALS: Final[dict[str, int]] = {
    unit: max((one.decimals for one in INDICATORS.values() if one.unit_code == unit), default=2) for unit in UNITS
}
FEWEST: Final = 2  # a mean of whole numbers may have as many
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


def nest(text: str) -> str:
    """The same with quotation marks inside quotation marks as the inner ones: “专精特新‘小巨人’企业”."""
    depth, out = 0, []
    for sign in text:
        if sign in "“‘":
            depth += 1
            out.append("‘" if depth % 2 == 0 else "“")
        elif sign in "”’" and depth:
            out.append("’" if depth % 2 == 0 else "”")
            depth -= 1
        else:
            out.append(sign)
    return "".join(out)


def chinese(lang: str) -> bool:
    return lang.startswith("zh")


def value(text: str, unit_code: str, lang: str, away_from: str | None = None) -> str:
    """A figure with its unit; rounded to few decimals as a calculator does, but exact where it decides."""
    number = Decimal(text)
    bound = None if away_from is None else Decimal(away_from)
    if unit_code == FRACTION:
        number = EXACT.scaleb(number, Decimal(2))
        bound = None if bound is None else EXACT.scaleb(bound, Decimal(2))
        return f"{_digits(number, bound, 2)}%"
    return _with_unit(_digits(number, bound, _most(unit_code)), unit_code, lang)


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
        _digits(number, Decimal(0), _most(unit_code), at_least=2 if unit_code == MONEY else 0), unit_code, lang
    )


def bound(limit: Bound, unit_code: str, lang: str) -> str:
    """不低于 40 亿元; at least 40 hundred million yuan."""
    return compared(limit.comparator, required(limit, unit_code, lang), lang)


def compared(comparator: str, number: str, lang: str) -> str:
    """A number in words behind its comparator."""
    words = COMPARATORS[comparator]
    return f"{words[0] if chinese(lang) else words[1]} {number}"


def bound_sign(limit: Bound, unit_code: str, lang: str) -> str:
    """≥ 40 亿元."""
    return f"{COMPARATORS[limit.comparator][2]} {required(limit, unit_code, lang)}"


def required(limit: Bound, unit_code: str, lang: str) -> str:
    """The bound's number with its unit."""
    return value(ending(limit.value) or "", unit_code, lang)


def label(code: str, lang: str) -> str:
    return INDICATORS[code].label(lang)


def growth_of(code: str, lang: str) -> str:
    """集群总产值年均增速; average yearly growth of gross output of the cluster."""
    return f"{label(code, lang)}年均增速" if chinese(lang) else f"average yearly growth of {inside(label(code, lang))}"


def inside(text: str) -> str:
    """An English label inside a sentence: gross output of the cluster; what is written in capitals stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def before_call(back: int, lang: str) -> str:
    """The year that lies so many before the year of the call."""
    if chinese(lang):
        return f"申报前第 {back} 年"
    return f"{back} years before the call" if back > 1 else "the year before the call"


def span(listed: Sequence[str], lang: str) -> str:
    """2022—2024, in English with its own dash; one year alone."""
    return listed[0] if len(listed) == 1 else f"{listed[0]}{'—' if chinese(lang) else '–'}{listed[-1]}"


def every(listed: list[str]) -> str:
    """2022 年、2023 年、2024 年，各年: nobody reads 2024 年均, the yearly mean, where 均 means each of them."""
    return "、".join(f"{year} 年" for year in listed) + ("，各年" if len(listed) > 1 else "")


def years(listed: list[str], lang: str) -> str:
    """2023、2024 年; 2023 and 2024."""
    if chinese(lang):
        return "、".join(listed) + " 年"
    return listed[0] if len(listed) == 1 else ", ".join(listed[:-1]) + " and " + listed[-1]


def _with_unit(digits: str, unit_code: str, lang: str) -> str:
    name = UNITS[unit_code].name(lang)
    return f"{digits} {name.removesuffix('s') if digits == '1' and unit_code in _PLURALS else name}"


def _most(unit_code: str) -> int:
    return max(MOST_DECIMALS.get(unit_code, FEWEST), FEWEST)


def _digits(number: Decimal, bound: Decimal | None, most: int, at_least: int = 0) -> str:
    """Plain grouped digits, rounded half up; where that would land on the bound, with as many as it takes not to."""
    text = plain(number)
    for places in range(most, len(text.partition(".")[2])):
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
        if bound is None or rounded != bound:
            text = plain(rounded)
            break
    whole, _, decimals = text.partition(".")
    decimals = decimals.ljust(at_least, "0")
    return grouped(f"{whole}.{decimals}" if decimals else whole)
