"""Load everything that is published: territories, industries, working days, programmes, calls, the list."""

import unicodedata
from functools import reduce
from operator import add
from time import monotonic

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import clusters.loading
import programmes.loading
import recognitions.loading
import territories.loading
from territories.upkeep import DataRefused, Outcome

TABLES = {
    "territories.Territory": gettext_lazy("Territories"),
    "territories.Placement": gettext_lazy("Places in a scheme"),
    "clusters.Industry": gettext_lazy("Industries"),
    "clusters.Cluster": gettext_lazy("Listed clusters"),
    "programmes.RuleSet": gettext_lazy("Rule sets"),
    "programmes.FormVersion": gettext_lazy("Form versions"),
    "programmes.CalendarYear": gettext_lazy("Calendar years"),
    "programmes.CalendarDay": gettext_lazy("Special days"),
    "programmes.Programme": gettext_lazy("Programmes"),
    "programmes.Call": gettext_lazy("Calls"),
    "programmes.CallKind": gettext_lazy("Kinds of calls"),
    "programmes.Deadline": gettext_lazy("Deadlines"),
    "programmes.Quota": gettext_lazy("Places of authorities"),
    "recognitions.Recognition": gettext_lazy("Recognitions"),
    "recognitions.RecognitionChange": gettext_lazy("Changes of recognitions"),
}


def load_everything() -> list[Outcome]:
    """Load all reference data in one transaction, in the order in which they need each other.

    Raises DataRefused with a sentence when stored rows of a kind that never changes differ; then
    nothing was loaded.
    """
    with transaction.atomic():
        return [
            *territories.loading.load(),
            clusters.loading.load_industries(),
            *programmes.loading.load(),
            *recognitions.loading.load(),
        ]


class Command(BaseCommand):
    """Bring the reference data up to date, and say what was added, changed and left."""

    help = "Load the reference data; running it again changes only what the data files changed."

    def handle(self, *args, **options):
        """Load, then print one line a table."""
        begun = monotonic()
        try:
            outcomes = load_everything()
        except DataRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(table(outcomes))
        self.stdout.write(_("Done in %(seconds).1f s.") % {"seconds": monotonic() - begun})


def table(outcomes: list[Outcome]) -> str:
    """Return the outcomes as a table of text, with a line for the whole."""
    outcomes = [outcome for outcome in outcomes if outcome.table]
    whole = reduce(add, outcomes, Outcome(_("All")))
    rows = [(str(TABLES[one.table]), one.added, one.changed, one.left) for one in outcomes]
    rows.append((whole.table, whole.added, whole.changed, whole.left))
    heads = ("", _("added"), _("changed"), _("left"))
    width = max(_width(name) for name, *_numbers in rows)
    lines = [_line(heads, width), *(_line(row, width) for row in rows)]
    return "\n".join(lines)


def _line(cells: tuple, width: int) -> str:
    name, *numbers = cells
    padded = f"{name}{' ' * (width - _width(name))}"
    return padded + "".join(f"{' ' * (10 - _width(str(number)))}{number}" for number in numbers)


def _width(text: str) -> int:
    """Return how many columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
