"""Reads the sets of titles of a rule file; a set may contain others, but never itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rulebook.reading import Reading, at
from rulebook.roster import TITLES
from rulebook.rules import TitleSet


def title_sets(reading: Reading, top: Mapping[str, Any]) -> dict[str, TitleSet]:
    """Every set by its name, with the titles that count after the sets within it were opened."""
    listed = reading.mapping(top.get("titles", {}), "titles", line=at(top, "titles"))
    for name in listed:
        one = reading.mapping(listed[name], f"set {name}", frozenset({"name", "of"}), at(listed, name))
        if name in TITLES:
            raise reading.error(at(listed, name), f"“{name}” is a title", "give the set another name")
        for member in reading.listed(one, "of", "write “of: [srdi, hnte]”"):
            reading.choice(member, (*TITLES, *listed), "title", one, "of")
    return {
        name: TitleSet(
            name, reading.text(listed[name], "name"), tuple(dict.fromkeys(_opened(reading, listed, (name,))))
        )
        for name in listed
    }


def _opened(reading: Reading, listed: Mapping[str, Any], way: tuple[str, ...]) -> list[str]:
    """The titles of the last set of the way; a set that is met again on the way is a circle."""
    titles: list[str] = []
    for member in listed[way[-1]]["of"]:
        if member in way:
            circle = " → ".join((*way[way.index(member) :], member))
            problem = f"circular definition: {circle}"
            raise reading.error(at(listed[way[-1]], "of"), problem, f"take {member} out of {way[-1]}")
        titles += [member] if member in TITLES else _opened(reading, listed, (*way, member))
    return titles
