"""The form and the chips of the national list, in the reader's words."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.filters import OPEN_BATCH, Filters
from portal.places import Places
from portal.rows import status_labels
from territories.search import nearest

MOST_SUGGESTIONS = 200


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the address without it."""

    words: str
    address: str


def chips(filters: Filters, places: Places) -> list[Chip]:
    """Return the filters in force, in the order of the form."""
    words = {
        "q": (_("Search"), filters.q),
        "province": (_("Province"), places.name_of(filters.province, filters.together) if filters.province else ""),
        "batch": (_("Batch"), batch_words(filters.batch)),
        "industry": (_("Leading industry"), filters.industry),
        "status": (_("Status"), status_labels().get(filters.status, "")),
    }
    colon = pgettext("between label and words", ": ")
    return [
        Chip(f"{label}{colon}{value}", filters.address(**{name: ""})) for name, (label, value) in words.items() if value
    ]


def batch_words(batch: str) -> str:
    """Return the words of a batch in an address."""
    return _("Not stated by the source") if batch == OPEN_BATCH else batch


def near(filters: Filters, words: list[str], places: list[str], answers: Callable[[Filters], int]) -> list[Chip]:
    """Return the words on the list that sound nearest to a search nothing answers, each with the address that asks.

    Each leads to something: where nothing answers it under the other filters, it asks without them and says so.
    """
    found = []
    for word in nearest(filters.q, [*words, *places], within=words) if filters.q else []:
        asked, alone = replace(filters, q=word), Filters(q=word, cities=filters.cities)
        if answers(asked):
            found.append(Chip(word, asked.address()))
        elif answers(alone):
            found.append(Chip(_("%(word)s, without the other filters") % {"word": word}, alone.address()))
    return found


@dataclass(frozen=True)
class Option:
    """One choice of a field."""

    value: str
    label: str
    is_chosen: bool


def list_form(filters: Filters, places: Places, by_batch: dict, words: list[str]) -> dict:
    """Return the choices of the filter form."""
    batches = [str(batch) for batch in sorted(filter(None, by_batch), reverse=True)]
    batches += [OPEN_BATCH] if None in by_batch else []
    if filters.batch and filters.batch not in batches:
        batches.append(filters.batch)
    return {
        "provinces": [
            Option(place.code, places.name_of(place.code, filters.together), place.code == filters.province)
            for place in places.listed(filters.together)
        ],
        "batches": [Option(batch, batch_words(batch), batch == filters.batch) for batch in batches],
        "statuses": [Option(value, label, value == filters.status) for value, label in status_labels().items()],
        "industries": words if len(words) <= MOST_SUGGESTIONS else [],
    }
