"""What a simulation is asked: whom it concerns and what would be different; read from an address or a form.

Settings are plain text and travel as JSON (`as_json`, `read`): in the address of a page, in a kept
scenario and in a run. What they name is looked up by population.py and running.py, which refuse it
in a sentence (Unanswerable).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from django.utils.translation import gettext as _

from rulebook.numbers import Unreadable, clean_typed, read_whole

MOST_PLACES = 100_000
LISTED = 200  # flips and near misses that are named one by one
ALL, DEMO = "all", "demo"  # words for calls: every call of the programme; the open demo call
EVERYWHERE = "*"
NARROWING = ("provinces", "industries", "states", "kinds", "judged")  # filters, in the order of the page


class Unanswerable(ValueError):
    """A question with no answer, in one plain sentence for whoever asked."""


@dataclass(frozen=True)
class Population:
    """Whose figures are read: submitted applications that pass every filter; an empty filter keeps all.

    `calls` are codes, or `all` for every call of the programme, or `demo` for the open demo call.
    `provinces` are codes of recommending authorities, `states` those the office may know, `batches`
    years, `industries` codes of GB/T 4754 at any level, `kinds` of application, `judged` levels that judged
    every clause people judge and none of them not met. `programme` decides
    what `all` means; without it the real programme, or the sample one where nothing real was submitted.
    """

    calls: tuple[str, ...] = (ALL,)
    programme: str = ""
    provinces: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()

    @property
    def narrowed_by(self) -> tuple[str, ...]:
        """Return the filters that choose among the applications of the calls, by name."""
        return tuple(name for name in NARROWING if getattr(self, name))

    @property
    def widened(self) -> "Population":
        """Return the same calls without a filter."""
        return replace(self, **dict.fromkeys(NARROWING, ()))


@dataclass(frozen=True)
class Settings:
    """One question.

    `rules` is the code of a rule set; without it every application keeps the rules it was screened
    with. `changes` are those of rulebook.scenario; `waive` names a clause and the authorities in whose
    area it is waived (`*` for all); `places` says how many an authority may recommend; `curve` is the
    value that is moved along (a key of changes); `listed` how many are named one by one.
    """

    rules: str = ""
    population: Population = field(default_factory=Population)
    changes: Mapping[str, str] = field(default_factory=dict)
    waive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    curve: str = ""
    listed: int = LISTED

    def but(self, **changes) -> "Settings":
        """Return the same question with something else in it."""
        return replace(self, **changes)

    def as_json(self) -> dict:
        """Return plain dictionaries, lists and strings; what is empty is left out."""
        told = asdict(self) | {"population": {name: value for name, value in asdict(self.population).items() if value}}
        if self.listed == LISTED:
            del told["listed"]
        return {name: value for name, value in told.items() if value}

    @property
    def digest(self) -> str:
        """Return the sha-256 of the question in canonical form."""
        text = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def read(cls, told: Mapping) -> "Settings":
        """Return what as_json() told; what it does not know is left out, as an old scenario may hold it."""
        asked = told.get("population", {})
        names = {name: tuple(map(str, asked[name])) for name in Population.__dataclass_fields__
                 if name in asked and name != "programme"}  # fmt: skip
        return cls(
            rules=str(told.get("rules", "")),
            population=Population(programme=str(asked.get("programme", "")), **names),
            changes={str(key): str(value) for key, value in told.get("changes", {}).items()},
            waive={str(clause): tuple(map(str, codes)) for clause, codes in told.get("waive", {}).items()},
            places={str(code): int(number) for code, number in told.get("places", {}).items()},
            curve=str(told.get("curve", "")),
            listed=int(told.get("listed", LISTED)),
        )


def number_of_places(typed: str) -> int:
    """Return how many places were typed; raises Unanswerable."""
    try:
        number = read_whole(typed)
    except Unreadable:
        number = -1
    if not 0 <= number < MOST_PLACES:
        raise Unanswerable(_("“%(number)s” is not a number of places.") % {"number": clean_typed(typed)})
    return number
