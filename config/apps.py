"""The whole: what belongs to no app."""

from django.apps import AppConfig


class WholeConfig(AppConfig):
    """Registers what `check --deploy` refuses; owns no tables."""

    name = "config"

    def ready(self):
        from config import checks  # noqa: F401
