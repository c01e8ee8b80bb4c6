"""The history of a case in sentences: who, when, from what to what, why; as far as the reader may know.

What the ministry chose in secret is told to others only from the start of the public notice
(model, Life of an application): the event is left out, and where another event names such a state
it reads as “recommended”, as it does everywhere else.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from applications import known, register_changes
from applications.enums import Outcome, Reason, in_order, state_words
from applications.models import Application
from audit.models import Event
from clusters.sentences import listed
from rulebook.wording import nest

SENTENCES = {
    "open": gettext_noop("%(who)s opened the application."),
    "submit": gettext_noop("%(who)s submitted it to the province."),
    "resubmit": gettext_noop("%(who)s submitted it again after correction (version %(number)s)."),
    "withdraw": gettext_noop("%(who)s withdrew it."),
    "send_back": gettext_noop("%(who)s returned it for correction."),
    "recommend": gettext_noop("%(who)s recommended it to the ministry."),
    "do_not_recommend": gettext_noop("%(who)s decided not to recommend it."),
    "take_back": gettext_noop("%(who)s took the decision back; the case is open again."),
    "take_back_and_rescreen": gettext_noop(
        "%(who)s took the decision back; the case is open again. It was screened again, because clause %(clause)s was "
        "waived meanwhile (%(document)s)."
    ),
    "rescreen": gettext_noop("%(who)s waived clause %(clause)s (%(document)s); the figures were screened again."),
    "extend": gettext_noop("%(who)s gave more time for the correction."),
    "call_back": gettext_noop("%(who)s called the return back; the case is with the province again."),
    "call_back_and_rescreen": gettext_noop(
        "%(who)s called the return back; the case is with the province again. It was screened again, because clause "
        "%(clause)s was waived meanwhile (%(document)s)."
    ),
    "disqualify": gettext_noop("%(who)s disqualified it."),
    "shortlist": gettext_noop("%(who)s shortlisted it for the public notice."),
    "put_back": gettext_noop("%(who)s put it back among the candidates."),
    "decline": gettext_noop("%(who)s decided against it."),
    "publish": gettext_noop("%(who)s named it in the public notice %(document)s."),
    "publish_without_number": gettext_noop("%(who)s named it in a public notice."),
    "record_objections": gettext_noop("%(who)s recorded the objections: %(outcome)s."),
    "recognise": gettext_noop("%(who)s recognised it under %(document)s."),
}
# In these the words are the number of the document, which the sentence itself names.
NAMES_A_DOCUMENT = {"publish", "recognise"}


@dataclass(frozen=True)
class Line:
    """One sentence of the history, with its time, the change of state and the reasons."""

    at: datetime | None
    says: str
    state_from: str = ""
    state_to: str = ""
    reasons: list[str] = field(default_factory=list)
    words: str = ""
    due_at: datetime | None = None

    @property
    def change(self) -> str:
        """Return the change of state in words, empty where there is none."""
        if not self.state_to or self.state_from == self.state_to:
            return ""
        if not self.state_from:
            return _("State: “%(to)s”.") % {"to": state_words(self.state_to)}
        return _("State: from “%(from)s” to “%(to)s”.") % {
            "from": state_words(self.state_from),
            "to": state_words(self.state_to),
        }


def told_to(application: Application, office, changes=()) -> list[Line]:
    """Return the history this office may read, newest first, with `changes` of the register after each version.

    The row must come with `clock` (querysets.seen).
    """
    open_to_all = known.is_open_to(office, application)
    events = known.chain_of(application).filter(known.readable(open_to_all)).order_by("-number")
    is_released = application.is_released(application.clock)
    lines = [line for event in events if (line := line_of(event, open_to_all, is_released)) is not None]
    changed = [_changed(change) for of_version in changes for change in of_version]
    return sorted([*reversed(changed), *lines], key=lambda line: line.at or application.clock, reverse=True)


def _changed(change: register_changes.Change) -> Line:
    """Return the sentence of a change in the register after the submission."""
    facts = {"fact": change.label, "before": change.before or "—", "after": change.after or "—"}
    return Line(
        at=change.at, says=nest(_("The register was changed: %(fact)s, from “%(before)s” to “%(after)s”.") % facts)
    )


def line_of(event: Event, open_to_all: bool, is_released: bool = True) -> Line | None:
    """Return the sentence of one event; None for an act that is no part of the history."""
    action = event.action.removeprefix("applications.")
    if action == "submit" and event.details.get("number", 1) > 1:
        action = "resubmit"
    if action in {"take_back", "call_back"} and event.details.get("clauses"):
        action += "_and_rescreen"
    if action == "publish" and not event.words:
        action = "publish_without_number"
    sentence = SENTENCES.get(action)
    if sentence is None:
        return None
    says = _(sentence) % {
        "who": _who(event),
        "number": event.details.get("number", ""),
        "document": event.details.get("document", event.words),
        "clause": listed(event.details.get("clauses", [])),
        "outcome": _label(Outcome, event.details.get("outcome", "")),
    }
    due_at = event.details.get("due_at")
    return Line(
        at=event.at,
        says=says,
        state_from=known.state_as_known(event.state_from, open_to_all, is_released),
        state_to=known.state_as_known(event.state_to, open_to_all, is_released),
        reasons=[_label(Reason, code) for code in in_order(event.reasons)],
        words="" if action in NAMES_A_DOCUMENT else event.words,
        due_at=parse_datetime(due_at) if due_at else None,
    )


def _who(event: Event) -> str:
    """Return the authority and the person, as they were called on that day."""
    authority = authority_words(event.role, event.authority)
    return " ".join(filter(None, (authority, event.actor))) or _("The system")


def authority_words(role: str, authority: str) -> str:
    """Return an authority as people call it: that of the whole country is the ministry."""
    return _("Ministry of Industry and Information Technology") if role == Role.MINISTRY else authority


def _label(choices, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code
