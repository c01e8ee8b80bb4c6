"""The pages of waivers: what they ask, what they tell whom, and what they never tell."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.actions import waivers
from programmes.models import Waiver, WaiverEnd
from tests import situations
from tests.applications.pages import browser, signed_in, text_of
from tests.applications.test_waivers import SHORT, granted
from tests.factories import OfficeFactory
from tests.security.test_writing import EXTRA, GARBAGE
from tests.situations import province_of
from tests.world import make_call, make_country

pytestmark = pytest.mark.django_db

SAID = {"clause": "1.4", "place": "370000", "document_number": "工信厅函〔2025〕9号", "reason": "西部地区可适当放宽。"}


def page_of(call) -> str:
    return reverse("waiver_grant", args=[call.code])


def sent(**more) -> dict:
    return SAID | {"act": "grant", "key": str(uuid.uuid4()), "public_line": "豁免第1.4条。"} | more


def test_from_the_form_over_the_consequence_to_the_waiver_and_its_end(call):
    candidate, client = situations.recommended(call, figures=SHORT), signed_in(ministry=True)
    assert client.get(page_of(call)).status_code == 200
    shown = client.post(page_of(call), SAID)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert not Waiver.objects.exists()
    assert "1 件已提交的申报将重新预审" in page
    assert candidate.cluster.name in page
    assert "山东省的集群豁免第 1.4 条“集群总产值”" in shown.context["form"].initial["public_line"]
    changed = client.post(page_of(call), sent(act="change"))
    assert 'value="370000"' in changed.content.decode()
    said = sent(key=str(shown.context["form"].initial["key"]))
    for _pressed in range(2):
        assert client.post(page_of(call), said).status_code == 302
    waiver = Waiver.objects.get()
    assert (waiver.place.name, waiver.public_line) == ("山东省", "豁免第1.4条。")
    listed = client.get(reverse("waivers"), {"call": call.code}).content.decode()
    assert "有效" in listed
    address = reverse("waiver", args=[waiver.pk])
    assert client.post(address, {"words": ""}).status_code == 422
    assert client.post(address, {"words": "文件已废止。"}).status_code == 302
    assert client.post(address, {"words": "再次终止。"}).status_code == 409
    assert WaiverEnd.objects.get().words == "文件已废止。"
    assert "终止" in client.get(address).content.decode()


@pytest.mark.parametrize("typed", ["山东省", "山东", "shandong", "370000", "370000 山东省"])
def test_a_place_is_found_as_people_type_it(call, typed):
    answer = signed_in(ministry=True).post(page_of(call), SAID | {"place": typed})
    assert answer.status_code == 200
    assert [place.name for place in answer.context["said"]["places"]] == ["山东省"]


def test_several_places_are_offered_and_one_is_chosen(call):
    client = signed_in(ministry=True)
    answer = client.post(page_of(call), SAID | {"place": "阿"})
    assert answer.status_code == 422
    assert [place.name for place in answer.context["form"].places_found] == ["阿克苏市", "阿拉尔市"]
    chosen = client.post(page_of(call), SAID | {"place": "阿", "named_places": "659002"})
    assert [place.name for place in chosen.context["said"]["places"]] == ["阿拉尔市"]


def test_places_are_suggested_while_typing(call):
    address = reverse("waiver_places", args=[call.code])
    found = signed_in(ministry=True).get(address, {"q": "shandong"}).json()["found"]
    assert found[0] == {"value": "370000", "text": "山东省"}
    assert signed_in(province=True, authority="山东省").get(address, {"q": "shandong"}).status_code == 404


def test_several_places_are_waived_in_one_act_or_none(call):
    client, several = signed_in(ministry=True), {"place": "", "named_places": ["370000", "650000"]}
    shown = client.post(page_of(call), SAID | several)
    assert "山东省、新疆维吾尔自治区的集群豁免第 1.4 条“集群总产值”" in shown.context["form"].initial["public_line"]
    said = sent(**several)
    for _pressed in range(2):
        assert client.post(page_of(call), said).status_code == 302
    assert set(Waiver.objects.values_list("place__code", flat=True)) == {"370000", "650000"}
    again = client.post(page_of(call), sent(place="", named_places=["659002", "650000"]))
    assert again.status_code == 409
    assert Waiver.objects.count() == 2


@pytest.mark.parametrize("name", ["clause", "place", "document_number", "reason"])
def test_what_is_missing_is_asked_for_at_its_field(call, name):
    answer = signed_in(ministry=True).post(page_of(call), SAID | {name: ""})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [name]


def test_a_refusal_stands_on_the_page_and_keeps_what_was_typed(call):
    granted(call)
    answer = signed_in(ministry=True).post(page_of(call), sent(place="370102", public_line="另一句话"))
    assert answer.status_code == 409
    assert answer.context["refusal"].code == "already_waived"
    assert "另一句话" in answer.content.decode()


def test_the_confirming_page_tells_the_ministry_nothing_of_what_is_below_it(call):
    """Paired worlds: drafts of counties and cases that lie with a province change no byte."""
    client = signed_in(ministry=True)
    before = text_of(client.post(page_of(call), SAID))
    situations.drafted(call)
    situations.submitted(call, figures=SHORT)
    situations.returned(call, figures=SHORT)
    situations.not_recommended(call, figures=SHORT)
    assert text_of(client.post(page_of(call), SAID)) == before
    situations.recommended(call, figures=SHORT)
    assert text_of(client.post(page_of(call), SAID)) != before


def test_after_granting_the_answer_tells_no_number_either(call):
    client = signed_in(ministry=True)
    answers = []
    for place, hidden in (("370200", 0), ("370000", 2)):
        for _ in range(hidden):
            situations.submitted(call, figures=SHORT)
        answer = client.post(page_of(call), sent(place=place), follow=True)
        answers.append([str(message) for message in answer.context["messages"]])
    assert answers[0] == answers[1]


def test_a_province_finds_no_page_of_another_s_call_and_its_own_list_is_empty(call):
    waiver, client = granted(call), signed_in(province=True)
    missing = client.get(reverse("waiver", args=[999_999]))
    for address in (reverse("waiver", args=[waiver.pk]), page_of(call)):
        answer = client.get(address)
        assert answer.status_code == client.post(address, sent()).status_code == 404
        assert text_of(answer).replace(address, "") == text_of(missing).replace(reverse("waiver", args=[999_999]), "")
    assert client.get(reverse("waivers"), {"call": call.code}).status_code == 404
    assert waiver.reason not in client.get(reverse("waivers")).content.decode()
    assert signed_in(county=True).get(reverse("waivers")).status_code == 403


def test_granting_and_ending_take_no_further_field(call):
    client, rows = signed_in(ministry=True), []
    more = EXTRA | {"path": "national:cn/", "granted_by": "1", "granted_at": "2020-01-01", "place_id": "1"}
    for extra, place in (({}, "370200"), (more, "650000")):
        assert client.post(page_of(call), extra | sent(place=place)).status_code == 302
        row = Waiver.objects.latest("pk")
        rows.append((row.call_id, row.clause, row.reason, row.granted_by_id, row.granted_at.year > 2020))
        assert row.path == row.place.placements.get().path
        assert client.post(reverse("waiver", args=[row.pk]), extra | {"words": "终止。"}).status_code == 302
        assert row.end.ended_by_id == row.granted_by_id
    assert rows[0] == rows[1]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_breaks_no_page_of_waivers(call, garbage):
    waiver, client = granted(call, "青岛市"), signed_in(ministry=True)
    names = [*sent(), "named_places"]
    for name in names:
        answer = client.post(page_of(call), sent() | {name: garbage})
        assert answer.status_code in {200, 302, 409, 422}, name
        Waiver.objects.exclude(pk=waiver.pk).delete()
    assert client.post(page_of(call), dict.fromkeys(names, garbage)).status_code == 422
    assert client.post(reverse("waiver", args=[waiver.pk]), {"words": garbage}).status_code in {302, 422}
    for address in (reverse("waivers"), reverse("public_waivers"), page_of(call)):
        answer = client.get(address, {"call": garbage, "page": garbage})
        assert answer.status_code in {200, 404}
        assert b"<script>alert" not in answer.content


# --- What the public reads ----------------------------------------------------------------------------


def test_the_public_reads_the_line_and_neither_the_reason_nor_a_cluster(call):
    real = make_call(year=2026, sample=False)
    application = situations.submitted(real, figures=SHORT)
    officer = OfficeFactory(ministry=True)
    waiver = granted(real, by=officer, reason="内部理由不公开", public_line="公开说明一句。")
    ended = granted(call, by=officer, reason="内部理由不公开", public_line="示例说明一句。")
    waivers.end(ended, words="终止理由不公开", by=officer)
    page = Client().get(reverse("public_waivers")).content.decode()
    for told in (waiver.document_number, "工业和信息化部", "山东省", "1.4", "公开说明一句。", "示例说明一句。"):
        assert told in page
    for kept in ("内部理由", "终止理由", application.cluster.name, officer.user.name):
        assert kept not in page
    assert page.index("公开说明一句。") < page.index('id="sample-title"') < page.index("示例说明一句。")
    assert page.index("公开说明一句。") < page.index("已结束" if "已结束" in page else "示例说明一句。")


def test_public_pages_lead_there_only_when_there_is_a_waiver(call):
    client, address = Client(), reverse("public_waivers")
    for page in ("national_list", "notices"):
        assert address not in client.get(reverse(page)).content.decode()
    assert client.get(address).status_code == 200
    granted(call)
    for page in ("national_list", "notices"):
        assert f'href="{address}"' in client.get(reverse(page)).content.decode()


def test_the_lists_cost_the_same_for_10_and_for_200_waivers(call):
    officer, place = OfficeFactory(ministry=True), make_country()["山东省"]
    path = place.placements.get().path
    client, counted = browser(officer), []

    def make(number: int):
        Waiver.objects.bulk_create(
            Waiver(
                call=call, clause="1.4", place=place, path=path, reason="一", document_number="二", public_line="三",
                granted_by=officer, key=uuid.uuid4(),
            )
            for _ in range(number)
        )  # fmt: skip

    for number in (10, 190):
        make(number)
        found = []
        for address in (reverse("waivers"), reverse("public_waivers")):
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        counted.append(found)
    assert counted[0] == counted[1]


def test_one_draft_page_reads_its_waivers_once(call):
    draft = situations.filled(call, figures=SHORT)
    client, counted = browser(draft.opened_by), []
    address = reverse("application", args=[draft.pk])
    for clause in ("1.4", "1.5", "1.6"):
        granted(call, clause=clause)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counted.append(len(queries))
    assert len(set(counted)) == 1
    assert province_of(draft)
