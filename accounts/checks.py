"""What `check --deploy` refuses."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connection


@register(Tags.security, deploy=True)
def no_demo_account(app_configs, **kwargs):
    """A demo account has a published password: production must have none."""
    from accounts.models import User

    try:
        demo = connection.introspection.table_names() and User.objects.filter(is_demo=True).count()
    except DatabaseError as error:
        return [Error(f"The database cannot be asked for demo accounts: {error}", id="jiqun.E002")]
    if demo:
        return [
            Error(
                f"{demo} demo accounts exist.",
                hint="Production starts from an empty database; never run load_demo there.",
                id="jiqun.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def site_address_is_known(app_configs, **kwargs):
    """Links in mails come from this setting, never from the Host header."""
    if not settings.SITE_ADDRESS.startswith("https://"):
        return [Error("SITE_ADDRESS must be the https:// address of the site.", id="jiqun.E003")]
    return []
