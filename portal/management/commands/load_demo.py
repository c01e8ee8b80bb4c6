"""Make the demo: people who can sign in, two calls, sample applications in every state."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import demo
from applications.demo.building import Built, build
from applications.enums import State
from clusters.sentences import listed
from programmes.models import FormVersion, Programme


class Command(BaseCommand):
    """Make the demo once; later runs change nothing but a closing that has passed."""

    help = "Make the demo: sign-ins, two sample calls and sample applications in every state."

    def handle(self, *args, **options):
        """Refuse in production, build, then say what there is and who can sign in."""
        if settings.PRODUCTION:
            raise CommandError(_("The demo has published passwords: it is never loaded in production."))
        if not (Programme.objects.filter(code="demo").exists() and FormVersion.objects.exists()):
            raise CommandError(_("The demo stands on the reference data. Run manage.py load_reference first."))
        built = build()
        self.say_what_was_done(built)
        self.say_who_can_sign_in()

    def say_what_was_done(self, built: Built) -> None:
        """Print whether the demo is new, what moved, and how many samples stand in which state."""
        if built.is_new:
            self.stdout.write(_("The demo was made."))
        elif built.closes_at is None:
            self.stdout.write(_("The demo is there; nothing was changed."))
        if built.closes_at is not None:
            closes = date_format(timezone.localtime(built.closes_at), "DATETIME_FORMAT")
            self.stdout.write(
                _("The demo call had closed; its closing was moved on to %(closes)s.") % {"closes": closes}
            )
        counted = listed(f"{State(state).label} {count}" for state, count in built.states.items())
        self.stdout.write(_("Sample applications: %(counted)s.") % {"counted": counted})

    def say_who_can_sign_in(self) -> None:
        """Print the sign-ins as a table."""
        self.stdout.write(_("Sign-ins, all with the password %(password)s:") % {"password": demo.PASSWORD})
        with translation.override(settings.LANGUAGE_CODE):
            people = demo.sign_ins()
        widest = max(len(email) for email, _offices in people)
        for email, offices in people:
            self.stdout.write(f"  {email.ljust(widest)}  {offices}")
