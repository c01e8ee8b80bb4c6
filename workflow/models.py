"""What the workers of the site write down about themselves: who is there, and what a night has had."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

SILENCE = timedelta(seconds=60)


class WorkerQuerySet(models.QuerySet):
    """Workers by the questions asked of them."""

    def there(self):
        """Workers that were heard of within the last minute, by the database's clock."""
        return self.filter(seen_at__gt=Now() - SILENCE)


class Worker(models.Model):
    """A process that does background work; written by itself every few seconds, removed when it ends.

    A name that fell silent belongs to a process that was killed: what it was doing is done by another.
    """

    name = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    objects = WorkerQuerySet.as_manager()

    def __str__(self):
        return self.name


class NightlyTask(models.Model):
    """One task of one night; its row is what lets only one of several workers begin it."""

    night = models.DateField(help_text="the day in Beijing on which the night ends")
    name = models.CharField(max_length=60)
    begun_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["night", "name"], name="a_task_once_a_night")]

    def __str__(self):
        return f"{self.night} {self.name}"
