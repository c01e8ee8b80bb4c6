"""What every test may use: a small country, a call that is open, and people in their offices."""

import gc
import os

import pytest
from django.core.cache import cache

# Playwright's synchronous API runs an event loop; Django would refuse the database inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_finish():
    """What is imported by now lives as long as the run: nobody need look through it for what could go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def fast_and_quiet(settings):
    """Hash passwords quickly, print no mail, forget what was cached, and limit nobody's rate."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATABASE_ROUTERS = []  # attempts are counted in the test's transaction, which is rolled back
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()


@pytest.fixture
def country(db):
    """Return the small country of tests/world.py."""
    from tests.world import make_country

    return make_country()


@pytest.fixture
def call(country):
    """Return a national sample call that is open, with the quotas of 2025."""
    from tests.world import make_call

    return make_call()
