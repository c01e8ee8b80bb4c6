"""One recognition as the list, its page and the download show it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recognitions.enums import Status
from recognitions.models import Recognition

SHOWN = (
    "name", "province_id", "county_name", "industry_words", "batch", "batch_note", "document_number",
    "validity_words", "valid_from", "valid_to", "is_confirmed", "sample", "sort_key",
)  # fmt: skip
ICONS = {
    Status.NOT_YET: "bi-hourglass",
    Status.VALID: "bi-check-circle",
    Status.REVERIFIED: "bi-patch-check",
    Status.RESULT_UNKNOWN: "bi-question-circle",
    Status.PAST_REVERIFIED: "bi-patch-check",
    Status.PAST_UNKNOWN: "bi-question-circle",
    Status.REVOKED: "bi-x-circle",
}


class Counted(Paginator):
    """Pages whose number of rows is known already."""

    def __init__(self, rows, per_page: int, count: int):
        super().__init__(rows, per_page)
        self.count = count


def page_of(rows, number: int, *, per_page: int, count: int, query: str = "") -> Page:
    """Return a page of recognitions, what fits the query best first; a number past the end gives the last page.

    Status is read for the rows shown only: those before the page are walked in the index alone.
    """
    pages = Counted(rows.in_list_order(query), per_page, count)
    page = pages.page(min(max(number, 1), pages.num_pages))
    first = (page.number - 1) * per_page
    told = rows
    if first:
        told = Recognition.objects.filter(pk__in=rows.in_list_order(query).values("pk")[first : first + per_page])
    told = told.with_status().with_extension().in_list_order(query).only(*SHOWN)
    page.object_list = list(told[:per_page]) if count else []
    return page


@dataclass(frozen=True)
class Shown:
    """One row in the words of the reader's language."""

    row: Recognition
    authority: str
    validity: str
    status: str
    status_words: str
    icon: str


def shown(rows, places, together: bool) -> list[Shown]:
    """Return rows with their place and validity in words, labels resolved once for all of them."""
    labels = status_labels()
    return [
        Shown(
            row, authority_of(row, places, together), validity(row), row.status, labels[row.status], ICONS[row.status]
        )
        for row in rows
    ]


def status_labels() -> dict[str, str]:
    """Return the words of each status, in the reader's language."""
    return {status.value: str(status.label) for status in Status}


def authority_of(row: Recognition, places, together: bool) -> str:
    """Return who recommended: 青岛市, or 山东省·青岛市 where cities are counted with their province."""
    place = places.by_pk[row.province_id]
    counted = places.counted_as(place, together)
    return place.name if counted is place else f"{counted.name} · {place.name}"


def validity(row: Recognition) -> str:
    """Return the validity as it was published, else its first and last day; empty when unknown."""
    words = row.validity_words or dates(row.valid_from, row.valid_to)
    extended_to = getattr(row, "extended_to", None)
    if not extended_to:
        return words
    extension = _("extended to %(day)s") % {"day": date_format(last_day(extended_to))}
    return (
        pgettext("two parts of a sentence", "%(first)s; %(second)s") % {"first": words, "second": extension}
        if words
        else extension
    )


def dates(valid_from: date | None, valid_to: date | None) -> str:
    """Return a half-open interval as first and last day."""
    if not valid_from or not valid_to:
        return ""
    return f"{date_format(valid_from)} – {date_format(last_day(valid_to))}"


def last_day(day: date) -> date:
    """Return the last day of an interval that ends before this one."""
    return day - timedelta(days=1)


def source_words(row) -> str:
    """Return what a recognition or a change of it rests on: its document number, else that it is a public report.

    Never the address: many reports stand on domains that changed hands since (dossier 0.1), and the number is what
    can be cited. Empty where no source is kept.
    """
    if row.document_number or not row.source:
        return row.document_number
    day = getattr(row, "effective_on", None)
    if day is None:
        return _("public report")
    return _("public report, %(day)s") % {"day": date_format(day)}
