"""Sign-ins, sign-outs, and what becomes of passwords and second factors go on record."""

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.crypto import salted_hmac

from audit.enums import Audience
from audit.record import STRANGERS, record
from audit.tallies import refuse

OF_PASSWORDS = {password_changed: "changed", password_set: "set", password_reset: "reset"}


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs):
    """Record a sign-in; it fails when it cannot be recorded."""
    record("accounts.sign_in", user=user, audience=Audience.NOBODY)


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs):
    """Record a sign-out."""
    if user is not None:
        record("accounts.sign_out", user=user, audience=Audience.NOBODY)


@receiver(user_login_failed)
def refused(sender, credentials, **kwargs):
    """Record a failed sign-in in the chain of strangers: which account was tried, but nothing that was typed."""
    account = account_tried(credentials.get("email") or credentials.get("username") or "")
    refuse("accounts.sign_in", daily=STRANGERS, details={"account": account})


@receiver(authentication_failed)
def second_factor_refused(sender, user, **kwargs):
    """Record a wrong code; whoever typed it knows the password."""
    refuse("accounts.second_factor", user=user, daily=STRANGERS)


@receiver(list(OF_PASSWORDS))
def password_became_another(signal, user, **kwargs):
    """Record that somebody has another password."""
    record("accounts.password", user=user, audience=Audience.NOBODY, details={"was": OF_PASSWORDS[signal]})


@receiver([post_save, post_delete], sender=Authenticator)
def second_factor_changed(instance, created=None, **kwargs):
    """Record that somebody's second factor was added or removed; allauth's own signals come after the commit."""
    if created is not False:  # a code that was used is saved too
        record("accounts.change_second_factor", user=instance.user, audience=Audience.NOBODY,
               details={"was": "added" if created else "removed", "factor": instance.type})  # fmt: skip


def account_tried(email: str) -> str:
    """Return a keyed hash of an e-mail address: attempts on one account can be told together, and nobody's address."""
    return salted_hmac("audit.account", email.strip().lower(), algorithm="sha256").hexdigest()
