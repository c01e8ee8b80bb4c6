"""Write an event into its chain, and read a chain back."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC

from django.db import connection, transaction

from audit import sealing
from audit.enums import Audience, Result
from audit.models import Event

_refusals: ContextVar[list | None] = ContextVar("refusals", default=None)
_address: ContextVar[str | None] = ContextVar("address", default=None)


@contextmanager
def refusals_kept_for_later():
    """Collect refusals while a request runs; the caller writes them after its rollback."""
    refusals: list = []
    token = _refusals.set(refusals)
    try:
        yield refusals
    finally:
        _refusals.reset(token)


@contextmanager
def acting_from(address: str | None):
    """Remember the network address for every event written inside."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def record(action: str, *, by=None, user=None, chain: str | None = None, **fields) -> Event:
    """Append one event and return it; must run inside the transaction of the act.

    `by` is the acting office (accounts.Office) or None; `user` stands alone for sign-ins. Without a
    chain the event goes to the chain of its day. The act fails when the event cannot be written.
    """
    with connection.cursor() as cursor:
        # The head of a chain must not fork: whoever appends holds the chain until commit.
        cursor.execute(
            "select coalesce(%s, 'day:' || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD')) as chain,"
            " clock_timestamp(), pg_advisory_xact_lock(hashtextextended(coalesce(%s,"
            " 'day:' || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD')), 0))",
            [chain, chain],
        )
        chain, at, _ = cursor.fetchone()
        at = at.astimezone(UTC)
    last = Event.objects.filter(chain=chain).order_by("-number").only("number", "hash").first()
    event = Event(
        chain=chain,
        number=last.number + 1 if last else 1,
        previous_hash=last.hash if last else "",
        at=at,
        salt=sealing.new_salt(),
        action=action,
        address=_address.get(),
        **who(by, user),
        **fields,
    )
    event.hash = event.digest()
    event.save(force_insert=True)
    return event


def who(by, user=None) -> dict:
    """Return the actor's fields of an event."""
    if by is not None:
        return {
            "user_id": by.user_id,
            "office_id": by.pk,
            "role": by.role,
            "actor": by.user.name or by.user.email,
            "authority": by.authority.name,
        }
    if user is not None and user.pk:
        return {"user_id": user.pk, "actor": user.name or user.email}
    return {}


def refuse(action: str, *, by=None, words: str = "", **fields) -> None:
    """Record that something was refused, after the rollback that the refusal causes."""

    def write():
        record(action, by=by, words=words, result=Result.REFUSED, audience=Audience.NOBODY, **fields)

    waiting = _refusals.get()
    if waiting is not None:
        waiting.append(write)
        return
    with transaction.atomic():
        write()


def broken_links(chain: str) -> list[int]:
    """Return the numbers of the events of a chain that were altered, removed or inserted."""
    broken, previous, expected = [], "", 1
    for event in Event.objects.filter(chain=chain).order_by("number"):
        if event.number != expected or event.previous_hash != previous or event.digest() != event.hash:
            broken.append(event.number)
        previous, expected = event.hash, event.number + 1
    return broken
