"""What happens when the authority of a programme waives a clause for a place, and when it ends that.

“西部地区可适当放宽” stands in the notices of 2022 to 2025 without any measure (工信厅企业函〔2022〕236号,
〔2023〕44号, 〔2024〕122号, 〔2025〕77号). So it is a decision by name, with a document and a reason that every
finding repeats, and never another number in the rules.
"""

from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.policy import allows
from applications import prescreening
from applications.rescreening import rescreen_covered
from audit.record import record
from audit.tallies import refuse
from clusters.sentences import listed
from programmes import deadlines
from programmes.enums import Kind
from programmes.models import Call, Programme, Waiver, WaiverEnd
from rulebook.rules import Rule
from territories.enums import Level
from territories.models import Placement, Territory
from workflow.locks import take_turns
from workflow.refusals import StepNotAllowed, StepRefused

# Where a waiver can hold: a recommending authority (province level), a city or a county.
PLACES = Q(recommends=True) | Q(level__in=[Level.CITY, Level.COUNTY])


def waivable(call: Call) -> list[Rule]:
    """Return the clauses of a call that can be waived: those computed from figures, of either kind of application.

    A clause that people judge has no figure to relax: its reviewer decides it with every circumstance in view.
    """
    rules = [rule for kind in Kind for rule in prescreening.rules_of(call, kind).computed]
    return list({rule.clause: rule for rule in reversed(rules)}.values())[::-1]


def places(programme: Programme):
    """Return the territories a waiver can name: below the authority that runs the programme."""
    own = Placement.objects.filter(scheme=programme.scheme, territory=programme.owner_id).values_list("path", flat=True)
    below = Q(pk__in=[])
    for path in own:
        below |= Q(placements__path__startswith=path)
    return Territory.objects.filter(PLACES, below, valid_to=None).exclude(pk=programme.owner_id)


def proposed_line(call: Call, rule: Rule, named: list[Territory], document_number: str) -> str:
    """Return the public line as it is proposed, in Chinese whatever the reader speaks: it is an official text."""
    with override("zh-hans"):
        return _("%(call)s: for clusters in %(place)s, clause %(clause)s “%(name)s” is waived (%(document)s).") % {
            "call": call,
            "place": listed(place.full_name for place in named),
            "clause": rule.clause,
            "name": rule.name("zh"),
            "document": document_number,
        }


def grant(call: Call, *, clause: str, places: list[Territory], key: UUID, by, **said) -> list[Waiver]:
    """Waive a clause for places in a call, for all of them or none; counts for drafts and later submissions at once.

    `said` are reason, document_number and public_line. What was submitted and is not decided is queued to be
    screened again (applications.rescreening). Raises StepNotAllowed for an office whose programme it is not and
    StepRefused with the reason otherwise; pressing again with the same key returns the first waivers.
    """
    try:
        if not allows(by, "programmes.grant_waiver", call):
            raise StepNotAllowed(_("A waiver is granted by the authority that runs the programme."), "not_allowed")
        with transaction.atomic():
            take_turns(_turn_of(call))
            _same_places(call, key, places)
            keys = [key, *(uuid5(key, place.code) for place in places[1:])]
            return [
                _grant_one(call, key=own, by=by, clause=clause, place=place, **said)
                for own, place in zip(keys, places, strict=True)
            ]
    except StepRefused as refusal:
        _refused("grant", f"calls.{call.pk}", refusal, by)
        raise


def _grant_one(call: Call, *, place: Territory, key: UUID, by, **said) -> Waiver:
    said |= {"place_id": place.pk, "granted_by_id": by.pk}
    before = _granted_already(call, key, said)
    if before is not None:
        return before
    waiver = Waiver(call=call, path=_path_of(call, place), key=key, **said)
    _can_be(waiver, place)
    waiver.save(force_insert=True)
    details = {"call": call.code, "clause": waiver.clause, "place": place.code, "document": waiver.document_number}
    record("programmes.grant_waiver", by=by, subject=f"waivers.{waiver.pk}", words=waiver.reason, details=details)
    rescreen_covered.enqueue(waiver.pk)
    return waiver


def _turn_of(call: Call) -> str:
    """Return the name under which those who grant or end waivers of a call wait for each other."""
    return f"granting waivers of call {call.pk}"


def _granted_already(call: Call, key: UUID, said: dict) -> Waiver | None:
    found = Waiver.objects.filter(key=key).first()
    if found is not None and (found.call_id != call.pk or {name: getattr(found, name) for name in said} != said):
        raise _used()
    return found


def _same_places(call: Call, key: UUID, places: list[Territory]) -> None:
    """Refuse a repeat that names other places than were granted under this key."""
    rows = Waiver.objects.filter(call=call).select_related("place")
    before = {row.place_id for row in rows if row.key in {key, uuid5(key, row.place.code)}}
    if before and before != {place.pk for place in places}:
        raise _used()


def _used() -> StepRefused:
    return StepRefused(_("This page was already used. Please reload it."), "key_reused")


def _path_of(call: Call, place: Territory) -> str:
    """Return where the place stands in the programme's scheme; refuse one that a waiver cannot name."""
    if place.pk == call.programme.owner_id or place.level == Level.NATION:
        raise StepRefused(
            _("A waiver for everybody would be another rule. Please make a new version of the rules instead."),
            "for_everybody",
        )
    placement = Placement.objects.filter(scheme=call.programme.scheme, territory=place).first()
    if placement is None or not places(call.programme).filter(pk=place.pk).exists():
        raise StepRefused(
            _("%(place)s is no province-level authority, city or county of this programme.")
            % {"place": place.full_name},
            "no_such_place",
        )
    return placement.path


def _can_be(waiver: Waiver, place: Territory) -> None:
    """Refuse what cannot be waived or is waived there already, a missing text, and a call that is over."""
    if waiver.clause not in {rule.clause for rule in waivable(waiver.call)}:
        raise StepRefused(_("Only a clause that is computed from figures can be waived."), "not_a_computed_clause")
    if not (waiver.reason and waiver.document_number and waiver.public_line):
        raise StepRefused(_("A waiver needs its reason, its document and its public line."), "words_missing")
    standing = Waiver.objects.covering(waiver.call, waiver.path).select_related("place")
    widest = standing.filter(clause=waiver.clause).first()
    if widest is not None:
        raise StepRefused(
            _("Clause %(clause)s is already waived for %(place)s (%(document)s), which covers %(here)s.")
            % {
                "clause": waiver.clause,
                "place": widest.place.full_name,
                "document": widest.document_number,
                "here": place.full_name,
            },
            "already_waived",
        )
    if is_over(waiver.call):
        raise StepRefused(
            _("The call is over and the ministry's stage is open: a waiver would change nothing any more."), "call_over"
        )


def is_over(call: Call) -> bool:
    """Say whether nothing can be submitted or screened again in a call any more, by the database clock."""
    closing = deadlines.for_province(call)
    now = Call.objects.filter(pk=call.pk).values_list(Now(), flat=True).get()
    return call.ministry_stage_opened_at is not None and closing is not None and closing.has_passed(now)


def end(waiver: Waiver, *, words: str, by) -> WaiverEnd:
    """End a waiver: what is submitted from now on is judged without it, what was screened under it stays.

    Raises StepNotAllowed for another authority and StepRefused without words or when it was ended before.
    """
    try:
        if not allows(by, "programmes.end_waiver", waiver):
            raise StepNotAllowed(_("A waiver is ended by the authority that runs the programme."), "not_allowed")
        with transaction.atomic():
            take_turns(_turn_of(waiver.call))
            before = WaiverEnd.objects.filter(waiver=waiver).first()
            if before is not None and (before.words, before.ended_by_id) == (words, by.pk):
                return before
            if before is not None:
                raise StepRefused(_("This waiver was ended already."), "ended_already")
            if not words:
                raise StepRefused(_("Please say why the waiver ends."), "words_missing")
            ended = WaiverEnd.objects.create(waiver=waiver, words=words, ended_by=by)
            record("programmes.end_waiver", by=by, subject=f"waivers.{waiver.pk}", words=words)
    except StepRefused as refusal:
        _refused("end", f"waivers.{waiver.pk}", refusal, by)
        raise
    return ended


def _refused(act: str, subject: str, refusal: StepRefused, by) -> None:
    refuse(f"programmes.{act}_waiver", by=by, subject=subject, words=str(refusal), details={"code": refusal.code})
