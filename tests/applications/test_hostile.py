"""What nobody means, but somebody sends: odd addresses, old keys, impossible years, two at once."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from applications.actions import county, ministry, province
from applications.enums import Outcome, Reason, State
from applications.models import Application, NoticeEntry, PublicNotice, Snapshot
from applications.prescreening import rules_of
from clusters.actions import register_cluster
from clusters.forms import ClusterForm
from clusters.models import Ask, Cluster
from programmes.models import Quota
from recognitions.models import Recognition
from tests.applications.pages import browser, decide_address, sent, signed_in
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import (
    WHERE_TO_OBJECT,
    drafted,
    end_notice,
    fresh,
    in_notice,
    not_recommended,
    recommended,
    returned,
    shortlisted,
    using_a_place_of,
)  # fmt: skip
from tests.situations import submitted as handed_in
from tests.world import make_call
from workflow.refusals import Outdated, StepRefused

pytestmark = pytest.mark.django_db

ODD = ["\x00", "9" * 25, "-1", "١٢", "。、", "'\"<>", "1e5", "9999-12-31", "x" * 3000]
LISTED = ["q", "call", "tab", "after", "before", "industry", "verdict", "province", "page"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_address_of_a_list_is_answered(call, odd):
    handed_in(call)
    for client, address in ((signed_in(province=True), "/desk/"), (signed_in(ministry=True), "/ministry/")):
        for name in LISTED:
            assert client.get(address, {name: odd}).status_code in {200, 404}, (address, name)


@pytest.mark.parametrize("odd", [*ODD, "9-9", "0-0", f"{'9' * 20}-{'9' * 18}"])
def test_an_odd_form_of_a_cluster_is_answered(call, odd):
    client = signed_in(county=True)
    names = ["name", "lead", "industry_typed", "niche", "area_km2", "operator", "further", "further_query", "zone_name"]
    assert client.post("/clusters/new/", dict.fromkeys(names, odd)).status_code == 422


@pytest.mark.parametrize("odd", [0, 5, [], {}, False, None, "perhaps"])
def test_an_answer_that_is_none_of_ours_is_not_saved(call, odd):
    application = drafted(call)
    clause = next(rule.clause for rule in rules_of(call).rules if rule.asks_for_statement)
    said = {"statements": [{"clause": clause, "answer": odd, "words": "\x00属实", "version": 0}]}
    client = browser(application.opened_by)
    answer = client.post(
        reverse("application_save", args=[application.pk]), json.dumps(said), content_type="application/json"
    )
    assert answer.status_code == 400
    assert not application.statements.exists()


@pytest.mark.parametrize("day", ["9999-12-31", "9990-01-01", "0001-01-01"])
def test_a_year_nobody_means_is_asked_about(call, day):
    application, client = shortlisted(call), signed_in(ministry=True)
    said = {"starts_on": day, "working_days": 60, "document_number": "公示〔2025〕1号", "case": application.pk}
    response = client.post(reverse("ministry_notice", args=[call.code]), said)
    assert response.context["form"].errors["starts_on"]
    row = in_notice(call, lead="市中区")
    ministry.record_objections(end_notice(row), outcome=Outcome.NONE, words="", by=OfficeFactory(ministry=True))
    said = sent(fresh(row), document_number="工信部企业函〔2025〕1号", valid_from=day)
    assert client.post(decide_address(row, "recognise"), said).status_code == 422
    assert fresh(row).state == State.IN_PUBLIC_NOTICE


def test_a_half_filled_form_of_a_foreign_step_is_refused(call):
    """An invalid form is not answered with the page of a step that is not the reader's."""
    application = recommended(call)
    for step in ("shortlist", "decline", "recognise"):
        assert signed_in(province=True).post(decide_address(application, step), {}).status_code == 403
    assert signed_in(ministry=True).post(decide_address(application, "recommend"), {}).status_code == 403


def test_the_page_from_before_a_return_submits_nothing_and_says_so(call):
    application = returned(call)
    old = application.snapshot
    client = browser(application.opened_by)
    said = {"key": old.key, "version": 1, "declared": "on", "seen": old.digest, "unchanged": "True"}
    response = client.post(reverse("application_submit", args=[application.pk]), said)
    assert response.status_code == 409
    assert fresh(application).state == State.RETURNED
    assert Snapshot.objects.filter(application=application).count() == 1


def test_a_decided_case_is_not_opened_again_beside_a_newer_one(call):
    application = not_recommended(call)
    county.open_application(application.cluster, call, by=application.opened_by)
    client = signed_in(province=True)
    response = client.post(decide_address(application, "take_back"), sent(application, words="再看一次"))
    assert response.status_code == 409
    assert response.context["refusal"].code == "another_is_live"
    assert fresh(application).state == State.NOT_RECOMMENDED


def test_a_notice_is_published_once_and_its_key_says_one_thing(call):
    application, officer, key = shortlisted(call), OfficeFactory(ministry=True), uuid.uuid4()
    said = {"starts_on": timezone.localdate(), "working_days": 5, "contact": WHERE_TO_OBJECT, "key": key, "by": officer}
    first = ministry.publish_notice(call, [application], document_number="公示1号", **said)
    assert ministry.publish_notice(call, [application], document_number="公示1号", **said) == first
    with pytest.raises(StepRefused) as refusal:
        ministry.publish_notice(call, [application], document_number="公示2号", **said)
    assert refusal.value.code == "key_reused"
    with pytest.raises(StepRefused) as refusal:
        other = WHERE_TO_OBJECT | {"telephone": "1"}
        ministry.publish_notice(call, [application], document_number="公示1号", **said | {"contact": other})
    assert refusal.value.code == "key_reused"


def test_the_title_names_what_was_signed_not_what_the_register_says_since(call):
    row = in_notice(call)
    signed = row.cluster.name
    ministry.record_objections(end_notice(row), outcome=Outcome.NONE, words="", by=OfficeFactory(ministry=True))
    Cluster.objects.filter(pk=row.cluster_id).update(name="改了名的产业集群", niche="别的")
    ministry.recognise(
        fresh(row), key=uuid.uuid4(), version=None, document_number="工信部企业函〔2025〕1号",
        valid_from=timezone.localdate(), by=OfficeFactory(ministry=True),
    )  # fmt: skip
    title = Recognition.objects.get(granted_for=row.ask_key)
    assert (title.name, title.county_name) == (signed, "济南市历下区")


def test_of_two_who_change_a_cluster_from_the_same_page_one_is_told(country):
    office, cluster = OfficeFactory(county=True), ClusterFactory()
    first, second = (Cluster.objects.get(pk=cluster.pk) for _ in range(2))
    first.operator, second.operator = "甲管委会", "乙管委会"
    register_cluster(first, further=[], by=office)
    with pytest.raises(Outdated):
        register_cluster(second, further=[], by=office)
    cluster.refresh_from_db()
    assert (cluster.operator, cluster.version) == ("甲管委会", 2)


def test_a_name_taken_at_the_same_moment_is_said_at_its_field(country, monkeypatch):
    """Two people register one name at once: the second passed the form before the first was saved."""
    office, taken = OfficeFactory(county=True), ClusterFactory()
    said = {"name": "另一产业集群", "lead": "370102", "industry_typed": "3951", "niche": "智能家电"}
    real = ClusterForm.cluster

    def named_meanwhile(form):
        cluster = real(form)
        cluster.name = taken.name
        return cluster

    monkeypatch.setattr(ClusterForm, "cluster", named_meanwhile)
    response = browser(office).post("/clusters/new/", said)
    assert response.status_code == 409
    assert response.context["form"].errors["name"]
    assert Cluster.objects.count() == 1


def meanwhile(act):
    """Start an act in a connection of its own; return a way to wait for how it ended."""
    ended = []

    def run():
        try:
            act()
            ended.append("done")
        except StepRefused as refusal:
            ended.append(refusal.code)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()

    def outcome():
        thread.join(timeout=30)
        return ended[0]

    return outcome


@pytest.mark.django_db(transaction=True)
def test_an_objection_is_never_upheld_against_a_title_that_is_just_given():
    row, officer = in_notice(make_call()), OfficeFactory(ministry=True)
    entry = end_notice(row)
    ministry.record_objections(entry, outcome=Outcome.NONE, words="", by=officer)
    with transaction.atomic():
        ministry.recognise(
            fresh(row), key=uuid.uuid4(), version=None, document_number="工信部企业函〔2025〕1号",
            valid_from=timezone.localdate(), by=officer,
        )  # fmt: skip
        ended = meanwhile(
            lambda: ministry.record_objections(entry, outcome=Outcome.UPHELD, words="经核实成立。", by=officer)
        )
        threading.Event().wait(0.5)
    assert ended() == "wrong_state"
    assert NoticeEntry.objects.get(pk=entry.pk).outcome == Outcome.NONE


@pytest.mark.django_db(transaction=True)
def test_disqualifying_and_resubmitting_at_once_wait_for_each_other():
    """Both lock the figures before the application; the other way round each would hold what the other wants."""
    row = returned(make_call())
    officer = OfficeFactory(province=True)
    with transaction.atomic():
        Ask.objects.filter(opened_for=row.ask_key).close()
        ended = meanwhile(
            lambda: province.disqualify(
                row, key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT], words="虚报", by=officer
            )
        )
        threading.Event().wait(0.5)
        Application.objects.filter(pk=row.pk).update(came_back=True)
    assert ended() == "done"


@pytest.mark.django_db(transaction=True)
def test_publishing_pressed_twice_at_once_publishes_once():
    call = make_call()
    application, officer, key = shortlisted(call), OfficeFactory(ministry=True), uuid.uuid4()

    def publish():
        ministry.publish_notice(
            call, [application], starts_on=timezone.localdate() + timedelta(days=1), working_days=5,
            document_number="公示1号", contact=WHERE_TO_OBJECT, key=key, by=officer,
        )  # fmt: skip

    with transaction.atomic():
        publish()
        ended = meanwhile(publish)
        threading.Event().wait(0.5)
    assert ended() == "done"
    assert PublicNotice.objects.count() == 1


def test_disqualifying_frees_the_place_of_one_declined_in_secret(call):
    """A place is free again after disqualifying, also when the ministry had declined in secret."""
    row = shortlisted(call)
    officer = OfficeFactory(ministry=True)
    ministry.decline(row, key=uuid.uuid4(), version=None, reasons=[Reason.OTHER], words="择优", by=officer)
    province.disqualify(
        fresh(row), key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT], words="虚报", by=officer
    )
    quota = Quota.objects.get(call=call, authority=row.province)
    assert quota.used == using_a_place_of(quota).count() == 0
