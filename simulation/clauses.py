"""The thresholds and readings of a rule set as a person moves them: today's value, the range, the words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from rulebook import wording
from rulebook.conditions import DOWNWARD, Bound, Condition, Prefer
from rulebook.exact import ending
from rulebook.numbers import EXACT, Unreadable, plain, read_percent
from rulebook.requirement import requirement
from rulebook.rules import Rule, RuleSet
from rulebook.scenario import Key, ScenarioError, changed
from rulebook.spoken import spoken
from rulebook.thresholds import along, thresholds
from rulebook.wording import COMPARATORS
from simulation.settings import Settings
from simulation.tallying import decides

FRACTION = "fraction"
COMPARATOR = ".comparator"


@dataclass(frozen=True)
class Slider:
    """The range of a threshold in round steps, as a browser's slider takes it; shares in percent."""

    low: str
    high: str
    step: str
    at: str


@dataclass(frozen=True)
class Threshold:
    """One value that can be moved. `typed` stands in its field, `today` is what the rules say now."""

    key: str
    clause: str
    name: str
    asks: str
    today: str
    typed: str
    default: str
    unit: str
    comparator: str
    default_comparator: str
    comparators: tuple[tuple[str, str], ...]
    slider: Slider | None
    counts: bool
    wrong: str = ""

    @property
    def is_changed(self) -> bool:
        """Say whether the question has another value or comparator than the rules."""
        return (self.typed, self.comparator) != (self.default, self.default_comparator)

    @property
    def anchor(self) -> str:
        """Return the end of the id of what is said at its field."""
        return re.sub("[^0-9A-Za-z]", "-", self.key)

    @property
    def note(self) -> str:
        """Say how a small share was read, where a hundred times as much may be meant."""
        return small_share(self.typed) if self.is_changed and self.default.endswith("%") else ""


@dataclass(frozen=True)
class Reading:
    """A question the sources leave open, and the answers there are."""

    name: str
    question: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    default: str

    @property
    def is_changed(self) -> bool:
        """Say whether another reading is taken than the rules take."""
        return self.chosen != self.default


def movable(
    rules: RuleSet, changes: Mapping[str, str], lang: str, wrong: Mapping[str, str] | None = None
) -> list[Threshold]:
    """Return every threshold of the rules, those that decide about passing first; `wrong` is told at its field."""
    told = wrong or {}
    found = [
        replace(_threshold(rules, key, changes, lang), wrong=told.get(key) or told.get(key + COMPARATOR, ""))
        for key in thresholds(rules)
    ]
    return sorted(found, key=lambda one: not one.counts)


def _threshold(rules: RuleSet, key: str, changes: Mapping[str, str], lang: str) -> Threshold:
    rule, bound = rules.by_clause[Key.read(key).clause], thresholds(rules)[key]
    unit = rule.unit_code or ""
    fact = _fact(rule.condition, Key.read(key).parts)
    typed, default = changes.get(key, ""), _typed(bound.value, unit)
    down = bound.comparator in DOWNWARD
    words = ("at_most", "less_than") if down else ("at_least", "more_than")
    words = (*words, "equals") if bound.comparator == "equals" else words
    side = 0 if wording.chinese(lang) else 1
    return Threshold(
        key=key,
        clause=rule.clause,
        name=rule.name(lang),
        asks=requirement(fact, unit, lang) if Key.read(key).parts else "",
        today=wording.bound(bound, unit, lang) if unit else str(bound.value),
        typed=typed or default,
        default=default,
        unit="" if unit == FRACTION or rule.unit is None else rule.unit.name(lang),
        comparator=changes.get(key + COMPARATOR, bound.comparator),
        default_comparator=bound.comparator,
        comparators=tuple((word, COMPARATORS[word][side]) for word in words),
        slider=_slider(rules, key, typed or default, unit),
        counts=decides(rule),
    )


def _fact(condition: Condition | None, path: Sequence[int]) -> Condition:
    while isinstance(condition, Prefer):
        condition = condition.otherwise
    return _fact(condition.parts[path[0] - 1], path[1:]) if path else condition


def _typed(value: Fraction, unit: str) -> str:
    """The value as a person writes it: 40, or 70% for a share."""
    return f"{_plain(value * 100)}%" if unit == FRACTION else _plain(value)


def _plain(value: Fraction) -> str:
    return plain(Decimal(ending(value) or "0"))


def _slider(rules: RuleSet, key: str, typed: str, unit: str) -> Slider | None:
    try:
        points = along(rules, key)
    except (ScenarioError, ValueError):
        return None
    if len(points) < 3:
        return None
    times = 100 if unit == FRACTION else 1
    at = number(typed, unit)
    low, high = (
        min([points[0], *([at] if at is not None else [])]),
        max([points[-1], *([at] if at is not None else [])]),
    )
    told = [_plain(value * times) for value in (low, high, points[1] - points[0], points[0] if at is None else at)]
    return Slider(*told)


def number(text: str, unit: str) -> Fraction | None:
    """Return what was typed as the rules compare it; 1 for a share is 1 %. None for what is no number."""
    try:
        value, has_sign = read_percent(text)
    except Unreadable:
        return None
    return Fraction(EXACT.scaleb(value, Decimal(-2)) if has_sign or unit == FRACTION else value)


def small_share(typed: str) -> str:
    """Say how a share of at most 1 % was read: 按 1% 理解；如指 100%，请写 100%。 Empty for another."""
    value = number(typed, FRACTION)
    if value is None or not value or abs(value) > Fraction(1, 100):
        return ""
    told = {"read": f"{_plain(value * 100)}%", "meant": f"{_plain(value * 10_000)}%"}
    return _("Read as %(read)s; if %(meant)s is meant, please write %(meant)s.") % told


def readings(rules: RuleSet, changes: Mapping[str, str], lang: str) -> list[Reading]:
    """Return the readings of the rules that a clause takes."""
    used = {name for rule in rules.rules for name in rule.settings}
    return [
        Reading(
            name,
            setting.question(lang),
            tuple((option, spoken(words(lang))) for option, words in setting.options.items()),
            changes.get(name, setting.value),
            setting.value,
        )
        for name, setting in rules.settings.items()
        if name in used
    ]


def as_meant(settings: Settings, every: Sequence[RuleSet]) -> Settings:
    """Return the question without what changes nothing in any of the rules; 1 for a share becomes 1%."""
    changes = {key: _meant(key, value, every) for key, value in settings.changes.items()}
    kept = {key: value for key, value in changes.items() if not all(_is_same(key, value, rules) for rules in every)}
    return settings.but(changes=kept)


def _unit(key: str, rules: RuleSet) -> str:
    rule = rules.by_clause.get(Key.read(key).clause)
    return rule.unit_code or "" if rule else ""


def _meant(key: str, value: str, every: Sequence[RuleSet]) -> str:
    if not any(_unit(key, rules) == FRACTION and key in thresholds(rules) for rules in every):
        return value
    try:
        return f"{plain(read_percent(value)[0])}%"
    except Unreadable:
        return value


def _is_same(key: str, value: str, rules: RuleSet) -> bool:
    if key in rules.settings:
        return rules.settings[key].value == value
    known = thresholds(rules)
    if key in known:
        return number(value, _unit(key, rules)) == known[key].value
    bound = known.get(key.removesuffix(COMPARATOR))
    return bound is not None and key.endswith(COMPARATOR) and bound.comparator == value


def refusal(settings: Settings, every: Sequence[RuleSet], lang: str) -> str:
    """Return why the rules cannot be changed so; empty when they can."""
    for rules in every:
        for clause in settings.waive:
            if clause not in rules.by_clause:
                return _("There is no clause %(clause)s that could be waived.") % {"clause": clause}
        try:
            changed(rules, settings.changes)
        except ScenarioError as error:
            return error(lang)
    return ""


def wrong(settings: Settings, every: Sequence[RuleSet], lang: str) -> dict[str, str]:
    """Return why a value or comparator cannot be taken, by its key."""
    found: dict[str, str] = {}
    for rules in every:
        if _can_be(settings, rules):
            continue
        for key, value in settings.changes.items():
            try:
                changed(rules, {key: value})
            except ScenarioError as error:
                found.setdefault(key, error(lang))
    return found


def _can_be(settings: Settings, rules: RuleSet) -> bool:
    try:
        changed(rules, settings.changes)
    except ScenarioError:
        return False
    return True


def waivable(rules: RuleSet, lang: str) -> list[tuple[str, str]]:
    """Return the clauses whose waiver would let somebody pass."""
    return [(rule.clause, f"{rule.clause} {rule.name(lang)}") for rule in rules.rules if decides(rule)]


def name_of(key: str, every: Sequence[RuleSet], lang: str) -> str:
    """Return a clause with its subject, a reading with its question, or the key itself."""
    for rules in every:
        rule: Rule | None = rules.by_clause.get(Key.read(key).clause)
        if key in rules.settings:
            return rules.settings[key].question(lang)
        if rule is not None:
            return f"{rule.clause} {rule.name(lang)}"
    return key


def changed_keys(changes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return what is changed, with the keys that change it: a value and its comparator are one change."""
    found: dict[str, tuple[str, ...]] = {}
    for key in changes:
        base = key.removesuffix(COMPARATOR)
        found[base] = (*found.get(base, ()), key)
    return found


def change_in_words(key: str, changes: Mapping[str, str], every: Sequence[RuleSet], lang: str) -> str:
    """Return one change as a chip says it: 1.4 集群总产值 不低于 50 亿元."""
    name, value = name_of(key, every, lang), changes.get(key, "")
    for rules in every:
        if key in rules.settings:
            option = rules.settings[key].options.get(value)
            return _("%(name)s: %(value)s") % {"name": name, "value": spoken(option(lang)) if option else value}
        bound = thresholds(rules).get(key)
        unit = _unit(key, rules)
        if bound is None or not unit:
            continue
        told = number(value, unit) if value else bound.value
        comparator = changes.get(key + COMPARATOR, bound.comparator)
        if told is not None and comparator in COMPARATORS:
            return f"{name} {wording.bound(Bound(comparator, told), unit, lang)}"
    return f"{name} {value}"
