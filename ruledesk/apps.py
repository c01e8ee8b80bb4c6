"""Where those who own the rules write, test, report and approve them."""

from django.apps import AppConfig


class RuledeskConfig(AppConfig):
    """The rule desk."""

    name = "ruledesk"

    def ready(self):
        from ruledesk import policies  # noqa: F401
