"""What is zero or unchanged in a long result stands behind one line."""

from dataclasses import dataclass

import pytest

from simulation.presenting import folded


@dataclass(frozen=True)
class Some:
    change: str
    is_zero: bool = False


GAINED, SAME, NOTHING = Some("+2"), Some("0"), Some("0", is_zero=True)


@pytest.mark.parametrize(
    ("rows", "first", "rest"),
    [
        ([SAME, GAINED, NOTHING], [GAINED], [SAME, NOTHING]),
        ([SAME, NOTHING], [SAME], [NOTHING]),
        ([NOTHING, NOTHING], [NOTHING, NOTHING], []),
        ([], [], []),
    ],
    ids=["one changed", "none changed", "all zero", "none"],
)
def test_what_changed_comes_first_and_nothing_is_lost(rows, first, rest):
    found = folded(rows)
    assert (found.rows, found.rest) == (first, rest)
