"""A page that comes back with an error is as old as the one that was sent, and loses no word."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import problems
from applications.actions import county, ministry
from applications.enums import Outcome, Reason, State
from applications.models import NoticeEntry, Remark, Reply, Snapshot
from recognitions.models import Recognition
from tests.applications.pages import browser, chosen, decide_address, sent, sent_together, signed_in, text_of, title
from tests.applications.test_ministry_pages import notice_asked, notice_said, open_the_stage
from tests.applications.test_province_pages import use_up_the_places
from tests.factories import OfficeFactory
from tests.situations import (
    county_of,
    end_notice,
    filled,
    fresh,
    in_notice,
    province_of,
    recommended,
    returned,
    shortlisted,
    submitted,
    tell,
)
from workflow.refusals import Outdated

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
WHY = {"reasons": [Reason.OTHER], "words": "择优。"}


def hidden(response) -> dict:
    """Return what a page sends of itself."""
    found: dict = {}
    for name, value in HIDDEN.findall(response.content.decode()):
        found.setdefault(name, []).append(value)
    return {name: values if name in {"case", "entry"} else values[-1] for name, values in found.items()}


def act(name, row, **said):
    getattr(ministry, name)(fresh(row), key=uuid.uuid4(), version=None, by=OfficeFactory(ministry=True), **said)


def test_a_form_error_about_several_does_not_make_an_old_page_new(call):
    kept, theirs = recommended(call), recommended(call, lead="市中区")
    open_the_stage(call)
    client, address = signed_in(ministry=True), reverse("ministry_together", args=["decline"])
    page = chosen(client, "decline", kept, theirs)
    act("shortlist", theirs)
    again = client.post(address, hidden(page))
    assert again.status_code == 422
    told = client.post(address, hidden(again) | WHY)
    assert told.status_code == 409 and [one.application for one in told.context["failures"]] == [theirs]
    assert (fresh(kept).state, fresh(theirs).state) == (State.DECLINED, State.SHORTLISTED)
    assert client.post(address, hidden(told) | WHY).status_code == 302  # it was said, and meant
    assert fresh(theirs).state == State.DECLINED


def test_a_refusal_that_says_nothing_of_an_old_page_does_not_make_it_new(call):
    row = shortlisted(call)
    client, used = signed_in(ministry=True), uuid.uuid4()
    said = sent(row, key=used, **WHY)
    assert client.post(decide_address(row, "decline"), said).status_code == 302
    act("shortlist", row)
    refused = client.post(decide_address(row, "decline"), said | {"words": "另有理由。", "state_seen": "declined"})
    assert refused.context["refusal"].code == "key_reused"
    assert hidden(refused)["state_seen"] == "declined" and hidden(refused)["key"] != str(used)


def test_no_cluster_joins_those_to_be_recognised_by_a_form_error(call):
    row = in_notice(call)
    entry = end_notice(row)
    ministry.record_objections(entry, outcome=Outcome.NONE, words="", by=OfficeFactory(ministry=True))
    client, address = signed_in(ministry=True), reverse("ministry_recognise", args=[entry.notice_id])
    page = client.get(address)
    late = in_notice(call, lead="市中区")
    NoticeEntry.objects.filter(application=late).update(notice=entry.notice_id, outcome=Outcome.NONE)
    again = client.post(address, hidden(page))
    assert again.status_code == 422 and hidden(again)["case"] == [str(row.pk)]


def test_a_notice_that_is_refused_still_says_what_was_shown(call):
    row = shortlisted(call)
    client, address, said = signed_in(ministry=True), reverse("ministry_notice", args=[call.code]), notice_said(row)
    refused = client.post(address, said | {"key": "no key", f"version_{row.pk}": "7"})
    assert refused.context["refusal"].code == "no_key" and hidden(refused)[f"version_{row.pk}"] == "7"


def in_one_notice(call, *leads, outcome=None):
    """Return cases named in one notice that has ended."""
    rows = [in_notice(call, lead=lead) for lead in leads]
    entries = [end_notice(row) for row in rows]
    NoticeEntry.objects.filter(application__in=rows).update(notice=entries[0].notice_id)
    for entry in entries if outcome else ():
        ministry.record_objections(entry, outcome=outcome, words="", by=OfficeFactory(ministry=True))
    return [fresh(row) for row in rows], list(NoticeEntry.objects.filter(application__in=rows).order_by("pk"))


def test_what_cannot_be_recognised_any_more_is_listed_apart_with_why_and_not_counted(call):
    (given, objected, left), entries = in_one_notice(call, "历下区", "市中区", "黄岛区", outcome=Outcome.NONE)
    client, address = signed_in(ministry=True), reverse("ministry_recognise", args=[entries[0].notice_id])
    old = hidden(client.get(address))
    assert len(old["case"]) == 3
    act("recognise", given, document_number="1", valid_from=timezone.localdate())
    ministry.record_objections(entries[1], outcome=Outcome.UPHELD, words="属实", seen=None,
                               by=OfficeFactory(ministry=True))  # fmt: skip
    read = client.post(address, old | title() | {"sure": ""})
    page = text_of(read)
    assert read.context["rows"] == [left] and hidden(read)["case"] == [str(left.pk)]
    assert "2 件现在不能这样办理" in page and "认定 1 个集群" in page and "登记为“异议成立”" in page
    assert [(row, row.refusal.code) for row in read.context["left_out"]] == [
        (given, "wrong_state"), (objected, "objections_say_otherwise"),
    ]  # fmt: skip
    told = client.post(address, old | title() | {"case": [objected.pk]})
    assert (told.status_code, told.context["rows"], told.context["left_out"]) == (409, [], [objected])
    assert title()["document_number"] in text_of(told) and "0 个" not in text_of(told)
    assert client.post(address, hidden(read) | title()).status_code == 302
    assert (fresh(left).state, fresh(objected).state) == (State.RECOGNISED, State.IN_PUBLIC_NOTICE)


def test_a_notice_says_which_chosen_case_fell_out_meanwhile_and_why(call):
    kept, gone, third = (shortlisted(call, lead=lead) for lead in ("历下区", "市中区", "黄岛区"))
    client, address = signed_in(ministry=True), reverse("ministry_notice", args=[call.code])
    asked = notice_asked(kept, gone)
    act("put_back", gone, words="再议。")
    page = client.post(address, asked)
    assert (page.status_code, page.context["chosen"], page.context["left_out"]) == (200, [kept], [gone])
    assert str(page.context["left_out"][0].refusal) in text_of(page) and gone.facts.name in text_of(page)
    assert client.post(address, notice_asked(kept, third)).context["left_out"] == []
    refused = client.post(address, notice_said(kept, gone))
    assert (refused.status_code, refused.context["left_out"]) == (409, [gone])
    for row in (kept, third):
        act("put_back", row, words="再议。")
    nothing = client.post(address, notice_asked(kept))
    assert nothing.context["left_out"] == [kept] and "公示〔2026〕1号" in text_of(nothing)  # typed in vain


def test_none_received_names_what_it_left_out_and_says_when_nothing_was_left(call):
    (objected, _quiet), entries = in_one_notice(call, "历下区", "市中区")
    client, address = signed_in(ministry=True), reverse("ministry_no_objections", args=[entries[0].notice_id])
    old = hidden(client.get(address))
    ministry.record_objections(entries[0], outcome=Outcome.UPHELD, words="属实", by=OfficeFactory(ministry=True))

    def told(said):
        return [(one.level_tag, str(one)) for one in client.post(address, said, follow=True).context["messages"]]

    (left, why), (tag, _done) = told(old)
    assert (left, tag) == ("error", "success") and objected.facts.name in why and "属实" in why
    assert [tag for tag, _words in told(old)] == ["error"]
    again = {"entry": [entries[1].pk]}  # pressed twice
    assert told(again) == told({}) == [("info", "没有需要登记的集群")]
    assert list(entries[0].notice.entries.order_by("pk").values_list("outcome", flat=True)) == ["upheld", "none"]


def test_a_record_of_objections_is_not_written_over_unseen(call):
    entry, client = end_notice(in_notice(call)), signed_in(ministry=True)
    address = reverse("ministry_objections", args=[entry.pk])
    page = client.get(address)
    ministry.record_objections(entry, outcome=Outcome.UPHELD, words="属实", by=OfficeFactory(ministry=True))
    for said in ({}, {"outcome": Outcome.NONE}):  # a form error first
        page = client.post(address, hidden(page) | said)
    assert (page.status_code, page.context["refusal"].code) == (409, "recorded_already")
    assert "属实" in text_of(page) and NoticeEntry.objects.get(pk=entry.pk).outcome == Outcome.UPHELD
    again = {"outcome": Outcome.NONE, "words": "登记有误。"}
    assert client.post(address, hidden(page) | again).status_code == 302


def test_what_a_colleague_filled_in_is_not_signed_after_a_form_error(call):
    application = filled(call)
    client, officer = browser(county_of(application)), county_of(application)
    page = client.get(reverse("application_check", args=[application.pk]))
    [clause] = application.statements.values_list("clause", flat=True)[:1]
    was = application.statements.get(clause=clause)
    county.answer_clause(application, clause, answer=was.answer, words="同事改写。", version=was.version, by=officer)
    submit = reverse("application_submit", args=[application.pk])
    said = hidden(page) | {"declared": ""}
    again = client.post(submit, said)  # not declared
    assert again.status_code == 409 and hidden(again)["seen"] == said["seen"]
    assert client.post(submit, hidden(again) | {"declared": "on"}).status_code == 409
    assert not Snapshot.objects.exists()


def test_the_question_about_an_unchanged_one_signs_no_more_than_was_shown(call):
    application = returned(call)
    client = browser(county_of(application))
    seen = problems.digest_now(application)
    said = {"key": uuid.uuid4(), "version": application.version, "declared": "on", "seen": "0" * 64}
    asked = client.post(reverse("application_submit", args=[application.pk]), said)
    assert "都没有改动" in asked.content.decode() and hidden(asked)["seen"] != seen


def test_a_reason_typed_at_the_last_place_is_kept_and_the_refusal_stands_once(call):
    row = submitted(call)
    use_up_the_places(call)
    client = browser(province_of(row))
    response = client.post(decide_address(row, "recommend"), sent(row, words="理由充分。"))
    page = text_of(response)
    assert (response.status_code, response.context["refusal"].code) == (409, "quota_used_up")
    assert response.context["form"]["words"].value() == "理由充分。" and "理由充分。" in page
    assert page.count(str(response.context["refusal"])) == 1
    asked = text_of(client.get(decide_address(row, "recommend")))
    assert asked.count(str(response.context["refusal"])) == 1


def test_words_to_a_case_that_somebody_else_decided_are_given_back(call):
    row = shortlisted(call)
    client, old = signed_in(ministry=True), sent(row, words="再议一次。")
    act("put_back", row, words="移回。")
    act("decline", row, **WHY)
    response = client.post(decide_address(row, "put_back"), old)
    assert response.status_code == 403 and "再议一次。" in text_of(response)


def test_words_that_come_after_the_deadline_are_given_back(call):
    row = submitted(call)
    call.deadlines.update(closes_at=timezone.now() - timedelta(minutes=1))
    response = browser(province_of(row)).post(decide_address(row, "recommend"), sent(row, words="理由充分。"))
    assert response.status_code == 403 and "理由充分。" in text_of(response)
    assert fresh(row).state == State.SUBMITTED


# --- A title is given twice pressed, from a day on which one can begin ------------------------------------------


def ready(call):
    entry = end_notice(in_notice(call))
    ministry.record_objections(entry, outcome=Outcome.NONE, words="", by=OfficeFactory(ministry=True))
    return fresh(entry.application), entry


@pytest.mark.parametrize("is_together", [True, False])
def test_the_last_day_is_read_before_a_title_is_given(call, is_together):
    row, entry = ready(call)
    client, address = signed_in(ministry=True), decide_address(row, "recognise")
    said = title()
    if is_together:
        address = reverse("ministry_recognise", args=[entry.notice_id])
    asked = client.get(address)
    del said["sure"]
    read = client.post(address, hidden(asked) | said)
    last = ministry.end_of_validity(timezone.localdate()) - timedelta(days=1)
    assert read.status_code == 200 and not Recognition.objects.exists()
    assert f"{last.year}年{last.month}月{last.day}日" in text_of(read) and said["document_number"] in text_of(read)
    other = client.post(address, hidden(read) | said | {"document_number": "工信部企业函〔2026〕9号"})
    assert other.status_code == 200 and not Recognition.objects.exists()  # another number is read again
    assert client.post(address, hidden(read) | said).status_code == 302
    assert Recognition.objects.get().valid_to == last + timedelta(days=1)


@pytest.mark.parametrize("is_together", [True, False])
def test_no_title_begins_before_its_notice(call, is_together):
    row, entry = ready(call)
    day = entry.notice.starts_on - timedelta(days=1)
    said, address = sent(row, **title(day)), decide_address(row, "recognise")
    if is_together:
        said, address = sent_together(row, **title(day)), reverse("ministry_recognise", args=[entry.notice_id])
    response = signed_in(ministry=True).post(address, said)
    assert response.status_code == 422 and response.context["form"].errors["valid_from"]
    with pytest.raises(ministry.StepRefused) as refusal:
        act("recognise", row, document_number="1", valid_from=day)
    assert refusal.value.code == "begins_before_notice"
    now = timezone.now() + timedelta(days=4 * 366)
    assert ministry.why_not_from(entry.notice, entry.notice.ends_on, now).code == "born_expired"
    within = signed_in(ministry=True).post(
        decide_address(row, "recognise"), sent(row, **title(entry.notice.ends_on)) | {"sure": ""}
    )
    assert within.context["form"].read_back["is_early"] and "公示尚未结束" in text_of(within)


# --- Forms that cannot be used, and what leads on -----------------------------------------------------------------


def test_no_form_for_objections_that_cannot_be_recorded(call):
    row = in_notice(call)
    entry, client = NoticeEntry.objects.get(application=row), signed_in(ministry=True)
    address = reverse("ministry_objections", args=[entry.pk])
    running = client.get(address)
    assert (running.status_code, running.context["refusal"].code) == (409, "notice_runs")
    assert 'name="outcome"' not in text_of(running)
    end_notice(row)
    ministry.record_objections(entry := NoticeEntry.objects.get(pk=entry.pk), outcome=Outcome.NONE, words="",
                               by=OfficeFactory(ministry=True))  # fmt: skip
    assert 'name="outcome"' in text_of(client.get(address))
    act("recognise", row, document_number="1", valid_from=timezone.localdate())
    over = client.get(address)
    assert over.status_code == 403 and 'name="outcome"' not in text_of(over)
    lost = client.post(address, {"outcome": Outcome.DISMISSED, "words": "查无实据。"})
    assert lost.status_code == 403 and "查无实据。" in text_of(lost)
    nothing = text_of(client.get(reverse("ministry_recognise", args=[entry.notice_id])))
    assert "均已办结" in nothing and "0 个" not in nothing


def test_the_button_that_leads_follows_the_state_of_the_call(call):
    client = signed_in(ministry=True)

    def leading():
        return re.findall(r'class="btn btn-primary" href="([^"]+)"', text_of(client.get(reverse("ministry"))))

    row = recommended(call)
    assert leading() == [reverse("ministry_stage", args=[call.code])]
    open_the_stage(call)
    assert leading() == [reverse("ministry_slate", args=[call.code])]
    act("shortlist", row)
    assert leading() == [reverse("ministry_notice", args=[call.code])]


# --- What a decision means is said by the rule that decides it ----------------------------------------------------


@pytest.mark.parametrize("step", ["recommend", "do_not_recommend"])
def test_no_way_back_is_promised_once_the_ministry_has_begun(call, step):
    row = submitted(call)
    client = browser(province_of(row))
    assert "部级评审开始前，您可以收回" in text_of(client.get(decide_address(row, step)))
    open_the_stage(call)
    page = text_of(client.get(decide_address(row, step)))
    assert "您可以收回" not in page and "最晚至" not in page and "此后不能再收回决定" in page


def test_a_decline_says_when_it_is_read(call):
    row, client = recommended(call), signed_in(ministry=True)
    open_the_stage(call)
    address = decide_address(row, "decline")
    assert "公示开始前，除本部外无人知晓" in text_of(client.get(address))
    named = in_notice(call, lead="市中区", starts_in_days=3)
    assert "公示已发布" in text_of(client.get(address))
    end_notice(named)
    assert "即时可以看到" in text_of(client.get(address))
    assert "即时可以看到" in text_of(chosen(client, "decline", row))


def written(rows) -> list[str]:
    return [one.words for one in rows.objects.all() if one.words.endswith("写的话")]


def opened_at(row, code):
    """Return a client of the county, the name of the field of one reason, and what its check page sends of itself."""
    client = browser(county_of(row))
    page = client.get(reverse("application_check", args=[row.pk]))
    return client, f"reason-{code}", hidden(page)


@pytest.mark.parametrize("address", ["application_check", "application_submit"])
@pytest.mark.parametrize(("code", "rows"), [("jump:gross_output:2024", Remark), ("reply:figure_unclear", Reply)])
def test_a_reason_or_reply_from_an_older_page_is_told_of_the_newer_text_and_both_stand_there(call, address, code, rows):
    application = returned(call, is_replied=False)
    tell(application, {"gross_output": ("", "", "900")}, by=county_of(application))
    client, name, said = opened_at(application, code)
    keep, at = (reverse(one, args=[application.pk]) for one in ("application_check", address))
    assert client.post(keep, said | {name: "先写的话"}).status_code == 302
    told = client.post(at, said | {name: "后写的话", "declared": "on"})
    page = text_of(told)
    assert (told.status_code, written(rows)) == (409, ["先写的话"])
    assert "“先写的话”" in page and "后写的话" in page and f"initial-{name}" in hidden(told)
    assert client.post(keep, hidden(told) | {name: "后写的话"}).status_code == 302
    assert written(rows) == ["后写的话"]


def test_a_demand_that_a_colleague_replied_to_meanwhile_was_not_answered_before(call):
    application = returned(call, is_replied=False)
    tell(application, {"gross_output": ("", "", "85")}, by=county_of(application))
    client, name, said = opened_at(application, "reply:figure_unclear")
    county.give_reply(application, "figure_unclear", "同事写的话", by=county_of(application))
    told = client.post(reverse("application_submit", args=[application.pk]), said | {name: "", "declared": "on"})
    assert told.status_code == 409
    assert [(one.before, one.after) for one in told.context["meanwhile"].reasons] == [("尚未答复", "同事写的话")]


def test_a_reason_an_older_page_did_not_touch_stays_as_it_was_saved(call):
    application = filled(call)
    tell(application, {"gross_output": ("", "", "900")}, by=county_of(application))
    client, name, said = opened_at(application, "jump:gross_output:2024")
    keep = reverse("application_check", args=[application.pk])
    for words in ("先写的话", ""):
        assert client.post(keep, said | {name: words}).status_code == 302
    assert written(Remark) == ["先写的话"]
    with pytest.raises(Outdated) as clash:  # at this very moment
        county.give_reason(application, "jump:gross_output:2024", "后写的话", shown="", by=county_of(application))
    assert clash.value.row.words == "先写的话"
