"""Working days with holidays and make-up weekends, from the calendar kept in the database."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import CalendarDay, CalendarYear

SATURDAY = 5
# Days off of every year (全国年节及纪念日放假办法, 2024); the lunar ones and what is moved are said each year.
FIXED = {
    (1, 1): gettext_lazy("New Year"), (5, 1): gettext_lazy("Labour Day"), (5, 2): gettext_lazy("Labour Day"),
    **{(10, day): gettext_lazy("National Day") for day in (1, 2, 3)},
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A run of working days; `end` is the last day, `is_certain` is False when a year has no data.

    Such a year knows weekends and the days of fixed date only.
    """

    start: date
    end: date
    days: tuple[date, ...]
    is_certain: bool


def period(start: date, working_days: int) -> Period:
    """Return the period of so many working days that begins on or after the start.

    Raises ValueError for fewer than 1 or more than 60 days.
    """
    if not 1 <= working_days <= 60:
        raise ValueError("between 1 and 60 working days")
    horizon = start + timedelta(days=working_days * 2 + 30)
    special = dict(CalendarDay.objects.filter(date__range=(start, horizon)).values_list("date", "is_working"))
    known = set(CalendarYear.objects.filter(year__range=(start.year, horizon.year)).values_list("year", flat=True))
    days: list[date] = []
    day = start
    while len(days) < working_days:
        if special.get(day, not _rests(day, is_known=day.year in known)):
            days.append(day)
        day += timedelta(days=1)
    years = set(range(start.year, days[-1].year + 1))
    return Period(start, days[-1], tuple(days), years <= known)


def _rests(day: date, *, is_known: bool) -> str:
    """Return why a day that the calendar does not name is off; empty for a working day."""
    fixed = "" if is_known else FIXED.get((day.month, day.day), "")
    return str(fixed) or (_("weekend") if day.weekday() >= SATURDAY else "")


def rest_day(day: date) -> str:
    """Return what kind of day off a day is, empty for a working day."""
    return days_off(day, 1).get(day, "")


def days_off(start: date, many: int) -> dict[date, str]:
    """Return which of so many days are off, and what kind of day off each is."""
    days = [start + timedelta(days=n) for n in range(many)]
    special = {row.date: row for row in CalendarDay.objects.filter(date__range=(start, days[-1]))}
    known = set(CalendarYear.objects.filter(year__range=(start.year, days[-1].year)).values_list("year", flat=True))
    found = {}
    for day in days:
        row = special.get(day)
        why = _rests(day, is_known=day.year in known) if row is None else "" if row.is_working else row.name
        found |= {day: why} if why else {}
    return found
