"""Pages as people in an office open them."""

import re
import uuid
from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.enums import AtLevel, State
from applications.judging import judged_by, mark_of
from tests.factories import OfficeFactory

# What differs between two answers to the same question: tokens and keys minted with the page, and the clock.
MINTED = re.compile(
    r'(name="csrfmiddlewaretoken" value=|name="csrf-token" content=|name="key" value='
    r'|data-session-left=|is-today"><small>[^<]*</small><time datetime=)"[^"]*"'
)


def browser(office) -> Client:
    """Return a client in which this office is signed in."""
    client = Client()
    client.force_login(office.user)
    return client


def signed_in(**traits) -> Client:
    """Return a client with a new office."""
    return browser(OfficeFactory(**traits))


def text_of(response) -> str:
    """Return the page as text, without what is minted for each answer."""
    return MINTED.sub(r"\1", response.content.decode())


def decide_address(application, step: str) -> str:
    """Return the address of a decision."""
    return reverse("decide", args=[application.pk, step])


def mark_shown(application) -> str:
    """Return what a page of a decision remembers of the judgements of the level that has the case."""
    if application.state == State.SUBMITTED:
        return mark_of(judged_by(application, AtLevel.PROVINCE))
    return mark_of(judged_by(application, AtLevel.MINISTRY)) if application.state == State.RECOMMENDED else ""


def sent(application, **said) -> dict:
    """Return what the form of a decision sends."""
    shown = {"version": application.version, "register": application.cluster.version, "state_seen": application.state}
    return {"key": uuid.uuid4(), "judged": mark_shown(application)} | shown | said


def sent_together(*rows, **said) -> dict:
    """Return what the page of a decision about several sends."""
    shown = {"case": [row.pk for row in rows]}
    for row in rows:
        shown |= {f"version_{row.pk}": row.version, f"register_{row.pk}": row.cluster.version}
        shown |= {f"state_{row.pk}": row.state, f"judged_{row.pk}": mark_shown(row)}
    return {"key": uuid.uuid4()} | shown | said


def title(day=None, document_number: str = "工信部企业函〔2026〕1号") -> dict:
    """Return what is sent to give a title from a day, today, that was read back with its last day."""
    day = (day or timezone.localdate()).isoformat()
    return {"document_number": document_number, "valid_from": day, "sure": f"{day} {document_number}"}


def chosen(client: Client, step: str, *rows, **filters):
    """Choose cases on the ministry's desk, and return the page that asks for confirmation."""
    said = {"case": [row.pk for row in rows]} | filters
    return client.post(reverse("ministry_together", args=[step]), said, follow=True)


def in_days(days: int) -> datetime:
    """Return the moment so many days from now to the minute, later where that is a weekend."""
    moment = (timezone.localtime() + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0)
    return moment + timedelta(days=max(0, 7 - moment.weekday()) if moment.weekday() > 4 else 0)


def typed(moment: datetime) -> str:
    """Return a moment as a browser sends it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")
