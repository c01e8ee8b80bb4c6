"""Races by real processes against PostgreSQL, and proof that the lock is what wins them.

`JIQUN_ROUNDS` sets how often a race is run; `make nightly` runs hundreds.
"""

import subprocess
import time
import uuid
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction

from applications import snapshots
from applications.actions import judging
from applications.models import Application, Opinion, Snapshot
from clusters.models import Ask
from programmes.models import Quota
from tests import racing
from tests.examples import rounds
from tests.factories import OfficeFactory
from tests.situations import county_of, filled, fresh, province_of, returned, submitted, tell
from tests.world import make_call

ROUNDS = rounds(3, 200)
RACER = Path(__file__).with_name("racer.py")


race = partial(racing.race, RACER)


def bids_for_the_last_place(call, count=4) -> tuple[Quota, list[dict]]:
    quota = Quota.objects.get(call=call, authority__code="370000")
    Quota.objects.filter(pk=quota.pk).update(places=1, used=0)
    officer = OfficeFactory(province=True)
    bids = [submitted(call) for _ in range(count)]
    acts = [{"act": "recommend", "application": bid.pk, "office": officer.pk, "key": str(uuid.uuid4())} for bid in bids]
    return quota, acts


@pytest.mark.django_db(transaction=True)
def test_one_place_is_given_once_whatever_is_pressed_at_once():
    call = make_call()
    quota, acts = bids_for_the_last_place(call)
    for _ in range(ROUNDS):
        ends = race(acts)
        quota.refresh_from_db()
        recommended = Application.objects.filter(call=call, state="recommended")
        assert sorted(ends) == ["done"] + ["quota_used_up"] * 3
        assert (quota.used, recommended.count()) == (1, 1)
        undo(call, quota)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_race_is_lost():
    """The constraint is taken away as well, to see the lock alone: without it the place is given twice."""
    call = make_call()
    quota, acts = bids_for_the_last_place(call)
    with connection.cursor() as cursor:
        cursor.execute("alter table programmes_quota drop constraint never_more_recommended_than_places")
    try:
        assert race(acts).count("done") == 1
        undo(call, quota)
        lost = 0
        for _ in range(10):
            lost += race(acts, with_lock=False).count("done") > 1
            undo(call, quota)
            if lost:
                break
        assert lost > 0
    finally:
        Quota.objects.update(used=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "alter table programmes_quota add constraint never_more_recommended_than_places"
                " check (places is null or soft or used <= places)"
            )


def undo(call, quota) -> None:
    """Put the pieces back for the next round."""
    Opinion.objects.all().delete()
    Application.objects.filter(call=call).update(state="submitted", at_level="province")
    Quota.objects.filter(pk=quota.pk).update(used=0)


@pytest.mark.django_db(transaction=True)
def test_pressing_submit_many_times_at_once_submits_once():
    call = make_call()
    for _ in range(ROUNDS):
        office = OfficeFactory(county=True)
        application = filled(call, by=office)
        act = {"act": "submit", "application": application.pk, "office": office.pk, "key": str(uuid.uuid4())}
        assert race([act] * 4) == ["done"] * 4
        assert Snapshot.objects.filter(application=application).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_pages_of_one_draft_submit_once_and_the_second_is_told():
    call = make_call()
    office = OfficeFactory(county=True)
    application = filled(call, by=office)
    acts = [
        {"act": "submit", "application": application.pk, "office": office.pk, "key": str(uuid.uuid4())}
        for _ in range(3)
    ]
    assert sorted(race(acts)) == ["done", "wrong_state", "wrong_state"]
    assert Snapshot.objects.filter(application=application).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_press_is_not_led_to_the_first_answer():
    """The constraints still keep a second snapshot out, but the person would see a failure, not her submission."""
    call = make_call()
    lost = 0
    for _ in range(10):
        office = OfficeFactory(county=True)
        application = filled(call, by=office)
        act = {"act": "submit", "application": application.pk, "office": office.pk, "key": str(uuid.uuid4())}
        lost += race([act] * 4, with_lock=False) != ["done"] * 4
        assert Snapshot.objects.filter(application=application).count() == 1
        if lost:
            break
    assert lost > 0


@pytest.mark.django_db(transaction=True)
def test_a_return_is_called_back_or_answered_but_never_both():
    call, seen = make_call(), set()
    for _ in range(ROUNDS):
        application = returned(call)
        acts = [
            {"act": act, "application": application.pk, "office": office.pk, "key": str(uuid.uuid4())}
            for act, office in (("call_back", province_of(application)), ("submit", county_of(application)))
        ]
        ends = race(acts)
        assert sorted(ends) == ["done", "wrong_state"]
        row = fresh(application)
        is_answered = ends[1] == "done"
        seen.add(is_answered)
        assert (row.state, row.due_at, row.version) == ("submitted", None, application.version + 1)
        assert row.snapshot.number == (2 if is_answered else 1)
        assert row.snapshots.count() == row.snapshot.number
        assert row.screening.snapshot_id == row.snapshot_id
        assert row.opinions.filter(decision="call_back").count() == (0 if is_answered else 1)
        assert Ask.objects.get(opened_for=row.ask_key).closed_at is not None


def waits_for_a_lock() -> bool:
    """Say whether another connection to this database waits for one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def at_its_lock(act: dict) -> subprocess.Popen:
    """Let a process go into one act and return when it waits for what this transaction holds, or has ended."""
    racer = racing.started(RACER, [act])
    racer.stdin.write("go\n")
    racer.stdin.flush()
    until = time.monotonic() + 20
    while not waits_for_a_lock() and racer.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return racer


@pytest.mark.django_db(transaction=True)
def test_a_save_that_was_first_is_part_of_what_is_submitted():
    """Submission locks the ask before it reads: a figure shown as saved must not be missing from what was signed."""
    call = make_call()
    office = OfficeFactory(county=True)
    application = filled(call, by=office)
    act = {"act": "submit", "application": application.pk, "office": office.pk, "key": str(uuid.uuid4())}
    with transaction.atomic():
        tell(application, {"gross_output": ("60", "70", "81")}, by=office)
        racer = at_its_lock(act)
    assert racing.ends_of(racer) == ["done"]
    assert snapshots.figures_in(fresh(application).snapshot)["gross_output", 2024] == 81


@pytest.mark.django_db(transaction=True)
def test_a_judgement_that_was_first_is_part_of_the_decision():
    """Sealing takes turns with writing: a judgement shown as saved must not be missing from what was decided."""
    application = submitted(make_call())
    office = province_of(application)
    act = {"act": "recommend", "application": application.pk, "office": office.pk, "key": str(uuid.uuid4())}
    with transaction.atomic():
        judging.judge(application, [judging.Said("1.1", "agrees", "", 0)], by=office)
        racer = at_its_lock(act)
    assert racing.ends_of(racer) == ["done"]
    assert Opinion.objects.get(application=application).judgements == {"1.1": {"verdict": "agrees", "words": ""}}
