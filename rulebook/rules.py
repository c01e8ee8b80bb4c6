"""Rule, RuleSet and Finding: the words the rest of the system uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from rulebook.catalogue import UNITS, Unit
from rulebook.columns import reach, scale
from rulebook.compile import logic
from rulebook.conditions import Condition, Roster, cells, leaves
from rulebook.operators import INT64_MAX, Cell, Comparison, Logic

if TYPE_CHECKING:
    from rulebook.scoring.tree import Scoring


class State(StrEnum):
    """Outcome of a clause. The software never says "recognised": the best are chosen (择优)."""

    MET = "met"
    NOT_MET = "not_met"
    NEAR = "near"  # a soft clause is missed
    CANNOT_TELL = "cannot_tell"
    BY_HAND = "by_hand"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"  # by a named authority with a reason, never by the rules themselves


# int8 codes of evaluate(); the first three are Kleene's order (see operators)
STATES: Final = (
    State.NOT_MET,
    State.CANNOT_TELL,
    State.MET,
    State.NEAR,
    State.BY_HAND,
    State.NOT_APPLICABLE,
    State.WAIVED,
)
CODE_OF: Final[dict[State, int]] = {state: i for i, state in enumerate(STATES)}


class RuleKind(StrEnum):
    """How a clause is decided."""

    HARD = "hard"
    SOFT = "soft"  # "一般": missing it is near, not a refusal
    MANUAL = "manual"  # answered by the county, judged by reviewers
    MIXED = "mixed"  # a computed part, then a reviewer's judgement
    CONDITIONAL = "conditional"  # applies only where a yes/no figure says so
    OPEN = "open"  # what the sources at hand leave unsaid: no number is made up, nobody can tell


class Process(StrEnum):
    """What a rule set is for; one year may have a version for each."""

    RECOGNITION = "recognition"
    REVERIFICATION = "reverification"
    EVALUATION = "evaluation"


@dataclass(frozen=True)
class Text:
    """A sentence in both languages."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en


@dataclass(frozen=True)
class Region:
    """What a clause asks instead in some places, by the code of their province-level authority."""

    places: tuple[str, ...]
    name: Text
    source: str
    article: str
    condition: Condition


@dataclass(frozen=True)
class Case:
    """Figures and the state they must give: just below the bound, on it, just above, missing, or another."""

    name: str
    figures: Mapping[Cell, Decimal]  # (indicator, years before the call) to value
    place: str
    gives: State


@dataclass(frozen=True)
class Change:
    """Why a clause differs from the version before: its source, and what is different in words."""

    source: str
    words: str


@dataclass(frozen=True)
class Succeeded:
    """The version a rule set takes the place of."""

    code: str
    version: str
    hash: str


@dataclass(frozen=True)
class TitleSet:
    """Titles that count alike; `titles` are the codes after every set within it was opened."""

    name: str
    label: Text
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One clause: its official wording, its source, our reading of it and what decides it."""

    clause: str
    name: Text  # short subject, such as 集群总产值
    text: Text  # official wording (English is our translation)
    wording: str  # "verbatim" or "summary" where the official sentence was not at hand
    says: Text  # our reading in plain words
    source: str
    article: str
    kind: RuleKind
    veto: bool
    condition: Condition | None
    when: str | None  # the yes/no indicator of a conditional clause
    unit_code: str | None
    settings: tuple[str, ...] = ()  # the settings this clause reads
    regions: tuple[Region, ...] = ()
    cases: tuple[Case, ...] = field(default=(), hash=False)

    @property
    def unit(self) -> Unit | None:
        return UNITS[self.unit_code] if self.unit_code else None

    @property
    def asks_for_statement(self) -> bool:
        """Whether the county answers in words and reviewers judge."""
        return self.kind in (RuleKind.MANUAL, RuleKind.MIXED)

    @property
    def is_computed(self) -> bool:
        return self.condition is not None

    @cached_property
    def logic(self) -> Logic | None:
        return None if self.condition is None else logic(self.condition)

    @cached_property
    def _by_place(self) -> dict[str, Rule]:
        return {
            place: replace(self, condition=region.condition, regions=(region,))
            for region in self.regions
            for place in region.places
        }

    def in_place(self, place: str) -> Rule:
        """The clause as it is asked in that place: itself, or with the test of the region in its stead."""
        return self._by_place.get(place, self)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The test of the clause and those that replace it in some places."""
        general = () if self.condition is None else (self.condition,)
        return general + tuple(region.condition for region in self.regions)

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        return tuple(c for condition in self.conditions for c in logic(condition).comparisons())

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every (indicator, years before the call) the clause reads, wherever it is asked."""
        flag: tuple[Cell, ...] = () if self.when is None else ((self.when, 1),)
        return flag + tuple(dict.fromkeys(cell for condition in self.conditions for cell in cells(condition)))

    @cached_property
    def rosters(self) -> tuple[Roster, ...]:
        """The questions about a list of enterprises."""
        return tuple(one for condition in self.conditions for one in leaves(condition) if isinstance(one, Roster))

    @cached_property
    def fits_int64(self) -> bool:
        """Proven from the catalogue's range: no sum or product of this clause passes 64 bits."""
        return all(c.largest(scale, reach) <= INT64_MAX for c in self.comparisons)


@dataclass(frozen=True)
class Setting:
    """A question the sources leave open, our answer, and the other answers there are."""

    name: str
    value: str
    question: Text
    options: Mapping[str, Text]
    source: str


def place_of(clause: str) -> list[tuple[int, int, str]]:
    """Where a clause stands among others: 1.10 after 1.9, and a number with a letter after those without."""
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in clause.split(".")]


@dataclass(frozen=True)
class RuleSet:
    """A dated, versioned list of rules, identified by the hash of its content."""

    code: str
    version: str
    title: Text
    effective_from: str
    effective_to: str
    approved_by: str
    sources: Mapping[str, str]
    settings: Mapping[str, Setting]
    rules: tuple[Rule, ...]
    content: Mapping[str, Any] = field(repr=False)
    canonical_json: str = field(repr=False)
    hash: str = ""
    programme: str = "national"
    process: Process = Process.RECOGNITION
    succeeds: Succeeded | None = None
    changes: Mapping[str, Change] = field(default_factory=dict)  # clause to what is different
    titles: Mapping[str, TitleSet] = field(default_factory=dict)
    scoring: Scoring | None = None  # of an evaluation

    @cached_property
    def by_clause(self) -> dict[str, Rule]:
        return {rule.clause: rule for rule in self.rules}

    def names(self, lang: str) -> dict[str, str]:
        """What each clause is called."""
        return {rule.clause: rule.name(lang) for rule in self.rules}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every (indicator, years before the call) any clause reads, once each."""
        return tuple(dict.fromkeys(cell for rule in self.rules for cell in rule.cells))

    @cached_property
    def rosters(self) -> tuple[Roster, ...]:
        """Every question about a list of enterprises, once each."""
        return tuple(dict.fromkeys(fact for rule in self.rules for fact in rule.rosters))

    @cached_property
    def computed(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.is_computed)


@dataclass(frozen=True, slots=True)
class YearFinding:
    """One year's figure of a clause, with its own verdict where years are judged one by one."""

    value: str | None
    state: str | None = None
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What a finding needs said besides its numbers.

    Why a clause cannot be told: "missing", "out_of_range" and "decimals" (live only), "base_not_positive",
    "not_collected", "between", "no_roster", "not_submitted", "open". What it was told from: "counted_on" (a day),
    "region" (a place that asks otherwise), "waived" (authority, reason, document).
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one clause says of one application; every number is a decimal string.

    `value` is the figure compared, `gap` what it lacks (positive when missed, "0" on the
    bound). Exact where the number ends, else rounded at the ninth decimal away from the bound.
    """

    clause: str
    state: State
    value: str | None = None
    required: str | None = None
    strict: bool | None = None
    gap: str | None = None
    unit: str | None = None
    by_year: Mapping[str, YearFinding] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    parts: tuple[Finding, ...] = ()  # the sides of an OR or AND

    def as_json(self) -> dict[str, Any]:
        """For storage: plain dictionaries, lists and strings. Written out: asdict() took longer than the screening."""
        return {
            "clause": self.clause,
            "state": str(self.state),
            "value": self.value,
            "required": self.required,
            "strict": self.strict,
            "gap": self.gap,
            "unit": self.unit,
            "by_year": {
                year: {"value": one.value, "state": one.state, "gap": one.gap} for year, one in self.by_year.items()
            },
            "inputs": {code: dict(read) for code, read in self.inputs.items()},
            "reasons": [{"code": reason.code, "params": dict(reason.params)} for reason in self.reasons],
            "parts": [part.as_json() for part in self.parts],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Finding:
        """The finding that as_json() stored."""
        return cls(
            **{
                **stored,
                "state": State(stored["state"]),
                "by_year": {year: YearFinding(**one) for year, one in stored["by_year"].items()},
                "reasons": tuple(Reason(**reason) for reason in stored["reasons"]),
                "parts": tuple(cls.from_json(part) for part in stored["parts"]),
            }
        )
