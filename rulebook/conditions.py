"""What a clause can ask of figures: the small language of rule files, as data.

A condition compares a fact with a bound, or looks at a trend, or combines conditions.
Readings (which years, which growth) are already chosen here: the loader puts the rule
set's settings in their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

COMPARATOR_WORDS: Final = ("at_least", "more_than", "at_most", "less_than", "equals")
STRICT: Final = frozenset({"more_than", "less_than"})
DOWNWARD: Final = frozenset({"at_most", "less_than"})  # the figure must stay below

YEARS: Final = ("latest", "each", "mean")
FIGURE_YEARS: Final = (*YEARS, "sum")  # three years together; of figures only
GROWTH: Final = ("cagr_2", "cagr_3", "mean_of_rates")
TREND: Final = ("each_year", "overall")
DISTINCT: Final = ("bounds", "sum")
COUNTED_ON: Final = ("year_end", "submission")  # the day on which a title must be valid

LATEST: Final = 1
THREE_YEARS: Final = (3, 2, 1)  # T-3, T-2, T-1


@dataclass(frozen=True, slots=True)
class Bound:
    """Comparator and value, kept apart: at least 70 % and more than 70 % are two rules."""

    comparator: str
    value: Fraction

    @property
    def strict(self) -> bool:
        return self.comparator in STRICT


@dataclass(frozen=True, slots=True)
class Figure:
    """A collected figure itself."""

    code: str
    years: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure over another, times a number (1 for a share, 10,000 for a value per 10,000)."""

    code: str
    of: str
    years: str
    bound: Bound
    times: int = 1


@dataclass(frozen=True, slots=True)
class Growth:
    """Average yearly growth: compound over two or three intervals, or the mean of two yearly rates."""

    code: str
    method: str
    bound: Bound

    @property
    def offsets(self) -> tuple[int, ...]:
        """The years it needs, oldest first."""
        return {"cagr_2": (3, 1), "cagr_3": (4, 1), "mean_of_rates": (3, 2, 1)}[self.method]


@dataclass(frozen=True, slots=True)
class Count:
    """Several counts together, latest year. `bounds`: holders may overlap, so only limits are known."""

    codes: tuple[str, ...]
    distinct: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Trend:
    """Rising (never lower than the year before) or falling (always lower), or only first against last."""

    code: str
    rising: bool
    reading: str

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """(earlier, later) years that are compared. The outer pair decides when the middle is missing."""
        return ((3, 1),) if self.reading == "overall" else ((3, 2), (2, 1), (3, 1))


@dataclass(frozen=True, slots=True)
class NotCollected:
    """A fact nobody is asked for: always cannot tell, and says why."""

    zh: str
    en: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Roster:
    """Distinct enterprises that hold any title of a set, on a day; told from a list of enterprises only.

    `levels` and `leading` narrow which titles count: none named is every level, and `leading`
    asks that the title was given in the leading industry. `name` is the name of the set.
    """

    name: str
    zh: str
    en: str
    titles: tuple[str, ...]
    levels: tuple[str, ...]
    leading: bool
    on: str
    bound: Bound

    @property
    def cell(self) -> tuple[str, int]:
        """Where columns keep the count of this question; no indicator has such a name."""
        parts = (",".join(self.titles), ",".join(self.levels), "leading" if self.leading else "", self.on)
        return "titles " + "|".join(parts), 0


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `n` of the parts are met."""

    n: int
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What may not be. A part that cannot be told leaves this untold too."""

    part: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:
        return (self.part,)


@dataclass(frozen=True, slots=True)
class Prefer:
    """The first wherever it can be told (a list of enterprises), else the other (a declared count)."""

    first: Condition
    otherwise: Condition

    @property
    def parts(self) -> tuple[Condition, ...]:
        return (self.first, self.otherwise)


Condition = Figure | Ratio | Growth | Count | Trend | NotCollected | Roster | AllOf | AnyOf | AtLeast | Not | Prefer
Group = AllOf | AnyOf | AtLeast | Not | Prefer


def cells(condition: Condition) -> tuple[tuple[str, int], ...]:
    """Every (indicator, years before the call) the condition reads, in order, once each."""
    match condition:
        case Figure(code, years, _):
            found = [(code, o) for o in _offsets(years)]
        case Ratio(code, of, years, _, _):
            found = [(c, o) for c in (code, of) for o in _offsets(years)]
        case Growth(code, _, _):
            found = [(code, o) for o in condition.offsets]
        case Count(codes, _, _):
            found = [(code, LATEST) for code in codes]
        case Trend(code, _, reading):
            found = [(code, o) for o in ((3, 1) if reading == "overall" else THREE_YEARS)]
        case NotCollected() | Roster():
            found = []
        case AllOf() | AnyOf() | AtLeast() | Not() | Prefer():
            found = [cell for part in condition.parts for cell in cells(part)]
    return tuple(dict.fromkeys(found))


def leaves(condition: Condition) -> Iterator[Condition]:
    """The conditions that combine no others, in order."""
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def _offsets(years: str) -> tuple[int, ...]:
    return (LATEST,) if years == "latest" else THREE_YEARS
