"""A return for correction: what was asked of the county, and its reply to each coded reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from applications.enums import Decision, Reason, State, in_order
from applications.models import Application, Opinion, Snapshot

REVERSED = (Decision.CALL_BACK, Decision.TAKE_BACK)
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
    return [Asked(code, said.get(code, "")) for code in in_order(returned.reasons)]


def replied(content: dict) -> list[Asked]:
    """Return what a snapshot answers to the return before it; nothing where it answers none."""
    said = content.get("replies", {})
    return [Asked(code, said[code]) for code in in_order(said)]


def request_of(snapshot: Snapshot | None) -> str:
    """Return what was asked of the county in the words of the return of a version; empty where there was none."""
    sent_back = Opinion.objects.filter(snapshot=snapshot, decision=Decision.SEND_BACK).order_by("-id")
    return sent_back.values_list("words", flat=True).first() or "" if snapshot else ""


def reversals(applications: Iterable[Application]) -> dict[int, Opinion]:
    """Return for each case that is with the province again why: it called its return or took its decision back."""
    here = [row.snapshot_id for row in applications if row.state == State.SUBMITTED]
    if not here:
        return {}
    rows = Opinion.objects.filter(snapshot__in=here, decision__in=REVERSED).select_related("office__authority")
    return {row.application_id: row for row in rows.order_by("id")}


def reversal_of(application: Application) -> Opinion | None:
    """Return the opinion that brought a case back to the province, while it is there."""
    return reversals([application]).get(application.pk)
