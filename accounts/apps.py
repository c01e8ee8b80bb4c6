"""Accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and the offices in which they act."""

    name = "accounts"

    def ready(self):
        from allauth.core.internal import ratelimit
        from django.core.cache import caches
        from django.utils.connection import ConnectionProxy

        from accounts import checks, signals  # noqa: F401

        # allauth has no setting for the cache it counts in; the default one is each worker's own memory.
        ratelimit.cache = ConnectionProxy(caches, "limits")
