"""Which database, in which of its two roles, and how long an ask may take."""

import os
from contextlib import suppress

import dj_database_url

# Web connections give up early and say so, rather than hold a page (security rules, Platform).
# Pages join many small tables by their keys; to try every order of eight joins takes longer than to run one.
WEB_LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "15s",
    "join_collapse_limit": "4",
}
# Background work may take its time, but not for ever.
WORKER_LIMITS = {
    "statement_timeout": "30min",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10min",
}


def needs_database(arguments: list[str]) -> bool:
    """Say whether a command line will ask the database anything.

    `screen` is used on machines that have none, and must not start one.
    """
    return not (len(arguments) > 1 and arguments[1] in {"screen", "help", "--help", "--version"})


def database(role: str) -> dict:
    """Return Django's DATABASES["default"] for a role: `owner`, `application`, or `worker`.

    A worker acts as the application role, with limits of its own.
    """
    owner, application = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_APP_URL")
    if not owner and not application:
        from config import postgres

        owner, application = postgres.urls()
    url = (application or owner) if role in {"application", "worker"} else (owner or application)
    settings = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    limits = {"application": WEB_LIMITS, "worker": WORKER_LIMITS}.get(role, {"lock_timeout": "10s"})
    settings.setdefault("OPTIONS", {})["options"] = " ".join(f"-c {name}={value}" for name, value in limits.items())
    settings["TEST"] = {"NAME": os.environ.get("JIQUN_TEST_DATABASE") or None}
    return settings


class AttemptsApart:
    """Attempts are counted on a connection of their own, and stand at once.

    In the transaction of a page the row of an address would be held as long as a password is looked at: everybody
    who signs in from there at that moment would wait in line, and be refused where the line is long.
    """

    def db_for_read(self, model, **hints):
        """Name the connection of the cache `limits`."""
        return "limits" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        """Both are one database: its tables are made once."""
        return False if db == "limits" else None


def start_again() -> None:
    """Bring the embedded server back after it was killed; a database of production is not ours to start."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_APP_URL"):
        return
    from config import postgres
    from config.unavailable import Unavailable

    with suppress(Unavailable, OSError):
        postgres.urls()


def same_role() -> bool:
    """Say whether both addresses name the same user, which `check --deploy` refuses."""
    owner, application = os.environ.get("DATABASE_URL", ""), os.environ.get("DATABASE_APP_URL", "")
    if not owner and not application:
        return False
    if not owner or not application:
        return True
    return dj_database_url.parse(owner)["USER"] == dj_database_url.parse(application)["USER"]
