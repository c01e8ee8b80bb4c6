"""Verify the whole record against itself and against its seals."""

from django.core.management.base import BaseCommand, CommandError

from audit.models import Event, Seal
from audit.seals import faults, seal_heads


class Command(BaseCommand):
    """Compute every hash of every chain again and compare the ends with the nightly seals; status 1 on a fault."""

    help = "Verify the record: every chain, every seal. Keep the printed seal somewhere else."

    def add_arguments(self, parser):
        parser.add_argument("--seal", default="", metavar="NUMBER:HASH", help="a seal that was printed before")
        parser.add_argument("--seal-now", action="store_true", help="seal the heads first, as every night does")

    def handle(self, *args, seal, seal_now, **options):
        if seal_now:
            seal_heads()
        found = 0
        for fault in faults(seal):
            found += 1
            self.stdout.write(str(fault))
        if found:
            raise CommandError(f"The record is not what was written: {found} faults.")
        last = Seal.objects.order_by("-number").first() or "none yet"
        chains = Event.objects.values("chain").distinct().count()
        self.stdout.write(f"In order: {Event.objects.count()} events in {chains} chains; last seal {last}.")
