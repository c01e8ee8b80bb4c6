"""A form that is sent after the session has ended leads to the page of the act, for whom that page is."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.middleware import SignedIn
from tests.accounts.helpers import PASSWORD
from tests.factories import OfficeFactory
from tests.situations import county_of, filled, fresh, shortlisted

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


def said_after(client: Client, address: str, user, was=None, **headers) -> list[str]:
    """Send a form after the session of `was` ended, sign in, and return what the pages after that say."""
    client.force_login(was or user)
    client.get(reverse("national_list"))
    del client.cookies["sessionid"]
    asked = client.post(address, {"words": "typed"}, headers=headers)
    client.get(asked["Location"])
    answer = client.post(asked["Location"], {"login": user.email, "password": PASSWORD, "next": address}, follow=True)
    return [str(one) for one in answer.context["messages"]]


@pytest.mark.parametrize(
    ("act", "named"),
    [
        ("application_submit", "提交"),
        ("application_area", "登记"),
        ("application_replay", "复算预审"),
        ("application_withdraw", "没有办理"),
        ("application_check", "没有办理"),
    ],
)
def test_what_fell_away_with_the_session_is_said_once_where_it_can_be_done_again(call, act, named):
    application, client = filled(call), Client()
    address, user = reverse(act, args=[application.pk]), county_of(application).user
    [said] = said_after(client, address, user)
    assert "没有办理" in said and named in said and str(application.pk) not in said
    assert not list(client.get(address, follow=True).context["messages"])


def test_a_download_and_an_application_that_fell_away_are_named_too(call):
    application = filled(call)
    user = county_of(application).user
    packet = reverse("application_packet", args=[application.pk, "pdf"])
    assert "下载卷宗" in said_after(Client(), packet, user)[0]
    apply = reverse("application_open", args=[application.cluster_id])
    assert "申报" in said_after(Client(), apply, user)[0]


def test_no_script_and_no_open_line_reads_which_act_fell_away(settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = Client().post(reverse("account_change_password")).cookies[SignedIn.FELL_AWAY]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["max-age"]) == (True, True, "Lax", 1800)


def test_nothing_is_said_to_somebody_else_who_signs_in_after_it(call):
    application = filled(call)
    address, owner = reverse("application_submit", args=[application.pk]), county_of(application).user
    other = OfficeFactory(county=True, authority="黄岛区").user
    assert said_after(Client(), address, other, was=owner) == []
    assert len(said_after(Client(), address, owner)) == 1


def test_nothing_is_said_of_what_a_script_sends_again_or_of_another_page(call):
    application, client = filled(call), Client()
    user = county_of(application).user
    save, check = (reverse(name, args=[application.pk]) for name in ("application_save", "application_check"))
    assert said_after(Client(), save, user, sec_fetch_mode="cors") == []
    client.force_login(user)
    client.get(check)
    del client.cookies["sessionid"]
    client.post(save, {"words": "typed"})
    client.force_login(user)
    assert not list(client.get(check).context["messages"])


@pytest.mark.parametrize(("act", "is_secret"), [("decline", True), ("disqualify", False)])
def test_of_a_confidential_step_it_is_said_that_its_words_are_not_kept(call, act, is_secret):
    application, client = shortlisted(call), Client()
    address, user = reverse("decide", args=[application.pk, act]), OfficeFactory(ministry=True).user
    client.force_login(user)
    client.get(reverse("national_list"))
    del client.cookies["sessionid"]
    client.post(address, {"words": "typed"})
    client.force_login(user)
    said = "保密环节填写的内容不予保存"
    page = client.get(address)
    assert page.status_code == 200 and (said in page.content.decode()) is is_secret
    assert said not in client.get(address).content.decode()


def test_every_form_of_a_confidential_step_can_say_so():
    forms = [one.read_text() for one in Path("templates").rglob("*.html")]
    secret = [text for text in forms if "data-secret" in text.replace("data-secret-words", "")]
    assert len(secret) > 4 and all("partials/not_kept.html" in text for text in secret)
