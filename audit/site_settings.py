"""What the site is set to goes on record when it begins to serve with something different."""

import json

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from audit.enums import Audience
from audit.models import Event
from audit.record import record

# Those that decide who gets in and where links lead. Of secrets only whether they are others than before.
NAMED = (
    "PRODUCTION", "DEBUG", "SITE_ADDRESS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SECOND_FACTOR",
    "SECOND_FACTOR_COUNTY", "SESSION_IDLE_MINUTES", "SESSION_HOURS", "ACCOUNT_RATE_LIMITS", "AUTH_PASSWORD_VALIDATORS",
    "ALLAUTH_TRUSTED_PROXY_COUNT", "EMAIL_HOST", "DEFAULT_FROM_EMAIL", "DATABASE_APP_ROLE",
)  # fmt: skip
ACTION = "site.settings"


def note_settings() -> None:
    """Record the settings, where they differ from those recorded last."""
    now = {name: getattr(settings, name, None) for name in NAMED}
    now["SECRET_KEY"] = salted_hmac("audit.settings", "", algorithm="sha256").hexdigest()
    now = json.loads(json.dumps(now, default=str))
    last = Event.objects.filter(action=ACTION).order_by("-pk").first()
    before = last.details["now"] if last else {}
    different = sorted(name for name, value in now.items() if before.get(name) != value)
    if different:
        with transaction.atomic():
            record(ACTION, audience=Audience.NOBODY, details={"now": now, "different": different})
