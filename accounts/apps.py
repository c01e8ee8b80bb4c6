"""Accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and the offices in which they act."""

    name = "accounts"

    def ready(self):
        from accounts import checks, signals  # noqa: F401
