"""A county registers its cluster, and nobody else does."""

import json

import pytest
from django.http import QueryDict
from django.urls import reverse

from audit.models import Event
from clusters.forms import ClusterForm
from clusters.meeting import Meeting, opened_on
from clusters.models import Cluster, Industry
from clusters.zones import name_zone
from territories.enums import UnitType
from territories.models import Territory
from territories.search import tokens_within
from tests.factories import ClusterFactory, OfficeFactory
from workflow.refusals import StepRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def industries(country):
    for code, name, level in (
        ("C", "制造业", 1),
        ("38", "电气机械和器材制造业", 2),
        ("3851", "家用制冷电器具制造", 4),
        ("3852", "家用空气调节器制造", 4),
    ):
        parent = "C" if level == 2 else None
        Industry.objects.create(
            code=code, name=name, level=level, parent_id=parent, search_tokens=tokens_within(code, name)
        )


@pytest.fixture
def county(client, industries):
    office = OfficeFactory(county=True)
    client.force_login(office.user)
    return office


SAID = {
    "name": "智能制冷产业集群", "lead": "370102", "industry_typed": "3851", "niche": "制冷",
    "area_km2": "１,234.5", "operator": "集群管委会", "zone_name": "", "further_query": "", "save": "1",
}  # fmt: skip


def register(client, **changes):
    return client.post(reverse("cluster_new"), SAID | changes)


def test_a_county_registers_a_cluster_that_is_found_by_name_and_initials(client, county):
    response = register(client, further=["371722"])
    cluster = Cluster.objects.get()
    assert response.url == reverse("cluster", args=[cluster.pk])
    assert (cluster.lead.name, cluster.industry_id, str(cluster.area_km2)) == ("历下区", "3851", "1234.50")
    assert cluster.path == "national:cn/370000/370100/370102/"
    assert [place.name for place in cluster.further.all()] == ["单县"]
    assert {"制冷", "znzlcyjq"} <= set(cluster.search_tokens)
    assert Event.objects.get(action="clusters.register").office_id == county.pk


@pytest.mark.parametrize(
    "typed",
    [
        "3851",
        "C3851",
        "Ｃ３８５１",
        "家用制冷电器具制造",
        "3851 家用制冷电器具制造",
        "jyzl",
        "jiayongzhileng",
        "制冷",
        "zhileng",
        "zldq",
    ],
)
def test_the_industry_is_found_by_code_chinese_pinyin_and_initials(client, county, typed):
    register(client, industry_typed=typed)
    assert Cluster.objects.get().industry_id == "3851"


def test_an_ambiguous_industry_is_asked_back_and_one_of_those_shown_can_be_chosen(client, county):
    response = register(client, industry_typed="家用")
    assert response.status_code == 422
    assert [row.code for row in response.context["form"].industries_found] == ["3851", "3852"]
    assert register(client, industry_typed="家用", industry="3852").status_code == 302
    assert Cluster.objects.get().industry_id == "3852"


def test_a_section_letter_is_too_wide_to_be_a_leading_industry(client, county):
    assert register(client, industry_typed="C").status_code == 422


def test_the_search_buttons_find_without_script_and_save_nothing(client, county):
    response = client.post(
        reverse("cluster_new"), SAID | {"look": "further", "further_query": "shanxian", "industry_typed": "38"}
    )
    content = response.content.decode()
    assert response.status_code == 200 and not Cluster.objects.exists()
    assert "智能制冷产业集群" in content and "家用制冷电器具制造" in content and "山东省菏泽市单县" in content


def test_suggestions_answer_for_pinyin_initials_and_chinese(client, county):
    for query in ("shanxian", "sx", "单县", "单"):
        found = client.get(reverse("counties"), {"q": query}).json()["found"]
        assert {"value": "371722", "text": "山东省菏泽市单县"} in found
    assert client.get(reverse("industries"), {"q": "jykq"}).json()["found"] == [
        {"value": "3852", "text": "3852 家用空气调节器制造"}
    ]
    assert client.get(reverse("industries"), {"q": ""}).json()["found"] == []


def test_a_word_nothing_answers_leads_on_to_the_nearest_to_other_words_and_to_the_divisions(client, county):
    assert client.get(reverse("industries"), {"q": "冷柜"}).json() == {
        "found": [{"value": "3851", "text": "3851 家用制冷电器具制造"}],
        "note": "没有直接对应的行业，下列行业较为接近：",
    }
    assert client.get(reverse("industries"), {"q": "xyz"}).json() == {"found": [], "note": ""}
    assert client.get(reverse("industries"), {"q": "制冷"}).json()["note"] == ""
    page = register(client, industry_typed="冷柜")
    assert page.status_code == 422 and not Cluster.objects.exists()  # the only near one is offered, not taken
    assert [row.code for row in page.context["form"].industries_found] == ["3851"]
    assert "没有与“冷柜”直接对应的行业。请写产品名称" in page.content.decode()
    assert register(client, industry_typed="冷柜", industry="3851").status_code == 302


def test_a_division_is_opened_without_script_and_keeps_what_was_typed(client, county):
    content = client.get(reverse("cluster_new")).content.decode()
    assert 'name="look" value="38"' in content and "38 电气机械和器材制造业" in content
    page = register(client, industry_typed="空调器", look="38")
    assert page.status_code == 200 and "智能制冷产业集群" in page.content.decode()
    assert [row.code for row in page.context["form"].industries_found] == ["38", "3851", "3852"]


def test_what_begins_with_the_query_comes_before_what_only_has_it(client, county):
    name = "制冷、空调设备制造"
    Industry.objects.create(code="3464", name=name, level=4, search_tokens=tokens_within("3464", name))
    Industry.objects.create(code="1234", name="其他制冷品", level=4, search_tokens=tokens_within("1234", "其他制冷品"))
    found = client.get(reverse("industries"), {"q": "zhil"}).json()["found"]
    assert [row["value"] for row in found] == ["3464", "1234", "3851"]


def test_counties_of_the_own_city_then_of_the_own_province_are_suggested_first(client, county):
    codes = [row["value"] for row in client.get(reverse("counties"), {"q": "区"}).json()["found"]]
    steps = [(code[:4] != "3701", code[:2] != "37") for code in codes]
    assert steps == sorted(steps) and len(set(steps)) > 1


def test_a_zone_without_a_division_code_can_lead_and_is_named_once(client, county):
    register(client, zone_name="高新技术产业开发区")
    register(client, zone_name="高新技术产业开发区", name="另一集群")
    zone = Territory.objects.get(unit_type=UnitType.FUNCTIONAL_ZONE)
    assert (zone.division_code, zone.full_name) == ("", "山东省济南市历下区高新技术产业开发区")
    assert {cluster.lead_id for cluster in Cluster.objects.all()} == {zone.pk}
    assert Cluster.objects.first().path == f"national:cn/370000/370100/370102/{zone.code}/"


def test_another_countys_territory_cannot_lead(client, county):
    response = register(client, lead="371722")
    assert response.status_code == 422 and not Cluster.objects.exists()


@pytest.mark.parametrize("area", ["-1", "0", "1e3", "12 平方公里", "1.234", "NaN"])
def test_an_area_that_is_no_area_is_refused(client, county, area):
    assert register(client, area_km2=area).status_code == 422


@pytest.mark.parametrize(
    ("area", "says"),
    [("12 平方公里", "请只填写数字，不写单位（此处单位：平方公里，"), ("12%", "请只填写数字，不写百分号。")],
)
def test_a_refused_area_speaks_of_no_row_where_there_is_none(client, county, area, says):
    page = register(client, area_km2=area).content.decode()
    assert says in page and "行末" not in page
    assert not Cluster.objects.exists()


def test_the_same_name_twice_in_one_place_is_refused(client, county):
    register(client)
    assert register(client, name="智能制冷产业集群 ").status_code == 422
    assert Cluster.objects.count() == 1


def test_what_was_left_empty_is_asked_for_without_words_of_the_system(client, county):
    answer = register(client, name="", niche="").content.decode()
    assert "请填写或选择此项。" in answer and "字段" not in answer


def test_direction_characters_are_taken_out_of_a_name(client, county):
    register(client, name="集\u202e群")
    assert Cluster.objects.get().name == "集群"


def test_fields_that_were_not_asked_are_not_taken(client, county):
    register(client, path="national:cn/", sample="on", origin="x", search_tokens="x", version="9")
    cluster = Cluster.objects.get()
    assert (cluster.path, cluster.sample, cluster.origin, cluster.version) == (
        "national:cn/370000/370100/370102/", False, None, 1,
    )  # fmt: skip


def test_a_change_is_kept_and_a_change_on_an_old_page_is_refused_with_the_words_kept(client, county):
    cluster = ClusterFactory(industry__code="3851")
    address = reverse("cluster_change", args=[cluster.pk])
    assert client.post(address, SAID | {"version": "1"}).status_code == 302
    response = client.post(address, SAID | {"version": "1", "niche": "我的话"})
    assert response.status_code == 409 and "我的话" in response.content.decode()
    cluster.refresh_from_db()
    assert (cluster.niche, cluster.version) == ("制冷", 2)


def test_a_form_error_does_not_make_an_old_page_new(client, county):
    cluster = ClusterFactory(industry__code="3851", version=2)
    address = reverse("cluster_change", args=[cluster.pk])
    response = client.post(address, SAID | {"version": "1", "niche": ""})
    assert response.status_code == 422 and 'name="version" value="1"' in response.content.decode()
    assert client.post(address, SAID | {"version": "1"}).status_code == 409


def test_a_change_made_from_the_check_page_leads_back_there_and_nowhere_else(client, county):
    cluster = ClusterFactory(industry__code="3851")
    address = reverse("cluster_change", args=[cluster.pk])
    assert (
        client.post(address + "?next=/applications/7/check/", SAID | {"version": "1"}).url == "/applications/7/check/"
    )
    outside = client.post(address + "?next=https://example.org/", SAID | {"version": "2"})
    assert outside.url == reverse("cluster", args=[cluster.pk])


def test_a_neighbour_reads_but_is_refused_to_change_and_others_do_not_find_it(client, industries, country):
    cluster = ClusterFactory()
    cluster.further.add(country["单县"])
    for authority, page, change in (("单县", 200, 403), ("市中区", 404, 404), ("黄岛区", 404, 404)):
        client.force_login(OfficeFactory(county=True, authority=authority).user)
        assert client.get(reverse("cluster", args=[cluster.pk])).status_code == page
        assert client.get(reverse("cluster_change", args=[cluster.pk])).status_code == change
        assert client.post(reverse("cluster_change", args=[cluster.pk]), SAID | {"version": "1"}).status_code == change


def test_a_province_does_not_register_clusters(client, industries):
    client.force_login(OfficeFactory(province=True).user)
    assert register(client).status_code == 403
    assert not Cluster.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["黄岛区", "青岛市黄岛区", "山东省青岛市黄岛区", "黄岛", "⻩岛区", "⻩岛", "黄 岛区", "黄\u200b岛区", "黄·岛区",
     "（黄岛区）", "青岛市·黄岛区", "黄岛区\ufe00", "「⻩ 岛」区", "沙河ロ区", "黃島區", "黄岛區", "靑島市黃島區",
     "歷下區", "歴下区", "山東省"],
)  # fmt: skip
def test_a_zone_cannot_have_the_name_of_a_division(country, name):
    office = OfficeFactory(county=True)
    with pytest.raises(StepRefused, match="行政区划"):
        name_zone(name, by=office)
    form = ClusterForm(QueryDict(f"zone_name={name}"), instance=Cluster(), office=office)
    assert "行政区划" in form.errors["zone_name"][0]
    assert name_zone("历下高新技术产业开发区", by=office).name == "历下高新技术产业开发区"


@pytest.mark.parametrize("name", ["黄岛区一", "huangdao", "黄岛高新区"])
def test_a_name_that_only_begins_like_a_division_is_one_of_its_own(country, name):
    assert name_zone(name, by=OfficeFactory(county=True)).name == name


def test_a_zone_written_another_way_is_the_one_that_is_known(country):
    office = OfficeFactory(county=True)
    known = name_zone("历下高新区", by=office)
    assert {name_zone(name, by=office) for name in ("历下·高新区", "歷下高新區")} == {known}


def opened(client, cluster) -> dict:
    """Return what a browser sends of the page when nothing on it is touched."""
    context = client.get(reverse("cluster_change", args=[cluster.pk])).context
    shown = {"version": context["version"], "opened": context["opened"], "zone_name": "", "save": "1"}
    return shown | {box.name: box.value() or ([] if box.name == "further" else "") for box in context["form"]}


def test_what_a_colleague_changed_meanwhile_stays_where_the_page_did_not_touch_it(client, county, country):
    cluster = ClusterFactory(industry__code="3851", niche="旧领域", operator="旧机构")
    first, second = opened(client, cluster), opened(client, cluster)
    address = reverse("cluster_change", args=[cluster.pk])
    client.post(address, first | {"niche": "新领域", "further": [country["单县"].code]})
    response = client.post(address, second | {"operator": "新机构"}, follow=True)
    cluster.refresh_from_db()
    assert (cluster.niche, cluster.operator) == ("新领域", "新机构")
    assert [place.name for place in cluster.further.all()] == ["单县"]
    told = [str(one) for one in response.context["messages"]]
    assert len(told) == 1 and "细分领域" in told[0] and "运营管理机构" not in told[0]


def test_a_field_that_both_changed_shows_what_stands_there_and_is_asked_once(client, county):
    cluster = ClusterFactory(industry__code="3851", niche="旧领域", operator="旧机构")
    first, second = opened(client, cluster), opened(client, cluster)
    address = reverse("cluster_change", args=[cluster.pk])
    client.post(address, first | {"niche": "他的领域", "operator": "他的机构"})
    response = client.post(address, second | {"niche": "我的领域"})
    page, form = response.content.decode(), response.context["form"]
    assert response.status_code == 409 and page.count(response.context["met"]) == 1
    assert "尚未办理，请先查看以下内容" in page and "请更正以下内容" not in page
    assert "他的领域" in form.errors["niche"][0] and "operator" not in form.errors
    assert (form["niche"].value(), form["operator"].value()) == ("我的领域", "他的机构")
    again = {"version": response.context["version"], "opened": response.context["opened"], "operator": "他的机构"}
    assert client.post(address, second | again | {"niche": "我的领域"}).status_code == 302
    cluster.refresh_from_db()
    assert (cluster.niche, cluster.operator) == ("我的领域", "他的机构")


def met(sent: str, opened: dict, standing: dict) -> Meeting:
    """What meets when a page that was opened on one thing is sent while another stands."""
    return Meeting(QueryDict(f"{sent}&opened={json.dumps(opened)}"), Cluster(pk=1), standing, by=None)


@pytest.mark.parametrize("said", ["", "{", "[]", '"niche"', "5", "null"])
def test_a_page_that_cannot_say_what_it_was_opened_on_was_opened_on_nothing(said):
    assert opened_on({"opened": said}) == {}


def test_what_both_typed_the_same_is_asked_by_nobody():
    meeting = met("niche=新", {"niche": ["旧"]}, {"niche": ["新"]})
    assert (meeting.both, meeting.taken, meeting.words) == ([], [], "")


def test_an_industry_chosen_on_an_old_page_does_not_stand_in_for_the_one_of_the_register():
    meeting = met("industry_typed=旧&industry=3852", {"industry_typed": ["旧"]}, {"industry_typed": ["新"]})
    assert (meeting.data["industry_typed"], meeting.data.get("industry")) == ("新", None)


def test_a_mistake_on_an_old_page_does_not_hide_that_somebody_else_was_there(client, county):
    cluster = ClusterFactory(industry__code="3851", niche="旧领域")
    first, second = opened(client, cluster), opened(client, cluster)
    address = reverse("cluster_change", args=[cluster.pk])
    wrong = client.post(address, second | {"area_km2": "-1"})
    client.post(address, first | {"niche": "他的领域"})
    again = {name: wrong.context[name] for name in ("version", "opened")}
    client.post(address, second | again | {"area_km2": "-1"})
    assert client.post(address, second | again | {"niche": "我的领域"}).status_code == 409
    looked = client.post(address, second | {"look": "industry"})
    assert looked.context["version"] == "1"
