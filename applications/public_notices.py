"""Public notices of a call and the clusters they name; models of this app, gathered by applications.models."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Office
from applications.enums import Outcome, State
from applications.querysets import EntryQuerySet, NoticeQuerySet

# What is said of a cluster once its notice has ended; reasons stay with county and province.
RESULTS = {
    State.RECOGNISED: gettext_lazy("Recognised"),
    State.DECLINED: pgettext_lazy("result of a public notice", "Not recognised"),
    State.DISQUALIFIED: gettext_lazy("Disqualified"),
}
# What a public notice says of objections: typed by the officer who publishes it.
WHERE_TO_OBJECT = ("office_name", "address", "telephone", "email", "how_to_object")


class PublicNotice(models.Model):
    """One public notice of a call: from when, for how many working days, and where and how to object.

    The number is optional; where to object is empty only in notices from before it was asked for.
    """

    append_only = True

    call = models.ForeignKey("programmes.Call", models.PROTECT, related_name="notices")
    document_number = models.CharField(max_length=60, blank=True)
    office_name = models.CharField(max_length=120, blank=True, db_default="", help_text="who takes objections")
    address = models.CharField(max_length=200, blank=True, db_default="")
    telephone = models.CharField(max_length=60, blank=True, db_default="")
    email = models.EmailField(blank=True, db_default="")
    how_to_object = models.TextField(max_length=1000, blank=True, db_default="")
    starts_on = models.DateField()
    working_days = models.PositiveSmallIntegerField()
    ends_on = models.DateField(help_text="the last day")
    is_certain = models.BooleanField(
        default=True,
        help_text="False: a year without calendar data counted weekends and holidays of fixed date only",
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="the first moment after it")
    key = models.UUIDField(unique=True)
    published_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(db_default=Now())

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="a_notice_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(working_days__gte=1), name="a_notice_has_working_days"),
        ]

    def __str__(self):
        return f"{self.call} {self.title}"

    @property
    def title(self) -> str:
        """Return its number, or where it has none its first day."""
        return self.document_number or _("Notice of %(day)s") % {"day": date_format(self.starts_on)}

    def days_told(self) -> dict:
        """Return its days as the event of publishing seals them and packets tell them."""
        return {
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "working_days": self.working_days,
        }

    @property
    def contact(self) -> dict[str, str]:
        """Return where and how to object."""
        return {name: getattr(self, name) for name in WHERE_TO_OBJECT}


class NoticeEntry(models.Model):
    """One cluster named in a public notice, and what became of objections to it."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="entries")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="notice_entries")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    words = models.TextField(blank=True, max_length=2000)
    recorded_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "application"], name="named_once_in_a_notice"),
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.UPHELD, Outcome.DISMISSED]) | ~Q(words=""),
                name="an_objection_has_words",
            ),
        ]

    def __str__(self):
        return f"{self.notice_id}: {self.application_id}"

    @property
    def mark(self) -> str:
        """Return what a page remembers of the record it showed: when it was written, empty where there is none."""
        return self.recorded_at.isoformat() if self.recorded_at else ""

    @property
    def is_struck_out(self) -> bool:
        """Say of one entry what querysets.struck_out says of a table."""
        return self.application.state == State.DISQUALIFIED and self.application.released_at is None


def became(state: str) -> str:
    """Return what became of a cluster in a notice, in words."""
    return str(RESULTS[State(state)]) if state in RESULTS else _("No result yet")
