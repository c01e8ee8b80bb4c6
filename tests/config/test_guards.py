"""Guards that nothing else notices when they are taken out."""

import itertools
import json

import psycopg2
import pytest
from django.db import connection
from django.urls import reverse

from applications.forms.county import MOST_CELLS, NotOurPage, read_form, read_json
from applications.models import Statement
from clusters.models import YearFigure
from config import databases
from rulebook.catalogue import INDICATORS
from tests.applications.pages import browser
from tests.factories import OfficeFactory
from tests.situations import drafted


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ministry", "national_list", "rules", "account_change_password", "mfa_index"])
def test_what_a_signed_in_person_sees_is_kept_by_no_cache(country, name):
    answer = browser(OfficeFactory(ministry=True)).get(reverse(name))
    assert answer.status_code == 200
    said = {part.strip() for part in answer["Cache-Control"].split(",")}
    assert {"no-store", "private", "no-cache"} <= said


@pytest.mark.django_db
def test_a_refusal_and_a_missing_page_of_a_signed_in_person_are_kept_by_no_cache(country):
    client = browser(OfficeFactory(county=True))
    for address, status in [(reverse("replays"), 403), ("/applications/999999/", 404)]:
        answer = client.get(address)
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (status, True)


def connect_as(role: str):
    """Connect as the site does in this role, to the database of the tests."""
    told = databases.database(role)
    found = connection.settings_dict["NAME"], told["USER"], told["HOST"], told["PORT"], told["PASSWORD"]
    names = ("dbname", "user", "host", "port", "password")
    return psycopg2.connect(**dict(zip(names, found, strict=True)), options=told["OPTIONS"]["options"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "limits"), [("application", ("10s", "3s", "15s")), ("worker", ("30min", "10s", "10min"))]
)
def test_no_statement_lock_or_idle_transaction_lasts_longer_than_its_limit(role, limits):
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    with connect_as(role) as site, site.cursor() as cursor:
        found = []
        for name in names:
            cursor.execute(f"show {name}")
            found.append(cursor.fetchone()[0])
    site.close()
    assert tuple(found) == limits


@pytest.mark.django_db
def test_a_statement_of_the_site_that_takes_too_long_ends(monkeypatch):
    monkeypatch.setitem(databases.WEB_LIMITS, "statement_timeout", "100ms")
    with connect_as("application") as site, site.cursor() as cursor:
        with pytest.raises(psycopg2.errors.QueryCanceled):
            cursor.execute("select pg_sleep(5)")
        site.rollback()
    site.close()


def cells(number: int) -> list[dict]:
    places = itertools.islice(itertools.product(INDICATORS, range(2000, 2100)), number)
    return [{"indicator": code, "year": year, "typed": "1", "version": 0} for code, year in places]


def test_a_save_takes_as_many_cells_as_a_page_of_ours_can_have_and_not_one_more():
    def named(sent):
        return {f"{cell['indicator']}:{cell['year']}:0": "1" for cell in sent}

    assert len(read_json(json.dumps({"cells": cells(MOST_CELLS)}).encode()).cells) == MOST_CELLS
    assert len(read_form(named(cells(MOST_CELLS))).cells) == MOST_CELLS
    with pytest.raises(NotOurPage):
        read_json(json.dumps({"cells": cells(MOST_CELLS + 1)}).encode())
    with pytest.raises(NotOurPage):
        read_form(named(cells(MOST_CELLS + 1)))


def test_a_save_takes_as_many_statements_and_not_one_more():
    said = [{"clause": f"1.{n}", "answer": "", "words": "", "version": 0} for n in range(MOST_CELLS + 1)]
    assert len(read_json(json.dumps({"statements": said[1:]}).encode()).statements) == MOST_CELLS
    with pytest.raises(NotOurPage):
        read_json(json.dumps({"statements": said}).encode())


@pytest.mark.django_db
def test_a_save_of_too_many_cells_changes_nothing(call):
    office = OfficeFactory(county=True)
    draft = drafted(call, by=office)
    before = list(YearFigure.objects.values_list("pk", "version"))
    content = json.dumps({"cells": cells(MOST_CELLS + 1)})
    answer = browser(office).post(
        reverse("application_save", args=[draft.pk]), content, content_type="application/json"
    )
    assert answer.status_code == 400
    assert (list(YearFigure.objects.values_list("pk", "version")), Statement.objects.exists()) == (before, False)
