"""Submission: frozen exactly, once, in time, and only what was seen."""

import json
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from applications import prescreening, problems, snapshots
from applications.actions import county
from applications.models import Application, Projection, Screening, Snapshot
from applications.problems import blocking, problems_of
from clusters.actions import Cell, tell_figures
from clusters.models import Ask, YearFigure
from programmes.models import Deadline
from tests.factories import OfficeFactory
from tests.situations import changed_figures, drafted, filled, fresh, returned, submitted, tell
from workflow.refusals import DeadlinePassed, Outdated, StepNotAllowed, StepRefused


def send(application, *, by, **more):
    more = {"key": uuid.uuid4(), "declared": True, "version": application.version} | more
    return county.submit(application, by=by, **more)


def test_the_snapshot_freezes_what_was_told_with_its_digest_projection_and_screening(call):
    application = submitted(call)
    snapshot = application.snapshot
    content = json.loads(snapshot.content)
    assert content["figures"]["gross_output"] == {"2022": "60", "2023": "70", "2024": "80"}
    assert content["figures"]["iiot_rate"] == {"2024": "0.2"}
    assert snapshot.digest == snapshots.digest(snapshot.content)
    assert snapshots.canonical(content) == snapshot.content
    assert Projection.objects.get(snapshot=snapshot).figures == snapshots.project(snapshot, call.year)
    again = prescreening.live(snapshot.application, snapshots.figures_in(snapshot))
    assert [finding.as_json() for finding in again] == Screening.objects.get(snapshot=snapshot).findings


def test_figures_cannot_be_changed_once_they_are_frozen(call):
    by = OfficeFactory(county=True)
    application = submitted(call, by=by)
    ask = Ask.objects.get(opened_for=application.ask_key)
    with pytest.raises(StepNotAllowed):
        tell_figures(ask, [Cell("gross_output", 2024, "99", 1)], by=by)


def test_pressing_twice_or_after_a_lost_answer_submits_once(call):
    by, key = OfficeFactory(county=True), uuid.uuid4()
    application = filled(call, by=by)
    first = send(application, by=by, key=key)
    assert send(application, by=by, key=key) == first
    assert Snapshot.objects.count() == 1


def test_a_key_of_another_application_is_refused(call):
    by, key = OfficeFactory(county=True), uuid.uuid4()
    send(filled(call, by=by), by=by, key=key)
    with pytest.raises(StepRefused) as refusal:
        send(filled(call, by=by), by=by, key=key)
    assert (refusal.value.code, refusal.value.status) == ("key_reused", 409)


def test_without_the_declaration_nothing_is_submitted(call):
    by = OfficeFactory(county=True)
    with pytest.raises(StepRefused) as refusal:
        send(filled(call, by=by), by=by, declared=False)
    assert refusal.value.code == "not_declared"


@pytest.mark.parametrize("typed", ["1e5", "1_000", "٣", "NaN", "12亿元", "1,00"])
def test_text_that_cannot_be_read_blocks_submission_but_never_saving(call, typed):
    by = OfficeFactory(county=True)
    application = filled(call, by=by)
    tell(application, {"gross_output": ("60", "70", typed)}, by=by)
    with pytest.raises(StepRefused) as refusal:
        send(application, by=by)
    assert refusal.value.code == "blocked"


@pytest.mark.parametrize("typed", ["-5", "1.2345678"])
def test_a_value_outside_the_catalogue_blocks_submission(call, typed):
    by = OfficeFactory(county=True)
    application = filled(call, by=by)
    tell(application, {"gross_output": ("60", "70", typed)}, by=by)
    with pytest.raises(StepRefused, match=r"\d"):
        send(application, by=by)


def test_every_warning_needs_a_reason_before_submission(call):
    by = OfficeFactory(county=True)
    application = filled(call, by=by)
    tell(application, {"gross_output": ("60", "70", "7000")}, by=by)
    with pytest.raises(StepRefused):
        send(application, by=by)
    rows = YearFigure.objects.asked_of(application.cluster_id, application.call)
    warnings = [one.code for one in blocking(application, problems_of(application, list(rows)))]
    assert warnings[0] == "jump:gross_output:2024"
    for code in warnings:
        with pytest.raises(StepRefused):
            send(application, by=by)
        county.give_reason(application, code, "龙头企业整体迁入。", by=by)
    assert send(application, by=by).number == 1


def test_what_changed_in_another_tab_is_not_signed_unseen(call):
    by = OfficeFactory(county=True)
    application = filled(call, by=by)
    seen = problems.digest_now(application)
    tell(application, {"gross_output": ("60", "70", "81")}, by=by)
    with pytest.raises(Outdated):
        send(application, by=by, seen=seen)
    assert not Snapshot.objects.exists()
    assert send(application, by=by, seen=problems.digest_now(application)).number == 1


@pytest.mark.parametrize(("offset", "is_late"), [(-1, True), (0, True), (30, False)])
def test_the_deadline_of_the_province_counts_for_its_counties(call, country, offset, is_late):
    by = OfficeFactory(county=True)
    application = filled(call, by=by)
    now = Application.objects.seen(by).get(pk=application.pk).clock  # the clock of this transaction
    Deadline.objects.create(
        call=call, authority=country["山东省"], authority_path="national:cn/370000/", level_below="county",
        closes_at=now + timedelta(seconds=offset),
    )  # fmt: skip
    if is_late:
        with pytest.raises(DeadlinePassed, match="山东省"):
            send(application, by=by)
    else:
        assert send(application, by=by).number == 1


def test_without_a_deadline_of_the_province_the_ministrys_counts(call):
    by = OfficeFactory(county=True)
    application = filled(call, by=by)
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(DeadlinePassed, match=r"工业和信息化部|the ministry"):
        send(application, by=by)


def test_a_returned_one_obeys_its_own_due_time(call, country):
    by = OfficeFactory(county=True)
    application = returned(call, by=by)
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(hours=1))
    tell(application, {"gross_output": ("60", "70", "82")}, by=by)
    second = send(fresh(application), by=by)
    first = Snapshot.objects.get(application=application, number=1)
    assert changed_figures(first, second) == [("gross_output", 2024, Decimal(80), Decimal(82))]
    assert fresh(application).came_back


def test_a_returned_one_is_refused_after_its_due_time(call):
    by = OfficeFactory(county=True)
    application = returned(call, by=by)
    Application.objects.filter(pk=application.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(DeadlinePassed):
        send(fresh(application), by=by)


def test_a_cluster_has_one_live_application_in_a_call(call):
    by = OfficeFactory(county=True)
    application = drafted(call, by=by)
    with pytest.raises(StepRefused):
        county.open_application(application.cluster, call, by=by)
    county.withdraw(application, version=application.version, words="", by=by)
    assert county.open_application(application.cluster, call, by=by).pk != application.pk


def test_nothing_is_opened_that_could_not_be_submitted(call, country):
    by = OfficeFactory(county=True)
    Deadline.objects.create(
        call=call, authority=country["山东省"], authority_path="national:cn/370000/", level_below="county",
        closes_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="山东省") as refusal:
        drafted(call, by=by)
    assert refusal.value.code == "not_open"
    assert not Application.objects.exists()
