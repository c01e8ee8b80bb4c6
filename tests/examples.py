"""How much a property, a race or a story is tried: little on every run, all of it at night (`make nightly`).

JIQUN_ROUNDS=5000 python -m pytest tests/workflow/test_races.py
"""

import os

NIGHTLY = os.environ.get("JIQUN_NIGHTLY") == "1"


def examples(every_run: int, at_night: int) -> int:
    """Return the number for this run."""
    return at_night if NIGHTLY else every_run


def rounds(every_run: int, at_night: int) -> int:
    """Return how often a race or a story is run: as JIQUN_ROUNDS says, else the number for this run."""
    return int(os.environ.get("JIQUN_ROUNDS", examples(every_run, at_night)))
