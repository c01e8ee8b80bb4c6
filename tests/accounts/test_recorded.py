"""What goes on record beside acts: sign-ins and their failures, limits, refused access, files taken along."""

import io
import logging
import threading
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.signals import account_tried
from applications.actions import province
from audit import tallies
from audit.models import Event, Tally
from audit.record import STRANGERS, append, broken_links, in_one_request, record, write_at_the_end
from simulation import exports
from tests.accounts.helpers import PASSWORD, code_now, minute_over, sign_in, signed_in, with_app
from tests.applications.pages import browser, decide_address, sent
from tests.factories import OfficeFactory, UserFactory
from tests.situations import recommended, submitted
from workflow.refusals import StepNotAllowed
from workflow.worker import Minder, TaskWorker

pytestmark = pytest.mark.django_db


def told(**fields) -> list[tuple]:
    """Return action, result and address of the events in the order they were written."""
    return list(Event.objects.filter(**fields).order_by("pk").values_list("action", "result", "address"))


def test_a_failed_sign_in_says_from_where_and_which_account_but_not_in_words():
    sign_in(" Clerk@Example.org", "a-wrong-one", address="10.0.0.7")
    event = Event.objects.get()
    assert (event.action, event.result, event.address) == ("accounts.sign_in", "refused", "10.0.0.7")
    assert event.details == {"account": account_tried("clerk@example.org")}
    assert event.chain.startswith("strangers:")
    assert "clerk" not in str(event.__dict__).lower()


def test_the_keyed_hash_of_an_account_is_no_plain_hash(settings):
    before = account_tried("a@example.org")
    settings.SECRET_KEY = "another-" * 8
    assert account_tried("a@example.org") != before


def test_a_refused_act_says_who_from_where_and_is_not_counted_a_second_time(call):
    office = OfficeFactory(province=True)
    application = submitted(call)
    first = sent(application)
    client = browser(office)
    client.post(decide_address(application, "recommend"), first, REMOTE_ADDR="10.0.0.8")
    application.refresh_from_db()
    answer = client.post(decide_address(application, "recommend"), sent(application), REMOTE_ADDR="10.0.0.8")
    assert answer.status_code == 403
    minute_over()
    event = Event.objects.get(result="refused")
    assert (event.action, event.address, event.user_id, event.office_id, event.actor) == (
        "applications.recommend", "10.0.0.8", office.user_id, office.pk, str(office.user),
    )  # fmt: skip


def test_acts_refused_to_one_office_are_one_event_a_minute_with_a_count_in_a_chain_of_their_own(call):
    office, row, other = (
        OfficeFactory(province=True, authority="青岛市"),
        submitted(call),
        submitted(call, lead="市中区"),
    )
    for case in (row, row, other, row):
        with pytest.raises(StepNotAllowed):
            province.recommend(case, key=uuid.uuid4(), version=None, by=office)
    assert not Event.objects.filter(result="refused").exists()
    minute_over()
    events = {event.subject: event for event in Event.objects.filter(result="refused")}
    assert {subject: event.details["count"] for subject, event in events.items()} == {
        f"applications.{row.pk}": 3, f"applications.{other.pk}": 1,
    }  # fmt: skip
    for event in events.values():
        assert (event.office_id, event.actor, event.details["code"]) == (office.pk, str(office.user), "not_allowed")
        assert event.chain.startswith("refused:") and event.words
    assert broken_links(event.chain) == []


def test_an_attempt_that_meets_a_limit_is_on_record_once_a_minute_with_a_count():
    user = UserFactory()
    for _ in range(8):
        sign_in(user.email, "wrong", address="10.0.0.7")
    assert len(told(action="accounts.sign_in")) == 5
    minute_over()
    event = Event.objects.get(action="access.limited")
    assert (event.address, event.details["count"], event.details["page"]) == ("10.0.0.7", 3, "account_login")
    assert event.chain.startswith("strangers:")


def test_a_password_that_became_another_is_on_record():
    user = UserFactory()
    client = signed_in(user)
    form = {"oldpassword": PASSWORD, "password1": "another-word-22", "password2": "another-word-22"}
    client.post(reverse("account_change_password"), form, REMOTE_ADDR="10.0.0.9")
    event = Event.objects.get(action="accounts.password")
    assert (event.user_id, event.address, event.details) == (user.pk, "10.0.0.9", {"was": "changed"})


def test_a_second_factor_that_was_set_up_renewed_or_removed_is_on_record():
    user = UserFactory()
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user, type="totp").exists()
    changes = Event.objects.filter(action="accounts.change_second_factor").order_by("pk")
    assert {event.user_id for event in changes} == {user.pk}
    assert [(event.details["was"], event.details["factor"]) for event in changes] == [
        ("added", "totp"), ("added", "recovery_codes"), ("removed", "recovery_codes"), ("added", "recovery_codes"),
        ("removed", "totp"), ("removed", "recovery_codes"),
    ]  # fmt: skip


def test_a_wrong_code_is_on_record_with_the_person():
    user = UserFactory()
    with_app(user)
    client = Client()
    sign_in(user.email, client=client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR="10.0.0.7")
    event = Event.objects.get(result="refused")
    assert (event.action, event.result, event.user_id, event.address) == (
        "accounts.second_factor", "refused", user.pk, "10.0.0.7",
    )  # fmt: skip


def refused_access(office, numbers) -> list[Event]:
    client = browser(office)
    for number in numbers:
        assert client.get(reverse("application", args=[number]), REMOTE_ADDR="10.0.0.7").status_code == 404
    minute_over()
    events = list(Event.objects.filter(office_id=office.pk, action__startswith="access."))
    for event in events:
        assert event.chain.startswith("refused:")
        assert broken_links(event.chain) == []
    return events


def test_refused_access_is_one_event_a_minute_alike_for_rows_that_exist_and_rows_that_do_not(call):
    foreign = submitted(call).pk
    office = OfficeFactory(county=True, authority="黄岛区")
    first = refused_access(office, [foreign, foreign, foreign])
    missing = refused_access(OfficeFactory(county=True, authority="黄岛区"), [foreign + 1000] * 3)
    assert len(first) == len(missing) == 1
    assert first[0].details["count"] == 3
    assert first[0].details == missing[0].details
    assert (first[0].subject, first[0].action, first[0].address) == ("", "access.not_found", "10.0.0.7")


def test_a_page_that_is_for_others_is_on_record_and_one_line_in_the_log(country, monkeypatch):
    (console,) = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    monkeypatch.setattr(console, "stream", log := io.StringIO())
    office = OfficeFactory(county=True)
    client = browser(office)
    assert client.get(reverse("replays")).status_code == 403
    assert client.get("/nowhere/").status_code == 404
    assert client.get(reverse("replays"), HTTP_HOST="foreign.example.org").status_code == 400
    minute_over()
    event = Event.objects.get(action="access.refused")
    assert (event.details["page"], event.details["count"], event.office_id) == ("replays", 1, office.pk)
    assert not Event.objects.filter(action="access.not_found").exists(), "an address that nobody has is no attempt"
    refused, _nowhere, suspicious = log.getvalue().splitlines()
    assert "/replays/" in refused
    assert "foreign.example.org" in suspicious


def test_people_without_an_account_are_counted_and_not_recorded(db, monkeypatch):
    monkeypatch.setattr(tallies, "WRITTEN_EVERY", -1)
    tallies.strangers.counts.clear()  # what other tests of this process left to be written
    for _ in range(3):
        assert Client().get("/list/99999999/").status_code == 404
    assert Event.objects.count() == 0
    rows = Tally.objects.filter(who="", kind="access.not_found listed_cluster")
    assert sum(row.count for row in rows) == 3
    minute_over()
    assert Event.objects.count() == 0
    assert rows.exists()


def test_every_file_a_person_takes_along_is_on_record(country):
    office = OfficeFactory(ministry=True)
    client = browser(office)
    answer = client.get(reverse("national_list_csv"), REMOTE_ADDR="10.0.0.7")
    assert answer["Content-Disposition"].startswith("attachment")
    event = Event.objects.get(action="access.download")
    assert (event.office_id, event.address, event.details["page"]) == (office.pk, "10.0.0.7", "national_list_csv")
    Client().get(reverse("national_list_csv"))
    assert Event.objects.filter(action="access.download").count() == 1, "what is public is taken by everybody"


@pytest.fixture
def held_chain(transactional_db):
    """Return a function that holds a chain of today in another connection until the test is over."""
    over, holders = threading.Event(), []

    def hold(daily: str) -> None:
        is_held = threading.Event()

        def work():
            with transaction.atomic():
                append(chain=None, daily=daily, action="test.hold")
                is_held.set()
                over.wait(20)
            connection.close()

        holders.append(threading.Thread(target=work))
        holders[-1].start()
        assert is_held.wait(10)

    yield hold
    over.set()
    for holder in holders:
        holder.join()


@pytest.fixture
def impatient(transactional_db):
    """Give up a lock after half a second."""
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '500ms'")
        yield
        cursor.execute("reset lock_timeout")


def test_nothing_a_stranger_sends_makes_a_sign_in_wait(held_chain, impatient):
    user = UserFactory()
    held_chain(STRANGERS)
    assert sign_in(user.email).status_code == 302


def test_an_act_holds_the_chain_of_the_day_only_when_its_page_is_made(transactional_db, call, monkeypatch):
    """While the file of a download is made somebody else signs in."""
    recommended(call)
    office, other = OfficeFactory(ministry=True), UserFactory()
    seen = []

    def made(*args):
        signing_in = threading.Thread(
            target=lambda: (seen.append(sign_in(other.email).status_code), connection.close())
        )
        signing_in.start()
        signing_in.join(5)
        return HttpResponse("file", headers={"Content-Disposition": "attachment"})

    monkeypatch.setitem(exports.WRITERS, "csv", made)
    answer = browser(office).post("/simulation/file/csv/?programme=demo&set.1.4=85")
    assert (answer.status_code, seen) == (200, [302])
    assert Event.objects.filter(action="simulation.download").count() == 1


def test_an_act_that_was_undone_inside_a_request_leaves_no_event(db):
    with in_one_request(), transaction.atomic():
        record("test.kept")
        with pytest.raises(ValueError), transaction.atomic():
            record("test.undone")
            raise ValueError
        assert told() == []
        write_at_the_end()
    assert [action for action, *_ in told()] == ["test.kept"]


def test_a_beat_of_the_worker_tells_the_minutes_that_are_over(db):
    office = OfficeFactory(county=True)
    browser(office).get("/clusters/999999/")
    Tally.objects.update(minute="2026-01-01T00:00:00Z")
    Minder(TaskWorker())._beat()
    assert Event.objects.get(action="access.not_found").office_id == office.pk
