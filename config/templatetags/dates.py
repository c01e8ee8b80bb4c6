"""How dates, moments and what is left of a deadline are written; always in Beijing time."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.figures import missing
from programmes import deadlines

register = template.Library()


@register.filter
def day(value: date | datetime | None):
    """Write a date: 2025年7月15日; 15 July 2025. A missing one as a dash that says so."""
    if value is None:
        return missing(_("Not announced"))
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_format(value, "DATE_FORMAT")


@register.filter
def moment(value: datetime | None):
    """Write a moment: 2025年7月15日 17:00; 15 July 2025, 17:00. A missing one as a dash that says so."""
    if value is None:
        return missing(_("Not announced"))
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


@register.filter
def until(value: datetime | None):
    """Write a deadline; the midnight after a day is that day's 24:00. A missing one as a dash that says so."""
    return missing(_("Not announced")) if value is None else deadlines.words(value)


@register.filter
def until_day(value: datetime | None):
    """Write a deadline with its day of the week. A missing one as a dash that says so."""
    return missing(_("Not announced")) if value is None else deadlines.in_full(value)


@register.filter
def clock(value: datetime | None) -> str:
    """Write the time of day: 14:03."""
    return "" if value is None else date_format(timezone.localtime(value), "TIME_FORMAT")


@register.filter
def separated(value, decimals: int | None = None) -> str:
    """Write a number with thousands commas: 1,234."""
    return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)


@register.filter
def time_left(closes_at: datetime | None, now: datetime | None = None) -> str:
    """Write what is left until a deadline: calendar days, on the last day hours, or that it has passed."""
    if closes_at is None:
        return ""
    now = now or timezone.now()
    if now >= closes_at:
        return _("passed")
    days = deadlines.days_left(closes_at, now)
    if days:
        return ngettext("%d day left", "%d days left", days) % days
    hours = int((closes_at - now).total_seconds() // 3600)
    if hours == 0:
        return _("less than an hour left")
    return ngettext("%d hour left", "%d hours left", hours) % hours


@register.filter
def urgency(closes_at: datetime | None, now: datetime | None = None) -> str:
    """Return the class of a deadline: `overdue`, `soon`, or nothing."""
    if closes_at is None:
        return ""
    now = now or timezone.now()
    if now >= closes_at:
        return "overdue"
    return "soon" if deadlines.is_soon(closes_at, now) else ""
