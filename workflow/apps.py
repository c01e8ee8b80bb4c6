"""Steps."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Moving a row one step, safely."""

    name = "workflow"
