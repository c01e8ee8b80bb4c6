"""A rule set as a page shows it: clause by clause, in plain words, with its bounds kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from clusters.sentences import listed
from rulebook import cases, wording
from rulebook.catalogue import INDICATORS
from rulebook.conditions import Bound, Condition, Group, Prefer, leaves
from rulebook.differences import Difference
from rulebook.requirement import requirement
from rulebook.roster import TITLES
from rulebook.rules import Region, Rule, RuleKind, RuleSet
from rulebook.scoring import compare
from rulebook.spoken import spoken
from rulebook.units import unit_of
from ruledesk.readiness import Tried, tried
from ruledesk.sums import sums

KINDS = {
    RuleKind.HARD: pgettext_lazy("kind of a clause", "Hard"),
    RuleKind.SOFT: pgettext_lazy("kind of a clause", "Soft (“generally”)"),
    RuleKind.MANUAL: pgettext_lazy("kind of a clause", "Judged by people"),
    RuleKind.MIXED: pgettext_lazy("kind of a clause", "Computed, then judged by people"),
    RuleKind.CONDITIONAL: pgettext_lazy("kind of a clause", "Applies under a condition"),
    RuleKind.OPEN: pgettext_lazy("kind of a clause", "Source not published"),
}


def lang() -> str:
    """Return the language of the page."""
    return get_language() or "zh"


@dataclass(frozen=True)
class BoundView:
    """A bound with its comparator: sign, words, and whether the number itself is enough."""

    sign: str
    words: str
    of: str

    @property
    def inclusion(self) -> str:
        """Say whether the number itself is enough: where two rules are told apart that look alike."""
        if self.sign in {"≥", "≤"}:
            return _("the number itself is enough")
        return _("the number itself is not enough") if self.sign in {">", "<"} else ""


@dataclass(frozen=True)
class SettingView:
    """A question the sources leave open, what was chosen, and what could be."""

    name: str
    question: str
    chosen: str
    options: list[tuple[str, str, bool]]
    source: str
    readers: list[str]


@dataclass(frozen=True)
class CaseView:
    """One test case with its figures in words, what it must give and what it gives."""

    title: str
    figures: list[str]
    expected: str
    gives: str
    is_green: bool
    place: str


@dataclass(frozen=True)
class RegionView:
    """What a clause asks instead in some places."""

    name: str
    places: str
    asks: str
    source: str
    article: str


@dataclass(frozen=True)
class ClauseView:
    """One clause as a page shows it."""

    rule: Rule
    rules: RuleSet

    @property
    def number(self) -> str:
        """Return the number, which is also the anchor."""
        return self.rule.clause

    @property
    def name(self) -> str:
        """Return the subject."""
        return self.rule.name(lang())

    @property
    def text(self) -> str:
        """Return the official wording."""
        return self.rule.text(lang())

    @property
    def says(self) -> str:
        """Return our reading in plain words."""
        return spoken(self.rule.says(lang()))

    @property
    def kind(self) -> str:
        """Return how the clause is decided, in words."""
        return str(KINDS[self.rule.kind])

    @property
    def is_open(self) -> bool:
        """Say whether the sources leave it unsaid."""
        return self.rule.kind is RuleKind.OPEN

    @property
    def compares(self) -> bool:
        """Say whether a figure decides it, or would if its source were published."""
        return bool(self.is_open or self.bounds or self.asks)

    @property
    def asks(self) -> str:
        """Return what the test asks, in one sentence."""
        return "" if self.rule.condition is None else requirement(self.rule.condition, self.rule.unit_code, lang())

    @property
    def sums(self) -> list[str]:
        """Return what is computed from what."""
        return [] if self.rule.condition is None else sums(self.rule.condition)

    @property
    def bounds(self) -> list[BoundView]:
        """Return every bound of the clause."""
        return [] if self.rule.condition is None else list(_bounds(self.rule.condition, self.rule.unit_code))

    @property
    def when(self) -> str:
        """Return the question that decides whether the clause applies."""
        return INDICATORS[self.rule.when].label(lang()) if self.rule.when else ""

    @property
    def settings(self) -> list[SettingView]:
        """Return the readings this clause uses."""
        return [setting(self.rules, name) for name in self.rule.settings]

    @property
    def regions(self) -> list[RegionView]:
        """Return what is asked instead in some places."""
        return [_region(self.rule, region) for region in self.rule.regions]

    @property
    def cases(self) -> list[CaseView]:
        """Return the test cases with what the engine answers."""
        return [case_view(one, self.rule) for one in tried(self.rules, self.rule)]


def name(rules: RuleSet) -> str:
    """Return what people call a version: its title and number."""
    return _("%(title)s (version %(version)s)") % {"title": rules.title(lang()), "version": rules.version}


def in_words(found: Iterable[Difference]) -> list[str]:
    """Return differences in words; cases are told beside their clause, the programme in the head of the page."""
    return [one.words(lang()) for one in found if one.part not in ("cases", "programme")]


def clauses(rules: RuleSet) -> list[ClauseView]:
    """Return every clause in its order."""
    return [ClauseView(rule, rules) for rule in rules.rules]


def _bounds(condition: Condition, unit: str | None) -> Iterable[BoundView]:
    for leaf in _leaves(condition):
        bound: Bound | None = getattr(leaf, "bound", None)
        if bound is None:
            continue
        own = unit_of(leaf) or unit or ""
        sign, _space, number = wording.bound_sign(bound, own, lang()).partition(" ")
        yield BoundView(sign, number, wording.bound(bound, own, lang()))


def _leaves(condition: Condition) -> Iterable[Condition]:
    if isinstance(condition, Prefer):
        yield from _leaves(condition.first)
    elif isinstance(condition, Group):
        for part in condition.parts:
            yield from _leaves(part)
    else:
        yield from leaves(condition)


def _region(rule: Rule, region: Region) -> RegionView:
    return RegionView(
        name=region.name(lang()),
        places=listed(region.places),
        asks=requirement(region.condition, rule.unit_code, lang()),
        source=region.source,
        article=region.article,
    )


def setting(rules: RuleSet, name: str) -> SettingView:
    """Return a reading with its options."""
    one = rules.settings[name]
    return SettingView(
        name=name,
        question=one.question(lang()),
        chosen=spoken(one.options[one.value](lang())),
        options=[(option, spoken(text(lang())), option == one.value) for option, text in one.options.items()],
        source=one.source,
        readers=[rule.clause for rule in rules.rules if name in rule.settings],
    )


def settings(rules: RuleSet) -> list[SettingView]:
    """Return every reading of a rule set."""
    return [setting(rules, name) for name in rules.settings]


def case_view(one: Tried, rule: Rule) -> CaseView:
    """Return a test case in words."""
    return CaseView(
        title=cases.title(one.case, lang()),
        figures=cases.figures_in_words(one.case, rule, lang()),
        expected=str(one.case.gives),
        gives=str(one.gives),
        is_green=one.is_green,
        place=one.case.place,
    )


def titles(rules: RuleSet) -> list[tuple[str, str]]:
    """Return the sets of titles with the titles that count."""
    place = 0 if lang().startswith("zh") else 1
    return [
        (one.label(lang()), _(", ").join(TITLES.get(code, (code, code))[place] for code in one.titles))
        for one in rules.titles.values()
    ]


def dates(starts, ends) -> str:
    """Return the dates of effect in words."""
    if starts is None:
        return _("Dates of effect not published")
    if ends is None:
        return pgettext("dates of effect", "from %(starts)s") % {"starts": date_format(starts)}
    return pgettext("dates of effect", "%(starts)s to %(ends)s") % {
        "starts": date_format(starts),
        "ends": date_format(ends),
    }


@dataclass(frozen=True)
class ScoringLine:
    """One line of a scoring tree: how deep it stands, its number and name, and what is settled about it."""

    depth: int
    number: str
    name: str
    told: list[tuple[str, str]]


def scoring(rules: RuleSet) -> list[ScoringLine]:
    """Return the scoring of an evaluation, top down, then grades, stars and money; [] where clauses decide."""
    if rules.scoring is None:
        return []
    facts = {}
    for number, subject, _before, now in compare.differences(None, rules.scoring):
        facts.setdefault(number, []).append((subject(lang()), now(lang()) if now else ""))
    lines = [line for item in rules.scoring.items for line in _lines(item, facts, 0)]
    lines += [ScoringLine(0, one.item, one.name(lang()), _said(one, facts)) for one in rules.scoring.adjustments]
    return [*lines, *(ScoringLine(0, "", subject, [("", now)]) for subject, now in facts.get("", []))]


def _lines(item, facts, depth: int) -> Iterable[ScoringLine]:
    yield ScoringLine(depth, item.item, item.name(lang()), _said(item, facts))
    for part in item.parts:
        yield from _lines(part, facts, depth + 1)


def _said(item, facts) -> list[tuple[str, str]]:
    """Return what is settled about an item; its name stands beside already."""
    name = item.name(lang())
    return [(subject.removeprefix(name).strip("，, "), now) for subject, now in facts.get(item.item, [])]


def scoring_notes(rules: RuleSet) -> list[str]:
    """Return what the sources leave open about a scoring."""
    return [note(lang()) for note in rules.scoring.notes] if rules.scoring else []
