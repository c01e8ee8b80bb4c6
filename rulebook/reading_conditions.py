"""Reads the test of a clause: checks facts, bounds and settings, and builds its condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from rulebook import conditions
from rulebook.catalogue import INDICATORS
from rulebook.columns import MOST_ENTERPRISES
from rulebook.conditions import Bound, Condition
from rulebook.exact import ending
from rulebook.reading import OutOfReachError, Reading, at
from rulebook.roster import LEVELS

FACTS: Final[dict[str, frozenset[str]]] = {
    "figure": frozenset({"figure", "years"}),
    "share": frozenset({"share", "of", "years"}),
    "ratio": frozenset({"ratio", "of", "times", "years"}),
    "growth": frozenset({"growth", "method"}),
    "count": frozenset({"count", "distinct"}),
    "titles": frozenset({"titles", "levels", "leading", "on"}),
    "not_collected": frozenset({"not_collected"}),
}
_LIST: Final = "list the tests with “- ”"


@dataclass(slots=True)
class ConditionReading:
    """Reads one test, putting the chosen settings in place of “@name”; `used` are their names."""

    reading: Reading
    used: list[str] = field(default_factory=list)
    asked: tuple[str, ...] = ()  # the settings whose branches lead to where the reading is

    def condition(self, content: Any, line: int = 0) -> Condition:
        test = self.reading.mapping(content, "test", line=line)
        if "choose" in test:
            return self._chosen(test)
        for word, group in (("any", conditions.AnyOf), ("all", conditions.AllOf)):
            if word in test:
                self.reading.mapping(test, "test", known=frozenset({word}))
                return group(self._parts(test, word))
        if "at_least_of" in test:
            return self._at_least_of(test)
        if "not" in test:
            self.reading.mapping(test, "test", known=frozenset({"not"}))
            return conditions.Not(self.condition(self.reading.need(test, "not"), at(test, "not")))
        for word in ("rising", "falling"):
            if word in test:
                return self._trend(test, word)
        return self._compared(test)

    def _parts(self, test: Mapping[str, Any], word: str) -> tuple[Condition, ...]:
        parts = test[word]
        if not isinstance(parts, list) or len(parts) < 2:
            raise self.reading.error(at(test, word), f"“{word}” needs two tests or more", _LIST)
        return tuple(self.condition(part, at(test, word)) for part in parts)

    def _at_least_of(self, test: Mapping[str, Any]) -> Condition:
        """n of m; all of them or one of them has a word of its own, but is not wrong."""
        self.reading.mapping(test, "test", known=frozenset({"at_least_of"}))
        inside = self.reading.under(test, "at_least_of", "at_least_of", known=frozenset({"n", "tests"}))
        self.reading.listed(inside, "tests", _LIST)
        parts, n = self._parts(inside, "tests"), self.reading.number(inside, "n")
        if n.denominator != 1 or not 1 <= n <= len(parts):
            mend = f"write a whole number from 1 to {len(parts)}"
            raise self.reading.error(at(inside, "n"), f"n is {inside['n']} of {len(parts)} tests", mend)
        return conditions.AtLeast(int(n), parts)

    def _chosen(self, test: Mapping[str, Any]) -> Condition:
        """The branch a setting names; every branch is read, so that no wrong one waits unseen."""
        chosen = self._word(test, "choose", None)
        setting = self.reading.settings[str(test["choose"])[1:]]
        if setting.name in self.asked:
            problem = f"circular definition: a branch of @{setting.name} asks for @{setting.name} again"
            raise self.reading.error(at(test, "choose"), problem, "write the test of that branch instead")
        self.reading.mapping(test, "choose", known=frozenset({"choose", *setting.options}))
        before, self.asked = self.asked, (*self.asked, setting.name)
        branches = {
            option: self.condition(self.reading.need(test, option), at(test, option)) for option in setting.options
        }
        self.asked = before
        return branches[chosen]

    def _word(self, test: Mapping[str, Any], key: str, allowed: tuple[str, ...] | None, default: str = "") -> str:
        """A word of the file, or the chosen option of the setting it names with @."""
        written = test.get(key, default)
        if isinstance(written, str) and written.startswith("@"):
            setting = self.reading.settings.get(written[1:])
            if setting is None:
                known = ", ".join(self.reading.settings)
                raise self.reading.error(at(test, key), f"there is no setting {written}", f"settings: {known}")
            self.used.append(setting.name)
            for option in setting.options if allowed else ():
                self.reading.choice(option, allowed or (), key, test, key)
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
        """A fact against a bound; `otherwise` is what is asked where the fact cannot be told."""
        facts = [fact for fact in FACTS if fact in test]
        if len(facts) != 1:
            named = " and ".join(facts) or "nothing"
            raise self.reading.error(at(test), f"the test compares {named}", f"name one of: {', '.join(FACTS)}")
        known = FACTS[facts[0]] | set(conditions.COMPARATOR_WORDS) | {"otherwise"}
        self.reading.mapping(test, "test", known=known)
        found = self._fact(test, facts[0], self._bound(test))
        self._refuse_a_bound_out_of_reach(test, facts[0], found)
        if "otherwise" not in test:
            return found
        other = self.condition(self.reading.need(test, "otherwise"), at(test, "otherwise"))
        return conditions.Prefer(found, other)

    def _refuse_a_bound_out_of_reach(self, test: Mapping[str, Any], fact: str, found: Condition) -> None:
        """A bound that no figure can reach or miss is a slip of the unit: 70 for 70 %, yuan for 亿元."""
        low, high, unit = Fraction(0), Fraction(1), "fraction"
        match found:
            case conditions.Figure(code, years, bound):
                unit = INDICATORS[code].unit_code
                times = len(conditions.THREE_YEARS) if years == "sum" else 1
                low, high = (Fraction(limit) * times for limit in (INDICATORS[code].low, INDICATORS[code].high))
            case conditions.Count(codes, _, bound):
                unit, high = "item", sum((Fraction(INDICATORS[code].high) for code in codes), Fraction(0))
            case conditions.Roster():
                unit, high, bound = "item", Fraction(MOST_ENTERPRISES), found.bound
            case conditions.Ratio(_, _, _, bound, _) if fact == "share":
                pass
            case _:
                return
        if not low <= bound.value <= high:
            written = test[bound.comparator]
            problem = f"{bound.comparator} {written} is out of reach: the unit gives {ending(low)} to {ending(high)}"
            mend = "write a share as 0.70 and money in 亿元"
            told = self.reading.error(at(test, bound.comparator), problem, mend)
            raise OutOfReachError(told, bound, low, high, unit)

    def _fact(self, test: Mapping[str, Any], fact: str, bound: Bound) -> Condition:
        if fact == "growth":
            return self._growth(test, bound)
        if fact == "count":
            return self._count(test, bound)
        if fact == "titles":
            return self._titles(test, bound)
        if fact == "not_collected":
            what = self.reading.text(test, fact)
            return conditions.NotCollected(what.zh, what.en, bound)
        years_word = self._word(
            test, "years", conditions.FIGURE_YEARS if fact == "figure" else conditions.YEARS, "latest"
        )
        asked = (3, 2, 1) if "@" in str(test.get("years")) or years_word != "latest" else (1,)
        code = self._figures(test, fact, asked)
        if fact == "figure":
            return conditions.Figure(code, years_word, bound)
        times = self.reading.number(test, "times") if fact == "ratio" else Fraction(1)
        if times.denominator != 1 or times < 1:
            raise self.reading.error(at(test, "times"), "times is not a whole number", "write “times: '10000'”")
        return conditions.Ratio(code, self._figures(test, "of", asked), years_word, bound, int(times))

    def _growth(self, test: Mapping[str, Any], bound: Bound) -> Condition:
        method = self._word(test, "method", conditions.GROWTH, "cagr_2")
        if bound.value <= -1:
            raise self.reading.error(at(test), "growth cannot be compared with -100 %", "use a higher bound")
        years = (4, 3, 2, 1) if "@" in str(test.get("method")) else conditions.Growth("", method, bound).offsets
        return conditions.Growth(self._figures(test, "growth", years), method, bound)

    def _count(self, test: Mapping[str, Any], bound: Bound) -> Condition:
        codes = self.reading.listed(test, "count", "write “count: [a, b]”")
        if bound.comparator not in ("at_least", "more_than"):
            raise self.reading.error(at(test), "a count is compared upwards only", "use at_least or more_than")
        found = tuple(self.reading.indicator(code, test, "count").code for code in codes)
        if len(set(found)) != len(found):
            raise self.reading.error(at(test, "count"), "count names an indicator twice", "name each once")
        return conditions.Count(found, self._word(test, "distinct", conditions.DISTINCT, "sum"), bound)

    def _titles(self, test: Mapping[str, Any], bound: Bound) -> Condition:
        """Distinct enterprises holding any title of a set of the file."""
        name = self.reading.choice(
            self.reading.need(test, "titles"), self.reading.titles, "set of titles", test, "titles"
        )
        found = self.reading.titles[name]
        levels = self.reading.listed(test, "levels", "write “levels: [national]”") if "levels" in test else []
        return conditions.Roster(
            name=name,
            zh=found.label.zh,
            en=found.label.en,
            titles=found.titles,
            levels=tuple(self.reading.choice(level, LEVELS, "level", test, "levels") for level in levels),
            leading=self.reading.yes(test, "leading"),
            on=self._word(test, "on", conditions.COUNTED_ON, "year_end"),
            bound=bound,
        )

    def _bound(self, test: Mapping[str, Any]) -> Bound:
        words = [word for word in conditions.COMPARATOR_WORDS if word in test]
        if len(words) != 1:
            problem = f"there are {len(words)} comparators" if words else "there is no comparator"
            raise self.reading.error(at(test), problem, f"use one of: {', '.join(conditions.COMPARATOR_WORDS)}")
        return Bound(words[0], self.reading.number(test, words[0]))
