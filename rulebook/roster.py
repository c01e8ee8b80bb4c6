"""A list of enterprises and the titles they hold; counts distinct ones by a set of titles.

One enterprise may hold several titles and counts once. A title counts when it is valid on the
day asked for (first and last day included), at the level and in the industry asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rulebook.conditions import Roster

# titles of the tiers of quality enterprises (优质中小企业梯度培育), with their Chinese and English names
TITLES: Final[dict[str, tuple[str, str]]] = {
    "champion": ("制造业单项冠军企业", "manufacturing champion"),
    "little_giant": ("专精特新“小巨人”企业", "little giant"),
    "srdi": ("专精特新中小企业", "SRDI SME"),
    "innovative_sme": ("创新型中小企业", "innovative SME"),
    "tech_innovative_sme": ("科技和创新型中小企业", "technology and innovative SME (from 2026)"),
    "hnte": ("国家级高新技术企业", "national high and new technology enterprise"),
}
LEVELS: Final[dict[str, tuple[str, str]]] = {
    "national": ("国家级", "national"),
    "provincial": ("省级", "provincial"),
    "municipal": ("市级", "municipal"),
}


@dataclass(frozen=True, slots=True)
class Title:
    """A title of an enterprise; `leading` says that it was given in the cluster's leading industry."""

    code: str
    level: str
    leading: bool
    valid_from: date
    valid_to: date | None  # None: no last day

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise by its unified social credit code, with its titles."""

    uscc: str
    titles: tuple[Title, ...]


def counted_on(fact: Roster, call_year: int, submitted_on: date | None) -> date | None:
    """The day on which titles must be valid: the last of T-1, or the day of submission if there was one."""
    return date(call_year - 1, 12, 31) if fact.on == "year_end" else submitted_on


def count(roster: Sequence[Enterprise], fact: Roster, day: date) -> int:
    """How many different enterprises hold a title that counts on that day."""
    return len({enterprise.uscc for enterprise in roster if any(_counts(fact, enterprise.titles, day))})


def _counts(fact: Roster, titles: Iterable[Title], day: date) -> Iterable[bool]:
    return (
        title.code in fact.titles
        and (not fact.levels or title.level in fact.levels)
        and (title.leading or not fact.leading)
        and title.valid_on(day)
        for title in titles
    )
