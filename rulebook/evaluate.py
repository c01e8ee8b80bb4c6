"""Rule set and columns to a state per clause and application: the only way a verdict is made.

What a place asks instead of the general clause, and what is waived, are part of the verdict
(columns.places, columns.waived).

One application is a column of one; a million are taken in blocks that stay in the
processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from rulebook.columns import Columns
from rulebook.operators import CANNOT_TELL, MET, NOT_MET, Mask, States
from rulebook.rules import CODE_OF, Rule, RuleKind, RuleSet, State

BLOCK: Final = 16_384  # rows: a few columns of int64 fit the second-level cache

NEAR: Final = CODE_OF[State.NEAR]
BY_HAND: Final = CODE_OF[State.BY_HAND]
NOT_APPLICABLE: Final = CODE_OF[State.NOT_APPLICABLE]
WAIVED: Final = CODE_OF[State.WAIVED]


def evaluate(rule_set: RuleSet, columns: Columns, rules: Iterable[Rule] | None = None) -> dict[str, States]:
    """The state code (rules.STATES) of every clause for every row. `rules` limits it to some."""
    chosen = tuple(rule_set.rules if rules is None else rules)
    if columns.size <= BLOCK:
        return {rule.clause: states_of(rule, columns) for rule in chosen}
    found = {rule.clause: np.empty(columns.size, dtype=np.int8) for rule in chosen}
    for start in range(0, columns.size, BLOCK):
        part = columns.block(start, start + BLOCK)
        for rule in chosen:
            found[rule.clause][start : start + BLOCK] = states_of(rule, part)
    return found


def states_of(rule: Rule, columns: Columns) -> States:
    """One clause over all rows."""
    states = before_waivers(rule, columns)
    mask = columns.waived.get(rule.clause)
    return states if mask is None else waived(states, mask)


def waived(states: States, mask: Mask) -> States:
    """What is missed or cannot be told is waived where the mask says so; what is met stays met."""
    lacking = (states == NOT_MET) | (states == NEAR) | (states == CANNOT_TELL)
    return np.where(lacking & mask, np.int8(WAIVED), states)


def before_waivers(rule: Rule, columns: Columns) -> States:
    """One clause over all rows, as it is asked in the place of each."""
    states = _asked(rule, columns)
    if columns.places is not None:
        for region in rule.regions:
            here = np.isin(columns.places, region.places)
            if here.any():
                states = np.where(here, _asked(rule.in_place(region.places[0]), columns), states)
    return states


def _asked(rule: Rule, columns: Columns) -> States:
    """One clause over all rows, as if there were but one place."""
    if rule.logic is None:
        return np.full(columns.size, CANNOT_TELL if rule.kind is RuleKind.OPEN else BY_HAND, dtype=np.int8)
    states = rule.logic.states(columns, exact=not (columns.whole and rule.fits_int64))
    if rule.kind is RuleKind.SOFT:
        states[states == NOT_MET] = NEAR
    elif rule.kind is RuleKind.MIXED:
        states[states == MET] = BY_HAND
    if rule.when is not None:
        _apply_only_where(rule.when, states, columns)
    return states


def _apply_only_where(flag: str, states: States, columns: Columns) -> None:
    """Flag 0: the clause does not apply. Flag missing: nobody can tell."""
    cell = (flag, 1)
    states[np.asarray(columns.values(cell, exact=False) == 0, dtype=np.bool_)] = NOT_APPLICABLE
    known = columns.known(cell)
    if known is not None:
        states[~known] = CANNOT_TELL
