"""Up to three scenarios side by side, each over the applications of today."""

from dataclasses import dataclass

from simulation.forms import ask
from simulation.models import Scenario
from simulation.presenting import Shown
from simulation.running import BACKGROUND, simulate
from simulation.settings import Settings, Unanswerable

MOST_BESIDE = 2


@dataclass(frozen=True)
class Column:
    """One scenario of a comparison: its changes in words, and its result or why there is none."""

    scenario: Scenario
    changes: tuple[str, ...]
    shown: Shown | None
    trouble: str = ""
    is_large: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a comparison: a name, and a number for each scenario (None where it has none)."""

    name: str
    numbers: tuple[int | None, ...]

    @property
    def differs(self) -> bool:
        """Say whether the scenarios have different numbers here."""
        return len(set(self.numbers)) > 1


@dataclass(frozen=True)
class Comparison:
    """Columns and the lines below them."""

    columns: tuple[Column, ...]
    provinces: tuple[Line, ...]
    clauses: tuple[Line, ...]


def compare(scenarios: list[Scenario], office) -> Comparison:
    """Return the scenarios beside each other, as this office sees them."""
    columns = tuple(_column(scenario, office) for scenario in scenarios)
    results = [column.shown for column in columns]
    provinces = [{bar.name: bar.group.passes for bar in shown.provinces} if shown else {} for shown in results]
    clauses = [
        {f"{row.clause.clause} {row.name}": row.missed for row in shown.clauses} if shown else {} for shown in results
    ]
    return Comparison(columns, _lines(provinces), _lines(clauses))


def _column(scenario: Scenario, office) -> Column:
    question, settings, trouble = ask(Settings.read(scenario.settings), office)
    changes = tuple(chip.words for chip in (*question.changes, *question.waivers, *question.places))
    if trouble:
        return Column(scenario, changes, None, trouble)
    if question.chosen.size > BACKGROUND:
        return Column(scenario, changes, None, is_large=True)
    try:
        return Column(scenario, changes, Shown(simulate(settings.but(listed=0), office)))
    except Unanswerable as error:
        return Column(scenario, changes, None, str(error))


def _lines(columns: list[dict[str, int]]) -> tuple[Line, ...]:
    names = dict.fromkeys(name for column in columns for name in column)
    return tuple(Line(name, tuple(column.get(name) for column in columns)) for name in names)
