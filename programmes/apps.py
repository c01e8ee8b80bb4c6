"""Programmes."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Programmes, calls and what a call fixes."""

    name = "programmes"

    def ready(self):
        from programmes import policies  # noqa: F401
