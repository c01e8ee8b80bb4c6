"""Clusters, figures and asks by the questions asked of them."""

from django.db import models
from django.db.models.functions import Now

from accounts.policy import AllowedQuerySet


class ClusterQuerySet(AllowedQuerySet, models.QuerySet):
    """Clusters by the questions asked of them."""


class YearFigureQuerySet(models.QuerySet):
    """Figures by the questions asked of them."""

    def told_by(self, cluster, years):
        """The cells of a cluster for these years."""
        return self.filter(cluster=cluster, year__in=years)

    def asked_by(self, call):
        """The cells of the years and indicators that a call asks for."""
        return self.filter(year__in=call.years_asked, indicator__in=call.form_version.indicators)

    def readable(self) -> dict[tuple[str, int], object]:
        """Return the values that count, by indicator and year."""
        return {
            (indicator, year): value
            for indicator, year, value in self.exclude(value=None).values_list("indicator", "year", "value")
        }


class AskQuerySet(models.QuerySet):
    """Asks by the questions asked of them."""

    def open_now(self):
        """Asks whose figures can be edited."""
        return self.filter(closed_at=None)

    def close(self):
        """End the asking by the database clock."""
        return self.update(closed_at=Now())

    def reopen(self):
        """Let the figures be edited again."""
        return self.update(closed_at=None)
