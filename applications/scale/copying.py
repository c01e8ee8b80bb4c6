"""Rows as PostgreSQL's COPY reads them, and ids taken from the sequences beforehand."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from django.db import connection, models

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value) -> str:
    """Return one value in COPY's text format."""
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, list) and value and type(value[0]) is str:
        return "{" + ",".join(value) + "}"  # tokens and codes: nothing in them needs quotes
    if isinstance(value, list):
        return "{" + ",".join("NULL" if one is None else text(one) for one in value) + "}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return str(value)
    return str(value).translate(ESCAPES)


class Copied:
    """Rows of one table, collected and then copied at once."""

    def __init__(self, model: type[models.Model] | str, columns: str):
        self.table = model if isinstance(model, str) else model._meta.db_table
        self.columns = columns.split()
        self._lines: list[str] = []

    def add(self, *values) -> None:
        """Collect one row; a value that is a string already is taken as it is, unescaped."""
        self._lines.append("\t".join(value if type(value) is str else text(value) for value in values))

    def send(self) -> int:
        """Copy the rows into the table and forget them; returns how many there were."""
        if not self._lines:
            return 0
        names = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        content = BytesIO(("\n".join(self._lines) + "\n").encode())
        with connection.cursor() as cursor:
            cursor.copy_expert(f"copy {connection.ops.quote_name(self.table)} ({names}) from stdin", content)
        sent = len(self._lines)
        self._lines.clear()
        return sent


def take_ids(model: type[models.Model], count: int) -> range:
    """Take so many ids from a table's sequence, so that later rows come after them."""
    with connection.cursor() as cursor:
        sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
        cursor.execute(f"select nextval({sequence})")
        first = cursor.fetchone()[0]
        if count > 1:
            cursor.execute(f"select setval({sequence}, %s)", [first + count - 1])
    return range(first, first + count)


def ids_of(model: type[models.Model], at_once: int = 5_000) -> Iterator[int]:
    """Yield ids of a table without end, taking many at once."""
    while True:
        yield from take_ids(model, at_once)
