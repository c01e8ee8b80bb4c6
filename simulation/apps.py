"""Asks what other rules would say of the applications there are."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """The simulation."""

    name = "simulation"

    def ready(self):
        from simulation import policies  # noqa: F401
