"""What may be typed about a call."""

import json
import re
from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import deadlines
from programmes.working_days import days_off, rest_day
from rulebook.numbers import Unreadable, in_ascii

MINUTE = timedelta(minutes=1)
END = (23, 59)  # a browser has no 24:00: the last minute of a day stands for its end
FURTHEST_YEARS = 10
DAYS_TOLD = 400  # ahead, of which a field knows what kind of day each is


class ClosingInput(forms.DateTimeInput):
    """A date and a time as the browser asks for them, to the minute; the end of a day as its last minute.

    It carries the days off of about a year, so that the page says in words what is chosen while it is (site.js).
    """

    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")

    def get_context(self, name, value, attrs):
        """Add the days off to come and the sentence about them."""
        off = {day.isoformat(): why for day, why in days_off(timezone.localdate(), DAYS_TOLD).items()}
        words = {"data-days-off": json.dumps(off), "data-words-off": _("{moment} is a day off ({off}).")}
        return super().get_context(name, value, {**(attrs or {}), **words})


class _Written:
    """A date or moment, written as numbers are: in ASCII and full-width digits, in those of no other script."""

    def to_python(self, value):
        """Read what was typed; raises ValidationError."""
        try:
            return super().to_python(in_ascii(value) if isinstance(value, str) else value)
        except Unreadable as reason:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from reason


class Date(_Written, forms.DateField):
    """A day."""


class Moment(_Written, forms.DateTimeField):
    """A day and a time."""


class ClosingField(Moment):
    """A moment until which something is taken: 23:59 means the end of the day, the midnight after it (half-open)."""

    def __init__(self, **more):
        more.setdefault("help_text", gettext_lazy("23:59 means the end of the day (24:00)."))
        super().__init__(widget=ClosingInput(), **more)

    def to_python(self, value):
        """Read the last minute of a day as its end, and a day without a time likewise."""
        moment = super().to_python(value)
        if moment is None:
            return None
        within_reach(moment)
        if isinstance(value, str) and not re.search("[:：]", value):
            return moment + timedelta(days=1)
        local = timezone.localtime(moment)
        return moment + MINUTE if (local.hour, local.minute) == END else moment

    def prepare_value(self, value):
        """Write the end of a day as its last minute."""
        if hasattr(value, "hour"):
            local = timezone.localtime(value)
            value = local - MINUTE if (local.hour, local.minute) == (0, 0) else local
        return super().prepare_value(value)


def within_reach(day: date) -> None:
    """Raise ValidationError for a year nobody means: 20255 or 9999 is asked about, not computed with."""
    if abs(day.year - timezone.localdate().year) > FURTHEST_YEARS:
        raise forms.ValidationError(_("Please check the year: %(year)s.") % {"year": day.year})


def end_of_day(days: int):
    """Return the end of the day so many days from now, which a form offers."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days + 1)


class WithClosing(forms.Form):
    """A form with a moment that closes: one that ends on a day off is asked for once more.

    `closing` names the field; `sure` is the moment that was read back to the person. `later_than` and `latest` are
    set before the form is read where the act knows more bounds than that the moment must lie in the future.
    """

    closing = "closes_at"
    later_than: datetime | None = None
    latest: datetime | None = None

    sure = Moment(required=False, widget=forms.HiddenInput)

    def clean(self):
        """Repeat the date in words when its last day is a weekend or a holiday, and take it when it is sent again.

        What cannot be is not asked about: the act refuses it, and says why, at the first press.
        """
        said = super().clean()
        sure, moment = said.pop("sure", None), said.get(self.closing)
        off = rest_day(deadlines.last_day(moment)) if moment and self._can_be(moment) else ""
        if off and sure != moment:
            self.data = self.data.copy()
            self.data[self.add_prefix("sure")] = moment.isoformat()
            words = _("%(moment)s is a day off (%(off)s). If that is what you mean, please send it once more.")
            self.add_error(self.closing, words % {"moment": deadlines.in_full(moment), "off": off})
        return said

    def _can_be(self, moment: datetime) -> bool:
        earlier = max(filter(None, (timezone.now(), self.later_than)))
        return earlier < moment and (self.latest is None or moment <= self.latest)


class DeadlineForm(WithClosing):
    """Until when counties hand in, in Chinese time; `before` is what the page showed."""

    closes_at = ClosingField(label=gettext_lazy("Deadline of your counties (Beijing time)"))
    before = Moment(required=False, widget=forms.HiddenInput(attrs={"data-as-of": True}))
