"""Check a packet by itself: digests, rules, findings, opinions and the chain. Needs no database.

A packet that agrees with itself was not altered after it was made. Whether this office was given a packet of this
digest is told by the record, where every download stands with its digest.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import register_changes, replaying, snapshots
from applications.enums import State
from applications.packets import document, tied, wording
from audit import sealing
from clusters.sentences import listed
from printing import reading
from rulebook import ENGINE_VERSION, loader

Packet = dict[str, Any]
# What a damaged packet makes the checks stumble over: the check then fails with a sentence.
STUMBLES = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, StopIteration, RecursionError)


@dataclass(frozen=True)
class Check:
    """One check: in order or not, what was found, whether everything could be compared, and whether it was proven."""

    is_in_order: bool
    says: str
    is_whole: bool = True
    is_proven: bool = True


def check(packet: Packet, pdf: bytes | None = None, digest: str = "") -> Iterator[Check]:
    """Return one check after the other; `digest` is the one that is printed or on record, where it is known."""
    yield _guarded(_digest, packet, digest)
    for part in CHECKS[packet["format"]]:
        yield _guarded(part, packet)
    if pdf is not None:
        yield _guarded(_pages, packet, pdf)


def _guarded(part: Callable[..., Check], *arguments) -> Check:
    try:
        return part(*arguments)
    except STUMBLES:
        return Check(False, _("A part of the packet is not as packets are: it was altered (%(part)s).")
                     % {"part": part.__name__.strip("_")})  # fmt: skip


def digest_of(packet: Packet) -> str:
    """Return the digest over everything but the digest itself."""
    rest = {name: value for name, value in packet.items() if name != "digest"}
    return snapshots.digest(snapshots.canonical(rest))


def _digest(packet: Packet, wanted: str) -> Check:
    found = digest_of(packet)
    if found != packet["digest"]:
        return Check(False, _("The digest of the packet does not fit its content: something was altered."))
    if wanted and wanted.strip().lower() != found:
        return Check(False, _("The packet is intact, but its digest is not the one you named."))
    return Check(True, _("Digest of the packet: %(digest)s") % {"digest": found})


def _snapshots(packet: Packet) -> Check:
    wrong = []
    for one in packet["snapshots"]:
        content = json.loads(one["content"])
        call = packet["application"]["call"]
        fits = (content["call"]["code"], content["call"]["year"]) == (call["code"], call["year"])
        if packet["format"] > 1 and one is packet["snapshots"][-1]:
            fits &= _named(packet["application"]) == (content["cluster"]["name"], content["cluster"]["lead"])
        if snapshots.digest(one["content"]) != one["digest"] or not fits:
            wrong.append(one["number"])
    if wrong:
        return Check(False, _("What was signed does not fit its digest: version %(numbers)s.") % _listed(wrong))
    n = len(packet["snapshots"])
    return Check(n > 0, ngettext("%(n)d signed version fits its digest.",
                                 "%(n)d signed versions fit their digests.", n) % {"n": n})  # fmt: skip


def _named(bid: Packet) -> tuple:
    """Return under which name and place a packet tells the case; format 1 told those of the register of that day."""
    return bid["cluster"], bid["lead"]


def _register(packet: Packet) -> Check:
    """What the register says otherwise begins with what was signed, and each change with the one before it.

    Its time lies between the submission and the making of the packet; those without a time come last.
    """
    facts = json.loads(packet["snapshots"][-1]["content"])["cluster"]
    known = register_changes.in_words(facts)
    # An act that waited for the submission carries the time when it began, and one may end while the packet is read.
    last = datetime.fromisoformat(packet["snapshots"][-1]["submitted_at"]) - tied.AT_ONCE
    end = datetime.fromisoformat(packet["made_at"]) + tied.AT_ONCE
    for number, one in enumerate(packet["register"], 1):
        at = datetime.fromisoformat(one["at"]) if one["at"] else end
        if not last <= at <= end:
            return Check(False, _("A change of the register is told out of its time: number %(number)d.")
                         % {"number": number})  # fmt: skip
        last = at
        # Only the names of places and industries change without a row of the register that keeps the time.
        is_timeless = one["at"] is None and one["fact"] not in {"lead", "further", "industry"}
        if known[one["fact"]] != one["from"] or one["from"] == one["to"] or is_timeless:
            return Check(False, _("A change of the register does not begin with what was signed: number %(number)d.")
                         % {"number": number})  # fmt: skip
        known[one["fact"]] = one["to"]
    n = len(packet["register"])
    return Check(True, ngettext("%(n)d later change of the register begins with what was signed.",
                                "%(n)d later changes of the register begin with what was signed.", n)
                 % {"n": n})  # fmt: skip


def _replies(packet: Packet) -> Check:
    """A version that replies to a return has a reply to each of its reasons, and to nothing else."""
    wrong, n = [], 0
    for one in packet["snapshots"]:
        replies = json.loads(one["content"]).get("replies")
        if replies is None:
            continue  # a first version, or from before replies were asked for
        returned = [row for row in packet["opinions"]
                    if row["decision"] == "send_back" and row["snapshot"] == one["number"] - 1]  # fmt: skip
        if not returned or set(returned[-1]["reasons"]) != set(replies) or not all(map(str.strip, replies.values())):
            wrong.append(one["number"])
        n += len(replies)
    if wrong:
        return Check(False, _("The replies of a version do not fit its return: version %(numbers)s.") % _listed(wrong))
    return Check(True, ngettext("%(n)d reply fits the return it answers.",
                                "%(n)d replies fit the returns they answer.", n) % {"n": n})  # fmt: skip


def _rule_sets(packet: Packet) -> Check:
    wrong = []
    for digest, one in packet["rule_sets"].items():
        rules = loader.load_canonical(one["content"])
        named = (rules.code, rules.version) == (one["code"], one["version"])
        if snapshots.digest(one["content"]) != digest or rules.hash != digest or not named:
            wrong.append(f"{one['code']} {one['version']}")
    if wrong:
        return Check(False, _("A rule set does not fit its hash: %(numbers)s.") % _listed(wrong))
    named = listed(f"{one['code']} {one['version']}" for one in packet["rule_sets"].values())
    return Check(True, _("The rules fit their hashes: %(rules)s.") % {"rules": named})


def _screenings(packet: Packet) -> Check:
    """Compute every screening again from what the packet holds."""
    signed = {one["number"]: one["content"] for one in packet["snapshots"]}
    wrong = []
    for one in packet["screenings"]:
        rules = loader.load_canonical(packet["rule_sets"][one["rule_set"]]["content"])
        now = replaying.computed(rules, json.loads(signed[one["snapshot"]]), one["context"])
        clauses = [clause for clause, _stored, _now in replaying.different_clauses(one["findings"], now)]
        if clauses or one["counts"] != replaying.counts(now):
            wrong.append(_("%(number)d (clauses %(clauses)s)") % {
                "number": one["number"], "clauses": listed(clauses) or "—"})  # fmt: skip
    engines = {one["engine_version"] for one in packet["screenings"]} - {ENGINE_VERSION}
    if wrong:
        says = _("Computed again, a screening comes out differently: %(numbers)s.") % _listed(wrong)
        if engines:
            says += _(" It was made by another version of the rulebook (%(versions)s; here: %(here)s).") % {
                "versions": listed(sorted(engines)), "here": ENGINE_VERSION}  # fmt: skip
        return Check(False, says)
    n, clauses = len(packet["screenings"]), sum(len(one["findings"]) for one in packet["screenings"])
    return Check(n > 0, ngettext("%(n)d screening computed again: all %(clauses)d findings are the same.",
                                 "%(n)d screenings computed again: all %(clauses)d findings are the same.", n)
                 % {"n": n, "clauses": clauses})  # fmt: skip


def _opinions(packet: Packet) -> Check:
    """Every opinion rests on a version and a screening of the packet; it and its event stand for each other."""
    versions = {one["number"] for one in packet["snapshots"]}
    screened = {one["number"]: one["snapshot"] for one in packet["screenings"]}
    decided = tied.decided(packet)
    wrong = [] if len(decided) == len(packet["opinions"]) else [len(packet["opinions"]) + 1]
    for place, (one, act) in enumerate(zip(packet["opinions"], decided, strict=False)):
        said = _said(one["decision"], one, {"role": one["by"]["role"], "actor": one["by"]["name"],
                                            "authority": one["by"]["authority"]})  # fmt: skip
        rests = one["snapshot"] in versions and screened.get(one["screening"]) == one["snapshot"]
        acted = _said(act["action"].removeprefix("applications."), act, act)
        if not (rests and said == acted and tied.of_an_opinion(one, act, packet["opinions"][:place])):
            wrong.append(one["number"])
    if wrong:
        return Check(False, _("An opinion does not fit the history or what it rests on: %(numbers)s.") % _listed(wrong))
    n = len(packet["opinions"])
    return Check(True, ngettext("%(n)d opinion stands in the history as given.",
                                "%(n)d opinions stand in the history as given.", n) % {"n": n})  # fmt: skip


def _said(decision: str, act: Packet, actor: Packet) -> tuple:
    """Return what was decided by whom and why."""
    judged = act.get("judgements") or {}
    said = decision, sorted(act["reasons"]), act["words"], judged
    return *said, actor["role"], actor["authority"], actor["actor"]


def _events(packet: Packet) -> Check:
    """Follow the chain: every hash fits its event, and every event names the hash of the one before it."""
    previous, expected, proven, wrong = "", 1, 0, []
    for one in (event for event in packet["events"] if "hash" in event):
        values = one.get("values", {}) if "secrets" in one else one
        fits = values["number"] == expected and values["previous_hash"] == previous
        if "secrets" in one:
            fits &= sealing.digest_of_disclosed(values, one["secrets"], one["seals"]) == one["hash"]
            fits &= set(values) == set(one["secrets"]) and not set(values) & set(one["seals"])
            proven += 1
        if not fits:
            wrong.append(expected)
        previous, expected = one["hash"], expected + 1
    wrong += [place for place in tied.misplaced(packet) if place not in wrong]
    signed = {one["number"]: one["digest"] for one in packet["snapshots"]}
    submitted = {
        one["values"]["details"]["number"]: one["values"]["details"]["snapshot"]
        for one in packet["events"]
        if one.get("values", {}).get("action") == "applications.submit"
    }
    if wrong:
        return Check(False, _("The chain of the history is broken at event %(numbers)s.") % _listed(wrong))
    if signed != submitted:
        return Check(False, _("The history names other versions than those that were signed."))
    untold = sum("hash" not in event for event in packet["events"])
    says = ngettext("The chain of the history holds: %(n)d event, %(proven)d of them told in this packet.",
                    "The chain of the history holds: %(n)d events, %(proven)d of them told in this packet.",
                    expected - 1) % {"n": expected - 1, "proven": proven}  # fmt: skip
    if untold and not is_to_be_released(packet):
        says += ngettext(" %(n)d later event is told without proof, and stays so; the ministry's packet proves it.",
                         " %(n)d later events are told without proof, and stay so; the ministry's packet proves them.",
                         untold) % {"n": untold}  # fmt: skip
    elif untold:
        says += ngettext(" %(n)d later event is told without proof, until the result is published.",
                         " %(n)d later events are told without proof, until the result is published.",
                         untold) % {"n": untold}  # fmt: skip
    unsealed = sum("values" in event and "hash" in event and "secrets" not in event for event in packet["events"])
    if unsealed:
        says += ngettext(" %(n)d event is older than the sealing of events and told without proof.",
                         " %(n)d events are older than the sealing of events and told without proof.",
                         unsealed) % {"n": unsealed}  # fmt: skip
    return Check(expected > 1 or untold > 0, says, is_proven=not (untold or unsealed))


def is_to_be_released(packet: Packet) -> bool:
    """Say whether a later packet proves what this one tells without proof; of a disqualified case none ever does."""
    untold = any("hash" not in event for event in packet["events"])
    return untold and packet["application"]["state"] != State.DISQUALIFIED


def _parts(packet: Packet) -> Check:
    """Nothing is in the packet that packets of its format do not hold."""
    contents = [json.loads(one["content"]) for one in packet["snapshots"]]
    strangers = list(tied.strangers(packet))
    if strangers:
        return Check(False, _("The packet holds what packets do not: %(numbers)s.") % _listed(strangers))
    if packet["format"] == 1 and tied.is_younger(packet, contents):
        return Check(False, _("The packet says it is of format 1, but holds what is younger than that format."))
    return Check(True, _("Every part of the packet is one that packets of its format hold."))


def _told(packet: Packet) -> Check:
    """State, versions, notices and title are as the history and what was signed tell them."""
    contents = [json.loads(one["content"]) for one in packet["snapshots"]]
    wrong = [
        *tied.of_the_case(packet, contents[-1]),
        *tied.of_the_versions(packet, contents),
        *tied.of_the_result(packet),
    ]
    if wrong:
        return Check(False, _("The history or what was signed tells otherwise: %(numbers)s.") % _listed(wrong))
    says = _("State, versions, notices and title are as the history tells them. Told without proof: %(numbers)s.")
    words = {
        "made": _("when and for whom this packet was made"),
        "called": _("how the case and its people were called"),
        "case": _("province, programme and document of the call"),
        "notices": _("the public notices"),
        "days": _("the days of the public notice"),
        "title": _("name and validity of the title"),
        "register": _("later changes of the register"),
    }
    return Check(True, says % _listed([words[part] for part in tied.unproven(packet)]))


def _pages(packet: Packet, pdf: bytes) -> Check:
    """Print the packet again and compare: what the pages show is what the packet says.

    Only pages that our own wording printed can be called altered. The file itself says which wording that was, so
    that a forger may say another: then the pages are not compared, and the whole is not in order but incomplete.
    """
    mark = _mark_of(pdf)
    read_the_same = False
    for lang in document.LANGUAGES:
        again = document.printed(packet, lang, mark).pdf
        if again == pdf:
            return Check(True, _("The pages show what the packet says: printed again, the file is the same."))
        read_the_same |= _is_of_another_version(pdf, again) and _reads_the_same(pdf, again)
    if read_the_same:
        return Check(True, _("The text of the pages is what the packet says; another version of the printing program "
                             "made the file, so that only the text could be compared."), is_whole=False)  # fmt: skip
    if mark != wording.ours():
        return Check(True, _("The pages were printed by another version and were not compared."), is_whole=False)
    return Check(False, _("Printed again, the packet looks different: the pages were altered. What counts is the "
                          "packet inside."))  # fmt: skip


def _mark_of(pdf: bytes) -> str:
    """Return the digest of the wording that printed the file, empty where it names none that could be one."""
    said = reading.keywords(pdf)
    return said if re.fullmatch(r"[0-9a-f]{64}", said) else ""


def _is_of_another_version(pdf: bytes, again: bytes) -> bool:
    made_by = reading.made_by(pdf)
    return re.fullmatch(r"Typst \d+\.\d+\.\d+", made_by) is not None and made_by != reading.made_by(again)


def _reads_the_same(pdf: bytes, again: bytes) -> bool:
    """Compare the text of two files; pictures and notes could cover it, so that there must be as many."""
    return all(ask(pdf) == ask(again) for ask in (reading.pages_of, reading.laid_over))


def _listed(numbers: list) -> dict[str, str]:
    return {"numbers": listed(numbers)}


# What each format is asked: one that could not hold a thing is never asked for it.
FORMAT_1 = (_parts, _snapshots, _rule_sets, _screenings, _opinions, _events, _told)
CHECKS = {1: FORMAT_1, 2: (*FORMAT_1, _register, _replies)}
