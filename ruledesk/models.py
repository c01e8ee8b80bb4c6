"""Drafts of rules on their way to a stored version, and the reports of what they would do."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import Office, User
from accounts.policy import AllowedQuerySet
from programmes.enums import Process
from programmes.models import Programme, RuleSet
from ruledesk.enums import DraftState


class DraftQuerySet(AllowedQuerySet, models.QuerySet):
    """Drafts by the questions asked of them."""

    def for_step(self):
        """Rows as a step needs them."""
        return self.select_related("programme__owner", "parent", "approved_rule_set").defer(
            "programme__owner__search_tokens"
        )


class Draft(models.Model):
    """Rules being written: made from a stored version, edited clause by clause, approved by another person.

    `content` is a rule set in the form of its file; `digest` the sha-256 of its canonical form, so that
    a report or an approval names exactly what it was about. Whoever edited may never approve:
    `editors` holds the users, and the database refuses an approver who is among them.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rule_drafts")
    parent = models.ForeignKey(RuleSet, models.PROTECT, null=True, blank=True, related_name="drafts")
    process = models.CharField(max_length=20, choices=Process, default=Process.RECOGNITION)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=DraftState, default=DraftState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    editors = ArrayField(models.PositiveBigIntegerField(), default=list)
    opened_by = models.ForeignKey(Office, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(Office, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    proposed_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_rule_set = models.OneToOneField(RuleSet, models.PROTECT, null=True, blank=True, related_name="draft")
    key = models.UUIDField(unique=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "state"], name="draft_of_programme")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(editors__contains=[F("approver")]),
                name="who_edited_rules_never_approves_them",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.APPROVED)
                | Q(approver__isnull=False, approved_by__isnull=False, approved_rule_set__isnull=False),
                name="approved_rules_are_stored_and_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.PROPOSED) | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="proposed_rules_name_who_proposed",
            ),
        ]

    def __str__(self):
        return f"{self.content.get('code', '')} {self.content.get('version', '')}"

    def get_absolute_url(self):
        """Return the page of the draft."""
        return reverse("rule_draft", args=[self.pk])

    @property
    def title(self) -> str:
        """Return the title of the rules in the language of the page."""
        both = self.content["title"]
        return both["en"] if get_language() == "en" else both["zh"]

    def state_shown_to(self, office) -> str:
        """Return the words for the state; it is no secret among those who may see the draft."""
        return DraftState(self.state).label


class EffectReport(models.Model):
    """What a draft would do to real applications, for exactly this content; never changed."""

    append_only = True

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="reports")
    digest = models.CharField(max_length=64, help_text="of the draft it was made for")
    settings = models.JSONField(help_text="the population it was made over")
    result = models.JSONField()
    made_by = models.ForeignKey(Office, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["draft", "digest"], name="report_of_draft")]

    def __str__(self):
        return f"effect of {self.draft_id}"
