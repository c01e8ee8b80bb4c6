"""The whole reference data for tests, loaded once for many of them.

    @pytest.fixture(scope="module")
    def reference(django_db_setup, django_db_blocker):
        with reference_data(django_db_blocker):
            yield

Each test then runs in a savepoint of its own and leaves the data as they were; at the end of the
module everything is rolled back. A test with real transactions (live server) calls `load` instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


def load():
    """Load the reference data into the database of this test and return the outcomes per table."""
    from portal.management.commands.load_reference import load_everything

    return load_everything()


@contextmanager
def reference_data(django_db_blocker) -> Iterator[list]:
    """Hold the reference data in a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)
