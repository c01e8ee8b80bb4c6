"""What an administrator does: give somebody an office, take it away."""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.adapter import one_time_link
from accounts.enums import Role
from accounts.models import Office, User
from audit.enums import Audience
from audit.record import record
from rulebook.characters import clean_words, trimmed
from territories.enums import Level
from territories.models import Territory
from territories.search import matching


class CannotAdd(Exception):
    """An office cannot be given; its text is one plain sentence."""


@dataclass(frozen=True)
class Added:
    """What add_office did."""

    office: Office
    is_new_person: bool
    is_new_office: bool


# role: (which authorities it fits, in words)
FITS = {
    Role.COUNTY: (lambda t: t.level == Level.COUNTY, "a county-level authority"),
    Role.CITY: (lambda t: t.level == Level.CITY and not t.recommends, "a city"),
    Role.PROVINCE: (lambda t: t.recommends, "a province, a plan-separate city or the XPCC"),
    Role.MINISTRY: (lambda t: t.level == Level.NATION, "the nation"),
}
OTHERS = (lambda t: t.level == Level.NATION or t.recommends, "the nation or an authority that recommends to it")


@transaction.atomic
def add_office(email: str, name: str, role: str, authority: str) -> Added:
    """Give a person an office, making the person when there is none with this address.

    `authority` is a division code, our own code or a name. A second call changes nothing; an office
    that had ended begins again. Raises CannotAdd.
    """
    email, name = trimmed(email), clean_words(name)
    try:
        validate_email(email)
    except ValidationError as error:
        raise CannotAdd(f"{email} is not an e-mail address.") from error
    if role not in Role.values:
        raise CannotAdd(f"There is no role {role}; there are {', '.join(Role.values)}.")
    place = find_authority(authority)
    fits, says = FITS.get(Role(role), OTHERS)
    if not fits(place):
        raise CannotAdd(f"The role {role} belongs to {says}; {place.full_name} is none.")
    user = User.objects.filter(email__iexact=email).first()
    is_new_person = user is None
    if is_new_person:
        if not name:
            raise CannotAdd(f"{email} is new: please give --name.")
        user = User.objects.create_user(email, name=name)
    office, is_new_office = Office.objects.get_or_create(user=user, role=role, authority=place)
    if not Office.objects.in_force().filter(pk=office.pk).exists():
        office.valid_from = office.valid_to = None
        office.save(update_fields=["valid_from", "valid_to"])
        is_new_office = True
    if is_new_office:
        user.end_sessions()
        record("accounts.add_office", user=user, audience=Audience.NOBODY, subject=f"accounts.{office.pk}",
               details={"role": role, "authority": place.code})  # fmt: skip
    return Added(office, is_new_person, is_new_office)


@transaction.atomic
def end_office(office: Office) -> None:
    """Take an office away from now on: its holder is signed out everywhere and what was done stays on record."""
    today = timezone.localdate()
    if office.valid_from is not None and office.valid_from >= today:
        office.valid_from = None
    office.valid_to = today
    office.save(update_fields=["valid_from", "valid_to"])
    office.user.end_sessions()
    record("accounts.end_office", user=office.user, audience=Audience.NOBODY, subject=f"accounts.{office.pk}",
           details={"role": office.role, "authority": office.authority.code})  # fmt: skip


def find_authority(words: str) -> Territory:
    """Return the territory with this code or name; raises CannotAdd when there is none or more than one."""
    words = words.strip()
    for condition in (Q(code=words) | Q(division_code=words), Q(full_name=words) | Q(name=words)):
        found = list(Territory.objects.filter(condition).filter(Q(valid_to=None) | Q(valid_to__gt=Now()))[:4])
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"{place.full_name} ({place.code})" for place in found)
            raise CannotAdd(f"{words} is the name of several places: {names}. Please give the code.")
    near = ", ".join(
        f"{place.full_name} ({place.code})"
        for place in matching(Territory.objects.filter(valid_to=None), words, fields=("name", "full_name"))[:4]
    )
    says = f"Do you mean {near}? Please give the code." if near else "Give a division code, after load_reference."
    raise CannotAdd(f"There is no authority named {words}. {says}")


def link_to_set_password(user: User) -> str:
    """Return a link with which this person sets a password, once and within three days."""
    return one_time_link(f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}")


def send_link(user: User, link: str) -> None:
    """Send the one-time link by mail, in the language that is spoken here."""
    words = {"password_reset_url": link, "site_address": settings.SITE_ADDRESS, "user": user}
    subject = " ".join(render_to_string("account/email/password_reset_key_subject.txt", words).split())
    body = render_to_string("account/email/password_reset_key_message.txt", words)
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email]).send()
