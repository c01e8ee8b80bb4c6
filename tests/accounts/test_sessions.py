"""Sessions end: by idleness, by age, by sign-out, by a new password, by a lost office."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import add_office, end_office
from accounts.middleware import BEGAN, SEEN
from tests.accounts.helpers import PASSWORD, PRIVATE, is_signed_in, sign_in, signed_in
from tests.factories import OfficeFactory, UserFactory
from tests.world import make_country

pytestmark = pytest.mark.django_db


def age(client: Client, **seconds: int) -> None:
    """Make a session as if it had begun or been used so many seconds earlier."""
    session = client.session
    for name, ago in seconds.items():
        session[{"began": BEGAN, "seen": SEEN}[name]] = int(time.time()) - ago
    session.save()


@pytest.fixture
def browser():
    client = signed_in(UserFactory())
    assert is_signed_in(client)
    return client


def test_a_session_ends_after_thirty_idle_minutes(browser):
    age(browser, seen=30 * 60 - 5)
    assert is_signed_in(browser)
    age(browser, seen=30 * 60 + 5)
    answer = browser.get(PRIVATE, follow=True)
    assert answer.redirect_chain == [(f"{reverse('account_login')}?next={PRIVATE}", 302)]
    assert "已自动退出" in answer.content.decode()
    assert not is_signed_in(browser)


def test_who_signs_in_again_after_the_idle_end_goes_on_in_the_same_office():
    office = OfficeFactory(county=True)
    province = OfficeFactory(user=office.user, province=True)
    client = signed_in(office.user)
    client.post(reverse("act_in_office"), {"office": province.pk})
    age(client, seen=31 * 60)
    assert client.get(reverse("desk")).status_code == 302
    sign_in(office.user.email, client=client)
    assert client.get(reverse("desk")).status_code == 200
    age(client, seen=31 * 60)
    client.get(reverse("desk"))
    other = OfficeFactory(county=True)
    sign_in(other.user.email, client=client)
    assert client.get(reverse("desk")).status_code == 403, "an office of nobody else"


def test_use_keeps_a_session_from_being_idle(browser):
    age(browser, seen=20 * 60)
    assert is_signed_in(browser)
    assert browser.session[SEEN] >= int(time.time()) - 5


def test_what_a_page_asks_by_itself_keeps_no_session_from_being_idle(browser):
    """Such as the progress of a simulation, whose page may stand open all night."""
    age(browser, seen=29 * 60)
    assert browser.get(PRIVATE, headers={"X-Unattended": "1"}).status_code == 200
    assert browser.session[SEEN] <= int(time.time()) - 29 * 60
    age(browser, seen=31 * 60)
    assert browser.get(PRIVATE, headers={"X-Unattended": "1"}).status_code == 302


def test_one_press_prolongs_an_idle_session_but_never_the_eight_hours(browser):
    address = reverse("session")
    age(browser, began=100, seen=27 * 60)
    assert browser.get(address, headers={"X-Unattended": "1"}).json() == {"seconds": 180, "is_final": False}
    assert browser.post(address).json() == {"seconds": 1800, "is_final": False}
    age(browser, began=8 * 3600 - 200, seen=29 * 60)
    assert browser.post(address).json() == {"seconds": 200, "is_final": True}
    assert 'data-session-left="200" data-final' in browser.get(PRIVATE).content.decode()


def test_a_part_of_a_page_asked_for_after_the_session_ended_brings_the_page_anew_and_no_sign_in_inside_it():
    answer = Client().get(PRIVATE, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("HX-Refresh"), answer.content) == (200, "true", b"")


def test_a_session_ends_after_eight_hours_however_busy(browser):
    age(browser, began=8 * 3600 - 5, seen=0)
    assert is_signed_in(browser)
    age(browser, began=8 * 3600 + 5, seen=0)
    assert not is_signed_in(browser)


def test_signing_out_ends_every_session_of_the_person_and_no_other():
    user, other = UserFactory(), UserFactory()
    here, there, elsewhere = signed_in(user), signed_in(user), signed_in(other)
    assert here.post(reverse("account_logout")).status_code == 302
    assert [is_signed_in(client) for client in (here, there, elsewhere)] == [False, False, True]


def test_signing_out_needs_a_post(browser):
    assert browser.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(browser)


def test_a_new_password_ends_every_session():
    user = UserFactory()
    here, there = signed_in(user), signed_in(user)
    new = "another-word-2"
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert [is_signed_in(here), is_signed_in(there)] == [False, False]
    assert is_signed_in(signed_in(user, new))


def test_closing_an_account_ends_its_sessions(browser):
    from accounts.models import User

    User.objects.update(is_active=False)
    assert not is_signed_in(browser)


def test_a_lost_or_new_office_ends_the_sessions():
    office = OfficeFactory(county=True)
    client = signed_in(office.user)
    add_office(office.user.email, "", "province", "山东省")
    assert not is_signed_in(client)
    client = signed_in(office.user)
    end_office(office)
    assert not is_signed_in(client)


def test_the_cookie_of_a_session_ends_with_the_browser_and_no_script_reads_it():
    client = signed_in(UserFactory())
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], bool(cookie["httponly"]), cookie["samesite"]) == ("", "", True, "Lax")


def test_an_office_begins_and_ends_at_midnight_in_beijing():
    from datetime import timedelta

    from django.db import connection

    from accounts.models import Office

    make_country()
    office = OfficeFactory(county=True)
    with connection.cursor() as cursor:
        cursor.execute("select (statement_timestamp() at time zone 'Asia/Shanghai')::date")
        today = cursor.fetchone()[0]
    is_held = {}
    for days in (-1, 0, 1):
        Office.objects.update(valid_from=None, valid_to=today + timedelta(days=days))
        ends = Office.objects.in_force().filter(pk=office.pk).exists()
        Office.objects.update(valid_from=today + timedelta(days=days), valid_to=None)
        is_held[days] = (ends, Office.objects.in_force().filter(pk=office.pk).exists())
    assert is_held == {-1: (False, True), 0: (False, True), 1: (True, False)}
