"""Mails that nobody waits for."""

from allauth.account.internal.userkit import filter_users_by_email
from django.utils import translation
from django_tasks import task

from accounts.actions import link_to_set_password, send_link


@task()
def send_link_to(email: str, language: str) -> None:
    """Send a one-time link to whoever has this address, and nothing where nobody has it.

    The page that asked for it looks nobody up: known and unknown addresses take it the same time.
    """
    with translation.override(language):
        for user in filter_users_by_email(email, is_active=True):
            send_link(user, link_to_set_password(user))
