"""Whose deadline counts for a place, and whether it has passed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from programmes.models import Call, Deadline
from territories.enums import Level
from territories.models import Territory

SOON_DAYS = 7  # from here on what is left is marked


@dataclass(frozen=True)
class CountingDeadline:
    """The deadline that counts: when it closes and which authority set it."""

    closes_at: datetime
    authority: Territory

    @property
    def whose(self) -> str:
        """Return who set it, as people call them: the nation's authority is the ministry."""
        return called(self.authority)

    def has_passed(self, now: datetime) -> bool:
        """Say whether the time is over; the closing moment itself is too late (half-open)."""
        return now >= self.closes_at


def called(authority: Territory) -> str:
    """Return an authority as people call it: that of the nation is the ministry."""
    return _("the ministry") if authority.level == Level.NATION else authority.name


def for_county(call: Call, path: str) -> CountingDeadline | None:
    """Return the deadline that counts for a county: its province's, else the next higher one."""
    nearest = Deadline.objects.counting_for(call, path).first()
    return CountingDeadline(nearest.closes_at, nearest.authority) if nearest else None


def for_province(call: Call) -> CountingDeadline | None:
    """Return until when province-level authorities recommend to the owner of the programme."""
    own = Deadline.objects.filter(call=call, authority=call.programme.owner).select_related("authority").first()
    return CountingDeadline(own.closes_at, own.authority) if own else None


def last_day(closes_at: datetime) -> date:
    """Return the last day on which something is taken: that before a midnight."""
    return timezone.localtime(closes_at - timedelta(microseconds=1)).date()


def days_between(earlier: datetime, later: datetime) -> int:
    """Return how many calendar days later a moment is, as people count them: 1 from any time yesterday."""
    return (timezone.localdate(later) - timezone.localdate(earlier)).days


def days_left(closes_at: datetime, now: datetime) -> int:
    """Return how many calendar days are left until the last day of a deadline; 0 on that day itself."""
    return (last_day(closes_at) - timezone.localdate(now)).days


def is_soon(closes_at: datetime, now: datetime) -> bool:
    """Say whether a deadline that has not passed closes within a week."""
    return now < closes_at and days_left(closes_at, now) <= SOON_DAYS


def in_full(closes_at: datetime) -> str:
    """Write a deadline with its day of the week: 2025年7月15日 24:00，星期二."""
    return _("%(moment)s, %(weekday)s") % {"moment": words(closes_at), "weekday": date_format(last_day(closes_at), "l")}


def beginning(starts_at: datetime) -> str:
    """Write a moment from which something holds: 2025年7月15日 17:00; a midnight as the day it begins."""
    local = timezone.localtime(starts_at)
    return date_format(local, "DATE_FORMAT" if (local.hour, local.minute) == (0, 0) else "DATETIME_FORMAT")


def words(closes_at: datetime) -> str:
    """Write a deadline: 2025年7月15日 17:00; the midnight after a day as that day's 24:00, as offices do."""
    local = timezone.localtime(closes_at)
    if (local.hour, local.minute) == (0, 0):
        return f"{date_format((local - timedelta(days=1)).date(), 'DATE_FORMAT')} 24:00"
    return date_format(local, "DATETIME_FORMAT")
