"""Applications."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """One bid in one call, from draft to recognised."""

    name = "applications"

    def ready(self):
        from applications import policies  # noqa: F401
