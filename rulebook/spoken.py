"""Words of stored rule sets as people read them: a stored rule set never changes, and some of its phrases read badly.

Only our own words are said anew, readings and their options, never the official wording; the rule desk edits what is
stored. What a later version of the rules says well passes as it stands.
"""

from __future__ import annotations

from typing import Final

# What is stored, and how it is said.
PHRASES: Final[tuple[tuple[str, str], ...]] = (
    ("前三年至上一年的复合增长率（两个间隔）", "申报前第 3 年至上一年的年均复合增长率（按增长两年计算）"),
    ("前四年至上一年的复合增长率（三个间隔）", "申报前第 4 年至上一年的年均复合增长率（按增长三年计算）"),
    ("上一年低于前三年", "上一年低于申报前第 3 年"),
    ("为设置项", "见本条口径"),
    ("超过时为接近，", "超过的为接近标准，"),
    ("T-3 to T-1 (two intervals)", "the third year before the call to the last one (two years of growth)"),
    ("T-4 to T-1 (three intervals)", "the fourth year before the call to the last one (three years of growth)"),
    ("T-1 below T-3", "the last year below the third year before the call"),
    (" is a setting", ": see the reading used"),
    (" × 100 million yuan", " hundred million yuan"),
)


def spoken(stored: str) -> str:
    """A sentence of a rule set for a reader."""
    for phrase, said in PHRASES:
        stored = stored.replace(phrase, said)
    return stored
