"""A result as a file: CSV with one part after the other, or a workbook with a sheet for each."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from clusters.sentences import listed
from recognitions.exports import csv_lines, harmless
from rulebook.catalogue import UNITS
from rulebook.numbers import EXACT
from rulebook.wording import FRACTION
from simulation.presenting import Bar, Row, Shown, outcome
from simulation.results import Lack

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDE, NARROW = 34, 14  # columns of a sheet, in letters


@dataclass(frozen=True)
class Part:
    """One table of the file."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple, ...]


def parts(shown: Shown, about: list[str]) -> Iterator[Part]:
    """Return the tables of a result, the sums first."""
    yield _summary(shown, about)
    yield _groups(_("By province"), _("Province"), shown.provinces, with_places=True)
    yield _groups(_("By industry"), _("Industry"), shown.industries)
    yield _groups(_("By batch"), _("Year of the call"), shown.batches)
    head = (_("Clause"), _("Missed before"), _("Missed now"), _("Difference"), _("Cannot tell now"), _("Waived now"),
            _("Misses this one alone"))  # fmt: skip
    rows = tuple(
        (f"{row.clause.clause} {row.name}", row.missed_before, row.missed, row.missed - row.missed_before,
         row.untold, row.waived, row.clause.misses_alone)
        for row in shown.clauses
    )  # fmt: skip
    yield Part(pgettext("of a simulation", "By clause"), head, rows)
    yield _named(_("Changed outcomes"), [row for some in shown.directions for row in some.rows])
    yield _named(_("Near misses"), list(shown.near))
    if shown.result.curve:
        head = (_("Threshold of %(clause)s") % {"clause": shown.curve_name}, _("Unit"), _("Pass"), _("Note"))
        unit = shown.result.curve.unit
        rows = tuple((*_number(row.value, unit), row.passes, _mark(row)) for row in shown.points)
        yield Part(_("Curve"), head, rows)


def _summary(shown: Shown, about: list[str]) -> Part:
    result = shown.result
    rows = [
        (_("Applications"), result.population, ""),
        (_("Whose applications"), shown.counted, shown.not_counted),
        (_("Pass now"), result.passes, _share(result.passes, result.population)),
        (_("Passed before"), result.passes_before, _share(result.passes_before, result.population)),
        (_("Difference"), result.passes - result.passes_before, ""),
        (_("Cannot tell now"), result.cannot_tell, _share(result.cannot_tell, result.population)),
        (_("Do not pass now"), result.fails, _share(result.fails, result.population)),
        (_("Data"), _("Sample data") if result.sample else _("Real applications"), ""),
        (_("Calls"), listed(result.calls), ""),
        *((words, name, digest) for words, versions in shown.rules for name, digest in versions),
        *((_("Scenario"), words, "") for words in about if words),
        (_("Computed at"), timezone.localtime().strftime("%Y-%m-%d %H:%M"), ""),
    ]
    return Part(_("Summary"), (_("Item"), pgettext("of an item", "Value"), _("Note (shares in percent)")), tuple(rows))


def _groups(name: str, of_what: str, bars: list[Bar], *, with_places: bool = False) -> Part:
    head = (of_what, _("Applications"), _("Passed before"), _("Pass now"), _("Difference"), _("Cannot tell now"))
    more = (_("Places"), _("Beyond the places")) if with_places else ()
    rows = tuple(
        (
            bar.name, bar.group.population, bar.group.passes_before, bar.group.passes, bar.group.change,
            bar.group.cannot_tell, *((_told(bar.places), _told(bar.beyond)) if with_places else ()),
        )
        for bar in bars
    )  # fmt: skip
    return Part(name, (*head, *more), rows)


def _told(number: int | None):
    return "" if number is None else number


def _numbers(lack: Lack) -> list[tuple]:
    """Return figure, threshold, gap and unit as numbers: one row for each side of the clause."""
    if lack.parts:
        return [row for part in lack.parts for row in _numbers(part)]
    numbers = [_number(text, lack.unit)[0] for text in (lack.value, lack.required, lack.gap)]
    return [(*numbers, _number(None, lack.unit)[1])]


def _number(text: str | None, unit: str | None) -> tuple:
    """Return a decimal string as a number beside its unit; shares in percent."""
    number = "" if text is None else Decimal(text)
    if unit == FRACTION:
        return ("" if text is None else EXACT.scaleb(number, Decimal(2))), "%"
    return number, UNITS[unit].name(get_language() or "zh") if unit else ""


def _share(part: int, whole: int):
    """Return a share of applications in percent with one decimal, as a number."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else ""


def _named(name: str, named: list[Row]) -> Part:
    head = (_("Cluster"), _("Province"), _("Call"), _("Before"), _("Now"), _("Clause"), _("Figure"), _("Gap"),
            _("Figure as a number"), _("Threshold as a number"), _("Gap as a number"), _("Unit"))  # fmt: skip
    rows = []
    for row in named:
        who = (
            row.flip.cluster,
            row.flip.province_name,
            row.flip.call,
            outcome(row.flip.before),
            outcome(row.flip.after),
        )
        told = zip(row.lacks, row.flip.clauses, strict=True)
        rows += [(*who, one.name, one.figure, one.gap, *numbers) for one, lack in told for numbers in _numbers(lack)]
        if not row.lacks:
            rows.append((*who, *[""] * (len(head) - len(who))))
    return Part(name, head, tuple(rows))


def _mark(row) -> str:
    marks = [_("before")] if row.is_before else []
    return listed(marks + ([_("now")] if row.is_now else []))


def _name(ending: str) -> str:
    day = timezone.localdate().isoformat()
    return _("policy simulation %(day)s") % {"day": day} + ending


def csv(shown: Shown, about: list[str]) -> StreamingHttpResponse:
    """Return one CSV file: each part under its name, an empty line between."""
    lines: list[tuple] = []
    for part in parts(shown, about):
        lines += [(part.name,), part.head, *part.rows, ()]
    first, *rest = lines
    response = StreamingHttpResponse(csv_lines(first, rest), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, _name(".csv"))
    return response


def xlsx(shown: Shown, about: list[str]) -> HttpResponse:
    """Return a workbook; written row by row, every text as text."""
    file = io.BytesIO()
    options = {"constant_memory": True, "in_memory": False, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        bold, number = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0"})
        for part in parts(shown, about):
            _sheet(book.add_worksheet(part.name[:31]), part, bold, number)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, _name(".xlsx"))
    return response


def _sheet(sheet, part: Part, bold, number) -> None:
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, max(len(part.head) - 1, 1), NARROW)
    sheet.freeze_panes(1, 0)
    for at, cell in enumerate(part.head):
        sheet.write_string(0, at, cell, bold)
    for line, row in enumerate(part.rows, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(line, at, float(cell))
            elif isinstance(cell, int):
                sheet.write_number(line, at, cell, number)
            else:
                sheet.write_string(line, at, harmless(cell))


WRITERS = {"csv": csv, "xlsx": xlsx}
