"""Locks that are not a step; kept here so that one test can find every lock of the project."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from workflow.refusals import busy


@contextmanager
def busy_is_refused() -> Iterator[None]:
    """Refuse what waited too long for somebody else (409); put around the transaction, so that the page can go on."""
    try:
        yield
    except OperationalError as error:
        refusal = busy(error)
        if refusal is None:
            raise
        raise refusal from error


def held_open(ask):
    """Return the ask, shared-locked, or None when it has been closed meanwhile.

    Saves share the ask with each other; a submission, which closes it, waits for them.
    """
    model = type(ask)
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"select id from {table} where id = %s and closed_at is null for share", [ask.pk])
        found = cursor.fetchone()
    return model.objects.select_related("cluster").get(pk=found[0]) if found else None


def go_together(name: str) -> None:
    """Share a name with others until commit; whoever waits in `take_turns` for it waits for all of them."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def take_turns(chain: str) -> None:
    """Wait until nobody else writes into this chain of events, and hold it until commit.

    Two pages that save the same cells in another order would otherwise wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [chain])
