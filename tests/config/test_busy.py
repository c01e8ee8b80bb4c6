"""Whoever waits too long for somebody else reads so, and nothing is said of a database that is away."""

import json
import logging
import uuid

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.test import RequestFactory
from django.urls import reverse

from applications.actions import ministry
from clusters.models import Ask, Cluster
from config import views
from config.middleware import OneTransaction
from tests.applications.pages import browser
from tests.factories import OfficeFactory
from tests.situations import drafted, fresh, recommended
from tests.world import make_call
from workflow.refusals import StepRefused, busy

WORDS = "正在办理"
CELL = {"indicator": "gross_output", "year": 2024, "typed": "71", "version": 0}


@pytest.fixture
def held(transactional_db):
    """Hold rows from a connection of its own, and let the others wait a tenth of a second."""
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    other.ensure_connection()
    other.connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '100ms'")

    def hold(row):
        with other.connection.cursor() as cursor:
            cursor.execute(f"select 1 from {row._meta.db_table} where id = %s for update", [row.pk])

    yield hold
    other.connection.rollback()
    other.close()
    with connection.cursor() as cursor:
        cursor.execute("reset lock_timeout")


@pytest.fixture
def draft(transactional_db):
    return drafted(make_call())


def test_a_save_that_waits_for_a_submission_is_told_in_data_and_nothing_is_logged_as_a_failure(held, draft, caplog):
    client, address = browser(draft.opened_by), reverse("application_save", args=[draft.pk])
    held(Ask.objects.get(opened_for=draft.ask_key))
    answer = client.post(address, json.dumps({"cells": [CELL], "statements": []}), content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (409, ["words"])
    assert WORDS in answer.json()["words"]
    answer = client.post(address, {"gross_output:2024:0": "71"})
    assert answer.status_code == 409 and WORDS in answer.content.decode()
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


def test_a_change_of_the_register_that_waits_keeps_what_was_typed(held, draft):
    cluster = draft.cluster
    client, address = browser(draft.opened_by), reverse("cluster_change", args=[cluster.pk])
    form = client.get(address).context["form"]
    said = {field.html_name: field.value() for field in form if field.value() not in (None, [])}
    held(Cluster.objects.get(pk=cluster.pk))
    answer = client.post(address, said | {"version": cluster.version, "operator": "另一个管委会"})
    assert answer.status_code == 409
    assert WORDS in answer.content.decode() and "另一个管委会" in answer.content.decode()


@pytest.mark.parametrize("step", ["shortlist", "decline"])
def test_the_ministry_decides_nothing_while_the_register_of_the_cluster_is_being_changed(held, step):
    row, officer = recommended(make_call()), OfficeFactory(ministry=True)
    ministry.open_stage(row.call, early=True, by=officer)
    held(row.cluster)
    reasons = {"reasons": ["other"]} if step == "decline" else {}
    with pytest.raises(StepRefused) as refusal:
        getattr(ministry, step)(fresh(row), key=uuid.uuid4(), version=None, words="择优", by=officer, **reasons)
    assert (refusal.value.code, fresh(row).state) == ("busy", "recommended")


def waits(row):
    """Return a page that waits for a row without a word of its own about it."""

    def page(request):
        with connection.cursor() as cursor:
            cursor.execute(f"update {row._meta.db_table} set id = id where id = %s", [row.pk])

    return page


def request_of_a_page(**more):
    request = RequestFactory().post("/", **more)
    request.resolver_match = None
    return request


def test_any_other_page_that_waits_too_long_says_the_same_after_the_rollback(held, draft, monkeypatch):
    row = Cluster.objects.get(pk=draft.cluster_id)
    held(row)
    monkeypatch.setattr("clusters.views.register_cluster", lambda *args, **more: waits(row)(None))
    client, address = browser(draft.opened_by), reverse("cluster_change", args=[row.pk])
    form = client.get(address).context["form"]
    said = {field.html_name: field.value() for field in form if field.value() not in (None, [])}
    answer = client.post(address, said | {"version": row.version})
    assert answer.status_code == 409 and WORDS in answer.content.decode()
    assert "无法访问" not in answer.content.decode() and "Retry-After" not in answer.headers


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_outside_the_transaction_too_and_nothing_is_started_again(held, draft, monkeypatch, content_type):
    row = Cluster.objects.get(pk=draft.cluster_id)
    held(row)
    monkeypatch.setattr(views, "start_again", lambda: pytest.fail("the database was never away"))
    request = request_of_a_page(content_type=content_type)
    try:
        waits(row)(request)
    except OperationalError as error:
        assert busy(error)
        answer = views.server_error(request)
    assert answer.status_code == 409
    words = json.loads(answer.content)["words"] if "json" in content_type else answer.content.decode()
    assert WORDS in words


def test_an_act_whose_record_waits_too_long_is_undone_and_says_so(held, draft, monkeypatch):
    row = Cluster.objects.get(pk=draft.cluster_id)
    held(row)
    monkeypatch.setattr("config.middleware.write_at_the_end", lambda: waits(row)(None))
    monkeypatch.setattr("config.middleware.refused_act", lambda request, refusal: refusal)

    def page(request):
        Ask.objects.all().delete()
        return views.HttpResponse()

    assert OneTransaction(page)(request_of_a_page()).code == "busy"
    assert Ask.objects.exists()


def test_another_failure_of_the_database_is_not_called_busy():
    assert busy(OperationalError("server closed the connection")) is None


def slow(*args, **more):
    """Ask the database something that takes longer than is allowed here."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '50ms'")
        cursor.execute("select pg_sleep(5)")


@pytest.mark.parametrize("name", ["national_list", "rules"])
def test_a_question_that_takes_too_long_is_ended_and_said_so_and_the_database_is_not_called_away(
    transactional_db, monkeypatch, caplog, name
):
    monkeypatch.setattr(views, "start_again", lambda: pytest.fail("the database was never away"))
    monkeypatch.setattr("django.template.loader.render_to_string", slow)
    client = browser(OfficeFactory(county=True))
    client.raise_request_exception = False
    answer = client.get(reverse(name))
    words = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "用时过长" in words and "缩小范围" in words and "无法访问" not in words
    assert "pg_sleep" in caplog.text  # with its traceback: a question that slow is to be looked at
