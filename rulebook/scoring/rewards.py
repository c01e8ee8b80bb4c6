"""What follows from totals and grades over the years: stars, money, and the end of a bad run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from rulebook.rules import Reason
from rulebook.scoring.tree import Grades, Money, Stars


@dataclass(frozen=True, slots=True)
class StarAward:
    """Stars of the years that end with the last one; None with the reason where there are none."""

    years: tuple[int, ...]
    grades: tuple[str | None, ...]
    stars: int | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Payment:
    """Yuan between `least` and `most`; None with the reason where the sources say nothing of that year."""

    year_of_title: int
    least: Fraction | None
    most: Fraction | None
    reason: Reason | None

    @property
    def told(self) -> bool:
        return self.least is not None and self.least == self.most


def stars_of(stars: Stars, grades: Grades, by_year: Mapping[int, str | None], last: int) -> StarAward:
    """The stars for the years that end with `last`, from the grade of each year.

    A year without a grade or a combination nobody listed gives no star, and the reason.
    Raises ValueError for a grade that does not exist.
    """
    known = {grade.code for grade in grades.listed}
    for grade in by_year.values():
        if grade is not None and grade not in known:
            raise ValueError(f"there is no grade “{grade}”; the grades are: {', '.join(sorted(known))}")
    years = tuple(range(last + 1 - stars.years, last + 1))
    found = tuple(by_year.get(year) for year in years)
    told = [grade for grade in found if grade is not None]
    if len(told) < len(years):
        missing = ",".join(str(year) for year, grade in zip(years, found, strict=True) if grade is None)
        return StarAward(years, found, None, Reason("grade_missing", {"years": missing}))
    awarded = stars.table.get(tuple(told if stars.ordered else sorted(told)))
    return StarAward(years, found, awarded, None if awarded is not None else Reason("not_listed"))


def payment_of(money: Money, least: Fraction, most: Fraction, year_of_title: int) -> Payment:
    """What the `year_of_title` (1 is the first) pays for a total between two numbers."""
    year = money.years.get(year_of_title)
    if year is None:
        return Payment(year_of_title, None, None, Reason("year_not_listed"))
    if year.flat is not None:
        return Payment(year_of_title, year.flat, year.flat, Reason("flat"))
    reached = {least, most} | {total for total, _ in money.bands if least < total <= most}
    paid = [_band(money, total) for total in reached]
    limit = year.most if money.capped else None
    cut = [yuan if limit is None else min(yuan, limit) for yuan in paid]
    reason = Reason("no_band") if max(paid) == 0 else Reason("capped") if cut != paid else None
    return Payment(year_of_title, min(cut), max(cut), reason)


def _band(money: Money, total: Fraction) -> Fraction:
    """The yuan of the band a total falls in; below every band there is nothing."""
    return next((yuan for bound, yuan in money.bands if total >= bound), Fraction(0))


def in_bottom(totals: Mapping[str, Fraction], share: Fraction) -> frozenset[str]:
    """Who is in the bottom share of all totals: at least 1 - share of them all score strictly higher.

    Those with one total stand or fall together, and never push each other down.
    """
    everybody = len(totals)
    return frozenset(
        who
        for who, total in totals.items()
        if sum(other > total for other in totals.values()) >= (1 - share) * everybody
    )


def running(by_year: Mapping[int, bool | None], years: int, last: int) -> bool | None:
    """Whether something held in so many years running up to `last`; None where a year cannot be told.

    One year that did not hold decides, whatever is missing.
    """
    if years < 1:
        raise ValueError("a run has at least one year")
    found = [by_year.get(year) for year in range(last + 1 - years, last + 1)]
    return False if False in found else None if None in found else True
