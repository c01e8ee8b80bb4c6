"""Recognitions by the questions asked of them."""

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from recognitions.enums import Change, Status
from recognitions.industries import heard
from territories.search import confirmed, divisions_named, query_tokens, readings, whole_numbers, within_borders

# `granted_for` holds the first wording of a name, which a row's tokens know too (recognitions/loading.py).
NAMES = ("name", "county_name", "industry_words", "province__name", "document_number", "granted_for")
ENDINGS = "·省市州盟区县旗师"  # what stands before the name of a place in a full name


class RecognitionQuerySet(models.QuerySet):
    """Recognitions by the questions asked of them."""

    def real(self):
        """Rows of published lists; samples are never among them."""
        return self.filter(sample=False)

    def samples(self):
        """Rows of the demo, shown and counted apart."""
        return self.filter(sample=True)

    def answering(self, query: str, words: list[str]):
        """Rows that answer a search by characters, pinyin or initials, or by document number; an empty query all.

        `words` are all leading industries as they are worded: their pinyin counts from any syllable.
        """
        if not query.strip():
            return self
        answers = Q()
        for runs, letters in readings(query):
            if not runs and not letters:
                continue
            answer = Q(**{"search_tokens__contains": query_tokens(runs, [])}) & confirmed(runs, NAMES)
            for word in letters:
                answer &= Q(search_tokens__contains=[word]) | Q(industry_words__in=heard(word, words))
            answers |= answer
        if not answers:
            return self.none()
        return self.filter(answers & within_borders(query, NAMES) & whole_numbers(query, NAMES))

    def in_batch(self, batch: int | None):
        """Rows of one batch; None asks for those whose batch the sources leave open."""
        return self.filter(batch=batch)

    def in_list_order(self, query: str = ""):
        """By division code of the recommending authority, then by pinyin: stored, never collated.

        Where a query as a whole is the name of a place, what lies there `fits` and comes first.
        """
        if not (names := divisions_named(query)):
            return self.order_by("sort_key", "id")
        inside = Q(county_name__regex=rf"(^|[{ENDINGS}])({'|'.join(sorted(names))})")
        fits = inside | Q(province__name__in=names) | Q(province__plan_separate_of__name__in=names)
        return self.annotate(fits=Case(When(fits, then=True), default=False)).order_by("-fits", "sort_key", "id")

    def with_status(self):
        """Annotate `status` as of today: the newest change that says something, and whether the validity runs."""
        newest = self._changes().exclude(kind=Change.CORRECTED)
        rows = self.alias(
            told=Coalesce(Subquery(newest.values("kind")[:1]), Value(Status.VALID.value)), until=self._extension()
        )
        today = timezone.localdate()
        past, runs_again = Q(valid_to__lte=today), Q(told=Change.REVERIFIED) & (Q(until=None) | Q(until__gt=today))
        return rows.annotate(
            status=Case(
                When(told=Change.REVOKED, then=Value(Status.REVOKED.value)),
                When(valid_from__gt=today, then=Value(Status.NOT_YET.value)),
                When(past & runs_again, then=Value(Status.PAST_REVERIFIED.value)),
                When(past, then=Value(Status.PAST_UNKNOWN.value)),
                default=F("told"),
            )
        )

    def with_extension(self):
        """Annotate `extended_to`, the first day after the validity a re-verification gave, or None."""
        return self.annotate(extended_to=self._extension())

    def _extension(self):
        newest = self._changes().filter(kind=Change.REVERIFIED).exclude(valid_to=None)
        return Subquery(newest.values("valid_to")[:1])

    def _changes(self):
        changes = self.model._meta.get_field("changes").related_model.objects
        return changes.filter(recognition=OuterRef("pk")).order_by("-id")

    def in_force(self):
        """Recognitions that have not been revoked.

        The end of validity is not asked: a title stays until the ministry decides (dossier 5.2).
        """
        return self.exclude(changes__kind=Change.REVOKED)

    def held_in(self, programme):
        """What counts in a programme; a sample one stands for the national one, so there a real title counts too."""
        counting = Q(programme=programme) | Q(sample=False) if programme.sample else Q(programme=programme)
        return self.in_force().filter(counting)

    def held_by(self, cluster, programme):
        """What a cluster holds that counts in a programme."""
        return self.held_in(programme).filter(cluster=cluster)
