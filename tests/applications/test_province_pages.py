"""The desk of a province and its decisions, through the pages."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.enums import Decision, Reason, State
from applications.models import Opinion
from audit.models import Event
from programmes.models import Call, Deadline, Quota
from tests.accounts.helpers import minute_over
from tests.applications.pages import browser, decide_address, in_days, sent, signed_in, typed
from tests.factories import ClusterFactory, IndustryFactory, OfficeFactory
from tests.situations import fresh, province_of, recommended, returned, shortlisted, submitted

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [row.cluster.name for row in response.context["rows"]]


def use_up_the_places(call, authority="370000"):
    Quota.objects.filter(call=call, authority__code=authority).update(used=8)


# --- The desk ----------------------------------------------------------------------------


def test_the_desk_shows_own_cases_oldest_first_and_counts_them(call):
    first, second = submitted(call), submitted(call, lead="市中区")
    submitted(call, lead="黄岛区")
    recommended(call)
    response = signed_in(province=True).get(reverse("desk"))
    assert names(response) == [first.cluster.name, second.cluster.name]
    assert response.context["numbers"]["new"] == "2"
    assert response.context["numbers"]["back"] == "0"
    assert response.context["quota"].places_left() == 7
    html = response.content.decode()
    assert "<strong>7/8</strong>" in html
    assert f'href="/applications/{first.pk}/"' in html


def test_the_desk_is_for_provinces(call):
    for traits in ({"county": True}, {"ministry": True}):
        response = signed_in(**traits).get(reverse("desk"))
        assert response.status_code == 403
        assert "省级" in response.content.decode() or "Provincial" in response.content.decode()


def test_without_any_call_the_desk_says_so(country):
    assert signed_in(province=True).get(reverse("desk")).status_code == 200


def test_the_filters_live_in_the_address_and_chips_remove_them(call):
    mill = IndustryFactory(code="1711", name="棉纺纱加工")
    cotton = submitted(call, cluster=ClusterFactory(name="单县棉纺产业集群", industry=mill, niche="棉纺"))
    submitted(call)
    client = signed_in(province=True)
    assert names(client.get(reverse("desk"), {"industry": "17"})) == [cotton.cluster.name]
    assert names(client.get(reverse("desk"), {"q": "棉纺"})) == [cotton.cluster.name]
    assert names(client.get(reverse("desk"), {"q": "mfccyjq"})) == []
    assert len(names(client.get(reverse("desk"), {"verdict": "clean"}))) == 2
    assert names(client.get(reverse("desk"), {"verdict": "not_met"})) == []
    response = client.get(reverse("desk"), {"industry": "17", "q": "棉纺", "tab": "new", "call": call.code})
    assert [chip["address"] for chip in response.context["chips"]] == [
        f"?call={call.code}&tab=new&q=%E6%A3%89%E7%BA%BA",
        f"?call={call.code}&tab=new&industry=17",
    ]
    assert response.context["clear"] == f"?call={call.code}&tab=new"
    assert f"/applications/{cotton.pk}/?call={call.code}&amp;tab=new&amp;industry=17" in response.content.decode()


@pytest.mark.parametrize("query", [
    {"tab": "nothing"}, {"verdict": "x"}, {"industry": "' or 1=1"}, {"after": "abc"}, {"after": "9" * 20 + "-1"},
    {"before": "1-" + "9" * 18}, {"q": "\x00"}, {"province": "370200"},
])  # fmt: skip
def test_an_odd_address_is_no_error(call, query):
    submitted(call)
    assert signed_in(province=True).get(reverse("desk"), query).status_code == 200


def test_an_unknown_call_does_not_exist(call):
    assert signed_in(province=True).get(reverse("desk"), {"call": "no-such"}).status_code == 404


def test_pages_follow_each_other_without_gap_or_overlap(call, monkeypatch):
    from applications import desk

    monkeypatch.setattr(desk.Desk.page, "__defaults__", (2,))
    made = [submitted(call, lead=lead) for lead in ("历下区", "市中区", "单县", "历下区", "市中区")]
    client, address, seen = signed_in(province=True), "?tab=all", []
    while address:
        response = client.get(reverse("desk") + address)
        seen.append(names(response))
        address = response.context["page"].following
    assert seen == [
        [made[0].cluster.name, made[1].cluster.name],
        [made[2].cluster.name, made[3].cluster.name],
        [made[4].cluster.name],
    ]
    back = client.get(reverse("desk") + response.context["page"].preceding)
    assert names(back) == seen[1]
    assert names(client.get(reverse("desk") + back.context["page"].preceding)) == seen[0]


def test_the_desk_costs_the_same_for_one_application_and_for_fifty(call, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first = submitted(call)
    client = signed_in(province=True)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("desk"))
        return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    client.get(reverse("desk"))
    alone = cost()
    copies = []
    for number in range(49):
        first.pk, first.snapshot_id, first.screening_id = None, first.snapshot_id, first.screening_id
        first.cluster = ClusterFactory(name=f"副本{number}产业集群")
        first._state.adding = True
        first.save()
        copies.append(first.pk)
    many = cost()
    assert len(alone) == len(many), "\n".join(many)
    assert len(many) <= 12, "\n".join(many)


# --- Deciding ----------------------------------------------------------------------------


def test_a_case_is_returned_with_reasons_words_and_a_due_date(call):
    application = submitted(call)
    client = signed_in(province=True)
    assert client.get(decide_address(application, "send_back")).status_code == 200
    due = in_days(7)
    response = client.post(
        decide_address(application, "send_back"),
        sent(application, reasons=[Reason.FIGURE_UNCLEAR], words="请核对产值。", due_at=due.strftime("%Y-%m-%dT%H:%M")),
    )
    assert response.status_code == 302
    row = fresh(application)
    assert (row.state, row.due_at) == (State.RETURNED, due)
    opinion = Opinion.objects.get(application=application)
    assert (opinion.decision, opinion.reasons, opinion.words) == (
        Decision.SEND_BACK,
        [Reason.FIGURE_UNCLEAR],
        "请核对产值。",
    )


def test_a_return_without_words_or_with_a_past_date_keeps_what_was_typed(call):
    application = submitted(call)
    client = signed_in(province=True)
    said = sent(application, reasons=[Reason.FIGURE_UNCLEAR], words="", due_at="2030-01-02T10:00")
    response = client.post(decide_address(application, "send_back"), said)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"words"}
    said = sent(application, reasons=[Reason.FIGURE_UNCLEAR], words="请核对产值。", due_at="2020-01-02T10:00")
    response = client.post(decide_address(application, "send_back"), said)
    assert response.status_code == 409
    assert "请核对产值。" in response.content.decode()
    assert fresh(application).state == State.SUBMITTED


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("send_back", Reason.FALSE_STATEMENT),
        ("send_back", Reason.BEYOND_QUOTA),
        ("do_not_recommend", Reason.FALSE_STATEMENT),
        ("disqualify", Reason.BEYOND_QUOTA),
    ],
)
def test_a_reason_that_does_not_fit_the_step_is_neither_offered_nor_taken(call, step, reason):
    application = submitted(call)
    client = signed_in(province=True)
    assert f'value="{reason.value}"' not in client.get(decide_address(application, step)).content.decode()
    said = sent(application, reasons=[reason], words="说明", due_at="2030-01-02T10:00")
    response = client.post(decide_address(application, step), said)
    assert response.status_code == 422 and "reasons" in response.context["form"].errors
    assert fresh(application).state == State.SUBMITTED


def test_recommending_uses_a_place_and_taking_back_frees_it(call):
    application = submitted(call)
    client = signed_in(province=True)
    html = client.get(decide_address(application, "recommend")).content.decode()
    assert "剩余 8 个名额" in html or "places left: 8" in html
    assert client.post(decide_address(application, "recommend"), sent(application)).status_code == 302
    assert Quota.objects.get(call=call, authority__code="370000").used == 1
    row = fresh(application)
    assert row.state == State.RECOMMENDED
    assert client.post(decide_address(row, "take_back"), sent(row, words="材料有误")).status_code == 302
    assert Quota.objects.get(call=call, authority__code="370000").used == 0
    assert fresh(application).state == State.SUBMITTED


def test_the_ninth_recommendation_is_refused_with_the_sentence(call):
    application = submitted(call)
    use_up_the_places(call)
    response = signed_in(province=True).post(decide_address(application, "recommend"), sent(application))
    assert response.status_code == 409
    assert "8" in str(response.context["refusal"])
    assert response.context["refusal"].code == "quota_used_up"
    assert str(response.context["refusal"]) in response.content.decode()
    assert fresh(application).state == State.SUBMITTED
    minute_over()
    assert Event.objects.filter(action="applications.recommend", result="refused").count() == 1


def test_pressing_twice_decides_once(call):
    application = submitted(call)
    client, said = signed_in(province=True), sent(application)
    assert [client.post(decide_address(application, "recommend"), said).status_code for _ in range(2)] == [302, 302]
    assert Opinion.objects.filter(application=application).count() == 1
    assert Quota.objects.get(call=call, authority__code="370000").used == 1


def test_an_old_page_shows_the_newest_state_and_keeps_what_was_typed(call):
    application = submitted(call)
    type(application).objects.filter(pk=application.pk).update(version=application.version + 1)
    said = sent(application, reasons=[Reason.BEYOND_QUOTA], words="名额有限")
    response = signed_in(province=True).post(decide_address(application, "do_not_recommend"), said)
    assert response.status_code == 409
    html = response.content.decode()
    assert f'name="version" value="{application.version + 1}"' in html
    assert "名额有限" in html
    assert fresh(application).state == State.SUBMITTED


def test_an_old_page_of_a_step_that_is_over_shows_the_case(call):
    application = submitted(call)
    by = OfficeFactory(province=True)
    old = sent(application)
    browser(by).post(decide_address(application, "do_not_recommend"), sent(application, reasons=[Reason.BEYOND_QUOTA]))
    response = browser(by).post(decide_address(application, "recommend"), old)
    assert response.status_code == 409
    assert response.context["state"] == State.NOT_RECOMMENDED
    assert str(response.context["refusal"]) in response.content.decode()


@pytest.mark.parametrize("step", ["shortlist", "decline", "recognise", "take_back"])
def test_a_step_that_is_not_theirs_is_refused_with_a_sentence(call, step):
    application = submitted(call)
    client = signed_in(province=True)
    for response in (client.get(decide_address(application, step)), client.post(decide_address(application, step), sent(
        application, words="x", reasons=[Reason.OTHER], document_number="1", valid_from="2026-01-01"))):  # fmt: skip
        assert response.status_code == 403
        assert "<h1>" in response.content.decode()


def test_a_county_decides_nothing(call):
    application = submitted(call)
    response = signed_in(county=True).post(decide_address(application, "recommend"), sent(application))
    assert response.status_code == 403
    assert fresh(application).state == State.SUBMITTED


def test_disqualifying_needs_findings_and_ends_the_case(call):
    application = submitted(call)
    client = signed_in(province=True)
    response = client.post(
        decide_address(application, "disqualify"), sent(application, reasons=[Reason.FALSE_STATEMENT])
    )
    assert response.status_code == 422
    client.post(
        decide_address(application, "disqualify"),
        sent(application, reasons=[Reason.FALSE_STATEMENT], words="核查发现虚报。"),
    )
    assert fresh(application).state == State.DISQUALIFIED


def test_fields_that_no_form_has_change_nothing(call):
    application = submitted(call)
    said = sent(application, state="recognised", at_level="ministry", released_at="2020-01-01", office="1", by="1")
    signed_in(province=True).post(decide_address(application, "recommend"), said)
    row = fresh(application)
    assert (row.state, row.released_at) == (State.RECOMMENDED, None)


def test_after_the_ministry_opened_its_stage_nothing_is_taken_back(call):
    application = shortlisted(call)
    client = signed_in(province=True)
    response = client.post(decide_address(application, "take_back"), sent(application, words="撤回"))
    assert response.status_code == 403
    assert client.get(decide_address(application, "take_back")).status_code == 403


# --- Deadlines ---------------------------------------------------------------------------


def deadline_address(call):
    return reverse("province_deadline", args=[call.code])


def test_a_province_sets_the_deadline_of_its_counties(call):
    by = OfficeFactory(province=True)
    client = browser(by)
    closes = in_days(20)
    response = client.post(deadline_address(call), {"closes_at": closes.strftime("%Y-%m-%dT%H:%M"), "before": ""})
    assert response.status_code == 302
    own = Deadline.objects.get(call=call, authority=by.authority)
    assert (own.closes_at, own.level_below, own.authority_path) == (closes, "county", "national:cn/370000/")
    assert Event.objects.filter(action="programmes.set_deadline", result="done", office_id=by.pk).count() == 1
    response = client.get(reverse("desk"))
    assert response.context["deadline"].authority == by.authority
    other = signed_in(province=True, authority="青岛市").get(reverse("desk"))
    assert other.context["deadline"].authority.code == "cn"


@pytest.mark.parametrize(("days", "code"), [(-4, "deadline_in_the_past"), (91, "later_than_own")])
def test_a_deadline_in_the_past_or_after_the_own_one_is_refused(call, days, code):
    closes = in_days(days)
    response = signed_in(province=True).post(
        deadline_address(call), {"closes_at": closes.strftime("%Y-%m-%dT%H:%M"), "before": ""}
    )
    assert response.status_code == 409
    assert response.context["refusal"].code == code
    assert Deadline.objects.filter(call=call).count() == 1


@pytest.mark.parametrize("typed_in", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_year_nobody_means_is_asked_about_in_every_field_of_a_closing(call, typed_in):
    client = signed_in(province=True)
    answer = client.post(deadline_address(call), {"closes_at": typed_in, "before": ""})
    assert answer.status_code == 422 and "请核对年份" in answer.content.decode()
    case = submitted(call)
    said = sent(case, reasons=["other"], words="请核对。", due_at=typed_in)
    answer = client.post(decide_address(case, "send_back"), said)
    assert answer.status_code == 422 and "请核对年份" in answer.content.decode()


def test_two_who_set_the_deadline_at_once_do_not_overwrite_each_other(call):
    client = signed_in(province=True)
    first, second = (typed(in_days(days)) for days in (20, 30))
    client.post(deadline_address(call), {"closes_at": first, "before": ""})
    response = client.post(deadline_address(call), {"closes_at": second, "before": ""})
    assert response.status_code == 409
    own = Deadline.objects.get(call=call, level_below="county")
    assert timezone.localtime(own.closes_at).strftime("%Y-%m-%dT%H:%M") == first
    shown = response.context["form"]["before"].value()
    assert client.post(deadline_address(call), {"closes_at": second, "before": shown}).status_code == 302


def test_a_refused_time_does_not_make_an_old_page_new(call):
    client = signed_in(province=True)
    client.post(deadline_address(call), {"closes_at": typed(in_days(20)), "before": ""})
    response = client.post(deadline_address(call), {"closes_at": typed(in_days(91)), "before": ""})
    assert response.context["refusal"].code == "later_than_own"
    assert response.context["form"]["before"].value() == ""
    assert client.post(deadline_address(call), {"closes_at": typed(in_days(30)), "before": ""}).status_code == 409


def test_a_deadline_can_be_set_back_to_the_one_above(call):
    by = OfficeFactory(province=True)
    client = browser(by)
    assert 'name="set_back"' not in client.get(deadline_address(call)).content.decode()
    client.post(deadline_address(call), {"closes_at": typed(in_days(20)), "before": ""})
    page = client.get(deadline_address(call))
    assert 'name="set_back"' in page.content.decode()
    shown = page.context["form"]["before"].value()
    old = client.post(
        deadline_address(call), {"set_back": "1", "before": "2020-01-01T00:00:00+00:00", "closes_at": "x"}
    )
    assert (old.status_code, Deadline.objects.filter(call=call, authority=by.authority).count()) == (409, 1)
    answer = client.post(deadline_address(call), {"set_back": "1", "before": shown, "closes_at": ""}, follow=True)
    assert not Deadline.objects.filter(call=call, authority=by.authority).exists()
    assert "工业和信息化部规定" in answer.content.decode()
    assert answer.context["deadline"].authority.code == "cn"
    event = Event.objects.filter(action="programmes.set_deadline", result="done").latest("pk")
    assert event.details["to"] == "" and event.details["from"]


def test_a_deadline_on_a_day_off_is_asked_for_once_more(call):
    by = OfficeFactory(province=True)
    client, day = browser(by), timezone.localdate() + timedelta(days=20)
    saturday = day + timedelta(days=5 - day.weekday() if day.weekday() < 6 else 6)
    answer = client.post(deadline_address(call), {"closes_at": f"{saturday}T23:59", "before": ""})
    assert answer.status_code == 422 and "24:00（星期六），为休息日" in answer.content.decode()
    again = {"closes_at": f"{saturday}T23:59", "before": "", "sure": answer.context["form"]["sure"].value()}
    assert client.post(deadline_address(call), again).status_code == 302
    own = Deadline.objects.get(call=call, authority=by.authority)
    assert timezone.localtime(own.closes_at).strftime("%H:%M") == "00:00"


@pytest.mark.parametrize("path", ["send_back", "extend", "deadline"])
def test_a_day_off_that_is_refused_anyway_is_refused_at_the_first_press(call, path):
    """In the past, or later than can be: the weekend is not asked about before."""
    case = submitted(call) if path == "send_back" else returned(call)
    client = browser(province_of(case))
    for weeks in (-1, 20):
        day = timezone.localdate() + timedelta(weeks=weeks, days=-timezone.localdate().weekday() - 1)
        if path == "deadline":
            answer = client.post(deadline_address(call), {"closes_at": f"{day}T17:00", "before": ""})
        else:
            said = sent(case, reasons=["figure_unclear"], words="请核对。", due_at=f"{day}T17:00")
            answer = client.post(decide_address(case, path), said)
        assert answer.status_code == 409 and "），为休息日" not in answer.content.decode()


def test_a_form_offers_the_end_of_a_day_no_later_than_can_be(call):
    application = submitted(call)
    client = signed_in(province=True)
    assert 'T23:59"' in client.get(decide_address(application, "send_back")).content.decode()
    assert 'T23:59"' in client.get(deadline_address(call)).content.decode()
    soon = timezone.now() + timedelta(days=2)
    Deadline.objects.filter(call=call).update(closes_at=soon)
    assert typed(soon) in client.get(decide_address(application, "send_back")).content.decode()


def test_the_deadlines_of_a_call_that_is_over_stand(call):
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(days=1))
    closes = typed(in_days(5))
    response = signed_in(province=True).post(deadline_address(call), {"closes_at": closes, "before": ""})
    assert response.context["refusal"].code == "call_over"
    assert 'name="closes_at"' not in response.content.decode()
    assert signed_in(ministry=True).get(deadline_address(call)).status_code == 403


def test_a_resubmitted_case_stands_on_the_same_desk_marked(call):
    from applications.actions import county
    from tests.situations import county_of

    application = returned(call)
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=county_of(application))
    client = signed_in(province=True)
    assert names(client.get(reverse("desk"), {"tab": "back"})) == [application.cluster.name]
    assert names(client.get(reverse("desk"), {"tab": "new"})) == []


def test_the_open_call_is_the_default(call):
    from tests.world import make_call

    older = make_call(year=2024, closes_in=timedelta(days=-10))
    newer = make_call(year=2027, opens_at=timezone.now() + timedelta(days=5))
    assert Call.objects.count() == 3
    client = signed_in(province=True)
    assert client.get(reverse("desk")).context["call"] == call
    assert client.get(reverse("desk"), {"call": older.code}).context["call"] == older
    assert client.get(reverse("desk"), {"call": newer.code}).context["call"] == newer


def test_tiles_count_the_call_whatever_the_filters_hide_and_an_empty_list_says_what_they_hide(call):
    submitted(call)
    response = signed_in(province=True).get(reverse("desk"), {"call": call.code, "verdict": "waived"})
    html = response.content.decode()
    assert response.context["numbers"]["new"] == "1" and names(response) == []
    assert "没有等待审核的申报" not in html and "县级提交后，申报即出现在这里" not in html
    assert "没有符合条件的申报" in html and "取消筛选后，“待审核”有 1 项" in html and "清除全部筛选" in html


def test_an_empty_list_promises_arrivals_only_while_the_call_is_open(call):
    client = signed_in(province=True)
    html = client.get(reverse("desk")).content.decode()
    assert "县级提交后，申报即出现在这里" in html and "没有符合条件" not in html
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(minutes=1))
    closed = client.get(reverse("desk"), {"call": call.code}).content.decode()
    assert "县级提交后" not in closed and "现在不接收申报" in closed
    ministry = signed_in(ministry=True).get(reverse("ministry"), {"call": call.code}).content.decode()
    assert "各地推荐后" not in ministry
