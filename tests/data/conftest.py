"""The reference data, once for each file of tests."""

import pytest

from tests.reference import reference_data


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """Return the outcomes of the first load; the data stay for the whole file."""
    with reference_data(django_db_blocker) as outcomes:
        yield outcomes


@pytest.fixture(autouse=True)
def on_the_reference_data(reference, db):
    """Every test here sees the data and leaves them as they were."""
