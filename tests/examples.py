"""How many examples a property is tried with: few on every run, all of them at night.

JIQUN_NIGHTLY=1 python -m pytest tests/rulebook tests/applications/test_verify.py
"""

import os

NIGHTLY = os.environ.get("JIQUN_NIGHTLY") == "1"


def examples(every_run: int, at_night: int) -> int:
    """Return the number for this run."""
    return at_night if NIGHTLY else every_run
