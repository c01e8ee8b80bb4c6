"""What the tests of accounts do again and again."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from audit import tallies
from audit.models import Tally

PASSWORD = "pass-word-1"
SIGN_IN = reverse("account_login")
HOME = reverse("home")
PRIVATE = reverse("account_change_password")  # any page that needs an account


def minute_over() -> None:
    """Let the minute of all tallies be over, as it is a minute later; a test that ran into the next is one minute."""
    first: dict[tuple, Tally] = {}
    for row in Tally.objects.order_by("minute"):
        if (same := first.setdefault((row.kind, row.who), row)) is not row:
            Tally.objects.filter(pk=same.pk).update(count=F("count") + row.count)
            row.delete()
    Tally.objects.update(minute="2026-01-01T00:00:00Z")
    tallies.close_minutes()


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None, address: str = "10.0.0.1"):
    """Send the sign-in form; the answer."""
    client = client or Client()
    return client.post(SIGN_IN, {"login": email, "password": password}, REMOTE_ADDR=address)


def signed_in(user, password: str = PASSWORD) -> Client:
    """Return a browser in which this person has signed in by the form."""
    client = Client()
    answer = sign_in(user.email, password, client)
    assert answer.status_code == 302, answer.content.decode()
    return client


def is_signed_in(client: Client) -> bool:
    """Say whether a private page opens."""
    answer = client.get(PRIVATE)
    return answer.status_code == 200


def with_app(user) -> str:
    """Set up an app and recovery codes for this person; the secret."""
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_now(secret: str) -> str:
    """Return the code an app with this secret shows now."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


def do_what_waits() -> None:
    """Do what a worker would do now."""
    for waiting in DBTaskResult.objects.ready():
        waiting.task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        waiting.delete()
