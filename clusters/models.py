"""What a cluster is, and what it tells year by year."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from accounts.models import Office
from clusters.querysets import AskQuerySet, ClusterQuerySet, YearFigureQuerySet
from rulebook.catalogue import INDICATORS
from territories.models import Territory


class Industry(models.Model):
    """One entry of GB/T 4754-2017; written by load_reference."""

    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField()
    search_tokens = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        verbose_name_plural = "industries"
        indexes = [GinIndex(fields=["search_tokens"], name="industry_search")]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track(
    model_name="ClusterHistory", fields=["name", "lead", "industry", "industry_words", "niche", "area_km2", "operator"]
)
class Cluster(models.Model):
    """One cluster in the register; written by its county, and by load_reference for listed ones.

    What may be done with it follows the lead territory; further territories read. `path` is the
    lead's place in the national scheme, kept here so that a list needs no join.
    """

    name = models.CharField(max_length=120)
    lead = models.ForeignKey(Territory, models.PROTECT, related_name="clusters_led", null=True, blank=True)
    further = models.ManyToManyField(Territory, related_name="clusters_touching", blank=True)
    path = models.CharField(max_length=120, blank=True)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, related_name="clusters")
    industry_words = models.CharField(max_length=80, blank=True, help_text="the leading industry as a source words it")
    niche = models.CharField(max_length=80, blank=True)
    area_km2 = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    operator = models.CharField(max_length=120, blank=True)
    sample = models.BooleanField(default=False)
    origin = models.CharField(max_length=60, unique=True, null=True, blank=True, help_text="key in the loaded data")
    search_tokens = ArrayField(models.CharField(max_length=60), default=list)
    version = models.PositiveIntegerField(default=1)
    registered_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    registered_at = models.DateTimeField(db_default=Now())

    objects = ClusterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path"], name="cluster_by_path"),
            GinIndex(fields=["search_tokens"], name="cluster_search"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lead", "name"], name="one_cluster_per_name_and_lead"),
            models.CheckConstraint(
                condition=models.Q(area_km2=None) | models.Q(area_km2__gt=0), name="cluster_area_is_positive"
            ),
        ]

    def __str__(self):
        return self.name

    def area_told(self):
        """Return the newest area told with the figures, None without one."""
        told = self.figures.filter(indicator="area_km2").exclude(value=None).order_by("-year").first()
        return told and told.value.normalize()


@pghistory.track(model_name="YearFigureHistory", fields=["typed", "value", "version", "changed_by"])
class YearFigure(models.Model):
    """One cell: what a cluster says of one indicator in one year; the working copy.

    `typed` is what the person wrote, `value` its exact reading in the unit the rules use, or empty
    when it cannot be read. A year is told once, whoever asks.
    """

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="figures")
    indicator = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    typed = models.CharField(max_length=60, blank=True)
    value = models.DecimalField(max_digits=26, decimal_places=6, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    objects = YearFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cluster", "indicator", "year"], name="one_figure_per_indicator_and_year"),
            models.CheckConstraint(
                condition=models.Q(value=None) | ~models.Q(typed=""), name="no_value_without_what_was_typed"
            ),
            models.CheckConstraint(
                condition=models.Q(value=None) | (models.Q(value__gt=-(10**20)) & models.Q(value__lt=10**20)),
                name="figure_is_finite",
            ),
        ]

    def __str__(self):
        return f"{self.cluster_id} {self.indicator} {self.year}: {self.typed}"


class Ask(models.Model):
    """Something that asks a cluster for figures; while it is open they can be edited.

    `opened_for` names what asked, such as `application:17`; this app looks no further.
    """

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="asks")
    opened_for = models.CharField(max_length=60, unique=True)
    indicators = ArrayField(models.CharField(max_length=40))
    years = ArrayField(models.PositiveSmallIntegerField())
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AskQuerySet.as_manager()

    def __str__(self):
        return self.opened_for

    def covers(self, indicator: str, year: int) -> bool:
        """Say whether a cell is asked for: some indicators are told for the latest year only."""
        latest = max(self.years) + 1
        return indicator in self.indicators and year in self.years and latest - year in INDICATORS[indicator].offsets
