"""The words of the record."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Result(models.TextChoices):
    """How an act ended."""

    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class Audience(models.TextChoices):
    """Who may read an event beside the people who run the system."""

    ALL = "all", _("Everybody who may see the case")
    MINISTRY = "ministry", _("The ministry, until the public notice")
    NOBODY = "nobody", _("Auditors only")
