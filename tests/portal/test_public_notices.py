"""Public notices: whom they name, until when, and how to object."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.actions import ministry, province
from applications.enums import Reason
from applications.models import Application, NoticeEntry, PublicNotice
from portal import notices
from recognitions.models import Recognition
from tests.applications.pages import browser, decide_address, text_of
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import WHERE_TO_OBJECT, end_notice, fresh, in_notice, recognised
from tests.world import make_country

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def page_of(client) -> str:
    return page_at(client, PublicNotice.objects.get())


def page_at(client, notice) -> str:
    return client.get(f"/notices/{notice.pk}/").content.decode()


def test_it_says_when_it_runs_and_how_to_object(english, call):
    application = in_notice(call)
    page = page_of(english)
    assert "公示〔2025〕1号" in page and application.cluster.name in page
    assert "real name" in page and "official seal" in page and "Running" in page
    assert "<dd>5" in page


def test_after_its_end_nobody_is_asked_to_object(english, call):
    end_notice(in_notice(call))
    page = page_of(english)
    assert "Ended" in page and "real name" not in page


def test_it_says_where_and_how_to_object_in_the_words_of_the_officer(client, call):
    in_notice(call)
    page = page_of(client)
    assert all(words in page for words in WHERE_TO_OBJECT.values())
    assert "<h2>异议提出方式</h2>" in page and "异议情况" not in page


def test_whom_it_names_stands_before_how_to_object(client, call):
    name = in_notice(call).facts.name
    page = page_of(client)
    assert page.rindex(name) < page.index("<h2>异议提出方式</h2>") < page.index(WHERE_TO_OBJECT["telephone"])


def test_a_notice_from_before_that_says_no_office_and_invents_none(client, call):
    in_notice(call)
    PublicNotice.objects.update(**dict.fromkeys(WHERE_TO_OBJECT, ""))
    page = page_of(client)
    assert "联系电话" not in page and "mailto:" not in page


def test_one_without_a_number_is_known_by_its_first_day(client, call):
    in_notice(call)
    PublicNotice.objects.update(document_number="")
    notice = PublicNotice.objects.get()
    day = f"{notice.starts_on.year}年{notice.starts_on.month}月{notice.starts_on.day}日起的公示"
    assert f">{day}</a>" in client.get("/notices/").content.decode()
    assert "文号" not in page_of(client)
    office = OfficeFactory(ministry=True)
    client.force_login(office.user)
    assert f">{day}</a>" in client.get("/ministry/").content.decode()
    assert day in client.get(f"/ministry/notices/{notice.pk}/").content.decode()


def test_once_ended_it_says_what_became_of_each_cluster(client, call):
    rows = {name: in_notice(call, lead=lead) for name, lead in
            (("yes", "历下区"), ("no", "市中区"), ("out", "单县"), ("open", "黄岛区"))}  # fmt: skip
    NoticeEntry.objects.update(notice=PublicNotice.objects.first())
    notice, officer = PublicNotice.objects.first(), OfficeFactory(ministry=True)

    def results() -> dict:
        page = client.get(f"/notices/{notice.pk}/").context
        return {name: next(one.became for one in page["named"] if one.name == row.cluster.name)
                for name, row in rows.items()}  # fmt: skip

    assert "未予认定" not in page_at(client, notice) and "尚无结果" not in page_at(client, notice)  # it runs
    entries = {name: end_notice(row) for name, row in rows.items()}
    assert set(results().values()) == {"尚无结果"}
    decide = {"by": officer, "key": None, "version": None}
    ministry.record_objections(entries["yes"], outcome="none", words="", by=officer)
    ministry.record_objections(entries["no"], outcome="upheld", words="查实的异议", by=officer)
    said = {"document_number": "1", "valid_from": timezone.localdate()}
    ministry.recognise(fresh(rows["yes"]), **decide | {"key": uuid.uuid4()}, **said)
    why = {"reasons": [Reason.OTHER], "words": "内部理由"}
    ministry.decline(fresh(rows["no"]), **decide | {"key": uuid.uuid4()}, **why)
    province.disqualify(fresh(rows["out"]), **decide | {"key": uuid.uuid4()}, **why)
    assert results() == {"yes": "已认定", "no": "未予认定", "out": "已取消资格", "open": "尚无结果"}
    page = page_at(client, notice)
    assert '<td role="cell" data-label="结果">未予认定' in page
    assert "查实的异议" not in page and "内部理由" not in page


def test_it_says_when_no_holiday_calendar_was_known(english, call):
    in_notice(call)
    assert not PublicNotice.objects.get().is_certain
    assert "counted by weekends and holidays of fixed date only" in page_of(english)


def test_who_was_recognised_is_a_link_to_the_list(client, call):
    recognised(call)
    pk = Recognition.objects.get().pk
    assert f'href="/list/{pk}/"' in page_of(client)
    listed = client.get(f"/list/{pk}/").content.decode()
    assert f'href="/notices/{PublicNotice.objects.get().pk}/"' in listed


def test_the_list_of_notices_costs_the_same_for_one_and_for_four(client, call):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/notices/").status_code == 200
        return len(queries)

    in_notice(call)
    one = cost()
    for number in range(3):
        in_notice(call, cluster=ClusterFactory(name=f"集群{number}", lead=make_country()["历下区"]))
    assert cost() == one


def begin(notice) -> None:
    """Let the first day of a notice come, as time would."""
    now, was = timezone.now(), notice.starts_at
    PublicNotice.objects.filter(pk=notice.pk).update(starts_on=timezone.localdate(), starts_at=now)
    Application.objects.filter(released_at=was).update(released_at=now)


def test_who_was_disqualified_before_the_first_day_is_never_named(english, call):
    rows = {name: in_notice(call, lead=lead, starts_in_days=1) for name, lead in
            (("struck", "历下区"), ("during", "市中区"), ("stays", "单县"))}  # fmt: skip
    notice = PublicNotice.objects.first()
    NoticeEntry.objects.update(notice=notice)
    PublicNotice.objects.exclude(pk=notice.pk).delete()
    why = {"version": None, "reasons": [Reason.FALSE_STATEMENT], "words": "虚报", "by": OfficeFactory(province=True)}
    province.disqualify(fresh(rows["struck"]), key=uuid.uuid4(), **why)
    for application in Application.objects.exclude(released_at=None):
        Application.objects.filter(pk=application.pk).update(released_at=notice.starts_at)
    begin(notice)
    province.disqualify(fresh(rows["during"]), key=uuid.uuid4(), **why)
    page = page_of(english)
    assert rows["struck"].facts.name not in page and "2 clusters named" in page
    assert all(rows[name].facts.name in page for name in ("during", "stays"))
    assert [one.named for one in notices.begun()] == [2]
    assert not NoticeEntry.objects.begun().filter(application=rows["struck"]).exists()


def disqualify(row) -> None:
    province.disqualify(fresh(row), key=uuid.uuid4(), version=None, reasons=[Reason.FALSE_STATEMENT], words="虚报",
                        by=OfficeFactory(province=True))  # fmt: skip


def test_a_notice_whose_every_name_was_struck_out_before_its_first_day_is_none_to_the_public(client, call):
    row = in_notice(call, starts_in_days=1)
    disqualify(row)
    notice = PublicNotice.objects.get()
    begin(notice)
    assert notice.title not in client.get("/notices/").content.decode()
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    page = browser(OfficeFactory(ministry=True)).get(f"/ministry/notices/{notice.pk}/")
    assert page.context["entries"] == [] and "公示中已无集群" in page.content.decode()


def test_a_title_leads_to_the_notices_that_name_its_cluster_and_not_to_one_it_was_struck_out_of(call):
    struck, stays = (in_notice(call, lead=lead, starts_in_days=1) for lead in ("历下区", "市中区"))
    notice = PublicNotice.objects.first()
    NoticeEntry.objects.update(notice=notice)
    disqualify(struck)
    begin(notice)
    titles = [Recognition(cluster=row.cluster, programme=call.programme) for row in (struck, stays)]
    assert [list(notices.naming(title)) for title in titles] == [[], [notice]]


def test_a_running_notice_in_which_nobody_stands_any_more_says_so_and_asks_for_no_objection(client, call):
    row, notice = in_notice(call), PublicNotice.objects.get()
    assert "提出异议" in page_of(client) and "均已不在公示之列" not in page_of(client)
    disqualify(row)
    page = page_of(client)
    assert row.facts.name in page and "均已不在公示之列" in page and "已取消资格" in page
    assert "异议提出方式" not in page and "可提出异议" not in page
    listed = client.get("/notices/").content.decode()
    assert notice.title in listed and "可提出异议" not in listed


def test_the_ministry_reads_who_was_struck_out_apart_and_in_the_words_of_the_ended_notice(call):
    struck, stays = (in_notice(call, lead=lead, starts_in_days=1) for lead in ("历下区", "市中区"))
    notice = PublicNotice.objects.first()
    NoticeEntry.objects.update(notice=notice)
    disqualify(struck)
    page = browser(OfficeFactory(ministry=True)).get(f"/ministry/notices/{notice.pk}/")
    assert [entry.application_id for entry in page.context["entries"]] == [stays.pk]
    assert page.context["struck_out"] == [(struck, "已取消资格")]
    apart = page.content.decode().partition("公示首日前已不在公示之列")[2]
    assert struck.facts.name in apart and "已取消资格" in apart and stays.facts.name not in apart


@pytest.mark.parametrize(("days", "told"), [(1, "不再出现在公示中"), (0, "名称仍保留在公示中")])
def test_who_disqualifies_reads_of_the_notice_as_far_as_it_is_known(call, days, told):
    row = in_notice(call, starts_in_days=days)
    pages = {role: text_of(browser(OfficeFactory(**{role: True})).get(decide_address(row, "disqualify")))
             for role in ("ministry", "province")}  # fmt: skip
    assert told in pages["ministry"] and "公示〔2025〕1号" in pages["ministry"]
    assert (told in pages["province"]) == (days == 0) and ("公示〔2025〕1号" in pages["province"]) == (days == 0)
