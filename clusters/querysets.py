"""Clusters, figures and asks by the questions asked of them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.policy import AllowedQuerySet


class ClusterQuerySet(AllowedQuerySet, models.QuerySet):
    """Clusters by the questions asked of them."""


class YearFigureQuerySet(models.QuerySet):
    """Figures by the questions asked of them."""

    def asked_of(self, cluster, call):
        """The cells of a cluster that the form of a call asks for (Call.cells_asked), and no leftover of another call.

        Everything of an application reads these: what its county is not shown, it does not sign.
        """
        codes: dict[int, list[str]] = {}
        for indicator, year in call.cells_asked:
            codes.setdefault(year, []).append(indicator)
        asked = Q(pk__in=[])
        for year, indicators in codes.items():
            asked |= Q(year=year, indicator__in=indicators)
        return self.filter(asked, cluster=cluster)

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
