"""Which addresses accounts have, and who may open each."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import PUBLIC, SIGNED_IN
from accounts.urls import urlpatterns

ARGUMENTS = {"account_reset_password_from_key": {"uidb36": "1", "key": "abc-def"}}


def test_every_address_declares_who_may_open_it():
    assert {pattern.name: getattr(pattern.callback, "access", None) for pattern in urlpatterns} == {
        "account_login": PUBLIC,
        "account_logout": PUBLIC,
        "account_inactive": PUBLIC,
        "account_signup": PUBLIC,
        "account_reauthenticate": SIGNED_IN,
        "account_change_password": SIGNED_IN,
        "account_set_password": SIGNED_IN,
        "account_reset_password": PUBLIC,
        "account_reset_password_done": PUBLIC,
        "account_reset_password_from_key": PUBLIC,
        "account_reset_password_from_key_done": PUBLIC,
        "mfa_index": SIGNED_IN,
        "mfa_authenticate": PUBLIC,
        "mfa_reauthenticate": SIGNED_IN,
        "mfa_activate_totp": SIGNED_IN,
        "mfa_deactivate_totp": SIGNED_IN,
        "mfa_view_recovery_codes": SIGNED_IN,
        "mfa_generate_recovery_codes": SIGNED_IN,
        "mfa_download_recovery_codes": SIGNED_IN,
        "session": SIGNED_IN,
        "act_in_office": SIGNED_IN,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_what_needs_an_account_leads_to_signing_in_and_the_rest_does_not(pattern):
    address = reverse(pattern.name, kwargs=ARGUMENTS.get(pattern.name))
    answer = Client().get(address)
    is_led = answer.headers.get("Location", "").startswith(reverse("account_login") + "?next=")
    assert is_led is (pattern.callback.access == SIGNED_IN)
    assert answer.status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["email/", "confirm-email/", "confirm-email/abc/", "login/code/confirm/", "2fa/", "3rdparty/", "phone/verify/"],
)
def test_what_we_do_not_want_does_not_exist(address):
    assert Client().get(f"/accounts/{address}").status_code == 404


@pytest.mark.django_db
def test_nobody_signs_up_by_themselves():
    from accounts.models import User

    address = reverse("account_signup")
    assert "不开放自行注册" in Client().get(address).content.decode()
    answer = Client().post(address, {"email": "me@example.org", "password1": "some-word-1", "password2": "some-word-1"})
    assert answer.status_code == 405
    assert User.objects.count() == 0
