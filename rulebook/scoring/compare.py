"""What differs between two scorings, item by item: (item, subject, before, after), None for nothing there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from rulebook.aspects import bound, joined, label
from rulebook.exact import ending
from rulebook.numbers import grouped
from rulebook.rules import Text
from rulebook.scoring.tree import Adjustment, Banded, Given, Grade, Item, Leaf, Measure, Money, Scoring, Stars

Told = tuple[str, Text, Text | None, Text | None]

_OPEN = Text("来源未载明", "not said by the sources")


def differences(before: Scoring | None, after: Scoring | None) -> Iterator[Told]:
    """Weights, ways of scoring, bands, adjustments, cut-offs, stars and money that are not the same."""
    one, other = _facts(before), _facts(after)
    for item, subject in dict.fromkeys((*other, *one)):
        was, now = one.get((item, subject)), other.get((item, subject))
        if was != now:
            yield item, subject, was, now


def _facts(scoring: Scoring | None) -> Mapping[tuple[str, Text], Text]:
    """Everything a scoring settles, each under its item and what it is about."""
    if scoring is None:
        return {}
    found: dict[tuple[str, Text], Text] = {}
    for item in scoring.walk():
        found |= _item(item)
    for one in scoring.adjustments:
        found |= _adjustment(one)
    found["", Text("总分范围", "scale of the total")] = _span(scoring.least, scoring.most)
    for grade in scoring.grades.listed if scoring.grades else ():
        found["", Text(f"等级“{grade.name.zh}”", f"grade “{grade.name.en}”")] = _cut_off(grade, scoring)
    if scoring.stars is not None and scoring.grades is not None:
        found |= _stars(scoring.stars, scoring)
    if scoring.money is not None:
        found |= _money(scoring.money)
    return found


def _item(item: Item) -> dict[tuple[str, Text], Text]:
    name = item.name
    weight = _OPEN if item.weight is None else _percent(item.weight)
    found = {
        (item.item, Text(f"{name.zh}，权重", f"{name.en}, weight")): weight,
        (item.item, Text(f"{name.zh}，来源", f"{name.en}, source")): _source(item.source.document, item.source.article),
    }
    if item.leaf is not None:
        found[item.item, Text(f"{name.zh}，评分", f"{name.en}, points")] = _leaf(item.leaf)
    return found


def _adjustment(one: Adjustment) -> dict[tuple[str, Text], Text]:
    sort = Text("加分", "bonus") if one.bonus else Text("扣分", "deduction")
    most, leaf = _number(one.leaf.most), _leaf(one.leaf)
    told = Text(f"{sort.zh}，最多 {most} 分；{leaf.zh}", f"{sort.en}, at most {most} points; {leaf.en}")
    return {(one.item, one.name): told}


def _leaf(leaf: Leaf) -> Text:
    if isinstance(leaf, Banded):
        subject = _measure(leaf.measure)
        bands = [
            Text(f"{asked.zh}得 {points} 分", f"{asked.en}: {points} points")
            for band in leaf.bands
            for points in (_number(band.points),)
            for asked in ((bound(band.bound, leaf.measure.unit_code),) if band.bound else (Text("其他", "otherwise"),))
        ]
        listed = joined(bands, "；", "; ")
        return Text(f"按{subject.zh}：{listed.zh}", f"by {subject.en}: {listed.en}")
    if isinstance(leaf, Given):
        return Text(f"人工评分（{leaf.says.zh}）", f"given by reviewers ({leaf.says.en})")
    return Text(f"未载明（{leaf.says.zh}）", f"open ({leaf.says.en})")


def _measure(measure: Measure) -> Text:
    name = label(measure.code)
    match measure.kind:
        case "share":
            whole = label(measure.of)
            return Text(f"{name.zh} ÷ {whole.zh}", f"{name.en} ÷ {whole.en}")
        case "growth":
            return Text(f"{name.zh}增速（{measure.over} 年）", f"growth of {name.en} ({measure.over} year(s))")
        case "increment":
            return Text(f"{name.zh}增量（{measure.over} 年）", f"increment of {name.en} ({measure.over} year(s))")
        case _:
            return name


def _cut_off(grade: Grade, scoring: Scoring) -> Text:
    if grade.at_least is not None:
        return Text(f"{_number(grade.at_least)} 分及以上", f"from {_number(grade.at_least)} points")
    lowest = scoring.grades is not None and grade is scoring.grades.listed[-1]
    return Text("其余", "everything else") if lowest else _OPEN


def _stars(stars: Stars, scoring: Scoring) -> dict[tuple[str, Text], Text]:
    assert scoring.grades is not None
    found = {("", Text("评星是否区分先后", "order of years for stars")): _yes(stars.ordered)}
    for codes, number in stars.table.items():
        zh = "＋".join(scoring.grades.name(code, "zh") for code in codes)
        en = " + ".join(scoring.grades.name(code, "en") for code in codes)
        found["", Text(f"“{zh}”的星级", f"stars for “{en}”")] = Text(f"★{number}", f"★{number}")
    return found


def _money(money: Money) -> dict[tuple[str, Text], Text]:
    found = {("", Text("当年最高金额是否生效", "most of a year limits the bands")): _yes(money.capped)}
    for total, yuan in money.bands:
        points = _number(total)
        found["", Text(f"{points} 分及以上的奖励", f"reward from {points} points")] = _yuan(yuan)
    for number, year in money.years.items():
        amount = _yuan(year.flat if year.flat is not None else year.most or Fraction(0))
        told = amount if year.flat is not None else Text(f"最高 {amount.zh}", f"at most {amount.en}")
        found["", Text(f"第 {number} 年奖励", f"reward of year {number}")] = told
    return found


def _yes(answer: bool) -> Text:
    return Text("是", "yes") if answer else Text("否", "no")


def _span(least: Fraction, most: Fraction) -> Text:
    return Text(f"{_number(least)} 至 {_number(most)} 分", f"{_number(least)} to {_number(most)} points")


def _percent(weight: Fraction) -> Text:
    return Text(f"{_number(weight)}%", f"{_number(weight)}%")


def _yuan(amount: Fraction) -> Text:
    return Text(f"{_number(amount)} 元", f"{_number(amount)} yuan")


def _source(document: str, article: str) -> Text:
    return Text(f"{document}，{article}", f"{document}, {article}")


def _number(number: Fraction) -> str:
    return grouped(ending(number) or str(number))
