"""The words of clusters."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mark(models.TextChoices):
    """How a cell stands; a mark never prevents saving."""

    EMPTY = "empty", _("Empty")
    SAVED = "saved", _("Saved")
    WARNING = "warning", _("Please check")
    UNREADABLE = "unreadable", _("Cannot be read as a number")
    OUT_OF_RANGE = "out_of_range", _("Please correct")
