"""Write many synthetic applications for measurements, or take them away."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from applications.scale import running
from programmes.models import FormVersion


class Command(BaseCommand):
    """Applications of a sample programme of its own, with real figures and findings, by COPY."""

    help = "Write synthetic applications for measurements; --remove takes them away."

    def add_arguments(self, parser):
        """Take a number, or the wish to remove."""
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--applications", type=int, metavar="N", help="how many to write")
        choice.add_argument("--remove", action="store_true", help="take every synthetic application away")

    def handle(self, *args, **options):
        """Refuse in production and on top of an earlier seed, then write or remove."""
        if settings.PRODUCTION:
            raise CommandError(_("Synthetic applications are never written in production."))
        if options["remove"]:
            running.remove(self.stdout.write)
            self.stdout.write(_("No synthetic application is left."))
            return
        if options["applications"] < 1:
            raise CommandError(_("Say how many applications to write: --applications 10000."))
        if not FormVersion.objects.exists():
            raise CommandError(_("This stands on the reference data. Run manage.py load_reference first."))
        if running.exists():
            raise CommandError(_("Synthetic applications are there already. Run seed_scale --remove first."))
        self.say(running.seed(options["applications"], self.stdout.write))

    def say(self, measured: running.Measured) -> None:
        """Print time and room."""
        self.stdout.write(
            _("%(count)s applications in %(seconds).1f s; the database grew by %(grown).2f GB to %(size).2f GB.")
            % {
                "count": f"{measured.applications:,}",
                "seconds": measured.seconds,
                "grown": (measured.bytes_after - measured.bytes_before) / 1e9,
                "size": measured.bytes_after / 1e9,
            }
        )
