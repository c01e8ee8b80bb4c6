"""The life of an application as it was approved, and each situation reached by real steps."""

from pathlib import Path

import pytest

from accounts.policy import rule_of
from applications.enums import State
from applications.lifecycle import LIFECYCLE
from tests.situations import IN_STATE

APPROVED = Path(__file__).with_name("approved_life.txt")


def in_words(function) -> str:
    """Return a condition of a step in the words of its function."""
    return function.__doc__.strip().rstrip(".") if function.__doc__ else "-"


def life_as_text() -> str:
    """Return states, steps and who may, one step a line."""
    lines = ["step | from | to | has it then | reason | secret | until | refused | who may"]
    for step in LIFECYCLE.steps.values():
        sources = ", ".join(state for state in State.values if state in step.sources)
        who = rule_of(f"applications.{step.name}").says
        flags = ["reason" if step.needs_reason else "-", "secret" if step.secret else "-", in_words(step.until)]
        refused = "; ".join(in_words(asked) for asked in (step.early, step.unless) if asked.__doc__) or "-"
        lines.append(" | ".join([step.name, sources, str(step.target), step.level or "-", *flags, refused, who]))
    return "\n".join(lines) + "\n"


def test_the_life_of_an_application_is_the_approved_one():
    assert life_as_text() == APPROVED.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", State.values)
def test_every_state_can_be_reached_by_the_steps_of_the_people_concerned(call, state):
    assert IN_STATE[state](call).state == state
