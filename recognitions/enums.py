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
    """How a recognition stands; read from its changes, never stored."""

    VALID = "valid", _("Valid")
    REVERIFIED = "reverified", _("Re-verified")
    RESULT_UNKNOWN = "result_unknown", _("Re-verification result not known to us")
    REVOKED = "revoked", _("Revoked")
