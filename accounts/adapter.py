"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import limits

WRONG_CODE = _("The code is not right. Please use the one your app shows now.")


class Adapter(DefaultAccountAdapter):
    """No self-sign-up; links in mails come from settings, never from the Host header."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Please ask the administrator of your authority."),
        "email_password_mismatch": _("The e-mail address or the password is not right. Please check both."),
        "enter_current_password": _("The current password is not right."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("The password is not right."),
        "invalid_login": _("This is not an e-mail address."),
        "invalid_password_reset": _("The link is not valid any more."),
        "rate_limited": _("Too many attempts. Please wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request):
        """Accounts are made by an administrator."""
        return False

    def get_reset_password_from_key_url(self, key):
        """Return the one-time link, on the address the site is known by."""
        return one_time_link(key)

    def logout(self, request):
        """End every session of this person, on every device (security rules, Accounts and sessions)."""
        if request.user.is_authenticated:
            request.user.end_sessions()
        super().logout(request)

    def pre_authenticate(self, request, **credentials):
        """Count the attempt; allauth takes it back when the password was right."""
        self._login_failed_rl_usage = limits.attempt(request, credentials.get("email", ""))

    def _delete_login_attempts_cached_email(self, request, **credentials):
        # After a new password; allauth's own would forget what failed from this address for everybody.
        limits.forget(request, credentials.get("email", ""))

    def send_mail(self, template_prefix, email, context):
        """Send a mail that names the site by its setting."""
        super().send_mail(template_prefix, email, context | {"site_address": settings.SITE_ADDRESS})


class FactorAdapter(DefaultMFAAdapter):
    """The second factor, in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("The app cannot be removed."),
        "cannot_generate_recovery_codes": _("Please set up an app first; recovery codes belong to it."),
        "incorrect_code": WRONG_CODE,
    }


def one_time_link(key: str) -> str:
    """Return the address at which a password is set with this key, `uid-token`."""
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return settings.SITE_ADDRESS.rstrip("/") + path.replace("UID-KEY", key)
