"""What would meet a clause, in sentences: what each figure is, what it would have to be, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rulebook import wording
from rulebook.catalogue import INDICATORS, Kind
from rulebook.conditions import Roster
from rulebook.numbers import EXACT, grouped, plain, show
from rulebook.remedy import Change, Fill, Remedies
from rulebook.rules import Rule, RuleKind

FRACTION: Final = wording.FRACTION


@dataclass(frozen=True, slots=True)
class Way:
    """One line of what would meet a clause: the figure it speaks of, and what of it.

    `cell` is its (indicator, calendar year), None for a count from a list of enterprises.
    """

    subject: str
    what: str
    cell: tuple[str, int] | None = None

    @property
    def words(self) -> str:
        return self.subject + self.what


@dataclass(frozen=True, slots=True)
class Ways:
    """How the lines belong together, and the lines; without any where nothing can be said."""

    intro: str
    lines: tuple[Way, ...]

    def __bool__(self) -> bool:
        return bool(self.lines)


def ways(found: Remedies, rule: Rule, lang: str = "zh") -> Ways:
    """What would meet the clause, line by line."""
    zh = wording.chinese(lang)
    part = part_met(rule, lang)
    of = (f"{part}的" if part else "") if zh else f" for {part}" if part else ""
    if found.alone:
        intro = f"{of}达标条件：" if zh else f"The nearest figure that meets {part or 'the clause'}:"
        if len(found.alone) > 1:
            intro = f"{of}达标条件（任一项即可）：" if zh else f"The nearest figures, any one of which is enough{of}:"
        return Ways(intro, tuple(_way(one, rule, lang) for one in found.alone))
    if found.together:
        intro = (
            f"{of}达标条件（单独一项不够，须同时满足）："
            if zh
            else f"No figure alone is enough; these together meet {part or 'the clause'}:"
        )
        needed = [_way(one, rule, lang) for one in found.together] + [fill(one, rule, lang) for one in found.fill]
        return Ways(intro, tuple(needed))
    lines = [_base(code, year, lang) for code, year in found.check] + [fill(one, rule, lang) for one in found.fill]
    return Ways(
        "按实际数据补填或核对后即可判断："
        if zh
        else "It can be told once these are filled in or checked, as they are:",
        tuple(lines),
    )


def part_met(rule: Rule, lang: str) -> str:
    """Name what figures alone can meet where that is not the whole clause: people judge the rest of it."""
    if rule.kind is not RuleKind.MIXED:
        return ""
    return "数据部分" if wording.chinese(lang) else "its computed part"


def _way(change: Change, rule: Rule, lang: str) -> Way:
    cell = (change.indicator, change.year) if change.indicator in INDICATORS else None
    return Way(
        _subject(change.indicator, change.year, rule, lang),
        _moved(change, lang, _past(change, lang) + _breaks(change, lang)),
        cell,
    )


def _past(change: Change, lang: str) -> str:
    if not change.is_past:
        return ""
    if wording.chinese(lang):
        return "；往年数据，只有原填报有误时才能更正"
    return "; a figure of the past can be corrected if it was wrong, not improved"


def _breaks(change: Change, lang: str) -> str:
    """；改后第 1.4 条（集群总产值）不再达标."""
    if not change.breaks:
        return ""
    if wording.chinese(lang):
        return "；改后" + "、".join(f"第 {one.clause} 条（{one.name.zh}）" for one in change.breaks) + "不再达标"
    named = " and ".join(f"clause {one.clause} ({one.name.en})" for one in change.breaks)
    return f"; {named} would then no longer be met"


def changed(change: Change, rule: Rule, lang: str = "zh") -> str:
    """2022 年集群总产值由 38.7 亿元增至 40 亿元（增加 1.3 亿元）."""
    return _subject(change.indicator, change.year, rule, lang) + _moved(change, lang, _breaks(change, lang))


def _moved(change: Change, lang: str, note: str = "") -> str:
    zh, more = wording.chinese(lang), change.by > 0
    edge = _edge(change.indicator, change.after, up=not more)
    passes = edge is not None and edge != change.before  # beyond a round number, which alone would not do
    goal = edge if passes and edge is not None else change.after
    before, after = (amount(change.indicator, number, lang) for number in (change.before, goal))
    by = _size_in_words(change.indicator, abs(EXACT.subtract(goal, change.before)), lang)
    if zh:
        moves, how = ("增至", "增加") if more else ("减至", "减少")
        beyond = ("高于" if more else "低于") if passes else ""
        return f"由 {before}{moves}{beyond} {after}（{how}{'超过' if passes else ''} {by}{note}）"
    moves, how = ("rising", "more") if more else ("falling", "less")
    beyond, over = (("more than " if more else "less than "), "more than ") if passes else ("", "")
    return f" {moves} from {before} to {beyond}{after} ({how} by {over}{by}{note})"


def _edge(code: str, number: Decimal, *, up: bool) -> Decimal | None:
    """The next step up or down where it is the rounder number: 0.58 beside 0.579999; None where it is not.

    Figures stand on the catalogue's steps, so “less than 0.58” says the same as “at most 0.579999”.
    """
    indicator = INDICATORS.get(code)
    if indicator is None or indicator.decimals == 0:
        return None
    step = Decimal(1).scaleb(-indicator.decimals)
    beside = EXACT.add(number, step if up else -step)
    return beside if _decimals(beside) < _decimals(number) else None


def _decimals(number: Decimal) -> int:
    return len(plain(number).partition(".")[2])


def fill(one: Fill, rule: Rule, lang: str = "zh") -> Way:
    """2024 年中小企业产值（不低于 49 亿元的，本条达标）."""
    zh, subject, limits = wording.chinese(lang), _named(one.indicator, one.year, lang), _limits(one, lang)
    part = part_met(rule, lang)
    if one.is_enough and zh:
        when = f"{'、'.join(limits)}的，" if limits else "填报后"
        what = f"（{when}{part or '本条'}达标{'，其余内容由审核人员判断' if part else ''}）"
    elif one.is_enough:
        when = "with " + " and ".join(limits) if limits else "once it is filled in"
        what = f" ({part or 'the clause'} is met {when}{'; reviewers judge the rest' if part else ''})"
    elif limits:
        what = f"（{'、'.join(limits)}）" if zh else f" ({' and '.join(limits)})"
    else:
        what = ""
    return Way(subject, what, (one.indicator, one.year))


def _limits(one: Fill, lang: str) -> list[str]:
    """不低于 49 亿元; where one number alone can be, 等于 100%: as small as asked and as large as it can be."""
    indicator = INDICATORS.get(one.indicator)
    least, most = (one.low, one.high)
    if indicator is not None:
        least, most = (indicator.low if one.low is None else one.low, indicator.high if one.high is None else one.high)
    if (one.low, one.high) != (None, None) and least is not None and least == most:
        return [wording.compared("equals", amount(one.indicator, least, lang), lang)]
    limits = []
    if one.low is not None and not (one.high is not None and _is_above_nothing(one)):
        limits.append(_limit(one.indicator, one.low, lang, up=False))
    if one.high is not None:
        limits.append(_limit(one.indicator, one.high, lang, up=True))
    return limits


def _is_above_nothing(one: Fill) -> bool:
    """Say whether any figure above 0 is high enough: beside a limit above it that says nothing."""
    return one.low is not None and (one.low == 0 or _edge(one.indicator, one.low, up=False) == 0)


def _limit(code: str, number: Decimal, lang: str, *, up: bool) -> str:
    """不低于 49 亿元; where the number beside it is the rounder one, 低于 0.58 吨/万元."""
    edge = _edge(code, number, up=up)
    comparator = ("at_most" if up else "at_least") if edge is None else ("less_than" if up else "more_than")
    words = wording.COMPARATORS[comparator][0 if wording.chinese(lang) else 1]
    return f"{words} {amount(code, number if edge is None else edge, lang)}"


def _base(code: str, year: int, lang: str) -> Way:
    what = "（不大于 0，不能作为基数）" if wording.chinese(lang) else " (0 or less cannot be a base)"
    return Way(_named(code, year, lang), what, (code, year))


def _subject(code: str, year: int, rule: Rule, lang: str) -> str:
    """A figure of a year; of a list of enterprises what is counted on it."""
    if code in INDICATORS:
        return _named(code, year, lang)
    counted = next(fact for fact in rule.rosters if isinstance(fact, Roster) and fact.cell[0] == code)
    return f"企业名单中的{counted.zh}" if wording.chinese(lang) else f"{counted.en} on the list of enterprises"


def _named(code: str, year: int, lang: str) -> str:
    return (
        f"{year} 年{wording.label(code, lang)}"
        if wording.chinese(lang)
        else f"{wording.inside(wording.label(code, lang))} in {year}"
    )


def amount(code: str, number: Decimal, lang: str) -> str:
    indicator = INDICATORS.get(code)
    if indicator is None:
        return wording.exactly(number, "enterprise", lang)
    if indicator.kind is Kind.BOOLEAN:
        return show(indicator, number, lang=lang)
    return wording.exactly(number, indicator.unit_code, lang)


def _size_in_words(code: str, size: Decimal, lang: str) -> str:
    """So much of an indicator; of a share in percentage points."""
    indicator = INDICATORS.get(code)
    if indicator is None or indicator.unit_code != FRACTION:
        return amount(code, size, lang)
    digits = grouped(plain(EXACT.scaleb(size, Decimal(2))))
    return f"{digits} 个百分点" if wording.chinese(lang) else f"{digits} percentage points"
