"""One world for all security tests of a module; each test leaves it as it was."""

import pytest
from django.db import transaction
from django.template.base import Template


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Make the world once; everything is rolled back at the end of the module."""
    from django.test import override_settings

    from tests.security.world import make

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=hashers), transaction.atomic():
        yield make()
        transaction.set_rollback(True)


@pytest.fixture
def world(made, db):
    """Return the world, inside a savepoint of this test."""
    return made


@pytest.fixture(autouse=True)
def only_rendered(monkeypatch):
    """Render as outside of tests: the thousands of pages here are read as bytes, and no copy of their context is."""
    monkeypatch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
