"""The national list as a CSV file that obeys the filters."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.rows import last_day, source_words, status_labels
from recognitions.exports import ROWS_AT_ONCE, csv_lines


def header() -> list[str]:
    """Return the names of the columns."""
    return [
        _("Name"), _("Recommending authority"), _("Province as counted"), _("Plan-separate cities"), _("Place"),
        _("Leading industry"), _("Batch"), _("Note on the batch"), _("Document number"), _("Validity as published"),
        _("Valid from"), _("Valid to (last day)"), _("Status"), _("Certainty"), _("Note"), _("Source"), _("Sample"),
    ]  # fmt: skip


def download(rows, places, *, query: str, together: bool, name: str) -> StreamingHttpResponse:
    """Return the rows as a file, streamed in the order of the list."""
    rows = rows.with_status().with_extension().in_list_order(query).defer("search_tokens")
    response = StreamingHttpResponse(
        csv_lines(header(), _cells(rows, places, together)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _cells(rows, places, together: bool):
    """Return a function-free stream of cells.

    The lines are made while the answer is sent, after the request's language was put back: every
    word is therefore looked up before the first row.
    """
    labels = status_labels()
    mode = _("with their province") if together else _("apart")
    certain, uncertain = _("confirmed"), _("to be confirmed: rests on the public-notice stage")
    sample = {True: _("sample"), False: ""}

    def stream():
        for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
            place = places.by_pk[row.province_id]
            valid_to = row.extended_to or row.valid_to
            yield (
                row.name, place.name, places.counted_as(place, together).name,
                mode if place.part_of else "", row.county_name,
                row.industry_words, row.batch, row.batch_note, row.document_number, row.validity_words,
                row.valid_from, last_day(valid_to) if valid_to else None, labels[row.status],
                certain if row.is_confirmed else uncertain, row.note, source_words(row), sample[row.sample],
            )  # fmt: skip

    return stream()
