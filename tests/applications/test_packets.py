"""The decision packet: complete, as far as the reader may know, on record, and readable on paper."""

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import Role
from applications.actions import county, ministry, province
from applications.actions.packets import take_packet
from applications.enums import Reason, State
from applications.figures import table_of
from applications.models import Application, NoticeEntry
from applications.packets import content, document, reading, verifying
from applications.snapshots import canonical
from audit.models import Event
from printing import reading as pdf_reading
from rulebook import ENGINE_VERSION
from tests.applications.pages import browser
from tests.applications.test_secrecy import SECRETS
from tests.factories import ClusterFactory, OfficeFactory
from tests.security.asking import undone
from tests.situations import (
    IN_STATE,
    county_of,
    drafted,
    end_notice,
    fresh,
    in_notice,
    province_of,
    recognised,
    recommended,
    returned,
    submitted,
    tell,
)
from workflow.refusals import StepNotAllowed

pytestmark = pytest.mark.django_db
AT = timezone.now()
STORED = Path(__file__).parent / "packets_of_format_1"


def packet_for(application, office, at=AT) -> dict:
    return content.packet_of(fresh(application, office), office, at)


def address(application, form="pdf") -> str:
    return reverse("application_packet", args=[application.pk, form])


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def came_back(call, **more) -> Application:
    """Returned, corrected, submitted again and recommended."""
    application = returned(call, **more)
    by = county_of(application)
    tell(application, {"gross_output": ("60", "70", "81")}, by=by)
    application = fresh(application)
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=by)
    application = fresh(application)
    province.recommend(application, key=uuid.uuid4(), version=application.version, words="同意推荐。",
                       by=province_of(application))  # fmt: skip
    return fresh(application)


def test_a_packet_holds_every_stored_row_of_the_way(call):
    application = came_back(call)
    packet = packet_for(application, province_of(application))
    assert [one["number"] for one in packet["snapshots"]] == [1, 2]
    for told, row in zip(packet["snapshots"], application.snapshots.order_by("number"), strict=True):
        assert (told["digest"], told["content"], told["files"]) == (row.digest, row.content, [])
    assert [(one["snapshot"], one["engine_version"]) for one in packet["screenings"]] == [
        (1, ENGINE_VERSION), (2, ENGINE_VERSION),
    ]  # fmt: skip
    assert packet["screenings"][1]["findings"] == application.screening.findings
    assert [(one["decision"], one["reasons"], one["words"], one["snapshot"], one["screening"])
            for one in packet["opinions"]] == [
        ("send_back", [Reason.FIGURE_UNCLEAR], "请核对 2024 年产值。", 1, 1), ("recommend", [], "同意推荐。", 2, 2),
    ]  # fmt: skip
    assert {one["by"]["authority"] for one in packet["opinions"]} == {"山东省"}
    rules = call.rule_set
    assert packet["rule_sets"] == {
        rules.digest: {"code": rules.code, "version": rules.version, "content": rules.content}
    }
    told = [one["values"]["action"].removeprefix("applications.") for one in packet["events"] if "values" in one]
    assert told == ["open", "submit", "send_back", "submit", "recommend"]
    chain = Event.objects.filter(chain=f"applications.{application.pk}")
    assert [one["hash"] for one in packet["events"]] == list(chain.order_by("number").values_list("hash", flat=True))


def test_an_opinion_names_its_giver_as_on_that_day(call):
    application = recommended(call)
    user = application.opinions.get().office.user
    was, user.name = user.name, "改名后"
    user.save()
    packet = packet_for(application, province_of(application))
    assert packet["opinions"][0]["by"]["name"] == was
    assert all(check.is_in_order for check in verifying.check(packet))


def test_what_belongs_to_accounts_and_machines_is_only_sealed(call):
    application = recommended(call)
    Event.objects.filter(chain=f"applications.{application.pk}").exclude(action="applications.answer")
    packet = packet_for(application, province_of(application))
    told = [one for one in packet["events"] if "values" in one]
    assert told
    for one in told:
        assert {"user_id", "office_id", "address"} <= set(one["seals"])
        assert {"user_id", "office_id", "address"}.isdisjoint(one["values"])
    by_action = {one["values"]["action"]: one for one in told}
    assert "details" in by_action["applications.submit"]["values"]
    assert "details" in by_action["applications.recommend"]["seals"]  # the number of the place used
    text = canonical(packet)
    for event in Event.objects.filter(chain=f"applications.{application.pk}"):
        assert event.salt not in text


@pytest.mark.parametrize("state", [state for state in State if state not in (State.DRAFT,)])
def test_a_packet_of_every_state_proves_itself_for_everybody_who_takes_part(call, state):
    application = IN_STATE[state](call)
    offices = [county_of(application), province_of(application)]
    if application.call.ministry_stage_opened_at or state == State.RECOMMENDED:
        offices.append(OfficeFactory(ministry=True))
    for office in offices:
        packet = packet_for(application, office)
        assert [check.says for check in verifying.check(packet) if not check.is_in_order] == []
        assert packet["application"]["state"] == fresh(application, office).state_seen_by(office)
        assert packet["made_for"]["role"] == office.role


# Secrecy


@pytest.mark.parametrize("secret", SECRETS)
def test_the_packets_of_two_worlds_are_the_same_bytes_for_who_may_not_know(call, secret):
    application, _other = recommended(call), recommended(call, lead="市中区")
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    offices = [province_of(application), county_of(application)]
    knowing_before = canonical(packet_for(application, officer))
    before = [canonical(packet_for(application, office)) for office in offices]
    pages = [document.printed(json.loads(text), "zh-hans").pdf for text in before]
    secret(call, application, officer)
    take_packet(fresh(application, officer), "json", by=officer)
    assert [canonical(packet_for(application, office)) for office in offices] == before
    assert [document.printed(packet_for(application, office), "zh-hans").pdf for office in offices] == pages
    assert canonical(packet_for(application, officer)) != knowing_before


def disqualified_after(call, has_secret: bool) -> tuple:
    """Return what a province's packet tells of its own act, after a secret one of the ministry or none."""
    application = recommended(call)
    officer, reader = OfficeFactory(ministry=True), OfficeFactory(province=True, user__name="王五")
    ministry.open_stage(call, early=True, by=officer)
    if has_secret:
        ministry.shortlist(fresh(application), key=uuid.uuid4(), version=None, words="优先", by=officer)
    province.disqualify(fresh(application), key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT],
                        words="虚报", by=reader)  # fmt: skip
    packet = packet_for(application, reader)
    assert [check.says for check in verifying.check(packet) if not check.is_in_order] == []
    last = packet["events"][-1]
    assert set(last) == {"values"}
    assert (last["values"]["state_from"], last["values"]["state_to"]) == ("recommended", "disqualified")
    proven = [one for one in packet["events"] if "hash" in one]
    return (
        {name: value for name, value in last["values"].items() if name != "at"},
        [{**one, "made_at": "", "by": ""} for one in packet["opinions"]],
        len(proven), sorted(packet["events"][-1]), packet["application"]["state"],
    )  # fmt: skip


def test_what_ended_before_the_ministry_had_it_is_proven_whole(call):
    """No release comes for it, and nothing of it was ever a secret."""
    application, reader = submitted(call), OfficeFactory(province=True)
    ministry.open_stage(call, early=True, by=OfficeFactory(ministry=True))
    province.do_not_recommend(fresh(application), key=uuid.uuid4(), version=None, reasons=[Reason.OTHER],
                              words="名额有限", by=reader)  # fmt: skip
    for office in (reader, county_of(application)):
        checks = list(verifying.check(packet_for(application, office)))
        assert all(check.is_in_order and check.is_proven for check in checks)


def test_of_a_disqualified_case_nobody_is_told_to_wait_for_a_result(call, tmp_path, capsys):
    application, reader = recommended(call), OfficeFactory(province=True)
    officer, file = OfficeFactory(ministry=True), tmp_path / "packet.json"
    ministry.open_stage(call, early=True, by=officer)
    province.disqualify(fresh(application), key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT],
                        words="虚报", by=reader)  # fmt: skip
    file.write_text(canonical(packet_for(application, reader)), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(file))
    said = capsys.readouterr().out
    assert ended.value.code == 4 and "工业和信息化部的卷宗附有校验值" in said and "请与系统记录核对。" in said
    assert "结果公布后" not in said and "结果公示前" not in said
    assert all(check.is_proven for check in verifying.check(packet_for(application, officer)))


def test_an_act_after_a_secret_one_tells_nothing_of_it(call):
    """A later link would carry the hash of the secret one, and its number the fact that there is one."""
    told = []
    for has_secret in (True, False):
        with undone():
            told.append(disqualified_after(call, has_secret))
    assert told[0] == told[1]


def test_before_a_notice_starts_nobody_outside_reads_of_it_and_afterwards_everybody(call):
    application = in_notice(call, starts_in_days=3)
    office = province_of(application)
    packet = packet_for(application, office)
    assert packet["notices"] == []
    assert "公示〔2025〕1号" not in canonical(packet)
    assert packet["application"]["state"] == State.RECOMMENDED
    begun = timezone.now() - timedelta(days=1)
    NoticeEntry.objects.get(application=application)
    end_notice(application)
    Application.objects.filter(pk=application.pk).update(released_at=begun)
    packet = packet_for(application, office)
    assert [one["document_number"] for one in packet["notices"]] == ["公示〔2025〕1号"]
    assert [one["decision"] for one in packet["opinions"]] == ["recommend", "shortlist"]
    told = [one["values"]["action"] for one in packet["events"] if "values" in one]
    assert told[-2:] == ["applications.shortlist", "applications.publish"]
    assert all("hash" in one for one in packet["events"])


def test_a_county_draft_after_a_return_is_not_in_the_packet(call):
    application = returned(call)
    tell(application, {"gross_output": ("99.99", "70", "80")}, by=county_of(application))
    assert "99.99" not in canonical(packet_for(application, province_of(application)))


# The file


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_a_download_is_a_file_on_record_with_its_digest(call, form):
    application = recommended(call)
    office = province_of(application)
    response = browser(office).post(address(application, form))
    assert response.status_code == 200
    assert response["Content-Type"] == {"pdf": "application/pdf", "json": "application/json"}[form]
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    found = response.content if form == "json" else pdf_reading.attached(response.content, reading.ATTACHED)
    packet = reading.parse(found)
    event = Event.objects.get(action="applications.take_packet")
    assert (event.subject, event.office_id, event.audience) == (f"applications.{application.pk}", office.pk, "nobody")
    assert event.details == {"digest": packet["digest"], "form": form, "unprintable": []}
    assert event.chain.startswith("day:")
    assert packet["made_for"]["name"] == office.user.name
    pdf = response.content if form == "pdf" else None
    assert [check.says for check in verifying.check(packet, pdf, packet["digest"]) if not check.is_in_order] == []


def test_reading_is_not_taking(call):
    application = recommended(call)
    answer = browser(province_of(application)).get(address(application))
    assert answer["Location"] == application.get_absolute_url()
    assert not Event.objects.filter(action="applications.take_packet").exists()


def test_who_takes_no_part_gets_no_packet(call, country):
    application = submitted(call)
    application.cluster.further.add(country["单县"])
    neighbour = OfficeFactory(county=True, authority="单县")
    answers = {
        "another county": browser(OfficeFactory(county=True, authority="黄岛区")).post(address(application)),
        "another province": browser(OfficeFactory(province=True, authority="青岛市")).post(address(application)),
        "the ministry before it is recommended": browser(OfficeFactory(ministry=True)).post(address(application)),
        "an auditor": browser(OfficeFactory(role=Role.AUDITOR, authority="全国")).post(address(application)),
        "a further territory, which reads": browser(neighbour).post(address(application)),
    }
    assert {who: answer.status_code for who, answer in answers.items()} == {
        "another county": 404, "another province": 404, "the ministry before it is recommended": 404,
        "an auditor": 404, "a further territory, which reads": 403,
    }  # fmt: skip
    assert not Event.objects.filter(action="applications.take_packet").exists()


def test_a_draft_has_no_packet(call):
    application = drafted(call)
    with pytest.raises(StepNotAllowed):
        take_packet(fresh(application), "json", by=county_of(application))
    page = browser(county_of(application)).get(application.get_absolute_url() + "?read")
    assert address(application) not in page.content.decode()


def test_the_page_of_a_case_offers_both_files(call):
    application = recommended(call)
    page = browser(province_of(application)).get(application.get_absolute_url()).content.decode()
    assert address(application, "pdf") in page
    assert address(application, "json") in page


# On paper


def test_the_pages_say_what_the_packet_says(call):
    application = came_back(call)
    packet = packet_for(application, province_of(application))
    printed = document.printed(packet, "zh-hans")
    pages = pdf_reading.pages_of(printed.pdf)
    text = plain("".join(pages))
    wanted = [
        application.cluster.name, "山东省济南市历下区", "请核对 2024 年产值。", "同意推荐。", packet["digest"],
        call.rule_set.digest, *(one["digest"] for one in packet["snapshots"]), "退回补正", "已推荐", "national-2022",
        "不低于 40 亿元", "81", "情况属实。",
    ]  # fmt: skip
    assert [words for words in wanted if plain(words) not in text] == []
    assert plain(f"第 1 页，共 {len(pages)} 页") in plain(pages[0])
    assert plain(f"第 {len(pages)} 页，共 {len(pages)} 页") in plain(pages[-1])
    assert printed.unprintable == ()
    for finding in packet["screenings"][0]["findings"]:
        assert f"{finding['clause']}" in text


def test_pages_in_english_have_english_words(call):
    packet = packet_for(recognised(call), OfficeFactory(ministry=True))
    text = " ".join(pdf_reading.pages_of(document.printed(packet, "en").pdf))
    assert "Decision packet" in text
    assert "Page 1 of" in text
    assert "recognised it under" in text
    assert "决定卷宗" not in text


def test_a_name_no_typeface_has_is_printed_as_its_code_and_reported(call):
    application = recommended(call, cluster=ClusterFactory(lead="历下区", name="😀田产业集群"))
    office = province_of(application)
    taken = take_packet(fresh(application, office), "pdf", by=office)
    assert taken.unprintable == ("[U+1F600]",)
    assert Event.objects.get(action="applications.take_packet").details["unprintable"] == ["[U+1F600]"]
    assert "[U+1F600]田产业集群" in plain("".join(pdf_reading.pages_of(taken.file)))
    packet = reading.parse(pdf_reading.attached(taken.file, reading.ATTACHED))
    assert packet["application"]["cluster"] == "😀田产业集群"


def test_the_pages_show_the_figures_of_each_version_with_from_to_in_the_order_of_the_page(call):
    application = came_back(call)
    packet = packet_for(application, province_of(application))
    with translation.override("zh-hans"):
        first, second = [one for one in document.words_of(packet)["sections"] if one["kind"] == "figures"]
        page = table_of(application)
    assert (first["title"], second["title"]) == ("填报数据（第 1 稿）", "填报数据（第 2 稿）")
    assert [row[-1] for one in (first, second) for row in one["rows"] if row[0] == "集群总产值"] == ["80", "80 → 81"]
    assert not [cell for row in first["rows"] for cell in row if "→" in cell]
    assert sum("→" in cell for row in second["rows"] for cell in row) == 1
    ordered = [row.label for section in page.sections for row in section.rows if any(cell.shown for cell in row.cells)]
    assert [row[0] for row in second["rows"]] == ordered


# Statements on paper


def stored_packet(name: str, words: str, **more: str) -> dict:
    """Return a packet that is kept as test data, with these words as every statement of its newest version."""
    packet = json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))
    signed = json.loads(packet["snapshots"][-1]["content"])
    signed["statements"] = {one: {"answer": "yes", "words": words} for one in signed["statements"]}
    signed["statements"] |= {one: {"answer": "no", "words": said} for one, said in more.items()}
    packet["snapshots"][-1]["content"] = canonical(signed)
    return packet


def test_a_statement_stands_once_on_paper_beside_its_clause_and_how_it_was_judged():
    packet = stored_packet("came-back-for-province", "别的话。", **{"1.1": "支柱产业的话。", "9.9": "已无此条的话。"})
    packet["opinions"][-1]["judgements"] = {"1.1": {"verdict": "not_met", "words": "未见章程。"}}
    with translation.override("zh-hans"):
        sections = document.words_of(packet)["sections"]
    assert str(sections).count("支柱产业的话。") == str(sections).count("未见章程。") == 1
    *_before, last = [one for one in sections if one["kind"] == "screening"]
    [row] = [one for one in last["rows"] if one[0] == "1.1"]
    assert row[3].splitlines()[1:] == ["县级自评：未达标", "支柱产业的话。", "第 2 项决定的判断：未达标"]
    [others] = [one["rows"] for one in sections if one["kind"] == "statements"]
    assert others == [["9.9", "未达标\n已无此条的话。"]]  # the rules of the last screening do not have it
    assert document.printed(packet, "zh-hans").pdf


def test_replies_stand_under_the_word_for_what_was_handed_in():
    packet = stored_packet("came-back-for-province", "别的话。")
    signed = json.loads(packet["snapshots"][-1]["content"])
    signed["replies"] = {"figure_unclear": "已核对。"}
    packet["snapshots"][-1]["content"] = canonical(signed)
    with translation.override("zh-hans"):
        [replies] = [one for one in document.words_of(packet)["sections"] if one["kind"] == "replies"]
    assert replies["head"][0] == "提交稿"


def test_a_short_row_is_not_parted_between_pages_and_nothing_of_a_long_one_is_lost():
    long = "\n".join(f"第{n}行" for n in range(200))
    packet = stored_packet("recognised-for-ministry", "首行\n中\n中\n末行", **{"8.4": long})
    pages = pdf_reading.pages_of(document.printed(packet, "zh-hans").pdf)
    assert sum("首行" in page for page in pages) > 2
    assert [page.count("首行") for page in pages] == [page.count("末行") for page in pages]
    assert all(f"第{n}行" in plain("".join(pages)) for n in range(200))
