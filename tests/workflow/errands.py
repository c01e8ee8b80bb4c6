"""Tasks that tests give to real workers."""

import time

from django.db import connection
from django_tasks import task


@task()
def tell_who_acts() -> list[str]:
    """Return the role of the database that acts, and how long a statement of its may take."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user::text, current_setting('statement_timeout')")
        return list(cursor.fetchone())


@task()
def fail() -> None:
    """Fail as a mistake of ours would."""
    raise ValueError("this task always fails")


@task()
def take_long(mark: str) -> None:
    """Take longer than any worker waits for it, and leave a mark when begun."""
    with open(mark, "a", encoding="utf-8") as file:
        file.write("begun\n")
    time.sleep(600)
