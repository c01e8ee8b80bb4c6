"""From shortlisted back to candidate, and what those who decide read of a notice that has not begun."""

import uuid

import pytest
from django.urls import reverse

from applications import history
from applications.actions import ministry
from applications.desk import Desk
from applications.enums import TO_BE_PUBLISHED, Decision, State
from applications.filters import Filters
from applications.models import Application, Opinion
from applications.querysets import seen_in
from audit.enums import Audience
from audit.models import Event
from tests.applications.pages import browser, chosen, decide_address, sent, sent_together, signed_in
from tests.factories import OfficeFactory
from tests.situations import declined, end_notice, fresh, in_notice, province_of, shortlisted

pytestmark = pytest.mark.django_db


def test_a_shortlisted_case_is_put_back_with_a_reason_and_can_be_chosen_again(call):
    row, client = shortlisted(call), signed_in(ministry=True)
    address = decide_address(row, "put_back")
    assert "移回候选" in client.get(row.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, sent(row, state_seen="shortlisted")).status_code == 422
    before = row.version
    assert client.post(address, sent(row, state_seen="shortlisted", words="再议。")).status_code == 302
    row = fresh(row)
    assert (row.state, row.version, row.released_at) == (State.RECOMMENDED, before, None)
    event = Event.objects.get(action="applications.put_back")
    assert (event.audience, event.state_from, event.state_to) == (Audience.MINISTRY, "shortlisted", "recommended")
    page = client.get(row.get_absolute_url()).content.decode()
    assert "将其移回候选" in page and "再议。" in page
    assert client.post(decide_address(row, "shortlist"), sent(row, state_seen="recommended")).status_code == 302
    assert fresh(row).state == State.SHORTLISTED


def test_what_was_put_back_is_told_to_nobody_else(call):
    row = shortlisted(call)
    ministry.put_back(row, key=uuid.uuid4(), version=None, words="再议。", by=OfficeFactory(ministry=True))
    assert Opinion.objects.filter(decision=Decision.PUT_BACK).exists()
    reviewer = province_of(row)
    response = browser(reviewer).get(row.get_absolute_url())
    assert [opinion.decision for opinion in response.context["opinions"]] == ["recommend"]
    assert "再议" not in response.content.decode() and "移回" not in response.content.decode()
    assert browser(reviewer).get(decide_address(row, "put_back")).status_code == 403


@pytest.mark.parametrize("reached", [in_notice, declined])
def test_nothing_is_put_back_once_its_notice_is_published(call, reached):
    row, client = reached(call), signed_in(ministry=True)
    assert "put_back" not in {step["name"] for step in client.get(row.get_absolute_url()).context["steps"]}
    assert client.post(decide_address(row, "put_back"), sent(row, words="再议。")).status_code == 403
    assert fresh(row).state == row.state


def test_several_are_put_back_from_the_list_and_one_from_the_slate(call):
    rows, client = [shortlisted(call), shortlisted(call, lead="市中区")], signed_in(ministry=True)
    address = reverse("ministry_together", args=["put_back"])
    assert address in client.get(reverse("ministry"), {"tab": "shortlisted"}).content.decode()
    assert (
        decide_address(rows[0], "put_back") in client.get(reverse("ministry_slate", args=[call.code])).content.decode()
    )
    said = sent_together(*map(fresh, rows), words="再议。")
    assert chosen(client, "put_back", *rows).status_code == 200
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 302  # pressed twice
    assert {fresh(row).state for row in rows} == {State.RECOMMENDED}
    assert Opinion.objects.filter(decision=Decision.PUT_BACK).count() == 2


def test_a_notice_that_has_not_begun_reads_to_come_for_those_who_decide(call):
    running, coming = in_notice(call), in_notice(call, lead="市中区", starts_in_days=3)
    officer = OfficeFactory(ministry=True)
    client = browser(officer)
    assert fresh(coming, officer).state_shown_to(officer) == "待公示"
    page = client.get(coming.get_absolute_url()).content.decode()
    assert "待公示" in page and "公示中" not in page
    for tab, row in (("upcoming", coming), ("notice", running)):
        response = client.get(reverse("ministry"), {"tab": tab})
        assert [one.pk for one in response.context["rows"]] == [row.pk]
    entries = client.get(reverse("ministry_entries", args=[coming.notice_entries.get().notice_id])).content.decode()
    assert "待公示" in entries and "公示中" not in entries
    counts = Desk(officer, call, Filters()).counts()
    assert (counts["upcoming"], counts["notice"]) == (1, 1)


def test_everybody_else_goes_on_reading_recommended_until_it_begins(call):
    row = in_notice(call, starts_in_days=3)
    for office in (province_of(row), OfficeFactory(county=True, authority=row.cluster.lead)):
        page = browser(office).get(row.get_absolute_url()).content.decode()
        assert "已推荐" in page and "待公示" not in page and "公示中" not in page
        assert not Application.objects.filter(seen_in(office, TO_BE_PUBLISHED)).exists()
    end_notice(row)
    assert fresh(row).state_shown_to(province_of(row)) == "公示中"
    assert next(line.state_to for line in history.told_to(fresh(row), province_of(row))) == "in_public_notice"
