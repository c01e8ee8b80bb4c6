"""The sum behind a finding, with the county's own figures in it."""

from __future__ import annotations

from rulebook import wording
from rulebook.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
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
from rulebook.numbers import grouped
from rulebook.rules import Finding, Rule, State


def formula(finding: Finding, rule: Rule, lang: str = "zh") -> str:
    """(50 ÷ 38.7)^(1/2) − 1 = 13.67%（> 10%）; a dash stands for a missing figure, "" for no sum."""
    for reason in finding.reasons:
        if reason.code == "region":
            rule = rule.in_place(reason.params["place"])
    return "" if rule.condition is None else _formula(finding, finding, rule, rule.condition, lang)


def _formula(finding: Finding, whole: Finding, rule: Rule, condition: Condition, lang: str) -> str:
    if isinstance(condition, Group):
        return _group(finding, whole, rule, condition, lang)
    unit = finding.unit or rule.unit_code or ""
    if isinstance(condition, Trend):
        return _trend(finding, condition, unit, lang)
    brackets = "（{}）" if wording.chinese(lang) else " ({})"
    if isinstance(condition, NotCollected):
        return "—" + brackets.format(wording.bound_sign(condition.bound, unit, lang))
    result = "" if finding.value is None else wording.value(finding.value, unit, lang, finding.required)
    if isinstance(condition, Roster) or (isinstance(condition, Figure) and condition.years == "latest"):
        left = result or "—"
    else:
        left = _left(condition, finding, whole, lang)
        if result and not _each(condition):
            left = f"{left} = {result}"
    return left + brackets.format(wording.bound_sign(condition.bound, unit, lang))


def _group(finding: Finding, whole: Finding, rule: Rule, condition: Group, lang: str) -> str:
    """The sums of the parts; of a preferred fact the one that decided. Nothing where nothing was looked at."""
    zh = wording.chinese(lang)
    if not finding.parts:
        return ""
    if isinstance(condition, Prefer):
        decided = 0 if finding.parts[0].state is not State.CANNOT_TELL else 1
        return _formula(finding.parts[decided], whole, rule, condition.parts[decided], lang)
    sums = [_formula(part, whole, rule, one, lang) for part, one in zip(finding.parts, condition.parts, strict=True)]
    match condition:
        case AnyOf():
            return ("，或 " if zh else ", or ").join(sums)
        case AllOf():
            return ("，且 " if zh else ", and ").join(sums)
        case AtLeast(n, _):
            return f"{len(sums)} 项中至少 {n} 项：{'；'.join(sums)}" if zh else f"{n} of {len(sums)}: {'; '.join(sums)}"
        case Not():
            return f"并非 {sums[0]}" if zh else f"not {sums[0]}"


def _each(condition: Condition) -> bool:
    return isinstance(condition, Figure | Ratio) and condition.years == "each"


def _left(condition: Figure | Ratio | Growth | Count, finding: Finding, whole: Finding, lang: str) -> str:
    """The sum before the result; another part of the clause may have read other years of the same figure."""
    read = whole.inputs

    def shown(code: str, year: str) -> str:
        text = read.get(code, {}).get(year)
        return "—" if text is None else grouped(text)

    comma = "、" if wording.chinese(lang) else ", "
    if isinstance(condition, Count):
        numbers = [shown(code, max(read[code])) for code in condition.codes if code in read]
        total = " + ".join(numbers)
        between = next((reason.params for reason in finding.reasons if reason.code == "between"), None)
        if between is None or condition.distinct == "sum":
            return total
        return _between(grouped(between["low"]), between["high"], total, lang)
    years = list(finding.by_year or read.get(condition.code, {}))
    numbers = [shown(condition.code, year) for year in years]
    if isinstance(condition, Figure):
        if condition.years == "each":
            return comma.join(numbers)
        total = " + ".join(numbers)
        return total if condition.years == "sum" else f"({total}) ÷ {len(numbers)}"
    if isinstance(condition, Ratio):
        times = "" if condition.times == 1 else f" × {condition.times:,}"
        parts = [f"{shown(condition.code, year)} ÷ {shown(condition.of, year)}{times}" for year in years]
        return f"({' + '.join(parts)}) ÷ {len(parts)}" if condition.years == "mean" else comma.join(parts)
    if condition.method == "mean_of_rates":
        first, middle, last = numbers
        return f"({middle} ÷ {first} + {last} ÷ {middle}) ÷ 2 − 1"
    return f"({numbers[-1]} ÷ {numbers[0]})^(1/{condition.offsets[0] - condition.offsets[-1]}) − 1"


def _between(low: str, high: str, total: str, lang: str) -> str:
    """最少 50（最多的一类），最多 31 + 40 + 50 = 121: one enterprise may be counted in several kinds."""
    zh = wording.chinese(lang)
    if not high:
        return (
            f"最少 {low}（已填各类中最多的一类），其余未填"
            if zh
            else f"at least {low} (the largest kind), not all filled in"
        )
    most = f"{total} = {grouped(high)}"
    return f"最少 {low}（最多的一类），最多 {most}" if zh else f"at least {low} (the largest kind), at most {most}"


def _trend(finding: Finding, trend: Trend, unit: str, lang: str) -> str:
    shown = ["—" if one.value is None else wording.value(one.value, unit, lang) for one in finding.by_year.values()]
    brackets = "（{}）" if wording.chinese(lang) else " ({})"
    if wording.chinese(lang):
        rule_words = "不下降" if trend.rising else "下降"
    else:
        rule_words = "not falling" if trend.rising else "falling"
    return " → ".join(shown) + brackets.format(rule_words)
