"""Calls and deadlines by the questions asked of them."""

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Now

from accounts.policy import AllowedQuerySet


class CallQuerySet(AllowedQuerySet, models.QuerySet):
    """Calls by the questions asked of them."""

    def closing(self):
        """Annotate when the recommendations are due at the ministry; empty where not published."""
        deadlines = self.model._meta.get_field("deadlines").related_model.objects
        own = deadlines.filter(call=OuterRef("pk"), authority=OuterRef("programme__owner"))
        return self.annotate(closes_at=Subquery(own.values("closes_at")[:1]))

    def open_now(self):
        """Calls that take applications at this moment by the database clock."""
        return self.closing().filter(opens_at__lte=Now(), closes_at__gt=Now())


class DeadlineQuerySet(models.QuerySet):
    """Deadlines by the questions asked of them."""

    def counting_for(self, call, path: str):
        """Deadlines that can count for a place, the nearest authority first."""
        beginnings = [path[: i + 1] for i, letter in enumerate(path) if letter == "/"]
        return (
            self.filter(call=call, authority_path__in=beginnings)
            .select_related("authority")
            .annotate(clock=Now())
            .order_by(F("authority_path").desc())
        )


class WaiverQuerySet(AllowedQuerySet, models.QuerySet):
    """Waivers by the questions asked of them."""

    def in_force(self):
        """Waivers that were not ended."""
        return self.filter(end=None)

    def covering(self, call, path: str):
        """Waivers of a call that count for a place, the nearest authority last."""
        beginnings = [path[: i + 1] for i, letter in enumerate(path) if letter == "/"]
        return self.in_force().filter(call=call, path__in=beginnings).order_by("path", "id")
