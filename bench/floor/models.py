"""Proposals in rounds, with reviews: the kind of rows every such site has."""

from django.conf import settings
from django.db import models


class Round(models.Model):
    """One round of proposals."""

    title = models.CharField(max_length=100)

    def __str__(self):
        return self.title


class Proposal(models.Model):
    """One proposal."""

    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    submitted_at = models.DateTimeField()
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField()

    class Meta:
        ordering = ("-submitted_at", "-id")
        indexes = [models.Index(fields=["round", "-submitted_at", "-id"], name="proposal_page")]

    def __str__(self):
        return self.title


class Review(models.Model):
    """One review of a proposal."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    score = models.IntegerField()
    text = models.TextField()

    def __str__(self):
        return f"{self.proposal_id}: {self.score}"
