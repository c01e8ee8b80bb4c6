"""The statement that counts a desk is kept, and never answers for another place."""

import pytest

from accounts.models import Office
from applications.desk import Desk
from applications.filters import Filters
from tests.factories import OfficeFactory
from tests.situations import submitted
from tests.world import make_country

pytestmark = pytest.mark.django_db


def counts_of(office: Office, call) -> int:
    return Desk(Office.objects.get(pk=office.pk), call, Filters()).counts()["todo"]


def test_an_office_that_moved_counts_its_new_place(call):
    submitted(call)
    office = OfficeFactory(province=True, authority="山东省")
    assert counts_of(office, call) == 1
    Office.objects.filter(pk=office.pk).update(authority=make_country()["青岛市"])
    assert counts_of(office, call) == 0


def test_what_came_in_since_is_counted(call):
    office = OfficeFactory(province=True, authority="山东省")
    assert counts_of(office, call) == 0
    submitted(call)
    assert counts_of(office, call) == 1
