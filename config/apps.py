"""The whole: what belongs to no app."""

from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy


class WholeConfig(AppConfig):
    """Registers what `check --deploy` refuses, and the words of every form; owns no tables."""

    name = "config"

    def ready(self):
        from config import checks  # noqa: F401

        # Django speaks of fields (字段), which is no word for people.
        Field.default_error_messages["required"] = gettext_lazy("Please fill this in or choose.")
