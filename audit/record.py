"""Write an event into its chain, and read a chain back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC

from django.db import connection, transaction

from audit import sealing
from audit.models import Event

# The chains of a day: acts, what strangers try, and access refused to signed-in people. Each has its own lock, so that
# nothing a stranger sends makes somebody's sign-in or act wait.
DAY, STRANGERS, REFUSED = "day", "strangers", "refused"

_refusals: ContextVar[list | None] = ContextVar("refusals", default=None)
_address: ContextVar[str | None] = ContextVar("address", default=None)


class AtTheEnd:
    """An event of the day that is written when its request is over: until then nobody has to wait for its chain.

    It waits among Django's calls after the commit, because those of a savepoint that is rolled back are forgotten.
    """

    def __init__(self, act: dict):
        self.act, self.is_written = act, False

    def __call__(self):
        """Do nothing: it was written before the commit."""


@contextmanager
def in_one_request():
    """Let events of the day wait for `write_at_the_end`, and collect refusals, to be written after a rollback."""
    refusals: list = []
    token = _refusals.set(refusals)
    try:
        yield refusals
    finally:
        _refusals.reset(token)


def has_refused() -> bool:
    """Say whether this request has refused an act, which is then on record by itself."""
    return bool(_refusals.get())


def current_address() -> str | None:
    """Return the network address that events are written with here."""
    return _address.get()


def still_to_write() -> list[AtTheEnd]:
    """Return the events of this transaction that are still to be written."""
    calls = [call for _savepoints, call, *_robust in connection.run_on_commit]
    return [call for call in calls if isinstance(call, AtTheEnd) and not call.is_written]


def write_at_the_end() -> None:
    """Write what waits, as the last thing before the commit; the act fails when it cannot be written."""
    for event in still_to_write():
        event.is_written = True
        append(**event.act)


@contextmanager
def acting_from(address: str | None):
    """Remember the network address for every event written inside."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def record(action: str, *, by=None, user=None, chain: str | None = None, daily: str = DAY, **fields) -> Event | None:
    """Append one event; must run inside the transaction of the act, which fails when it cannot be written.

    `by` is the acting office (accounts.Office) or None; `user` stands alone for sign-ins. Without a chain the event
    goes to one of its day; within a request it is then written at the end, and None is returned.
    """
    act = {"action": action, "address": _address.get(), **actor(by, user), **fields, "chain": chain, "daily": daily}
    if chain is None and _refusals.get() is not None and connection.in_atomic_block:
        transaction.on_commit(AtTheEnd(act))
        return None
    return append(**act)


def append(*, chain: str | None, daily: str = DAY, **fields) -> Event:
    """Write an event behind the last of its chain, and hold the chain until commit."""
    with connection.cursor() as cursor:
        # The head of a chain must not fork: whoever appends holds the chain until commit.
        cursor.execute(
            "with named as (select coalesce(%s, %s || to_char(clock_timestamp() at time zone 'UTC', ':YYYY-MM-DD'))"
            " as chain) select chain, pg_advisory_xact_lock(hashtextextended(chain, 0)), clock_timestamp() from named",
            [chain, daily],
        )
        chain, _, at = cursor.fetchone()
    last = Event.objects.filter(chain=chain).order_by("-number").only("number", "hash").first()
    event = Event(
        chain=chain,
        number=last.number + 1 if last else 1,
        previous_hash=last.hash if last else "",
        at=at.astimezone(UTC),
        salt=sealing.new_salt(),
        **fields,
    )
    event.hash = event.digest()
    event.save(force_insert=True)
    return event


def actor(by, user=None) -> dict:
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


def after_the_rollback(write: Callable[[], object]) -> None:
    """Write something about a refusal when the request was undone; outside a request, now."""
    address, refusals = _address.get(), _refusals.get()

    def from_where_it_came():
        with acting_from(address), transaction.atomic():
            write()

    if refusals is None:
        from_where_it_came()
    else:
        refusals.append(from_where_it_came)


def broken_links(chain: str) -> list[int]:
    """Return the numbers of the events of a chain that were altered, removed or inserted."""
    return [number for _chain, number in broken(Event.objects.filter(chain=chain))]


def broken(events) -> Iterator[tuple[str, int]]:
    """Read events chain by chain, however many, and yield those that do not follow from the one before."""
    chain, previous, expected = "", "", 1
    for event in events.order_by("chain", "number").iterator(chunk_size=2000):
        if event.chain != chain:
            chain, previous, expected = event.chain, "", 1
        if event.number != expected or event.previous_hash != previous or event.digest() != event.hash:
            yield event.chain, event.number
        previous, expected = event.hash, event.number + 1
