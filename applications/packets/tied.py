"""Tie the parts of a packet to the events of its chain and to what was signed. Needs no database.

Each function yields what does not fit, in the names a packet uses. What neither holds is told without proof, and
`unproven` names it.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from accounts.enums import Role
from applications import known
from applications.enums import TO_BE_PUBLISHED, Decision, Outcome, State
from applications.packets.content import OPEN_DETAILS, SHOWN
from audit.enums import Audience
from audit.models import SEALED_APART

Packet = dict[str, Any]
SETTLED = {Outcome.NONE, Outcome.DISMISSED}
# A row and the event of its act are written one after the other, in one transaction.
AT_ONCE = timedelta(minutes=1)

_OFFICE = {"role", "authority", "name"}
_PLACE = {"code", "name"}
# Every name a packet may use; the contents of snapshots and rule sets are held by their digests.
NAMES = {
    "": {"format", "kind", "made_at", "made_for", "application", "rule_sets", "snapshots", "screenings", "opinions",
         "notices", "title", "register", "events", "digest"},
    "made_for": _OFFICE,
    "application": {"number", "kind", "state", "cluster", "lead", "province", "programme", "call", "opened_at",
                    "submitted_at", "due_at"},
    "application.lead": _PLACE,
    "application.province": _PLACE,
    "application.programme": {"code", "name", "sample"},
    "application.call": {"code", "year", "document_number"},
    "rule_sets": {"code", "version", "content"},
    "snapshots": {"number", "digest", "content", "rule_set", "form_version", "files", "submitted_by", "submitted_at"},
    "snapshots.submitted_by": _OFFICE,
    "screenings": {"number", "snapshot", "rule_set", "engine_version", "context", "findings", "counts", "made_at"},
    "opinions": {"number", "level", "decision", "reasons", "words", "due_at", "by", "made_at", "snapshot", "screening",
                 "replaces", "judgements"},
    "opinions.by": _OFFICE,
    "notices": {"document_number", "starts_on", "ends_on", "working_days", "outcome", "words", "recorded_at"},
    "title": {"name", "batch", "document_number", "valid_from", "valid_to"},
    "register": {"at", "fact", "from", "to"},
    "events": {"values", "secrets", "seals", "hash", "number", "previous_hash"},
}  # fmt: skip


def strangers(packet: Packet) -> Iterator[str]:
    """Yield every name in the packet that packets do not use, in the formats that hold it."""
    if packet["format"] == 1 and "register" in packet:
        yield "register"
    for way, names in NAMES.items():
        for part in _at(packet, way):
            yield from (f"{way}.{name}".strip(".") for name in sorted(set(part) - names))


def _at(packet: Packet, way: str) -> list[Packet]:
    found = [packet]
    for name in filter(None, way.split(".")):
        inside = [part.get(name) for part in found]
        found = [row for one in inside if one for row in
                 (one.values() if name == "rule_sets" else one if isinstance(one, list) else [one])]  # fmt: skip
    return found


def is_younger(packet: Packet, contents: list[Packet]) -> bool:
    """Say whether the packet holds what nobody could put into one of format 1: its events seal more apart."""
    apart = any(SEALED_APART & ({*one.get("values", {})} | {*one.get("seals", {})}) for one in packet["events"])
    return apart or any("replies" in content for content in contents)


def acts(packet: Packet, *names: str) -> list[Packet]:
    """Return the told events of these acts on a case, oldest first; all of them without a name."""
    told = [one["values"] for one in packet["events"] if "values" in one]
    return [one for one in told if not names or one["action"].removeprefix("applications.") in names]


def at_once(row: str | None, event: str) -> bool:
    """Say whether a row was written in the act of an event."""
    return row is not None and timedelta() <= datetime.fromisoformat(event) - datetime.fromisoformat(row) < AT_ONCE


def same_moment(one: str | None, other: str | None) -> bool:
    """Say whether two texts tell the same moment: one may be written in Beijing time and one in UTC."""
    return one == other or bool(one and other and datetime.fromisoformat(one) == datetime.fromisoformat(other))


def called(act: Packet) -> Packet:
    """Return who acted, in the words of the event."""
    return {"role": act["role"], "authority": act["authority"], "name": act["actor"]}


def is_open(packet: Packet) -> bool:
    """Say whether nothing was kept from this reader: the ministry, or anybody who is told what only it knew."""
    return packet["made_for"]["role"] == Role.MINISTRY or any(
        one.get("audience") == Audience.MINISTRY or one["state_to"] == State.RECOGNISED for one in acts(packet)
    )


def misplaced(packet: Packet) -> Iterator[int]:
    """Yield the places of events that prove less than events of their place do, or do not go on from the one before.

    Events from before fields were sealed come first, and hold nothing that is younger; events without a hash come last,
    and only to a reader from whom something is kept.
    """
    sealed = loose = False
    for place, one in enumerate(packet["events"], 1):
        is_sealed = "secrets" in one
        if "hash" not in one:
            loose, is_misplaced = True, is_open(packet)
        else:
            is_misplaced = loose or bool(_withheld(one) if is_sealed else _too_young(one, sealed, packet))
        if is_misplaced:
            yield place
        sealed |= is_sealed
    told = [(place, one) for place, one in enumerate(packet["events"], 1)
            if "values" in one and one["values"]["state_to"]]  # fmt: skip
    for (_before, one), (place, following) in pairwise(told):
        is_known = "secrets" in following
        if known.state_as_known(one["values"]["state_to"], is_known) != following["values"]["state_from"]:
            yield place


def _too_young(one: Packet, sealed: bool, packet: Packet) -> bool:
    """Say of an event that is told without its seals whether it would have some: it came after one that has, or holds
    what no event held before."""
    told = one.get("values", {})
    return bool(told) and (sealed or bool(SEALED_APART & {*told}) or _answers_a_return(told, packet))


def _answers_a_return(told: Packet, packet: Packet) -> bool:
    """Say whether a version was handed in that replies to a return, as none did before events were sealed."""
    version = told.get("details", {}).get("number")
    return any(one["number"] == version and "replies" in json.loads(one["content"]) for one in packet["snapshots"])


def _withheld(one: Packet) -> set[str]:
    """Return the fields of a told event of which only the seal is given, though packets show them."""
    action = one["values"]["action"].removeprefix("applications.")
    return (SHOWN | ({"details"} if action in OPEN_DETAILS else set())) & set(one["seals"])


def of_the_case(packet: Packet, content: Packet) -> Iterator[str]:
    """Yield the facts of the case that its events and the last signed version tell otherwise."""
    bid, told = packet["application"], acts(packet)
    last = [one["state_to"] for one in told if one["state_to"]][-1]
    seen = {known.state_as_known(last, is_open(packet))}
    if last == State.IN_PUBLIC_NOTICE and packet["made_for"]["role"] == Role.MINISTRY:
        seen.add(TO_BE_PUBLISHED)
    submitted, due = acts(packet, "submit")[-1], [one["details"]["due_at"] for one in acts(packet, "send_back",
                                                                                          "extend")]  # fmt: skip
    sealed = submitted.get("signed_for") or {name: bid[name] for name in ("province", "programme", "call")}
    fits = {
        "state": bid["state"] in seen,
        "number": all(one.get("subject", f"applications.{bid['number']}") == f"applications.{bid['number']}"
                      for one in told),
        "kind": bid["kind"] == content["call"]["kind"],
        "opened_at": all(at_once(bid["opened_at"], one["at"]) for one in acts(packet, "open")),
        "submitted_at": at_once(bid["submitted_at"], submitted["at"]),
        "due_at": same_moment(bid["due_at"], due[-1] if due else None) or (
            bid["state"] != State.RETURNED and bid["due_at"] is None
        ),
        **{name: bid[name] == sealed[name] for name in sealed},
    }  # fmt: skip
    yield from (name for name, is_so in fits.items() if not is_so)


def of_the_versions(packet: Packet, contents: list[Packet]) -> Iterator[str]:
    """Yield what a version or its first screening says otherwise than its submission and what was signed."""
    submitted = acts(packet, "submit")
    if len(submitted) != len(packet["snapshots"]):
        yield "snapshots"
    for number, (one, content, act) in enumerate(zip(packet["snapshots"], contents, submitted, strict=False), 1):
        by, whom = one["submitted_by"], called(act)
        # Format 1 told people and authorities by their names of the day it was made.
        fits = {
            "number": one["number"] == number,
            "submitted_by": by == whom if packet["format"] > 1 else by["role"] == whom["role"],
            "submitted_at": at_once(one["submitted_at"], act["at"]),
            "rule_set": one["rule_set"] == content["rule_set"]["digest"],
            "form_version": one["form_version"] == content["form_version"],
            "files": one["files"] == [],
        }
        yield from (f"snapshots.{number}.{name}" for name, is_so in fits.items() if not is_so)
    screened = [one["at"] for one in acts(packet, "submit", "rescreen", "take_back", "call_back")]
    for number, one in enumerate(packet["screenings"], 1):
        if one["number"] != number or not any(at_once(one["made_at"], at) for at in screened):
            yield f"screenings.{number}"


def of_an_opinion(one: Packet, act: Packet, before: list[Packet]) -> bool:
    """Say whether an opinion is that of its event, and replaces the one of its level that stood before."""
    standing = [row["number"] for row in before
                if (row["snapshot"], row["level"]) == (one["snapshot"], one["level"])]  # fmt: skip
    return (
        one["number"] == len(before) + 1
        and one["by"] == called(act)
        and one["level"] == act["role"]
        and same_moment(one["due_at"], act.get("details", {}).get("due_at"))
        and one["replaces"] == (standing[-1] if standing else None)
        and at_once(one["made_at"], act["at"])
    )


def decided(packet: Packet) -> list[Packet]:
    """Return the events of decisions, each of which has its opinion."""
    return acts(packet, *Decision.values)


def of_the_result(packet: Packet) -> Iterator[str]:
    """Yield what a notice or the title says otherwise than the events that published and granted it."""
    told, entries, title = acts(packet, "publish", "record_objections"), packet["notices"], packet["title"]
    published = [place for place, one in enumerate(told) if one["action"] == "applications.publish"]
    if is_open(packet) and len(published) != len(entries):
        yield "notices"
    for place, end, entry in zip(published, [*published[1:], len(told)], entries, strict=False):
        settled = told[place + 1 : end][-1:]
        outcome = [(one["details"]["outcome"], one["words"]) for one in settled] or [("", "")]
        in_time = at_once(entry["recorded_at"], settled[0]["at"]) if settled else entry["recorded_at"] is None
        if entry["document_number"] != told[place]["words"] or not in_time:
            yield "notices"
        days = told[place].get("notice_days", {})
        yield from (f"notices.{name}" for name in days if entry[name] != days[name])
        if (entry["outcome"], entry["words"]) != outcome[0]:
            yield "notices.outcome"
    granted = acts(packet, "recognise")
    if bool(granted) != bool(title) or (granted and (not entries or entries[-1]["outcome"] not in SETTLED)):
        yield "title"
    elif granted:
        older = title | {"document_number": granted[-1]["words"], "batch": packet["application"]["call"]["year"]}
        sealed = granted[-1].get("title_granted") or older
        yield from (f"title.{name}" for name in title if title[name] != sealed[name])


def unproven(packet: Packet) -> Iterator[str]:
    """Yield what nothing sealed holds: who asked and when, and what older events lack."""
    yield "made"
    if packet["format"] == 1:
        yield "called"
    if "signed_for" not in acts(packet, "submit")[-1]:
        yield "case"
    if packet["notices"] and not is_open(packet):
        yield "notices"
    elif packet["notices"] and not all(one.get("notice_days") for one in acts(packet, "publish")):
        yield "days"
    if packet["title"] and not acts(packet, "recognise")[-1].get("title_granted"):
        yield "title"
    if packet.get("register"):
        yield "register"
