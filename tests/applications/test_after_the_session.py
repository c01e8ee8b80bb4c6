"""A form that is sent after the session has ended leads to the page of the act, for whom that page is."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.helpers import PASSWORD
from tests.factories import OfficeFactory
from tests.situations import county_of, filled, fresh

pytestmark = pytest.mark.django_db


def after_signing_in(address: str, user) -> tuple[str, int]:
    """Send a form without a session, sign in as the page asks, and return where that leads and what it answers."""
    client = Client()
    asked = client.post(address, {"declared": "on", "words": "typed"})
    assert "typed" not in asked["Location"]
    form = client.get(asked["Location"]).context["form"]
    assert form is not None
    sent = {"login": user.email, "password": PASSWORD, "next": address}
    answer = client.post(asked["Location"], sent, follow=True)
    return answer.request["PATH_INFO"], answer.status_code


@pytest.mark.parametrize(
    ("act", "page"),
    [
        ("application_submit", "application_check"),
        ("application_save", "application"),
        ("application_withdraw", "application_withdraw"),
        ("application_replay", "application"),
    ],
)
def test_its_own_county_comes_to_the_page_of_the_act_and_nothing_was_done(call, act, page):
    application = filled(call)
    address = reverse(act, args=[application.pk])
    came_to = after_signing_in(address, county_of(application).user)
    assert came_to == (reverse(page, args=[application.pk]), 200)
    assert fresh(application).state == "draft"


def test_an_outsider_finds_nothing_there(call):
    application = filled(call)
    other = OfficeFactory(county=True, authority="黄岛区").user
    for act in ("application_submit", "application_save", "application_replay"):
        address = reverse(act, args=[application.pk])
        assert after_signing_in(address, other) == (address, 404)
