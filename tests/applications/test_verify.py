"""manage.py verify: a packet proves itself without a database, and every change of it is found."""

import io
import json
import os
import random
import subprocess
import sys
import uuid
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pypdf.annotations
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.packets import content, document, reading, verifying
from applications.snapshots import canonical, digest
from printing import reading as pdf_reading
from programmes.models import Waiver
from rulebook import loader
from tests.applications.test_packets import came_back
from tests.examples import examples
from tests.factories import OfficeFactory
from tests.situations import GOOD, fresh, recognised, recommended

pytestmark = pytest.mark.django_db  # without it pytest-django makes no database, and the fixture would use the real one
ROOT = Path(__file__).resolve().parent.parent.parent
AT = datetime(2025, 7, 15, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored(django_db_setup, django_db_blocker) -> dict[str, str]:
    """Three packets, made once: a case that came back and a waived one for their province, one for the ministry."""
    from django.db import transaction
    from django.test import override_settings

    from tests.world import make_call

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=hashers), transaction.atomic():
        call = make_call()
        province, ministry = OfficeFactory(province=True), OfficeFactory(ministry=True)
        made = {
            "came back": canonical(content.packet_of(fresh(came_back(call), province), province, AT)),
            "recognised": canonical(content.packet_of(fresh(recognised(call, lead="市中区"), ministry), ministry, AT)),
            "waived": canonical(content.packet_of(fresh(waived(make_call(year=2024)), province), province, AT)),
        }
        transaction.set_rollback(True)
    return made


def waived(call):
    """Recommended from a place for which a clause it misses is waived."""
    lead = OfficeFactory(county=True).authority
    Waiver.objects.create(
        call=call, clause="1.3", place=lead, path=lead.placements.get(scheme=call.programme.scheme).path,
        reason="西部地区适当放宽", document_number="工信厅〔2025〕3号", public_line="占地面积一条已豁免。",
        granted_by=OfficeFactory(ministry=True), key=uuid.uuid4(),
    )  # fmt: skip
    return recommended(call, figures=GOOD | {"area_km2": ("", "", "160")})


@pytest.fixture(params=["came back", "recognised", "waived"])
def packet(stored, request) -> dict:
    """Return one of the packets, as it is read from its file."""
    return json.loads(stored[request.param])


def failing(packet, **more) -> list[str]:
    return [check.says for check in verifying.check(packet, **more) if not check.is_in_order]


def resealed(packet: dict) -> dict:
    """Return the packet with the digest of its changed content, as a forger would make it."""
    return packet | {"digest": verifying.digest_of(packet)}


# The command


def run(*arguments, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "verify", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_a_packet_is_verified_without_a_database(packet, tmp_path):
    """The database named here does not exist: a single query would fail."""
    nowhere = dict.fromkeys(("DATABASE_URL", "DATABASE_APP_URL"), "postgresql://nobody@127.0.0.1:1/none")
    as_json, as_pdf = tmp_path / "packet.json", tmp_path / "packet.pdf"
    as_json.write_text(canonical(packet), encoding="utf-8")
    as_pdf.write_bytes(document.printed(packet, "zh-hans").pdf)
    for file, lines in ((as_json, 11), (as_pdf, 12)):
        answer = run(file, **nowhere)
        assert (answer.returncode, answer.stderr) == (0, ""), answer.stdout
        said = answer.stdout.splitlines()
        assert len(said) == lines
        assert said[-1] == "卷宗核验通过。"
        assert all(line.startswith("相符") for line in said[:-1])


def test_a_changed_packet_ends_with_one(packet, tmp_path, capsys):
    packet["application"]["cluster"] += "。"
    file = tmp_path / "packet.json"
    file.write_text(canonical(packet), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(file))
    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines()[-1] == "卷宗核验未通过。"


@pytest.mark.parametrize(
    "written",
    [b"", b"{}", b"[]", b"null", b"{", b"\xff\xfe", b'{"kind": "jiqun-decision-packet"}', b"%PDF-1.7 broken",
     b'{"kind":"jiqun-decision-packet","format":1,"format":1}', b'{"kind":"jiqun-decision-packet","format":2}',
     b'{"kind": NaN}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_packet_is_refused_in_one_sentence_with_two(tmp_path, written):
    file = tmp_path / "packet"
    file.write_bytes(written)
    with pytest.raises(CommandError) as refusal:
        call_command("verify", str(file))
    assert refusal.value.returncode == 2
    assert str(refusal.value).endswith("。")


def test_two_values_under_one_name_are_refused(packet):
    """One reader would take the first, another the last."""
    text = canonical(packet)
    assert reading.parse(text.encode()) == packet
    with pytest.raises(reading.UnreadablePacket):
        reading.parse(f'{{"made_at":"2020-01-01T00:00:00+00:00",{text[1:]}'.encode())


def test_a_file_that_is_not_there_is_refused_with_two(tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("verify", str(tmp_path / "none.json"))
    assert refusal.value.returncode == 2


def test_the_printed_digest_can_be_asked_for(packet):
    assert failing(packet, digest=packet["digest"].upper()) == []
    assert len(failing(packet, digest="0" * 64)) == 1


# Tampering


def leaves(value, way=()):
    """Yield the way to every value of the packet that is no list and no mapping."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if pairs is None:
        yield way
        return
    for name, one in pairs:
        yield from leaves(one, (*way, name))


def changed(value, chance: random.Random):
    """Return another value of a kind a forger would write."""
    if isinstance(value, bool) or value is None:
        return "x" if value is None else not value
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 10])
    if not value:
        return "x"
    at = chance.randrange(len(value))
    return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


def put(packet: dict, way: tuple, value) -> dict:
    """Return the packet with one value exchanged."""
    copy = deepcopy(packet)
    inside = copy
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = value
    return copy


@settings(max_examples=examples(60, 300), deadline=None)
@given(seed=st.integers(0, 2**32), which=st.sampled_from(["came back", "recognised", "waived"]))
def test_every_changed_value_is_found(stored, seed, which):
    chance, packet = random.Random(seed), json.loads(stored[which])
    way = chance.choice(list(leaves(packet)))
    inside = packet
    for step in way:
        inside = inside[step]
    forged = put(packet, way, changed(inside, chance))
    assert forged != packet
    try:
        found = failing(reading.parse(canonical(forged).encode()))
    except reading.UnreadablePacket:
        return
    assert found != [], way


@settings(max_examples=examples(60, 300), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_changed_byte_is_found(stored, seed):
    chance, file = random.Random(seed), bytearray(stored["recognised"].encode())
    at = chance.randrange(len(file))
    file[at] ^= 1 << chance.randrange(8)
    try:
        packet = reading.parse(bytes(file))
    except reading.UnreadablePacket:
        return
    assert failing(packet) != [], at


def removed_and_added(packet: dict):
    """Yield forged packets from which something was taken or to which something was added."""
    for name in ("snapshots", "screenings", "opinions", "events"):
        for at in range(len(packet[name])):
            yield f"{name} {at} removed", packet | {name: packet[name][:at] + packet[name][at + 1 :]}
        yield f"{name} doubled", packet | {name: [*packet[name], packet[name][-1]]}
    yield "a part added", packet | {"more": 1}


def test_what_is_removed_or_added_is_found(packet):
    assert [how for how, forged in removed_and_added(packet) if failing(forged) == []] == []


def test_a_forger_who_computes_the_digest_anew_is_found_by_the_other_checks(packet):
    """The digest proves nothing by itself: each part is held by another one."""
    first = packet["screenings"][0]
    at = next(n for n, one in enumerate(first["findings"]) if one["clause"] == "1.4")
    signed = json.loads(packet["snapshots"][0]["content"])
    figure = put(signed, ("figures", "gross_output", "2024"), "999")
    rules, told = next(iter(packet["rule_sets"])), next(n for n, one in enumerate(packet["events"]) if "secrets" in one)
    said = put(signed, ("statements", "1.1", "words"), "另一句话。")
    held = json.loads(packet["rule_sets"][rules]["content"]) | {"approved_by": "别人"}
    forgeries = {
        "a statement": put(packet, ("snapshots", 0, "content"), canonical(said)),
        "a statement with its digest": put(
            put(packet, ("snapshots", 0, "content"), canonical(said)), ("snapshots", 0, "digest"),
            digest(canonical(said)),
        ),
        "who approved the rules": put(packet, ("rule_sets", rules, "content"), canonical(held)),
        "a finding": put(packet, ("screenings", 0, "findings", at, "state"), "not_met"),
        "a value of a finding": put(packet, ("screenings", 0, "findings", at, "value"), "99"),
        "the counts": put(packet, ("screenings", 0, "counts", "met"), 31),
        "a figure": put(packet, ("snapshots", 0, "content"), canonical(figure)),
        "a figure with its digest": put(
            put(packet, ("snapshots", 0, "content"), canonical(figure)),
            ("snapshots", 0, "digest"), digest(canonical(figure)),
        ),
        "the rules": put(packet, ("rule_sets", rules, "content"),
                         packet["rule_sets"][rules]["content"].replace('"40"', '"50"')),
        "the words of an opinion": put(packet, ("opinions", 0, "words"), "不同意。"),
        "the decision": put(packet, ("opinions", 0, "decision"), "disqualify"),
        "who decided": put(packet, ("opinions", 0, "by", "name"), "别人"),
        "on which screening": put(packet, ("opinions", 0, "screening"), 7),
        "an event": put(packet, ("events", told, "values", "actor"), "别人"),
        "the time of an event": put(packet, ("events", told, "values", "at"), "2020-01-01T00:00:00+00:00"),
        "an event left out": packet | {"events": [one for n, one in enumerate(packet["events"]) if n != told]},
        "an opinion left in for a removed event": packet | {"events": packet["events"][:-1] if "secrets" not in
                                                            packet["events"][-1] else packet["events"][:-2]},
    }  # fmt: skip
    assert [name for name, forged in forgeries.items() if failing(resealed(forged)) == []] == []


@pytest.mark.parametrize(("reply", "is_in_order"), [("已补正。", True), (" ", False)])
def test_an_empty_reply_answers_no_reason_of_a_return(reply, is_in_order):
    versions = [{"number": 1, "content": "{}"},
                {"number": 2, "content": json.dumps({"replies": {"figure_unclear": reply}})}]  # fmt: skip
    opinions = [{"decision": "send_back", "snapshot": 1, "reasons": ["figure_unclear"]}]
    assert verifying._replies({"snapshots": versions, "opinions": opinions}).is_in_order == is_in_order


def test_a_wrong_finding_is_named_with_its_clause(packet):
    at = next(n for n, one in enumerate(packet["screenings"][0]["findings"]) if one["clause"] == "1.7")
    (found,) = failing(resealed(put(packet, ("screenings", 0, "findings", at, "gap"), "0")))
    assert "1.7" in found


def test_a_waiver_is_told_and_cannot_be_taken_from_a_packet_or_changed(stored):
    packet = json.loads(stored["waived"])
    (screening,) = packet["screenings"]
    (found,) = [one for one in screening["findings"] if one["state"] == "waived"]
    assert found["clause"] == "1.3"
    (waiver,) = screening["context"]["waivers"]
    assert (waiver["clause"], waiver["reason"], waiver["document"]) == ("1.3", "西部地区适当放宽", "工信厅〔2025〕3号")
    assert waiver["authority"]
    text = "".join("".join(pdf_reading.pages_of(document.printed(packet, "zh-hans").pdf)).split())
    assert "豁免：第1.3条" in text
    assert "西部地区适当放宽" in text
    without = screening["context"] | {"waivers": []}
    otherwise = screening["context"] | {"waivers": [waiver | {"reason": "其他"}]}
    for context in (without, otherwise):
        assert len(failing(resealed(put(packet, ("screenings", 0, "context"), context)))) == 1


# Paper


def test_pages_that_show_something_else_are_found(packet):
    """The data inside are intact; only what a reader sees was exchanged."""
    honest = document.printed(packet, "zh-hans").pdf
    forged = deepcopy(packet)
    forged["application"]["province"]["name"] = "别处"
    words = document.words_of

    def other_words(_packet):
        return words(forged)

    document.words_of = other_words
    try:
        shown_otherwise = document.printed(packet, "zh-hans").pdf
    finally:
        document.words_of = words
    assert failing(packet, pdf=honest) == []
    assert failing(packet, pdf=document.printed(packet, "en").pdf) == []
    assert len(failing(packet, pdf=shown_otherwise)) == 1
    at = honest.rindex(b"stream\n") + 20
    assert failing(packet, pdf=honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1 :]) != []


def by_another_version(pdf: bytes) -> bytes:
    """Return the file as another version of typst would sign it, in as many bytes."""
    version = pdf_reading.made_by(pdf)
    other = version[:-1] + ("0" if version[-1] != "0" else "1")
    return pdf.replace(version.encode(), other.encode())


def test_of_a_file_of_another_typst_the_text_is_compared(packet):
    honest = by_another_version(document.printed(packet, "zh-hans").pdf)
    *_others, pages = verifying.check(packet, honest)
    assert pages.is_in_order
    assert "因此只比对了文字" in pages.says
    covered = pypdf.PdfWriter(clone_from=io.BytesIO(honest))
    covered.add_annotation(0, pypdf.annotations.FreeText(text="不予认定", rect=(50, 550, 200, 650)))
    file = io.BytesIO()
    covered.write(file)
    found = failing(packet, pdf=file.getvalue())
    assert len(found) == 1
    other = deepcopy(packet)
    other["application"]["province"]["name"] = "别处"
    assert len(failing(packet, pdf=by_another_version(document.printed(other, "zh-hans").pdf))) == 1


def test_pages_of_another_version_that_were_not_compared_end_with_three(packet, tmp_path, capsys):
    """The pages say something else by the words of another version: nothing is said of them but that."""
    file = tmp_path / "packet.pdf"
    file.write_bytes(by_another_version(document.printed(packet, "zh-hans").pdf))
    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(file))
    assert ended.value.code == 3
    said = capsys.readouterr().out
    assert "未比对" in said and "卷宗核验通过。" not in said


def test_the_order_in_which_a_packet_is_held_changes_no_page(packet):
    """What was printed from rows is printed again from the file, whose names are sorted."""
    other = loader.load("yunnan-2023")
    told = {"code": other.code, "version": other.version, "content": other.canonical_json}
    packet["rule_sets"][other.hash] = told
    forwards = document.printed(packet, "zh-hans").pdf
    packet["rule_sets"] = dict(reversed(packet["rule_sets"].items()))
    assert document.printed(packet, "zh-hans").pdf == forwards
