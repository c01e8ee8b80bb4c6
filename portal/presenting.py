"""The form and the chips of the national list, in the reader's words."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.core.paginator import Page
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.filters import OPEN_BATCH, Filters
from portal.places import OUTSIDE_THE_PROGRAMME, Places
from portal.rows import status_labels
from territories.meant import divisions_meant, divisions_of
from territories.naming import levels, short
from territories.search import divisions_named, nearest

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


def unlisted(filters: Filters, is_heard: bool, listed: list[str], answers: Callable[[Filters], int]) -> list[Unlisted]:
    """Return the places a search that nothing answers names, or may mean where `is_heard`, and that have no cluster.

    Nothing is said of those who share the name typed with one of the places `listed`, which a filter hides: 西安 is
    no 西安区 of another city.
    """
    found = []
    is_heard = is_heard and filters.q not in OUTSIDE_THE_PROGRAMME.values()
    meant = divisions_meant(filters.q, is_heard=is_heard) if filters.q else []
    has_one = {one for name in listed for one in (name, short(name))}
    for full_name in [one for one in meant if _typed(one, filters.q) not in has_one][:MOST_PLACES]:
        *above, _place = [Filters(q=level, cities=filters.cities) for level in levels(full_name)]
        if answers(Filters(q=full_name)) == 0:
            counted = [(one, answers(one)) for one in reversed(above)]
            found.append(Unlisted(full_name, [_counted(one, number) for one, number in counted if number]))
    return found


def _typed(full_name: str, query: str) -> str:
    name = levels(full_name)[-1]
    return name if name in query else short(name)


def read_as(filters: Filters, places: Places, pages: list[Page]) -> dict:
    """Return what to say above the rows of a search that as a whole names places.

    Which places come before rows that only sound like them; where none fits, that the places have no cluster. What
    other filters or the pages before hide is not spoken of.
    """
    names, rows = divisions_named(filters.q), [row for page in pages for row in page.object_list]
    fitting = [row for row in rows if names and row.fits]
    if fitting and len(fitting) < len(rows):
        said = [f"{places.by_pk[row.province_id].name} {row.county_name}" for row in fitting]
        first = sorted(name for name in names if any(name in place for place in said)) or sorted(names)
        return {"read_as": pgettext("between names", ", ").join(first)}
    is_whole = filters == Filters(q=filters.q, cities=filters.cities) and all(page.number == 1 for page in pages)
    if not names or fitting or not is_whole:
        return {}
    return {"unlisted": [Unlisted(one, []) for one in divisions_of(names)[:MOST_PLACES]]}


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
