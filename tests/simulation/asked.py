"""Scenarios and runs for tests, made by the real acts."""

import uuid

from simulation import actions, population
from simulation.models import Run, Scenario
from simulation.settings import Population, Settings

QUESTION = Settings(population=Population(programme="demo"), changes={"1.4": "85"})


def kept(by, name: str = "产值提高", settings: Settings = QUESTION) -> Scenario:
    """Return a scenario that an office kept."""
    chosen = population.choose(settings.population, by)
    return actions.save(settings, chosen, name=name, note="", key=uuid.uuid4(), by=by)


def begun(by, settings: Settings = QUESTION) -> Run:
    """Return a run that waits for a worker."""
    return actions.begin(settings, population.choose(settings.population, by).size, by=by)
