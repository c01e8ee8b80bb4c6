"""Findings as people read them: the bar of counts, the groups, each clause with its sum and sentence.

Shared by the county's live panel, the check page and the reviewer's page.
"""

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import get_language

from applications import drawing, prescreening
from applications.enums import Answer
from applications.models import Application
from applications.prescreening import COUNTED, count, rules_for
from clusters.models import YearFigure
from rulebook import audiences, explain, verdicts, wording
from rulebook.catalogue import INDICATORS
from rulebook.outside import LEFT_OUT
from rulebook.remedy import Beside
from rulebook.remedy_words import Way, Ways
from rulebook.rules import Change, Finding, Rule, State
from rulebook.spoken import spoken

# What needs something from the reader comes first; the rest is folded.
URGENT_FIRST = (
    State.NOT_MET,
    State.NEAR,
    State.CANNOT_TELL,
    State.BY_HAND,
    State.WAIVED,
    State.MET,
    State.NOT_APPLICABLE,
)
OPEN = frozenset({State.NOT_MET, State.NEAR, State.CANNOT_TELL})
# A waiver forgives what is lacking and hides none of it.
LACKING = OPEN | {State.WAIVED}
NOTHING = Ways("", ())


@dataclass(frozen=True)
class Frozen:
    """A statement as a snapshot keeps it."""

    clause: str
    answer: str
    words: str


@dataclass(frozen=True)
class Bar:
    """One part of the bar of counts."""

    state: str
    number: int
    words: str


@dataclass(frozen=True)
class EmptyCell:
    """A figure a clause waits for, with the id of its cell on the page; `hint` says with what it would be met."""

    cell: str
    words: str
    hint: str = ""


@dataclass(frozen=True)
class WayView:
    """One way to meet a clause: the figure with the id of its cell, and what it would have to be."""

    cell: str
    subject: str
    what: str


@dataclass(frozen=True)
class ClauseView:
    """One clause as it is read: official sentence, reading, sum, verdict, gap."""

    clause: str
    name: str
    text: str
    is_summary: bool
    reading: str
    source: str
    state: str
    says: str
    formula: str
    required: str
    gap: str
    cells: str
    empty: tuple[EmptyCell, ...]
    asks_for_statement: bool
    settings: tuple[tuple[str, str], ...]
    answer: str = ""
    answer_label: str = ""
    words: str = ""
    is_over: bool = False
    ways_intro: str = ""
    ways: tuple[WayView, ...] = ()
    change: Change | None = None  # why it differs from the version before
    bars: tuple[drawing.Drawn, ...] = ()  # on the page of a case
    years: drawing.Drawn | None = None

    @property
    def anchor(self) -> str:
        """Return the end of the id of its statement on the county's page."""
        return self.clause.replace(".", "-")


@dataclass(frozen=True)
class Group:
    """Clauses of one outcome."""

    state: str
    is_open: bool
    clauses: list[ClauseView] = field(default_factory=list)


@dataclass(frozen=True)
class Findings:
    """Everything the partial `findings.html` shows."""

    bar: list[Bar]
    groups: list[Group]

    @property
    def summary(self) -> str:
        """Return the bar as one line of text, for headings and screen readers."""
        return " · ".join(part.words for part in self.bar)

    @property
    def stated(self) -> set[str]:
        """Return the clauses at which the county's statement stands."""
        return {one.clause for group in self.groups for one in group.clauses if one.asks_for_statement}


def findings_view(
    application: Application, findings: list[Finding], statements=(), rules=None, figures=None
) -> Findings:
    """Return the findings of one application for a page; `statements` are what the county says.

    `rules` are those the findings were made with; without them, the ones in force. With the `figures` as signed,
    {(indicator, year): value}, what was computed is drawn too.
    """
    rules, said = rules or rules_for(application), {row.clause: row for row in statements}
    year, others = application.call.year, audiences.beside(findings, rules)
    views = [
        replace(
            _clause(finding, rules.by_clause[finding.clause], rules.settings, said.get(finding.clause), others, year),
            change=rules.changes.get(finding.clause),
            **_drawn(finding, rules.by_clause[finding.clause], application.call.years, figures),
        )
        for finding in findings
    ]
    groups = []
    for state in URGENT_FIRST:
        of_state = [view for view in views if view.state == state]
        if of_state:
            groups.append(Group(str(state), state in OPEN, of_state))
    return Findings(bar_of(count(findings)), groups)


def findings_of(application: Application) -> Findings:
    """Return the findings kept with the snapshot and the statements it froze; live ones before there is any."""
    call = application.call
    if application.screening_id is None or application.snapshot_id is None:
        rows = YearFigure.objects.asked_of(application.cluster_id, call)
        return findings_view(application, prescreening.live(application, rows.readable()), application.statements.all())
    statements = [
        Frozen(clause, **said) for clause, said in json.loads(application.snapshot.content)["statements"].items()
    ]
    return kept_view(application, statements)


def kept_view(application: Application, statements=(), figures=None) -> Findings:
    """Return the findings kept with the newest screening, in the words of the rules they were made with."""
    stored = application.screening
    rules = prescreening.read(stored.rule_set)
    return findings_view(application, prescreening.kept(stored), statements, rules, figures)


def bar_of(numbers: dict[str, int]) -> list[Bar]:
    """Return the bar of counts; near, not applicable and waived only when there are any."""
    always = {State.MET, State.NOT_MET, State.CANNOT_TELL, State.BY_HAND}
    return [
        Bar(str(state), numbers[state], verdicts.counted(state, numbers[state], get_language() or "zh"))
        for state in COUNTED
        if state in always or numbers[state]
    ]


def _drawn(finding: Finding, rule: Rule, years: list[int], figures: dict | None) -> dict:
    """Return the pictures of a computed clause."""
    if figures is None or not rule.is_computed or finding.state == State.NOT_APPLICABLE:
        return {}
    lang = get_language() or "zh"
    drawn = drawing.years_of(finding, rule, figures, years, lang)
    return {"bars": drawing.bars_of(finding, lang), "years": drawn}


def _clause(finding: Finding, rule: Rule, settings, statement, others: Beside, call_year: int) -> ClauseView:
    lang = get_language() or "zh"
    required, gap = _bounds(finding, lang)
    takes = audiences.what_it_takes(finding, rule, lang, others=others) if finding.state in OPEN else NOTHING
    empty = tuple(_empty(finding, takes, lang))
    told = {one.cell for one in empty}
    ways = tuple(view for line in takes.lines if (view := _way(line)).cell not in told)
    return ClauseView(
        clause=finding.clause,
        name=rule.name(lang),
        text=rule.text(lang),
        is_summary=rule.wording == "summary",
        reading=spoken(rule.says(lang)),
        source=f"{rule.source}{'，' if lang.startswith('zh') else ', '}{rule.article}",
        state=str(finding.state),
        says=explain.says(finding, rule, lang) if rule.is_computed else "",
        formula=explain.formula(finding, rule, lang),
        required=required,
        gap=gap,
        cells=" ".join(cell_id(code, call_year - offset) for code, offset in rule.cells),
        empty=empty,
        asks_for_statement=rule.asks_for_statement,
        settings=tuple(
            (settings[name].question(lang), spoken(settings[name].options[settings[name].value](lang)))
            for name in rule.settings
        ),
        answer=statement.answer if statement else "",
        answer_label=str(Answer(statement.answer).label) if statement and statement.answer else "",
        words=statement.words if statement else "",
        is_over=bool(gap) and Decimal(finding.value) > Decimal(finding.required),
        ways_intro=takes.intro if ways else "",
        ways=ways,
    )


def _way(line: Way) -> WayView:
    return WayView(cell_id(*line.cell) if line.cell else "", line.subject, line.what)


def cell_id(indicator: str, year: int | str) -> str:
    """Return the id of a cell on the county's page (clusters.consistency.Problem.cell)."""
    return f"cell-{indicator}-{year}"


def _bounds(finding: Finding, lang: str) -> tuple[str, str]:
    """Return the required value and what is lacking, in the reader's unit; empty where there is none."""
    unit = finding.unit or ""
    required = wording.value(finding.required, unit, lang) if finding.required is not None else ""
    missed = (
        finding.state in LACKING and finding.gap is not None and not finding.gap.startswith("-") and finding.gap != "0"
    )
    return required, wording.gap(finding.gap, unit, lang) if missed else ""


def _cell_words(code: str, year: str, lang: str) -> str:
    label = INDICATORS[code].label(lang)
    return f"{year} 年{label}" if lang.startswith("zh") else f"{label}, {year}"


def _empty(finding: Finding, takes: Ways, lang: str) -> list[EmptyCell]:
    """Return the cells whose figure keeps the clause from being told, each with what would meet the clause."""
    if finding.state != State.CANNOT_TELL:
        return []
    reasons = [*finding.reasons, *(reason for part in finding.parts for reason in part.reasons)]
    wanted = {(r.params["indicator"], r.params["year"]) for r in reasons if r.code in LEFT_OUT}
    if not wanted:
        wanted = {
            (code, year) for code, years in finding.inputs.items() for year, value in years.items() if value is None
        }
    ordered = sorted(wanted, key=lambda cell: (INDICATORS[cell[0]].order, cell[1]))
    hints = {cell_id(*line.cell): line.what for line in takes.lines if line.cell}
    return [
        EmptyCell(place := cell_id(code, year), _cell_words(code, year, lang), hints.get(place, ""))
        for code, year in ordered
    ]
