"""What a county signed and what the rules said of it: frozen, or rebuilt from that; gathered by applications.models."""

import json

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from accounts.models import Office
from clusters.models import Cluster
from programmes.fields import ForeignKeyToStored
from programmes.models import FormVersion, RuleSet
from territories.models import Territory
from territories.search import tokens_within


class Snapshot(models.Model):
    """What the county signed: canonical JSON with its sha-256; never changed.

    `key` was minted with the page, so that pressing twice submits once.
    """

    append_only = True

    application = models.ForeignKey("Application", models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    rule_set = ForeignKeyToStored(RuleSet, models.PROTECT, related_name="+")
    form_version = ForeignKeyToStored(FormVersion, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    submitted_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="one_snapshot_per_number")]

    def __str__(self):
        return f"{self.application_id}#{self.number}"


class Projection(models.Model):
    """The figures of a snapshot as scaled integers in catalogue order; rebuilt from it at will."""

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, primary_key=True)
    figures = ArrayField(models.BigIntegerField(null=True))
    format = models.PositiveSmallIntegerField(default=1)

    def __str__(self):
        return f"projection of {self.snapshot_id}"


class SignedFacts(models.Model):
    """The registered facts that a snapshot froze, as lists, filters and search need them; rebuilt from it at will.

    Everybody reads of a case what stands here, whatever its county registers afterwards. `register_version` and
    `register_row` are the cluster's version and the newest row of its history at the moment of signing; None where
    that was not kept.
    """

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, primary_key=True, related_name="facts")
    name = models.CharField(max_length=120)
    lead_code = models.CharField(max_length=20)
    lead_name = models.CharField(max_length=80, help_text="in short, as lists show it")
    lead_full_name = models.CharField(max_length=160)
    further = ArrayField(models.CharField(max_length=160), default=list)
    industry_code = models.CharField(max_length=4, blank=True)
    industry_name = models.CharField(max_length=80, blank=True)
    niche = models.CharField(max_length=80, blank=True)
    operator = models.CharField(max_length=120, blank=True)
    search_tokens = ArrayField(models.CharField(max_length=60), default=list)
    register_version = models.PositiveIntegerField(null=True, blank=True)
    register_row = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [GinIndex(fields=["search_tokens"], name="signed_facts_search")]

    def __str__(self):
        return self.name

    @classmethod
    def of(cls, snapshot: Snapshot, **more) -> "SignedFacts":
        """Return the facts of a snapshot, not saved yet."""
        told = json.loads(snapshot.content)["cluster"]
        lead, industry = told["lead"], told["industry"]
        short = Territory.objects.filter(code=lead["code"]).values_list("name", flat=True).first() or lead["name"]
        return cls(
            snapshot=snapshot, name=told["name"], lead_code=lead["code"], lead_name=short, lead_full_name=lead["name"],
            further=told["further"], industry_code=industry["code"], industry_name=industry["name"],
            niche=told["niche"], operator=told["operator"],
            search_tokens=tokens_within(
                told["name"], industry["name"], told["niche"], places=[lead["name"], *told["further"]]
            ), **more,
        )  # fmt: skip

    @classmethod
    def of_register(cls, cluster: Cluster) -> "SignedFacts":
        """Return what the register says of a cluster that has signed nothing yet; never saved."""
        lead, industry = cluster.lead, cluster.industry
        return cls(
            name=cluster.name, lead_code=lead.code, lead_name=lead.name, lead_full_name=lead.full_name,
            industry_code=cluster.industry_id or "", industry_name=industry.name if industry else "",
            niche=cluster.niche, operator=cluster.operator,
        )  # fmt: skip

    @property
    def industry(self) -> str:
        """Return the industry with its code, empty where none was told."""
        return f"{self.industry_code} {self.industry_name}".strip()


class Screening(models.Model):
    """The findings of one snapshot under one stored rule set; never changed.

    `context` is everything besides the snapshot that they depend on: {"place": "530000", "waivers": [{"clause",
    "authority", "reason", "document"}]}, both optional. `unmet` names the clauses not met in the order of the rules,
    for lists: [{"clause": "1.4", "zh": "集群总产值", "en": "Gross output"}].
    """

    append_only = True

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="screenings")
    rule_set = ForeignKeyToStored(RuleSet, models.PROTECT, related_name="+")
    engine_version = models.CharField(max_length=20)
    context = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), help_text="place and waivers the findings rest on"
    )
    findings = models.JSONField()
    met = models.PositiveSmallIntegerField()
    not_met = models.PositiveSmallIntegerField()
    near = models.PositiveSmallIntegerField()
    cannot_tell = models.PositiveSmallIntegerField()
    by_hand = models.PositiveSmallIntegerField()
    not_applicable = models.PositiveSmallIntegerField()
    waived = models.PositiveSmallIntegerField(default=0, db_default=0)
    unmet = models.JSONField(default=list, db_default=Value([], models.JSONField()), help_text="clauses not met")
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self):
        return f"screening of {self.snapshot_id}"


class Replay(models.Model):
    """One run that computed every stored screening again, and what differed; written by the nightly task.

    `differences` lists the first thousand (applications.replaying.Difference); `different` counts all screenings.
    """

    append_only = True

    begun_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    engine_version = models.CharField(max_length=20)
    screenings = models.PositiveIntegerField()
    different = models.PositiveIntegerField()
    differences = models.JSONField(default=list)
    asked_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="replay_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(different__lte=models.F("screenings")), name="no_more_differ_than_were_computed"
            )
        ]

    def __str__(self):
        return f"replay of {self.screenings}: {self.different} differ"
