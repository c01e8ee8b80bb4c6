"""The record of what was done: append-only, chained by hashes."""

import hashlib
from datetime import UTC

from django.db import models

from audit import sealing
from audit.enums import Audience, Result

# Details with a seal of their own, so that a packet can show them without the others of the same act.
SEALED_APART = frozenset({"judgements", "answers", "signed_for", "title_granted", "notice_days"})


class Event(models.Model):
    """One act or refusal, as it happened; written by audit.record, never changed.

    Actor and authority are kept as ids and as the words of that day, so that the record reads the
    same after a person is renamed and so that this app depends on no other. `salt` seals each field
    (audit.sealing), so that an event can be proven to somebody who may not read all of it.
    """

    append_only = True

    chain = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    result = models.CharField(max_length=10, choices=Result, default=Result.DONE)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.ALL)
    user_id = models.BigIntegerField(null=True)
    office_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=30, blank=True)
    actor = models.CharField(max_length=120, blank=True)
    authority = models.CharField(max_length=120, blank=True)
    address = models.GenericIPAddressField(null=True)
    subject = models.CharField(max_length=60, blank=True, help_text="model label and key, such as applications.17")
    state_from = models.CharField(max_length=30, blank=True)
    state_to = models.CharField(max_length=30, blank=True)
    reasons = models.JSONField(default=list)
    words = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    salt = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="empty: older than the sealing of fields"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="one_event_per_place_in_a_chain"),
            models.CheckConstraint(condition=models.Q(result__in=Result.values), name="event_result_is_known"),
        ]
        indexes = [models.Index(fields=["subject", "at"], name="event_by_subject")]

    def __str__(self):
        return f"{self.chain}#{self.number} {self.action}"

    HASHED = [
        "chain",
        "number",
        "action",
        "result",
        "audience",
        "user_id",
        "office_id",
        "role",
        "actor",
        "authority",
        "address",
        "subject",
        "state_from",
        "state_to",
        "reasons",
        "words",
        "details",
        "previous_hash",
    ]

    def values(self) -> dict:
        """Return every field that is hashed, as plain JSON."""
        values = {name: getattr(self, name) for name in self.HASHED} | {"at": self.at.astimezone(UTC).isoformat()}
        apart = {name: told for name, told in self.details.items() if name in SEALED_APART}
        rest = {name: told for name, told in self.details.items() if name not in apart}
        return values | {"details": rest} | apart

    def digest(self) -> str:
        """Return the sha-256 over every field and the hash before it."""
        values = self.values()
        if not self.salt:  # as events were hashed before their fields were sealed
            return hashlib.sha256(sealing.canonical(values).encode()).hexdigest()
        return sealing.digest_of(
            {name: sealing.seal(sealing.secret_of(self.salt, name), value) for name, value in values.items()}
        )


class Tally(models.Model):
    """How often something was refused to one office, or from one address, in one minute.

    Written by audit.tallies, which turns it into an event when the minute is over; `who` is empty for people without
    an account, of whom only the count stays.
    """

    minute = models.DateTimeField()
    kind = models.CharField(max_length=120, help_text="the action and the page")
    who = models.CharField(max_length=80, blank=True)
    daily = models.CharField(max_length=20, blank=True)
    act = models.JSONField(default=dict, help_text="the fields of the event")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minute", "kind", "who"], name="one_tally_a_minute")]

    def __str__(self):
        return f"{self.minute:%Y-%m-%d %H:%M} {self.kind} {self.count}"


class Seal(models.Model):
    """One night's seal over the heads of all chains that had grown; written by `audit_seal_heads()` alone.

    That function belongs to the owner of the tables, reads the heads itself and only appends: the application role
    may call it and read what it wrote, nothing else. Each seal holds the hash of the one before, so that one number
    and hash kept elsewhere (the log, a printout) proves all of them.
    """

    written_by_function = True

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    def __str__(self):
        return f"{self.number}:{self.hash}"


class SealedHead(models.Model):
    """The last event of one chain when a seal was made."""

    written_by_function = True

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="heads")
    chain = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seal"], name="one_head_of_a_chain_in_a_seal")]

    def __str__(self):
        return f"{self.chain}#{self.number}"
