"""What stands in a decision packet: stored rows as plain JSON, as far as the office it is made for may know.

Nothing is computed anew. The same questions decide as on the page of the case (applications.known): what an office
may not know is not in its packet, nor anything that follows from it, such as the hash of a later event. Numbers of
rows stand for themselves only inside the packet, because those of the database count what others did.
"""

from collections.abc import Iterator
from datetime import datetime

from accounts.models import Office
from applications import known, register_changes, snapshots
from applications.enums import ENDED_EARLY, State
from applications.history import SENTENCES
from applications.models import Application, NoticeEntry, Opinion, Screening, Snapshot
from applications.replaying import COUNTS
from audit import sealing
from audit.enums import Result
from audit.models import SEALED_APART, Event
from recognitions.models import Recognition

FORMAT = 2
KIND = "jiqun-decision-packet"
# The fields of an event that are shown; ids of accounts, network addresses and most details are only sealed.
SHOWN = SEALED_APART | {"chain", "number", "at", "action", "result", "audience", "role", "actor", "authority",
                        "subject", "state_from", "state_to", "reasons", "words", "previous_hash"}  # fmt: skip
OPEN_DETAILS = frozenset({"submit", "send_back", "extend", "call_back", "take_back", "rescreen", "record_objections"})
SHOWN_UNPROVEN = SEALED_APART | {"at", "action", "role", "actor", "authority", "state_from", "state_to", "reasons",
                                 "words"}  # fmt: skip


def packet_of(application: Application, office: Office, made_at: datetime) -> dict:
    """Return the packet of a submitted case for this office; the row must come with `clock` (querysets.seen)."""
    is_open = known.is_open_to(office, application)
    taken = list(application.snapshots.select_related("form_version", "rule_set", *_office("submitted_by")))
    taken.sort(key=lambda row: row.number)
    screenings = list(
        Screening.objects.filter(snapshot__application=application).select_related("rule_set").order_by("pk")
    )
    opinions = sorted(known.opinions(application, office), key=lambda row: row.pk)
    chain = list(known.chain_of(application))
    rest = {
        "format": FORMAT,
        "kind": KIND,
        "made_at": moment(made_at),
        "made_for": who(office),
        "application": facts_of(application, office) | signed_for(chain),
        "rule_sets": {row.rule_set.digest: rules_of(row.rule_set) for row in screenings},
        "snapshots": [snapshot_of(row, by) for row, by in zip(taken, _submitted_by(taken, chain), strict=True)],
        "screenings": [screening_of(number, row, taken) for number, row in enumerate(screenings, 1)],
        "opinions": opinions_of(opinions, taken, screenings, chain),
        "notices": [notice_of(entry) for entry in entries(application, is_open)],
        "title": title_of(application, office),
        "register": [change_of(change) for change in register_changes.since(application)],
        "events": [told for event in chain if (told := event_of(event, application, is_open))],
    }
    return rest | {"digest": snapshots.digest(snapshots.canonical(rest))}


def moment(at: datetime | None) -> str | None:
    """Return a moment in ISO 8601, or None."""
    return at.isoformat() if at else None


def who(office: Office | None) -> dict | None:
    """Return an office in words: role, authority, and the name of the person."""
    if office is None:
        return None
    return {"role": office.role, "authority": office.authority.name, "name": office.user.name or office.user.email}


def _office(field: str) -> tuple[str, str]:
    return f"{field}__user", f"{field}__authority"


def facts_of(application: Application, office: Office) -> dict:
    """Return the facts of the bid itself, with the state this office may know."""
    facts = application.facts
    return {
        "number": application.pk,
        "kind": application.kind,
        "state": str(application.state_seen_by(office)),
        "cluster": facts.name,
        "lead": {"code": facts.lead_code, "name": facts.lead_full_name},
        **snapshots.signed_for(application),
        "opened_at": moment(application.opened_at),
        "submitted_at": moment(application.submitted_at),
        "due_at": moment(application.due_at),
    }


def signed_for(chain: list[Event]) -> dict:
    """Return how province, programme and call were called when it was last signed, where its event has sealed that."""
    submitted = [event for event in chain if event.action == "applications.submit" and event.result == Result.DONE]
    return submitted[-1].details.get("signed_for", {}) if submitted else {}


def _submitted_by(taken: list[Snapshot], chain: list[Event]) -> Iterator[dict | None]:
    """Yield who handed in each version, as the record of the act calls them; two may have signed the same words."""
    acts = {
        event.details.get("number"): event
        for event in chain
        if event.action == "applications.submit" and event.result == Result.DONE
    }
    for row in taken:
        act = acts.get(row.number)
        yield {"role": act.role, "authority": act.authority, "name": act.actor} if act else who(row.submitted_by)


def change_of(change: register_changes.Change) -> dict:
    """Return what the register says otherwise since the last version was signed."""
    return {"at": moment(change.at), "fact": change.fact, "from": change.before, "to": change.after}


def rules_of(row) -> dict:
    """Return a stored rule set: its canonical content is the text whose sha-256 is the digest."""
    return {"code": row.code, "version": row.version, "content": row.content}


def snapshot_of(row: Snapshot, by: dict | None) -> dict:
    """Return what the county signed; `files` are the hashes of what was handed in with it."""
    return {
        "number": row.number,
        "digest": row.digest,
        "content": row.content,
        "rule_set": row.rule_set.digest,
        "form_version": row.form_version.code,
        "files": [],
        "submitted_by": by,
        "submitted_at": moment(row.submitted_at),
    }


def screening_of(number: int, row: Screening, taken: list[Snapshot]) -> dict:
    """Return the findings with everything they rest on."""
    return {
        "number": number,
        "snapshot": _number_of(row.snapshot_id, taken),
        "rule_set": row.rule_set.digest,
        "engine_version": row.engine_version,
        "context": row.context,
        "findings": row.findings,
        "counts": {state: getattr(row, state) for state in COUNTS},
        "made_at": moment(row.made_at),
    }


def _number_of(pk: int, taken: list[Snapshot]) -> int:
    return next(row.number for row in taken if row.pk == pk)


def opinions_of(
    opinions: list[Opinion], taken: list[Snapshot], screenings: list[Screening], chain: list[Event]
) -> list[dict]:
    """Return the opinions in the order they were given; one names what it replaces only where that is known too."""
    numbers = {row.pk: number for number, row in enumerate(opinions, 1)}
    screened = {row.pk: number for number, row in enumerate(screenings, 1)}
    return [
        {
            "number": numbers[row.pk],
            "level": row.level,
            "decision": row.decision,
            "reasons": row.reasons,
            "words": row.words,
            "due_at": moment(row.due_at),
            "by": by,
            "made_at": moment(row.made_at),
            "snapshot": _number_of(row.snapshot_id, taken),
            "screening": screened[row.screening_id],
            "replaces": numbers.get(row.replaces_id),
        }
        | ({"judgements": row.judgements} if row.judgements else {})
        for row, by in zip(opinions, _as_called_then(opinions, chain), strict=True)
    ]


def _as_called_then(opinions: list[Opinion], chain: list[Event]) -> Iterator[dict]:
    """Return who gave each opinion, as the record of the act calls them: names change, decisions do not."""
    acts: dict[tuple, list[Event]] = {}
    for event in chain:
        if event.result == Result.DONE:
            acts.setdefault((event.action, event.office_id), []).append(event)
    for row in opinions:
        of_this = acts.get((f"applications.{row.decision}", row.office_id))
        act = of_this.pop(0) if of_this else None
        yield {"role": act.role, "authority": act.authority, "name": act.actor} if act else who(row.office)


def entries(application: Application, is_open: bool):
    """Return the notices the case is named in, once they have begun; the ministry knows of them before."""
    rows = NoticeEntry.objects.filter(application=application).select_related("notice").order_by("pk")
    return rows if is_open else rows.begun()


def notice_of(entry: NoticeEntry) -> dict:
    """Return a public notice and what became of objections."""
    notice = entry.notice
    return {
        "document_number": notice.document_number,
        **notice.days_told(),
        "outcome": entry.outcome,
        "words": entry.words,
        "recorded_at": moment(entry.recorded_at),
    }


def title_of(application: Application, office: Office) -> dict | None:
    """Return the title that was granted for this case, None before."""
    if application.state_seen_by(office) != State.RECOGNISED:
        return None
    row = Recognition.objects.filter(granted_for=application.ask_key).first()
    return row and row.told()


def event_of(event: Event, application: Application, is_open: bool) -> dict | None:
    """Return an event of the chain as this reader may have it.

    One that may be read is told with its proof; another is a bare link, so that the chain holds. From the moment the
    ministry may have chosen in secret, links and hashes would tell that it has: until the release only what may be
    read is left, without number and hash, whether there is a secret or not. A case that ended before the ministry had
    it can have none. One that was disqualified stays so for good: what was chosen before is never released.
    """
    action = event.action.removeprefix("applications.")
    may_read = known.is_readable(event, is_open) and action in SENTENCES
    stage = application.call.ministry_stage_opened_at
    if not (is_open or stage is None or event.at < stage or application.state in ENDED_EARLY):
        return {"values": _unproven(event, action, is_open)} if may_read else None
    if not may_read or not event.salt:
        told = {"number": event.number, "previous_hash": event.previous_hash, "hash": event.hash}
        return told | ({"values": _unproven(event, action, is_open)} if may_read else {})
    shown = SHOWN | ({"details"} if action in OPEN_DETAILS else set())
    values = event.values()
    disclosed = sealing.disclosed(values, event.salt, shown)
    return {"values": {name: values[name] for name in values if name in shown}, **disclosed, "hash": event.hash}


def _unproven(event: Event, action: str, is_open: bool) -> dict:
    """Return what the history tells of an event, with the states as the reader may know them."""
    told = {name: value for name, value in event.values().items() if name in SHOWN_UNPROVEN}
    told |= {name: known.state_as_known(told[name], is_open) for name in ("state_from", "state_to")}
    return told | ({"details": event.details} if action in OPEN_DETAILS else {})
