"""What is kept of a simulation: named scenarios, and runs too large to wait for."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import Office
from accounts.policy import AllowedQuerySet
from programmes.models import Programme
from simulation.enums import RunState


class ScenarioQuerySet(AllowedQuerySet, models.QuerySet):
    """Scenarios by the questions asked of them."""


class Scenario(models.Model):
    """A question put to the rules under a name: whom it concerns and what would be different.

    `settings` is what stands in the address of the page: population, changes, waivers, places.
    `path` is the place of the authority it belongs to, in the scheme of the programme, so that the
    offices of that authority and the ministry can open it; its `public_id` is no secret.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    note = models.TextField(blank=True, max_length=1000)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="scenarios")
    settings = models.JSONField(default=dict)
    path = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Office, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(unique=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "-made_at"], name="scenario_of_authority")]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="a_scenario_has_a_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Return the address under which it is shared."""
        return reverse("scenario", args=[self.public_id])


class RunQuerySet(AllowedQuerySet, models.QuerySet):
    """Runs by the questions asked of them."""


class Run(models.Model):
    """A simulation that works in the background, with how far it is and what came out."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    settings = models.JSONField()
    digest = models.CharField(max_length=64, help_text="of the settings in canonical form")
    state = models.CharField(max_length=20, choices=RunState, default=RunState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(Office, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["made_by", "-made_at"], name="run_of_office")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=RunState.DONE) | models.Q(result__isnull=False),
                name="what_is_done_has_a_result",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RunState.FAILED) | ~models.Q(error=""), name="a_failure_says_why"
            ),
        ]

    def __str__(self):
        return f"{self.state} {self.done}/{self.total}"

    def get_absolute_url(self):
        """Return the page that shows progress and then the result."""
        return reverse("simulation_run", args=[self.public_id])
