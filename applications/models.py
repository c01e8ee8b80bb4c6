"""What is kept of a bid: the application, what the county says, what was frozen, and what was decided."""

import json

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Office
from applications.enums import (
    LIVE,
    SECRET,
    TO_BE_PUBLISHED,
    Answer,
    AtLevel,
    Decision,
    InAll,
    Judged,
    Reason,
    State,
    state_words,
)
from applications.public_notices import WHERE_TO_OBJECT, NoticeEntry, PublicNotice  # noqa: F401  read from here
from applications.querysets import ApplicationQuerySet, OpinionQuerySet
from clusters.models import Cluster
from programmes.enums import Kind
from programmes.fields import ForeignKeyToStored
from programmes.models import Call, FormVersion, RuleSet
from territories.models import Territory
from territories.search import tokens


@pghistory.track(
    model_name="ApplicationHistory",
    fields=["state", "at_level", "version", "due_at", "released_at", "snapshot", "screening"],
)
class Application(models.Model):
    """One cluster's bid in one yearly call.

    Its figures are frozen on submission, so that reviewers read what the county signed. Its state
    is written only by actions. `path` is the lead's place in the programme's scheme and `province`
    the authority whose places it uses, kept here so that a list needs no join.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.RECOGNITION)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="applications")
    path = models.CharField(max_length=120)
    province = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    at_level = models.CharField(max_length=10, choices=AtLevel, default=AtLevel.COUNTY)
    version = models.PositiveIntegerField(default=1)
    snapshot = models.ForeignKey("Snapshot", models.PROTECT, null=True, blank=True, related_name="+")
    screening = models.ForeignKey("Screening", models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    came_back = models.BooleanField(default=False, help_text="submitted again after a return")
    due_at = models.DateTimeField(null=True, blank=True, help_text="until when a returned one must be back")
    released_at = models.DateTimeField(null=True, blank=True, help_text="from when others know the ministry's choice")
    opened_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "cluster"], condition=Q(state__in=sorted(LIVE)), name="one_live_application_per_call"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="application_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN]) | Q(snapshot__isnull=False),
                name="what_left_the_county_has_a_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(snapshot__isnull=True) | Q(submitted_at__isnull=False, screening__isnull=False),
                name="a_snapshot_has_time_and_screening",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RETURNED) | Q(due_at__isnull=False), name="a_returned_one_has_a_due_time"
            ),
        ]
        indexes = [
            models.Index(fields=["call", "province", "state", "submitted_at", "id"], name="application_desk"),
            models.Index(fields=["call", "state", "province", "id"], name="application_national"),
            models.Index(fields=["path", "call"], name="application_by_path"),
            models.Index(fields=["cluster", "call"], name="application_of_cluster"),
        ]

    def __str__(self):
        return f"{self.facts.name} · {self.call.year}"

    def get_absolute_url(self):
        """Return the page of the case."""
        return reverse("application", args=[self.pk])

    @property
    def facts(self) -> "SignedFacts":
        """Return the facts of the cluster everybody reads of the case: as signed; before that, the register's."""
        if self.snapshot_id is None:
            return SignedFacts.of_register(self.cluster)
        try:
            return self.snapshot.facts
        except SignedFacts.DoesNotExist:  # signed by a process of the version before, while this one was brought in
            return SignedFacts.of(self.snapshot)

    @property
    def ask_key(self) -> str:
        """Return by which name its ask for figures is known to the cluster."""
        return f"application:{self.pk}"

    def is_released(self, now) -> bool:
        """Say whether everybody may know the ministry's choice at this moment."""
        return self.released_at is not None and self.released_at <= now

    def state_seen_by(self, office) -> str:
        """Return the state this office may know; the row must come with `clock` (querysets.seen)."""
        if self.state not in SECRET or self.is_released(self.clock):
            return self.state
        if office is None or office.role != Role.MINISTRY:
            return State.RECOMMENDED
        return TO_BE_PUBLISHED if self.state == State.IN_PUBLIC_NOTICE else self.state

    def state_shown_to(self, office) -> str:
        """Return the words for the state this office may know."""
        return state_words(self.state_seen_by(office))


class Statement(models.Model):
    """What the county says of one clause that people judge; the working copy."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="statements")
    clause = models.CharField(max_length=10)
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    words = models.TextField(blank=True, max_length=1000)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "clause"], name="one_statement_per_clause")]

    def __str__(self):
        return f"{self.application_id} {self.clause}"


class Remark(models.Model):
    """The reason a county gives for a figure that looks odd: a warning needs a reason."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="remarks")
    warning = models.CharField(max_length=80, help_text="code of the warning and its cell")
    words = models.CharField(max_length=300)
    changed_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "warning"], name="one_remark_per_warning")]

    def __str__(self):
        return f"{self.application_id} {self.warning}"


class Reply(models.Model):
    """What a county answers to one coded reason of a return; the working copy, frozen with the next snapshot."""

    opinion = models.ForeignKey("Opinion", models.CASCADE, related_name="replies")
    reason = models.CharField(max_length=30, choices=Reason)
    words = models.TextField(max_length=1000)
    changed_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opinion", "reason"], name="one_reply_per_reason_of_a_return")]

    def __str__(self):
        return f"{self.opinion_id} {self.reason}"


class Snapshot(models.Model):
    """What the county signed: canonical JSON with its sha-256; never changed.

    `key` was minted with the page, so that pressing twice submits once.
    """

    append_only = True

    application = models.ForeignKey(Application, models.PROTECT, related_name="snapshots")
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


class Judgement(models.Model):
    """What a level that holds the case writes of one clause that people judge, on one version; its working copy.

    Nobody but the level reads it. With a decision it becomes part of the opinion (applications.judging). `carried`: it
    was written on the version before, whose statement is the same.
    """

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="judgements")
    level = models.CharField(max_length=10, choices=AtLevel)
    clause = models.CharField(max_length=10)
    verdict = models.CharField(max_length=20, choices=Judged, blank=True)
    words = models.TextField(blank=True, max_length=1000)
    carried = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "level", "clause"], name="one_judgement_per_clause_and_level"),
        ]

    def __str__(self):
        return f"{self.snapshot_id} {self.level} {self.clause}"


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
            search_tokens=tokens(
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


class Opinion(models.Model):
    """One level's verdict on one snapshot; never changed, only replaced by a later one.

    The chain of `replaces` has one root per snapshot and level and no forks, so exactly one opinion
    is in force. `key` was minted with the page, so that pressing twice decides once. `judgements` are those of the
    clauses that people judge: {"1.1": {"verdict", "words", "carried"}}, word for word those of the act's event.
    """

    append_only = True

    application = models.ForeignKey(Application, models.PROTECT, related_name="opinions")
    level = models.CharField(max_length=10, choices=AtLevel)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=20, choices=Decision)
    reasons = ArrayField(models.CharField(max_length=30, choices=Reason), default=list)
    words = models.TextField(blank=True, max_length=2000)
    due_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="opinions")
    screening = models.ForeignKey(Screening, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    judgements = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    judged = models.CharField(max_length=20, choices=InAll, blank=True, default="", db_default="")
    key = models.UUIDField(unique=True)
    made_at = models.DateTimeField(db_default=Now())

    objects = OpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "level"],
                condition=Q(replaces=None),
                name="one_first_opinion_per_snapshot_and_level",
            )
        ]
        indexes = [models.Index(fields=["application", "id"], name="opinion_of_application")]

    def __str__(self):
        return f"{self.application_id} {self.level} {self.decision}"
