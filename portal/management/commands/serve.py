"""Serve the site with granian, and do its background work beside it, as the application role of the database."""

import contextlib
import errno
import os
import socket
from unicodedata import east_asian_width

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import translation

from accounts import demo
from portal.beside import SERVED_BY, WorkerBeside

WORKERS = 2
THREADS = 4  # for each worker: a request waits for the database most of its time


class Command(BaseCommand):
    """Print the address and the demo sign-ins, then serve until Ctrl-C."""

    help = "Serve the site; Ctrl-C stops it."
    requires_system_checks: list = []

    def add_arguments(self, parser):
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--workers", type=int, default=int(os.environ.get("WORKERS", WORKERS)))
        parser.add_argument(
            "--without-background-work", action="store_true", help="where `manage.py work` runs by itself"
        )

    def handle(self, *args, address, port, workers, without_background_work, **options):
        refuse_busy_port(address, port)
        self.say_where(address, port)
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels

        os.environ[SERVED_BY] = str(os.getpid())
        with contextlib.nullcontext() if without_background_work else WorkerBeside():
            Granian(
                "config.wsgi:application",
                address=address,
                port=port,
                interface=Interfaces.WSGI,
                workers=workers,
                blocking_threads=THREADS,
                respawn_failed_workers=True,
                log_level=LogLevels.warning,
            ).serve()
        self.stdout.write("Stopped.")

    def say_where(self, address: str, port: int) -> None:
        """Print the address and, where there is a demo, who can sign in."""
        shown = f"[{address}]" if ":" in address else address
        self.stdout.write(f"Jiqun is served at http://{shown}:{port}/ (Ctrl-C stops it).")
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


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def refuse_busy_port(address: str, port: int) -> None:
    """Raise CommandError with one sentence when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CommandError(f"Port {port} is in use: stop what uses it, or choose another with --port.") from error
        raise CommandError(f"{address} port {port} cannot be listened on: {error}.") from error
