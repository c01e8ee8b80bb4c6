"""A waiver: an authority lets a named application pass one clause, with a reason and a document.

It is said by name and never a silent number: 西部地区可适当放宽 (the call of 2022 and those after it).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who lets a clause pass, why, and by which document."""

    clause: str
    authority: str
    reason: str
    document: str
