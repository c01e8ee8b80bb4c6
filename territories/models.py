"""Territories, and their place under an authority in each scheme."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from territories.enums import Level, UnitType


class Territory(models.Model):
    """One province, city, county or zone; written by load_reference.

    `division_code` is the GB/T 2260 code and may be empty: a development zone has none.
    """

    code = models.CharField(max_length=20, unique=True)
    division_code = models.CharField(max_length=6, blank=True)
    name = models.CharField(max_length=60)
    full_name = models.CharField(max_length=120)
    level = models.CharField(max_length=10, choices=Level)
    unit_type = models.CharField(max_length=20, choices=UnitType, default=UnitType.DIVISION)
    recommends = models.BooleanField(
        default=False, help_text="recommends to the ministry: province, plan-separate city, XPCC"
    )
    plan_separate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="plan_separate_cities"
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    pinyin = models.CharField(max_length=120, blank=True)
    search_tokens = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        verbose_name_plural = "territories"
        indexes = [GinIndex(fields=["search_tokens"], name="territory_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["division_code"], condition=~models.Q(division_code=""), name="one_territory_per_division_code"
            ),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="territory_level_is_known"),
        ]

    def __str__(self):
        return self.full_name


class Placement(models.Model):
    """Where a territory stands in one scheme, as a path that begins with the scheme's name.

    `national:cn/370000/370100/370102/` — scope is a comparison of beginnings, never of division
    codes: 370211 lies under Qingdao, not under Shandong, in the national scheme.
    """

    scheme = models.CharField(max_length=20)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="placements")
    path = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "territory"], name="one_placement_per_scheme"),
            models.UniqueConstraint(fields=["path"], name="one_territory_per_path"),
            models.CheckConstraint(condition=models.Q(path__endswith="/"), name="path_ends_with_a_slash"),
        ]

    def __str__(self):
        return self.path
