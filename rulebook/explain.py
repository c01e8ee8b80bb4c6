"""A finding in a plain sentence, for the page and the command line, in Chinese and English.

`says` tells the verdict with her own figures and the gap in her unit, year by year;
`formula` (rulebook.formulas) shows the sum. No text here is free: every sentence is a template.
"""

from __future__ import annotations

from fractions import Fraction

from rulebook import wording
from rulebook.conditions import (
    DOWNWARD,
    AllOf,
    AnyOf,
    Bound,
    Condition,
    Count,
    Figure,
    Growth,
    NotCollected,
    Ratio,
    Trend,
)
from rulebook.formulas import formula
from rulebook.numbers import grouped
from rulebook.rules import Finding, Reason, Rule, RuleKind, State, YearFinding

__all__ = ["formula", "says"]


def says(finding: Finding, rule: Rule, lang: str = "zh") -> str:
    """One or two sentences about the clause. `lang` begins with zh or is English."""
    zh = wording.chinese(lang)
    if finding.state is State.WAIVED:
        return "本条已获豁免。" if zh else "This clause was waived."
    if finding.state is State.NOT_APPLICABLE and rule.when:
        flag = wording.label(rule.when, lang)
        return f"“{flag}”填报为“否”，本条不适用。" if zh else f"“{flag}” was answered no: the clause does not apply."
    if rule.condition is None:
        return rule.says(lang)
    words = _condition(finding, rule, rule.condition, lang)
    if rule.kind is RuleKind.MIXED and finding.state is State.BY_HAND:
        rest = "其余内容需人工判断。" if zh else "the rest is judged by hand."
        return _joined([words.rstrip("。."), rest], lang)
    return words


def _condition(finding: Finding, rule: Rule, condition: Condition, lang: str) -> str:
    if isinstance(condition, AnyOf | AllOf):
        return _sides(finding, rule, condition, lang)
    if isinstance(condition, Count):
        return _count(finding, condition, rule, lang) + _stop(lang)
    if isinstance(condition, Trend):
        return _trend(finding, condition, rule, lang)
    each = isinstance(condition, Figure | Ratio) and condition.years == "each"
    if each and finding.by_year:
        return _each_year(finding, condition.bound, rule, lang)
    if finding.state is State.CANNOT_TELL:
        return _cannot_tell(finding.reasons, lang)
    return _compared(finding, condition, rule, lang)


def _compared(finding: Finding, condition: Figure | Ratio | Growth | NotCollected, rule: Rule, lang: str) -> str:
    """A figure compared once: value, bound, what is lacking."""
    zh, unit, limit = wording.chinese(lang), rule.unit_code or "", condition.bound
    subject, bound = _subject(finding, rule, lang), wording.bound(limit, unit, lang)
    if finding.value is None or finding.gap is None:
        return (
            f"{subject}：末年数值为负，要求{bound}，未达标。"
            if zh
            else f"{subject}: the last year is negative; {bound} is required."
        )
    value = wording.value(finding.value, unit, lang, finding.required)
    gap = wording.gap(finding.gap, unit, lang)
    if finding.state in (State.MET, State.BY_HAND):
        return (
            f"{subject}为 {value}，达标（要求{bound}）。" if zh else f"{subject} is {value}: met ({bound} is required)."
        )
    if finding.gap == "0":
        return (
            f"{subject}恰为 {value}，要求{bound}，等于界限值不算达标。"
            if zh
            else f"{subject} is exactly {value}; {bound} is required, so the bound itself is not enough."
        )
    over = limit.comparator in DOWNWARD
    if finding.state is State.NEAR:
        return (
            f"{subject}为 {value}，一般{bound}，{'超出' if over else '差'} {gap}；“一般”为弹性要求，由审核人员判断。"
            if zh
            else f"{subject} is {value}, {gap} {'above' if over else 'short of'} what is asked in general ({bound}); "
            "reviewers judge."
        )
    lacking = "超出" if over else "相差" if limit.comparator == "equals" else "差"
    if zh:
        return f"{subject}为 {value}，要求{bound}，{lacking} {gap}。"
    return f"{subject} is {value}; {bound} is required: {gap} {'too much' if over else 'short'}."


def _subject(finding: Finding, rule: Rule, lang: str) -> str:
    """2024 年占地面积; 2022—2024 年产值年均增速."""
    listed = list(finding.by_year)
    span = listed[0] if len(listed) == 1 else f"{listed[0]}—{listed[-1]}"
    return f"{span} 年{rule.name.zh}" if wording.chinese(lang) else f"{rule.name.en} ({span})"


def _each_year(finding: Finding, limit: Bound, rule: Rule, lang: str) -> str:
    """2022 年差 1.30 亿元；2023、2024 年达标。"""
    zh, unit = wording.chinese(lang), rule.unit_code or ""
    met = [year for year, one in finding.by_year.items() if one.state == State.MET]
    bound = wording.bound(limit, unit, lang)
    if len(met) == len(finding.by_year):
        return (
            f"{wording.years(met, lang)}均达标（{bound}）。" if zh else f"Met in {wording.years(met, lang)} ({bound})."
        )
    parts = [
        _short_year(year, one, limit, unit, lang) for year, one in finding.by_year.items() if one.state == State.NOT_MET
    ]
    if met:
        parts.append(f"{wording.years(met, lang)}达标" if zh else f"met in {wording.years(met, lang)}")
    unknown = {year: one for year, one in finding.by_year.items() if one.value is None}
    parts += [_unknown_year(year, finding, lang) for year in unknown]
    if finding.state is State.CANNOT_TELL:
        parts.append("无法判断" if zh else "so nobody can tell yet")
    return _joined(parts, lang) + _stop(lang)


def _short_year(year: str, one: YearFinding, limit: Bound, unit: str, lang: str) -> str:
    zh = wording.chinese(lang)
    if one.gap == "0" or one.gap is None:
        bound = wording.bound(limit, unit, lang)
        return f"{year} 年恰为界限值，须{bound}" if zh else f"{year} is exactly on the bound ({bound} is required)"
    gap = wording.gap(one.gap, unit, lang)
    over = limit.comparator in DOWNWARD
    return f"{year} 年{'超出' if over else '差'} {gap}" if zh else f"{year} is {gap} {'above' if over else 'short'}"


def _unknown_year(year: str, finding: Finding, lang: str) -> str:
    """Not filled in, or filled in with a base of 0 or less."""
    missing = any(read.get(year) is None for read in finding.inputs.values() if year in read)
    if wording.chinese(lang):
        return f"{year} 年未填" if missing else f"{year} 年基数不大于 0，无法计算"
    return f"{year} is missing" if missing else f"{year} has a base of 0 or less"


def _trend(finding: Finding, trend: Trend, rule: Rule, lang: str) -> str:
    """依次为 30%、35%、40%，未下降。"""
    zh, unit = wording.chinese(lang), rule.unit_code or ""
    if finding.state is State.CANNOT_TELL:
        return _cannot_tell(finding.reasons, lang)
    shown = [_or_dash(one.value, unit, lang) for one in finding.by_year.values()]
    listed = ("、" if zh else ", ").join(shown)
    head = f"{_subject(finding, rule, lang)}依次为 {listed}" if zh else f"{_subject(finding, rule, lang)}: {listed}"
    if finding.state is not State.NOT_MET:
        good = ("未下降" if trend.rising else "持续下降") if zh else ("never fell" if trend.rising else "fell")
        return f"{head}，{good}。" if zh else f"{head}; it {good}."
    earlier, later = _broken(finding, trend)
    if zh:
        return f"{head}，{later} 年{'低于' if trend.rising else '未低于'} {earlier} 年。"
    return f"{head}; {later} is {'below' if trend.rising else 'not below'} {earlier}."


def _broken(finding: Finding, trend: Trend) -> tuple[str, str]:
    """The first pair of known years that breaks the order."""
    listed = list(finding.by_year.items())
    last = int(listed[-1][0])
    for before, after in trend.pairs:
        early, late = str(last + 1 - before), str(last + 1 - after)
        one, two = finding.by_year[early].value, finding.by_year[late].value
        if one is None or two is None:
            continue
        if (Fraction(two) < Fraction(one)) if trend.rising else (Fraction(two) >= Fraction(one)):
            return early, late
    return listed[0][0], listed[-1][0]


def _or_dash(text: str | None, unit: str, lang: str) -> str:
    return "—" if text is None else wording.value(text, unit, lang)


def _sides(finding: Finding, rule: Rule, condition: AnyOf | AllOf, lang: str) -> str:
    """The sides of an OR: those met if any is, else all of them."""
    pairs = list(zip(finding.parts, condition.parts, strict=True))
    if finding.state is State.MET and isinstance(condition, AnyOf):
        pairs = [pair for pair in pairs if pair[0].state is State.MET]
    parts = [_condition(part, rule, one, lang).rstrip("。.") for part, one in pairs]
    if finding.state is State.CANNOT_TELL:
        parts.append("无法判断" if wording.chinese(lang) else "nobody can tell yet")
    return _joined(parts, lang) + _stop(lang)


def _count(finding: Finding, count: Count, rule: Rule, lang: str) -> str:
    """Several counts together, or the limits they lie between."""
    zh, unit = wording.chinese(lang), rule.unit_code or ""
    names = ("、" if zh else ", ").join(wording.label(code, lang) for code in count.codes)
    bound = wording.bound(count.bound, unit, lang)
    between = next((reason.params for reason in finding.reasons if reason.code == "between"), None)
    if finding.value is not None:
        amount = wording.value(finding.value, unit, lang)
        told = f"合计 {amount}" if zh else f"together {amount}"
    elif between and between["high"]:
        low, high = grouped(between["low"]), wording.value(between["high"], unit, lang)
        told = f"合计在 {low} 至 {high}之间" if zh else f"between {low} and {high}"
    elif between:
        low = wording.value(between["low"], unit, lang)
        told = f"至少 {low}，尚未填全" if zh else f"at least {low}, not all filled in"
    else:
        told = "未填" if zh else "not filled in"
    return f"{names}{told}（要求{bound}）" if zh else f"{names}: {told} ({bound} is required)"


def _cannot_tell(reasons: tuple[Reason, ...], lang: str) -> str:
    """What is missing or cannot be a base."""
    zh = wording.chinese(lang)
    parts = []
    missing = _missing(reasons, lang)
    if missing:
        parts.append(("缺少 " if zh else "missing: ") + ("、" if zh else ", ").join(missing))
    for reason in reasons:
        params = reason.params
        if reason.code == "base_not_positive":
            name, year = wording.label(params["indicator"], lang), params["year"]
            parts.append(
                f"{year} 年{name}为 {params['value']}，不能作为基数"
                if zh
                else f"{name} {year} is {params['value']} and cannot be a base"
            )
        elif reason.code == "not_collected":
            parts.append(f"不采集{params['zh']}" if zh else f"{params['en']} is not collected")
    parts.append("无法判断" if zh else "nobody can tell yet")
    return ("，" if zh else "; ").join(parts) + _stop(lang)


def _missing(reasons: tuple[Reason, ...], lang: str) -> list[str]:
    """2022、2024 年中小企业研发经费: the years of each missing indicator together."""
    years_of: dict[str, list[str]] = {}
    for reason in reasons:
        if reason.code == "missing":
            years_of.setdefault(reason.params["indicator"], []).append(reason.params["year"])
    if wording.chinese(lang):
        return [wording.years(listed, lang) + wording.label(code, lang) for code, listed in years_of.items()]
    return [f"{wording.label(code, lang)} ({wording.years(listed, lang)})" for code, listed in years_of.items()]


def _joined(parts: list[str], lang: str) -> str:
    return ("；" if wording.chinese(lang) else "; ").join(parts)


def _stop(lang: str) -> str:
    return "。" if wording.chinese(lang) else "."
