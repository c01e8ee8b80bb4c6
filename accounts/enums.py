"""The words of accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """In which capacity a person acts."""

    COUNTY = "county", _("County manager")
    CITY = "city", _("City reviewer")
    PROVINCE = "province", _("Provincial reviewer")
    MINISTRY = "ministry", _("Ministry officer")
    EXPERT = "expert", _("Expert")
    AUDITOR = "auditor", _("Auditor")
    SECURITY_ADMINISTRATOR = "security_administrator", _("Security administrator")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
