"""Serve the site with granian, and do its background work beside it, as the application role of the database."""

import contextlib
import os
import resource
from unicodedata import east_asian_width

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import translation

from accounts import demo
from audit.site_settings import note_settings
from portal import listening
from portal.beside import SERVED_BY, WorkerBeside

WORKERS = 2
# A connection that only waits costs a few kilobytes; one that gives no request for so long is closed.
CONNECTIONS = 4096  # for each worker
HEADER_SECONDS = 15


class Command(BaseCommand):
    """Print the address and the demo sign-ins, then serve until Ctrl-C."""

    help = "Serve the site; Ctrl-C stops it."
    requires_system_checks: list = []

    def add_arguments(self, parser):
        listening.add_arguments(parser)
        parser.add_argument("--workers", type=int, default=int(os.environ.get("WORKERS", WORKERS)))
        parser.add_argument(
            "--without-background-work", action="store_true", help="where `manage.py work` runs by itself"
        )

    def handle(self, *args, address, port, workers, without_background_work, **options):
        try:
            listening.refuse_busy_port(address, port)
        except listening.CannotListen as reason:
            raise CommandError(str(reason)) from reason
        at = listening.site_address(address, port)
        self.say_where(at)
        link_to(at)
        note_settings()
        connection.close()
        from granian import Granian
        from granian.constants import HTTPModes, Interfaces
        from granian.http import HTTP1Settings
        from granian.log import LogLevels

        allow_connections(workers * CONNECTIONS)
        os.environ[SERVED_BY] = str(os.getpid())
        with contextlib.nullcontext() if without_background_work else WorkerBeside():
            Granian(
                "config.asgi:application",
                address=address,
                port=port,
                interface=Interfaces.ASGINL,
                workers=workers,
                http=HTTPModes.http1,
                http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
                backlog=CONNECTIONS,
                backpressure=CONNECTIONS,
                respawn_failed_workers=True,
                log_level=LogLevels.warning,
            ).serve()
        self.stdout.write("Stopped.")

    def say_where(self, at: str) -> None:
        """Print the address and, where there is a demo, who can sign in."""
        self.stdout.write(f"Jiqun is served at {at}/ (Ctrl-C stops it).")
        try:
            with translation.override(settings.LANGUAGE_CODE):
                people = demo.sign_ins()
        except DatabaseError as error:
            raise CommandError(f"The database cannot be asked: {str(error).strip().splitlines()[0]}") from error
        finally:
            connection.close()
        if people:
            self.stdout.write(f"Demo sign-ins, all with the password {demo.PASSWORD}:")
            widest = max(width(email) for email, _offices in people)
            for email, offices in people:
                self.stdout.write(f"  {email}{' ' * (widest - width(email))}  {offices}")
        self.stdout.flush()


def allow_connections(number: int) -> None:
    """Let the processes of the site hold so many connections, as far as the machine lets them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number + 1024
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def link_to(at: str) -> None:
    """Have links in mails, of this site and of commands run beside it, lead to this address, unless a setting says."""
    if settings.PRODUCTION or os.environ.get("SITE_ADDRESS"):
        return
    os.environ["SITE_ADDRESS"] = settings.SITE_ADDRESS = at  # the processes that serve and work read it from here
    with contextlib.suppress(OSError):
        settings.SERVED_AT.write_text(f"{at}\n")


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
