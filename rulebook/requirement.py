"""What a test asks, in words, without any figures: 三个年度的集群总产值均不低于 40 亿元."""

from __future__ import annotations

from typing import Final

from rulebook import wording
from rulebook.conditions import (
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
from rulebook.roster import LEVELS
from rulebook.units import unit_of

# how the years of a fact are said: Chinese before the fact and before the bound, English after the bound
_YEARS: Final[dict[str, tuple[str, str, str]]] = {
    "latest": ("", "", ""),
    "each": ("三个年度的", "均", " in each of the three years"),
    "mean": ("三个年度", "的平均值", " as the mean of the three years"),
    "sum": ("三个年度", "合计", " over the three years together"),
}


def requirement(condition: Condition, unit_code: str | None, lang: str) -> str:
    """The test in words. `unit_code` is the clause's, for parts that have none of their own."""
    zh, unit = wording.chinese(lang), unit_of(condition) or unit_code or ""
    match condition:
        case Figure(code, years, bound):
            return _of_years(wording.label(code, lang), years, bound, unit, lang)
        case Ratio(_, _, years, bound, _):
            return _of_years(ratio_name(condition, lang), years, bound, unit, lang)
        case Growth(code, _, bound):
            return _of_years(wording.growth_of(code, lang), "latest", bound, unit, lang)
        case Count(codes, _, bound):
            names = ("、" if zh else ", ").join(wording.label(code, lang) for code in codes)
            together = f"{names}合计" if zh and len(codes) > 1 else names
            return _of_years(together, "latest", bound, unit, lang)
        case Roster(_, _, _, _, _, _, _, bound):
            return _of_years(holders(condition, lang), "latest", bound, unit, lang)
        case NotCollected(name_zh, name_en, bound):
            return _of_years(name_zh if zh else name_en, "latest", bound, unit, lang)
        case Trend(code, rising, _):
            moves = ("不下降" if rising else "持续下降") if zh else (" never falls" if rising else " keeps falling")
            return wording.label(code, lang) + moves
        case AllOf() | AnyOf() | AtLeast() | Not() | Prefer():
            return _group(condition, unit_code, lang)


def _of_years(name: str, years: str, bound: Bound, unit: str, lang: str) -> str:
    before, between, after = _YEARS[years]
    limit = wording.bound(bound, unit, lang)
    return f"{before}{name}{between}{limit}" if wording.chinese(lang) else f"{name} {limit}{after}"


def _group(condition: AllOf | AnyOf | AtLeast | Not | Prefer, unit_code: str | None, lang: str) -> str:
    zh = wording.chinese(lang)
    parts = [requirement(part, unit_code, lang) for part in condition.parts]
    match condition:
        case AllOf():
            return ("；且" if zh else "; and ").join(parts)
        case AnyOf():
            return ("；或者" if zh else "; or ").join(parts)
        case AtLeast(n, _):
            listed = ("；" if zh else "; ").join(parts)
            return f"下列 {len(parts)} 项中至少 {n} 项：{listed}" if zh else f"at least {n} of {len(parts)}: {listed}"
        case Not():
            return f"不得有“{parts[0]}”的情形" if zh else f"it must not be that “{parts[0]}”"
        case Prefer():
            if zh:
                return f"{parts[0]}（资料不足的，按“{parts[1]}”判断）"
            return f"{parts[0]} (or, where that cannot be told, {parts[1]})"


def ratio_name(fact: Ratio, lang: str) -> str:
    """中小企业产值与集群总产值之比; for values per 10,000 the number is part of the name."""
    part, whole = wording.label(fact.code, lang), wording.label(fact.of, lang)
    if fact.times == 1:
        return f"{part}与{whole}之比" if wording.chinese(lang) else f"{part} over {whole}"
    return (
        f"每 {fact.times:,} {wording.label(fact.of, lang)}的{part}"
        if wording.chinese(lang)
        else f"{part} per {fact.times:,} of {whole}"
    )


def holders(fact: Roster, lang: str) -> str:
    """持有优质中小企业称号（国家级、市级，限主导产业）的企业."""
    zh = wording.chinese(lang)
    limits = [("、" if zh else " or ").join(LEVELS[level][0 if zh else 1] for level in fact.levels)]
    limits.append(("限主导产业" if zh else "in the leading industry") if fact.leading else "")
    told = ("，" if zh else ", ").join(limit for limit in limits if limit)
    if zh:
        return f"持有{fact.zh}称号{f'（{told}）' if told else ''}的企业"
    return f"enterprises with a title of {fact.en}{f' ({told})' if told else ''}"
