"""How many failed attempts are let through, for whom and from where, and how long to wait after them.

allauth counts; here stands what it counts by. A right attempt counts for nothing: it is counted before the
password is looked at, so that many at once find no gap, and taken back when it was right.
"""

import math
import time
import unicodedata

from allauth.core import context
from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

COUNTED = {"app": "allauth.account", "action": "login_failed"}


def key_of(account: str, request) -> str:
    """Account and address together: nobody can lock somebody else's account from elsewhere."""
    name = unicodedata.normalize("NFKC", account).casefold().strip()
    return f"{name} from {ratelimit.get_ip(request)}"


def attempt(request, account: str) -> ratelimit.RateLimitUsage:
    """Count one attempt, or refuse it and count nothing; `rollback()` of what is returned takes it back."""
    key = key_of(account, request)
    for is_question in (True, False):  # asked for every limit first: what one of them refuses, none of them counts
        usage = ratelimit.consume(request, key=key, dry_run=is_question, **COUNTED)
        if not usage:
            raise _too_many(request, key)
    return usage


def count_code(user, error_key=None):
    """Count an attempt at the second factor; allauth calls what is returned when the code was right."""
    return attempt(context.request, f"second factor {user.pk}").rollback


def forget(request, account: str) -> None:
    """Forget what failed for this account from here; what failed from here for others stays counted."""
    for rate in ratelimit.get_rates(**COUNTED):
        if rate.per == "key":
            ratelimit.cache.delete(_name(request, rate, key_of(account, request)))


def _too_many(request, key: str) -> ValidationError:
    """Return the refusal, and let the answer say when to come again (accounts.middleware.Waiting)."""
    ends = [time.time() + 1]
    for rate in ratelimit.get_rates(**COUNTED):
        tried = ratelimit.cache.get(_name(request, rate, key), [])
        if len(tried) >= rate.amount:
            ends.append(tried[rate.amount - 1] + rate.duration)
    request.must_wait = math.ceil(max(ends) - time.time())
    minutes = math.ceil(request.must_wait / 60)
    words = ngettext(
        "Too many failed attempts from here. Please try again in %(n)d minute.",
        "Too many failed attempts from here. Please try again in %(n)d minutes.",
        minutes,
    )
    return ValidationError(words % {"n": minutes}, code="too_many_login_attempts")


def _name(request, rate, key: str) -> str:
    return ratelimit.get_cache_key(request, rate=rate, key=key, **COUNTED)
