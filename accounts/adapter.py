"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class Adapter(DefaultAccountAdapter):
    """No self-sign-up; links in mails come from settings, never from the Host header."""

    def is_open_for_signup(self, request):
        """Accounts are made by an administrator."""
        return False

    def get_reset_password_from_key_url(self, key):
        """Return the one-time link, on the address the site is known by."""
        from django.urls import reverse

        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_ADDRESS.rstrip("/") + path.replace("UID-KEY", key)
