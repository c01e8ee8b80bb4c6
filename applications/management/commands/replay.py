"""Computes stored screenings again with the rules they were made with, and reports each difference.

    python manage.py replay --all
    python manage.py replay --call demo --json

Exit status 1 when anything differs. `--all` is kept beside the nightly replays.
"""

import json
import sys
from dataclasses import asdict
from time import monotonic

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from applications import replaying
from applications.actions.packets import replay_everything
from applications.models import Application, Screening
from programmes.models import Call

SECONDS_BETWEEN = 5


class Command(BaseCommand):
    """Replay all screenings, those of one case or of one call."""

    help = "Compute stored screenings again with the rules they were made with; exit 1 when anything differs."

    def add_arguments(self, parser):
        """Take what is replayed, and whether the answer is JSON."""
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--all", action="store_true", help="every stored screening")
        choice.add_argument("--application", type=int, metavar="PK", help="those of one case")
        choice.add_argument("--call", metavar="CODE", help="those of one call")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args, **options):
        """Replay with progress on standard error, then tell the differences."""
        begun = monotonic()
        found = self.replayed(options)
        seconds = monotonic() - begun
        if options["json"]:
            self.stdout.write(json.dumps(found | {"seconds": round(seconds, 3)}, ensure_ascii=False))
        else:
            self.tell(found, seconds)
        if found["different"]:
            sys.exit(1)

    def replayed(self, options) -> dict:
        """Return how many were computed, how many differ, and the differences."""
        if options["all"]:
            kept = replay_everything(tell=self.progress(Screening.objects.count()))
            return {"screenings": kept.screenings, "different": kept.different, "differences": kept.differences}
        if options["call"]:
            if not Call.objects.filter(code=options["call"]).exists():
                raise CommandError(_("There is no call %(code)s.") % {"code": options["call"]}, returncode=2)
            rows = replaying.of_call(options["call"])
        else:
            if not Application.objects.filter(pk=options["application"]).exists():
                raise CommandError(_("There is no case %(number)d.") % {"number": options["application"]}, returncode=2)
            rows = replaying.of_application(options["application"])
        return asdict(replaying.replay(rows, self.progress(rows.count())))

    def progress(self, whole: int):
        """Return what tells every few seconds how far it is."""
        told_at = monotonic()

        def tell(outcome: replaying.Outcome) -> None:
            nonlocal told_at
            if monotonic() - told_at > SECONDS_BETWEEN:
                told_at = monotonic()
                numbers = {"done": f"{outcome.screenings:,}", "whole": f"{whole:,}", "different": outcome.different}
                self.stderr.write(_("%(done)s of %(whole)s screenings, %(different)d differ") % numbers)

        return tell

    def tell(self, found: dict, seconds: float) -> None:
        """Print each difference and a last line."""
        for one in found["differences"]:
            self.stdout.write(_("Screening %(screening)d of case %(application)d, %(clause)s:") % one)
            self.stdout.write("  " + _("stored:   %(value)s") % {"value": _shown(one["stored"])})
            self.stdout.write("  " + _("computed: %(value)s") % {"value": _shown(one["computed"])})
        self.stdout.write(_("%(n)s screenings in %(seconds).1f s (%(rate)d a second): %(different)d differ.") % {
            "n": f"{found['screenings']:,}", "seconds": seconds, "different": found["different"],
            "rate": found["screenings"] / max(seconds, 0.001)})  # fmt: skip


def _shown(value) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
