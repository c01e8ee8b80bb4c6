"""`check --deploy` as an administrator runs it: clean when all is set, and what it refuses."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.factories import UserFactory
from tests.journeys.databases import urls

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)

# What README asks an administrator to set, beside the two addresses of the database.
DOCUMENTED = {
    "JIQUN_PRODUCTION": "1",
    "SECRET_KEY": "a-long-and-random-key-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "jiqun.example.org",
    "SITE_ADDRESS": "https://jiqun.example.org",
    "EMAIL_HOST": "mail.example.org",
}


NOT_INHERITED = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "JIQUN_TEST_DATABASE"}


def check(**changed: str) -> tuple[int, str]:
    """Run the command against the test database in a fresh process; exit status and what it said."""
    owner, application = urls(connection.settings_dict["NAME"])
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment |= DOCUMENTED | {"DATABASE_URL": owner, "DATABASE_APP_URL": application, "JIQUN_DATABASE_ROLE": "owner"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment | changed, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_with_what_readme_asks_for_it_is_clean():
    assert check() == (0, "System check identified no issues (0 silenced).\n")


def test_whatever_is_not_safe_is_refused():
    UserFactory(is_demo=True)
    owner, _application = urls(connection.settings_dict["NAME"])
    status, said = check(
        SECRET_KEY="short",
        SITE_ADDRESS="http://jiqun.example.org",
        ALLOWED_HOSTS="",
        SECURE_SSL_REDIRECT="0",
        DATABASE_APP_URL=owner,
    )
    assert status == 1
    assert "1 demo accounts exist." in said
    refused = set(re.findall(r"\((\w+\.\w\d{3})\)", said))
    assert refused == {"security.W008", "security.W009", "security.W020", "jiqun.E001", "jiqun.E003", "jiqun.E004"}
