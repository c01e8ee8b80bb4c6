"""What of a case an office may know: events and opinions, before and after the ministry's choice is released."""

from django.db.models import Q

from accounts.enums import Role
from applications.enums import SECRET, TO_BE_PUBLISHED, Decision, State
from applications.models import Application
from audit.enums import Audience, Result
from audit.models import Event

# What the ministry decides in secret until the public notice (model, Life of an application).
KEPT_BACK = (Decision.SHORTLIST, Decision.PUT_BACK, Decision.DECLINE)


def is_open_to(office, application: Application) -> bool:
    """Say whether nothing is kept from this office any more; the row must come with `clock` (querysets.seen)."""
    return (office is not None and office.role == Role.MINISTRY) or application.is_released(application.clock)


def chain_of(application: Application):
    """Return every event of a case, oldest first, whoever may read it."""
    return Event.objects.filter(chain=f"applications.{application.pk}").order_by("number")


def readable(is_open: bool) -> Q:
    """Return the condition “an event the reader may read”, before or after the release."""
    audiences = [Audience.ALL, Audience.MINISTRY] if is_open else [Audience.ALL]
    return Q(result=Result.DONE, audience__in=audiences)


def is_readable(event: Event, is_open: bool) -> bool:
    """Say of one event what `readable` says of a table."""
    return event.result == Result.DONE and (
        event.audience == Audience.ALL or (is_open and event.audience == Audience.MINISTRY)
    )


def state_as_known(state: str, is_open: bool, is_released: bool = True) -> str:
    """Return a state as the reader may know it; one named in a notice that has not begun waits for it."""
    if not is_open:
        return State.RECOMMENDED if state in SECRET else state
    return TO_BE_PUBLISHED if state == State.IN_PUBLIC_NOTICE and not is_released else state


def opinions(application: Application, office):
    """Return the opinions this office may know, newest first; the ministry's choice only once released."""
    rows = application.opinions.select_related("office__user", "office__authority", "snapshot").order_by("-id")
    return rows if is_open_to(office, application) else rows.exclude(decision__in=KEPT_BACK)
