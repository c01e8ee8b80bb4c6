"""Checks a decision packet by itself. Needs no database.

    python manage.py verify PACKET.pdf
    python manage.py verify PACKET.json --digest 0306d4f0…
    python manage.py verify PACKET.pdf --print NEW.pdf --language en

One line a check and a last line for the whole. Exit status 0: everything was checked and is in order; 1: something
differs; 2: no readable packet; 3: the packet is in order, but its pages were printed by another version and were not
compared; 4: nothing differs, but events are told without proof. `--print` prints the packet anew
with the words of this version.
"""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from applications.packets import document, reading, verifying

NOT_COMPARED, NOT_PROVEN = 3, 4


class Command(BaseCommand):
    """Read the file, run every check, tell each; print the packet anew where that was asked."""

    help = "Check a decision packet (PDF or JSON) without the database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the digest it should have where that is known, and where to print it anew."""
        parser.add_argument("packet", metavar="PACKET", help="the PDF or JSON file that was downloaded")
        parser.add_argument("--digest", default="", help="the digest that is printed or on record")
        parser.add_argument("--print", metavar="NEW.pdf", default="", help="print the packet inside anew")
        parser.add_argument("--language", choices=document.LANGUAGES, default=document.LANGUAGES[0])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the checks; the exit status tells the result."""
        try:
            packet, pdf = reading.read(Path(options["packet"]))
        except reading.UnreadablePacket as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        out = getattr(self.stdout, "_out", None)
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8")
        checks = []
        for check in verifying.check(packet, pdf, options["digest"]):
            checks.append(check)
            self.stdout.write(f"{_word(check)}  {check.says}")
        if options["print"]:
            self._print(packet, options)
        if not all(check.is_in_order for check in checks):
            self.stdout.write(_("The packet is NOT in order."))
            sys.exit(1)
        is_whole = all(check.is_whole for check in checks)
        if not all(check.is_proven for check in checks):
            if verifying.is_to_be_released(packet):
                advice = _("Ask for a packet after the result is published, or compare with the record.")
            else:
                advice = _("Please compare with the record.")
            told = _(
                "Nothing differs, but events are told without proof: that they are as they were recorded is not "
                "shown by this file. %(advice)s"
            )
            self.stdout.write(told % {"advice": advice})
            if not is_whole:
                self.stdout.write(_("The pages were not compared: what counts is the packet inside."))
                self._say_how_to_print(options)
            sys.exit(NOT_PROVEN)
        if not is_whole:
            self.stdout.write(
                _(
                    "Digest, figures, findings, opinions and chain are in order; the pages were printed by another "
                    "version and were not compared: what counts is the packet inside."
                )
            )
            self._say_how_to_print(options)
            sys.exit(NOT_COMPARED)
        self.stdout.write(_("The packet is in order."))

    def _say_how_to_print(self, options: dict[str, Any]) -> None:
        anew = _("To print it anew: python manage.py verify %(file)s --print NEW.pdf")
        self.stdout.write(anew % {"file": options["packet"]})

    def _print(self, packet: dict[str, Any], options: dict[str, Any]) -> None:
        """Print the packet anew; one that is itself not in order gets no new pages."""
        if not all(check.is_in_order for check in verifying.check(packet, None, options["digest"])):
            raise CommandError(_("The packet inside is not in order and is not printed anew."), returncode=1)
        try:
            Path(options["print"]).write_bytes(document.printed(packet, options["language"]).pdf)
        except OSError as error:
            raise CommandError(
                _("The file cannot be written: %(why)s.") % {"why": error.strerror}, returncode=2
            ) from error
        self.stdout.write(_("Printed anew: %(file)s") % {"file": options["print"]})


def _word(check: verifying.Check) -> str:
    if not check.is_in_order:
        return _("DIFFERS")
    if not check.is_proven:
        return _("NOT PROVEN")
    return _("in order") if check.is_whole else _("NOT COMPARED")
