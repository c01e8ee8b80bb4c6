"""Seal the heads of all chains, and tell whether the record still is what was sealed.

A chain proves that nothing in its middle was altered. That its end was cut off, or a whole day removed, only shows
against something written elsewhere before: the seals, and the number and hash of one seal outside the database.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from audit.models import Event, Seal, SealedHead
from audit.record import broken

A_NIGHT_MISSED = timedelta(hours=36)


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was recorded or sealed; `words` are for the operator."""

    place: str
    words: str

    def __str__(self):
        return f"{self.place}: {self.words}"


def seal_heads() -> Seal:
    """Append one seal over the heads that have grown since the last, and return it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select audit_seal_heads()")
        return Seal.objects.get(number=cursor.fetchone()[0])


def faults(kept_outside: str = "") -> Iterator[Fault]:
    """Yield what is wrong with the record; `kept_outside` is a seal as it was printed once, number:hash."""
    with transaction.atomic():  # the rows come in portions then
        for chain, number in broken(Event.objects.all()):
            yield Fault(f"{chain}#{number}", "altered, or something before it was removed or inserted")
    yield from _cut_off()
    yield from _altered_seals()
    yield from _unsealed()
    if kept_outside and not any(str(seal) == kept_outside for seal in Seal.objects.all()):
        yield Fault(f"seal {kept_outside}", "was printed, and is not among the seals: seals were removed or rewritten")


def _cut_off() -> Iterator[Fault]:
    """Yield sealed heads whose event is gone or another one."""
    there = Event.objects.filter(chain=OuterRef("chain"), number=OuterRef("number")).values("hash")
    for head in SealedHead.objects.annotate(found=Subquery(there)).order_by("chain", "number").iterator():
        if head.found is None:
            yield Fault(str(head), f"was the end of its chain in seal {head.seal_id}, and is gone")
        elif head.found != head.hash:
            yield Fault(str(head), f"is another event than in seal {head.seal_id}")


def _altered_seals() -> Iterator[Fault]:
    """Yield seals that are not what they were computed from, or do not follow the one before."""
    previous, expected = "", 1
    for seal in Seal.objects.order_by("number"):
        lines = sorted(f"{head.chain} {head.number} {head.hash}" for head in seal.heads.all())
        if seal.number != expected or seal.hash != hashlib.sha256("\n".join([previous, *lines]).encode()).hexdigest():
            yield Fault(f"seal {seal.number}", "altered, or one before it was removed")
        previous, expected = seal.hash, seal.number + 1


def _unsealed() -> Iterator[Fault]:
    """Yield that events have waited for their night's seal."""
    sealed = Seal.objects.order_by("-number").values_list("at", flat=True).first()
    waiting = Event.objects.filter(at__gt=sealed, at__lt=Now() - A_NIGHT_MISSED) if sealed else Event.objects.none()
    if waiting.exists():
        yield Fault("seals", f"none was made since {sealed:%Y-%m-%d}, although events wait for one")
