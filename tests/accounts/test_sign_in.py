"""Signing in: who gets in, what everybody else learns, and what slows a guesser."""

import re
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import Limit
from audit.models import Event
from tests.accounts.helpers import PASSWORD, SIGN_IN, do_what_waits, is_signed_in, sign_in, signed_in
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db


def same_for_everybody(page: str, *names: str) -> str:
    """Return a page without its token and without the address that was typed."""
    page = re.sub(r'(name="csrfmiddlewaretoken" value|name="csrf-token" content)="\w+"', "", page)
    for name in names:
        page = page.replace(name, "ADDRESS")
    return page


def test_a_person_signs_in_with_address_and_password_and_comes_to_their_work():
    user = OfficeFactory(county=True).user
    answer = sign_in(user.email.upper())
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


def test_signing_in_leads_back_to_the_page_that_was_wanted():
    user = OfficeFactory(county=True).user
    wanted = reverse("mfa_index")
    client = Client()
    asked = client.get(wanted)
    assert asked["Location"] == f"{SIGN_IN}?next={wanted}"
    answer = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted


def test_signing_in_never_leads_to_another_site():
    user = OfficeFactory(county=True).user
    answer = Client().post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": "https://example.com/"})
    assert answer["Location"] == reverse("home")


def test_signing_in_gives_a_new_session_key():
    user = UserFactory()
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["before"] = "here"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(user.email, client=client)
    assert client.session.session_key != before
    assert is_signed_in(client)


def test_known_and_unknown_people_get_the_same_answer():
    user = UserFactory()
    known = sign_in(user.email, "wrong")
    unknown = sign_in("nobody@example.org", "wrong")
    assert known.status_code == unknown.status_code == 200
    assert same_for_everybody(known.content.decode(), user.email) == same_for_everybody(
        unknown.content.decode(), "nobody@example.org"
    )
    assert "邮箱或密码不正确" in known.content.decode()


@pytest.mark.parametrize("who", ["known", "unknown", "disabled", "without password"])
def test_one_password_is_hashed_whoever_asks(who):
    user = UserFactory(is_active=who != "disabled")
    if who == "without password":
        user.set_unusable_password()
        user.save()
    email = "nobody@example.org" if who == "unknown" else user.email
    with mock.patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as hashed:
        sign_in(email, "wrong")
    assert hashed.call_count == 1


def test_asking_for_a_link_is_answered_the_same_and_unknown_people_get_no_mail(mailoutbox):
    user = UserFactory()
    answers, asked = [], []
    Client().post(reverse("account_reset_password"), {"email": "first@example.org"})  # the first of an address writes
    DBTaskResult.objects.all().delete()
    for email in (user.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        answers.append((answer.redirect_chain, same_for_everybody(answer.content.decode())))
        asked.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
    assert answers[0] == answers[1]
    assert asked[0] == asked[1], "the same work, so that it takes the same time"
    assert mailoutbox == []
    do_what_waits()
    assert [mail.to for mail in mailoutbox] == [[user.email]]
    assert "/password/reset/key/" in mailoutbox[0].body


def test_a_link_is_sent_in_the_language_in_which_it_was_asked_for_and_to_no_closed_account(mailoutbox):
    people = [UserFactory(), UserFactory(), UserFactory(is_active=False)]
    for user, language in zip(people, ("zh-hans", "en", "en"), strict=True):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        client.post(reverse("account_reset_password"), {"email": user.email.upper()})
    do_what_waits()
    assert [mail.subject for mail in mailoutbox] == ["设置密码", "Set your password"]


def test_five_failures_stop_this_account_from_this_address_only():
    user, other = UserFactory(), UserFactory()
    for _ in range(5):
        assert "邮箱或密码不正确" in sign_in(user.email, "wrong").content.decode()
    stopped = sign_in(user.email)
    assert stopped.status_code == 429
    assert "失败次数过多，请在 5 分钟后再试" in stopped.content.decode()
    assert 290 < int(stopped["Retry-After"]) <= 300
    assert sign_in(other.email).status_code == 302, "another account from the same address"
    assert sign_in(user.email, address="10.0.0.2").status_code == 302, "the same account from another address"


def test_thirty_failures_stop_an_address_whatever_the_account():
    user = UserFactory()
    for n in range(30):
        sign_in(f"guess{n}@example.org", "wrong")
    assert sign_in(user.email).status_code != 302
    assert sign_in(user.email, address="10.0.0.2").status_code == 302


def test_the_wider_limit_is_a_setting(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": "5/5m/key,7/5m/ip"}
    for n in range(7):
        assert sign_in(f"guess{n}@example.org", "one-password-for-all").status_code == 200
    assert sign_in("guess8@example.org", "one-password-for-all").status_code == 429


def test_right_ones_count_for_nothing():
    users = [UserFactory() for _ in range(4)]
    for n in range(40):
        assert sign_in(users[n % 4].email).status_code == 302


def test_right_ones_of_a_stopped_address_count_for_nothing_either():
    user = UserFactory()
    for n in range(30):
        sign_in(f"guess{n}@example.org", "wrong")
    for _ in range(6):
        assert sign_in(user.email).status_code == 429
    Limit.objects.filter(cache_key__contains="ip:10.0.0.1").delete()
    assert sign_in(user.email).status_code == 302


def test_who_goes_on_with_a_stopped_account_stops_nobody_else_from_there():
    user, other = UserFactory(), UserFactory()
    for _ in range(40):
        sign_in(user.email, "wrong")
    assert sign_in(other.email).status_code == 302


@pytest.mark.parametrize("written", ["PERSON@example.org", " person@example.org ", "per\u017fon@example.org"])
def test_an_account_written_in_another_way_is_the_same_account(written):
    UserFactory(email="person@example.org")
    for _ in range(5):
        sign_in("person@example.org", "wrong")
    assert "失败次数过多" in sign_in(written, "wrong").content.decode()


def test_the_addresses_of_one_network_are_one_address():
    user = UserFactory()
    for n in range(5):
        sign_in(user.email, "wrong", address=f"2001:db8::{n}")
    assert sign_in(user.email, address="2001:db8::9").status_code == 429
    assert sign_in(user.email, address="2001:db8:0:9::1").status_code == 302


def test_attempts_are_counted_where_every_worker_sees_them():
    user = UserFactory()
    for _ in range(5):
        sign_in(user.email, "wrong")
    caches["default"].clear()  # another worker remembers nothing of what this one has seen
    assert sign_in(user.email).status_code == 429


def test_a_new_password_lets_its_person_in_and_forgets_nothing_else_of_the_address(mailoutbox):
    user = UserFactory()
    for n in range(25):
        sign_in(f"guess{n}@example.org", "wrong")
    for _ in range(5):
        sign_in(user.email, "wrong")
    limits = Limit.objects.filter(cache_key__contains="login_failed", cache_key__endswith="ip:10.0.0.1").values_list(
        "value"
    )
    before = list(limits.all())
    Client().post(reverse("account_reset_password"), {"email": user.email})
    do_what_waits()
    path = "/" + re.search(r"http\S+/key/\S+", mailoutbox[0].body)[0].split("/", 3)[3]
    client = Client(REMOTE_ADDR="10.0.0.1")
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "a-new-word-1", "password2": "a-new-word-1"})
    assert list(limits.all()) == before
    Limit.objects.filter(cache_key__contains="ip:10.0.0.1").delete()
    assert sign_in(user.email, "a-new-word-1").status_code == 302


def test_allauths_own_limits_say_when_to_come_again_too():
    for _ in range(6):
        answer = Client().post(reverse("account_reset_password"), {"email": "somebody@example.org"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")


def test_sign_ins_and_refusals_are_on_record_without_what_was_typed():
    user = UserFactory()
    sign_in(user.email, "a-wrong-one")
    signed_in(user)
    events = list(Event.objects.order_by("pk"))
    assert [(event.action, event.result, event.user_id) for event in events] == [
        ("accounts.sign_in", "refused", None),
        ("accounts.sign_in", "done", user.pk),
    ]
    assert "a-wrong-one" not in str([event.__dict__ for event in events])


def test_a_closed_account_cannot_sign_in():
    user = UserFactory(is_active=False)
    client = Client()
    sign_in(user.email, client=client)
    assert not is_signed_in(client)


@pytest.mark.parametrize("proxies, address", [(0, "10.0.0.9"), (1, "203.0.113.7"), (2, "198.51.100.1")])
def test_behind_a_proxy_the_address_it_names_counts_and_otherwise_nobody_can_name_one(settings, proxies, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    forged = "198.51.100.1, 203.0.113.7"
    form = {"login": UserFactory().email, "password": PASSWORD}
    Client().post(SIGN_IN, form, REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=forged)
    assert Event.objects.get().address == address
