"""A draft as its county fills it in: cells, problems, findings and statements, read once for a page."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import prefetch_related_objects
from django.utils.translation import get_language

from applications import prescreening, presenting, snapshots
from applications.areas import TwoAreas, two_areas
from applications.enums import Answer, State
from applications.forms.county import Sent
from applications.grid import Grid, earlier_figures, grid_of, text_of
from applications.models import Application, Statement
from applications.problems import problems_of, reasoned
from clusters.consistency import Problem
from clusters.models import YearFigure
from programmes import deadlines


@dataclass(frozen=True)
class StatementView:
    """One clause that people judge, with what the county says of it."""

    clause: str
    name: str
    text: str
    reading: str
    answer: str
    words: str
    version: int

    @property
    def id(self) -> str:
        """Return the id of its place on the page."""
        return statement_id(self.clause)

    @property
    def is_said(self) -> bool:
        """Say whether both the answer and its words are there."""
        return bool(self.answer and self.words.strip())

    @property
    def lacks(self) -> str:
        """Return which half is missing: "answer" or "words"; empty where both or none are there."""
        if self.answer:
            return "" if self.words.strip() else "words"
        return "answer" if self.words.strip() else ""

    @property
    def answer_label(self) -> str:
        """Return the words of the answer, empty while there is none."""
        return str(Answer(self.answer).label) if self.answer else ""

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Return what can be answered."""
        return Answer.choices


def statement_id(clause: str) -> str:
    """Return the id of a statement's place on the page."""
    return f"clause-{clause.replace('.', '-')}"


@dataclass
class Filling:
    """Everything the county's page shows of a draft."""

    application: Application
    rows: list[YearFigure]
    problems: list[Problem]
    findings: presenting.Findings
    grid: Grid
    statements: list[StatementView]

    @property
    def two_areas(self) -> TwoAreas | None:
        """Return the registered area and the told one where they differ."""
        return two_areas(self.application, self.rows)

    @property
    def saved(self) -> str:
        """Return what stands at each place of the page and how it is called, as JSON, for js/unsaved.js."""
        cells = {
            cell.id: {"label": f"{row.label} {cell.year}", "typed": cell.text}
            for section in self.grid.sections
            for row in section.rows
            for cell in row.cells
            if cell
        }
        said = {
            one.id: {"label": f"{one.clause} {one.name}", "answer": one.answer, "words": one.words}
            for one in self.statements
        }
        return json.dumps(cells | said, ensure_ascii=False)

    @property
    def statements_said(self) -> int:
        """Return how many statements are complete."""
        return sum(statement.is_said for statement in self.statements)


def filling(application: Application, *, unsaved=None, unsaid=None, is_save: bool = False) -> Filling:
    """Read everything of a draft; the number of queries does not depend on how much is told.

    `unsaved` and `unsaid` are texts that were not kept and stand in their fields all the same. The answer
    to a save leaves out what a save cannot change: figures of an earlier snapshot.
    """
    prefetch_related_objects([application], "statements", "remarks")
    rows = list(YearFigure.objects.asked_of(application.cluster_id, application.call))
    figures = {(row.indicator, row.year): row.value for row in rows if row.value is not None}
    found = prescreening.live(application, figures)
    problems = problems_of(application, rows, found)
    statements = list(application.statements.all())
    frozen = {} if is_save else earlier_figures(application)
    return Filling(
        application=application,
        rows=rows,
        problems=problems,
        findings=presenting.findings_view(application, found, statements),
        grid=grid_of(application, rows, problems, unsaved, frozen, reasoned(application)),
        statements=_statements(application, statements, unsaid or {}),
    )


def signed(application: Application) -> Filling:
    """Read what the county signed last, from the snapshot and never from today's cells."""
    figures = snapshots.figures_in(application.snapshot)
    rows = [
        YearFigure(indicator=indicator, year=year, typed=snapshots.decimal_text(value), value=value)
        for (indicator, year), value in figures.items()
    ]
    said = json.loads(application.snapshot.content)["statements"]
    statements = [Statement(clause=clause, **one) for clause, one in said.items()]
    return Filling(
        application=application,
        rows=rows,
        problems=[],
        findings=presenting.findings_of(application),
        grid=grid_of(application, rows, [], None, {}),
        statements=_statements(application, statements, {}),
    )


def _statements(application: Application, told: list, unsaid: dict) -> list[StatementView]:
    said, lang = {row.clause: row for row in told}, get_language() or "zh"
    found = []
    for rule in prescreening.rules_for(application).rules:
        if rule.asks_for_statement:
            row = said.get(rule.clause)
            answer, words, version = (row.answer, row.words, row.version) if row else ("", "", 0)
            if rule.clause in unsaid:
                one = unsaid[rule.clause]
                answer, words, version = one.answer, one.words, one.version
            found.append(
                StatementView(rule.clause, rule.name(lang), rule.text(lang), rule.says(lang), answer, words, version)
            )
    return found


@dataclass(frozen=True)
class Closing:
    """Until when the county must act, and who said so; both empty where nothing is set."""

    closes_at: datetime | None = None
    whose: str = ""
    is_return: bool = False


def closing_of(application: Application) -> Closing:
    """Return the time that counts for this application: the return's own, else the county's deadline."""
    if application.state == State.RETURNED:
        return Closing(application.due_at, application.province.name, True)
    counting = deadlines.for_county(application.call, application.path)
    return Closing(counting.closes_at, counting.whose) if counting else Closing()


def touched(application: Application, sent: Sent) -> Sent:
    """Return what the person changed on a page that sends every field.

    A field whose text is what stood there in the version the page was made from was not touched,
    also when somebody else changed it meanwhile.
    """
    rows = YearFigure.objects.asked_of(application.cluster_id, application.call)
    now = {(row.indicator, row.year): row for row in rows}
    changed, older = [], []
    for cell in sent.cells:
        row = now.get((cell.indicator, cell.year))
        if cell.typed.strip() == (text_of(row) if row else ""):
            continue
        is_newest = cell.version == (row.version if row else 0)
        (changed if is_newest else older).append(cell)
    kept = {(row.clause): (row.answer, row.words.replace("\r\n", "\n")) for row in application.statements.all()}
    statements = [said for said in sent.statements if (said.answer, said.words) != kept.get(said.clause, ("", ""))]
    return Sent(changed + _really_touched(application, older), statements, sent.too_long)


def _really_touched(application: Application, older: list) -> list:
    if not older:
        return []
    history = apps.get_model("clusters", "YearFigureHistory").objects.filter(
        pgh_obj__cluster=application.cluster_id, version__in={cell.version for cell in older}
    )
    stood = {(row.pgh_obj.indicator, row.pgh_obj.year, row.version): row for row in history.select_related("pgh_obj")}
    found = []
    for cell in older:
        was = stood.get((cell.indicator, cell.year, cell.version))
        text = text_of(_cell_of(was)) if was else ""
        if cell.typed.strip() != text:
            found.append(cell)
    return found


def _cell_of(was) -> YearFigure:
    return YearFigure(indicator=was.pgh_obj.indicator, year=was.pgh_obj.year, typed=was.typed, value=was.value)
