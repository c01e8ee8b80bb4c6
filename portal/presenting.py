"""The form and the chips of the national list, in the reader's words."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.filters import OPEN_BATCH, Filters
from portal.places import Places
from portal.rows import status_labels
from territories.meant import divisions_meant
from territories.naming import levels
from territories.search import nearest

MOST_SUGGESTIONS = 200
MOST_PLACES = 3  # of one name: 鼓楼区 is in four cities


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
class Unlisted:
    """A place of which no cluster is on the list, and the levels above it that have some, each with its count."""

    place: str
    above: list[Chip]


def unlisted(filters: Filters, is_heard: bool, answers: Callable[[Filters], int]) -> list[Unlisted]:
    """Return the places a search that nothing answers names, or may mean where `is_heard`, and that have no cluster."""
    found = []
    for full_name in divisions_meant(filters.q, is_heard=is_heard)[:MOST_PLACES] if filters.q else []:
        *above, _place = [Filters(q=level, cities=filters.cities) for level in levels(full_name)]
        if answers(Filters(q=full_name)) == 0:
            counted = [(one, answers(one)) for one in reversed(above)]
            found.append(Unlisted(full_name, [_counted(one, number) for one, number in counted if number]))
    return found


def _counted(asked: Filters, number: int) -> Chip:
    return Chip(_("%(place)s (%(n)d)") % {"place": asked.q, "n": number}, asked.address())


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
