"""Locks that are not a step; kept here so that one test can find every lock of the project."""

from django.db import connection


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
