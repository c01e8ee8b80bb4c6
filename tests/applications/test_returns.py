"""Returns: answered in words, extended, called back, and decided against when they are overdue."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from applications import figures as figures_of_case
from applications import problems, snapshots
from applications.actions import county, province
from applications.enums import Decision, Reason, State
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Opinion, Reply, Statement
from applications.packets import content, document, verifying
from applications.returns import asked_of, return_of, reversals
from applications.returns import replied as replied_in
from audit.models import Event
from clusters.models import Ask, YearFigure
from config.templatetags.dates import moment
from programmes import deadlines
from programmes.models import Deadline
from rulebook.catalogue import INDICATORS
from tests.applications.pages import browser, decide_address, in_days, sent, text_of, typed
from tests.factories import OfficeFactory
from tests.situations import (
    GOOD,
    county_of,
    drafted,
    fresh,
    not_recommended,
    province_of,
    replied,
    returned,
    submitted,
    tell,
)
from workflow.refusals import DeadlinePassed, StepRefused

pytestmark = pytest.mark.django_db


def check_address(application) -> str:
    return f"/applications/{application.pk}/check/"


def resubmit(application):
    application = fresh(application)
    return county.submit(
        application, key=uuid.uuid4(), declared=True, version=application.version, by=county_of(application)
    )


def overdue(call, **more) -> Application:
    """A return whose due date has passed."""
    application = returned(call, **more)
    Application.objects.filter(pk=application.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    return fresh(application)


# --- Answered in words -------------------------------------------------------------------


def sent_back_for_two_reasons(call) -> Application:
    application = submitted(call)
    province.send_back(
        application, key=uuid.uuid4(), version=application.version, words="请核对产值，并补充佐证。",
        reasons=[Reason.FIGURE_UNCLEAR, Reason.EVIDENCE_MISSING], due_at=timezone.now() + timedelta(days=10),
        by=province_of(application),
    )  # fmt: skip
    return fresh(application)


def test_each_coded_reason_wants_a_reply_before_the_case_goes_back(call):
    application = sent_back_for_two_reasons(call)
    by = county_of(application)
    with pytest.raises(StepRefused) as refused:
        resubmit(application)
    assert refused.value.code == "blocked"
    county.give_reply(application, Reason.FIGURE_UNCLEAR, "已改正。", by=by)
    with pytest.raises(StepRefused):
        resubmit(application)
    county.give_reply(application, Reason.EVIDENCE_MISSING, "佐证见附件。", by=by)
    signed = json.loads(resubmit(application).content)
    assert signed["replies"] == {"figure_unclear": "已改正。", "evidence_missing": "佐证见附件。"}


def test_a_reason_that_was_not_given_takes_no_reply(call):
    application = sent_back_for_two_reasons(call)
    with pytest.raises(StepRefused):
        county.give_reply(application, Reason.OTHER, "另附", by=county_of(application))
    assert not Reply.objects.exists()


def test_a_second_return_wants_new_replies(call):
    application = returned(call)
    resubmit(application)
    row = fresh(application)
    province.send_back(
        row, key=uuid.uuid4(), version=row.version, reasons=[Reason.FIGURE_UNCLEAR], words="仍不一致。",
        due_at=timezone.now() + timedelta(days=5), by=province_of(row),
    )  # fmt: skip
    assert [one.words for one in asked_of(return_of(fresh(application)))] == [""]


def test_replies_are_signed_and_a_first_submission_has_none(call):
    first = submitted(call)
    assert "replies" not in json.loads(first.snapshot.content)
    application = returned(call)
    before = problems.digest_now(application)
    county.give_reply(application, Reason.FIGURE_UNCLEAR, "改写的答复", by=county_of(application))
    assert problems.digest_now(fresh(application)) != before


def test_the_check_page_repeats_what_was_asked_and_lists_what_changed(call):
    application = returned(call, is_replied=False)
    by, client = county_of(application), browser(county_of(application))
    tell(application, {"gross_output": ("60", "70", "81"), "leading_output": ("46", "54", "40")}, by=by)
    Statement.objects.filter(application=application, clause="1.1").update(words="补充说明")
    type(application.cluster).objects.filter(pk=application.cluster_id).update(niche="智能小家电")
    page = client.get(check_address(application))
    html = page.content.decode()
    assert "请核对 2024 年产值。" in html and "尚未答复退回补正的要求" in html
    changes = page.context["changes"]
    assert [(one.place, one.before, one.after) for one in changes.figures] == [
        ("cell-gross_output-2024", "80 亿元", "81 亿元"),
        ("cell-leading_output-2024", "62 亿元", "40 亿元"),
    ]
    assert [one.about[:3] for one in changes.statements] == ["1.1"]
    assert [(one.before, one.after) for one in changes.facts] == [("智能家电", "智能小家电")]
    assert ("met", "not_met") in [(one.before, one.after) for one in changes.verdicts]
    for _label, rows in changes.kinds():
        for one in rows:
            assert one.about in html
    answer = client.post(check_address(application), {"reason-reply:figure_unclear": "已改正。"}, follow=True)
    assert "尚未答复" not in answer.content.decode()
    assert [one.words for one in asked_of(return_of(fresh(application)))] == ["已改正。"]


def test_the_reviewers_summary_counts_figures_statements_facts_and_verdicts(call):
    application = returned(call)
    by = county_of(application)
    tell(application, {"gross_output": ("60", "70", "81"), "leading_output": ("46", "54", "40")}, by=by)
    Statement.objects.filter(application=application, clause="1.1").update(words="补充说明")
    type(application.cluster).objects.filter(pk=application.cluster_id).update(niche="智能小家电")
    resubmit(application)
    page = browser(province_of(application)).get(application.get_absolute_url())
    changes = page.context["table"].changes
    counts = [len(rows) for _label, rows in changes.kinds()]
    assert counts[:3] == [2, 1, 1] and counts[3] >= 1
    html = page.content.decode()
    assert f"申报数据 2 · 情况说明 1 · 登记事项 1 · 预审 {counts[3]}" in html
    assert "已按统计年报核对。" in html and "退回要求与县级答复" in html


# --- More time, or a decision without an answer --------------------------------------------


def test_an_overdue_return_is_extended_and_then_answered(call):
    application = overdue(call)
    with pytest.raises(DeadlinePassed):
        resubmit(application)
    client = browser(province_of(application))
    due = in_days(3)
    form = sent(application, due_at=typed(due), words="准予延期")
    assert client.post(decide_address(application, "extend"), form).status_code == 302
    row = fresh(application)
    assert (row.state, row.due_at, row.version) == (State.RETURNED, due, application.version + 1)
    county_page = browser(county_of(row)).get(row.get_absolute_url()).content.decode()
    assert deadlines.words(due) in county_page and "请核对 2024 年产值。" in county_page
    resubmit(row)
    assert fresh(application).state == State.SUBMITTED
    assert Event.objects.filter(action="applications.extend", result="done").count() == 1


def test_a_due_date_is_repeated_in_words_with_its_day_of_the_week(call):
    application, due, later = submitted(call), in_days(10), in_days(20)
    client = browser(province_of(application))
    said = {"reasons": [Reason.FIGURE_UNCLEAR], "words": "请核对。", "due_at": typed(due)}
    page = client.post(decide_address(application, "send_back"), sent(application, **said), follow=True)
    assert f"须于 {deadlines.in_full(due)} 前重新提交。" in page.content.decode()
    form = sent(fresh(application), due_at=typed(later))
    page = client.post(decide_address(application, "extend"), form, follow=True).content.decode()
    assert f"新的期限：{deadlines.in_full(later)}。" in page
    head = page.partition("case-facts")[2].partition("</ul>")[0]
    assert f"{deadlines.in_full(later)}</time>" in head


@pytest.mark.parametrize(("days", "code"), [(-1, "due_no_later"), (9, "due_no_later"), (91, "due_after_the_deadline")])
def test_a_return_is_extended_forwards_and_not_past_the_ministrys_deadline(call, days, code):
    application = returned(call)
    with pytest.raises(StepRefused) as refused:
        province.extend(
            application, key=uuid.uuid4(), version=application.version, due_at=timezone.now() + timedelta(days=days),
            by=province_of(application),
        )  # fmt: skip
    assert refused.value.code == code
    assert fresh(application).due_at == application.due_at


def test_a_return_that_is_due_at_the_ministrys_deadline_offers_no_extension(call):
    application = returned(call)
    closing = Deadline.objects.get(call=call, authority__code="cn").closes_at
    Application.objects.filter(pk=application.pk).update(due_at=closing)
    assert "extend" not in [s.name for s in LIFECYCLE.open_to(province_of(application), fresh(application))]


def test_a_return_is_decided_against_only_once_it_is_overdue(call):
    application, later = returned(call), overdue(call, lead="市中区")
    said = {"reasons": [Reason.STATEMENT_INCOMPLETE], "words": "逾期未补正。"}
    with pytest.raises(StepRefused) as refused:
        province.do_not_recommend(
            application, key=uuid.uuid4(), version=application.version, by=province_of(application), **said
        )
    assert refused.value.code == "return_runs"
    province.do_not_recommend(later, key=uuid.uuid4(), version=later.version, by=province_of(later), **said)
    row = fresh(later)
    assert (row.state, row.due_at) == (State.NOT_RECOMMENDED, None)
    assert Ask.objects.get(opened_for=row.ask_key).closed_at is not None


# --- Called back ------------------------------------------------------------------------


def test_a_return_called_back_brings_the_case_with_the_snapshot_it_had(call):
    application = returned(call)
    by = county_of(application)
    tell(application, {"gross_output": ("60", "70", "99")}, by=by)
    client = browser(province_of(application))
    answer = client.post(decide_address(application, "call_back"), sent(application, words="经复核，原数据无误。"))
    assert answer.status_code == 302
    row = fresh(application)
    assert (row.state, row.at_level, row.due_at) == (State.SUBMITTED, "province", None)
    assert (row.snapshot_id, row.screening_id) == (application.snapshot_id, application.screening_id)
    assert row.version == application.version + 1
    typed = YearFigure.objects.get(cluster=row.cluster_id, indicator="gross_output", year=call.year - 1)
    assert typed.value == 99
    assert snapshots.figures_in(row.snapshot)["gross_output", call.year - 1] == 80
    assert Ask.objects.get(opened_for=row.ask_key).closed_at is not None
    with pytest.raises(StepRefused) as refused:
        tell(row, {"gross_output": ("60", "70", "98")}, by=by)
    assert refused.value.code == "ask_closed"
    page = browser(by).get(row.get_absolute_url()).content.decode()
    assert "经复核，原数据无误。" in page and "收回了补正要求" in page
    province.recommend(row, key=uuid.uuid4(), version=row.version, by=province_of(row))


def test_an_answered_return_cannot_be_called_back(call):
    application = returned(call)
    resubmit(application)
    with pytest.raises(StepRefused) as refused:
        province.call_back(
            fresh(application), key=uuid.uuid4(), version=None, words="收回", by=province_of(application)
        )
    assert refused.value.code == "wrong_state"


def test_calling_back_wants_a_reason_and_pressing_twice_calls_back_once(call):
    application, key = returned(call), uuid.uuid4()
    by = province_of(application)
    client = browser(by)
    assert client.post(decide_address(application, "call_back"), sent(application)).status_code == 422
    for _ in range(2):
        province.call_back(application, key=key, version=application.version, words="误退", by=by)
    assert Opinion.objects.filter(application=application, decision=Decision.CALL_BACK).count() == 1


def test_a_case_called_back_can_be_returned_again_and_asks_anew(call):
    application = returned(call)
    by = province_of(application)
    province.call_back(application, key=uuid.uuid4(), version=application.version, words="误退", by=by)
    row = fresh(application)
    province.send_back(
        row, key=uuid.uuid4(), version=row.version, reasons=[Reason.OTHER], words="请补充佐证。",
        due_at=timezone.now() + timedelta(days=5), by=by,
    )  # fmt: skip
    assert [(one.reason, one.words) for one in asked_of(return_of(fresh(row)))] == [("other", "")]
    replied(fresh(row))
    assert resubmit(row).number == 2


def test_the_countys_old_page_is_told_that_the_return_was_called_back(call):
    """Also after the county's own deadline: what is not at hand is not too late, it is somewhere else."""
    application = returned(call)
    Deadline.objects.create(
        call=call, authority=application.province, authority_path="national:cn/370000/", level_below="county",
        closes_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    province.call_back(
        application, key=uuid.uuid4(), version=application.version, words="误退", by=province_of(application)
    )
    form = {"key": str(uuid.uuid4()), "version": application.version, "declared": "on"}
    answer = browser(county_of(application)).post(f"/applications/{application.pk}/submit/", form)
    assert answer.status_code == 403
    assert "已提交" in answer.content.decode() and "截止时间" not in answer.content.decode()


@pytest.mark.parametrize("address", ["submit", "check"])
def test_what_was_typed_is_given_back_when_the_return_is_called_back_while_it_is_saved(call, monkeypatch, address):
    """The province is faster by a moment: between reading the case and keeping the first reply."""
    application, give_reply = returned(call, is_replied=False), county.give_reply

    def overtaken(*args, **more):
        if fresh(application).state == State.RETURNED:
            province.call_back(
                application, key=uuid.uuid4(), version=application.version, words="误退", by=province_of(application)
            )
        return give_reply(*args, **more)

    monkeypatch.setattr(county, "give_reply", overtaken)
    client = browser(county_of(application))
    shown = client.get(check_address(application)).context["form"]
    form = {name: shown[name].value() for name in ("key", "version", "seen")} | {"declared": "on"}
    reply = "已逐项核对，原因见年报第三页。"
    answer = client.post(
        f"/applications/{application.pk}/{address}/", form | {f"reason-reply:{Reason.FIGURE_UNCLEAR}": reply}
    )
    assert answer.status_code == 403
    assert reply in answer.content.decode() and not Reply.objects.exists()


def test_a_waiver_granted_while_the_county_had_the_case_reaches_it_when_it_is_called_back(call):
    from applications.models import Screening
    from tests.applications.test_waivers import SHORT
    from tests.security.world import waive

    application = returned(call, figures=SHORT)
    waive(call, application.province, by=OfficeFactory(ministry=True))
    province.call_back(
        application, key=uuid.uuid4(), version=application.version, words="误退", by=province_of(application)
    )
    row = fresh(application)
    assert row.screening_id != application.screening_id
    assert Screening.objects.get(pk=row.screening_id).waived == 1


def test_not_recommended_cases_are_no_returns(call):
    assert return_of(not_recommended(call)) is None


def called_back(call) -> Application:
    application = returned(call, is_replied=False)
    province.call_back(
        application, key=uuid.uuid4(), version=application.version, words="经复核，原数据无误。",
        by=province_of(application),
    )  # fmt: skip
    return fresh(application)


def taken_back(call) -> Application:
    application = not_recommended(call)
    province.take_back(
        application, key=uuid.uuid4(), version=application.version, words="名额调整，重新审核。",
        by=province_of(application),
    )  # fmt: skip
    return fresh(application)


WAYS_BACK = [
    (called_back, "已于{at}收回补正要求", "called the return back on {at}", "经复核，原数据无误。"),
    (taken_back, "已于{at}收回决定", "took its decision back on {at}", "名额调整，重新审核。"),
]


@pytest.mark.parametrize(("situation", "zh", "en", "why"), WAYS_BACK)
def test_head_work_list_and_receipt_say_that_it_was_called_back_when_and_why(call, situation, zh, en, why):
    application = situation(call)
    at = Opinion.objects.get(application=application, words=why).made_at
    client = browser(county_of(application))
    for address in (application.get_absolute_url(), reverse("home"), f"/applications/{application.pk}/submitted/"):
        page = text_of(client.get(address))
        note = page.split('class="note reversal"')[1].split("</div>")[0]
        assert zh.format(at=moment(at)) in note and why in note
        client.cookies["django_language"] = "en"
        with translation.override("en"):
            assert en.format(at=moment(at)) in text_of(client.get(address))
        client.cookies["django_language"] = "zh-hans"
    province.recommend(application, key=uuid.uuid4(), version=application.version, by=province_of(application))
    for address in (application.get_absolute_url(), reverse("home") + "?show=waiting"):
        assert 'class="note reversal"' not in text_of(client.get(address))  # whatever is decided next, it is history


def test_a_list_asks_once_for_all_that_came_back(call, django_assert_num_queries):
    rows = [called_back(call), submitted(call, lead="市中区")]
    with django_assert_num_queries(1):
        assert list(reversals(rows)) == [rows[0].pk]


# --- What was asked, in order ---------------------------------------------------------------


def test_reasons_and_replies_stand_in_the_order_of_the_list_whatever_order_they_are_kept_in(call):
    application = submitted(call)
    province.send_back(
        application, key=uuid.uuid4(), version=application.version, words="请补充。",
        reasons=[Reason.OTHER, Reason.EVIDENCE_MISSING, Reason.FIGURE_UNCLEAR],
        due_at=timezone.now() + timedelta(days=10), by=province_of(application),
    )  # fmt: skip
    row = replied(fresh(application))
    listed = [Reason.FIGURE_UNCLEAR, Reason.EVIDENCE_MISSING, Reason.OTHER]
    assert [one.reason for one in asked_of(return_of(row))] == listed
    signed = json.loads(resubmit(row).content)
    assert list(signed["replies"]) != [str(one) for one in listed]
    assert [one.reason for one in replied_in(signed)] == listed
    page = browser(province_of(row)).get(row.get_absolute_url())
    assert page.context["opinions"][0].reason_labels == [one.label for one in listed]
    sent_back = next(line for line in page.context["timeline"] if line.reasons)
    assert sent_back.reasons == [one.label for one in listed]


def test_reviewer_and_receipt_read_what_was_asked_in_words_beside_the_reply(call):
    application = returned(call)
    resubmit(application)
    for office, address in (
        (province_of(application), application.get_absolute_url()),
        (county_of(application), f"/applications/{application.pk}/submitted/"),
    ):
        page = text_of(browser(office).get(address))
        asked = page.index("<blockquote>请核对 2024 年产值。</blockquote>")
        assert asked < page.index("已按统计年报核对。")


def test_the_reason_for_an_empty_cell_names_its_years_in_the_order_of_the_catalogue(call):
    """On receipt, case and packet: what was not told, and of which years."""
    figures = {code: told for code, told in GOOD.items() if code != "area_km2"}
    figures |= {"co2_intensity": ("0.9", "", ""), "sme_rd_expense": ("1.2", "", "1.6")}
    row = submitted(call, figures=figures)
    told = figures_of_case.remarks_of(json.loads(row.snapshot.content), "zh")
    about = [one.about for one in told]
    assert "中小企业研发经费（2023 年未填）" in about and any("（2023、2024 年未填）" in one for one in about)
    order = [INDICATORS[code.split(":")[1]].order for code in json.loads(row.snapshot.content)["remarks"]]
    assert order != sorted(order)
    places = [next(one.order for one in INDICATORS.values() if line.startswith(one.label("zh"))) for line in about]
    assert places == sorted(places)
    packet = content.packet_of(fresh(row, province_of(row)), province_of(row), timezone.now())
    sections = {one["kind"]: one["rows"] for one in document.words_of(packet)["sections"]}
    assert [line[0] for line in sections["remarks"]] == about
    for office, address in ((county_of(row), "submitted/"), (province_of(row), "")):
        page = text_of(browser(office).get(row.get_absolute_url() + address))
        assert all(one in page for one in about)


GAP, JUMP = "missing:standards_count", "jump:gross_output:2024"


def reasons_in(snapshot) -> dict[str, str]:
    return json.loads(snapshot.content)["remarks"]


def with_reasons_for_a_gap_and_an_odd_figure(call) -> Application:
    """Returned, with a reason for an empty cell and one for a jump."""
    application = returned(call)
    by = county_of(application)
    tell(application, {"gross_output": ("", "", "900")}, by=by)
    county.give_reason(application, GAP, "统计口径变化。", by=by)
    for code in problems.warned(problems_now(application)) - {GAP}:
        county.give_reason(application, code, "新项目投产。", by=by)
    row = submitted_again(application)
    assert reasons_in(row.snapshot)[GAP] == "统计口径变化。" and reasons_in(row.snapshot)[JUMP] == "新项目投产。"
    return sent_back_again(row)


def problems_now(application):
    rows = YearFigure.objects.asked_of(application.cluster_id, application.call)
    return problems.problems_of(fresh(application), list(rows))


def submitted_again(application) -> Application:
    resubmit(replied(application))
    return fresh(application)


def sent_back_again(row) -> Application:
    province.send_back(
        row, key=uuid.uuid4(), version=row.version, reasons=[Reason.FIGURE_UNCLEAR], words="请核对。",
        due_at=timezone.now() + timedelta(days=5), by=province_of(row),
    )  # fmt: skip
    return fresh(row)


def test_the_reason_for_what_was_put_right_is_signed_no_more_and_comes_back_with_its_question(call):
    application = with_reasons_for_a_gap_and_an_odd_figure(call)
    by, client = county_of(application), browser(county_of(application))
    tell(application, {"gross_output": ("", "", "81"), "standards_count": ("", "", "18")}, by=by)
    assert not {GAP, JUMP} & set(problems.content_now(fresh(application))["remarks"])
    county.give_reply(application, Reason.FIGURE_UNCLEAR, "已改正。", by=by)
    page = client.get(check_address(application))
    assert "统计口径变化。" not in page.content.decode()
    shown = {name: page.context["form"][name].value() for name in ("key", "version", "seen", "opened")}
    there = reverse("application_submit", args=[application.pk])
    assert client.post(there, shown | {"declared": "on"}).status_code == 302
    row = fresh(application)
    assert reasons_in(row.snapshot) and not {GAP, JUMP} & set(reasons_in(row.snapshot))
    for office, address in ((by, "submitted/"), (province_of(row), "")):
        text = text_of(browser(office).get(row.get_absolute_url() + address))
        assert "统计口径变化。" not in text and "（ 年未填）" not in text
    row = sent_back_again(row)
    YearFigure.objects.filter(cluster=row.cluster_id, indicator="standards_count").update(typed="", value=None)
    assert reasons_in(submitted_again(row).snapshot)[GAP] == "统计口径变化。"


def test_the_next_bid_does_not_sign_the_reason_for_what_was_put_right_in_the_one_before(call):
    former = with_reasons_for_a_gap_and_an_odd_figure(call)
    by = county_of(former)
    tell(former, {"gross_output": ("", "", "81"), "standards_count": ("", "", "18")}, by=by)
    county.withdraw(fresh(former), version=former.version, words="", by=by)
    bid = drafted(call, by=by, cluster=former.cluster)
    signed = reasons_in(resubmit(bid))
    assert signed and not {GAP, JUMP} & set(signed)


def test_a_version_of_before_that_kept_a_reason_for_a_filled_cell_reads_without_an_empty_year(call):
    told = json.loads(submitted(call).snapshot.content)
    told["figures"]["standards_count"] = {"2024": "18"}
    assert figures_of_case.about_of(GAP, told, "zh") == INDICATORS["standards_count"].label("zh")


# --- In the packet -----------------------------------------------------------------------


def packet_of_a_resubmitted_case(call) -> dict:
    application = returned(call)
    resubmit(application)
    row = fresh(application, province_of(application))
    return content.packet_of(row, province_of(application), row.clock)


def says(packet: dict) -> dict[bool, list[str]]:
    told: dict[bool, list[str]] = {True: [], False: []}
    for one in verifying.check(packet):
        told[one.is_in_order].append(one.says)
    return told


def test_two_versions_of_the_same_words_name_each_who_handed_it_in(call):
    row = submitted_again(sent_back_again(submitted_again(returned(call))))
    packet = content.packet_of(fresh(row, province_of(row)), province_of(row), timezone.now())
    assert packet["snapshots"][1]["digest"] == packet["snapshots"][2]["digest"]
    assert len({one["submitted_by"]["name"] for one in packet["snapshots"]}) == 3
    assert says(packet)[False] == []


def test_the_replies_are_in_the_packet_and_verified(call):
    packet = packet_of_a_resubmitted_case(call)
    assert says(packet)[False] == []
    assert "1 项答复与退回要求相符。" in says(packet)[True]
    sections = {one["kind"]: one["rows"] for one in document.words_of(packet)["sections"]}
    assert sections["replies"] == [["2", "数据不清楚或与其他数据不一致", "已按统计年报核对。"]]


@pytest.mark.parametrize("replies", [{}, {"figure_unclear": "  "}, {"figure_unclear": "改写", "other": "另加"}])
def test_replies_that_do_not_fit_their_return_are_found_even_where_every_digest_fits(call, replies):
    packet = packet_of_a_resubmitted_case(call)
    signed = packet["snapshots"][-1]
    signed["content"] = snapshots.canonical(json.loads(signed["content"]) | {"replies": replies})
    signed["digest"] = snapshots.digest(signed["content"])
    packet["digest"] = verifying.digest_of(packet)
    assert "答复与退回要求不符：第 2 稿。" in says(packet)[False]


def test_a_rewritten_reply_breaks_the_digest_that_the_history_names(call):
    packet = packet_of_a_resubmitted_case(call)
    signed = packet["snapshots"][-1]
    signed["content"] = signed["content"].replace("已按统计年报核对。", "已按发票核对。")
    signed["digest"] = snapshots.digest(signed["content"])
    packet["digest"] = verifying.digest_of(packet)
    assert says(packet)[False] != []
