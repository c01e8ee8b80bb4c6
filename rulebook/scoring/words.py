"""A score, its grade, stars and money in plain sentences, Chinese and English; every one a template."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from rulebook import wording
from rulebook.exact import PLACES, ending
from rulebook.numbers import grouped
from rulebook.rules import Reason
from rulebook.scoring.marks import Mark, Score
from rulebook.scoring.rewards import Payment, StarAward
from rulebook.scoring.tree import Grades, Money, Scoring

_NUMERALS: Final = "零一二三四五六七八九十"


def says(score: Score, scoring: Scoring, lang: str = "zh") -> list[str]:
    """The total, the grade, then what is missing, item by item."""
    sentences = [_total(score, scoring, lang)]
    if scoring.grades is not None:
        sentences.append(_grade(score, scoring.grades, lang))
    for mark in (*score.marks, *score.adjustments):
        sentences += _lacking(mark, lang)
    return sentences


def left_open(scoring: Scoring, lang: str = "zh") -> list[str]:
    """What the sources do not say, whatever the points are."""
    return [note(lang) for note in scoring.notes]


def stars_say(award: StarAward, grades: Grades, lang: str = "zh") -> str:
    """2019 年良好、2020 年优秀，评为四星（★4）。"""
    zh = wording.chinese(lang)
    told = [
        (f"{year} 年{grades.name(grade, lang)}" if zh else f"{year} {grades.name(grade, lang)}")
        for year, grade in zip(award.years, award.grades, strict=True)
        if grade is not None
    ]
    shown = ("、" if zh else ", ").join(told)
    if award.stars is not None:
        numeral = _NUMERALS[award.stars] if award.stars <= 10 else str(award.stars)
        return (
            f"{shown}，评为{numeral}星（★{award.stars}）。" if zh else f"{shown}: {award.stars} stars (★{award.stars})."
        )
    if award.reason is not None and award.reason.code == "grade_missing":
        years = wording.years(award.reason.params["years"].split(","), lang)
        return f"缺少 {years}的等级，不能评星。" if zh else f"No stars: the grade of {years} is missing."
    if zh:
        return f"{shown}，来源未载明这一组合的星级，不评星。"
    return f"{shown}: no stars, as the sources name none for these grades."


def payment_says(payment: Payment, money: Money, lang: str = "zh") -> str:
    """第 2 年：奖励 600,000 元。"""
    zh, number = wording.chinese(lang), payment.year_of_title
    head = f"认定后第 {number} 年" if zh else f"Year {number} after recognition"
    if payment.least is None or payment.most is None:
        return f"{head}：来源未载明奖励标准，金额不能确定。" if zh else f"{head}: the sources do not say what is paid."
    reason = "" if payment.reason is None else payment.reason.code
    if not payment.told:
        low, high = _number(payment.least), _number(payment.most)
        if zh:
            return f"{head}：得分尚不能确定，奖励介于 {low} 元至 {high} 元之间。"
        return f"{head}: the score is not settled; between {low} and {high} yuan."
    amount = _number(payment.least)
    if reason == "flat":
        if zh:
            return f"{head}：奖励 {amount} 元，与得分无关。"
        return f"{head}: {amount} yuan, whatever the score."
    if reason == "no_band":
        lowest = _number(money.bands[-1][0])
        if zh:
            return f"{head}：得分低于 {lowest} 分，没有对应的奖励档次。"
        return f"{head}: the score is below {lowest}; there is no reward."
    if reason == "capped":
        if zh:
            return f"{head}：得分档次高于当年最高金额，奖励 {amount} 元。"
        return f"{head}: the band is above the most of the year; {amount} yuan."
    return f"{head}：奖励 {amount} 元。" if zh else f"{head}: {amount} yuan."


# ------------------------------------------------------------------ parts


def _total(score: Score, scoring: Scoring, lang: str) -> str:
    zh, full = wording.chinese(lang), _number(scoring.most)
    low, high = _number(score.least), _number(score.most)
    if score.told:
        cut = "（已按上下限计）" if score.cut_short else ""
        if zh:
            return f"总分 {low} 分{cut}，满分 {full} 分。"
        return f"Total: {low} of {full} points{' (kept within the scale)' if score.cut_short else ''}."
    if zh:
        return f"总分尚不能确定，介于 {low} 分至 {high} 分之间。"
    return f"The total is not settled yet; it lies between {low} and {high} points."


def _grade(score: Score, grades: Grades, lang: str) -> str:
    zh = wording.chinese(lang)
    if score.grade is not None:
        return f"等级：{grades.name(score.grade, lang)}。" if zh else f"Grade: {grades.name(score.grade, lang)}."
    if score.grade_reason is not None and score.grade_reason.code == "between_grades":
        low, high = (grades.name(score.grade_reason.params[end], lang) for end in ("low", "high"))
        if zh:
            return f"等级尚不能确定：最低为{low}，最高为{high}。"
        return f"The grade is not settled yet; it lies between {low} and {high}."
    if zh:
        return "等级不能确定：各等级的分数线在来源中未载明。"
    return "The grade cannot be settled, as the sources do not say at which totals grades begin."


def _lacking(mark: Mark, lang: str) -> list[str]:
    """Why the points of an item, or of its parts, cannot be told."""
    zh = wording.chinese(lang)
    name = f"{mark.item} {mark.name(lang)}"
    told = []
    for reason in mark.reasons:
        words = _reason(reason, lang)
        if words:
            told.append(f"{name}：{words}。" if zh else f"{name}: {words}.")
    return told + [sentence for part in mark.parts for sentence in _lacking(part, lang)]


def _reason(reason: Reason, lang: str) -> str:
    zh, params = wording.chinese(lang), reason.params
    match reason.code:
        case "not_given":
            return "尚未评分" if zh else "not scored yet"
        case "open":
            return "来源未载明评分办法" if zh else "the sources do not say how it is scored"
        case "open_weights":
            if zh:
                return "各部分权重在来源中未载明，得分介于最低与最高的部分之间"
            return "the sources do not give the weights of its parts; it lies between the lowest and the highest part"
        case "missing":
            label, year = wording.label(params["indicator"], lang), params["year"]
            return f"缺少 {year} 年{label}" if zh else f"{label} {year} is missing"
        case "base_not_positive":
            label, year = wording.label(params["indicator"], lang), params["year"]
            if zh:
                return f"{year} 年{label}为 {params['value']}，不能计算"
            return f"{label} {year} is {params['value']}, so nothing can be computed"
        case _:
            return ""


def _number(number: Fraction) -> str:
    """Whole where its decimals end, as those of points and yuan do; else cut at the ninth decimal."""
    ended = ending(number)
    if ended is not None:
        return grouped(ended)
    whole, rest = divmod(abs(number.numerator) * 10**PLACES // number.denominator, 10**PLACES)
    return ("-" if number < 0 else "") + grouped(f"{whole}.{rest:0{PLACES}d}") + "…"
