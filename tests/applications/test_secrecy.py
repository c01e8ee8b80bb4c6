"""Paired worlds: before the notice starts, nothing tells the ministry's secret choice from “recommended”."""

import difflib
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions import ministry, province
from applications.enums import Reason, State
from applications.models import Application
from tests.applications.pages import browser, decide_address, sent, text_of
from tests.factories import OfficeFactory
from tests.situations import WHERE_TO_OBJECT, county_of, end_notice, fresh, in_notice, recommended, submitted

pytestmark = pytest.mark.django_db

TABS = ["", "todo", "new", "back", "returned", "recommended", "not_recommended", "result", "ended", "all"]


def shortlist(call, application, officer):
    ministry.shortlist(fresh(application), key=uuid.uuid4(), version=None, words="择优", by=officer)


def decline(call, application, officer):
    ministry.decline(
        fresh(application), key=uuid.uuid4(), version=None, reasons=[Reason.OTHER], words="不再考虑", by=officer
    )


def decline_and_choose_again(call, application, officer):
    decline(call, application, officer)
    shortlist(call, application, officer)


def shortlist_and_put_back(call, application, officer):
    shortlist(call, application, officer)
    ministry.put_back(fresh(application), key=uuid.uuid4(), version=None, words="再议", by=officer)


def publish_for_tomorrow(call, application, officer):
    shortlist(call, application, officer)
    ministry.publish_notice(
        call, [fresh(application)], starts_on=timezone.localdate() + timedelta(days=1), working_days=5,
        document_number="公示〔2026〕9号", contact=WHERE_TO_OBJECT, key=uuid.uuid4(), by=officer,
    )  # fmt: skip


def decline_after_publishing_another(call, application, officer):
    other = Application.objects.filter(call=call, state=State.RECOMMENDED).exclude(pk=application.pk).get()
    publish_for_tomorrow(call, other, officer)
    decline(call, application, officer)


SECRETS = [
    shortlist, decline, decline_and_choose_again, shortlist_and_put_back, publish_for_tomorrow,
    decline_after_publishing_another,
]  # fmt: skip


def pages_of(application, clients) -> dict[str, str]:
    """Return every page that could tell, as everybody outside the ministry sees it."""
    case = reverse("application", args=[application.pk])
    desk = reverse("desk")
    seen = {}
    for who, client in clients.items():
        addresses = [case, *(f"{case}?tab={tab}" for tab in TABS), reverse("national_list"), reverse("notices")]
        if who == "province":
            addresses += [f"{desk}?tab={tab}" for tab in TABS]
            addresses += [
                f"{desk}?tab=all&q=智能",
                f"{desk}?tab=recommended&verdict=clean",
                f"{desk}?tab=recommended&industry=39",
            ]
            addresses += [
                decide_address(application, step) for step in ("take_back", "disqualify", "recommend", "shortlist")
            ]
        else:
            addresses += [reverse("home"), reverse("cluster", args=[application.cluster_id])]
        for address in addresses:
            response = client.get(address)
            seen[f"{who} {address}"] = f"{response.status_code} {text_of(response)}"
        # A page that is a day old answers the same, whatever the ministry has done meanwhile.
        for step in ("recommend", "take_back", "send_back"):
            said = {"key": "00000000-0000-4000-8000-000000000001", "version": application.version - 1, "register": 1,
                    "words": "x", "reasons": [Reason.OTHER], "due_at": "2099-01-01T10:00"}  # fmt: skip
            response = client.post(decide_address(application, step), said)
            seen[f"{who} POST {step}"] = f"{response.status_code} {text_of(response)}"
    return seen


def differing(one: str, other: str) -> list[str]:
    """Return the lines in which two pages differ."""
    return list(difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0))


@pytest.mark.parametrize("secret", SECRETS)
def test_before_the_notice_starts_two_worlds_look_the_same(call, secret):
    application, _other = recommended(call), recommended(call, lead="市中区")
    submitted(call)
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    clients = {"province": browser(OfficeFactory(province=True)), "county": browser(county_of(application))}
    application = fresh(application)
    before = pages_of(application, clients)
    assert sum(page.startswith("200") for page in before.values()) > 30
    secret(call, application, officer)
    after = pages_of(application, clients)
    assert {name: differing(before[name], after[name]) for name in before if before[name] != after[name]} == {}


def test_once_the_notice_starts_everybody_reads_the_choice(call):
    chosen, declined = recommended(call), recommended(call, lead="市中区")
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    publish_for_tomorrow(call, chosen, officer)
    decline(call, declined, officer)  # after the notice was published, before it starts
    Application.objects.filter(call=call).exclude(released_at=None).update(
        released_at=timezone.now() - timedelta(days=1)
    )
    client = browser(OfficeFactory(province=True))
    response = client.get(reverse("application", args=[declined.pk]))
    assert response.context["state"] == State.DECLINED
    assert "不再考虑" in response.content.decode()
    assert client.get(reverse("application", args=[chosen.pk])).context["state"] == State.IN_PUBLIC_NOTICE


def test_a_decline_after_publishing_is_released_with_that_notice(call):
    chosen, declined = recommended(call), recommended(call, lead="市中区")
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    publish_for_tomorrow(call, chosen, officer)
    decline(call, declined, officer)
    assert fresh(declined).released_at == fresh(chosen).released_at > timezone.now()


def test_a_disqualification_does_not_tell_what_was_chosen_before(call):
    application = recommended(call)
    officer, reviewer = OfficeFactory(ministry=True), OfficeFactory(province=True)
    ministry.open_stage(call, early=True, by=officer)
    shortlist(call, application, officer)
    row = fresh(application)
    said = sent(row, judged="", reasons=[Reason.FALSE_STATEMENT], words="核查发现虚报。")
    client = browser(reviewer)
    assert client.post(decide_address(row, "disqualify"), said).status_code == 302
    response = client.get(reverse("application", args=[row.pk]))
    newest = response.context["timeline"][0]
    assert (newest.state_from, newest.state_to) == ("recommended", "disqualified")
    assert [opinion.decision for opinion in response.context["opinions"]] == ["disqualify", "recommend"]
    by_ministry = browser(officer).get(reverse("application", args=[row.pk]))
    assert by_ministry.context["timeline"][0].state_from == "shortlisted"


def test_what_was_released_stays_released_after_a_disqualification(call):
    application = in_notice(call)
    end_notice(application)
    province.disqualify(
        fresh(application), key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT], words="虚报",
        by=OfficeFactory(province=True),
    )  # fmt: skip
    response = browser(OfficeFactory(province=True)).get(reverse("application", args=[application.pk]))
    assert response.context["timeline"][0].state_from == "in_public_notice"
