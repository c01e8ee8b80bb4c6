"""The second factor: who must have one, how it is set up, and that a code works once."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from tests.accounts.helpers import PASSWORD, code_now, is_signed_in, sign_in, signed_in, with_app
from tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db
ACTIVATE = reverse("mfa_activate_totp")
PAGE = reverse("mfa_index")
PRIVATE = reverse("account_change_password")


@pytest.mark.parametrize(
    ("role", "setting", "county_setting", "must"),
    [
        ("county", True, False, False),
        ("county", True, True, True),
        ("province", True, False, True),
        ("ministry", True, False, True),
        ("province", False, False, False),
    ],
)
def test_who_must_set_one_up_before_anything_else(settings, role, setting, county_setting, must):
    settings.SECOND_FACTOR, settings.SECOND_FACTOR_COUNTY = setting, county_setting
    client = signed_in(OfficeFactory(**{role: True}).user)
    answer = client.get(PRIVATE)
    assert (answer.status_code, answer.headers.get("Location")) == ((302, ACTIVATE) if must else (200, None))


def test_a_person_without_an_office_must_have_one_too(settings):
    settings.SECOND_FACTOR = True
    from tests.factories import UserFactory

    assert signed_in(UserFactory()).get(PRIVATE)["Location"] == ACTIVATE


def test_who_must_set_one_up_can_still_sign_out_and_change_the_language(settings):
    settings.SECOND_FACTOR = True
    client = signed_in(OfficeFactory(province=True).user)
    assert client.post(reverse("set_language"), {"language": "en"}).headers.get("Location") != ACTIVATE
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_setting_one_up_asks_for_the_password_shows_a_picture_and_gives_codes(settings):
    settings.SECOND_FACTOR = True
    user = OfficeFactory(province=True).user
    client = signed_in(user)
    asked = client.get(ACTIVATE)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    answer = client.post(asked["Location"], {"password": PASSWORD, "next": ACTIVATE}, follow=True)
    page = answer.content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = answer.context["form"].secret
    wrong = client.post(ACTIVATE, {"code": "000000" if code_now(secret) != "000000" else "000001"})
    assert "验证码不正确" in wrong.content.decode()
    done = client.post(ACTIVATE, {"code": code_now(secret)}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert len(done.context["unused_codes"]) == 10
    assert client.get(PRIVATE).status_code == 200
    text = client.get(reverse("mfa_download_recovery_codes"))
    assert text.content.decode().split() == done.context["unused_codes"]


def test_the_password_alone_does_not_sign_in():
    user = OfficeFactory(province=True).user
    secret = with_app(user)
    client = Client()
    assert sign_in(user.email, client=client)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code_now(secret)}).status_code == 302
    assert is_signed_in(client)


def signed_in_twice(user, code, before=lambda: None) -> list[bool]:
    """Use one code in two browsers; return which of them it signed in."""
    clients = [Client(), Client()]
    for client in clients:
        before()
        sign_in(user.email, client=client)
        client.post(reverse("mfa_authenticate"), {"code": code})
    return [is_signed_in(client) for client in clients]


def test_a_code_works_once():
    user = OfficeFactory(province=True).user
    code = code_now(with_app(user))
    assert signed_in_twice(user, code) == [True, False]


def test_a_code_is_used_up_for_every_worker():
    user = OfficeFactory(province=True).user
    code = code_now(with_app(user))
    # another worker remembers nothing of what this one has seen
    assert signed_in_twice(user, code, before=caches["default"].clear) == [True, False]


def test_the_code_that_set_the_app_up_signs_nobody_in():
    user = OfficeFactory(province=True).user
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": ACTIVATE})
    code = code_now(client.get(ACTIVATE).context["form"].secret)
    client.post(ACTIVATE, {"code": code})
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    other = Client()
    sign_in(user.email, client=other)
    answer = other.post(reverse("mfa_authenticate"), {"code": code})
    assert "验证码不正确" in answer.content.decode()
    assert not is_signed_in(other)


def test_wrong_codes_stop_nobody_elsewhere_and_a_right_one_forgets_no_failed_sign_in():
    user = OfficeFactory(province=True).user
    secret = with_app(user)
    for n in range(25):
        sign_in(f"guess{n}@example.org", "wrong")
    for address in ("10.0.0.1", "10.0.0.2"):
        client = Client(REMOTE_ADDR=address)
        sign_in(user.email, client=client, address=address)
        for _ in range(5 if address == "10.0.0.1" else 0):
            client.post(reverse("mfa_authenticate"), {"code": "12345"})
        client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
        assert is_signed_in(client) is (address == "10.0.0.2")
    assert sign_in("guess0@example.org").status_code == 429, "25 passwords and five codes"


def test_a_recovery_code_works_once():
    user = OfficeFactory(province=True).user
    with_app(user)
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    assert signed_in_twice(user, code) == [True, False]


def test_five_wrong_codes_stop_the_guessing():
    user = OfficeFactory(province=True).user
    secret = with_app(user)
    client = Client()
    sign_in(user.email, client=client)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "12345"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert "失败次数过多" in answer.content.decode()
    assert (answer.status_code, int(answer["Retry-After"]) > 290) == (429, True)
    assert not is_signed_in(client)


def test_the_app_can_be_removed_after_the_password():
    user = OfficeFactory(county=True).user
    secret = with_app(user)
    client = Client()
    sign_in(user.email, client=client)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    remove = reverse("mfa_deactivate_totp")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": remove})
    assert client.get(remove).status_code == 200
    assert client.post(remove)["Location"] == PAGE
    assert not Authenticator.objects.filter(user=user).exists()
