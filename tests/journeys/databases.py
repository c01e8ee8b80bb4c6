"""Databases of the journeys: one template with the reference data, and a copy of it for each site that is served."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import OperationalError, connection
from django.test import override_settings

from config import postgres
from programmes import fields

ROOT = Path(__file__).resolve().parent.parent.parent


def urls(name: str) -> tuple[str, str]:
    """Return the owner's and the application role's address of a database of this server."""
    owner, application = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_APP_URL")
    if not owner and not application:
        owner, application = postgres.urls()
    return tuple(
        urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for url in (owner or application, application or owner)
    )


def make(*commands: str) -> str:
    """Make a database, run these commands of manage.py in it as the owner, and return its name."""
    name = copy("template0")
    owner, application = urls(name)
    environment = os.environ | {"DATABASE_URL": owner, "DATABASE_APP_URL": application, "JIQUN_DATABASE_ROLE": "owner"}
    for command in ("migrate", *commands):
        done = subprocess.run([sys.executable, "manage.py", *command.split()], cwd=ROOT, env=environment,
                              capture_output=True, text=True)  # fmt: skip
        if done.returncode != 0:
            drop(name)
            raise RuntimeError(f"manage.py {command} failed:\n{done.stdout}\n{done.stderr}")
    return name


def copy(source: str) -> str:
    """Make a database that equals `source`, which nobody may be connected to, and return its name."""
    name = f"journey_{uuid.uuid4().hex[:12]}"
    _from_elsewhere(f'create database "{name}" template "{source}"')
    return name


def drop(name: str) -> None:
    """Drop a database as soon as the connections of the stopped site are gone.

    The owner may not end the application role's connections, so this waits for them.
    """
    until = time.monotonic() + 20
    while True:
        try:
            return _from_elsewhere(f'drop database if exists "{name}"')
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _from_elsewhere(statement: str) -> None:
    with entered("postgres"), connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def entered(name: str) -> Iterator[None]:
    """Let this process, as the owner, read and write another database for a while.

    Passwords are hashed as the served site reads them, whatever the tests' quick hashing says. What this process
    keeps of stored rows is of the other database: there the same number is another rule set or form.
    """
    connection.close()
    fields._kept.clear()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    hashers = [f"{PBKDF2PasswordHasher.__module__}.{PBKDF2PasswordHasher.__qualname__}"]
    try:
        with override_settings(PASSWORD_HASHERS=hashers):
            yield
    finally:
        connection.close()
        fields._kept.clear()
        connection.settings_dict["NAME"] = before
