"""The ministry's pages: its stage, the slate, the public notice, objections, recognition."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions import ministry
from applications.enums import Decision, Outcome, Reason, State
from applications.models import NoticeEntry, Opinion, PublicNotice
from audit.models import Event
from programmes.models import CalendarDay, CalendarYear, Deadline
from recognitions.models import Recognition
from tests.applications.pages import browser, chosen, decide_address, sent, sent_together, signed_in, text_of, title
from tests.factories import OfficeFactory
from tests.situations import (
    WHERE_TO_OBJECT,
    declined,
    end_notice,
    fresh,
    in_notice,
    province_of,
    recommended,
    shortlisted,
    submitted,
)

pytestmark = pytest.mark.django_db

# The notice of the second batch: 28 September 2023, then the holidays, a weekend worked, to 10 October.
HOLIDAYS = ["2023-09-29", *(f"2023-10-0{day}" for day in range(1, 7)), "2023-09-30"]


def list_of(client, **query):
    return client.get(reverse("ministry"), query)


def names(response) -> set[str]:
    return {row.cluster.name for row in response.context["rows"]}


def open_the_stage(call):
    ministry.open_stage(call, early=True, by=OfficeFactory(ministry=True))


def calendar_of_2023():
    CalendarYear.objects.create(year=2023, source="test")
    for day in HOLIDAYS:
        CalendarDay.objects.create(date=date.fromisoformat(day), is_working=False, name="中秋国庆")
    for day in ("2023-10-07", "2023-10-08"):
        CalendarDay.objects.create(date=date.fromisoformat(day), is_working=True, name="调休")


def test_the_ministry_sees_recommended_cases_by_province_with_places(call):
    ours, theirs = recommended(call), recommended(call, lead="黄岛区")
    hidden = submitted(call)
    client = signed_in(ministry=True)
    response = list_of(client)
    assert names(response) == {ours.cluster.name, theirs.cluster.name}
    places = {quota.authority.name: (quota.used, quota.places) for quota in response.context["in_use"]}
    assert places["山东省"] == (1, 8) and places["青岛市"] == (1, 2)
    assert names(list_of(client, province="370200")) == {theirs.cluster.name}
    assert client.get(reverse("application", args=[hidden.pk])).status_code == 404
    for traits in ({"province": True}, {"county": True}):
        for address in (
            reverse("ministry"),
            reverse("ministry_slate", args=[call.code]),
            reverse("ministry_notice", args=[call.code]),
        ):
            assert signed_in(**traits).get(address).status_code == 403


def test_the_stage_opens_once_and_says_first_what_it_means(call):
    client, address = signed_in(ministry=True), reverse("ministry_stage", args=[call.code])
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 200
    call.refresh_from_db()
    assert call.ministry_stage_opened_at is None
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    call.refresh_from_db()
    assert call.ministry_stage_opened_at is not None
    assert Event.objects.filter(action="programmes.open_ministry_stage").count() == 1
    assert signed_in(province=True).post(address).status_code == 403


def test_before_the_stage_nothing_is_shortlisted(call):
    application = recommended(call)
    client = signed_in(ministry=True)
    assert client.post(decide_address(application, "shortlist"), sent(application)).status_code == 403
    assert fresh(application).state == State.RECOMMENDED


def test_one_is_shortlisted_and_another_declined_with_a_reason(call):
    one, other = recommended(call), recommended(call, lead="市中区")
    open_the_stage(call)
    client = signed_in(ministry=True)
    assert client.get(decide_address(one, "shortlist")).status_code == 200
    client.post(decide_address(one, "shortlist"), sent(one, state_seen="recommended"))
    assert client.post(decide_address(other, "decline"), sent(other, state_seen="recommended")).status_code == 422
    client.post(
        decide_address(other, "decline"), sent(other, state_seen="recommended", reasons=[Reason.BELOW_STANDARD])
    )
    assert (fresh(one).state, fresh(other).state) == (State.SHORTLISTED, State.DECLINED)
    assert names(list_of(client, tab="shortlisted")) == {one.cluster.name}
    assert names(list_of(client, tab="declined")) == {other.cluster.name}
    response = client.get(reverse("ministry_slate", args=[call.code]))
    assert [row.pk for row in response.context["shortlisted"]] == [one.pk]


def test_an_old_page_does_not_decide_over_what_another_officer_chose(call):
    application = shortlisted(call)
    client = signed_in(ministry=True)
    said = sent(application, state_seen="recommended", reasons=[Reason.OTHER], words="择优")
    response = client.post(decide_address(application, "decline"), said)
    assert response.status_code == 409
    assert response.context["refusal"].code == "outdated"
    assert 'name="state_seen" value="shortlisted"' in response.content.decode()
    assert fresh(application).state == State.SHORTLISTED


def test_an_old_page_disqualifies_nobody_whom_another_officer_chose_and_tells_the_province_no_state(call):
    row, officer = shortlisted(call), OfficeFactory(ministry=True)
    client, address = browser(officer), decide_address(row, "disqualify")
    shown = client.get(address).context["form"]["state_seen"].value()
    said = sent(row, reasons=[Reason.FALSE_STATEMENT], words="虚报", state_seen=shown)
    ministry.put_back(row, key=uuid.uuid4(), version=None, words="再议。", by=officer)
    response = client.post(address, said)
    assert (response.status_code, response.context["refusal"].code) == (409, "outdated")
    assert (fresh(row).state, response.context["form"]["state_seen"].value()) == (State.RECOMMENDED, State.RECOMMENDED)
    assert "state_seen" not in browser(province_of(row)).get(address).content.decode()


def test_several_are_shortlisted_after_a_page_that_names_and_counts_them(call):
    rows = [recommended(call, lead=lead) for lead in ("历下区", "市中区", "黄岛区")]
    open_the_stage(call)
    client = signed_in(ministry=True)
    address = reverse("ministry_together", args=["shortlist"])
    response = chosen(client, "shortlist", *rows, call=call.code)
    assert all(row.cluster.name in response.content.decode() for row in rows)
    assert "3" in response.content.decode()
    assert all(fresh(row).state == State.RECOMMENDED for row in rows)
    said = sent_together(*rows)
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 302  # pressed twice
    assert {fresh(row).state for row in rows} == {State.SHORTLISTED}
    assert Opinion.objects.filter(decision=Decision.SHORTLIST).count() == 3


def test_which_cases_were_chosen_stands_in_no_address_and_the_page_can_be_opened_again(call):
    one, other, third = (recommended(call, lead=lead) for lead in ("历下区", "市中区", "黄岛区"))
    open_the_stage(call)
    client = signed_in(ministry=True)
    assert f'<form method="post" action="{reverse("ministry_together", args=["shortlist"])}">' in text_of(
        client.get(reverse("ministry"))
    )
    page = chosen(client, "shortlist", one, other, call=call.code, tab="candidates")
    chosen(client, "shortlist", third)  # in another tab
    [(address, _status)] = page.redirect_chain
    assert re.fullmatch(r"/ministry/together/shortlist/\?call=[\w-]+&tab=candidates&chosen=[0-9a-f]{32}", address)
    assert text_of(client.get(address)) == text_of(page) and page.context["rows"] == [one, other]
    assert page.context["back"] == f"{reverse('ministry')}?call={call.code}&tab=candidates"
    for asked in (client.get(address, {"case": third.pk}), signed_in(ministry=True).get(address)):
        assert asked.status_code == 302  # no choice is taken from an address, nor somebody else's


def test_what_fails_of_several_is_told_one_by_one_and_the_rest_is_decided(call):
    good, bad = recommended(call), recommended(call, lead="市中区")
    open_the_stage(call)
    ministry.shortlist(fresh(bad), key=uuid.uuid4(), version=None, by=OfficeFactory(ministry=True))
    said = sent_together(good, bad, reasons=[Reason.OTHER], words="择优")
    response = signed_in(ministry=True).post(reverse("ministry_together", args=["decline"]), said)
    assert response.status_code == 409
    assert [failure.application.pk for failure in response.context["failures"]] == [bad.pk]
    assert response.context["done"] == 1
    assert (fresh(good).state, fresh(bad).state) == (State.DECLINED, State.SHORTLISTED)


@pytest.mark.parametrize("version", [None, "", "x", "-1"])
def test_a_page_about_several_that_left_out_a_version_is_old(call, version):
    row = recommended(call)
    open_the_stage(call)
    said = sent_together(fresh(row))
    if version is None:
        del said[f"version_{row.pk}"]
    else:
        said[f"version_{row.pk}"] = version
    response = signed_in(ministry=True).post(reverse("ministry_together", args=["shortlist"]), said)
    assert response.status_code == 409 and len(response.context["failures"]) == 1
    assert fresh(row).state == State.RECOMMENDED


def test_cases_that_the_ministry_may_not_see_cannot_be_chosen(call):
    hidden = submitted(call)
    open_the_stage(call)
    client = signed_in(ministry=True)
    response = client.post(
        reverse("ministry_together", args=["shortlist"]), {"key": uuid.uuid4(), "case": [hidden.pk, "x", ""]}
    )
    assert response.status_code == 302
    assert fresh(hidden).state == State.SUBMITTED
    assert client.get(reverse("ministry_together", args=["recommend"])).status_code == 404


# --- The public notice -------------------------------------------------------------------


def test_the_last_day_counts_make_up_weekends_before_anything_is_published(call, monkeypatch):
    calendar_of_2023()
    application = shortlisted(call)
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2023, 9, 28))
    response = signed_in(ministry=True).post(
        reverse("ministry_notice", args=[call.code]),
        notice_asked(application, starts_on="2023-09-28"),
    )
    assert [day.isoformat() for day in response.context["days"].days] == [
        "2023-09-28", "2023-10-07", "2023-10-08", "2023-10-09", "2023-10-10",
    ]  # fmt: skip
    assert response.context["days"].is_certain
    assert "2023年10月10日" in response.content.decode()
    assert PublicNotice.objects.count() == 0


def test_a_year_without_calendar_data_says_so(call):
    application = shortlisted(call)
    start = timezone.localdate() + timedelta(days=400)
    asked = notice_asked(application, starts_on=start.isoformat())
    response = signed_in(ministry=True).post(reverse("ministry_notice", args=[call.code]), asked)
    assert not response.context["days"].is_certain
    assert "暂按周末和固定日期的法定节假日计算" in response.content.decode()


def notice_said(*rows, **more):
    said = {"starts_on": timezone.localdate().isoformat(), "working_days": "5", "document_number": "公示〔2026〕1号"}
    return sent_together(*rows, **said) | WHERE_TO_OBJECT | more


def notice_asked(*rows, **more):
    """Return what is sent to compute the last day: no key, which comes with what was computed."""
    said = notice_said(*rows, **more)
    del said["key"]
    return said


def test_a_notice_is_published_once_and_releases_the_choice(call):
    chosen, refused = shortlisted(call), declined(call, lead="市中区")
    client, address, said = signed_in(ministry=True), reverse("ministry_notice", args=[call.code]), notice_said(chosen)
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 302
    notice = PublicNotice.objects.get()
    assert (notice.document_number, notice.working_days, notice.entries.count()) == ("公示〔2026〕1号", 5, 1)
    assert fresh(chosen).state == State.IN_PUBLIC_NOTICE
    assert fresh(chosen).released_at == fresh(refused).released_at == notice.starts_at


@pytest.mark.parametrize(
    "change",
    [{"starts_on": "2020-01-01"}, {"working_days": "0"}, {"working_days": "61"}, {"email": "nobody"},
     *({name: " "} for name in WHERE_TO_OBJECT)],
)  # fmt: skip
def test_a_notice_in_the_past_or_that_does_not_say_where_to_object_is_not_published(call, change):
    application = shortlisted(call)
    response = signed_in(ministry=True).post(
        reverse("ministry_notice", args=[call.code]), notice_said(application, **change)
    )
    assert response.status_code == 422
    assert PublicNotice.objects.count() == 0


def test_a_shortlist_that_changed_meanwhile_is_not_published(call):
    kept, gone = shortlisted(call), shortlisted(call, lead="市中区")
    said = notice_said(kept, gone)
    ministry.decline(
        fresh(gone),
        key=uuid.uuid4(),
        version=None,
        reasons=[Reason.OTHER],
        words="择优",
        by=OfficeFactory(ministry=True),
    )
    response = signed_in(ministry=True).post(reverse("ministry_notice", args=[call.code]), said)
    assert response.status_code == 409
    assert PublicNotice.objects.count() == 0
    assert fresh(kept).state == State.SHORTLISTED


def test_objections_are_recorded_after_the_notice_and_need_words(call):
    application = in_notice(call)
    entry = NoticeEntry.objects.get(application=application)
    client, address = signed_in(ministry=True), reverse("ministry_objections", args=[entry.pk])
    response = client.post(address, {"outcome": Outcome.NONE, "words": ""})
    assert (response.status_code, response.context["refusal"].code) == (409, "notice_runs")
    end_notice(application)
    assert client.post(address, {"outcome": Outcome.UPHELD, "words": ""}).status_code == 422
    assert client.post(address, {"outcome": Outcome.DISMISSED, "words": "查无实据。"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.outcome, entry.words) == (Outcome.DISMISSED, "查无实据。")


@pytest.mark.parametrize(("words", "status"), [("属实。", 422), ("", 422), ("登记有误，实为另一集群。", 302)])
@pytest.mark.parametrize("outcome", [Outcome.NONE, Outcome.DISMISSED])
def test_the_words_of_one_outcome_are_not_taken_for_another(call, outcome, words, status):
    entry = end_notice(in_notice(call))
    ministry.record_objections(entry, outcome=Outcome.UPHELD, words="属实。", by=OfficeFactory(ministry=True))
    client, address = signed_in(ministry=True), reverse("ministry_objections", args=[entry.pk])
    seen = client.get(address).context["form"]["seen"].value()
    assert client.post(address, {"outcome": outcome, "words": words, "seen": seen}).status_code == status
    entry.refresh_from_db()
    assert (entry.outcome == Outcome.UPHELD) is (status == 422)


def test_none_received_is_recorded_for_the_rest_alone(call):
    one, other = in_notice(call), shortlisted(call, lead="市中区")
    notice = PublicNotice.objects.get()
    ministry.publish_notice(
        call,
        [other],
        starts_on=timezone.localdate(),
        working_days=5,
        document_number="2",
        contact=WHERE_TO_OBJECT,
        key=uuid.uuid4(),
        by=OfficeFactory(ministry=True),
    )
    NoticeEntry.objects.filter(application=other).update(notice=notice)
    entry = end_notice(one)
    ministry.record_objections(entry, outcome=Outcome.UPHELD, words="属实", by=OfficeFactory(ministry=True))
    client = signed_in(ministry=True)
    address = reverse("ministry_no_objections", args=[notice.pk])
    page = client.get(address)
    assert [entry.application_id for entry in page.context["waiting"]] == [other.pk]
    assert f'{one.cluster.name} <span class="quiet">异议成立' in page.content.decode()
    assert not NoticeEntry.objects.filter(outcome=Outcome.NONE).exists()  # it only showed what it will record
    client.post(address)  # a page that showed nothing records nothing
    assert not NoticeEntry.objects.filter(outcome=Outcome.NONE).exists()
    client.post(address, {"entry": [entry.pk, page.context["waiting"][0].pk]})
    assert dict(notice.entries.values_list("application_id", "outcome")) == {
        one.pk: Outcome.UPHELD,
        other.pk: Outcome.NONE,
    }


def test_all_without_an_upheld_objection_are_recognised_at_once(call):
    one = in_notice(call)
    entry = end_notice(one)
    client = signed_in(ministry=True)
    address = reverse("ministry_recognise", args=[entry.notice_id])
    today = timezone.localdate()
    said = sent_together(one, **title(today))
    response = client.post(address, said)
    assert response.status_code == 409  # nothing is recorded yet
    assert Recognition.objects.count() == 0
    client.post(reverse("ministry_no_objections", args=[entry.notice_id]), {"entry": [entry.pk]})
    assert client.get(address).status_code == 200
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 302
    granted = Recognition.objects.get()
    assert (granted.document_number, granted.valid_from, granted.valid_to, granted.batch) == (
        "工信部企业函〔2026〕1号", today, ministry.end_of_validity(today), call.year,
    )  # fmt: skip
    assert fresh(one).state == State.RECOGNISED


@pytest.mark.parametrize(
    ("outcome", "offered"),
    [("", {"objections", "disqualify"}), (Outcome.NONE, {"recognise", "objections", "disqualify"}),
     (Outcome.UPHELD, {"decline", "objections", "disqualify"})],
)  # fmt: skip
def test_a_case_after_its_notice_offers_what_its_record_allows(call, outcome, offered):
    row, client = in_notice(call), signed_in(ministry=True)

    def steps():
        return {step["name"] for step in client.get(row.get_absolute_url()).context["steps"]}

    assert steps() == {"disqualify"}  # the notice runs
    entry = end_notice(row)
    if outcome:
        ministry.record_objections(entry, outcome=outcome, words="属实", by=OfficeFactory(ministry=True))
    assert steps() == offered


def test_a_step_chosen_on_the_slate_leads_back_to_it(call):
    row, client, slate = recommended(call), signed_in(ministry=True), reverse("ministry_slate", args=[call.code])
    open_the_stage(call)
    address = decide_address(row, "shortlist") + f"?call={call.code}&from=slate"
    assert address.replace("&", "&amp;") in client.get(slate).content.decode()
    assert client.get(address).context["back"] == slate
    assert client.post(address, sent(row, state_seen="recommended")).url == slate
    assert client.get(decide_address(row, "decline")).context["back"] == row.get_absolute_url()


def test_a_call_is_named_in_the_language_of_the_page(call):
    client = signed_in(ministry=True)
    assert call.programme.name in client.get(reverse("ministry")).content.decode()
    client.cookies["django_language"] = "en"
    page = client.get(reverse("ministry")).content.decode()
    assert f"{call.programme.name_en} {call.year}" in page and call.programme.name not in page


def test_no_deadline_is_shown_when_nothing_is_due(call):
    client, row = signed_in(ministry=True), recommended(call)
    assert client.get(row.get_absolute_url()).context["deadline"]
    assert client.get(in_notice(call, lead="市中区").get_absolute_url()).context["deadline"] is None


def test_a_number_that_another_notice_has_is_pointed_out_before_publishing(call):
    in_notice(call)
    used = PublicNotice.objects.get().document_number
    said = notice_asked(shortlisted(call, lead="市中区"))
    client, address = signed_in(ministry=True), reverse("ministry_notice", args=[call.code])
    assert not client.post(address, said | {"document_number": used + "9"}).context["used_before"]
    assert client.post(address, said | {"document_number": used}).context["used_before"]


def test_an_upheld_objection_leaves_only_the_decline(call):
    application = in_notice(call)
    entry = end_notice(application)
    ministry.record_objections(entry, outcome=Outcome.UPHELD, words="属实", by=OfficeFactory(ministry=True))
    client = signed_in(ministry=True)
    row = fresh(application)
    response = client.post(decide_address(row, "recognise"), sent(row, **title()))
    assert (response.status_code, response.context["refusal"].code) == (409, "objections_say_otherwise")
    said = sent(row, reasons=[Reason.OTHER], words="异议成立", state_seen="in_public_notice")
    assert client.post(decide_address(row, "decline"), said).status_code == 302
    assert fresh(row).state == State.DECLINED
    assert Recognition.objects.count() == 0


def test_nothing_is_recognised_while_the_notice_runs(call):
    application = in_notice(call)
    said = sent(application, **title())
    response = signed_in(ministry=True).post(decide_address(application, "recognise"), said)
    assert (response.status_code, response.context["refusal"].code) == (409, "notice_runs")


def test_a_list_of_the_ministry_costs_at_most_twelve_and_a_case_fifteen(call):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    application = in_notice(call)
    client = signed_in(ministry=True)
    for address, most in ((f"{reverse('ministry')}?tab=all", 12), (reverse("application", args=[application.pk]), 15)):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= most, "\n".join(asked)
