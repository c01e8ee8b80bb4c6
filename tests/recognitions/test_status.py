"""How a title stands is read from its changes, never stored."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
