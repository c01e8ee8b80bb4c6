"""The reviewer's judgement of the clauses that people judge: written, agreed to, sealed with the decision, carried."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions import county, judging, ministry, province
from applications.actions.judging import Said
from applications.concerns import concerns_of
from applications.enums import Answer, AtLevel, Decision, InAll, Judged, Reason
from applications.judging import Clause, HalfJudged, judged_by, left_of, level_of, mark_for, seal, shown_to
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Judgement, Opinion
from applications.packets import document, verifying
from applications.snapshots import canonical
from audit.grants import rights_to
from audit.models import Event
from programmes.models import Call, RuleSet
from tests.accounts.helpers import minute_over
from tests.applications.pages import browser, chosen, decide_address, sent, sent_together, text_of
from tests.applications.test_packets import packet_for
from tests.factories import OfficeFactory
from tests.situations import county_of, filled, fresh, province_of, recommended, replied, submitted
from workflow.refusals import StepNotAllowed, StepRefused

pytestmark = pytest.mark.django_db

ONE, TWO = "1.1", "3.1"


def write(application, by, **verdicts):
    """Judge clauses: {"1.1": ("not_met", "why")}, on whatever stands."""
    known = {
        row.clause: row.version for row in Judgement.objects.filter(snapshot=application.snapshot, level=level_of(by))
    }
    said = [Said(clause, *told, known.get(clause, 0)) for clause, told in verdicts.items()]
    return judging.judge(application, said, by=by)


def agree(application, by):
    """Read what is left, and agree."""
    left = left_of(judged_by(application, level_of(by)))
    return judging.agree(application, shown=shown_to(by, application, left), by=by)


def rows_of(application, level="province"):
    rows = Judgement.objects.filter(snapshot=application.snapshot, level=level).order_by("clause")
    return {row.clause: (row.verdict, row.words) for row in rows}


def post(client, application, **said):
    return client.post(reverse("application_judge", args=[application.pk]), said)


def form(clause, verdict, words="", version=0):
    return {f"verdict:{clause}": verdict, f"words:{clause}": words, f"version:{clause}": version}


def send_back(case, by):
    return province.send_back(
        case, key=uuid.uuid4(), version=case.version, reasons=[Reason.FIGURE_UNCLEAR], words="补正",
        due_at=timezone.now() + timedelta(days=10), by=by,
    )  # fmt: skip


@pytest.fixture
def case(call):
    return submitted(call)


@pytest.fixture
def reviewer(case):
    return province_of(case)


def test_the_county_s_own_answer_stands_beside_the_judgement_and_is_no_verdict(case, reviewer):
    page = browser(reviewer).get(reverse("application", args=[case.pk])).content.decode()
    assert page.count("data-judgement=") == case.screening.by_hand == 18
    assert page.count("县级自评：达标") == 2 * 18  # beside the figures and in the finding
    assert "县级说明：" not in page
    assert page.count("同意县级自评") == 18
    assert "已判断 0 项 · 未判断 18 项" in page


def test_a_judgement_is_written_without_script_and_stands_there_again(case, reviewer):
    client = browser(reviewer)
    answer = post(client, case, **form(ONE, "not_met", "未见章程。\r\n第二行"), **form(TWO, "agrees"))
    assert answer.status_code == 302
    assert rows_of(case) == {ONE: ("not_met", "未见章程。\n第二行"), TWO: ("agrees", "")}
    page = client.get(reverse("application", args=[case.pk])).content.decode()
    assert "已判断 2 项 · 未判断 16 项" in page
    assert "未见章程。" in page


def test_a_judgement_is_written_by_script_clause_by_clause(case, reviewer):
    client, address, script = browser(reviewer), reverse("application_judge", args=[case.pk]), "application/json"
    answer = client.post(address, form(ONE, "cannot_tell"), headers={"Accept": script}).json()
    told = {"clause": ONE, "version": 1, "says": "请说明理由：该判断与县级自评不一致。", "kept": True, "words": ""}
    assert answer["clauses"] == [told]
    assert answer["counted"] == "已判断 0 项 · 未判断 18 项"
    answer = client.post(
        address, form(ONE, "cannot_tell", "材料不全。", 1), headers={"Accept": "application/json"}
    ).json()
    assert (answer["clauses"][0]["says"], answer["counted"]) == ("", "已判断 1 项 · 未判断 17 项")
    assert answer["agreeing"] == "阅读其余 17 项县级自评并一并同意"


def test_of_two_colleagues_neither_loses_a_word(case, reviewer):
    write(case, reviewer, **{ONE: ("not_met", "甲的理由")})
    client = browser(OfficeFactory(province=True))
    answer = post(client, case, **form(ONE, "cannot_tell", "乙的理由", 0))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "甲的理由" in page and "乙的理由</textarea>" in page
    assert rows_of(case) == {ONE: ("not_met", "甲的理由")}
    assert post(client, case, **form(ONE, "cannot_tell", "乙的理由", 1)).status_code == 302
    assert rows_of(case) == {ONE: ("cannot_tell", "乙的理由")}


@pytest.mark.parametrize("length", [1001, 4992])
def test_words_over_the_limit_are_counted_and_stay_in_their_field(case, reviewer, length):
    answer = post(browser(reviewer), case, **form(ONE, "not_met", "字" * length))
    assert answer.status_code == 409
    assert f"共 {length} 字，最多 1000 字：尚未保存" in answer.content.decode()
    assert "字" * length in answer.content.decode()
    assert rows_of(case) == {}


def test_words_over_the_limit_do_not_make_an_old_page_new(case, reviewer):
    write(case, OfficeFactory(province=True), **{ONE: ("not_met", "甲的理由")})
    answer = post(browser(reviewer), case, **form(ONE, "not_met", "字" * 1001, 0))
    assert f'name="version:{ONE}" value="0"' in answer.content.decode()
    assert "甲的理由" in post(browser(reviewer), case, **form(ONE, "not_met", "乙", 0)).content.decode()


def test_one_press_agrees_to_those_left_after_they_were_read(case, reviewer):
    write(case, reviewer, **{ONE: ("not_met", "未见章程。")})
    client, address = browser(reviewer), reverse("application_agree", args=[case.pk])
    page = client.get(address)
    left = page.context["left"]
    assert len(left) == 17 and ONE not in [one.clause for one in left]
    assert page.content.decode().count("情况属实。") == 17
    write(case, reviewer, **{TWO: ("cannot_tell", "材料不全。")})  # a colleague, meanwhile
    assert client.post(address, {"shown": page.context["shown"]}).status_code == 302
    rows = rows_of(case)
    assert (len(rows), rows.pop(ONE), rows.pop(TWO)) == (
        18, ("not_met", "未见章程。"), ("cannot_tell", "材料不全。")
    )  # fmt: skip
    assert set(rows.values()) == {("agrees", "")}


def test_nobody_agrees_to_statements_that_were_not_shown_to_them(case, reviewer, call):
    client, address = browser(reviewer), reverse("application_agree", args=[case.pk])
    other = submitted(call, lead="市中区")
    some = shown_to(reviewer, case, left_of(judged_by(case, "province"))[:2])
    foreign = shown_to(reviewer, other, left_of(judged_by(other, "province")))
    borrowed = shown_to(OfficeFactory(province=True), case, left_of(judged_by(case, "province")))
    for mark in ("", "x", foreign, borrowed):
        answer = client.post(address, {"shown": mark})
        assert answer.status_code == 409 and rows_of(case) == {}, mark
    client.post(address, {"shown": some})
    assert len(rows_of(case)) == 2


@pytest.mark.parametrize("departing", [("not_met", " "), ("cannot_tell", ""), ("", "只有话")])
def test_a_decision_waits_for_the_reason_of_a_judgement_that_departs(case, reviewer, departing):
    write(case, reviewer, **{ONE: departing})
    with pytest.raises(StepRefused) as refusal:
        province.recommend(case, key=uuid.uuid4(), version=case.version, words="荐", by=reviewer)
    assert refusal.value.code == "judgement_incomplete"
    assert not Opinion.objects.exists()


def test_a_half_judgement_begun_after_the_step_was_asked_is_put_on_record_by_no_decision(case, reviewer):
    with (
        pytest.raises(HalfJudged),
        LIFECYCLE.taking("recommend", case, by=reviewer, version=case.version, words="荐") as taken,
    ):
        write(case, reviewer, **{ONE: ("not_met", "")})
        seal(taken, AtLevel.PROVINCE, Decision.RECOMMEND)
    assert fresh(case).state == "submitted"


HALF_OF_PROVINCE = ["send_back", "recommend", "do_not_recommend", "disqualify"]


def offered(client, case) -> list[str]:
    return [step["name"] for step in client.get(reverse("application", args=[case.pk])).context["steps"]]


def test_no_decision_is_offered_that_a_half_judgement_can_only_refuse(case, reviewer):
    client = browser(reviewer)
    assert set(offered(client, case)) == set(HALF_OF_PROVINCE)
    write(case, reviewer, **{ONE: ("not_met", " "), TWO: ("agrees", "")})
    assert offered(client, case) == []
    page = client.get(reverse("application", args=[case.pk])).content.decode()
    assert "第 1.1 条的判断缺少理由或结论" in page.partition("现在不能办理：")[2][:200]
    assert 'href="#judgement-1-1">' in page
    for step in HALF_OF_PROVINCE:
        answer = client.get(decide_address(case, step))
        assert (answer.status_code, answer.context["refusal"].code) == (409, "judgement_incomplete")
    saved = client.post(reverse("application_judge", args=[case.pk]), form(ONE, "not_met", "未见章程。", 1),
                        headers={"Accept": "application/json"}).json()  # fmt: skip
    assert saved["steps"].count('class="btn') == len(HALF_OF_PROVINCE)
    assert set(offered(client, case)) == set(HALF_OF_PROVINCE)
    saved = client.post(reverse("application_judge", args=[case.pk]), form(ONE, "not_met", "", 2),
                        headers={"Accept": "application/json"}).json()  # fmt: skip
    assert 'class="btn' not in saved["steps"] and "第 1.1 条的判断缺少理由或结论" in saved["steps"]


def test_a_page_of_a_decision_opened_before_keeps_the_words_and_tells_half_judged_from_unjudged(case, reviewer):
    client, address = browser(reviewer), decide_address(case, "recommend")
    shown = client.get(address).context["form"]["judged"].value()
    write(case, reviewer, **{ONE: ("not_met", "")})
    answer = client.post(address, sent(case, words="特色突出。", judged=shown))
    page = answer.content.decode()
    assert (answer.status_code, answer.context["refusal"].code) == (409, "judgement_incomplete")
    assert "特色突出。</textarea>" in page
    assert f"判断未写完 1 项：{ONE} " in page and "未逐条判断 17 项：" in page
    assert f'href="{case.get_absolute_url()}#judgement-1-1"' in page


def test_a_half_judgement_of_the_ministry_closes_its_choice_and_is_heard_of_by_nobody_else(call):
    row, other = recommended(call), recommended(call, lead="市中区")
    officer, reviewer = OfficeFactory(ministry=True), province_of(row)
    ministry.open_stage(call, early=True, by=officer)
    client, slate = browser(officer), reverse("ministry_slate", args=[call.code])
    elsewhere = [browser(office) for office in (reviewer, county_of(row))]
    before = [text_of(one.get(row.get_absolute_url())) for one in elsewhere]
    write(fresh(row), officer, **{ONE: ("not_met", "")})
    assert offered(client, row) == ["disqualify"]  # which puts no judgement of the ministry on record
    assert [text_of(one.get(row.get_absolute_url())) for one in elsewhere] == before
    for step in ("shortlist", "decline"):
        page = chosen(client, step, row, other)
        assert [one.pk for one in page.context["rows"]] == [other.pk]
        assert [one.pk for one in page.context["left_out"]] == [row.pk]
        assert f'href="{row.get_absolute_url()}#judgement-1-1"' in page.content.decode()
    listed = client.get(slate).content.decode()
    assert decide_address(other, "shortlist") in listed and decide_address(row, "shortlist") not in listed
    assert f'href="{row.get_absolute_url()}#judgement-1-1"' in listed


def test_who_agrees_with_a_county_that_says_no_or_says_so_too_needs_no_reason_and_both_are_not_met(call):
    by = OfficeFactory(county=True)
    for clause, verdict in ((ONE, "agrees"), (TWO, "not_met")):
        row = filled(call, by=by)
        county.answer_clause(row, clause, answer=Answer.NO, words="暂无。", version=1, by=by)
        county.submit(row, key=uuid.uuid4(), declared=True, version=row.version, by=by)
        row = fresh(row)
        reviewer = province_of(row)
        write(row, reviewer, **{clause: (verdict, "")})
        [one] = [one for one in judged_by(row, "province") if one.clause == clause]
        assert (one.departs, one.lacks, one.is_not_met) == (False, "", True)
        agree(row, reviewer)
        said = province.recommend(row, key=uuid.uuid4(), version=row.version, words="仍荐", by=reviewer)
        assert said.judged == InAll.WITH_NOT_MET
        province.disqualify(fresh(row), key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT],
                            words="虚报", by=reviewer)  # fmt: skip


def test_the_judgement_becomes_part_of_the_opinion_and_of_the_event(case, reviewer):
    write(case, reviewer, **{ONE: ("not_met", "未见章程。"), TWO: ("agrees", "")})
    said = province.recommend(case, key=uuid.uuid4(), version=case.version, words="仍荐", by=reviewer)
    told = {ONE: {"verdict": "not_met", "words": "未见章程。"}, TWO: {"verdict": "agrees", "words": ""}}
    assert (said.judgements, said.judged) == (told, InAll.WITH_NOT_MET)
    assert Event.objects.get(action="applications.recommend").details["judgements"] == told
    page = browser(county_of(case)).get(reverse("application", args=[case.pk])).content.decode()
    assert "未见章程。" in page and "data-judgement=" not in page


def test_an_opinion_says_what_its_judgements_come_to(case, reviewer):
    write(case, reviewer, **{ONE: ("cannot_tell", "材料不全。")})
    first = province.recommend(case, key=uuid.uuid4(), version=case.version, words="荐", by=reviewer)
    province.take_back(fresh(case), key=uuid.uuid4(), version=None, words="再看", by=reviewer)
    assert len(agree(fresh(case), reviewer)) == 17
    second = province.recommend(fresh(case), key=uuid.uuid4(), version=None, words="荐", by=reviewer)
    assert (first.judged, second.judged) == (InAll.PARTLY, InAll.CLEAN)


def test_a_decision_that_rests_on_other_judgements_than_its_page_showed_is_refused(case, reviewer):
    client, address = browser(reviewer), decide_address(case, "recommend")
    shown = client.get(address).context["form"]["judged"].value()
    assert shown == mark_for(case, reviewer)
    write(case, reviewer, **{ONE: ("not_met", "未见章程。")})
    answer = client.post(address, sent(case, words="荐", judged=shown))
    assert (answer.status_code, fresh(case).state) == (409, "submitted")
    assert "条款判断有改动" in answer.content.decode() and f"逐条判断未达标 1 项：{ONE} " in answer.content.decode()
    again = answer.context["form"]["judged"].value()
    assert client.post(address, sent(case, words="荐", judged=again)).status_code == 302


def test_of_several_cases_decided_together_one_that_was_judged_meanwhile_stays(call):
    row = recommended(call)
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    client, address = browser(officer), reverse("ministry_together", args=["shortlist"])
    page = chosen(client, "shortlist", row).content.decode()
    shown = mark_for(fresh(row), officer)
    assert f'name="judged_{row.pk}" value="{shown}"' in page
    write(fresh(row), officer, **{ONE: ("cannot_tell", "待核。")})
    said = {"key": uuid.uuid4(), "case": [row.pk], f"version_{row.pk}": row.version, f"judged_{row.pk}": shown}
    assert client.post(address, said | {"words": "荐"}).status_code == 409
    assert fresh(row).state == "recommended"


@pytest.mark.parametrize("said", [{}, {"judged": ""}])
def test_a_decision_whose_page_left_the_mark_of_the_judgements_out_is_refused(call, case, reviewer, said):
    form = {name: value for name, value in sent(case, words="荐").items() if name != "judged"} | said
    assert browser(reviewer).post(decide_address(case, "recommend"), form).status_code == 409
    province.recommend(fresh(case), key=uuid.uuid4(), version=None, by=reviewer)
    ministry.open_stage(call, early=True, by=OfficeFactory(ministry=True))
    form = sent_together(fresh(case), words="荐")
    del form[f"judged_{case.pk}"]
    client = browser(OfficeFactory(ministry=True))
    assert client.post(reverse("ministry_together", args=["shortlist"]), form).status_code == 409
    assert fresh(case).state == "recommended"


def test_a_form_that_leaves_a_part_of_a_clause_out_takes_nothing_away(case, reviewer):
    write(case, reviewer, **{ONE: ("not_met", "未见章程。")})
    whole = form(ONE, "not_met", "未见章程。", 1)
    for name in whole:
        left = {kept: value for kept, value in whole.items() if kept != name}
        answer = post(browser(reviewer), case, **left)
        assert answer.status_code == 400, name
    assert post(browser(reviewer), case, **form(ONE, "", "未见章程。", 1)).status_code == 400
    assert rows_of(case) == {ONE: ("not_met", "未见章程。")}


def test_what_is_being_written_is_read_by_the_level_that_writes_it_and_by_nobody_else(call, case, reviewer):
    write(case, reviewer, **{ONE: ("not_met", "草拟中的话")})
    address = reverse("application", args=[case.pk])
    assert "草拟中的话" in browser(OfficeFactory(province=True)).get(address).content.decode()
    for office in (county_of(case), OfficeFactory(province=True, authority="青岛市"), OfficeFactory(ministry=True)):
        client = browser(office)
        for one in (address, f"{address}?read", reverse("application_agree", args=[case.pk])):
            assert "草拟中的话" not in client.get(one).content.decode()
        assert post(client, case, **form(ONE, "agrees", "", 1)).status_code in {403, 404}
    assert rows_of(case) == {ONE: ("not_met", "草拟中的话")}
    minute_over()
    events = Event.objects.filter(action="applications.judge")
    assert {event.chain.partition(":")[0] for event in events} <= {"day", "refused"}


def test_a_level_judges_only_while_it_has_the_case(call, case, reviewer):
    province.recommend(case, key=uuid.uuid4(), version=case.version, words="荐", by=reviewer)
    officer = OfficeFactory(ministry=True)
    for office in (reviewer, officer):
        with pytest.raises(StepNotAllowed):
            write(fresh(case), office, **{ONE: ("agrees", "")})
    ministry.open_stage(call, early=True, by=officer)
    write(fresh(case), officer, **{ONE: ("agrees", "")})
    assert (rows_of(case), rows_of(case, "ministry")) == ({}, {ONE: ("agrees", "")})


def test_once_the_ministry_has_chosen_nothing_is_judged_that_no_decision_would_put_on_record(call):
    row, officer = recommended(call), OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    write(fresh(row), officer, **{ONE: ("agrees", "")})
    ministry.shortlist(fresh(row), key=uuid.uuid4(), version=None, words="已核。", state_seen="recommended", by=officer)
    with pytest.raises(StepNotAllowed):
        write(fresh(row), officer, **{ONE: ("not_met", "公示后查明")})
    assert "data-judgement" not in text_of(browser(officer).get(row.get_absolute_url()))
    ministry.put_back(fresh(row), key=uuid.uuid4(), version=None, words="再核", state_seen="shortlisted", by=officer)
    write(fresh(row), officer, **{ONE: ("not_met", "公示后查明")})
    assert rows_of(row, "ministry") == {ONE: ("not_met", "公示后查明")}


def test_nobody_judges_a_clause_that_is_computed_or_unknown(case, reviewer):
    for clause in ("1.4", "99.9"):
        assert post(browser(reviewer), case, **form(clause, "agrees")).status_code == 400
    for broken in ({"verdict:1.1": "yes", "version:1.1": "0"}, {"verdict:1.1": "agrees"}):
        assert post(browser(reviewer), case, **broken).status_code == 400
    assert rows_of(case) == {}


def test_after_a_return_a_judgement_is_carried_where_the_statement_is_the_same_and_marked(call):
    case = submitted(call)
    reviewer = province_of(case)
    write(case, reviewer, **{ONE: ("not_met", "未见章程。"), TWO: ("agrees", "")})
    sent_back = send_back(case, reviewer)
    assert set(sent_back.judgements) == {ONE, TWO}
    by = county_of(case)
    assert "未见章程。" in browser(by).get(reverse("application", args=[case.pk])).content.decode()
    row = replied(fresh(case))
    county.answer_clause(row, TWO, answer=Answer.YES, words="已补材料。", version=1, by=by)
    county.submit(row, key=uuid.uuid4(), declared=True, version=row.version, by=by)
    row = fresh(row)
    [kept] = Judgement.objects.filter(snapshot=row.snapshot)
    assert (kept.clause, kept.verdict, kept.words, kept.carried) == (ONE, "not_met", "未见章程。", True)
    assert "沿用上一版" in browser(reviewer).get(reverse("application", args=[row.pk])).content.decode()
    said = province.recommend(row, key=uuid.uuid4(), version=row.version, words="仍荐", by=reviewer)
    assert said.judgements == {ONE: {"verdict": "not_met", "words": "未见章程。", "carried": True}}


def test_under_other_rules_no_judgement_is_carried(call):
    case = submitted(call)
    reviewer = province_of(case)
    write(case, reviewer, **{ONE: ("not_met", "未见章程。")})
    send_back(case, reviewer)
    others = RuleSet.objects.create(
        code="other", version="1", content=call.rule_set.content, digest="0" * 64, programme=call.programme
    )
    Call.objects.filter(pk=call.pk).update(rule_set=others)
    row = replied(fresh(case))
    county.submit(row, key=uuid.uuid4(), declared=True, version=row.version, by=county_of(row))
    row = fresh(row)
    assert row.snapshot.rule_set == others and not Judgement.objects.filter(snapshot=row.snapshot).exists()


@pytest.mark.parametrize("answer", ["", Answer.YES, Answer.NO])
def test_nobody_is_offered_to_agree_with_an_answer_that_was_not_given(answer):
    assert (Judged.AGREES in dict(Clause(ONE, answer=answer).offered)) == bool(answer)


def test_a_carried_judgement_that_is_written_anew_is_carried_no_more(call):
    case = submitted(call)
    reviewer = province_of(case)
    write(case, reviewer, **{ONE: ("not_met", "未见章程。")})
    send_back(case, reviewer)
    row = replied(fresh(case))
    county.submit(row, key=uuid.uuid4(), declared=True, version=row.version, by=county_of(row))
    row = fresh(row)
    write(row, reviewer, **{ONE: ("not_met", "仍未见章程。")})
    assert not Judgement.objects.get(snapshot=row.snapshot).carried


def test_verify_proves_the_judgements_of_a_decision_and_finds_an_altered_one(case, reviewer):
    write(case, reviewer, **{ONE: ("not_met", "未见章程。")})
    province.recommend(case, key=uuid.uuid4(), version=case.version, words="仍荐", by=reviewer)
    packet = json.loads(canonical(packet_for(fresh(case), reviewer)))
    assert packet["opinions"][0]["judgements"] == {ONE: {"verdict": "not_met", "words": "未见章程。"}}
    assert all(check.is_in_order for check in verifying.check(packet))
    packet["opinions"][0]["judgements"][ONE]["words"] = "章程齐全。"
    packet["digest"] = verifying.digest_of(packet)
    assert [check.is_in_order for check in verifying.check(packet)].count(False) == 1


def test_a_judgement_of_the_ministry_is_in_no_packet_of_others_before_the_notice(call):
    row = recommended(call)
    officer, reviewer = OfficeFactory(ministry=True), province_of(row)
    ministry.open_stage(call, early=True, by=officer)

    def packets():
        made = [packet_for(fresh(row), office) for office in (reviewer, county_of(row))]
        return [
            canonical({name: told for name, told in one.items() if name not in {"digest", "made_for"}}) for one in made
        ]

    before = packets()
    write(fresh(row), officer, **{ONE: ("not_met", "部级的话")})
    assert packets() == before
    ministry.shortlist(fresh(row), key=uuid.uuid4(), version=None, words="仍选", by=officer)
    assert packets() == before
    own = json.loads(canonical(packet_for(fresh(row), officer)))
    assert own["opinions"][-1]["judgements"] == {ONE: {"verdict": "not_met", "words": "部级的话"}}
    assert "部级的话" in str(document.words_of(own))
    Application.objects.filter(pk=row.pk).update(released_at=timezone.now() - timedelta(days=1))
    assert all("部级的话" in one for one in packets())


def test_what_the_ministry_finds_when_it_disqualifies_tells_no_judgement(call):
    row = recommended(call)
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    write(fresh(row), officer, **{ONE: ("not_met", "部级的话")})
    said = province.disqualify(fresh(row), key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT],
                               words="虚报", by=officer)  # fmt: skip
    assert (said.judgements, said.judged) == ({}, "")
    assert "judgements" not in Event.objects.get(action="applications.disqualify").details


def test_the_ministry_answers_for_what_the_province_judged_not_met_until_it_judges_itself(call, case, reviewer):
    write(case, reviewer, **{ONE: ("not_met", "未见章程。")})
    province.recommend(case, key=uuid.uuid4(), version=case.version, words="仍荐", by=reviewer)
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    [named] = concerns_of(fresh(case), officer).judged
    assert named.startswith(f"{ONE} ")
    write(fresh(case), officer, **{ONE: ("agrees", ""), TWO: ("cannot_tell", "待核。")})
    concerns = concerns_of(fresh(case), officer)
    assert (concerns.judged, concerns.want_a_reason, len(concerns.unjudged)) == ([], False, 16)
    assert concerns.doubted[0].startswith(f"{TWO} ")


def test_the_database_lets_the_site_rewrite_what_is_being_written_and_never_what_is_sealed():
    assert rights_to(Judgement) == "select, insert, update, delete"
    assert rights_to(Opinion) == "select, insert"
