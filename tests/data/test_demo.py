"""The demo: every state, every row marked, nothing among the real ones, and a second run that changes nothing."""

from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.demo import PASSWORD
from accounts.models import Office, User
from applications import snapshots
from applications.actions.county import why_not_open
from applications.demo import building, calls
from applications.demo.accounts import SIGN_INS
from applications.demo.backdating import by_day
from applications.demo.samples import SAMPLES
from applications.enums import USES_A_PLACE, State
from applications.memory import memory_of
from applications.models import Application, Opinion, PublicNotice, Snapshot
from applications.prescreening import live
from audit.models import Event
from audit.record import broken_links
from clusters.models import Cluster
from programmes.models import Call, Deadline, Quota
from recognitions.models import Recognition
from tests.reference import load
from tests.situations import changed_figures, using_a_place_of


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """The reference data and the demo, once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        building.build()
        yield
        transaction.set_rollback(True)


def run():
    said = StringIO()
    call_command("load_demo", stdout=said)
    return said.getvalue()


def of_demo():
    return Application.objects.filter(call__programme__code="demo")


def test_there_is_a_sample_in_every_state():
    assert {application.state for application in of_demo()} == set(State.values)
    assert of_demo().count() == len([sample for sample in SAMPLES if sample.state])
    assert len({application.province_id for application in of_demo()}) >= 10


def test_the_samples_stand_where_their_list_says():
    wanted = Counter(str(sample.state) for sample in SAMPLES if sample.state)
    assert Counter(of_demo().values_list("state", flat=True)) == wanted


def test_every_sample_is_marked_and_none_is_among_the_real_rows():
    clusters = Cluster.objects.exclude(origin__startswith="list:")
    assert clusters.count() == len({(sample.county, sample.words) for sample in SAMPLES})
    assert all(cluster.sample and cluster.name.endswith("（示例）") for cluster in clusters)
    granted = Recognition.objects.samples()
    assert granted.count() == 5
    assert all(one.name.endswith("（示例）") and one.programme.sample for one in granted)
    assert Recognition.objects.real().count() == 159
    assert not Recognition.objects.real().filter(name__contains="示例").exists()
    assert Application.objects.exclude(call__programme__sample=True).count() == 0


def test_the_places_used_are_those_of_the_applications_that_use_one():
    for quota in Quota.objects.filter(call__programme__code="demo"):
        assert quota.used == using_a_place_of(quota).count()
    used = Quota.objects.get(call__code="demo", authority__name="山东省")
    assert used.places_left() > 0
    assert State.RECOMMENDED in USES_A_PLACE


def test_every_chain_of_the_record_holds():
    chains = set(Event.objects.values_list("chain", flat=True))
    assert {chain: broken_links(chain) for chain in chains if broken_links(chain)} == {}


def test_every_act_has_its_moment_in_order_and_in_the_past():
    now = timezone.now()
    for application in of_demo():
        moments = list(
            Event.objects.filter(chain=f"applications.{application.pk}").order_by("number").values_list("at", flat=True)
        )
        assert moments == sorted(moments)
        assert moments[-1] <= now
        assert moments[0] >= application.call.opens_at
        assert application.opened_at == moments[0]


def test_no_act_of_county_or_province_is_later_than_the_closing_of_its_call():
    closes_at = Deadline.objects.get(call__code=previous().code).closes_at
    acts = Event.objects.filter(
        subject__in=[f"applications.{one.pk}" for one in of_demo().filter(call=previous())],
        role__in=["county", "province"],
    )
    assert acts.count() > 100
    assert not acts.filter(at__gte=closes_at).exists()


def previous():
    return Call.objects.exclude(code="demo").get(programme__code="demo")


def test_snapshots_and_findings_are_those_of_the_figures():
    for snapshot in Snapshot.objects.select_related("application__call__rule_set", "projection"):
        call = snapshot.application.call
        screening = snapshot.screenings.get()
        assert snapshots.digest(snapshot.content) == snapshot.digest
        assert snapshot.projection.figures == snapshots.project(snapshot, call.year)
        again = live(snapshot.application, snapshots.figures_in(snapshot))
        assert [one.as_json() for one in again] == screening.findings
        assert snapshot.submitted_at in Event.objects.filter(action="applications.submit").values_list("at", flat=True)


def test_some_samples_meet_every_computed_clause_and_some_miss_one():
    missed = {
        application.cluster.industry_words: sorted(
            (one["clause"], one["state"])
            for one in application.screening.findings
            if one["state"] in {"not_met", "near", "cannot_tell"}
        )
        for application in of_demo().exclude(screening=None)
    }
    assert missed["高端铝材"] == [("1.3", "near")]
    assert missed["医用玻璃制品"] == [("1.7", "not_met")]
    assert missed["柳编家居"] == [("2.1", "cannot_tell")]
    assert missed["棉纺织"] == [("1.4", "cannot_tell"), ("1.7", "cannot_tell")]
    assert missed["毛衫"] == [("8.3", "not_met")]
    assert [] in missed.values()


def test_what_was_recognised_met_every_computed_clause():
    for application in of_demo().filter(state=State.RECOGNISED):
        assert (application.screening.not_met, application.screening.cannot_tell) == (0, 0)


def test_one_of_shandong_came_back_with_changed_figures():
    application = of_demo().get(call__code="demo", came_back=True)
    first, second = application.snapshots.order_by("number")
    assert {(one[0]) for one in changed_figures(first, second)} == {"sme_rd_expense", "standards_count"}
    assert application.state == State.SUBMITTED


def test_the_demo_county_can_open_an_application_for_one_cluster():
    office = Office.objects.get(user__email="county@jiqun.example")
    free = Cluster.objects.filter(lead=office.authority, sample=True, applications=None).get()
    call = Call.objects.get(code="demo")
    assert why_not_open(free, call, office) == ""
    assert not free.asks.filter(closed_at=None).exists()
    told = set(free.figures.values_list("year", flat=True))
    assert told == {call.year - 4, call.year - 3, call.year - 2}


def test_a_county_that_fell_short_last_year_has_a_draft_that_remembers():
    office = Office.objects.get(user__email="county@jiqun.example")
    draft = of_demo().get(call__code="demo", cluster__industry_words="智能电表")
    memory = memory_of(draft.cluster, draft.call, office, but=draft)
    assert (memory.application.call, memory.state) == (previous(), State.NOT_RECOMMENDED)
    found = {one.clause: (one.then.state, one.now.state) for one in memory.clauses}
    assert found == dict.fromkeys(("1.4", "5.2", "8.3"), ("not_met", "cannot_tell"))


def test_a_notice_has_ended_and_another_runs():
    ended, running = PublicNotice.objects.order_by("starts_on")
    now = timezone.now()
    assert ended.ends_at < now < running.ends_at
    assert (ended.working_days, running.working_days) == (5, 5)
    open_entries = ended.entries.filter(outcome="")
    assert [entry.application.state for entry in open_entries] == [State.IN_PUBLIC_NOTICE]


def test_the_ministry_stage_is_open_in_the_previous_call_only():
    assert Call.objects.get(code="demo").ministry_stage_opened_at is None
    assert previous().ministry_stage_opened_at is not None
    assert not Call.objects.open_now().filter(pk=previous().pk).exists()
    assert Call.objects.open_now().filter(code="demo").exists()


def test_the_sign_ins_work_and_nobody_else_of_the_demo_can_sign_in(rf, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    demo = User.objects.filter(is_demo=True)
    assert set(demo.filter(is_active=True).values_list("email", flat=True)) == {one.email for one in SIGN_INS}
    assert all(user.check_password(PASSWORD) for user in demo.filter(is_active=True))
    assert all(not user.has_usable_password() for user in demo.filter(is_active=False))
    inactive = demo.filter(is_active=False)[0]
    assert authenticate(rf.post("/"), email=inactive.email, password=PASSWORD) is None


def test_a_second_run_changes_nothing_and_says_so():
    def counts():
        return [model.objects.count() for model in (Application, Snapshot, Opinion, Event, User, Cluster, Recognition)]

    before = counts()
    said = run()
    assert counts() == before
    assert all(one.email in said for one in SIGN_INS)
    assert Deadline.objects.get(call__code="demo").closes_at == calls.end_of_following_year(timezone.now())


def test_a_closing_that_has_passed_is_moved_on_and_nothing_else():
    call = Call.objects.get(code="demo")
    year = call.year
    Deadline.objects.filter(call=call).update(closes_at=datetime(year, 1, 2, tzinfo=UTC))
    states = building.build()
    assert states.closes_at == calls.end_of_following_year(timezone.now())
    assert Call.objects.open_now().filter(code="demo", year=year).exists()
    assert building.build().closes_at is None


def test_the_demo_call_closes_with_the_end_of_the_following_year_in_china():
    loaded = datetime(2026, 12, 31, 17, tzinfo=UTC)  # the first hour of 2027 in China
    assert calls.end_of_following_year(loaded) == datetime(2028, 12, 31, 16, tzinfo=UTC)


def test_a_moment_is_moved_into_working_hours_of_the_same_day():
    night = datetime(2026, 5, 5, 19, 30, tzinfo=UTC)  # 3:30 on the sixth in China
    moved = timezone.localtime(by_day(night))
    assert (moved.date().isoformat(), 9 <= moved.hour < 18) == ("2026-05-06", True)


def test_the_demo_is_refused_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        run()
