"""Reads the `scoring` of a rule file: refuses weights that do not make 100 and bands with holes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from rulebook.conditions import Bound
from rulebook.exact import ending
from rulebook.reading import Reading, at
from rulebook.rules import Text
from rulebook.scoring.tree import (
    FULL,
    LEVELS,
    LIMITS,
    MEASURES,
    ORDERS,
    Adjustment,
    Band,
    Banded,
    Given,
    Grade,
    Grades,
    Item,
    Leaf,
    Measure,
    Money,
    Open,
    Scoring,
    Source,
    Stars,
    YearOfTitle,
)

_TOP: Final = frozenset(["items", "adjustments", "total", "grades", "stars", "money", "notes"])
_ITEM: Final = frozenset(["item", "name", "weight", "source", "article", "score", "items", "as_a_whole"])
_ADJUSTMENT: Final = frozenset(["item", "name", "kind", "most", "source", "article", "score"])
_UPWARD: Final = ("at_least", "more_than")


def scoring(reading: Reading, top: Mapping[str, Any]) -> Scoring | None:
    """The scoring of a rule set, None where there is none; raises RuleFileError."""
    if "scoring" not in top:
        return None
    found = _Scoring(reading).whole(reading.under(top, "scoring", "scoring", known=_TOP))
    reading.clause = ""
    return found


@dataclass(slots=True)
class _Scoring:
    """Reads part by part; the item it has come to stands in messages."""

    reading: Reading

    def whole(self, content: Mapping[str, Any]) -> Scoring:
        least, most = self._ends(content)
        items = self._items(content, level=1)
        adjustments = tuple(self._adjustment(one) for one in self._list(content, "adjustments"))
        self._once([item.item for top in items for item in top.walk()] + [one.item for one in adjustments], content)
        self.reading.clause = ""
        grades = self._grades(content) if "grades" in content else None
        return Scoring(
            items=items,
            adjustments=adjustments,
            least=least,
            most=most,
            grades=grades,
            stars=self._stars(content, grades) if "stars" in content else None,
            money=self._money(content) if "money" in content else None,
            notes=tuple(self._note(content, one) for one in self._list(content, "notes")),
        )

    # ------------------------------------------------------------------ items

    def _items(self, parent: Mapping[str, Any], level: int) -> tuple[Item, ...]:
        if level > LEVELS:
            raise self.reading.error(at(parent, "items"), "there are more than three levels", "score this item itself")
        listed = self.reading.listed(parent, "items", "write “- item: …” for each")
        above = self.reading.clause
        items = tuple(self._item(one, level, at(parent, "items")) for one in listed)
        self.reading.clause = above
        self._make_100(items, at(parent, "items"))
        return items

    def _item(self, content: Any, level: int, line: int) -> Item:
        one = self.reading.mapping(content, "an item", _ITEM, line)
        item = self.reading.clause = self.reading.needed_words(one, "item")
        if ("score" in one) == ("items" in one):
            both = "both score and items" if "score" in one else "neither score nor items"
            raise self.reading.error(
                at(one), f"the item has {both}", "write “score: …” for a leaf, “items:” for a group"
            )
        if "as_a_whole" in one and "items" not in one:
            raise self.reading.error(at(one, "as_a_whole"), "only a group is scored as a whole", "remove as_a_whole")
        return Item(
            item=item,
            name=self.reading.text(one, "name"),
            weight=self._weight(one),
            source=self._source(one),
            leaf=self._leaf(one, FULL) if "score" in one else None,
            parts=self._items(one, level + 1) if "items" in one else (),
            as_a_whole=self.reading.yes(one, "as_a_whole"),
        )

    def _weight(self, one: Mapping[str, Any]) -> Fraction | None:
        if self.reading.need(one, "weight") == "open":
            return None
        return self._positive(one, "weight")

    def _make_100(self, items: Sequence[Item], line: int) -> None:
        names = ", ".join(item.item for item in items)
        known = [item.weight for item in items if item.weight is not None]
        if known and len(known) < len(items):
            problem = f"only some of the weights of {names} are open"
            raise self.reading.error(line, problem, "give every weight, or write “weight: open” for all")
        if known and sum(known) != FULL:
            problem = f"the weights of {names} add up to {_plain(sum(known, Fraction(0)))} %, not 100 %"
            raise self.reading.error(line, problem, "change the weights so that they make 100")

    def _adjustment(self, content: Any) -> Adjustment:
        one = self.reading.mapping(content, "an adjustment", _ADJUSTMENT)
        item = self.reading.clause = self.reading.needed_words(one, "item")
        kind = self.reading.choice(self.reading.need(one, "kind"), ("bonus", "deduction"), "kind", one, "kind")
        leaf = self._leaf(one, self._positive(one, "most"))
        return Adjustment(item, self.reading.text(one, "name"), kind == "bonus", self._source(one), leaf)

    def _once(self, items: Sequence[str], content: Mapping[str, Any]) -> None:
        for item in items:
            if items.count(item) > 1:
                self.reading.clause = item
                raise self.reading.error(at(content, "items"), "two items have this number", "number each item once")

    # ------------------------------------------------------------------ leaves

    def _leaf(self, one: Mapping[str, Any], most: Fraction) -> Leaf:
        score = self.reading.under(one, "score", "score")
        for word, leaf in (("given", Given), ("open", Open)):
            if word in score:
                self.reading.mapping(score, "score", known=frozenset({word}))
                made: Leaf = leaf(self.reading.text(score, word), most)
                return made
        kinds = [kind for kind in MEASURES if kind in score]
        if len(kinds) != 1:
            problem = f"the score comes from {' and '.join(kinds) or 'nothing'}"
            raise self.reading.error(at(score), problem, f"name one of: given, open, {', '.join(MEASURES)}")
        self.reading.mapping(score, "score", known=frozenset({kinds[0], "of", "over", "bands"}))
        return Banded(self._measure(score, kinds[0]), self._bands(score, most))

    def _measure(self, score: Mapping[str, Any], kind: str) -> Measure:
        if (kind == "share") != ("of" in score):
            mend = "write “of: …” for a share, and only for a share"
            raise self.reading.error(at(score, "of"), f"{kind} and “of” do not fit", mend)
        if "over" in score and kind in ("figure", "share"):
            raise self.reading.error(at(score, "over"), f"a {kind} is of one year", "remove “over”")
        over = int(self.reading.choice(score.get("over", "1"), ("1", "2"), "over", score, "over"))
        code = self.reading.indicator(self.reading.need(score, kind), score, kind).code
        of = self.reading.indicator(self.reading.need(score, "of"), score, "of").code if kind == "share" else ""
        measure = Measure(kind, code, of, over)
        for name, back in measure.cells:
            if back not in self.reading.indicator(name, score, kind).offsets:
                mend = "score the latest year, or ask for more years in the catalogue"
                raise self.reading.error(at(score, kind), f"{name} is not collected for T-{back}", mend)
        return measure

    def _bands(self, score: Mapping[str, Any], most: Fraction) -> tuple[Band, ...]:
        """From the highest down, and one for everything else, so that no value is left without points."""
        listed = self.reading.listed(score, "bands", "write “- {at_least: '0.10', points: '100'}” for each")
        *upper, last = [self.reading.mapping(one, "a band", line=at(score, "bands")) for one in listed]
        bands = [self._band(one) for one in upper]
        for before, band, one in zip(bands, bands[1:], upper[1:], strict=False):
            assert before.bound is not None and band.bound is not None
            if _rank(band.bound) >= _rank(before.bound):
                raise self.reading.error(at(one), "the bands do not go down", "write the highest band first")
        self.reading.mapping(last, "the last band", known=frozenset({"otherwise"}), line=at(score, "bands"))
        bands.append(Band(None, self.reading.number(last, "otherwise")))
        for band, one in zip(bands, [*upper, last], strict=True):
            if not 0 <= band.points <= most:
                raise self.reading.error(
                    at(one), f"a band gives {_plain(band.points)} points", f"use 0 to {_plain(most)}"
                )
        return tuple(bands)

    def _band(self, one: Mapping[str, Any]) -> Band:
        self.reading.mapping(one, "a band", known=frozenset({*_UPWARD, "points"}))
        words = [word for word in _UPWARD if word in one]
        if len(words) != 1:
            raise self.reading.error(
                at(one), f"a band has {len(words)} comparators", f"use one of: {', '.join(_UPWARD)}"
            )
        return Band(Bound(words[0], self.reading.number(one, words[0])), self.reading.number(one, "points"))

    # ------------------------------------------------------------------ what a total leads to

    def _ends(self, content: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
        if "total" not in content:
            return Fraction(0), FULL
        total = self.reading.under(content, "total", "total", known=frozenset({"least", "most"}))
        least, most = self.reading.number(total, "least"), self.reading.number(total, "most")
        if least >= most:
            raise self.reading.error(
                at(content, "total"), "least is not below most", "write the smaller number as least"
            )
        return least, most

    def _grades(self, content: Mapping[str, Any]) -> Grades:
        known = frozenset({"source", "article", "listed"})
        grades = self.reading.under(content, "grades", "grades", known)
        listed = []
        for one in self.reading.listed(grades, "listed", "write “- {grade: …, name: …, at_least: …}” for each"):
            grade = self.reading.mapping(one, "a grade", frozenset({"grade", "name", "at_least"}), at(grades, "listed"))
            code = self.reading.needed_words(grade, "grade")
            open_ = grade.get("at_least") == "open"
            bound = None if open_ or "at_least" not in grade else self.reading.number(grade, "at_least")
            listed.append((Grade(code, self.reading.text(grade, "name"), bound), open_))
        line = at(grades, "listed")
        if len({grade.code for grade, _ in listed}) != len(listed):
            raise self.reading.error(line, "two grades have one code", "name each grade once")
        *upper, (lowest, lowest_open) = listed
        if lowest.at_least is not None or lowest_open:
            raise self.reading.error(line, "the lowest grade has a cut-off", "leave at_least out of the last grade")
        opened = {open_ for _, open_ in upper}
        if len(opened) != 1:
            raise self.reading.error(line, "only some cut-offs are open", "give every cut-off, or write “open” for all")
        cuts = [grade.at_least for grade, _ in upper if grade.at_least is not None]
        if opened == {False} and (len(cuts) < len(upper) or cuts != sorted(set(cuts), reverse=True)):
            raise self.reading.error(
                line, "the cut-offs do not go down", "write the best grade first, each with at_least"
            )
        return Grades(tuple(grade for grade, _ in listed), opened == {True}, self._source(grades))

    def _stars(self, content: Mapping[str, Any], grades: Grades | None) -> Stars:
        known = frozenset({"source", "article", "years", "order", "table"})
        stars = self.reading.under(content, "stars", "stars", known)
        if grades is None:
            raise self.reading.error(at(content, "stars"), "there are no grades to give stars for", "add “grades:”")
        years = self._whole_number(stars, "years")
        ordered = self._word(stars, "order", ORDERS, "any_order") == "in_order"
        table: dict[tuple[str, ...], int] = {}
        for one in self.reading.listed(stars, "table", "write “- {grades: [a, b], stars: '5'}” for each"):
            row = self.reading.mapping(one, "a row", frozenset({"grades", "stars"}), at(stars, "table"))
            named = self.reading.listed(row, "grades", "write “grades: [a, b]”")
            codes = [self.reading.choice(g, [x.code for x in grades.listed], "grade", row, "grades") for g in named]
            if len(codes) != years:
                raise self.reading.error(
                    at(row, "grades"), f"there are {len(codes)} grades", f"name one of {years} years"
                )
            key = tuple(codes if ordered else sorted(codes))
            if key in table:
                raise self.reading.error(at(row, "grades"), "these grades are listed twice", "list them once")
            table[key] = self._whole_number(row, "stars")
        return Stars(years, ordered, table, self._source(stars))

    def _money(self, content: Mapping[str, Any]) -> Money:
        known = frozenset({"source", "article", "bands", "years", "limit"})
        money = self.reading.under(content, "money", "money", known)
        bands = []
        for one in self.reading.listed(money, "bands", "write “- {at_least: '80', yuan: '600000'}” for each"):
            band = self.reading.mapping(one, "a band", frozenset({"at_least", "yuan"}), at(money, "bands"))
            bands.append((self.reading.number(band, "at_least"), self._amount(band, "yuan")))
        totals = [total for total, _ in bands]
        if totals != sorted(set(totals), reverse=True):
            raise self.reading.error(at(money, "bands"), "the bands do not go down", "write the highest band first")
        years: dict[int, YearOfTitle] = {}
        for one in self._list(money, "years"):
            year = self.reading.mapping(one, "a year", frozenset({"year", "flat", "most"}), at(money, "years"))
            if ("flat" in year) == ("most" in year):
                raise self.reading.error(at(year), "a year is paid flat or up to a most", "write one of: flat, most")
            number = self._whole_number(year, "year")
            if number in years:
                raise self.reading.error(at(year, "year"), "this year is listed twice", "list it once")
            years[number] = YearOfTitle(
                self._amount(year, "flat") if "flat" in year else None,
                self._amount(year, "most") if "most" in year else None,
            )
        return Money(tuple(bands), years, self._word(money, "limit", LIMITS, "cap") == "cap", self._source(money))

    # ------------------------------------------------------------------ small things

    def _source(self, one: Mapping[str, Any]) -> Source:
        return Source(self.reading.source(one), self.reading.needed_words(one, "article"))

    def _list(self, content: Mapping[str, Any], key: str) -> list[Any]:
        return self.reading.listed(content, key, f"write “{key}:” with “- ” for each") if key in content else []

    def _note(self, content: Mapping[str, Any], one: Any) -> Text:
        return self.reading.text({"note": self.reading.mapping(one, "a note", line=at(content, "notes"))}, "note")

    def _positive(self, one: Mapping[str, Any], key: str) -> Fraction:
        self.reading.need(one, key)
        number = self.reading.number(one, key)
        if not 0 < number <= FULL:
            raise self.reading.error(at(one, key), f"{key} is {_plain(number)}", "use a number above 0, up to 100")
        return number

    def _amount(self, one: Mapping[str, Any], key: str) -> Fraction:
        number = self.reading.number(one, key)
        if number < 0:
            raise self.reading.error(at(one, key), f"{key} is below 0", "write 0 or more")
        return number

    def _whole_number(self, one: Mapping[str, Any], key: str) -> int:
        number = self.reading.number(one, key)
        if number.denominator != 1 or number < 1:
            raise self.reading.error(at(one, key), f"{key} is not a whole number", f"write “{key}: '2'”")
        return int(number)

    def _word(self, one: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str) -> str:
        """A word of the file, or the chosen option of the setting it names with @."""
        written = one.get(key, default)
        if not (isinstance(written, str) and written.startswith("@")):
            return self.reading.choice(written, allowed, key, one, key)
        setting = self.reading.settings.get(written[1:])
        if setting is None:
            known = ", ".join(self.reading.settings)
            raise self.reading.error(at(one, key), f"there is no setting {written}", f"settings: {known}")
        for option in setting.options:
            self.reading.choice(option, allowed, key, one, key)
        return setting.value


def _rank(bound: Bound) -> tuple[Fraction, bool]:
    """Where a band begins: more than 10 lies above at least 10."""
    return bound.value, bound.strict


def _plain(number: Fraction) -> str:
    return ending(number) or str(number)
