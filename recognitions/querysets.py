"""Recognitions by the questions asked of them."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from recognitions.enums import Change, Status


class RecognitionQuerySet(models.QuerySet):
    """Recognitions by the questions asked of them."""

    def real(self):
        """Rows of published lists; samples are never among them."""
        return self.filter(sample=False)

    def samples(self):
        """Rows of the demo, shown and counted apart."""
        return self.filter(sample=True)

    def with_status(self):
        """Annotate `status`, read from the newest change that says something about it."""
        changes = self.model._meta.get_field("changes").related_model.objects
        newest = changes.filter(recognition=OuterRef("pk")).exclude(kind=Change.CORRECTED).order_by("-id")
        return self.annotate(status=Coalesce(Subquery(newest.values("kind")[:1]), Value(Status.VALID.value)))

    def in_force(self):
        """Recognitions that have not been revoked.

        The end of validity is not asked: a title stays until the ministry decides (dossier 5.2).
        """
        return self.exclude(changes__kind=Change.REVOKED)

    def held_by(self, cluster, programme):
        """What a cluster holds in a programme."""
        return self.in_force().filter(Q(cluster=cluster) & Q(programme=programme))
