"""The address is the scenario: a question as the parameters of an address, read back with nothing trusted.

    ?programme=demo&call=demo&rules=national-2022&set.1.4=50&set.1.7.comparator=at_least&waive=1.4:650000&places=*:2

Names and values are plain text of bounded length; what they name is looked up where it is used. The form adds three
pairs that are folded into the lists above (`waive_clause` with `waive_place`, `places_at` with `places_number`).
"""

import re
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from rulebook.numbers import clean_typed
from simulation.settings import ALL, EVERYWHERE, Population, Settings, Unanswerable, number_of_places

SET = "set."
POPULATION = {
    "call": "calls", "batch": "batches", "province": "provinces", "state": "states", "industry": "industries",
    "kind": "kinds", "judged": "judged",
}  # fmt: skip
MOST_PARAMETERS = 300
WORD = re.compile(r"[A-Za-z0-9_.*/-]{1,60}")


def read(sent) -> Settings:
    """Return the question an address asks; raises Unanswerable for what is none."""
    if sum(len(sent.getlist(name)) for name in sent) > MOST_PARAMETERS:
        raise Unanswerable(_("This address asks for too much at once."))
    lists = {field: _words(sent, name) for name, field in POPULATION.items()}
    lists["calls"] = lists["calls"] or (ALL,)
    return Settings(
        rules=_word(sent.get("rules", "")),
        population=Population(programme=_word(sent.get("programme", "")), **lists),
        changes=_changes(sent),
        waive=_waive(sent),
        places=_places(sent),
        curve=_word(sent.get("curve", "")),
    )


def write(settings: Settings) -> str:
    """Return the address of a question, always in the same order and with nothing empty."""
    asked = [("programme", settings.population.programme)]
    for name, field in POPULATION.items():
        asked += [(name, word) for word in getattr(settings.population, field) if (name, word) != ("call", ALL)]
    asked.append(("rules", settings.rules))
    asked += [(SET + key, value) for key, value in sorted(settings.changes.items())]
    for clause, codes in sorted(settings.waive.items()):
        asked += [("waive", f"{clause}:{code}") for code in codes or (EVERYWHERE,)]
    asked += [("places", f"{code}:{number}") for code, number in sorted(settings.places.items())]
    asked.append(("curve", settings.curve))
    return urlencode([(name, value) for name, value in asked if value], safe=":/*", quote_via=quote)


def _word(text: str) -> str:
    if text and not WORD.fullmatch(text):
        raise Unanswerable(_("“%(word)s” is no word this page knows.") % {"word": clean_typed(text)})
    return text


def _words(sent, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_word(word) for word in sent.getlist(name) if word))


def _changes(sent) -> dict[str, str]:
    found = {}
    for name in sent:
        key, value = name.removeprefix(SET), clean_typed(sent.get(name))
        if name.startswith(SET) and value:
            found[_word(key)] = value
    return found


def _waive(sent) -> dict[str, tuple[str, ...]]:
    pairs = [word.partition(":")[::2] for word in sent.getlist("waive") if word]
    if sent.get("waive_clause"):
        pairs.append((sent["waive_clause"], sent.get("waive_place") or EVERYWHERE))
    found: dict[str, tuple[str, ...]] = {}
    for clause, code in pairs:
        codes = (*found.get(_word(clause), ()), _word(code) or EVERYWHERE)
        found[clause] = (EVERYWHERE,) if EVERYWHERE in codes else tuple(dict.fromkeys(codes))
    return found


def _places(sent) -> dict[str, int]:
    pairs = [word.partition(":")[::2] for word in sent.getlist("places") if word]
    if sent.get("places_number"):
        pairs.append((sent.get("places_at") or EVERYWHERE, sent["places_number"]))
    found = {}
    for code, number in pairs:
        found[_word(code)] = number_of_places(number)
    return found
