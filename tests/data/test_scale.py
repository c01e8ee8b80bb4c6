"""Synthetic applications for measurements are like real ones where it counts, and go away without a trace."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from applications import snapshots
from applications.enums import LIVE, State
from applications.models import Application, NoticeEntry, Opinion, Projection, PublicNotice, Screening, Snapshot
from applications.prescreening import count, live
from applications.scale import figure_sets, running
from clusters.models import Cluster
from programmes.models import Call, Programme, Quota
from recognitions.models import Recognition
from tests.reference import load
from tests.situations import using_a_place_of

APPLICATIONS = 1_200


def rows():
    """Return how many rows each table has that the seed writes into."""
    tables = (
        Application,
        Snapshot,
        Projection,
        Screening,
        Opinion,
        NoticeEntry,
        PublicNotice,
        Recognition,
        Cluster,
        Call,
    )
    return {table.__name__: table.objects.count() for table in tables}


@pytest.fixture(scope="module")
def before():
    return {}


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker, before):
    """The reference data and a small seed, once for this file, from few sets of figures."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(figure_sets, "SETS", 12)
        patched.setattr("applications.scale.seeding.SETS", 12)
        patched.setattr("applications.scale.seeding.BLOCK", 500)
        patched.setattr("applications.scale.running.BLOCK", 500)
        load()
        before.update(rows())
        running.seed(APPLICATIONS, lambda words: None)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")  # every reference is checked here and now
            cursor.execute("set constraints all deferred")
        yield
        transaction.set_rollback(True)


def of_seed():
    return Application.objects.filter(call__programme__code="scale")


def test_as_many_applications_as_asked_for_stand_in_twelve_calls():
    assert of_seed().count() == APPLICATIONS
    assert Call.objects.filter(programme__code="scale").count() == 12
    assert Programme.objects.get(code="scale").sample


def test_no_row_of_the_seed_is_among_the_real_ones():
    assert Recognition.objects.real().count() == 159
    assert Recognition.objects.samples().count() == of_seed().filter(state=State.RECOGNISED).count() > 0
    assert Cluster.objects.filter(sample=False).count() == 159
    assert all("示例" in name for name in Cluster.objects.filter(sample=True).values_list("name", flat=True))


def test_the_projection_rebuilt_from_a_snapshot_is_the_stored_one():
    found = Snapshot.objects.filter(application__in=of_seed()).select_related("projection", "application__call")
    assert found.count() == APPLICATIONS - of_seed().filter(state=State.DRAFT).count()
    for snapshot in found[:200]:
        assert snapshot.projection.figures == snapshots.project(snapshot, snapshot.application.call.year)


def test_the_digest_is_that_of_the_content_and_the_content_is_canonical():
    for snapshot in Snapshot.objects.filter(application__in=of_seed())[:200]:
        assert snapshots.digest(snapshot.content) == snapshot.digest
        assert snapshots.canonical(json.loads(snapshot.content)) == snapshot.content


def test_a_snapshot_holds_what_a_real_submission_freezes():
    application = of_seed().exclude(snapshot=None).select_related("call", "cluster__lead", "snapshot")[0]
    frozen = json.loads(application.snapshot.content)
    real = snapshots.content_of(application, snapshots.figures_in(application.snapshot), frozen["remarks"])
    assert frozen.keys() == real.keys()
    for part in ("format", "call", "rule_set", "form_version", "cluster", "figures"):
        assert frozen[part] == real[part], part


def test_the_findings_are_those_of_the_rules():
    found = Screening.objects.filter(snapshot__application__in=of_seed())
    for screening in found.select_related("snapshot__application__call__rule_set").order_by("-id")[:40]:
        findings = live(screening.snapshot.application, snapshots.figures_in(screening.snapshot))
        assert [one.as_json() for one in findings] == screening.findings
        counted = count(findings)
        assert {name: getattr(screening, name) for name in counted} == counted


def test_every_application_points_at_its_own_snapshot_and_screening():
    for application in of_seed().exclude(snapshot=None).select_related("snapshot", "screening"):
        assert application.snapshot.application_id == application.pk
        assert application.screening.snapshot_id == application.snapshot_id


def test_a_cluster_has_one_live_application_a_call_and_wins_last():
    seen = set()
    for application in of_seed().filter(state__in=sorted(LIVE)):
        assert (application.cluster_id, application.call_id) not in seen
        seen.add((application.cluster_id, application.call_id))
    for application in of_seed().filter(state=State.RECOGNISED).select_related("call"):
        assert not of_seed().filter(cluster=application.cluster_id, call__year__gt=application.call.year).exists()


def test_every_authority_has_applications_and_its_places_are_counted(before):
    quotas = Quota.objects.filter(call__programme__code="scale")
    assert quotas.count() == 12 * 37
    for quota in quotas:
        assert quota.used == using_a_place_of(quota).count()
    assert {quota.places for quota in quotas} == {None}


def test_opinions_replace_each_other_without_forks():
    won = of_seed().filter(state=State.RECOGNISED)[0]
    given = list(won.opinions.order_by("id"))
    assert [opinion.decision for opinion in given] == ["recommend", "shortlist", "recognise"]
    assert [opinion.replaces_id for opinion in given] == [None, None, given[1].pk]


def test_later_rows_come_after_those_of_the_seed():
    last = Cluster.objects.order_by("-pk")[0].pk
    assert Cluster.objects.create(name="another").pk > last


def test_a_second_seed_is_refused_and_so_is_none():
    for arguments in (["--applications", "10"], ["--applications", "0"]):
        with pytest.raises(CommandError):
            call_command("seed_scale", *arguments, stdout=StringIO())


def test_production_has_no_synthetic_applications(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("seed_scale", "--applications", "10", stdout=StringIO())


def test_removing_leaves_everything_as_it_was(before):
    call_command("seed_scale", "--remove", stdout=StringIO())
    assert rows() == before
    assert not Programme.objects.filter(code="scale").exists()
    assert not running.exists()
