"""One stored finding said to four people: the head of the county, its clerk, the reviewer, the public.

Everything comes from the finding, its clause and the settings of its rule set; every sentence is a
template. Each form names the reading used where the clause depends on one, and what would change
the answer. The public reads no figure that is not disclosed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rulebook import explain, verdicts, wording
from rulebook.catalogue import INDICATORS
from rulebook.conditions import Condition, Group, Growth, NotCollected, Roster, leaves
from rulebook.operators import Cell
from rulebook.remedy import NOTHING_BESIDE, Beside, Change, Remedies, remedies, undoing
from rulebook.remedy_words import Ways, amount, changed, fill, part_met, ways
from rulebook.requirement import requirement as test_in_words
from rulebook.rules import Finding, Reason, Rule, RuleKind, RuleSet, Setting, State
from rulebook.spoken import spoken

Settings = Mapping[str, Setting]

UNMET: Final = frozenset({State.NOT_MET, State.NEAR})


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a clause: its figure, and where years are judged one by one its verdict and gap."""

    year: str
    value: str
    outcome: str
    gap: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a reviewer reads of one clause; every number in the reader's unit, empty where there is none."""

    clause: str
    name: str
    state: str
    outcome: str
    requirement: str
    text: str  # the official wording
    figure: str
    gap: str
    years: tuple[Year, ...]
    computed: str
    says: str
    readings: tuple[tuple[str, str], ...]  # question left open by the source, and our answer
    change: Ways
    turn: str  # what would change the answer where nothing is lacking
    source: str
    article: str

    @property
    def is_told_by_year(self) -> bool:
        """Whether several years are judged one by one."""
        return len(self.years) > 1 and all(one.outcome for one in self.years)


def beside(findings: Iterable[Finding], rules: RuleSet) -> Beside:
    """What a change of a figure may break: the computed clauses of the same findings, with all their figures."""
    asked: list[Rule] = []
    figures: dict[Cell, Decimal] = {}
    for finding in findings:
        rule = rules.by_clause[finding.clause]
        if rule.is_computed:
            asked.append(_here(rule, finding))
            figures |= figures_in(finding, asked[-1])[0]
    return Beside(tuple(asked), figures)


def head(finding: Finding, rule: Rule, settings: Settings, lang: str = "zh", *, others: Beside = NOTHING_BESIDE) -> str:
    """One sentence for the head of the county: the outcome, why, by which reading, and what would change it."""
    why, verdict = _why(finding, rule, lang), verdicts.of_clause(finding.state, lang)
    if finding.state is State.CANNOT_TELL:  # said once
        why = why.removesuffix(verdicts.inside(finding.state, lang)).rstrip("；，;, ")
    parts = [
        why,
        *_readings_said(rule, settings, lang),
        *_turn(finding, rule, lang, others),
        *_left_alone(finding, lang),
    ]
    if wording.chinese(lang):
        said = f"第 {rule.clause} 条“{rule.name.zh}”{verdict}：" + "；".join(filter(None, parts)) + "。"
        return wording.nest(said)
    return f"Clause {rule.clause} ({rule.name.en}) {verdict}: " + "; ".join(filter(None, parts)) + "."


def checklist(
    finding: Finding, rule: Rule, settings: Settings, lang: str = "zh", *, others: Beside = NOTHING_BESIDE
) -> tuple[str, ...]:
    """The steps for the clerk, in order."""
    steps = [*_checks(finding, lang), *_asked(rule, finding, settings, lang)]
    lacks = finding.state in UNMET or finding.state is State.CANNOT_TELL
    steps += _lacking(finding, rule, lang, others) if lacks else _kept(finding, rule, lang)
    return tuple(_sentence(step, lang) for step in steps)


def row(finding: Finding, rule: Rule, settings: Settings, lang: str = "zh", *, others: Beside = NOTHING_BESIDE) -> Row:
    """A row of the reviewer's table."""
    unit, comma = rule.unit_code or "", "，" if wording.chinese(lang) else ", "
    value = "" if finding.value is None else wording.value(finding.value, unit, lang, finding.required)
    lacks = finding.gap is not None and not finding.gap.startswith("-") and finding.gap != "0"
    return Row(
        clause=rule.clause,
        name=rule.name(lang),
        state=str(finding.state),
        outcome=verdicts.word(finding.state, lang),
        requirement=requirement(rule, finding, lang),
        text=rule.text(lang),
        figure=value,
        gap=wording.gap(finding.gap or "", unit, lang) if lacks else "",
        years=tuple(_year(year, finding, _unit_of_years(rule, finding), lang) for year in sorted(finding.by_year)),
        computed=explain.formula(finding, _here(rule, finding), lang),
        says=_why(finding, rule, lang),
        readings=tuple(_reading(settings[name], lang) for name in rule.settings),
        change=what_it_takes(finding, rule, lang, others=others),
        turn=_sentence(_turn(finding, rule, lang, others)[0], lang),
        article=rule.article,
        source=f"{rule.source}{comma}{rule.article}",
    )


def public(
    finding: Finding, rule: Rule, settings: Settings, lang: str = "zh", *, disclosed: Collection[str] = ()
) -> str:
    """A statement fit for everybody: outcome, requirement, reading. `disclosed`: indicators anybody may read.

    The figures are named only where every one of them is disclosed.
    """
    zh, verdict = wording.chinese(lang), verdicts.of_clause(finding.state, lang)
    if zh:
        parts = [
            wording.nest(f"第 {rule.clause} 条“{rule.name.zh}”{verdict}"),
            f"要求：{requirement(rule, finding, lang)}",
        ]
    else:
        parts = [f"Clause {rule.clause} ({rule.name.en}) {verdict}", f"Required: {requirement(rule, finding, lang)}"]
    parts += _readings_said(rule, settings, lang)
    if rule.is_computed and set(finding.inputs) and set(finding.inputs) <= set(disclosed):
        parts.append(_why(finding, rule, lang))
    elif finding.state is State.WAIVED:
        parts.append(_waived(finding, lang, with_reason=False))
    parts.append(_public_turn(finding, rule, lang))
    return ("" if zh else " ").join(_sentence(part, lang) for part in parts)


def requirement(rule: Rule, finding: Finding, lang: str = "zh") -> str:
    """What the clause asks; of a clause without figures its official wording."""
    here = _here(rule, finding)
    if here.condition is None or any(isinstance(leaf, NotCollected) for leaf in leaves(here.condition)):
        return rule.text(lang).rstrip("。.")
    asked, zh = test_in_words(here.condition, here.unit_code, lang), wording.chinese(lang)
    if rule.kind is RuleKind.SOFT:
        return f"一般情况下，{asked}" if zh else f"in general, {wording.inside(asked)}"
    if rule.kind is RuleKind.MIXED:
        return f"{asked}；其余内容由审核人员判断" if zh else f"{asked}; reviewers judge the rest"
    if rule.when is None:
        return asked
    flag = wording.label(rule.when, lang)
    return f"“{flag}”为“是”的，{asked}" if zh else f"where “{flag}” is yes, {wording.inside(asked)}"


def what_it_takes(finding: Finding, rule: Rule, lang: str = "zh", *, others: Beside = NOTHING_BESIDE) -> Ways:
    """What would meet the clause, told from the finding; and which of the `others` that would break."""
    return ways(remedies_of(finding, rule, others), _here(rule, finding), lang)


def remedies_of(finding: Finding, rule: Rule, others: Beside = NOTHING_BESIDE) -> Remedies:
    """What would meet the clause; nothing for one that is met, waived, or left to people."""
    if finding.state not in UNMET and finding.state is not State.CANNOT_TELL:
        return Remedies(rule.clause)
    here = _here(rule, finding)
    return remedies(here, *figures_in(finding, here), beside=others)


def figures_in(finding: Finding, rule: Rule) -> tuple[dict[Cell, Decimal], int]:
    """The figures a finding was made from, by indicator and years before the call, and the year of the call.

    A count from a list of enterprises stands in the finding of its question.
    """
    call_year = 0
    for code, years in finding.inputs.items():
        if years:
            call_year = max(map(int, years)) + min(offset for one, offset in rule.cells if one == code)
    figures = {
        (code, call_year - int(year)): Decimal(text)
        for code, years in finding.inputs.items()
        for year, text in years.items()
        if text is not None
    }
    return figures | dict(_counted(finding, rule.condition)), call_year


def _counted(finding: Finding, condition: Condition | None) -> Iterable[tuple[Cell, Decimal]]:
    if isinstance(condition, Group):
        for part, one in zip(finding.parts, condition.parts, strict=True):
            yield from _counted(part, one)
    elif isinstance(condition, Roster) and finding.value is not None:
        yield condition.cell, Decimal(finding.value)


def _here(rule: Rule, finding: Finding) -> Rule:
    """The clause as it was asked in the place of the finding."""
    place = next((reason.params["place"] for reason in finding.reasons if reason.code == "region"), "")
    return rule.in_place(place)


def _sentence(words: str, lang: str) -> str:
    told = words.rstrip("。.")
    return f"{told}。" if wording.chinese(lang) else f"{told[:1].upper()}{told[1:]}."


# --- why ----------------------------------------------------------------------------------------


def _why(finding: Finding, rule: Rule, lang: str) -> str:
    """The finding in a sentence, without its full stop."""
    if finding.state is State.WAIVED:
        return _waived(finding, lang, with_reason=True)
    return explain.says(finding, _here(rule, finding), lang).rstrip("。.")


def _waived(finding: Finding, lang: str, *, with_reason: bool) -> str:
    by = next((reason.params for reason in finding.reasons if reason.code == "waived"), None)
    zh = wording.chinese(lang)
    if by is None:
        return "本条已获豁免" if zh else "this clause was waived"
    if zh:
        return f"由{by['authority']}豁免（{by['document']}）" + (f"，理由：{by['reason']}" if with_reason else "")
    return f"waived by {by['authority']} ({by['document']})" + (f", because: {by['reason']}" if with_reason else "")


def _reading(setting: Setting, lang: str) -> tuple[str, str]:
    return setting.question(lang), spoken(setting.options[setting.value](lang))


def _readings_said(rule: Rule, settings: Settings, lang: str) -> list[str]:
    """本条采用的口径：三年逐年."""
    told = [_reading(settings[name], lang)[1] for name in rule.settings]
    if not told:
        return []
    return [f"采用的口径：{'；'.join(told)}" if wording.chinese(lang) else f"reading used: {'; '.join(told)}"]


# --- what would change the answer ---------------------------------------------------------------


def _turn(finding: Finding, rule: Rule, lang: str, others: Beside = NOTHING_BESIDE) -> list[str]:
    """What would change the answer, in one clause of a sentence; empty where nothing can be said."""
    zh = wording.chinese(lang)
    match finding.state:
        case State.NOT_MET | State.NEAR | State.CANNOT_TELL:
            return _turn_good(finding, rule, lang, others)
        case State.MET:
            return _turn_bad(finding, rule, lang)
        case State.NOT_APPLICABLE:
            flag = wording.label(rule.when or "", lang)
            return [
                f"“{flag}”误填为“否”的，更正为“是”后本条适用"
                if zh
                else f"it would apply if “{flag}” was answered no by mistake and is corrected"
            ]
        case State.WAIVED:
            return ["豁免终止的，按原要求判断" if zh else "without the waiver the clause is judged as it stands"]
        case _:
            told = "结论取决于申报说明和佐证材料" if zh else "the answer rests on the statement and its proof"
            return [told]


def _turn_good(finding: Finding, rule: Rule, lang: str, others: Beside) -> list[str]:
    found, zh, here = remedies_of(finding, rule, others), wording.chinese(lang), _here(rule, finding)
    part = part_met(here, lang)
    if found.alone:
        told = changed(found.alone[0], here, lang)
        return [f"若{_spaced(told)}，{part}即可达标" if zh else f"{part or 'it'} would be met with {told}"]
    if found.together:
        needed = [changed(one, here, lang) for one in found.together]
        needed += [("填报" if zh else "") + _spaced(fill(one, here, lang).words) for one in found.fill]
        told = ("，同时" if zh else " and ").join([needed[0], *map(_spaced if zh else str, needed[1:])])
        return [f"若{_spaced(told)}，{part}方可达标" if zh else f"{part or 'it'} would be met only with {told}"]
    if found:
        listed = ("、" if zh else ", ").join(line.words for line in ways(found, here, lang).lines)
        return [
            f"按实际数据补填或核对后可以判断：{listed}"
            if zh
            else f"it can be told once these are filled in or checked, as they are: {listed}"
        ]
    return [_nothing(finding, rule, lang)]


def _nothing(finding: Finding, rule: Rule, lang: str) -> str:
    """An answer that no figure of the application changes."""
    zh, codes = wording.chinese(lang), {reason.code for reason in _every_reason(finding)}
    if "no_roster" in codes:
        return "提供企业名单后可以判断" if zh else "it can be told once there is a list of enterprises"
    if "not_submitted" in codes:
        return "提交之后可以判断" if zh else "it can be told after submission"
    if rule.kind is RuleKind.OPEN or "open" in codes:
        return "主管部门明确要求后可以判断" if zh else "it can be told once the authority says what is required"
    if finding.state is State.CANNOT_TELL:
        return "改用已采集的口径后可以判断" if zh else "it can be told under a reading whose figures are collected"
    return "仅改变本条所用数据无法达标" if zh else "no change of its figures alone would meet it"


def _turn_bad(finding: Finding, rule: Rule, lang: str) -> list[str]:
    here, zh = _here(rule, finding), wording.chinese(lang)
    undone = undoing(here, *figures_in(finding, here))
    if not undone:
        told = "任何一项数据单独变化都不改变结论" if zh else "no change of one figure alone would change this"
        return [told]
    told = changed(_nearest(undone), here, lang)
    return [f"若{_spaced(told)}，则不再达标" if zh else f"it would no longer be met with {told}"]


def _left_alone(finding: Finding, lang: str) -> list[str]:
    """Beside what is lacking: nobody changes a figure that is right."""
    if finding.state not in UNMET:
        return []
    return ["数据无误的不得改动" if wording.chinese(lang) else "figures that are right must stay as they are"]


def _spaced(told: str) -> str:
    """Figures stand apart from Chinese characters."""
    return f" {told}" if told[:1].isdigit() else told


def _nearest(changes: Iterable[Change]) -> Change:
    return min(changes, key=lambda change: (change.relative, change.is_past))


def _public_turn(finding: Finding, rule: Rule, lang: str) -> str:
    """Without figures: what the answer rests on."""
    zh = wording.chinese(lang)
    if not rule.is_computed:
        return "结论取决于县级说明和审核意见" if zh else "The answer rests on the county's statement and on the review"
    if finding.state is State.WAIVED:
        return "豁免终止的，按上述要求判断" if zh else "Without the waiver the clause is judged as required above"
    if rule.settings:
        told = "申报数据更正，或改用其他口径的，结论可能改变"
        return told if zh else "Corrected figures or another reading may change the answer"
    return "申报数据更正的，结论可能改变" if zh else "Corrected figures may change the answer"


# --- for the clerk ------------------------------------------------------------------------------


def _checks(finding: Finding, lang: str) -> list[str]:
    """核对已填数据：2022 年集群总产值 38.7 亿元……."""
    zh = wording.chinese(lang)
    told = [
        f"{year} 年{wording.label(code, lang)} {amount(code, Decimal(text), lang)}"
        if zh
        else f"{wording.label(code, lang)}, {year}, {amount(code, Decimal(text), lang)}"
        for code, years in finding.inputs.items()
        for year, text in sorted(years.items())
        if text is not None
    ]
    if not told:
        return []
    return ["核对已填数据：" + "；".join(told) if zh else "Check what was filled in: " + "; ".join(told)]


def _asked(rule: Rule, finding: Finding, settings: Settings, lang: str) -> list[str]:
    zh, asked = wording.chinese(lang), requirement(rule, finding, lang)
    said = [f"对照要求：{asked}" if zh else f"Compare with what is required: {asked}"]
    return [("；" if zh else "; ").join([*said, *_readings_said(rule, settings, lang)])]


def _lacking(finding: Finding, rule: Rule, lang: str, others: Beside) -> list[str]:
    """What is short, what it would take, and what may be done."""
    zh, found = wording.chinese(lang), what_it_takes(finding, rule, lang, others=others)
    steps = [_why(finding, rule, lang)]
    if found:
        listed = ("；" if zh else "; ").join(line.words for line in found.lines)
        steps.append(f"{found.intro}{listed}" if zh else f"{found.intro} {listed}")
    else:
        steps.append(_nothing(finding, rule, lang))
    if finding.state is State.NEAR:
        told = "写明未达到一般要求的理由和依据，由审核人员判断"
        steps.append(told if zh else "Write down why it is not as generally asked; reviewers judge")
    if finding.state in UNMET:
        told = "数据有误的，更正并备好证明；数据无误的，如实提交，不得为达标改数"
        steps.append(
            told
            if zh
            else "Where a figure is wrong, correct it and keep the proof; where it is right, leave it: "
            "no figure may be changed to meet a clause"
        )
    return steps


def _kept(finding: Finding, rule: Rule, lang: str) -> list[str]:
    """Nothing is short: what to keep ready, and what would change the answer."""
    zh = wording.chinese(lang)
    if rule.asks_for_statement:
        told = "在“情况说明”中答复本条，写明有什么、从何时起、依据哪份文件，并备好佐证材料"
        step = (
            told
            if zh
            else "Answer under “Statements”: what exists, since when, by which document; keep the proof ready"
        )
    elif finding.state is State.MET:
        step = "已达标，保留佐证材料备查" if zh else "It is met; keep the proof ready"
    else:
        step = _why(finding, rule, lang)
    return [step, *_turn(finding, rule, lang)]


def _unit_of_years(rule: Rule, finding: Finding) -> str:
    """Growth is told from the figures themselves, everything else from numbers in the unit of the clause."""
    condition = _here(rule, finding).condition
    return INDICATORS[condition.code].unit_code if isinstance(condition, Growth) else rule.unit_code or ""


def _year(year: str, finding: Finding, unit: str, lang: str) -> Year:
    one = finding.by_year[year]
    lacks = one.gap is not None and not one.gap.startswith("-") and one.gap != "0" and one.state != State.MET
    return Year(
        year,
        "" if one.value is None else wording.value(one.value, unit, lang, finding.required),
        verdicts.word(one.state, lang) if one.state else "",
        wording.gap(one.gap or "", unit, lang) if lacks else "",
    )


def _every_reason(finding: Finding) -> Iterable[Reason]:
    yield from finding.reasons
    for part in finding.parts:
        yield from _every_reason(part)
