"""Every link and button on a county's pages, in every state, before and after the deadline, leads where it says."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.enums import State
from applications.models import Application
from clusters.actions import open_ask
from programmes.models import Deadline
from tests.applications.pages import browser
from tests.factories import ClusterFactory, OfficeFactory
from tests.portal.rows import listed
from tests.situations import IN_STATE, county_of, drafted, filled, tell

pytestmark = pytest.mark.django_db
OWN = ("/applications/", "/clusters/", "/work/")
# Read as recommended by everybody but the ministry (tests/security/test_paired_worlds.py).
AS_RECOMMENDED = {State.SHORTLISTED, State.DECLINED}
LATE = [State.DRAFT, State.SUBMITTED, State.RETURNED, State.RECOMMENDED, State.NOT_RECOMMENDED]
SHOWN = [one for one in IN_STATE if one not in AS_RECOMMENDED]


class Ways(HTMLParser):
    """The links and the buttons in the content of a page: each button as the address and the fields it sends."""

    def __init__(self, page: str, address: str):
        super().__init__()
        self.links, self.forms, self.buttons, self.loose = [], {}, [], []
        self.address, self.form, self.is_content = address, None, False
        self.feed(page)
        for own, name, value in self.loose:
            self.forms[own]["fields"][name] = value
        self.sent = [
            (to or self.forms[own]["to"], self.forms[own]["fields"] | extra) for own, to, extra in self.buttons
        ]

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "main":
            self.is_content = True
        elif tag == "form":
            self.form = told.get("id") or len(self.forms)
            self.forms[self.form] = {"to": told.get("action", self.address), "fields": {}, "method": told.get("method")}
        elif not self.is_content:
            return
        elif tag == "a":
            self.links.append(told["href"])
        elif tag == "button" and told.get("type", "submit") == "submit":
            extra = {told["name"]: told.get("value", "")} if "name" in told else {}
            self.buttons.append((told.get("form") or self.form, told.get("formaction"), extra))
        elif tag in {"input", "textarea"} and "name" in told and "disabled" not in told:
            if told.get("type") == "submit":
                self.buttons.append((told.get("form") or self.form, None, {told["name"]: told.get("value", "")}))
            elif told.get("type") not in {"checkbox", "radio"} or "checked" in told or told["name"] == "declared":
                empty = "已核实。" if told["name"].startswith("reason-") else "on" if told["name"] == "declared" else ""
                value = told.get("value") or empty
                self.loose.append((told.get("form") or self.form, told["name"], value))

    def handle_endtag(self, tag):
        if tag == "main":
            self.is_content = False
        elif tag == "form":
            self.form = None


def walked(client) -> dict[str, Ways]:
    """Follow every link among the county's own pages from its work, and return each page with its ways."""
    found, waiting = {}, [reverse("home")]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, f"a link leads to {address}: {answer.status_code}"
        found[address] = Ways(answer.content.decode(), address)
        for link in found[address].links:
            to = address.partition("?")[0] + link if link.startswith("?") else link.partition("#")[0]
            if to.startswith(OWN) and to not in found and to not in waiting:
                waiting.append(to)
    return found


def refused(client, pages: dict[str, Ways]) -> list[tuple[str, str, int]]:
    """Press every button, each as if it were the only one pressed; return those that were refused.

    422 asks for what was not typed into a form of the register.
    """
    found = []
    for page, ways in pages.items():
        for address, fields in ways.sent:
            with transaction.atomic():
                status = client.post(address, fields).status_code
                transaction.set_rollback(True)
            if status >= 400 and status != 422:
                found.append((page, address, status))
    return found


def too_late(call) -> None:
    """Let every deadline of the call and every due date of a return pass."""
    past = timezone.now() - timedelta(minutes=1)
    Deadline.objects.filter(call=call).update(closes_at=past)
    Application.objects.filter(call=call, state=State.RETURNED).update(due_at=past)


@pytest.mark.parametrize(("state", "is_late"), [(one, False) for one in SHOWN] + [(one, True) for one in LATE])
def test_every_link_leads_to_a_page_and_no_button_is_refused(call, state, is_late):
    by = OfficeFactory(county=True)
    application = (filled if state == State.DRAFT else IN_STATE[state])(call, by=by)
    if state == State.RETURNED:  # one that was not changed is asked about, once
        tell(application, {"gross_output": ("", "", "81")}, by=by)
    if is_late:
        too_late(call)
    client = browser(by)
    pages = walked(client)
    assert reverse("application", args=[application.pk]) in pages or state not in {State.DRAFT, State.RETURNED}
    assert reverse("cluster", args=[application.cluster_id]) in pages
    assert refused(client, pages) == []


def test_an_empty_draft_and_a_neighbour_meet_no_wall_either(call, country):
    application = drafted(call)
    application.cluster.further.add(country["市中区"])
    for authority in ("历下区", "市中区"):
        client = browser(OfficeFactory(county=True, authority=authority))
        assert refused(client, walked(client)) == []


def test_no_application_is_offered_for_a_cluster_whose_real_title_counts_in_the_sample_programme(call):
    office, cluster = OfficeFactory(county=True, authority="历下区"), ClusterFactory(lead="历下区")
    address = f'action="{reverse("application_open", args=[cluster.pk])}"'
    assert address in browser(office).get(reverse("home")).content.decode()
    listed(cluster=cluster)
    assert address not in browser(office).get(reverse("home")).content.decode()


def test_a_missing_declaration_leads_to_its_place(call):
    application = filled(call)
    sent = Ways(
        (page := browser(county_of(application)))
        .get(reverse("application_check", args=[application.pk]))
        .content.decode(),
        reverse("application_check", args=[application.pk]),
    ).sent
    address, fields = next(one for one in sent if one[0].endswith("/submit/"))
    answer = page.post(address, {name: value for name, value in fields.items() if name != "declared"})
    assert answer.status_code == 409 and '<a href="#declared">' in answer.content.decode()


def test_the_page_of_a_cluster_lists_its_figures_in_the_order_of_the_form(call):
    application, asked = filled(call), call.form_version.indicators[::-1]
    open_ask(application.cluster, application.ask_key, indicators=asked, years=call.years_asked)
    address = reverse("cluster", args=[application.cluster_id])
    page = browser(county_of(application)).get(address).context["figures"]
    told = [code for code, _label, _cells in page["rows"]]
    assert told == [code for code in asked if code in told] and len(told) > 2
