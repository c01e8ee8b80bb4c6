"""The grid *indicator x year* as a view model: what stands in each cell, and how it stands."""

import json
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import snapshots
from applications.models import Application, Snapshot
from applications.prescreening import rules_for
from applications.problems import ASKED_ONLY_WHEN
from clusters.consistency import WARNING, Problem
from clusters.enums import Mark
from clusters.models import YearFigure
from rulebook.catalogue import INDICATORS, Indicator, Kind
from rulebook.definitions import Definition, definition
from rulebook.numbers import EXACT, grouped, plain, show
from rulebook.pasted_units import powers

MARKS = {"unreadable": Mark.UNREADABLE, "range": Mark.OUT_OF_RANGE}
# Of several warnings at a cell: what cannot be, what is out of proportion, what only wants a look.
SERIOUS_FIRST = ("part", "revenue", "scale", "jump", "small", "area")
ALSO_CALLED = {"tax_paid": ["税收", "上缴税收"]}  # in tables of others; the preview shows our name beside it
ON_NO_CELL = ("missing:", "statement:")  # told in the panel and on the check page, not at a cell


def as_typed(indicator: Indicator, typed: str, value: Decimal | None) -> str:
    """Return what stands in a cell: the normalised reading, or the text that could not be read."""
    if value is None:
        return typed
    if indicator.kind is Kind.BOOLEAN:
        return show(indicator, value, lang=get_language() or "zh")  # read back in either language
    if indicator.typed_in_percent:
        return grouped(plain(EXACT.scaleb(value, 2)))
    return grouped(plain(value))


def text_of(row: YearFigure) -> str:
    """Return what stands in the cell of this row."""
    return as_typed(INDICATORS[row.indicator], row.typed, row.value)


@dataclass(frozen=True)
class CellView:
    """One cell of the grid."""

    indicator: str
    year: int
    text: str
    version: int
    mark: str
    words: str
    is_optional: bool
    before: str = ""
    clauses: str = ""
    more: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the id of the field on the page."""
        return f"cell-{self.indicator}-{self.year}"

    @property
    def name(self) -> str:
        """Return the name of the field: the cell and the version it is based on."""
        return f"{self.indicator}:{self.year}:{self.version}"

    @property
    def says_year(self) -> str:
        """Return the year to write before the words, empty where they begin with it."""
        return "" if self.words.startswith(str(self.year)) else str(self.year)

    @property
    def mark_words(self) -> str:
        """Return the word for how the cell stands."""
        return str(Mark(self.mark).label) if self.mark != Mark.EMPTY else ""


@dataclass(frozen=True)
class RowView:
    """One indicator with its cells; None where a year is not asked for."""

    code: str
    label: str
    unit: str
    clauses: list
    cells: list
    is_yes_no: bool
    is_needed: bool = True

    @property
    def definition(self) -> Definition:
        """Return what the indicator means, in the reader's language."""
        return definition(self.code, get_language() or "zh")

    @property
    def names(self) -> str:
        """Return the words that name this row in a pasted block, as JSON."""
        indicator = INDICATORS[self.code]
        return json.dumps([indicator.zh, indicator.en, indicator.code], ensure_ascii=False)

    @property
    def also(self) -> str:
        """Return other words people have for this row in such a block, as JSON."""
        return json.dumps(ALSO_CALLED.get(self.code, []), ensure_ascii=False)

    @property
    def decimals(self) -> int:
        """Return how many decimals a figure of this row keeps, as it is typed."""
        return INDICATORS[self.code].decimals_typed

    @property
    def units(self) -> str:
        """Return the units a pasted block may have, as JSON: the power of ten that leads to the row's own."""
        return json.dumps(powers(INDICATORS[self.code]), ensure_ascii=False)


@dataclass(frozen=True)
class SectionView:
    """One section of the form with its state for the task list."""

    key: str
    label: str
    rows: list[RowView]
    told: int
    wanted: int
    errors: int
    warnings: int = 0

    @property
    def state(self) -> str:
        """Return one of: wrong, odd (a warning without a reason), done, begun, empty."""
        if self.errors:
            return "wrong"
        if self.warnings:
            return "odd"
        if self.told >= self.wanted:
            return "done"
        return "begun" if self.told else "empty"

    @property
    def state_words(self) -> str:
        """Return the state as the task list says it."""
        if self.errors:
            return _("%(n)d to correct") % {"n": self.errors}
        if self.warnings:
            return _("%(n)d to check") % {"n": self.warnings}
        if self.state == "done":
            return _("Complete")
        if self.state == "empty":
            return _("Not begun")
        return _("%(told)d of %(wanted)d") % {"told": self.told, "wanted": self.wanted}


@dataclass(frozen=True)
class Grid:
    """The whole grid."""

    years: list[int]
    sections: list[SectionView] = field(default_factory=list)

    @property
    def has_earlier(self) -> bool:
        """Say whether anything is told of the optional year before the three."""
        rows = (row for section in self.sections for row in section.rows)
        return any(cell.text for row in rows for cell in row.cells if cell and cell.is_optional)

    @property
    def columns(self) -> int:
        """Return how wide a table of answers is: indicator, unit, and the years that are shown."""
        return 2 + len(self.years) - (not self.has_earlier)


def grid_of(
    application: Application, rows: list[YearFigure], problems: list[Problem], unsaved, frozen, reasoned=frozenset()
) -> Grid:
    """Return the grid from its cells and their problems.

    `unsaved` are texts that clashed, by cell id; `frozen` the figures of an earlier snapshot; `reasoned`
    the codes of warnings for which the county has given a reason.
    """
    call, lang = application.call, get_language() or "zh"
    told = {(row.indicator, row.year): row for row in rows}
    said_no = {row.indicator for row in rows if row.value == 0 and row.year == call.years_asked[-1]}
    not_asked = {code for code, flag in ASKED_ONLY_WHEN.items() if flag in said_no}
    marked, clauses = marks(problems), clauses_of(application)
    asked = {p.cell for p in problems if p.severity == WARNING and is_at_cell(p) and p.code not in reasoned}
    sections = []
    for section in call.form_version.sections:
        lines = [
            _row(INDICATORS[code], application, told, marked, clauses, frozen, unsaved or {}, code not in not_asked)
            for code in section["indicators"]
            if code in INDICATORS
        ]
        label = section["label"] if lang.startswith("zh") else section.get("label_en") or section["label"]
        sections.append(_section(section["key"], label, lines, not_asked, asked))
    return Grid(call.years_asked, sections)


def _section(key: str, label: str, lines: list[RowView], not_asked: set[str], asked: set[str]) -> SectionView:
    cells = [cell for line in lines for cell in line.cells if cell is not None]
    needed = [cell for cell in cells if not cell.is_optional and (cell.text or cell.indicator not in not_asked)]
    wrong = sum(cell.mark in (Mark.UNREADABLE, Mark.OUT_OF_RANGE) for cell in cells)
    warned = sum(cell.id in asked for cell in cells)
    return SectionView(key, label, lines, sum(bool(cell.text) for cell in needed), len(needed), wrong, warned)


def _row(indicator: Indicator, application, told, marked, clauses, frozen, unsaved, is_needed) -> RowView:
    call, lang = application.call, get_language() or "zh"
    cells: list = []
    for year in call.years_asked:
        key = (indicator.code, year)
        if call.year - year not in indicator.offsets and key not in told:  # told all the same: of older snapshots
            cells.append(None)
            continue
        row = told.get(key)
        text = unsaved.get(f"cell-{indicator.code}-{year}", text_of(row) if row else "")
        mark, (words, *more) = marked.get(key, (Mark.SAVED if text else Mark.EMPTY, ("",)))
        before = frozen.get(key)
        has_changed = before is not None and (row is None or row.value != before)
        cells.append(
            CellView(
                indicator.code, year, text, row.version if row else 0, mark, words,
                is_optional=year == call.years_asked[0],
                before=show(indicator, before, with_unit=True, lang=lang) if has_changed else "",
                clauses=" ".join(clause.clause for clause in clauses.get(key, ())),
                more=tuple(more),
            )
        )  # fmt: skip
    read_by = [rule for year in call.years_asked for rule in clauses.get((indicator.code, year), ())]
    of_row = {rule.clause: rule for rule in sorted(read_by, key=lambda rule: rule.clause)}
    return RowView(
        indicator.code, indicator.label(lang), indicator.unit_typed(lang),
        [(rule.clause, rule.name(lang)) for rule in of_row.values()], cells, indicator.kind is Kind.BOOLEAN, is_needed,
    )  # fmt: skip


def is_at_cell(problem: Problem) -> bool:
    """Say whether a problem is told at a cell of the grid."""
    return bool(problem.indicator) and not problem.code.startswith(ON_NO_CELL)


def marks(problems: list[Problem]) -> dict[tuple[str, int], tuple[str, tuple[str, ...]]]:
    """Return how each cell with a problem stands, and the sentences beside it, the most serious first.

    An error outweighs every warning, and stands alone.
    """
    of_cell: dict[tuple[str, int], list[Problem]] = {}
    for problem in filter(is_at_cell, problems):
        of_cell.setdefault((problem.indicator, problem.year), []).append(problem)
    found: dict[tuple[str, int], tuple[str, tuple[str, ...]]] = {}
    for key, here in of_cell.items():
        worst, *others = sorted(here, key=_seriousness)
        said = [worst, *others] if worst.severity == WARNING else [worst]
        sentences = tuple(words for problem in said for words in (problem.words, *problem.more))
        found[key] = (MARKS.get(_kind(worst), Mark.WARNING), sentences)
    return found


def _kind(problem: Problem) -> str:
    return problem.code.partition(":")[0]


def _seriousness(problem: Problem) -> tuple[bool, int]:
    kind = _kind(problem)
    return problem.severity == WARNING, SERIOUS_FIRST.index(kind) if kind in SERIOUS_FIRST else len(SERIOUS_FIRST)


def clauses_of(application: Application) -> dict[tuple[str, int], list]:
    """Return the clauses that read each cell."""
    call = application.call
    found: dict[tuple[str, int], list] = {}
    for rule in rules_for(application).rules:
        for code, offset in rule.cells:
            found.setdefault((code, call.year - offset), []).append(rule)
    return found


def earlier_figures(application: Application) -> dict[tuple[str, int], Decimal]:
    """Return what the newest snapshot of this cluster froze: a different value now is shown as restated."""
    newest = (
        Snapshot.objects.filter(
            application__cluster=application.cluster_id, application__call__programme=application.call.programme_id
        )
        .order_by("-id")
        .only("content")
        .first()
    )
    return snapshots.figures_in(newest) if newest else {}
