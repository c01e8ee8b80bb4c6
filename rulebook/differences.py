"""What is different between two versions of a rule set, in words.

`1.4 集群总产值：不低于 40 亿元 → 不低于 50 亿元`. Clauses are matched by number. A setting that was
chosen otherwise is one difference with the clauses that read it, not one for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rulebook import wording
from rulebook.aspects import NAMES, aspects, joined, same_subject
from rulebook.conditions import Condition, Group
from rulebook.requirement import requirement
from rulebook.roster import TITLES
from rulebook.rules import Region, Rule, RuleKind, RuleSet, Setting, Text, TitleSet
from rulebook.scoring import compare
from rulebook.spoken import spoken

_PARTS: Final[Mapping[str, Text]] = {
    **NAMES,
    "threshold": Text("", ""),  # the bound is what a clause is about; it needs no name
    "clause": Text("", ""),
    "name": Text("名称", "name"),
    "text": Text("条款原文", "official wording"),
    "wording": Text("原文出处", "how the wording is given"),
    "says": Text("解读", "our reading"),
    "source": Text("来源", "source"),
    "article": Text("条款位置", "article"),
    "kind": Text("条款性质", "kind"),
    "veto": Text("一票否决", "veto"),
    "when": Text("适用条件", "applies where"),
    "test": Text("判断条件", "test"),
    "region": Text("地区规定", "regional rule"),
    "cases": Text("核对用例", "test cases"),
    "setting": Text("口径", "reading"),
    "titles": Text("称号范围", "set of titles"),
    "sources": Text("来源文件", "source document"),
    "title": Text("名称", "title"),
    "effective": Text("适用日期", "dates of effect"),
    "approved_by": Text("批准机关", "approved by"),
    "programme": Text("项目", "programme"),
    "process": Text("适用环节", "process"),
    "scoring": Text("评分", "scoring"),
}
_KINDS: Final = {
    RuleKind.HARD: Text("硬性条款", "hard"),
    RuleKind.SOFT: Text("弹性条款（“一般”）", "soft (“generally”)"),
    RuleKind.MANUAL: Text("人工判断", "judged by people"),
    RuleKind.MIXED: Text("先计算、再人工判断", "computed, then judged by people"),
    RuleKind.CONDITIONAL: Text("有条件适用", "applies under a condition"),
    RuleKind.OPEN: Text("来源未载明，待定", "left open by the sources"),
}
_WORDINGS: Final = {"verbatim": Text("原文", "verbatim"), "summary": Text("摘要", "summary")}
_PROCESSES: Final = {
    "recognition": Text("认定", "recognition"),
    "reverification": Text("复核", "re-verification"),
    "evaluation": Text("评价", "evaluation"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `clause` is "" for the rule set itself; None before is new, None after is gone."""

    clause: str
    part: str  # a key of the parts above: threshold, years, kind, source ...
    subject: Text
    before: Text | None
    after: Text | None

    def words(self, lang: str = "zh") -> str:
        """1.4 集群总产值：不低于 40 亿元 → 不低于 50 亿元."""
        zh = wording.chinese(lang)
        name = _PARTS[self.part](lang)
        subject = self.subject(lang)
        if not self.clause:
            head = f"{name} {subject}".rstrip().replace(" （", "（")
        elif name:
            head = f"{self.clause} {subject}{'，' if zh else ', '}{name}"
        else:
            head = f"{self.clause} {subject}"
        if self.before is None and self.after is not None:
            told = f"新增 {self.after.zh}" if zh else f"new: {self.after.en}"
        elif self.after is None and self.before is not None:
            told = f"删去 {self.before.zh}" if zh else f"removed: {self.before.en}"
        else:
            assert self.before is not None and self.after is not None
            told = f"{self.before(lang)} → {self.after(lang)}"
        return f"{head}：{told}" if zh else f"{head}: {told}"


def differences(before: RuleSet, after: RuleSet) -> list[Difference]:
    """Everything that differs, the rule set itself first, then clause by clause in the order of `after`."""
    found = list(_whole(before, after))
    raw_before, raw_after = _raw(before), _raw(after)
    for clause in dict.fromkeys((*after.by_clause, *before.by_clause)):
        one, other = before.by_clause.get(clause), after.by_clause.get(clause)
        if one is None or other is None:
            rule = one or other
            assert rule is not None
            told = _clause_in_words(rule)
            found.append(Difference(clause, "clause", rule.name, told if one else None, told if other else None))
        else:
            found += _clause(one, other, raw_before.get(clause, {}), raw_after.get(clause, {}))
    for item, subject, was, now in compare.differences(before.scoring, after.scoring):
        place = Text(f"{item} {subject.zh}".strip(), f"{item} {subject.en}".strip())
        found.append(Difference("", "scoring", place, was, now))
    return found


def _raw(rule_set: RuleSet) -> dict[str, Mapping[str, Any]]:
    return {one["clause"]: one for one in rule_set.content.get("rules", [])}


def _same(text: str) -> Text:
    return Text(text or "—", text or "—")


def _places(region: Region) -> Text:
    return joined((Text(place, place) for place in region.places), "、", ", ")


def _maybe(text: str | None) -> Text | None:
    return None if text is None else _same(text)


def _pair(clause: str, part: str, subject: Text, before: Text | None, after: Text | None) -> Iterator[Difference]:
    if before != after:
        yield Difference(clause, part, subject, before, after)


# ------------------------------------------------------------------ the rule set itself


def _whole(before: RuleSet, after: RuleSet) -> Iterator[Difference]:
    nothing = Text("", "")
    yield from _pair("", "title", nothing, before.title, after.title)
    yield from _pair("", "effective", nothing, _dates(before), _dates(after))
    yield from _pair("", "approved_by", nothing, _same(before.approved_by), _same(after.approved_by))
    yield from _pair("", "programme", nothing, _same(before.programme), _same(after.programme))
    yield from _pair("", "process", nothing, _PROCESSES[before.process], _PROCESSES[after.process])
    for key in dict.fromkeys((*before.sources, *after.sources)):
        one, other = before.sources.get(key), after.sources.get(key)
        yield from _pair("", "sources", _same(key), _maybe(one), _maybe(other))
    for name in dict.fromkeys((*before.settings, *after.settings)):
        yield from _setting(before.settings.get(name), after.settings.get(name), after)
    for name in dict.fromkeys((*before.titles, *after.titles)):
        sets = before.titles.get(name), after.titles.get(name)
        subject = next(one.label for one in sets if one is not None)
        yield from _pair("", "titles", subject, _members(sets[0]), _members(sets[1]))


def _dates(rule_set: RuleSet) -> Text:
    first, last = rule_set.effective_from, rule_set.effective_to
    if not first and not last:
        return Text("未载明", "not said")
    return Text(f"{first} 至 {last}", f"{first} to {last}") if last else Text(f"{first} 起", f"from {first}")


def _setting(before: Setting | None, after: Setting | None, rule_set: RuleSet) -> Iterator[Difference]:
    """A reading chosen otherwise, with the clauses that read it."""
    setting = after or before
    assert setting is not None
    readers = [rule.clause for rule in rule_set.rules if setting.name in rule.settings]
    listed = ("、".join(readers), ", ".join(readers))
    subject = Text(
        f"（{setting.question.zh}" + (f"；第 {listed[0]} 条）" if readers else "）"),
        f"({setting.question.en}" + (f"; clause {listed[1]})" if readers else ")"),
    )
    chosen = [None if one is None else _spoken(one.options[one.value]) for one in (before, after)]
    yield from _pair("", "setting", subject, chosen[0], chosen[1])


def _spoken(option: Text) -> Text:
    return Text(spoken(option.zh), spoken(option.en))


def _members(titles: TitleSet | None) -> Text | None:
    if titles is None:
        return None
    return joined((Text(*TITLES.get(code, (code, code))) for code in titles.titles), "、", ", ")


# ------------------------------------------------------------------ one clause


def _clause(
    before: Rule, after: Rule, raw_before: Mapping[str, Any], raw_after: Mapping[str, Any]
) -> Iterator[Difference]:
    clause, subject = after.clause, after.name
    yes, no = Text("是", "yes"), Text("否", "no")
    yield from _pair(clause, "name", subject, before.name, after.name)
    yield from _pair(clause, "text", subject, _quoted(before.text), _quoted(after.text))
    yield from _pair(clause, "wording", subject, _WORDINGS[before.wording], _WORDINGS[after.wording])
    yield from _pair(clause, "says", subject, _quoted(before.says), _quoted(after.says))
    if raw_before.get("source") != raw_after.get("source"):
        yield from _pair(clause, "source", subject, _same(before.source), _same(after.source))
    yield from _pair(clause, "article", subject, _same(before.article), _same(after.article))
    yield from _pair(clause, "kind", subject, _KINDS[before.kind], _KINDS[after.kind])
    yield from _pair(clause, "veto", subject, yes if before.veto else no, yes if after.veto else no)
    yield from _pair(clause, "when", subject, _flag(before), _flag(after))
    if raw_before.get("test") != raw_after.get("test"):  # else only a setting or a set of titles is another
        units = (before.unit_code or "", after.unit_code or "")
        yield from _tests(clause, subject, (before.condition, after.condition), units)
    yield from _regions(before, after)
    yield from _cases(before, after)


def _quoted(text: Text) -> Text:
    return Text(f"“{text.zh}”", f"“{text.en}”")


def _flag(rule: Rule) -> Text | None:
    if rule.when is None:
        return None
    return Text(wording.label(rule.when, "zh"), wording.label(rule.when, "en"))


def _tests(
    clause: str, subject: Text, tests: tuple[Condition | None, Condition | None], units: tuple[str, str]
) -> Iterator[Difference]:
    """Aspect by aspect where the same thing is measured, else the whole condition."""
    before, after = tests
    if before is not None and after is not None and same_subject(before, after):
        yield from _aspects(clause, subject, before, after, units)
        return
    told = [None if one is None else _whole_test(one, unit) for one, unit in zip(tests, units, strict=True)]
    yield from _pair(clause, "test", subject, told[0], told[1])


def _whole_test(condition: Condition, unit: str) -> Text:
    return Text(requirement(condition, unit, "zh"), requirement(condition, unit, "en"))


def _aspects(
    clause: str, subject: Text, before: Condition, after: Condition, units: tuple[str, str]
) -> Iterator[Difference]:
    one, other = aspects(before, units[0]), aspects(after, units[1])
    for name in dict.fromkeys((*one, *other)):
        yield from _pair(clause, name, subject, one.get(name), other.get(name))
    if isinstance(before, Group) and isinstance(after, Group):
        many = len(after.parts) > 1
        for i, (part, same) in enumerate(zip(before.parts, after.parts, strict=True), start=1):
            place = Text(f"{subject.zh}（第 {i} 部分）", f"{subject.en} (part {i})") if many else subject
            yield from _aspects(clause, place, part, same, units)


def _regions(before: Rule, after: Rule) -> Iterator[Difference]:
    """Regional rules, matched by their name."""
    olds, news = _by_name(before), _by_name(after)
    for name in dict.fromkeys((*olds, *news)):
        one, other = olds.get(name), news.get(name)
        region = other or one
        assert region is not None
        subject = Text(f"{after.name.zh}（{region.name.zh}）", f"{after.name.en} ({region.name.en})")
        if one is None or other is None:
            rule = after if other else before
            told = _whole_test(region.condition, rule.unit_code or "")
            yield Difference(after.clause, "region", subject, told if one else None, told if other else None)
            continue
        units = (before.unit_code or "", after.unit_code or "")
        yield from _tests(after.clause, subject, (one.condition, other.condition), units)
        yield from _pair(after.clause, "region", subject, _places(one), _places(other))
        yield from _pair(after.clause, "source", subject, _same(one.source), _same(other.source))
        yield from _pair(after.clause, "article", subject, _same(one.article), _same(other.article))


def _by_name(rule: Rule) -> dict[str, Region]:
    return {region.name.zh: region for region in rule.regions}


def _cases(before: Rule, after: Rule) -> Iterator[Difference]:
    """Cases are counted: which were taken away or changed, and which are new."""
    gone = [case for case in before.cases if case not in after.cases]
    new = [case for case in after.cases if case not in before.cases]
    if gone or new:
        yield Difference(after.clause, "cases", after.name, _counted(before.cases, gone), _counted(after.cases, new))


def _counted(cases: Sequence[Any], other: Sequence[Any]) -> Text:
    return Text(f"{len(cases)} 个（{len(other)} 个有变化）", f"{len(cases)} ({len(other)} changed)")


def _clause_in_words(rule: Rule) -> Text:
    """What the clause asks where it is computed, else its wording."""
    if rule.condition is None:
        return _quoted(rule.text)
    return _whole_test(rule.condition, rule.unit_code or "")
