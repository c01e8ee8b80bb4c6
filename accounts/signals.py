"""Sign-ins and sign-outs go on record."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from audit.enums import Audience
from audit.record import record, refuse


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
    """Record a failed sign-in, without the words that were typed."""
    refuse("accounts.sign_in")
