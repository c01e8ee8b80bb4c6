"""How a title stands is read from its changes, never stored."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recognitions.enums import Change, Status
from recognitions.models import Recognition, RecognitionChange
from tests.portal.rows import listed

pytestmark = pytest.mark.django_db


def status_after(*kinds) -> str:
    row = listed()
    for number, kind in enumerate(kinds):
        RecognitionChange.objects.create(recognition=row, kind=kind, key=f"{row.pk}-{number}")
    return Recognition.objects.with_status().get(pk=row.pk).status


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ((), Status.VALID),
        ((Change.REVERIFIED,), Status.REVERIFIED),
        ((Change.REVERIFIED, Change.CORRECTED), Status.REVERIFIED),
        ((Change.RESULT_UNKNOWN, Change.REVERIFIED), Status.REVERIFIED),
        ((Change.REVERIFIED, Change.REVOKED), Status.REVOKED),
        ((Change.RESULT_UNKNOWN,), Status.RESULT_UNKNOWN),
    ],
)
def test_the_newest_change_that_says_something_counts(country, kinds, status):
    assert status_after(*kinds) == status


TODAY = date(2026, 3, 1)
FIRST = {"valid_from": date(2023, 1, 1), "valid_to": date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("validity", "changes", "status"),
    [
        ({"valid_from": date(2026, 3, 2), "valid_to": date(2029, 3, 2)}, (), Status.NOT_YET),
        ({"valid_from": date(2026, 3, 1), "valid_to": date(2029, 3, 1)}, (), Status.VALID),
        ({"valid_to": date(2026, 3, 2)}, (), Status.VALID),
        ({"valid_to": date(2026, 3, 1)}, (), Status.PAST_UNKNOWN),
        (FIRST, ((Change.RESULT_UNKNOWN, None),), Status.PAST_UNKNOWN),
        (FIRST, ((Change.REVERIFIED, None),), Status.PAST_REVERIFIED),
        (FIRST, ((Change.REVERIFIED, date(2029, 1, 1)),), Status.PAST_REVERIFIED),
        (FIRST, ((Change.REVERIFIED, date(2026, 3, 1)),), Status.PAST_UNKNOWN),
        (FIRST, ((Change.REVERIFIED, None), (Change.REVOKED, None)), Status.REVOKED),
        ({"valid_to": date(2026, 3, 2)}, ((Change.REVERIFIED, None),), Status.REVERIFIED),
        ({}, ((Change.REVERIFIED, None),), Status.REVERIFIED),
    ],
)
def test_a_title_reads_what_is_known_of_it_today(country, client, monkeypatch, validity, changes, status):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)
    row = listed(**validity)
    for number, (kind, valid_to) in enumerate(changes):
        RecognitionChange.objects.create(recognition=row, kind=kind, key=str(number), valid_to=valid_to)
    assert Recognition.objects.with_status().get(pk=row.pk).status == status
    assert list(Recognition.objects.with_status().filter(status=status)) == [row]
    for address in ("/", f"/?status={status}", "/list.csv", f"/list/{row.pk}/"):
        answer = client.get(address)
        page = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert str(status.label) in page.decode(), address


def test_a_page_that_is_kept_is_made_anew_on_the_day_a_validity_begins(country, client, monkeypatch):
    listed(valid_from=date(2026, 3, 2), valid_to=date(2029, 3, 2))
    for day, status in ((date(2026, 3, 1), Status.NOT_YET), (date(2026, 3, 2), Status.VALID)):
        monkeypatch.setattr(timezone, "localdate", lambda *args, day=day: day)
        assert f"is-{status}" in client.get("/").content.decode()


def test_the_extension_is_that_of_the_newest_reverification(country):
    row = listed(valid_to=date(2026, 1, 1))
    for number, year in enumerate((2029, 2032)):
        RecognitionChange.objects.create(
            recognition=row, kind=Change.REVERIFIED, key=str(number), valid_to=date(year, 1, 1)
        )
    assert Recognition.objects.with_extension().get(pk=row.pk).extended_to == date(2032, 1, 1)


def test_status_and_extension_cost_one_query_for_many_rows(country):
    for _ in range(3):
        status_after(Change.REVERIFIED)
    with CaptureQueriesContext(connection) as queries:
        assert [row.status for row in Recognition.objects.with_status().with_extension()] == [Status.REVERIFIED] * 3
    assert len(queries) == 1


def test_a_revoked_title_is_not_held(country):
    row = listed()
    assert list(Recognition.objects.held_by(row.cluster, row.programme)) == [row]
    RecognitionChange.objects.create(recognition=row, kind=Change.REVOKED, key="r")
    assert list(Recognition.objects.held_by(row.cluster, row.programme)) == []
