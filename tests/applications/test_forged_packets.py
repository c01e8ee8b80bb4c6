"""A forger who computes the digest anew and prints the pages anew is found by what the events and the snapshot hold."""

import json
import uuid
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db.models import F

from applications.actions import ministry, province
from applications.demo.backdating import rehash
from applications.models import PublicNotice
from applications.packets import content, document, verifying
from applications.snapshots import canonical
from audit import sealing
from audit.models import Event
from tests.applications.test_packets import came_back
from tests.factories import OfficeFactory
from tests.situations import fresh, in_notice, province_of, recognised, recommended

pytestmark = pytest.mark.django_db
AT = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
CANCELLED = {"at": "2026-12-30T00:00:00+00:00", "action": "applications.disqualify", "role": "ministry",
             "actor": "某人", "authority": "全国", "state_from": "recognised", "state_to": "disqualified",
             "reasons": ["false_statement"], "words": "取消资格"}  # fmt: skip


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> dict[str, str]:
    """A recognised case for the ministry, and one that came back for its province."""
    from django.db import transaction

    from tests.world import make_call

    with django_db_blocker.unblock(), transaction.atomic():
        call = make_call()
        reviewer, officer = OfficeFactory(province=True), OfficeFactory(ministry=True)
        returned = content.packet_of(fresh(came_back(call), reviewer), reviewer, AT)
        packets = {
            "came back": returned,
            "recognised": content.packet_of(fresh(recognised(call, lead="市中区"), officer), officer, AT),
        }
        transaction.set_rollback(True)
    return {name: canonical(packet) for name, packet in packets.items()}


def put(*way, value) -> Callable[[dict], None]:
    """Return the forgery that writes a value at a place of the packet."""

    def forge(packet):
        inside = packet
        for step in way[:-1]:
            inside = inside[step]
        assert not isinstance(inside, dict) or inside.get(way[-1]) != value
        inside[way[-1]] = value

    return forge


def never_recognised(packet):
    packet["application"]["state"], packet["opinions"] = "disqualified", []
    packet["title"]["name"] = "从未认定的集群"


def as_format_1(packet):
    packet["format"] = 1
    del packet["register"]
    packet["application"]["cluster"] = "另一产业集群"


def told(packet, action: str) -> dict:
    return next(one for one in packet["events"] if one.get("values", {}).get("action") == f"applications.{action}")


def withheld_title(packet):
    """Only the seal of the title is left in its event, as if the event were older."""
    act = told(packet, "recognise")
    act["seals"]["title_granted"] = sealing.seal(act["secrets"].pop("title_granted"), act["values"]["title_granted"])
    del act["values"]["title_granted"]
    packet["title"]["name"] = "另一产业集群"


def unsealed_decision(packet):
    """An event under its own hash, in other words and without its proof."""
    act = told(packet, "recognise")
    act |= {"number": act["values"]["number"], "previous_hash": act["values"]["previous_hash"],
            "values": CANCELLED | {"state_from": "in_public_notice"}}  # fmt: skip
    del act["secrets"], act["seals"]
    packet["application"]["state"], packet["title"] = "disqualified", None
    packet["opinions"][-1] |= {"decision": "disqualify", "reasons": ["false_statement"], "words": "取消资格",
                               "by": {"role": "ministry", "authority": "全国", "name": "某人"}}  # fmt: skip
    packet["opinions"][-1]["made_at"] = CANCELLED["at"]


def hidden_return(packet):
    """The return becomes a bare link, and its opinion goes."""
    act = told(packet, "send_back")
    values = act["values"]
    at = packet["events"].index(act)
    packet["events"][at] = {name: values[name] for name in ("number", "previous_hash")} | {"hash": act["hash"]}
    del packet["opinions"][0]
    packet["opinions"][0] |= {"number": 1}


def without_proof(packet):
    """Every event is told as from before the sealing, and what events hold since is left out."""
    for one in packet["events"]:
        if "values" in one:
            values = one.pop("values")
            one |= {"number": values["number"], "previous_hash": values["previous_hash"]}
            shown = content.SHOWN_UNPROVEN - content.SEALED_APART | ({"details"} & set(values))
            one["values"] = {name: values[name] for name in shown}
            one.pop("secrets", None), one.pop("seals", None)


def of_another_time(*times: str | None) -> Callable[[dict], None]:
    """Return the forgery that adds a change of the register at each of these times, one going on from the other."""

    def forge(packet):
        facts = json.loads(packet["snapshots"][-1]["content"])["cluster"]
        said = {"niche": facts["niche"], "lead": facts["lead"]["name"]}
        for at in times:
            fact = "niche" if at else "lead"
            packet["register"].append({"at": at, "fact": fact, "from": said[fact], "to": f"{said[fact]}改"})
            said[fact] += "改"

    return forge


def unchanged_fact(packet):
    """A change of the register, in its time, after which its fact reads as before."""
    niche = json.loads(packet["snapshots"][-1]["content"])["cluster"]["niche"]
    packet["register"].append({"at": "2027-01-05T08:00:00+00:00", "fact": "niche", "from": niche, "to": niche})


STATELESS = CANCELLED | {"action": "applications.look", "state_from": "", "state_to": "", "reasons": []}
FORGERIES = {
    "the name of the cluster": put("application", "cluster", value="另一产业集群"),
    "the name of the lead": put("application", "lead", "name", value="别处"),
    "the code of the lead": put("application", "lead", "code", value="370102"),
    "a change of the register that changes nothing": unchanged_fact,
    "a change of the register before it was signed": of_another_time("2020-01-01T00:00:00+00:00"),
    "a change of the register after the packet": of_another_time("2027-01-05T09:02:00+00:00"),
    "changes of the register out of order": of_another_time("2027-01-05T08:00:00+00:00", "2027-01-05T07:00:00+00:00"),
    "a change with a time after one without": of_another_time(None, "2027-01-05T08:00:00+00:00"),
    "another end": never_recognised,
    "the state": put("application", "state", value="declined"),
    "the kind": put("application", "kind", value="reverification"),
    "the number of the case": put("application", "number", value=999999),
    "when it was submitted": put("application", "submitted_at", value="2020-01-01T00:00:00+00:00"),
    "when it was opened": put("application", "opened_at", value="2020-01-01T00:00:00+00:00"),
    "a due date": put("application", "due_at", value="2026-12-30T00:00:00+00:00"),
    "the name of the title": put("title", "name", value="从未认定的集群"),
    "the days of the title": put("title", "valid_from", value="2020-01-01"),
    "the end of the title": put("title", "valid_to", value="2099-01-01"),
    "the batch of the title": put("title", "batch", value=2020),
    "the document of the title": put("title", "document_number", value="工信部企业函〔2020〕9号"),
    "no title": put("title", value=None),
    "the number of the notice": put("notices", 0, "document_number", value="公示〔2020〕9号"),
    "the first day of the notice": put("notices", 0, "starts_on", value="2020-01-01"),
    "the last day of the notice": put("notices", 0, "ends_on", value="2099-01-01"),
    "the working days of the notice": put("notices", 0, "working_days", value=1),
    "an upheld objection": put("notices", 0, "outcome", value="upheld"),
    "words of an objection": put("notices", 0, "words", value="已核查。"),
    "when objections were recorded": put("notices", 0, "recorded_at", value="2020-01-01T00:00:00+00:00"),
    "a notice too many": lambda packet: packet["notices"].append(packet["notices"][0]),
    "no notices": put("notices", value=[]),
    "when a version was submitted": put("snapshots", 0, "submitted_at", value="2020-01-01T00:00:00+00:00"),
    "who submitted a version": put("snapshots", 0, "submitted_by", "name", value="别人"),
    "files of a version": put("snapshots", 0, "files", value=["0" * 64]),
    "the form of a version": put("snapshots", 0, "form_version", value="another"),
    "when it was screened": put("screenings", 0, "made_at", value="2020-01-01T00:00:00+00:00"),
    "when an opinion was given": put("opinions", 0, "made_at", value="2020-01-01T00:00:00+00:00"),
    "the level of an opinion": put("opinions", 0, "level", value="ministry"),
    "the due date of an opinion": put("opinions", 0, "due_at", value="2026-12-30T00:00:00+00:00"),
    "what an opinion replaces": put("opinions", 0, "replaces", value=7),
    "no opinions": put("opinions", value=[]),
    "the last opinion removed": lambda packet: packet["opinions"].pop(),
    "the order of opinions": lambda packet: packet["opinions"].reverse(),
    "the province": put("application", "province", "name", value="别省"),
    "a sample that is none": lambda packet: put("application", "programme", "sample", value=not packet["application"][
        "programme"]["sample"])(packet),
    "the document of the call": put("application", "call", "document_number", value="工信厅〔2020〕9号"),
    "a change of the register": lambda packet: packet["register"].append({
        "at": None, "fact": "name", "from": packet["application"]["cluster"], "to": "另一产业集群"}),
    "an event without proof": lambda packet: packet["events"].append({"values": CANCELLED}),
    "an event without proof that changes no state": lambda packet: packet["events"].append({"values": STATELESS}),
    "an older format": as_format_1,
    "an unknown part": put("more", value=1),
    "an unknown part of the case": put("application", "more", value=1),
    "an unknown part of an opinion": put("opinions", 0, "more", value=1),
    "a title whose seal alone is left": withheld_title,
    "an event that lost its proof": unsealed_decision,
}  # fmt: skip


def forged(text: str, forgery: Callable[[dict], object]) -> dict:
    packet = deepcopy(json.loads(text))
    forgery(packet)
    return packet | {"digest": verifying.digest_of(packet)}


def test_later_changes_of_the_register_in_their_time_are_in_order(made):
    """What the forgeries of their times differ from."""
    forgery = of_another_time("2027-01-05T07:00:00+00:00", "2027-01-05T16:30:00+08:00", None)
    checks = verifying.check(forged(made["recognised"], forgery))
    assert [check.says for check in checks if not check.is_in_order] == []


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_packet_is_not_in_order(made, forgery, tmp_path):
    file = tmp_path / "packet.json"
    file.write_text(canonical(forged(made["recognised"], forgery)), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(file))
    assert ended.value.code == 1


def test_a_forged_packet_that_is_printed_anew_is_not_in_order(made, tmp_path):
    file = tmp_path / "packet.pdf"
    file.write_bytes(document.printed(forged(made["recognised"], never_recognised), "zh-hans").pdf)
    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(file))
    assert ended.value.code == 1


def status(packet: dict, tmp_path) -> int:
    """Return the exit status of the command for a packet."""
    file = tmp_path / "packet.json"
    file.write_text(canonical(packet), encoding="utf-8")
    try:
        call_command("verify", str(file))
    except SystemExit as ended:
        return ended.code
    return 0


def test_a_chain_told_wholly_without_proof_is_never_called_in_order(call, tmp_path, capsys):
    row = recommended(call)
    packet = content.packet_of(fresh(row, province_of(row)), province_of(row), AT)
    assert status(packet, tmp_path) == 0
    assert status(forged(canonical(packet), without_proof), tmp_path) == 4
    said = capsys.readouterr().out.splitlines()
    assert "部分记录未附证明" in said[-1] and any(line.startswith("未证明") for line in said)


def test_what_no_event_held_before_the_sealing_is_not_told_without_proof(made, tmp_path):
    assert status(forged(made["came back"], without_proof), tmp_path) == 1  # its second version replies to a return

    def with_its_title(packet):
        title = told(packet, "recognise")["values"]["title_granted"]
        without_proof(packet)
        told(packet, "recognise")["values"]["title_granted"] = title

    assert status(forged(made["recognised"], with_its_title), tmp_path) == 1


def test_an_honest_packet_with_events_told_without_proof_ends_with_four(call, tmp_path):
    row, officer = recommended(call), OfficeFactory(ministry=True)
    office = province_of(row)
    ministry.open_stage(call, early=True, by=officer)
    province.disqualify(fresh(row), key=uuid.uuid4(), version=None, reasons=["other"], words="查实。", by=office)
    ended = content.packet_of(fresh(row, office), office, AT)
    assert any("hash" not in one for one in ended["events"]) and status(ended, tmp_path) == 4


def test_a_return_cannot_be_hidden(made):
    packet = forged(made["came back"], hidden_return)
    assert [check.says for check in verifying.check(packet) if not check.is_in_order]


@pytest.mark.parametrize("name", ["recognised", "came back"])
def test_an_honest_packet_is_in_order_and_says_what_it_cannot_prove(made, name):
    checks = list(verifying.check(json.loads(made[name])))
    assert [check.says for check in checks if not check.is_in_order] == []
    (said,) = [check.says for check in checks if "本卷宗的制作时间和制作对象" in check.says]
    assert "公示期起止日期" not in said
    assert "认定名称" not in said


def test_the_days_of_a_notice_that_are_changed_in_its_table_are_found_in_every_later_packet(call, tmp_path):
    row, officer = in_notice(call), OfficeFactory(ministry=True)

    def packet() -> dict:
        return content.packet_of(fresh(row, officer), officer, AT)

    assert status(packet(), tmp_path) == 0
    PublicNotice.objects.update(ends_on=F("ends_on") - timedelta(days=1))
    wrong = [one.says for one in verifying.check(packet()) if not one.is_in_order]
    assert len(wrong) == 1 and "notices.ends_on" in wrong[0]


def test_a_notice_published_before_its_days_were_sealed_is_in_order_and_told_without_proof_of_them(call):
    row, officer = in_notice(call), OfficeFactory(ministry=True)
    Event.objects.filter(action="applications.publish").update(details={})
    rehash(list(Event.objects.filter(chain=f"applications.{row.pk}").order_by("number")))
    checks = list(verifying.check(content.packet_of(fresh(row, officer), officer, AT)))
    assert all(one.is_in_order for one in checks)
    assert any("未附证明" in one.says and "公示期起止日期" in one.says for one in checks)
