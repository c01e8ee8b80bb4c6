"""What the application role may do to each table, granted after every migration.

Models that say `append_only = True` can be read and added to, nothing else; those that say
`written_by_function = True` can only be read. The database refuses the rest even when our code has a hole (model,
Record).
"""

from django.apps import apps
from django.conf import settings
from django.db import connections

SEALING = "audit_seal_heads"  # of migration 0005


def is_append_only(model) -> bool:
    """Say whether rows of this model may never change."""
    return getattr(model, "append_only", False) or hasattr(model, "pgh_tracked_model")


def rights_to(model) -> str:
    """Return what the application role may do to the rows of a model."""
    if getattr(model, "written_by_function", False):
        return "select"
    return "select, insert" if is_append_only(model) else "select, insert, update, delete"


def grant_rights(using: str = "default", **kwargs) -> None:
    """Give the application role its rights on every table and sequence."""
    connection = connections[using]
    role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", [settings.DATABASE_APP_ROLE])
        if cursor.fetchone() is None:
            return
        existing = set(connection.introspection.table_names(cursor))
        cursor.execute(f"grant usage on schema public to {role}")
        cursor.execute(f"grant usage, select on all sequences in schema public to {role}")
        cursor.execute("select 1 from pg_proc where proname = %s", [SEALING])
        if cursor.fetchone() is not None:
            cursor.execute(f"grant execute on function {SEALING}() to {role}")
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table not in existing or not model._meta.managed:
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(f"revoke all on {name} from {role}")
            cursor.execute(f"grant {rights_to(model)} on {name} to {role}")
