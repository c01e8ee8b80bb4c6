"""Accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and the offices in which they act."""

    name = "accounts"

    def ready(self):
        from allauth.core.internal import ratelimit
        from allauth.mfa.base import forms as factor
        from allauth.mfa.totp import forms as totp
        from allauth.mfa.totp.internal import auth as codes
        from django.core.cache import caches
        from django.utils.connection import ConnectionProxy

        from accounts import checks, limits, signals  # noqa: F401

        # Attempts and used codes are kept where every worker sees them; allauth has no setting for it, and
        # the default cache is each worker's own memory.
        ratelimit.cache = codes.cache = ConnectionProxy(caches, "limits")
        # allauth counts codes by the account alone, and a right one makes it forget what failed from an address.
        factor.check_rate_limit = totp.check_rate_limit = limits.count_code
