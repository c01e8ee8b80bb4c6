"""A finding in a plain sentence, for the page and the command line, in Chinese and English.

`says` tells the verdict with her own figures and the gap in her unit, year by year;
`formula` (rulebook.formulas) shows the sum. No text here is free: every sentence is a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from rulebook import verdicts, wording
from rulebook.conditions import (
    DOWNWARD,
    AllOf,
    AnyOf,
    AtLeast,
    Bound,
    Condition,
    Count,
    Figure,
    Group,
    Growth,
    Not,
    NotCollected,
    Prefer,
    Ratio,
    Roster,
    Trend,
)
from rulebook.formulas import formula
from rulebook.numbers import grouped
from rulebook.requirement import holders, ratio_name, requirement
from rulebook.rules import Finding, Reason, Rule, RuleKind, State, YearFinding
from rulebook.spoken import spoken

__all__ = ["formula", "says"]

Compared = Figure | Ratio | Growth | NotCollected | Roster


def says(finding: Finding, rule: Rule, lang: str = "zh") -> str:
    """One or two sentences about the clause. `lang` begins with zh or is English."""
    zh = wording.chinese(lang)
    if finding.state is State.WAIVED:
        return _waived(finding, lang)
    region = _reason(finding, "region")
    if region is not None:
        rule = rule.in_place(region["place"])
    if finding.state is State.NOT_APPLICABLE and rule.when:
        flag = wording.label(rule.when, lang)
        return f"“{flag}”填报为“否”，本条不适用。" if zh else f"“{flag}” was answered no: the clause does not apply."
    if rule.condition is None:
        return spoken(rule.says(lang))
    words = _condition(finding, rule, rule.condition, lang)
    if rule.kind is RuleKind.MIXED and finding.state is State.BY_HAND:
        rest = "其余内容由审核人员判断。" if zh else "reviewers judge the rest."
        words = _joined([words.rstrip("。."), rest], lang)
    if region is not None:
        words += f"（按{region['zh']}的要求判断。）" if zh else f" (As asked in {region['en']}.)"
    return words


def _reason(finding: Finding, code: str) -> dict[str, str] | None:
    return next((dict(reason.params) for reason in finding.reasons if reason.code == code), None)


def _waived(finding: Finding, lang: str) -> str:
    """By whom, by which document and why."""
    by = _reason(finding, "waived")
    if by is None:
        return "本条已获豁免。" if wording.chinese(lang) else "This clause was waived."
    if wording.chinese(lang):
        document = f"（{by['document']}）" if by["document"] else ""
        return f"本条经{by['authority']}豁免{document}，理由：{by['reason'].rstrip('。')}。"
    document = f" ({by['document']})" if by["document"] else ""
    return f"Waived by {by['authority']}{document}: {by['reason'].rstrip('.。')}."


def _condition(finding: Finding, rule: Rule, condition: Condition, lang: str) -> str:
    if isinstance(condition, Group):
        return _group(finding, rule, condition, lang)
    if isinstance(condition, Count):
        return _count(finding, condition, rule, lang, with_verdict=True) + _stop(lang)
    if isinstance(condition, Trend):
        return _trend(finding, condition, rule, lang)
    each = isinstance(condition, Figure | Ratio) and condition.years == "each"
    if each and finding.by_year:
        subject = f"{_name(finding, condition, rule, lang)}{'：' if wording.chinese(lang) else ': '}"
        return (subject if "/" in finding.clause else "") + _each_year(finding, condition.bound, rule, lang)
    if finding.state is State.CANNOT_TELL:
        return _cannot_tell(finding.reasons, lang)
    return _compared(finding, condition, rule, lang)


def _group(finding: Finding, rule: Rule, condition: Group, lang: str) -> str:
    if not finding.parts:  # nothing was looked at: whether the clause applies is missing
        return _cannot_tell(finding.reasons, lang)
    if isinstance(condition, Not):
        return _forbidden(finding, rule, condition, lang)
    if isinstance(condition, Prefer):
        return _preferred(finding, rule, condition, lang)
    return _sides(finding, rule, condition, lang)


def _compared(finding: Finding, condition: Compared, rule: Rule, lang: str) -> str:
    """A figure compared once: value, bound, what is lacking."""
    zh, unit, limit = wording.chinese(lang), _unit(finding, rule), condition.bound
    subject, bound = _subject(finding, condition, rule, lang), wording.bound(limit, unit, lang)
    if finding.value is None or finding.gap is None:
        return (
            f"{subject}：最近一年数值为负，要求{bound}，未达标。"
            if zh
            else f"{subject} ends with a negative figure, so it is not met ({bound} is required)."
        )
    value = wording.value(finding.value, unit, lang, finding.required)
    gap = wording.gap(finding.gap, unit, lang)
    if finding.state in (State.MET, State.BY_HAND):
        return (
            f"{subject}为 {value}，达标（要求{bound}）。" if zh else f"{subject} is {value}, met ({bound} is required)."
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
            f"{subject}为 {value}，一般{bound}，{'超出' if over else '差'} {gap}；"
            "“一般”为弹性要求，由审核人员在审核意见中说明。"
            if zh
            else f"{subject} is {value}, {gap} {'above' if over else 'short of'} what is asked in general ({bound}); "
            "reviewers say in their opinion whether it will do."
        )
    lacking = "超出" if over else "相差" if limit.comparator == "equals" else "差"
    if zh:
        return f"{subject}为 {value}，要求{bound}，{lacking} {gap}。"
    return f"{subject} is {value}; {bound} is required, so it is {gap} {'too much' if over else 'short'}."


def _unit(finding: Finding, rule: Rule) -> str:
    """The unit of the finding: a side of a group has its own."""
    return finding.unit or rule.unit_code or ""


def _subject(finding: Finding, condition: Condition, rule: Rule, lang: str) -> str:
    """2024 年占地面积; 2022—2024 年产值年均增速; 截至 2024 年 12 月 31 日，持有…称号的企业户数."""
    if isinstance(condition, Roster):
        return _roster_subject(finding, condition, lang)
    name = _name(finding, condition, rule, lang)
    listed = list(finding.by_year)
    if not listed:
        return name
    span = wording.span(listed, lang)
    if isinstance(condition, Figure) and condition.years == "sum":
        return f"{span} 年{name}合计" if wording.chinese(lang) else f"{name} ({span}, together)"
    return f"{span} 年{name}" if wording.chinese(lang) else f"{name} ({span})"


def _name(finding: Finding, condition: Condition, rule: Rule, lang: str) -> str:
    """What a clause calls its subject; each side of a group by what it compares."""
    if "/" in finding.clause:
        match condition:
            case Figure(code, _, _) | Trend(code, _, _):
                return wording.label(code, lang)
            case Ratio():
                return ratio_name(condition, lang)
            case Growth(code, _, _):
                return wording.growth_of(code, lang)
    return rule.name.zh if wording.chinese(lang) else rule.name.en


def _roster_subject(finding: Finding, fact: Roster, lang: str) -> str:
    day = (_reason(finding, "counted_on") or {}).get("date", "")
    if not wording.chinese(lang):
        return f"on {day} the number of different {holders(fact, lang)}"
    year, month, of_month = (int(part) for part in day.split("-"))
    return f"截至 {year} 年 {month} 月 {of_month} 日，{holders(fact, lang)}户数（同一企业只计一次）"


def _each_year(finding: Finding, limit: Bound, rule: Rule, lang: str) -> str:
    """2022 年差 1.30 亿元；2023、2024 年达标。"""
    zh, unit = wording.chinese(lang), _unit(finding, rule)
    met = [year for year, one in finding.by_year.items() if one.state == State.MET]
    bound = wording.bound(limit, unit, lang)
    if len(met) == len(finding.by_year):
        if zh:
            return f"{wording.every(met)}{'都' if len(met) > 1 else ''}达标（{bound}）。"
        return f"Met in each of {wording.years(met, lang)} ({bound})."
    parts = [
        _short_year(year, one, limit, unit, lang) for year, one in finding.by_year.items() if one.state == State.NOT_MET
    ]
    if met:
        parts.append(f"{wording.years(met, lang)}达标" if zh else f"met in {wording.years(met, lang)}")
    unknown = {year: one for year, one in finding.by_year.items() if one.value is None}
    parts += [_unknown_year(year, finding, lang) for year in unknown]
    if finding.state is State.CANNOT_TELL:
        parts.append(verdicts.inside(State.CANNOT_TELL, lang))
    return _joined(parts, lang) + _stop(lang)


def _short_year(year: str, one: YearFinding, limit: Bound, unit: str, lang: str) -> str:
    zh = wording.chinese(lang)
    if one.gap == "0" or one.gap is None:
        bound = wording.bound(limit, unit, lang)
        return f"{year} 年恰为界限值，须{bound}" if zh else f"{year} is exactly on the bound ({bound} is required)"
    gap = wording.gap(one.gap, unit, lang)
    over = limit.comparator in DOWNWARD
    return f"{year} 年{'超出' if over else '差'} {gap}" if zh else f"{year} is {gap} {'too much' if over else 'short'}"


def _unknown_year(year: str, finding: Finding, lang: str) -> str:
    """Not filled in, or filled in with a base of 0 or less."""
    told = [reason for reason in finding.reasons if reason.params.get("year") == year]
    missing = any(read.get(year) is None for read in finding.inputs.values() if year in read)
    missing = missing or any(reason.code == "missing" for reason in told)
    if any(reason.code == "out_of_range" for reason in told):
        return f"{year} 年数据超出可能范围" if wording.chinese(lang) else f"{year} is outside the possible range"
    if any(reason.code == "decimals" for reason in told):
        return f"{year} 年数据待更正" if wording.chinese(lang) else f"{year} is to be corrected"
    if wording.chinese(lang):
        return f"{year} 年未填" if missing else f"{year} 年基数不大于 0，无法计算"
    return f"{year} is missing" if missing else f"{year} has a base of 0 or less"


def _trend(finding: Finding, trend: Trend, rule: Rule, lang: str) -> str:
    """依次为 30%、35%、40%，未下降，达标。"""
    zh = wording.chinese(lang)
    if finding.state is State.CANNOT_TELL:
        return _cannot_tell(finding.reasons, lang)
    head = _in_turn(finding, trend, rule, lang)
    if finding.state is not State.NOT_MET:
        good = ("未下降" if trend.rising else "持续下降") if zh else ("never fell" if trend.rising else "fell")
        return f"{head}，{good}，达标。" if zh else f"{head}; it {good}, so it is met."
    earlier, later = _broken(finding, trend)
    if zh:
        return f"{head}，{later} 年{'低于' if trend.rising else '未低于'} {earlier} 年。"
    return f"{head}; {later} is {'below' if trend.rising else 'not below'} {earlier}."


def _in_turn(finding: Finding, condition: Condition, rule: Rule, lang: str) -> str:
    """2022—2024 年工业软件应用率依次为 30%、30%、35%."""
    unit, subject = _unit(finding, rule), _subject(finding, condition, rule, lang)
    shown = [_or_dash(one.value, unit, lang) for one in finding.by_year.values()]
    listed = ("、" if wording.chinese(lang) else ", ").join(shown)
    return f"{subject}依次为 {listed}" if wording.chinese(lang) else f"{subject}: {listed}"


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


def _sides(finding: Finding, rule: Rule, condition: AnyOf | AllOf | AtLeast, lang: str) -> str:
    """The sides of an OR: those met if any is, else all of them. Of n of m how many are met first."""
    zh, pairs = wording.chinese(lang), list(zip(finding.parts, condition.parts, strict=True))
    if finding.state is State.MET and isinstance(condition, AnyOf):
        pairs = [pair for pair in pairs if pair[0].state is State.MET]
    parts = [_condition(part, rule, one, lang).rstrip("。.") for part, one in pairs]
    if finding.state is State.CANNOT_TELL:
        parts.append(verdicts.inside(State.CANNOT_TELL, lang))
    if isinstance(condition, AtLeast):
        met, whole = sum(part.state is State.MET for part in finding.parts), len(finding.parts)
        head = f"{whole} 项中须至少 {condition.n} 项达标，现有 {met} 项达标"
        parts.insert(0, head if zh else f"at least {condition.n} of {whole} must be met, {met} are")
    return _joined(parts, lang) + _stop(lang)


def _forbidden(finding: Finding, rule: Rule, condition: Not, lang: str) -> str:
    """不得有“占地面积高于 100 平方公里”的情形：2024 年占地面积为 120 平方公里，未达标。"""
    zh, part = wording.chinese(lang), finding.parts[0]
    asked = requirement(condition, rule.unit_code, lang)
    if part.state is State.CANNOT_TELL:
        told = _condition(part, rule, condition.part, lang).rstrip("。.")
    else:
        bad = finding.state in (State.NOT_MET, State.NEAR)
        verdict = verdicts.inside(State.NOT_MET if bad else State.MET, lang)
        told = ("，" if zh else ": ").join((_facts(part, rule, condition.part, lang), verdict))
    return f"{asked}：{told}。" if zh else f"{asked[0].upper()}{asked[1:]}: {told}."


def _facts(finding: Finding, rule: Rule, condition: Condition, lang: str) -> str:
    """The figures alone, without any verdict."""
    if isinstance(condition, Group):
        pairs = zip(finding.parts, condition.parts, strict=True)
        return _joined([_facts(part, rule, one, lang) for part, one in pairs], lang)
    if isinstance(condition, Count):
        return _count(finding, condition, rule, lang)
    if isinstance(condition, Growth) and finding.value is None:
        subject = _subject(finding, condition, rule, lang)
        return f"{subject}：最近一年数值为负" if wording.chinese(lang) else f"{subject} ends with a negative figure"
    in_turn = isinstance(condition, Trend) or (isinstance(condition, Figure | Ratio) and condition.years == "each")
    if in_turn or finding.value is None:
        return _in_turn(finding, condition, rule, lang)
    value = wording.value(finding.value, _unit(finding, rule), lang, finding.required)
    subject = _subject(finding, condition, rule, lang)
    return f"{subject}为 {value}" if wording.chinese(lang) else f"{subject} is {value}"


def _preferred(finding: Finding, rule: Rule, condition: Prefer, lang: str) -> str:
    """What decided; where it is the second best, why."""
    zh, (first, other) = wording.chinese(lang), finding.parts
    if first.state is not State.CANNOT_TELL:
        return _condition(first, rule, condition.first, lang)
    if isinstance(condition.first, Roster):
        why = (
            "没有可用的企业名单，按填报数判断"
            if zh
            else "there is no list of enterprises, so the reported numbers decide"
        )
    else:
        why = "首选口径资料不足，按替代口径判断" if zh else "what is preferred cannot be told, so the other decides"
    return f"{why}{'：' if zh else ': '}{_condition(other, rule, condition.otherwise, lang)}"


def _count(finding: Finding, count: Count, rule: Rule, lang: str, *, with_verdict: bool = False) -> str:
    """Several counts together, or the limits they lie between."""
    zh, unit = wording.chinese(lang), _unit(finding, rule)
    names = ("、" if zh else ", ").join(wording.label(code, lang) for code in count.codes)
    bound = wording.bound(count.bound, unit, lang)
    between = _reason(finding, "between")
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
    if with_verdict and finding.state in (State.MET, State.BY_HAND):
        told += "，达标" if zh else ", met"
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
        elif reason.code == "out_of_range":
            name, year, low, high = (
                wording.label(params["indicator"], lang),
                params["year"],
                params["low"],
                params["high"],
            )
            parts.append(
                f"{year} 年{name}超出可能范围（{low} 至 {high}），按未填报处理"
                if zh
                else f"{name} {year} is outside the possible range ({low} to {high}) and counts as missing"
            )
        elif reason.code == "decimals":
            parts.append(_too_many_decimals(params, lang))
        elif reason.code == "not_collected":
            parts.append(f"不采集{params['zh']}" if zh else f"{params['en']} is not collected")
        elif reason.code == "no_roster":
            parts.append("没有可用的企业名单" if zh else "there is no list of enterprises")
        elif reason.code == "not_submitted":
            parts.append("尚未提交，没有计数日期" if zh else "nothing is submitted yet, so there is no day to count on")
    parts.append(verdicts.inside(State.CANNOT_TELL, lang))
    return ("，" if zh else "; ").join(parts) + _stop(lang)


def _too_many_decimals(params: Mapping[str, str], lang: str) -> str:
    """2025 年有效发明专利不是整数，按未填报处理。"""
    name, year, limit = wording.label(params["indicator"], lang), params["year"], params["limit"]
    if wording.chinese(lang):
        why = "不是整数" if limit == "0" else f"多于 {limit} 位小数"
        return f"{year} 年{name}{why}，按未填报处理"
    why = "is not a whole number" if limit == "0" else f"has more than {limit} decimals"
    return f"{name} {year} {why} and counts as missing"


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
