"""The words of the simulation."""

from django.db import models
from django.utils.translation import pgettext_lazy


class RunState(models.TextChoices):
    """How far a large simulation is."""

    WAITING = "waiting", pgettext_lazy("simulation", "Waiting")
    RUNNING = "running", pgettext_lazy("simulation", "Running")
    DONE = "done", pgettext_lazy("simulation", "Done")
    FAILED = "failed", pgettext_lazy("simulation", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("simulation", "Cancelled")
