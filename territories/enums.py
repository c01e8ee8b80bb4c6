"""The words of territories."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Where a territory stands, from the whole country down."""

    NATION = "nation", _("Nation")
    PROVINCE = "province", _("Province level")
    CITY = "city", _("City")
    COUNTY = "county", _("County level")
    TOWNSHIP = "township", _("Township")


class UnitType(models.TextChoices):
    """A division of GB/T 2260, or a zone that acts like a county without a division code."""

    DIVISION = "division", _("Administrative division")
    FUNCTIONAL_ZONE = "functional_zone", _("Functional zone")


NATIONAL_SCHEME = "national"
