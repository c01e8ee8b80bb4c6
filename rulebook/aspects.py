"""What a condition asks, aspect by aspect: bound, years, method, denominator.

Two versions of a clause are compared by these; rulebook.requirement says a condition as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rulebook import wording
from rulebook.catalogue import INDICATORS
from rulebook.conditions import (
    AtLeast,
    Bound,
    Condition,
    Count,
    Figure,
    Group,
    Growth,
    NotCollected,
    Ratio,
    Roster,
    Trend,
)
from rulebook.roster import LEVELS, TITLES
from rulebook.rules import Text
from rulebook.units import unit_of

_YEARS: Final = {
    "latest": Text("最近一年", "the latest year"),
    "each": Text("三年逐年", "each of the three years"),
    "mean": Text("三年平均", "mean of the three years"),
    "sum": Text("三年合计", "the three years together"),
}
_METHODS: Final = {
    "cagr_2": Text("按增长两年计算的复合增长率", "compound over two years of growth"),
    "cagr_3": Text("按增长三年计算的复合增长率", "compound over three years of growth"),
    "mean_of_rates": Text("两个年度增速的平均", "mean of two yearly rates"),
}
_DISTINCT: Final = {
    "bounds": Text("企业可能重复，按上下限判断", "holders may overlap, told from both limits"),
    "sum": Text("直接相加", "added up"),
}
_TRENDS: Final = {
    (True, "each_year"): Text("逐年不下降", "never lower than the year before"),
    (False, "each_year"): Text("逐年下降", "lower every year"),
    (True, "overall"): Text("上一年不低于申报前第 3 年", "the last year not below the third year before the call"),
    (False, "overall"): Text("上一年低于申报前第 3 年", "the last year below the third year before the call"),
}
_DAYS: Final = {
    "year_end": Text("上一年末", "the end of the year before the call"),
    "submission": Text("提交之日", "the day of submission"),
}

NAMES: Final = {
    "threshold": Text("要求", "bound"),
    "years": Text("数据年份", "years"),
    "method": Text("计算方法", "method"),
    "denominator": Text("分母", "denominator"),
    "times": Text("倍数", "multiplied by"),
    "counted": Text("计入的企业", "what is counted"),
    "distinct": Text("合计方法", "how counts add up"),
    "trend": Text("趋势要求", "trend"),
    "titles": Text("计入的称号", "titles that count"),
    "levels": Text("称号级别", "levels that count"),
    "leading": Text("是否限主导产业", "leading industry only"),
    "day": Text("称号有效日", "day of validity"),
    "how_many": Text("须满足的项数", "how many must be met"),
}


def joined(texts: Iterable[Text], zh: str, en: str) -> Text:
    listed = list(texts)
    return Text(zh.join(one.zh for one in listed), en.join(one.en for one in listed))


def bound(limit: Bound, unit: str) -> Text:
    return Text(wording.bound(limit, unit, "zh"), wording.bound(limit, unit, "en"))


def label(code: str) -> Text:
    return Text(INDICATORS[code].zh, INDICATORS[code].en)


def same_subject(one: Condition, other: Condition) -> bool:
    """Whether both measure the same thing, so that only aspects differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Group) and isinstance(other, Group):
        return len(one.parts) == len(other.parts) and all(map(same_subject, one.parts, other.parts))
    if isinstance(one, Figure | Ratio | Growth | Trend) and isinstance(other, Figure | Ratio | Growth | Trend):
        return one.code == other.code
    return not isinstance(one, NotCollected) or (one.zh, one.en) == (getattr(other, "zh", ""), getattr(other, "en", ""))


def aspects(condition: Condition, unit: str) -> dict[str, Text]:
    """What the condition itself settles (not its parts), by the names in NAMES.

    `unit` is the clause's, for what has none of its own.
    """
    unit = unit_of(condition) or unit
    match condition:
        case Figure(_, years, limit):
            return {"threshold": bound(limit, unit), "years": _YEARS[years]}
        case Ratio(_, of, years, limit, times):
            told = {"threshold": bound(limit, unit), "years": _YEARS[years], "denominator": label(of)}
            return told if times == 1 else {**told, "times": Text(f"{times:,}", f"{times:,}")}
        case Growth(_, method, limit):
            return {"threshold": bound(limit, unit), "method": _METHODS[method]}
        case Count(codes, distinct, limit):
            counted = joined(map(label, codes), "、", ", ")
            return {"threshold": bound(limit, unit), "counted": counted, "distinct": _DISTINCT[distinct]}
        case Trend(_, rising, reading):
            return {"trend": _TRENDS[rising, reading]}
        case Roster():
            return _roster(condition, unit)
        case NotCollected(_, _, limit):
            return {"threshold": bound(limit, unit)}
        case AtLeast(n, _):
            return {"how_many": Text(f"{n}", f"{n}")}
        case _:
            return {}


def _roster(fact: Roster, unit: str) -> dict[str, Text]:
    every = Text("不限级别", "every level")
    levels = joined((_named(LEVELS, level) for level in fact.levels), "、", ", ") if fact.levels else every
    return {
        "threshold": bound(fact.bound, unit),
        "titles": joined((_named(TITLES, title) for title in fact.titles), "、", ", "),
        "levels": levels,
        "leading": Text("是", "yes") if fact.leading else Text("否", "no"),
        "day": _DAYS[fact.on],
    }


def _named(names: dict[str, tuple[str, str]], code: str) -> Text:
    zh, en = names.get(code, (code, code))
    return Text(zh, en)
