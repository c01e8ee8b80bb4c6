"""What is refused so often that one event each would fill the record: told once a minute, with a count.

Tallies of signed-in people and of attempts that met a limit become events when their minute is over. What is refused
to people without an account is only counted: in memory, written down now and then and at the end of the process, so
that a stranger's request writes nothing.
"""

import json
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from audit.enums import Audience, Result
from audit.models import Tally
from audit.record import REFUSED, actor, after_the_rollback, append, current_address, record

NOBODY = ""
WRITTEN_EVERY = 10  # seconds

ADD = """
    insert into audit_tally (minute, kind, who, daily, act, count)
    values (date_trunc('minute', clock_timestamp()), %s, %s, %s, %s, %s)
    on conflict (minute, kind, who) do update set count = audit_tally.count + excluded.count
"""
# Some seconds late, so that a request of the last second has written its part.
TAKE = """
    delete from audit_tally where who <> '' and minute < date_trunc('minute', clock_timestamp() - interval '10 seconds')
    returning minute, daily, act::text, count
"""


def count(kind: str, *, who: str, daily: str = "", act: dict | None = None, times: int = 1) -> None:
    """Count one more refusal of this kind to somebody in this minute; `act` are the fields of its event."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADD, [kind, who, daily, json.dumps(act or {}), times])


def refuse(action: str, *, by=None, details: dict | None = None, **fields) -> None:
    """Record that something was refused, from where and to whom, after the rollback that the refusal causes.

    The same act on the same row for the same reason is told once a minute, where an office was refused.
    """
    details = details or {}
    if by is None or "chain" in fields:
        told = {"result": Result.REFUSED, "audience": Audience.NOBODY, "details": details, **fields}
        after_the_rollback(partial(record, action, by=by, **told))
        return
    kind = " ".join(filter(None, (action, fields.get("subject"), details.get("code"))))
    act = {"action": action, "address": current_address(), "details": details, **actor(by), **fields}
    after_the_rollback(partial(count, kind[:120], who=f"office {by.pk}", daily=REFUSED, act=act))


def close_minutes() -> int:
    """Turn the tallies of minutes that are over into events; return how many. Several workers share the work."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE)
            taken = sorted(cursor.fetchall())
        for minute, daily, kept, times in taken:
            act = json.loads(kept)
            act["details"] |= {"minute": minute.isoformat(), "count": times}
            append(chain=None, daily=daily, result=Result.REFUSED, audience=Audience.NOBODY, **act)
    return len(taken)


def forget_counts(days: int) -> None:
    """Forget after so many days what was refused to people without an account."""
    Tally.objects.filter(who=NOBODY, minute__lt=Now() - timedelta(days=days)).delete()


class Strangers:
    """Counts what is refused to people without an account."""

    def __init__(self):
        self.counts: Counter = Counter()
        self.lock = threading.Lock()
        self.written_at = time.monotonic()

    def count(self, kind: str) -> None:
        """Count one more; write all down when that was not done for some seconds."""
        with self.lock:
            self.counts[kind] += 1
        if self.is_due():
            self.write()

    def is_due(self) -> bool:
        """Say whether something waits, and nothing was written for some seconds."""
        return bool(self.counts) and time.monotonic() - self.written_at >= WRITTEN_EVERY

    def write(self) -> None:
        """Write down what was counted."""
        with self.lock:
            self.written_at, counts, self.counts = time.monotonic(), self.counts, Counter()
        for kind, times in sorted(counts.items()):
            count(kind, who=NOBODY, times=times)

    def write_at_exit(self) -> None:
        """Write down what was counted by a process that ends; one without a database has nowhere to."""
        with suppress(DatabaseError):
            self.write()


strangers = Strangers()
