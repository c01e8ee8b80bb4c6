"""Checks a decision packet by itself. Needs no database.

    python manage.py verify PACKET.pdf
    python manage.py verify PACKET.json --digest 0306d4f0…

One line a check and a last line for the whole. Exit status 0: in order; 1: something differs; 2: no readable packet.
"""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from applications.packets import reading, verifying


class Command(BaseCommand):
    """Read the file, run every check, tell each."""

    help = "Check a decision packet (PDF or JSON) without the database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and the digest it should have where that is known."""
        parser.add_argument("packet", metavar="PACKET", help="the PDF or JSON file that was downloaded")
        parser.add_argument("--digest", default="", help="the digest that is printed or on record")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the checks; the exit status tells the result."""
        try:
            packet, pdf = reading.read(Path(options["packet"]))
        except reading.UnreadablePacket as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        out = getattr(self.stdout, "_out", None)
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8")
        words = {True: _("in order"), False: _("DIFFERS")}
        failed = 0
        for check in verifying.check(packet, pdf, options["digest"]):
            failed += not check.is_in_order
            self.stdout.write(f"{words[check.is_in_order]}  {check.says}")
        if failed:
            self.stdout.write(_("The packet is NOT in order."))
            sys.exit(1)
        self.stdout.write(_("The packet is in order."))
