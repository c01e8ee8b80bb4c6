"""What anybody does who wants a decision proven: take its packet, or compute its screenings again."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.policy import allows
from applications import replaying, snapshots
from applications.models import Application, Replay, Screening
from applications.packets import content, document
from audit.enums import Audience
from audit.record import record
from rulebook import ENGINE_VERSION
from workflow.locks import take_turns
from workflow.refusals import StepNotAllowed

PDF, JSON = "pdf", "json"


@dataclass(frozen=True)
class TakenPacket:
    """A packet as a file, with its digest; `unprintable` are codes of characters no typeface has."""

    file: bytes
    digest: str
    unprintable: tuple[str, ...] = ()


def take_packet(application: Application, form: str, *, by) -> TakenPacket:
    """Return the decision packet of a case for this office, on record with its digest.

    Raises StepNotAllowed for who takes no part in the case, and before there is anything signed.
    """
    if not allows(by, "applications.take_packet", application):
        raise StepNotAllowed(_("There is no decision packet of this case for you."), "not_allowed")
    packet = _packet_of(application, by)
    if form == PDF:
        printed = document.printed(packet, get_language() or document.LANGUAGES[0])
        taken = TakenPacket(printed.pdf, packet["digest"], printed.unprintable)
    else:
        taken = TakenPacket(snapshots.canonical(packet).encode(), packet["digest"])
    # In the chain of the day: one more link in the chain of the case would tell others that somebody looked.
    with transaction.atomic():
        record("applications.take_packet", by=by, subject=f"applications.{application.pk}", audience=Audience.NOBODY,
               details={"digest": packet["digest"], "form": form, "unprintable": list(taken.unprintable)})  # fmt: skip
    return taken


def _packet_of(application: Application, by) -> dict:
    """Read everything at one moment: every act on the case waits at its chain until we have read."""
    with transaction.atomic():
        take_turns(f"applications.{application.pk}")
        row = Application.objects.seen(by).for_step().get(pk=application.pk)
        return content.packet_of(row, by, row.clock)


def replay_case(application: Application, *, by) -> replaying.Outcome:
    """Compute every screening of a case again and return what differs; on record."""
    if not allows(by, "applications.replay", application):
        raise StepNotAllowed(_("The screenings of this case are not yours to compute again."), "not_allowed")
    outcome = replaying.replay(replaying.of_application(application.pk))
    with transaction.atomic():
        record("applications.replay", by=by, subject=f"applications.{application.pk}", audience=Audience.NOBODY,
               details={"screenings": outcome.screenings, "different": outcome.different})  # fmt: skip
    return outcome


def replay_everything(*, by=None, tell=lambda outcome: None) -> Replay:
    """Compute every stored screening again and keep what was found; by the nightly task or a command."""
    begun_at = Screening.objects.annotate(clock=Now()).values_list("clock", flat=True).first()
    outcome = replaying.replay(Screening.objects.all(), tell)
    with transaction.atomic():
        kept = Replay.objects.create(
            begun_at=begun_at,
            engine_version=ENGINE_VERSION,
            screenings=outcome.screenings,
            different=outcome.different,
            differences=[difference.as_json() for difference in outcome.differences],
            asked_by=by,
        )
        record("applications.replay_everything", by=by, subject=f"replays.{kept.pk}", audience=Audience.NOBODY,
               details={"screenings": outcome.screenings, "different": outcome.different})  # fmt: skip
    return kept
