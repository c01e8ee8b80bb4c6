"""The record: one event an act, refusals after the rollback, tampering found, the role that cannot."""

import hashlib
import json
import random

import pytest
from django.db import ProgrammingError, connection, transaction

from applications.actions import province
from applications.models import Application, Opinion, Replay, Screening, Snapshot
from audit import sealing
from audit.enums import Result
from audit.models import Event
from audit.record import broken_links, record
from recognitions.models import Recognition, RecognitionChange
from tests.accounts.helpers import minute_over
from tests.factories import OfficeFactory
from tests.situations import recommended, submitted
from workflow.refusals import StepRefused

KEPT = [Event, Snapshot, Screening, Replay, Opinion, Recognition, RecognitionChange]


@pytest.fixture
def application_role(db, settings):
    """Act as the role that serves the site."""
    with connection.cursor() as cursor:
        cursor.execute(f"set role {settings.DATABASE_APP_ROLE}")
        yield
        cursor.execute("reset role")


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
@pytest.mark.parametrize("act", ["update {table} set id = id", "delete from {table}", "truncate {table} cascade"])
def test_the_application_role_cannot_edit_the_record(application_role, model, act):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table=model._meta.db_table))


def test_the_application_role_can_walk_the_way(call, application_role):
    assert recommended(call).state == "recommended"


def test_an_act_leaves_one_event_in_the_chain_of_its_application(call):
    application = recommended(call)
    chain = f"applications.{application.pk}"
    acts = [action.removeprefix("applications.") for action in
            Event.objects.filter(chain=chain).order_by("number").values_list("action", flat=True)]  # fmt: skip
    assert [act for act in acts if act != "answer"] == ["open", "submit", "recommend"]
    assert broken_links(chain) == []


def test_a_refusal_is_on_record_and_nothing_else_of_it(call):
    application = submitted(call)
    stranger = OfficeFactory(province=True, authority="青岛市")
    with pytest.raises(StepRefused):
        province.recommend(application, key="00000000-0000-4000-8000-000000000000", version=None, by=stranger)
    minute_over()
    event = Event.objects.filter(result=Result.REFUSED).latest("at")
    assert (event.action, event.subject, event.office_id) == (
        "applications.recommend", f"applications.{application.pk}", stranger.pk,
    )  # fmt: skip
    assert Application.objects.get(pk=application.pk).state == "submitted"


TAMPERING = {
    "words": "update audit_event set words = words || '.' where id = %s",
    "time": "update audit_event set at = at + interval '1 second' where id = %s",
    "actor": "update audit_event set user_id = 999999 where id = %s",
    "state": "update audit_event set state_to = 'recognised' where id = %s",
    "salt": "update audit_event set salt = '' where id = %s",
    "removed": "delete from audit_event where id = %s",
    "moved": "update audit_event set number = number + 100 where id = %s",
}


@pytest.mark.parametrize("how", TAMPERING)
def test_every_tampering_in_a_chain_is_found(db, how):
    office = OfficeFactory(ministry=True)
    events = [record("test.act", by=office, chain="test", words=str(n)) for n in range(8)]
    assert broken_links("test") == []
    victim = random.Random(how).choice(events[:-1])
    with connection.cursor() as cursor:
        cursor.execute(TAMPERING[how], [victim.pk])
    assert broken_links("test") != []


def test_an_event_can_be_proven_without_showing_all_of_it(db):
    event = record("test.act", by=OfficeFactory(ministry=True), chain="test", words="公开", details={"place": 3})
    told = sealing.disclosed(event.values(), event.salt, shown={"words", "action"})
    values = {"words": "公开", "action": "test.act"}
    assert sealing.digest_of_disclosed(values, told["secrets"], told["seals"]) == event.hash
    assert sealing.digest_of_disclosed(values | {"words": "改动"}, told["secrets"], told["seals"]) != event.hash
    assert set(told["secrets"]) == {"words", "action"}
    assert set(told["seals"]) == set(Event.HASHED) - {"words", "action"} | {"at"}


def test_the_seal_of_a_withheld_field_cannot_be_guessed(db):
    """Two events with the same small value have different seals, and one secret does not open another."""
    first, second = (record("test.act", chain="test", details={"place": 3}) for _ in range(2))
    seals = [sealing.disclosed(event.values(), event.salt, shown={"words"})["seals"] for event in (first, second)]
    assert seals[0]["details"] != seals[1]["details"]
    shown = sealing.secret_of(first.salt, "words")
    assert sealing.seal(shown, {"place": 3}) != seals[0]["details"]


def test_an_event_from_before_the_seals_keeps_its_hash(db):
    event = record("test.act", chain="test", words="旧")
    event.salt = ""
    Event.objects.filter(pk=event.pk).update(salt="", hash=event.digest())
    assert broken_links("test") == []
    old = {name: getattr(event, name) for name in Event.HASHED} | {"at": event.at.isoformat()}
    text = json.dumps(old, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert event.digest() == hashlib.sha256(text.encode()).hexdigest()
