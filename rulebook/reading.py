"""Checks the words of a rule file, and says where they stand and how to mend them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from rulebook.catalogue import INDICATORS, Indicator
from rulebook.conditions import Bound
from rulebook.rules import Setting, Text, TitleSet

NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_PLACE: Final = re.compile(r"[0-9]{6}|xpcc")


class RuleFileError(ValueError):
    """A rule file that is not loaded: where, what is wrong, and the mend."""

    def __init__(self, file: str, line: int, clause: str, problem: str, mend: str) -> None:
        self.file, self.line, self.clause, self.problem, self.mend = file, line, clause, problem, mend
        place = file + (f", line {line}" if line else "") + (f", clause {clause}" if clause else "")
        super().__init__(f"{place}: {problem}; {mend}")


class OutOfReachError(RuleFileError):
    """A bound that no figure can reach or miss, with what a form needs to say so as it is typed: exact, in `unit`."""

    def __init__(self, told: RuleFileError, bound: Bound, low: Fraction, high: Fraction, unit: str) -> None:
        super().__init__(told.file, told.line, told.clause, told.problem, told.mend)
        self.bound, self.low, self.high, self.unit = bound, low, high, unit


def at(mapping: Any, key: str = "") -> int:
    """The line of a key (or of the mapping); 0 where content did not come from a file."""
    lines: dict[str, int] = getattr(mapping, "lines", {})
    return lines.get(key, getattr(mapping, "line", 0))


@dataclass(slots=True)
class Reading:
    """The file being read, what its head has named, and the clause it has come to, for messages."""

    file: str
    clause: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    titles: Mapping[str, TitleSet] = field(default_factory=dict)

    def error(self, line: int, problem: str, mend: str) -> RuleFileError:
        return RuleFileError(self.file, line, self.clause, problem, mend)

    def mapping(self, content: Any, what: str, known: frozenset[str] | None = None, line: int = 0) -> Mapping[str, Any]:
        """A list of “key: value”; `line` is where it should stand, for content that is something else."""
        if not isinstance(content, Mapping):
            raise self.error(line, f"{what} is not a list of “key: value”", "write it as “key: value”")
        if known is not None:
            for key in content:
                if key not in known:
                    raise self.error(at(content, key), f"“{key}” is not known here", f"use: {', '.join(sorted(known))}")
        return content

    def under(
        self, parent: Mapping[str, Any], key: str, what: str, known: frozenset[str] | None = None
    ) -> Mapping[str, Any]:
        """The mapping under a key that must be there."""
        return self.mapping(self.need(parent, key), what, known, at(parent, key))

    def listed(self, parent: Mapping[str, Any], key: str, mend: str) -> list[Any]:
        """The list under a key that must be there."""
        found = self.need(parent, key)
        if not isinstance(found, list):
            raise self.error(at(parent, key), f"{key} is not a list", mend)
        return found

    def need(self, mapping: Mapping[str, Any], key: str) -> Any:
        if mapping.get(key) in (None, "", [], {}):
            raise self.error(at(mapping, key), f"{key} is missing", f"add “{key}: …”")
        return mapping[key]

    def words(self, value: Any, what: str, mapping: Any, key: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.error(at(mapping, key), f"{what} is not a text", f"write “{key}: some words”")
        return value

    def needed_words(self, mapping: Mapping[str, Any], key: str) -> str:
        return self.words(self.need(mapping, key), key, mapping, key)

    def text(self, mapping: Mapping[str, Any], key: str) -> Text:
        both = self.under(mapping, key, key, known=frozenset({"zh", "en"}))
        return Text(self.needed_words(both, "zh"), self.needed_words(both, "en"))

    def choice(self, value: Any, allowed: Collection[str], what: str, mapping: Any, key: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise self.error(at(mapping, key), f"{what} “{value}” is not known", f"use one of: {', '.join(allowed)}")
        return value

    def yes(self, mapping: Mapping[str, Any], key: str) -> bool:
        """yes or no; no where nothing is said."""
        return self.choice(mapping.get(key, "no"), ("yes", "no"), key, mapping, key) == "yes"

    def source(self, mapping: Mapping[str, Any]) -> str:
        """The document a key of `sources` stands for."""
        key = self.needed_words(mapping, "source")
        return self.sources[self.choice(key, self.sources, "source", mapping, "source")]

    def place(self, value: Any, mapping: Any, key: str) -> str:
        if not isinstance(value, str) or not _PLACE.fullmatch(value):
            mend = "write the six digits of the province-level authority, or xpcc"
            raise self.error(at(mapping, key), f"“{value}” is no code of a place", mend)
        return value

    def indicator(self, code: Any, mapping: Any, key: str) -> Indicator:
        found = INDICATORS.get(code) if isinstance(code, str) else None
        if found is None:
            raise self.error(at(mapping, key), f"there is no indicator “{code}”", "use a code of the catalogue")
        return found

    def number(self, mapping: Mapping[str, Any], key: str) -> Fraction:
        written = mapping.get(key)
        if not isinstance(written, str) or not NUMBER.fullmatch(written):
            mend = f"write “{key}: '0.70'” (at most nine decimals)"
            raise self.error(at(mapping, key), f"{key} has no number: “{written or ''}”", mend)
        return Fraction(written)
