"""The opening of the ministry's stage, what a notice asks of its officer, and the locks and guards around it."""

import re
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.actions import ministry
from applications.enums import Outcome, Reason, State
from applications.models import Application, NoticeEntry, PublicNotice
from programmes import deadlines
from programmes.models import Quota
from tests.applications.pages import browser, signed_in
from tests.applications.test_hostile import meanwhile
from tests.applications.test_ministry_pages import notice_asked, notice_said
from tests.factories import OfficeFactory
from tests.situations import WHERE_TO_OBJECT, end_notice, fresh, in_notice, recommended, shortlisted
from tests.world import make_call
from workflow.refusals import StepRefused

pytestmark = pytest.mark.django_db


def test_opening_before_the_deadline_names_it_and_who_can_recommend_and_wants_a_second_press(call):
    client, address = signed_in(ministry=True), reverse("ministry_stage", args=[call.code])
    Quota.objects.filter(call=call).exclude(authority__code__in=["370000", "370200"]).delete()
    Quota.objects.filter(call=call, authority__code="370000").update(places=2, used=2)
    page = client.get(address).content.decode()
    listed = page.split("截止前仍有 1 个推荐单位可在名额内推荐</summary>")[1].split("</details>")[0]
    assert listed.count("<li>") == 1 and "青岛市" in listed and "截止前即开始部级评审" not in page
    response = client.post(address)
    page = response.content.decode()
    assert (response.status_code, response.context["refusal"].code) == (409, "before_the_deadline")
    assert deadlines.words(deadlines.for_province(call).closes_at) in page
    assert "截止前仍有 1 个推荐单位" in page and "截止前即开始部级评审" in page
    call.refresh_from_db()
    assert call.ministry_stage_opened_at is None
    assert client.post(address, {"early": "1"}).status_code == 302
    call.refresh_from_db()
    assert call.ministry_stage_opened_at is not None
    assert client.post(address).status_code == 302  # it was open already; nobody is asked twice


def test_many_authorities_fold_to_their_count_with_the_list_behind_it(call):
    client, address = signed_in(ministry=True), reverse("ministry_stage", args=[call.code])
    page = client.get(address).content.decode()
    number = Quota.objects.filter(call=call).count()
    assert number > 3
    listed = page.split("<details>")[1].split("</details>")[0]
    assert f"截止前仍有 {number} 个推荐单位可在名额内推荐" in listed and listed.count("<li>") == number
    assert "，青岛市" not in page


def test_the_ministrys_stage_has_one_name_in_every_sentence():
    """部级评审 is what it is called, and it begins: never a stage that is opened or entered."""
    catalogue = Path("locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    said = "".join(re.findall(r'^(?:msgstr(?:\[0\])? )?"(.*)"$', catalogue, re.MULTILINE))
    assert "部级评审" in said
    for other in ("评审阶段", "阶段开启", "开启部级", "评审也已开启", "时间前开启"):
        assert other not in said, other


def test_what_was_said_of_objections_is_offered_again_in_the_next_notice_of_the_programme(call):
    chosen, client = shortlisted(call), signed_in(ministry=True)
    address = reverse("ministry_notice", args=[call.code])
    assert {name: client.get(address).context["form"][name].value() for name in WHERE_TO_OBJECT} == dict.fromkeys(
        WHERE_TO_OBJECT
    )
    said = notice_said(chosen, document_number="")
    page = client.post(address, notice_asked(chosen, document_number="")).content.decode()
    assert all(words in page for words in WHERE_TO_OBJECT.values())
    assert client.post(address, said).status_code == 302
    assert PublicNotice.objects.get().contact == WHERE_TO_OBJECT
    assert "将其列入公示。" in client.get(chosen.get_absolute_url()).content.decode()
    again = make_call(year=2026)
    ministry.open_stage(again, early=True, by=OfficeFactory(ministry=True))
    shortlisted(again)
    form = client.get(reverse("ministry_notice", args=[again.code])).context["form"]
    assert {name: form[name].value() for name in WHERE_TO_OBJECT} == WHERE_TO_OBJECT
    shortlisted(other := make_call(year=2026, sample=False))
    form = client.get(reverse("ministry_notice", args=[other.code])).context["form"]
    assert form["email"].value() is None


def test_what_is_chosen_for_a_notice_stands_in_no_address_before_it_is_published(call):
    chosen, client = shortlisted(call), signed_in(ministry=True)
    address = reverse("ministry_notice", args=[call.code])
    said = notice_asked(chosen, document_number="公示〔2025〕9号")
    page = client.post(address, said).content.decode()
    assert "确认" in page and "公示〔2025〕9号" in page and not PublicNotice.objects.exists()
    forms = re.findall(r"<form[^>]*sheet decide[^>]*>|<form[^>]*action=\"/ministry[^>]*>", page)
    assert len(forms) == 2 and all('method="post"' in one and "data-guard data-secret" in one for one in forms)
    page = client.get(address, said)  # an address that says it all the same is asked nothing
    assert not page.context["days"] and "公示〔2025〕9号" not in page.content.decode()


@pytest.mark.parametrize("missing", WHERE_TO_OBJECT)
def test_the_act_itself_refuses_a_notice_that_does_not_say_where_to_object(call, missing):
    row = shortlisted(call)
    with pytest.raises(StepRefused) as refusal:
        ministry.publish_notice(
            call, [row], starts_on=timezone.localdate(), working_days=5, key=uuid.uuid4(),
            contact=WHERE_TO_OBJECT | {missing: " "}, by=OfficeFactory(ministry=True),
        )  # fmt: skip
    assert refusal.value.code == "no_contact"
    assert fresh(row).state == State.SHORTLISTED


def test_a_refusal_to_publish_names_every_case_it_is_about_and_leads_to_each(call):
    *old, kept = [shortlisted(call, lead=lead) for lead in ("历下区", "市中区", "黄岛区")]
    said = notice_said(*old, kept) | {f"version_{row.pk}": row.version - 1 for row in old}
    answer = signed_in(ministry=True).post(reverse("ministry_notice", args=[call.code]), said)
    refusal, page = answer.context["refusal"], answer.content.decode()
    assert (answer.status_code, refusal.code, refusal.rows) == (409, "outdated", tuple(old))
    assert not PublicNotice.objects.exists()
    alert = page.partition('role="alert"')[2].partition("</div>")[0]
    for row in (*old, kept):
        named = row in old
        assert (f"{row.facts.name}：本页" in alert, f'href="{row.get_absolute_url()}"' in alert) == (named, named)
    again = notice_said(*old, kept) | {f"version_{row.pk}": row.shown["version"] for row in answer.context["chosen"]}
    assert signed_in(ministry=True).post(reverse("ministry_notice", args=[call.code]), again).status_code == 302


def decline(row, by):
    ministry.decline(
        fresh(row), key=uuid.uuid4(), version=None, reasons=[Reason.OTHER], words="异议成立", by=by
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(None, "notice_runs"), ("", "objections_open"), (Outcome.NONE, "objections_say_otherwise"),
     (Outcome.DISMISSED, "objections_say_otherwise"), (Outcome.UPHELD, "")],
)  # fmt: skip
def test_what_is_in_a_notice_is_declined_only_after_an_upheld_objection(call, outcome, code):
    row, officer = in_notice(call), OfficeFactory(ministry=True)
    if outcome is not None:
        entry = end_notice(row)
        if outcome:
            ministry.record_objections(entry, outcome=outcome, words="已核查。", by=officer)
    if not code:
        decline(row, officer)
        assert fresh(row).state == State.DECLINED
        return
    with pytest.raises(StepRefused) as refusal:
        decline(row, officer)
    assert (refusal.value.code, fresh(row).state) == (code, State.IN_PUBLIC_NOTICE)


def test_none_received_for_the_rest_never_overwrites_what_was_recorded_meanwhile(call):
    entry, officer = end_notice(in_notice(call)), OfficeFactory(ministry=True)
    ministry.record_objections(entry, outcome=Outcome.UPHELD, words="属实", by=officer)
    stale = NoticeEntry.objects.select_related("notice").get(pk=entry.pk)
    with pytest.raises(StepRefused) as refusal:
        ministry.record_objections(stale, outcome=Outcome.NONE, words="", only_new=True, by=officer)
    assert refusal.value.code == "recorded_already"
    assert NoticeEntry.objects.get(pk=entry.pk).outcome == Outcome.UPHELD


@pytest.mark.parametrize("said", [{"outcome": Outcome.NONE, "words": "登记有误。"},
                                  {"outcome": Outcome.DISMISSED, "words": "查无实据。"}])  # fmt: skip
@pytest.mark.parametrize("before", [None, Outcome.DISMISSED])
def test_an_old_page_overwrites_no_upheld_objection_and_says_what_stands_and_by_whom(call, before, said):
    row, officer, colleague = in_notice(call), OfficeFactory(ministry=True), OfficeFactory(ministry=True)
    entry = end_notice(row)
    if before:
        ministry.record_objections(entry, outcome=before, words="初核。", by=officer)
    client, address = browser(colleague), reverse("ministry_objections", args=[entry.pk])
    page = {"seen": client.get(address).context["form"]["seen"].value()}
    assert browser(officer).post(address, {"outcome": Outcome.UPHELD, "words": "属实。"} | page).status_code == 302
    for sent in (page, {}, {"seen": "x"}):  # a page that left out what it showed is old by definition
        answer = client.post(address, said | sent)
        assert (answer.status_code, answer.context["refusal"].code) == (409, "recorded_already")
        assert NoticeEntry.objects.get(pk=entry.pk).outcome == Outcome.UPHELD
    text = answer.content.decode()
    assert "属实。" in text and str(officer.user) in text and str(Outcome.UPHELD.label) in text
    with pytest.raises(StepRefused):
        ministry.recognise(fresh(row), key=uuid.uuid4(), version=None, document_number="1",
                           valid_from=timezone.localdate(), by=colleague)  # fmt: skip
    again = {"seen": answer.context["form"]["seen"].value()}  # who has read it may change it
    assert [client.post(address, said | sent).status_code for sent in (again, again)] == [302, 302]
    assert NoticeEntry.objects.get(pk=entry.pk).recorded_by == colleague


def test_who_records_what_a_colleague_recorded_meanwhile_is_told_and_only_ones_own_is_pressed_twice(call):
    entry, officer, colleague = end_notice(in_notice(call)), OfficeFactory(ministry=True), OfficeFactory(ministry=True)
    said = {"outcome": Outcome.UPHELD, "words": "属实。", "seen": entry.mark}
    ministry.record_objections(entry, by=officer, **said)
    assert ministry.record_objections(entry, by=officer, **said).recorded_by == officer
    with pytest.raises(StepRefused) as refusal:
        ministry.record_objections(entry, by=colleague, **said)
    assert refusal.value.code == "recorded_already"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_objections_at_once_the_second_is_told():
    entry, officer = end_notice(in_notice(make_call())), OfficeFactory(ministry=True)
    with transaction.atomic():
        ministry.record_objections(entry, outcome=Outcome.UPHELD, words="属实。", seen=entry.mark, by=officer)
        said = {"outcome": Outcome.NONE, "words": "", "seen": "", "by": officer}
        ended = meanwhile(lambda: ministry.record_objections(NoticeEntry.objects.get(pk=entry.pk), **said))
        threading.Event().wait(0.5)
    assert ended() == "recorded_already"
    assert NoticeEntry.objects.get(pk=entry.pk).outcome == Outcome.UPHELD


def test_a_notice_takes_objections_to_the_end_of_its_last_day(call):
    in_notice(call)
    notice = PublicNotice.objects.get()
    midnights = [timezone.localtime(moment) for moment in (notice.starts_at, notice.ends_at)]
    assert [(moment.date(), moment.hour, moment.minute) for moment in midnights] == [
        (notice.starts_on, 0, 0), (notice.ends_on + timedelta(days=1), 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "code"), [(-1, "starts_in_the_past"), (0, "other_call")])
def test_the_act_itself_publishes_nothing_in_the_past_and_no_case_of_another_call(call, days, code):
    rows = [shortlisted(call)]
    if code == "other_call":
        rows.append(shortlisted(make_call(year=2026)))
    with pytest.raises(StepRefused) as refusal:
        ministry.publish_notice(
            call, rows, starts_on=timezone.localdate() + timedelta(days=days), working_days=5, key=uuid.uuid4(),
            contact=WHERE_TO_OBJECT, by=OfficeFactory(ministry=True),
        )  # fmt: skip
    assert refusal.value.code == code
    assert {fresh(row).state for row in rows} == {State.SHORTLISTED} and not PublicNotice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_case_declined_while_the_notice_is_published_is_released_with_it():
    """Publishing holds the call: a decline at the same moment waits and sees the notice, or is seen by it.

    Without the lock neither sees the other, and the decline would stay a secret for good.
    """
    call, officer = make_call(), OfficeFactory(ministry=True)
    chosen, other = shortlisted(call), recommended(call, lead="市中区")
    with transaction.atomic():
        ministry.publish_notice(
            call, [chosen], starts_on=timezone.localdate() + timedelta(days=1), working_days=5,
            contact=WHERE_TO_OBJECT, key=uuid.uuid4(), by=officer,
        )  # fmt: skip
        ended = meanwhile(lambda: decline(other, officer))
        threading.Event().wait(1)
    assert ended() == "done"
    assert fresh(other).state == State.DECLINED
    assert Application.objects.filter(call=call, state=State.DECLINED, released_at=None).count() == 0
    assert fresh(other).released_at == PublicNotice.objects.get().starts_at
