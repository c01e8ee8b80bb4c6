"""Many people of one office sign in at the same moment, from one address."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.test import RequestFactory

from accounts import limits
from accounts.models import Limit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "limits"])


def test_a_sign_in_under_way_keeps_nobody_of_its_address_waiting_or_out(settings):
    """Each looks at a password for a third of a second, in its transaction; counting must not hold the address."""
    settings.DATABASE_ROUTERS = ["config.databases.AttemptsApart"]  # as the site has it
    request = RequestFactory().post("/", REMOTE_ADDR="10.0.0.1")

    def somebody_else():
        try:
            limits.attempt(request, "second@example.org").rollback()
        finally:
            connections.close_all()

    began = time.monotonic()
    with transaction.atomic(), ThreadPoolExecutor(1) as beside:
        mine = limits.attempt(request, "first@example.org")
        beside.submit(somebody_else).result()
        transaction.set_rollback(True)
    assert time.monotonic() - began < 0.9, "allauth refuses who waited for a second"
    assert Limit.objects.filter(cache_key__contains="ip:10.0.0.1").count() == 1, "counted, whatever became of the page"
    mine.rollback()
