"""The sum behind a finding, with the county's own figures in it."""

from __future__ import annotations

from rulebook import wording
from rulebook.conditions import AllOf, AnyOf, Condition, Count, Figure, Growth, NotCollected, Ratio, Trend
from rulebook.numbers import grouped
from rulebook.rules import Finding, Rule


def formula(finding: Finding, rule: Rule, lang: str = "zh") -> str:
    """(50 ÷ 38.7)^(1/2) − 1 = 13.67%（> 10%）; a dash stands for a missing figure, "" for no sum."""
    return "" if rule.condition is None else _formula(finding, finding, rule, rule.condition, lang)


def _formula(finding: Finding, whole: Finding, rule: Rule, condition: Condition, lang: str) -> str:
    if isinstance(condition, AnyOf | AllOf):
        word = (
            (" 或 " if isinstance(condition, AnyOf) else " 且 ")
            if wording.chinese(lang)
            else (" or " if isinstance(condition, AnyOf) else " and ")
        )
        pairs = zip(finding.parts, condition.parts, strict=True)
        return word.join(_formula(part, whole, rule, one, lang) for part, one in pairs)
    if isinstance(condition, Trend):
        return _trend(finding, condition, rule, lang)
    if isinstance(condition, NotCollected):
        return f"— {wording.bound_sign(condition.bound, rule.unit_code or '', lang)}"
    left = _left(condition, whole, lang)
    unit = rule.unit_code or ""
    plain_figure = isinstance(condition, Figure) and condition.years == "latest"
    result = "" if finding.value is None else wording.value(finding.value, unit, lang, finding.required)
    if plain_figure:
        left = result or "—"
    elif result and not _each(condition):
        left = f"{left} = {result}"
    brackets = "（{}）" if wording.chinese(lang) else " ({})"
    return left + brackets.format(wording.bound_sign(condition.bound, unit, lang))


def _each(condition: Condition) -> bool:
    return isinstance(condition, Figure | Ratio) and condition.years == "each"


def _left(condition: Figure | Ratio | Growth | Count, whole: Finding, lang: str) -> str:
    read = whole.inputs

    def shown(code: str, year: str) -> str:
        text = read.get(code, {}).get(year)
        return "—" if text is None else grouped(text)

    comma = "、" if wording.chinese(lang) else ", "
    if isinstance(condition, Count):
        numbers = [shown(code, year) for code in condition.codes for year in read.get(code, {})]
        total = " + ".join(numbers)
        if condition.distinct == "sum":
            return total
        largest = comma.join(numbers)
        return f"{largest} 中最大者 至 {total}" if wording.chinese(lang) else f"the largest of {largest} to {total}"
    years = list(read.get(condition.code, {}))
    if isinstance(condition, Figure):
        numbers = [shown(condition.code, year) for year in years]
        return comma.join(numbers) if condition.years == "each" else f"({' + '.join(numbers)}) ÷ {len(numbers)}"
    if isinstance(condition, Ratio):
        times = "" if condition.times == 1 else f" × {condition.times:,}"
        parts = [f"{shown(condition.code, year)} ÷ {shown(condition.of, year)}{times}" for year in years]
        return f"({' + '.join(parts)}) ÷ {len(parts)}" if condition.years == "mean" else comma.join(parts)
    numbers = [shown(condition.code, year) for year in years]
    if condition.method == "mean_of_rates":
        first, middle, last = numbers
        return f"({middle} ÷ {first} + {last} ÷ {middle}) ÷ 2 − 1"
    return f"({numbers[-1]} ÷ {numbers[0]})^(1/{condition.offsets[0] - condition.offsets[-1]}) − 1"


def _trend(finding: Finding, trend: Trend, rule: Rule, lang: str) -> str:
    unit = rule.unit_code or ""
    shown = ["—" if one.value is None else wording.value(one.value, unit, lang) for one in finding.by_year.values()]
    brackets = "（{}）" if wording.chinese(lang) else " ({})"
    if wording.chinese(lang):
        rule_words = "不下降" if trend.rising else "下降"
    else:
        rule_words = "not falling" if trend.rising else "falling"
    return " → ".join(shown) + brackets.format(rule_words)
