"""Give a person an office, and the person a way in."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.actions import CannotAdd, add_office, link_to_set_password, send_link
from accounts.enums import Role


class Command(BaseCommand):
    """Make or extend an account; send the one-time link when mail is set up, else print it."""

    help = "Give a person an office; prints or sends a one-time link with which a new person sets the password."

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="", help="the person's name; needed for a new account")
        parser.add_argument("--role", required=True, help=", ".join(Role.values))
        parser.add_argument("--authority", required=True, help="division code, own code or name, such as 370102")

    def handle(self, *args, email, name, role, authority, **options):
        try:
            added = add_office(email, name, role, authority)
        except CannotAdd as reason:
            raise CommandError(str(reason)) from reason
        user = added.office.user
        with translation.override(settings.LANGUAGE_CODE):
            title = added.office.title
        self.stdout.write(f"{user.email}: {title} ({'added' if added.is_new_office else 'was there already'}).")
        if user.has_usable_password():
            return
        link = link_to_set_password(user)
        if settings.EMAIL_HOST:
            with translation.override(settings.LANGUAGE_CODE):
                send_link(user, link)
            self.stdout.write("A one-time link to set the password was sent; it is valid for three days.")
        else:
            self.stdout.write(f"One-time link to set the password, valid for three days: {link}")
