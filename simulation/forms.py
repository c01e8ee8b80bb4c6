"""What the left side of the simulation page offers, and the name under which a scenario is kept."""

from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from accounts.enums import Role
from applications.enums import TO_BE_PUBLISHED, AtLevel, State, state_words
from applications.policies import REACHED_THE_MINISTRY
from applications.prescreening import read as read_rules
from clusters.forms import Lines, Words
from clusters.models import Industry
from clusters.sentences import listed
from programmes.enums import Kind, Process
from programmes.models import Call, Programme
from programmes.models import RuleSet as StoredRules
from rulebook.rules import RuleSet
from simulation import addresses, clauses, population
from simulation.population import Chosen
from simulation.running import rules_named
from simulation.settings import ALL, EVERYWHERE, Settings, Unanswerable
from territories.enums import Level
from territories.models import Territory

# Never offered: a draft was not submitted, and a shortlist is known to the ministry alone.
NOT_FOR_PROVINCES = frozenset({State.DRAFT, State.SHORTLISTED})


@dataclass(frozen=True)
class Option:
    """One box to tick or line to choose."""

    value: str
    words: str
    is_chosen: bool
    sample: bool = False


@dataclass(frozen=True)
class Chip:
    """Something added to the question, with the address of the question without it."""

    words: str
    value: str
    address: str


class Question:
    """The form of a question, as one office sees it. `chosen` is None where the population cannot be read."""

    def __init__(self, settings: Settings, office, chosen: Chosen | None):
        self.settings, self.office, self.chosen = settings, office, chosen
        self.lang = get_language() or "zh"

    @cached_property
    def programme(self) -> str:
        """The programme whose calls are offered: the chosen one."""
        if self.chosen is not None:
            return self.chosen.programme.code
        return self.settings.population.programme or next((one.value for one in self.programmes), "")

    @cached_property
    def programmes(self) -> list[Option]:
        """Sample data and real ones, apart: exactly one is looked at."""
        mine = Q(owner__level=Level.NATION) | Q(owner=self.office.authority_id)
        rows = Programme.objects.filter(mine, calls__isnull=False).distinct().order_by("sample", "code")
        now = self.chosen.programme.code if self.chosen else self.settings.population.programme
        return [Option(row.code, str(row), row.code == now, row.sample) for row in rows]

    @cached_property
    def calls(self) -> list[Option]:
        """The calls of the programme, the newest first."""
        rows = Call.objects.filter(programme__code=self.programme).order_by("-year")
        asked = {call.pk for call in self.chosen.calls} if self.chosen and self.is_narrowed("calls", ALL) else set()
        return [Option(row.code, str(row.year), row.pk in asked) for row in rows]

    def is_narrowed(self, field: str, unless: str = "") -> bool:
        """Say whether the question chooses among something."""
        return any(word != unless for word in getattr(self.settings.population, field))

    @cached_property
    def provinces(self) -> list[Option]:
        """Every recommending authority, for the ministry; a province looks at its own alone."""
        if self.office.role != Role.MINISTRY:
            return []
        rows = Territory.objects.filter(recommends=True).order_by("code").values_list("code", "name")
        return [Option(code, name, code in self.settings.population.provinces) for code, name in rows]

    @cached_property
    def states(self) -> list[Option]:
        """The states this office may know."""
        if self.office.role == Role.MINISTRY:
            known = [state for state in (*State, TO_BE_PUBLISHED) if state in {*REACHED_THE_MINISTRY, TO_BE_PUBLISHED}]
        else:
            known = [state for state in State if state not in NOT_FOR_PROVINCES]
        asked = self.settings.population.states
        return [Option(str(state), state_words(state), str(state) in asked) for state in known]

    @cached_property
    def kinds(self) -> list[Option]:
        """The kinds of application."""
        return [Option(str(kind), str(kind.label), str(kind) in self.settings.population.kinds) for kind in Kind]

    @cached_property
    def judged(self) -> list[Option]:
        """The levels by whose judgements of the clauses people judge it can be narrowed."""
        known = population.levels_known_to(self.office)
        return [Option(one, _judged_words(one), one in self.settings.population.judged) for one in known]

    @cached_property
    def industries(self) -> list[Option]:
        """The divisions of GB/T 4754, and whatever else the address names."""
        asked = self.settings.population.industries
        rows = Industry.objects.filter(Q(level=2) | Q(code__in=asked)).order_by("code").values_list("code", "name")
        return [Option(code, f"{code} {name}", code in asked) for code, name in rows]

    @cached_property
    def every(self) -> list[RuleSet]:
        """The rules that would be changed: the named ones, else those the population was screened with."""
        if self.settings.rules:
            return [rules_named(self.settings.rules)]
        if self.chosen is not None and self.chosen.by_rule_set:
            rows = StoredRules.objects.filter(pk__in=list(self.chosen.by_rule_set)).order_by("-pk")
            return [read_rules(row) for row in rows]
        newest = Call.objects.filter(programme__code=self.programme).order_by("-year").first()
        return [read_rules(newest.rule_set)] if newest else []

    @cached_property
    def rule_sets(self) -> list[Option]:
        """The stored rules of recognition and re-verification; evaluations compare no thresholds."""
        rows = StoredRules.objects.exclude(process=Process.EVALUATION).order_by("code", "-pk")
        found: dict[str, Option] = {}
        for row in rows:
            rules = read_rules(row)
            if rules.computed and row.code not in found:
                words = f"{rules.title(self.lang)} · {row.code}"
                found[row.code] = Option(row.code, words, row.code == self.settings.rules)
        if self.settings.rules and self.settings.rules not in found:
            found[self.settings.rules] = Option(self.settings.rules, self.every[0].title(self.lang), True)
        return list(found.values())

    @cached_property
    def thresholds(self) -> list[clauses.Threshold]:
        """The values that can be moved."""
        return clauses.movable(self.every[0], self.settings.changes, self.lang, self.wrong) if self.every else []

    @cached_property
    def wrong(self) -> dict[str, str]:
        """Why a value of the question cannot be taken, by its key."""
        return clauses.wrong(self.settings, self.every, self.lang)

    @property
    def refusal(self) -> str:
        """Why the rules cannot be changed so; empty when they can."""
        return next(iter(self.wrong.values()), "") or clauses.refusal(self.settings, self.every, self.lang)

    @property
    def deciding(self) -> list[clauses.Threshold]:
        """Those that decide about passing."""
        return [one for one in self.thresholds if one.counts]

    @property
    def not_deciding(self) -> list[clauses.Threshold]:
        """Those that are shown only: soft clauses and those people judge."""
        return [one for one in self.thresholds if not one.counts]

    @cached_property
    def readings(self) -> list[clauses.Reading]:
        """The readings that can be chosen."""
        return clauses.readings(self.every[0], self.settings.changes, self.lang) if self.every else []

    @property
    def is_population_narrowed(self) -> bool:
        """Say whether anything but the programme is chosen."""
        fields = ("provinces", "states", "batches", "industries", "kinds", "judged")
        return self.is_narrowed("calls", ALL) or any(self.is_narrowed(field) for field in fields)

    @property
    def widened(self) -> str:
        """The address of the same question without a filter."""
        return addresses.write(self.settings.but(population=self.settings.population.widened))

    @property
    def are_readings_changed(self) -> bool:
        """Say whether another reading is taken somewhere."""
        return any(one.is_changed for one in self.readings)

    @property
    def waivable(self) -> list[tuple[str, str]]:
        """The clauses that can be waived."""
        return clauses.waivable(self.every[0], self.lang) if self.every else []

    @property
    def areas(self) -> list[Option]:
        """Where a waiver or a number of places can hold: everywhere, or one authority the office looks at."""
        everywhere = [Option(EVERYWHERE, _("Everywhere"), False)]
        return everywhere + self.provinces if self.office.role == Role.MINISTRY else everywhere

    def _area(self, code: str) -> str:
        return _("everywhere") if code == EVERYWHERE else self._names.get(code, code)

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(Territory.objects.filter(recommends=True).values_list("code", "name"))

    @cached_property
    def waivers(self) -> list[Chip]:
        """The waivers of the question."""
        chips = []
        for clause, codes in self.settings.waive.items():
            for code in codes:
                left = {**self.settings.waive, clause: tuple(one for one in codes if one != code)}
                kept = self.settings.but(waive={name: some for name, some in left.items() if some})
                name = clauses.name_of(clause, self.every, self.lang)
                words = _("%(clause)s waived: %(area)s") % {"clause": name, "area": self._area(code)}
                chips.append(Chip(words, f"{clause}:{code}", addresses.write(kept)))
        return chips

    @cached_property
    def places(self) -> list[Chip]:
        """The numbers of places the question assumes."""
        chips = []
        for code, number in self.settings.places.items():
            kept = {name: some for name, some in self.settings.places.items() if name != code}
            words = _("%(area)s: %(number)s places") % {"area": self._area(code), "number": number}
            chips.append(Chip(words, f"{code}:{number}", addresses.write(self.settings.but(places=kept))))
        return chips

    @cached_property
    def hidden(self) -> list[tuple[str, str]]:
        """Changes the form has no field for, which stay in the address."""
        fields = {one.key for one in self.thresholds} | {one.key + clauses.COMPARATOR for one in self.thresholds}
        fields |= {one.name for one in self.readings}
        return [(addresses.SET + key, value) for key, value in self.settings.changes.items() if key not in fields]

    @property
    def changes(self) -> list[Chip]:
        """Every change in words, each with the address without it."""
        changes, found = self.settings.changes, []
        for key, together in clauses.changed_keys(changes).items():
            kept = {name: some for name, some in changes.items() if name not in together}
            words = clauses.change_in_words(key, changes, self.every, self.lang)
            found.append(Chip(words, key, addresses.write(self.settings.but(changes=kept))))
        return found

    def population_in_words(self) -> str:
        """Say whom the question concerns, in one line."""
        asked, told = self.settings.population, []
        if self.chosen is not None:
            years = listed(call.year for call in self.chosen.calls)
            told.append(
                f"{self.chosen.programme} {years}" if self.is_narrowed("calls", ALL) else str(self.chosen.programme)
            )
        told += [self._names.get(code, code) for code in asked.provinces]
        told += [state_words(state) for state in asked.states if state in {*State.values, TO_BE_PUBLISHED}]
        told += [str(Kind(kind).label) for kind in asked.kinds if kind in Kind.values]
        told += [one.words for one in self.judged if one.is_chosen]
        told += [one.words for one in self.industries if one.is_chosen] if asked.industries else []
        return pgettext("between parts of a list", ", ").join(told)


def _judged_words(level: str) -> str:
    return _("%(level)s: every clause judged, none not met") % {"level": AtLevel(level).label}


def ask(settings: Settings, office) -> tuple[Question, Settings, str]:
    """Return the form, the question as it is meant, and why it cannot be answered (empty when it can)."""
    trouble, chosen = "", None
    try:
        chosen = population.choose(settings.population, office)
    except Unanswerable as error:
        trouble = str(error)
    question = Question(settings, office, chosen)
    try:
        settings = clauses.as_meant(settings, question.every)
    except Unanswerable as error:  # no such rule set: the form falls back to the population's own
        trouble = trouble or str(error)
        settings = settings.but(rules="", changes={})
    return Question(settings, office, chosen), settings, trouble


class SaveForm(forms.Form):
    """The name under which a scenario is kept."""

    name = Words(label=gettext_lazy("Name of the scenario"), max_length=80)
    note = Lines(label=gettext_lazy("Note"), required=False, max_length=1000, rows=3)
    key = forms.UUIDField(widget=forms.HiddenInput)
