"""The two calls of the demo: one that is open, and the one before it, in the ministry's hands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

from programmes.loading import FORM, RULES, deadline, end_of_day, quotas
from programmes.models import Call, CallKind, Deadline, FormVersion, Programme, RuleSet

OPEN_CODE = "demo"
DAYS_OPEN_BEFORE = 60  # so that the samples have a past; never before the first day of the year
PLACES, OTHER_PLACES = 8, 2  # as in 2025
NOTE = "示例申报：集群、数据和结论均为虚构，不属于真实认定。"


def database_now() -> datetime:
    """Return the time of the database, by which everything is decided."""
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        return cursor.fetchone()[0].astimezone(UTC)


def beginning_of(day: date) -> datetime:
    """Return the first moment of a day in China."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def end_of_following_year(now: datetime) -> datetime:
    """Return when an open demo call closes: with the end of the year after this one."""
    return end_of_day(date(timezone.localtime(now).year + 1, 12, 31))


def make_call(code: str, year: int, *, opens_at: datetime, closes_at: datetime) -> Call:
    """Make a call of the demo with the rules, the form and the places of 2025."""
    call = Call.objects.create(
        programme=Programme.objects.get(code="demo"),
        code=code,
        year=year,
        issued_on=timezone.localdate(opens_at),
        opens_at=opens_at,
        rule_set=RuleSet.objects.filter(code=RULES).order_by("-id")[0],
        form_version=FormVersion.objects.get(code=FORM),
        note=NOTE,
    )
    CallKind.objects.create(call=call, kind="recognition")
    deadline(call, closes_at).save()
    for quota in quotas(call, PLACES, OTHER_PLACES):
        quota.save()
    return call


def open_call(now: datetime) -> Call:
    """Make the call that is open; its year is the year it was opened in."""
    year = timezone.localtime(now).year
    opens_at = max(
        beginning_of(timezone.localdate(now) - timedelta(days=DAYS_OPEN_BEFORE)), beginning_of(date(year, 1, 1))
    )
    return make_call(OPEN_CODE, year, opens_at=opens_at, closes_at=end_of_following_year(now))


@dataclass(frozen=True)
class Milestones:
    """What happened when in the call of the year before; every day lies in the past."""

    year: int

    def day(self, month: int, day: int) -> datetime:
        """Return the first moment of a day of that year."""
        return beginning_of(date(self.year, month, day))


def previous_call(now: datetime, milestones: Milestones) -> Call:
    """Make the call of the year before; it is closed by `close` when its applications are in."""
    return make_call(
        f"demo-{milestones.year}",
        milestones.year,
        opens_at=milestones.day(3, 3),
        closes_at=now + timedelta(days=1),
    )


def close(call: Call, closes_at: datetime) -> None:
    """Move the closing of a call into the past."""
    Deadline.objects.filter(call=call, authority=call.programme.owner).update(closes_at=closes_at)


def keep_open(call: Call, now: datetime) -> datetime | None:
    """Move only the closing on when the call has closed; returns the new closing, or None."""
    own = Deadline.objects.get(call=call, authority=call.programme.owner)
    if own.closes_at > now:
        return None
    own.closes_at = end_of_following_year(now)
    own.save(update_fields=["closes_at"])
    return own.closes_at
