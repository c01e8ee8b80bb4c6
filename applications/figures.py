"""What the county signed, as reviewers read it: figures by year with change and corrections, and its words.

Everything comes from the snapshot, never from the cells the county may be editing meanwhile.
"""

import json
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.changes import Changes
from applications.enums import Answer, Reason
from applications.models import Application, Snapshot
from applications.prescreening import rules_for
from applications.problems import ASKED_ONLY_WHEN
from applications.returns import Asked, replied, request_of
from applications.versions import changes_of_version
from clusters.sentences import listed
from rulebook.catalogue import INDICATORS, Indicator, Kind
from rulebook.conditions import THREE_YEARS
from rulebook.definitions import Definition, definition
from rulebook.numbers import EXACT, grouped, show
from rulebook.rules import place_of

TENTH = Decimal("0.1")
WHOLE = re.compile(r"-?[0-9,]*")
# A change from last year says nothing about a yes, a rank, or a ratio to a benchmark.
WITHOUT_CHANGE = {Kind.BOOLEAN, Kind.RANK, Kind.RATIO}
Figures = dict[tuple[str, int], Decimal]


@dataclass(frozen=True)
class Cell:
    """One figure of one year; `before` is what it was before the correction, where it was corrected."""

    indicator: str
    year: int
    is_asked: bool
    value: Decimal | None
    shown: str
    is_needed: bool = True
    is_corrected: bool = False
    before: str = ""

    @property
    def id(self) -> str:
        """Return the id that findings point to."""
        return f"cell-{self.indicator}-{self.year}"

    @property
    def whole(self) -> str:
        """Return what stands before the decimal point, so that a column aligns at it."""
        return WHOLE.match(self.shown).group()

    @property
    def decimals(self) -> str:
        """Return what follows: decimals, a sign of percent."""
        return self.shown.removeprefix(self.whole)


@dataclass(frozen=True)
class Row:
    """One indicator over the years, with the change of the last one."""

    label: str
    unit: str
    cells: list[Cell]
    definition: Definition
    change: str = ""

    @property
    def code(self) -> str:
        """Return the code of the indicator."""
        return self.cells[0].indicator


@dataclass(frozen=True)
class Section:
    """One section of the form."""

    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Said:
    """What the county says of one clause; `before` where it was corrected."""

    clause: str
    name: str
    answer: str
    words: str
    before: str = ""

    @property
    def anchor(self) -> str:
        """Return the id its finding points to."""
        return f"said-{self.clause.replace('.', '-')}"

    @property
    def answer_label(self) -> str:
        """Return the answer in words."""
        return str(Answer(self.answer).label) if self.answer in Answer.values else ""


@dataclass(frozen=True)
class Remarked:
    """The reason the county gives for a figure that looks odd."""

    about: str
    words: str


@dataclass(frozen=True)
class Table:
    """Everything the left side of a case shows; empty before the first submission."""

    years: list[int] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    corrected: list[tuple[str, Cell]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    remarks: list[Remarked] = field(default_factory=list)
    replies: list[Asked] = field(default_factory=list)
    request: str = ""  # what had been asked, in the province's words
    changes: Changes | None = None
    facts: dict = field(default_factory=dict)
    number: int = 0
    submitted_at: object = None

    @property
    def figures(self) -> Figures:
        """Return what was told, by indicator and year."""
        return {
            (cell.indicator, cell.year): cell.value
            for section in self.sections
            for row in section.rows
            for cell in row.cells
            if cell.value is not None
        }

    @property
    def columns(self) -> int:
        """Return over how many columns a section's heading goes: indicator, unit, years, change."""
        return len(self.years) + 3


def table_of(application: Application) -> Table:
    """Return the figures of the case as they were signed; two queries more when it came back."""
    snapshot = application.snapshot
    if snapshot is None:
        return Table()
    content, figures = _read(snapshot)
    before = _before(snapshot)
    old_content, old = _read(before) if before else ({}, None)
    years = _years(application, figures)
    lang = get_language() or "zh"
    sections = [
        _section(section, years, application.call.year, figures, old, lang)
        for section in snapshot.form_version.sections
    ]
    return Table(
        years=years,
        sections=sections,
        corrected=[
            (row.label, cell) for section in sections for row in section.rows for cell in row.cells if cell.is_corrected
        ],
        said=_said(content["statements"], old_content.get("statements"), rules_for(application).names(lang)),
        remarks=remarks_of(content, lang),
        replies=replied(content),
        request=request_of(before),
        changes=changes_of_version(application, before),
        facts=content["cluster"],
        number=snapshot.number,
        submitted_at=snapshot.submitted_at,
    )


def _read(snapshot: Snapshot) -> tuple[dict, Figures]:
    content = json.loads(snapshot.content)
    told = content["figures"]
    return content, {(code, int(year)): Decimal(text) for code, years in told.items() for year, text in years.items()}


def _before(snapshot: Snapshot) -> Snapshot | None:
    if snapshot.number == 1:
        return None
    return Snapshot.objects.get(application=snapshot.application_id, number=snapshot.number - 1)


def _years(application: Application, figures: Figures) -> list[int]:
    """Return the three years, and the optional one before them when anything was told of it."""
    told = {year for _code, year in figures}
    return [year for year in application.call.years_asked if year in application.call.years or year in told]


def _section(
    section: dict, years: list[int], call_year: int, figures: Figures, old: Figures | None, lang: str
) -> Section:
    label = section["label"] if lang.startswith("zh") else section.get("label_en") or section["label"]
    rows = [
        _row(INDICATORS[code], years, call_year, figures, old, lang)
        for code in section["indicators"]
        if code in INDICATORS
    ]
    return Section(label, rows)


def _row(
    indicator: Indicator, years: list[int], call_year: int, figures: Figures, old: Figures | None, lang: str
) -> Row:
    cells = [_cell(indicator, year, call_year, figures, old, lang) for year in years]
    unit = "" if indicator.kind is Kind.BOOLEAN else indicator.unit_typed(lang)
    return Row(
        indicator.label(lang), unit, cells, definition(indicator.code, lang), _change(indicator, call_year, figures)
    )


def _cell(indicator: Indicator, year: int, call_year: int, figures: Figures, old: Figures | None, lang: str) -> Cell:
    place = (indicator.code, year)
    value = figures.get(place)
    was = None if old is None else old.get(place)
    is_asked = call_year - year in indicator.offsets or value is not None
    return Cell(
        indicator.code,
        year,
        is_asked=is_asked,
        is_needed=figures.get((ASKED_ONLY_WHEN.get(indicator.code, ""), call_year - 1)) != 0,
        value=value,
        shown=_shown(indicator, value, lang),
        is_corrected=is_asked and old is not None and was != value,
        before=_shown(indicator, was, lang) or _("not told"),
    )


def _shown(indicator: Indicator, value: Decimal | None, lang: str) -> str:
    return "" if value is None else show(indicator, value, lang=lang)


def _change(indicator: Indicator, call_year: int, figures: Figures) -> str:
    """Return the change of the last year from the one before, in percent; of a rate in percentage points."""
    last, before = (figures.get((indicator.code, call_year - offset)) for offset in (1, 2))
    if last is None or before is None or indicator.kind in WITHOUT_CHANGE:
        return ""
    if indicator.kind is Kind.RATE:
        return _("%(points)s points") % {"points": _signed(EXACT.scaleb(last - before, 2))}
    if before <= 0:
        return ""
    return f"{_signed((last - before) * 100 / before)}%"


def _signed(number: Decimal) -> str:
    rounded = number.quantize(TENTH, rounding=ROUND_HALF_EVEN)
    text = grouped(f"{abs(rounded):f}")
    return f"+{text}" if rounded > 0 else f"−{text}" if rounded < 0 else text


def _said(statements: dict, old: dict | None, names: dict[str, str]) -> list[Said]:
    said = []
    for clause in sorted(statements, key=place_of):
        one = statements[clause]
        was = None if old is None else old.get(clause, {"answer": "", "words": ""})
        changed = was is not None and (was["answer"], was["words"]) != (one["answer"], one["words"])
        answer = str(Answer(was["answer"]).label) if changed and was["answer"] in Answer.values else ""
        before = " ".join(filter(None, (answer, was["words"]))) or _("not told") if changed else ""
        said.append(Said(clause, names.get(clause, ""), one["answer"], one["words"], before))
    return said


def remarks_of(content: dict, lang: str) -> list[Remarked]:
    """Return the reasons a snapshot keeps, in the order of the catalogue."""
    said = content["remarks"]
    return [Remarked(about_of(code, content, lang), said[code]) for code in sorted(said, key=_place)]


def _place(code: str) -> tuple[int, str, str]:
    indicator, _colon, year = code.partition(":")[2].partition(":")
    return INDICATORS[indicator].order if indicator in INDICATORS else len(INDICATORS), year, code


def about_of(code: str, content: dict, lang: str) -> str:
    """Name what a reply or a reason is about: its code ends in indicator and year; of empty cells in the indicator."""
    if code in Reason.values:
        return str(Reason(code).label)
    kind, _colon, cell = code.partition(":")
    indicator, _colon, year = cell.partition(":")
    about = INDICATORS[indicator].label(lang) if indicator in INDICATORS else indicator
    if kind != "missing" or indicator not in INDICATORS:
        return " ".join(filter(None, (about, year)))
    told = content["figures"].get(indicator, {})
    asked = sorted(
        content["call"]["year"] - offset for offset in INDICATORS[indicator].offsets if offset in THREE_YEARS
    )
    years = listed(one for one in asked if str(one) not in told)
    if not years:  # filled since the reason was given, which snapshots of before kept all the same
        return about
    return _("%(indicator)s, not filled in for %(years)s") % {"indicator": about, "years": years}
