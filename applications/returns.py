"""A return for correction: what was asked of the county, and its reply to each coded reason."""

from dataclasses import dataclass

from applications.enums import Decision, Reason, State
from applications.models import Application, Opinion

REPLY = "reply:"  # how a reason without its reply is named among the problems


@dataclass(frozen=True)
class Asked:
    """One coded reason of a return, with the county's words to it; empty while there are none."""

    reason: str
    words: str = ""

    @property
    def label(self) -> str:
        """Return the reason in words."""
        return str(Reason(self.reason).label) if self.reason in Reason.values else self.reason

    @property
    def code(self) -> str:
        """Return its name among the problems."""
        return f"{REPLY}{self.reason}"


def return_of(application: Application) -> Opinion | None:
    """Return the opinion with which a case was sent back, while it is with the county."""
    if application.state != State.RETURNED:
        return None
    sent_back = Opinion.objects.filter(snapshot=application.snapshot_id, decision=Decision.SEND_BACK)
    return sent_back.select_related("office__authority").prefetch_related("replies").order_by("-id").first()


def asked_of(returned: Opinion | None) -> list[Asked]:
    """Return the reasons of a return in their order, each with the reply as it stands."""
    if returned is None:
        return []
    said = {row.reason: row.words for row in returned.replies.all()}
    return [Asked(code, said.get(code, "")) for code in returned.reasons]


def replied(content: dict) -> list[Asked]:
    """Return what a snapshot answers to the return before it; nothing where it answers none."""
    return [Asked(code, words) for code, words in content.get("replies", {}).items()]
