"""Take an office away from a person."""

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import CannotAdd, end_office, find_authority
from accounts.models import Office


class Command(BaseCommand):
    """End one office from today; the person is signed out everywhere."""

    help = "End an office; what was done in it stays on record."

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True)
        parser.add_argument("--role", required=True)
        parser.add_argument("--authority", required=True)

    def handle(self, *args, email, role, authority, **options):
        try:
            place = find_authority(authority)
        except CannotAdd as reason:
            raise CommandError(str(reason)) from reason
        office = Office.objects.in_force().filter(user__email__iexact=email, role=role, authority=place).first()
        if office is None:
            raise CommandError(f"{email} holds no office {role} at {place.full_name}.")
        end_office(office)
        self.stdout.write(f"{email}: the office {role} at {place.full_name} has ended.")
