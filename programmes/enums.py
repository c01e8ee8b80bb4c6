"""The words of programmes and calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an application in a call asks for."""

    RECOGNITION = "recognition", _("Recognition")
    REVERIFICATION = "reverification", _("Re-verification")


class Process(models.TextChoices):
    """What a rule set is made for; one year may judge new applications and re-verifications differently."""

    RECOGNITION = "recognition", _("Recognition")
    REVERIFICATION = "reverification", _("Re-verification")
    EVALUATION = "evaluation", _("Annual evaluation")


class Prerequisite(models.TextChoices):
    """Whether a call asks for provincial recognition first (dossier 10.4)."""

    NONE = "none", _("None")
    RECOGNISED = "recognised", _("Recognised by the province")
    RECOGNISED_OR_SIMULTANEOUS = "recognised_or_simultaneous", _("Recognised by the province, or applying there now")
