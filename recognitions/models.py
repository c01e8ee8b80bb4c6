"""The title a cluster holds."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from accounts.models import Office
from clusters.models import Cluster
from programmes.models import Programme
from recognitions.enums import Change
from recognitions.querysets import RecognitionQuerySet
from territories.models import Territory


class Recognition(models.Model):
    """One grant of the title; never changed, later events are rows that name it.

    Real rows come from published lists and keep what those leave open: an empty batch with a note,
    an empty document number, validity as printed. `granted_for` names what led to it (an
    application or a row of the loaded list) and makes granting twice impossible.
    """

    append_only = True

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="recognitions")
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="recognitions")
    name = models.CharField(max_length=120)
    province = models.ForeignKey(Territory, models.PROTECT, related_name="+", help_text="who recommended it")
    county_name = models.CharField(max_length=400, help_text="the places in full, without the province")
    industry_words = models.CharField(max_length=80)
    batch = models.PositiveSmallIntegerField(null=True, blank=True)
    batch_note = models.CharField(max_length=80, blank=True)
    document_number = models.CharField(max_length=60, blank=True)
    validity_words = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="first day after it, for sorting")
    is_confirmed = models.BooleanField(default=True)
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)
    search_tokens = ArrayField(models.CharField(max_length=60), default=list)
    sort_key = models.CharField(max_length=80, blank=True, help_text="province code and pinyin of the name")
    sample = models.BooleanField(default=False)
    granted_for = models.CharField(max_length=60, unique=True)
    granted_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sample", "-batch", "sort_key", "id"], name="recognition_list"),
            models.Index(fields=["sample", "sort_key", "id"], name="recognition_in_order"),
            models.Index(fields=["sample", "province", "-batch", "sort_key", "id"], name="recognition_by_province"),
            GinIndex(fields=["search_tokens"], name="recognition_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(batch=None) | ~models.Q(batch_note=""), name="an_empty_batch_has_a_note"
            )
        ]

    def __str__(self):
        return self.name

    def told(self) -> dict:
        """Return the title as a decision packet tells it and the record seals it."""
        return {
            "name": self.name,
            "batch": self.batch,
            "document_number": self.document_number,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }


class RecognitionChange(models.Model):
    """One thing that happened to a recognition: re-verified, revoked, source corrected."""

    append_only = True

    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=Change)
    effective_on = models.DateField(null=True, blank=True)
    document_number = models.CharField(max_length=60, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=80, unique=True, help_text="makes recording it twice impossible")
    made_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["recognition", "-id"], name="change_of_recognition")]

    def __str__(self):
        return f"{self.recognition}: {self.get_kind_display()}"
