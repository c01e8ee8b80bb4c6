"""Reads one clause of a rule file: checks words, units and figures, and builds its condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from rulebook import conditions
from rulebook.catalogue import INDICATORS, UNITS, Indicator, Kind
from rulebook.conditions import Bound, Condition
from rulebook.rules import Rule, RuleKind, Setting, Text

_CLAUSE_KEYS: Final = frozenset(
    ("clause", "name", "text", "wording", "says", "source", "article", "kind", "veto", "when", "unit", "test")
)
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_FACTS: Final[dict[str, frozenset[str]]] = {
    "figure": frozenset({"figure", "years"}),
    "share": frozenset({"share", "of", "years"}),
    "ratio": frozenset({"ratio", "of", "times", "years"}),
    "growth": frozenset({"growth", "method"}),
    "count": frozenset({"count", "distinct"}),
    "not_collected": frozenset({"not_collected"}),
}
_PER_10K: Final = {("patent", "person"): "patent_per_10k"}


class RuleFileError(ValueError):
    """A rule file that is not loaded: where, what is wrong, and the mend."""

    def __init__(self, file: str, line: int, clause: str, problem: str, mend: str) -> None:
        self.file, self.line, self.clause, self.problem, self.mend = file, line, clause, problem, mend
        place = file + (f", line {line}" if line else "") + (f", clause {clause}" if clause else "")
        super().__init__(f"{place}: {problem}; {mend}")


def at(mapping: Any, key: str = "") -> int:
    """The line of a key (or of the mapping); 0 where content did not come from a file."""
    lines: dict[str, int] = getattr(mapping, "lines", {})
    return lines.get(key, getattr(mapping, "line", 0))


@dataclass(slots=True)
class Reading:
    """The file being read, and the clause it has come to, for error messages."""

    file: str
    clause: str = ""

    def error(self, line: int, problem: str, mend: str) -> RuleFileError:
        return RuleFileError(self.file, line, self.clause, problem, mend)

    def mapping(self, content: Any, what: str, known: frozenset[str] | None = None) -> Mapping[str, Any]:
        if not isinstance(content, Mapping):
            raise self.error(0, f"{what} is not a list of “key: value”", "write it as “key: value”")
        if known is not None:
            for key in content:
                if key not in known:
                    raise self.error(at(content, key), f"“{key}” is not known here", f"use: {', '.join(sorted(known))}")
        return content

    def need(self, mapping: Mapping[str, Any], key: str) -> Any:
        if mapping.get(key) in (None, "", [], {}):
            raise self.error(at(mapping, key), f"{key} is missing", f"add “{key}: …”")
        return mapping[key]

    def words(self, value: Any, what: str, mapping: Any, key: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.error(at(mapping, key), f"{what} is not a text", f"write “{key}: some words”")
        return value

    def text(self, mapping: Mapping[str, Any], key: str) -> Text:
        both = self.mapping(self.need(mapping, key), key, known=frozenset({"zh", "en"}))
        return Text(
            self.words(self.need(both, "zh"), "zh", both, "zh"), self.words(self.need(both, "en"), "en", both, "en")
        )

    def choice(self, value: Any, allowed: Any, what: str, mapping: Any, key: str) -> str:
        if value not in allowed:
            raise self.error(at(mapping, key), f"{what} “{value}” is not known", f"use one of: {', '.join(allowed)}")
        return str(value)

    def indicator(self, code: Any, mapping: Any, key: str) -> Indicator:
        found = INDICATORS.get(code) if isinstance(code, str) else None
        if found is None:
            raise self.error(at(mapping, key), f"there is no indicator “{code}”", "use a code of the catalogue")
        return found

    def rule(self, content: Any, sources: Mapping[str, str], settings: Mapping[str, Setting]) -> Rule:
        """One clause."""
        self.clause = str(content.get("clause", "")) if isinstance(content, Mapping) else ""
        one = self.mapping(content, "a clause", known=_CLAUSE_KEYS)
        self.clause = self.words(self.need(one, "clause"), "clause", one, "clause")
        source = self.words(self.need(one, "source"), "source", one, "source")
        self.choice(source, sources, "source", one, "source")
        kind = RuleKind(self.choice(self.need(one, "kind"), [str(k) for k in RuleKind], "kind", one, "kind"))
        used: list[str] = []
        condition = self._condition_of(one, kind, settings, used)
        rule = Rule(
            clause=self.clause,
            name=self.text(one, "name"),
            text=self.text(one, "text"),
            wording=self.choice(one.get("wording", "verbatim"), ("verbatim", "summary"), "wording", one, "wording"),
            says=self.text(one, "says"),
            source=sources[source],
            article=self.words(self.need(one, "article"), "article", one, "article"),
            kind=kind,
            veto=self.choice(one.get("veto", "no"), ("yes", "no"), "veto", one, "veto") == "yes",
            condition=condition,
            when=self._when(one, kind),
            unit_code=self._unit(one, condition),
            settings=tuple(dict.fromkeys(used)),
        )
        self.clause = ""
        return rule

    def _condition_of(
        self, one: Mapping[str, Any], kind: RuleKind, settings: Mapping[str, Setting], used: list[str]
    ) -> Condition | None:
        if kind is RuleKind.MANUAL:
            if "test" in one:
                raise self.error(at(one, "test"), "a manual clause has no test", "remove the test or change the kind")
            return None
        return ConditionReading(self, settings, used).condition(self.need(one, "test"))

    def _when(self, one: Mapping[str, Any], kind: RuleKind) -> str | None:
        if kind is not RuleKind.CONDITIONAL:
            if "when" in one:
                raise self.error(at(one, "when"), "only a conditional clause has “when”", "use “kind: conditional”")
            return None
        flag = self.indicator(self.need(one, "when"), one, "when")
        if flag.kind is not Kind.BOOLEAN:
            raise self.error(at(one, "when"), f"{flag.code} is not answered by yes or no", "name a yes/no indicator")
        return flag.code

    def _unit(self, one: Mapping[str, Any], condition: Condition | None) -> str | None:
        if condition is None:
            return None
        unit = self.choice(self.need(one, "unit"), UNITS, "unit", one, "unit")
        for found in sorted(units_of(condition)):
            if found != unit:
                raise self.error(
                    at(one, "unit"), f"the unit is {unit} but the test is in {found}", f"write “unit: {found}”"
                )
        return unit


def units_of(condition: Condition) -> set[str]:
    """The units a condition's values come in; a sound clause has one."""
    match condition:
        case conditions.Figure(code, _, _) | conditions.Trend(code, _, _):
            return {INDICATORS[code].unit_code}
        case conditions.Ratio(code, of, _, _, times):
            pair = (INDICATORS[code].unit_code, INDICATORS[of].unit_code)
            return {"fraction"} if times == 1 and pair[0] == pair[1] else {_PER_10K.get(pair, "/".join(pair))}
        case conditions.Growth():
            return {"fraction"}
        case conditions.Count(codes, _, _):
            return {INDICATORS[code].unit_code for code in codes}
        case conditions.AllOf(parts) | conditions.AnyOf(parts):
            return {unit for part in parts for unit in units_of(part)}
        case _:
            return set()


@dataclass(slots=True)
class ConditionReading:
    """Reads the `test` of one clause, putting the chosen settings in place of “@name”."""

    reading: Reading
    settings: Mapping[str, Setting]
    used: list[str]

    def condition(self, content: Any) -> Condition:
        test = self.reading.mapping(content, "test")
        if "choose" in test:
            return self._chosen(test)
        for word, group in (("any", conditions.AnyOf), ("all", conditions.AllOf)):
            if word in test:
                self.reading.mapping(test, "test", known=frozenset({word}))
                parts = test[word]
                if not isinstance(parts, list) or len(parts) < 2:
                    raise self.reading.error(at(test, word), f"“{word}” needs two tests or more", "list them with “- ”")
                return group(tuple(self.condition(part) for part in parts))
        for word in ("rising", "falling"):
            if word in test:
                return self._trend(test, word)
        return self._compared(test)

    def _chosen(self, test: Mapping[str, Any]) -> Condition:
        """The branch a setting names; every branch is read, so that no wrong one waits unseen."""
        chosen = self._word(test, "choose", None)
        setting = self.settings[str(test["choose"])[1:]]
        self.reading.mapping(test, "choose", known=frozenset({"choose", *setting.options}))
        branches = {option: self.condition(self.reading.need(test, option)) for option in setting.options}
        return branches[chosen]

    def _word(self, test: Mapping[str, Any], key: str, allowed: tuple[str, ...] | None, default: str = "") -> str:
        """A word of the file, or the chosen option of the setting it names with @."""
        written = test.get(key, default)
        if isinstance(written, str) and written.startswith("@"):
            setting = self.settings.get(written[1:])
            if setting is None:
                known = ", ".join(self.settings)
                raise self.reading.error(at(test, key), f"there is no setting {written}", f"settings: {known}")
            self.used.append(setting.name)
            for option in setting.options if allowed else ():
                self.reading.choice(option, allowed, key, test, key)
            return setting.value
        if allowed is None:
            raise self.reading.error(at(test, key), f"{key} names no setting", f"write “{key}: '@setting'”")
        return self.reading.choice(written, allowed, key, test, key)

    def _figures(self, test: Mapping[str, Any], key: str, years: tuple[int, ...]) -> str:
        """An indicator that is collected for all those years."""
        indicator = self.reading.indicator(self.reading.need(test, key), test, key)
        lacking = [f"T-{offset}" for offset in years if offset not in indicator.offsets]
        if lacking:
            mend = "read the latest year, or ask for more years in the catalogue"
            raise self.reading.error(at(test, key), f"{indicator.code} is not collected for {', '.join(lacking)}", mend)
        return indicator.code

    def _trend(self, test: Mapping[str, Any], word: str) -> Condition:
        self.reading.mapping(test, word, known=frozenset({word, "reading"}))
        reading = self._word(test, "reading", conditions.TREND, "each_year")
        return conditions.Trend(self._figures(test, word, (3, 2, 1)), word == "rising", reading)

    def _compared(self, test: Mapping[str, Any]) -> Condition:
        facts = [fact for fact in _FACTS if fact in test]
        if len(facts) != 1:
            found = " and ".join(facts) or "nothing"
            raise self.reading.error(at(test), f"the test compares {found}", f"name one of: {', '.join(_FACTS)}")
        fact = facts[0]
        self.reading.mapping(test, "test", known=_FACTS[fact] | set(conditions.COMPARATOR_WORDS))
        bound = self._bound(test)
        if fact == "growth":
            method = self._word(test, "method", conditions.GROWTH, "cagr_2")
            if bound.value <= -1:
                raise self.reading.error(at(test), "growth cannot be compared with -100 %", "use a higher bound")
            years = (4, 3, 2, 1) if "@" in str(test.get("method")) else conditions.Growth("", method, bound).offsets
            return conditions.Growth(self._figures(test, fact, years), method, bound)
        if fact == "count":
            return self._count(test, bound)
        if fact == "not_collected":
            what = self.reading.text(test, fact)
            return conditions.NotCollected(what.zh, what.en, bound)
        years_word = self._word(test, "years", conditions.YEARS, "latest")
        asked = (3, 2, 1) if "@" in str(test.get("years")) or years_word != "latest" else (1,)
        code = self._figures(test, fact, asked)
        if fact == "figure":
            return conditions.Figure(code, years_word, bound)
        times = self._number(test, "times") if fact == "ratio" else Fraction(1)
        if times.denominator != 1 or times < 1:
            raise self.reading.error(at(test, "times"), "times is not a whole number", "write “times: '10000'”")
        return conditions.Ratio(code, self._figures(test, "of", asked), years_word, bound, int(times))

    def _count(self, test: Mapping[str, Any], bound: Bound) -> Condition:
        codes = self.reading.need(test, "count")
        if not isinstance(codes, list):
            raise self.reading.error(at(test, "count"), "count is not a list", "write “count: [a, b]”")
        if bound.comparator not in ("at_least", "more_than"):
            raise self.reading.error(at(test), "a count is compared upwards only", "use at_least or more_than")
        found = tuple(self.reading.indicator(code, test, "count").code for code in codes)
        if len(set(found)) != len(found):
            raise self.reading.error(at(test, "count"), "count names an indicator twice", "name each once")
        return conditions.Count(found, self._word(test, "distinct", conditions.DISTINCT, "sum"), bound)

    def _bound(self, test: Mapping[str, Any]) -> Bound:
        words = [word for word in conditions.COMPARATOR_WORDS if word in test]
        if len(words) != 1:
            problem = f"there are {len(words)} comparators" if words else "there is no comparator"
            raise self.reading.error(at(test), problem, f"use one of: {', '.join(conditions.COMPARATOR_WORDS)}")
        return Bound(words[0], self._number(test, words[0]))

    def _number(self, test: Mapping[str, Any], key: str) -> Fraction:
        written = test.get(key)
        if not isinstance(written, str) or not _NUMBER.fullmatch(written):
            mend = f"write “{key}: '0.70'” (at most nine decimals)"
            raise self.reading.error(at(test, key), f"{key} has no number: “{written or ''}”", mend)
        return Fraction(written)
