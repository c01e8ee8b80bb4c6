"""The test of a clause as a form shows it: one comparison, or several under one heading; and back again.

Only one level is shown. A test with a group inside a group, a roster of enterprises or a second-best fact is read
as None: the page says so and leaves it to YAML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from rulebook.catalogue import INDICATORS
from rulebook.conditions import COMPARATOR_WORDS
from rulebook.numbers import EXACT, plain

PERCENT = Decimal(100)
UPWARDS = ("at_least", "more_than")


class Fact(models.TextChoices):
    """What is compared."""

    FIGURE = "figure", pgettext_lazy("fact of a rule", "A figure itself")
    SHARE = "share", pgettext_lazy("fact of a rule", "A share: one figure over another")
    RATIO = "ratio", pgettext_lazy("fact of a rule", "A value per so many: one figure over another, times a number")
    GROWTH = "growth", pgettext_lazy("fact of a rule", "Average yearly growth")
    COUNT = "count", pgettext_lazy("fact of a rule", "Several numbers of enterprises together")
    RISING = "rising", pgettext_lazy("fact of a rule", "Never falling")
    FALLING = "falling", pgettext_lazy("fact of a rule", "Falling")
    NOT_COLLECTED = "not_collected", pgettext_lazy("fact of a rule", "Something nobody is asked for")


class Group(models.TextChoices):
    """How several tests belong together."""

    ONE = "", pgettext_lazy("tests of a clause", "One test only")
    ALL = "all", pgettext_lazy("tests of a clause", "All of the following")
    ANY = "any", pgettext_lazy("tests of a clause", "One of the following is enough")
    AT_LEAST = "at_least_of", pgettext_lazy("tests of a clause", "At least so many of the following")
    NOT = "not", pgettext_lazy("tests of a clause", "The following may not be")


TRENDS = (Fact.RISING, Fact.FALLING)
CHOOSE = "choose"
# the word of the file under which a fact keeps how it is read, and what it is where nothing is said
READING = {
    Fact.FIGURE: ("years", "latest"), Fact.SHARE: ("years", "latest"), Fact.RATIO: ("years", "latest"),
    Fact.GROWTH: ("method", "cagr_2"), Fact.COUNT: ("distinct", "sum"),
    Fact.RISING: ("reading", "each_year"), Fact.FALLING: ("reading", "each_year"),
}  # fmt: skip
_KNOWN = {"of", "times", "years", "method", "distinct", "reading", *COMPARATOR_WORDS}


@dataclass(frozen=True)
class Part:
    """One comparison. `value` is in the unit of the rules: a share of 70 % is 0.7."""

    fact: str
    indicator: str = ""
    of: str = ""
    times: str = ""
    counted: tuple[str, ...] = ()
    zh: str = ""
    en: str = ""
    reading: str = ""
    comparator: str = ""
    value: str = ""

    @property
    def is_percent(self) -> bool:
        """Say whether people write the value in percent."""
        if self.fact in (Fact.SHARE, Fact.GROWTH):
            return True
        if self.fact == Fact.FIGURE:
            return self.indicator in INDICATORS and INDICATORS[self.indicator].unit_code == "fraction"
        return False

    @property
    def typed(self) -> str:
        """Return the value as people write it."""
        if not self.value or not self.is_percent:
            return self.value
        return f"{plain(EXACT.multiply(Decimal(self.value), PERCENT))}%"


@dataclass(frozen=True)
class ClauseTest:
    """The comparisons of a clause and how they belong together; `choose:growth` takes one by a reading."""

    parts: tuple[Part, ...]
    group: str = ""
    n: str = ""
    options: tuple[str, ...] = field(default=())  # of the reading, one for each part


def read(test: Mapping[str, Any]) -> ClauseTest | None:
    """Return the test as a form can show it, None where it goes deeper."""
    for group in (Group.ALL, Group.ANY):
        if group in test:
            return _several(test[group], group)
    if Group.AT_LEAST in test:
        inside = test[Group.AT_LEAST]
        return _several(inside["tests"], Group.AT_LEAST, n=inside["n"])
    if Group.NOT in test:
        return _several([test[Group.NOT]], Group.NOT)
    if CHOOSE in test:
        options = tuple(option for option in test if option != CHOOSE)
        found = _several([test[option] for option in options], f"{CHOOSE}:{test[CHOOSE].removeprefix('@')}")
        return found and ClauseTest(found.parts, found.group, options=options)
    return _several([test], Group.ONE)


def _several(tests: list, group: str, n: str = "") -> ClauseTest | None:
    parts = tuple(_part(test) for test in tests)
    return None if None in parts else ClauseTest(parts, group, n)


def _part(test: Mapping[str, Any]) -> Part | None:
    facts = [fact for fact in Fact.values if fact in test]
    if len(facts) != 1 or not set(test) <= _KNOWN | {facts[0]}:
        return None
    fact, told = facts[0], test[facts[0]]
    word, default = READING.get(Fact(fact), ("", ""))
    comparator = next((one for one in COMPARATOR_WORDS if one in test), "")
    several = fact == Fact.COUNT
    return Part(
        fact=fact,
        indicator=told if isinstance(told, str) else "",
        of=test.get("of", ""),
        times=test.get("times", ""),
        counted=tuple(told) if several else (),
        zh=told["zh"] if fact == Fact.NOT_COLLECTED else "",
        en=told["en"] if fact == Fact.NOT_COLLECTED else "",
        reading=test.get(word, default),
        comparator=comparator,
        value=plain(Decimal(test[comparator])) if comparator else "",  # 0.70 and 0.7 are one bound
    )


def write(test: ClauseTest) -> dict[str, Any]:
    """Return the test in the form of a rule file."""
    tests = [_written(part) for part in test.parts]
    if test.group.startswith(CHOOSE):
        return {CHOOSE: f"@{test.group.partition(':')[2]}", **dict(zip(test.options, tests, strict=False))}
    match test.group:
        case Group.ONE:
            return tests[0] if tests else {}
        case Group.AT_LEAST:
            return {"at_least_of": {"n": test.n, "tests": tests}}
        case Group.NOT:
            return {"not": tests[0] if len(tests) == 1 else {"any": tests}}
        case _:
            return {str(test.group): tests}


def _written(part: Part) -> dict[str, Any]:
    fact = Fact(part.fact)
    told: dict[str, Any] = {str(fact): part.indicator}
    if fact is Fact.COUNT:
        told = {str(fact): list(part.counted)}
    elif fact is Fact.NOT_COLLECTED:
        told = {str(fact): {"zh": part.zh, "en": part.en}}
    if fact in (Fact.SHARE, Fact.RATIO):
        told["of"] = part.of
    if fact is Fact.RATIO:
        told["times"] = part.times
    if fact in READING:
        word, default = READING[fact]
        told[word] = part.reading or default
    if fact not in TRENDS:
        told[part.comparator] = part.value
    return told
