"""What is kept of a bid: the application, what the county says and answers, what is judged and what was decided."""

import pghistory
from django.contrib.postgres.fields import ArrayField
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
from applications.frozen import Projection, Replay, Screening, SignedFacts, Snapshot  # noqa: F401  read from here
from applications.public_notices import WHERE_TO_OBJECT, NoticeEntry, PublicNotice  # noqa: F401  read from here
from applications.querysets import ApplicationQuerySet, OpinionQuerySet
from clusters.models import Cluster
from programmes.enums import Kind
from programmes.models import Call
from territories.models import Territory


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
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, related_name="+")
    screening = models.ForeignKey(Screening, models.PROTECT, null=True, blank=True, related_name="+")
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
    def facts(self) -> SignedFacts:
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
