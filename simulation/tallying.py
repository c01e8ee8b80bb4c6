"""Counts blocks of applications under the rules as they are and as they would be.

Everything is added up block by block, so that a million applications take no more room than some
thousand; only the few that are named one by one are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from applications.models import Application
from rulebook.columns import Columns
from rulebook.evaluate import evaluate
from rulebook.gaps import gaps
from rulebook.operators import CANNOT_TELL, MET, NOT_MET
from rulebook.rules import STATES, Rule, RuleKind, RuleSet
from rulebook.thresholds import moved
from simulation.population import Block

COUNTED = (RuleKind.HARD, RuleKind.CONDITIONAL)
# What a state means for passing: a clause that is waived or does not apply stands in nobody's way.
MEANS = np.full(len(STATES), MET, dtype=np.int8)
MEANS[NOT_MET], MEANS[CANNOT_TELL] = NOT_MET, CANNOT_TELL
OUTCOMES = 3
States = dict[str, np.ndarray]


def decides(rule: Rule) -> bool:
    """Say whether a clause decides about passing: computed, and hard or conditional."""
    return rule.is_computed and rule.kind in COUNTED


@dataclass(frozen=True)
class Pair:
    """The rules some applications were screened with, and those they would be screened with."""

    before: RuleSet
    after: RuleSet
    waived: frozenset[str] = frozenset()  # clauses the scenario waives somewhere

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """Every clause of either, in order."""
        return tuple(dict.fromkeys([*self.before.by_clause, *self.after.by_clause]))

    @cached_property
    def to_evaluate(self) -> tuple[Rule, ...]:
        """The clauses whose states may be others; the rest are taken over."""
        same = self.before.by_clause
        return tuple(rule for rule in self.after.rules if same.get(rule.clause) != rule or rule.clause in self.waived)

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The clauses that decide about passing on either side."""
        return frozenset(rule.clause for rule in (*self.before.rules, *self.after.rules) if decides(rule))

    @property
    def reads_places(self) -> bool:
        """Say whether a clause asks otherwise in some places."""
        return any(rule.regions for rule in (*self.before.rules, *self.after.rules))


@dataclass(frozen=True)
class Along:
    """The clause whose threshold is moved, and where to."""

    key: str
    clause: str
    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class Named:
    """Applications that are named one by one: ids, outcomes, and the states of every clause before and after."""

    ids: np.ndarray
    order: np.ndarray
    before: np.ndarray
    after: np.ndarray
    states: np.ndarray  # one row an application: clauses before, then clauses after; -1 where there is no such clause

    @classmethod
    def nobody(cls, clauses: int) -> "Named":
        """Return an empty list."""
        return cls(
            np.empty(0, np.int64), np.empty(0), *(np.empty(0, np.int8),) * 2, np.empty((0, 2 * clauses), np.int8)
        )

    def joined(self, other: "Named", most: int) -> "Named":
        """Return both together, at most so many, first those of the lowest order, then of the lowest id."""
        parts = [np.concatenate([getattr(one, name) for one in (self, other)]) for name in self.__dataclass_fields__]
        kept = np.lexsort((parts[0], parts[1]))[:most]
        return Named(*(part[kept] for part in parts))


class Tally:
    """The sums of a simulation. `waive` gives the authorities (by id) of each waived clause, None for all."""

    def __init__(self, clauses: tuple[str, ...], waive: Mapping[str, frozenset[int] | None], listed: int):
        self.clauses, self.waive, self.listed = clauses, waive, listed
        self.by: dict[str, dict[int, np.ndarray]] = {"provinces": {}, "industries": {}, "calls": {}}
        self.joint = np.zeros(OUTCOMES**2, np.int64)
        self.states = {clause: np.zeros((2, len(STATES)), np.int64) for clause in clauses}
        self.alone = dict.fromkeys(clauses, 0)
        self.flips, self.near = Named.nobody(len(clauses)), Named.nobody(len(clauses))
        self.passes_along: np.ndarray | None = None

    def add(self, block: Block, pair: Pair, places: np.ndarray | None, along: Along | None) -> States:
        """Count one block; return the states before, for whoever compares them with what is stored."""
        stored = waivers_kept(block)
        columns = _seen_as(block.columns, stored, None if places is None else np.where(block.has_place, places, ""))
        states = evaluate(pair.before, columns)
        after = _seen_as(block.columns, self._waived(block, stored), places)
        then = {clause: states[clause] for clause in pair.after.by_clause if clause in states}
        then |= evaluate(pair.after, after, pair.to_evaluate)
        outcomes = [outcome(found, rules, len(block)) for found, rules in ((states, pair.before), (then, pair.after))]
        self._count(block, states, then, outcomes)
        self._name_flips(block, states, then, outcomes)
        self._name_near(block, pair, after, (states, then), outcomes)
        if along is not None:
            self._move(pair, after, then, along)
        return states

    def _waived(self, block: Block, stored: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        found = dict(stored)
        for clause, provinces in self.waive.items():
            everywhere = np.ones(len(block), np.bool_)
            mask = everywhere if provinces is None else np.isin(block.provinces, list(provinces))
            found[clause] = found[clause] | mask if clause in found else mask
        return found

    def _count(self, block: Block, states: States, then: States, outcomes: list[np.ndarray]) -> None:
        joint = outcomes[0].astype(np.int64) * OUTCOMES + outcomes[1]
        self.joint += np.bincount(joint, minlength=OUTCOMES**2)
        for name, sums in self.by.items():
            keys, inverse = np.unique(getattr(block, name), return_inverse=True)
            counted = np.bincount(inverse * OUTCOMES**2 + joint, minlength=len(keys) * OUTCOMES**2)
            for key, numbers in zip(keys.tolist(), counted.reshape(-1, OUTCOMES**2), strict=True):
                sums[key] = sums[key] + numbers if key in sums else numbers
        for side, found in enumerate((states, then)):
            for clause, column in found.items():
                self.states[clause][side] += np.bincount(column, minlength=len(STATES))

    def _name_flips(self, block: Block, states: States, then: States, outcomes: list[np.ndarray]) -> None:
        rows = np.flatnonzero(outcomes[0] != outcomes[1])
        rows = rows[np.argsort(block.ids[rows], kind="stable")[: self.listed]]
        found = self._named(block, rows, np.zeros(len(rows)), (states, then), outcomes)
        self.flips = self.flips.joined(found, self.listed)

    def _name_near(
        self, block: Block, pair: Pair, columns: Columns, both: tuple[States, States], outcomes: list[np.ndarray]
    ) -> None:
        """Applications that miss one clause alone, those nearest to its bound first."""
        rules = [rule for rule in pair.after.rules if decides(rule)]
        missed = [both[1][rule.clause] == NOT_MET for rule in rules]
        number = np.sum(missed, axis=0, dtype=np.int16) if missed else np.zeros(len(block), np.int16)
        untold = [both[1][rule.clause] == CANNOT_TELL for rule in rules]
        one = (number == 1) & ~np.logical_or.reduce(untold) if missed else number == 1
        for rule, misses in zip(rules, missed, strict=True):
            rows = np.flatnonzero(one & misses)
            if not len(rows):
                continue
            self.alone[rule.clause] += len(rows)
            relative = gaps([rule], columns)[rule.clause].relative[rows]
            order = np.where(np.isnan(relative), np.inf, np.abs(relative))
            nearest = np.lexsort((block.ids[rows], order))[: self.listed]
            found = self._named(block, rows[nearest], order[nearest], both, outcomes)
            self.near = self.near.joined(found, self.listed)

    def _named(self, block: Block, rows, order, both: tuple[States, States], outcomes: list[np.ndarray]) -> Named:
        nothing = np.full(len(rows), -1, np.int8)
        columns = [found[clause][rows] if clause in found else nothing for found in both for clause in self.clauses]
        states = np.stack(columns, axis=1) if columns else np.empty((len(rows), 0), np.int8)
        return Named(block.ids[rows], order, outcomes[0][rows], outcomes[1][rows], states)

    def _move(self, pair: Pair, columns: Columns, then: States, along: Along) -> None:
        """Count the passes at every point of the curve, everything else as in the scenario."""
        if self.passes_along is None:
            self.passes_along = np.zeros(len(along.values), np.int64)
        rule = pair.after.by_clause.get(along.clause)
        if rule is None or not decides(rule):
            self.passes_along += int((outcome(then, pair.after, columns.size) == MET).sum())
            return
        others = outcome(then, pair.after, columns.size, without=rule.clause) == MET
        for i, value in enumerate(along.values):
            found = evaluate(pair.after, columns, [moved(rule, along.key, value)])[rule.clause]
            self.passes_along[i] += int(((MEANS[found] == MET) & others).sum())


def outcome(states: States, rule_set: RuleSet, size: int, without: str = "") -> np.ndarray:
    """Return what the clauses that decide come to, row by row: the worst of them (results.OUTCOMES by code)."""
    found = np.full(size, MET, np.int8)
    for rule in rule_set.rules:
        if decides(rule) and rule.clause != without:
            np.minimum(found, MEANS[states[rule.clause]], out=found)
    return found


def waivers_kept(block: Block) -> dict[str, np.ndarray]:
    """Return where each clause is waived by the contexts that the screenings keep."""
    rows = np.flatnonzero(block.has_waivers)
    if not len(rows):
        return {}
    at = {int(pk): row for pk, row in zip(block.ids[rows].tolist(), rows.tolist(), strict=True)}
    kept = Application.objects.filter(pk__in=list(at)).values_list("pk", "screening__context")
    found: dict[str, np.ndarray] = {}
    for pk, context in kept:
        for waiver in context["waivers"]:
            found.setdefault(waiver["clause"], np.zeros(len(block), np.bool_))[at[pk]] = True
    return found


def _seen_as(columns: Columns, waived: Mapping[str, np.ndarray], places: np.ndarray | None) -> Columns:
    """Return the same columns with waivers and places; nothing is copied."""
    found = columns.block(0, columns.size)
    found.waived, found.places = waived, places
    return found
