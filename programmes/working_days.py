"""Working days with holidays and make-up weekends, from the calendar kept in the database."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from programmes.models import CalendarDay, CalendarYear

SATURDAY = 5


@dataclass(frozen=True)
class Period:
    """A run of working days; `end` is the last day, `is_certain` is False when a year has no data."""

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
    days: list[date] = []
    day = start
    while len(days) < working_days:
        if special.get(day, day.weekday() < SATURDAY):
            days.append(day)
        day += timedelta(days=1)
    years = set(range(start.year, days[-1].year + 1))
    known = set(CalendarYear.objects.filter(year__in=years).values_list("year", flat=True))
    return Period(start, days[-1], tuple(days), known == years)


def rest_day(day: date) -> str:
    """Return what kind of day off a day is, empty for a working day; a year without data knows weekends only."""
    special = CalendarDay.objects.filter(date=day).first()
    if special is not None:
        return "" if special.is_working else special.name
    return _("weekend") if day.weekday() >= SATURDAY else ""
