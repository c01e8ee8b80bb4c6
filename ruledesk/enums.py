"""The words of the rule desk."""

from django.db import models
from django.utils.translation import pgettext_lazy


class DraftState(models.TextChoices):
    """Where a draft of rules stands."""

    DRAFT = "draft", pgettext_lazy("rules", "Draft")
    PROPOSED = "proposed", pgettext_lazy("rules", "Proposed for approval")
    APPROVED = "approved", pgettext_lazy("rules", "Approved")
    ABANDONED = "abandoned", pgettext_lazy("rules", "Abandoned")
