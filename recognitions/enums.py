"""The words of recognitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.TextChoices):
    """What happened to a recognition after it was granted."""

    REVERIFIED = "reverified", _("Re-verified")
    RESULT_UNKNOWN = "result_unknown", _("Re-verification result not known to us")
    REVOKED = "revoked", _("Revoked")
    CORRECTED = "corrected", _("Source corrected")


class Status(models.TextChoices):
    """How a recognition stands today; read from its validity and its changes, never stored.

    The end of the first validity ends no title: that the ministry alone decides (dossier 5.2).
    """

    NOT_YET = "not_yet", _("Not yet in effect")
    VALID = "valid", _("Valid")
    REVERIFIED = "reverified", _("Re-verified")
    RESULT_UNKNOWN = "result_unknown", _("Re-verification result not known to us")
    PAST_REVERIFIED = "past_reverified", _("Past its first validity · re-verified")
    PAST_UNKNOWN = "past_unknown", _("Past its first validity · re-verification not known to us")
    REVOKED = "revoked", _("Revoked")
