"""What load_reference puts into the database, and that it does so only once."""

from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from clusters.models import Industry
from portal.management.commands import load_reference
from programmes import loading, working_days
from programmes.models import CalendarYear, Call, FormVersion, Programme, RuleSet
from recognitions.models import Recognition
from rulebook import loader
from territories.models import Territory
from territories.upkeep import DataRefused
from tests.reference import load


def path(code):
    return Territory.objects.get(code=code).placements.get(scheme="national").path


def test_every_county_of_the_data_and_all_above_them_are_territories():
    levels = dict(Territory.objects.values_list("level").annotate(Count("pk")))
    assert levels == {"nation": 1, "province": 32, "city": 329, "county": 2849}


def test_thirty_seven_authorities_recommend_to_the_ministry():
    names = set(Territory.objects.filter(recommends=True).values_list("name", flat=True))
    assert len(names) == 37
    assert {"山东省", "青岛市", "大连市", "宁波市", "厦门市", "深圳市", "新疆生产建设兵团"} <= names


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("370000", "national:cn/370000/"),
        ("370102", "national:cn/370000/370100/370102/"),
        ("370211", "national:cn/370200/370211/"),  # Huangdao lies under Qingdao, not under Shandong
        ("659002", "national:cn/xpcc/659002/"),  # Alar lies under the Corps, not under Xinjiang
        ("110108", "national:cn/110000/110108/"),  # 市辖区 is a label
        ("500229", "national:cn/500000/500229/"),  # 县 is a label
        ("419001", "national:cn/410000/419001/"),  # 省直辖县级行政区划 is a label
        ("441900", "national:cn/440000/441900/"),  # a prefecture without counties
        ("620201", "national:cn/620000/620201/"),
    ],
)
def test_places_stand_under_their_authority_in_the_national_scheme(code, expected):
    assert path(code) == expected


def test_plan_separate_cities_name_their_province():
    found = Territory.objects.exclude(plan_separate_of=None).values_list("name", "plan_separate_of__name")
    assert dict(found) == {
        "大连市": "辽宁省", "宁波市": "浙江省", "厦门市": "福建省", "青岛市": "山东省", "深圳市": "广东省",
    }  # fmt: skip


def test_full_names_read_from_the_province_down():
    assert Territory.objects.get(code="370102").full_name == "山东省济南市历下区"
    assert Territory.objects.get(code="370211").full_name == "山东省青岛市黄岛区"
    assert Territory.objects.get(code="110108").full_name == "北京市海淀区"


def test_all_industries_are_kept_with_their_parents():
    levels = dict(Industry.objects.values_list("level").annotate(Count("pk")))
    assert levels == {1: 20, 2: 97, 3: 473, 4: 1381}
    assert Industry.objects.filter(parent=None).count() == 20


def test_the_second_load_changes_nothing():
    before = Recognition.objects.order_by("pk").values_list("pk", flat=True)[0]
    outcomes = load()
    assert [(one.added, one.changed) for one in outcomes] == [(0, 0)] * len(outcomes)
    assert sum(one.left for one in outcomes) > 9000
    assert Recognition.objects.order_by("pk").values_list("pk", flat=True)[0] == before


def test_a_row_that_drifted_is_mended_and_reported():
    Territory.objects.filter(code="370102").update(name="历城区")
    changed = {one.table: one.changed for one in load() if one.changed}
    assert changed == {"territories.Territory": 1}
    assert Territory.objects.get(code="370102").name == "历下区"


def test_the_report_is_one_table_with_a_line_for_the_whole():
    said = StringIO()
    call_command("load_reference", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == 1 + len(load_reference.TABLES) + 1 + 1
    assert lines[-2].split()[1:3] == ["0", "0"]


def test_a_changed_rule_file_under_the_same_version_is_refused_and_nothing_is_half_loaded(monkeypatch):
    changed = loader.build(
        {**loader.load("national-2022").content, "approved_by": "somebody else"}, "national-2022.yaml"
    )
    Territory.objects.filter(code="370102").update(name="历城区")
    monkeypatch.setattr(loading.loader, "load", lambda code: changed)
    with pytest.raises(CommandError, match="national-2022 1"):
        call_command("load_reference", stdout=StringIO())
    assert Territory.objects.get(code="370102").name == "历城区"
    assert RuleSet.objects.filter(code="national-2022").count() == 1
    with pytest.raises(DataRefused):
        loading.load_rules(changed)


def test_the_stored_rules_are_the_canonical_form_and_its_hash():
    stored, rules = RuleSet.objects.get(code="national-2022"), loader.load("national-2022")
    assert (stored.content, stored.digest, stored.version) == (rules.canonical_json, rules.hash, rules.version)
    assert loader.load_canonical(stored.content).hash == stored.digest


def test_the_form_asks_for_everything_the_clauses_read_and_names_nothing_twice():
    form = FormVersion.objects.get(code="form-2022-1")
    read = {code for rule in loader.load("national-2022").computed for code, _years in rule.cells}
    assert read <= set(form.indicators)
    assert len(form.indicators) == len(set(form.indicators))
    assert [section["label"] for section in form.sections] == [
        "基本规模", "优质企业", "创新", "数字化", "绿色低碳", "开放与服务",
    ]  # fmt: skip
    assert "不是官方表样" in form.sections[0]["note"]


def test_five_working_days_lie_between_28_september_and_10_october_2023():
    found = working_days.period(date(2023, 9, 28), 5)
    assert found.days == (date(2023, 9, 28), *(date(2023, 10, day) for day in (7, 8, 9, 10)))
    assert found.is_certain
    assert "chinesecalendar" in CalendarYear.objects.get(year=2023).source


def test_the_notice_over_new_year_2023_has_five_working_days():
    assert working_days.period(date(2022, 12, 29), 5).end == date(2023, 1, 5)


def test_a_year_without_calendar_knows_the_holidays_of_fixed_date():
    new_year = working_days.period(date(2029, 12, 31), 2)  # a Monday
    assert new_year.days == (date(2029, 12, 31), date(2030, 1, 2)) and not new_year.is_certain
    off = [day for day in (date(2030, 5, 1), date(2030, 5, 2), date(2030, 10, 1), date(2030, 10, 2), date(2030, 10, 3))]
    assert all(day.weekday() < 5 for day in off)
    assert [working_days.rest_day(day) for day in off] == ["劳动节"] * 2 + ["国庆节"] * 3
    assert working_days.rest_day(date(2030, 5, 3)) == ""
    CalendarYear.objects.create(year=2030, source="公布的放假安排")
    assert working_days.rest_day(date(2030, 5, 2)) == ""  # a calendar that is known says it all


def test_the_calls_carry_what_is_confirmed_and_nothing_else():
    china = ZoneInfo("Asia/Shanghai")
    calls = Call.objects.filter(programme__code="national").closing().order_by("year")
    assert [(call.year, call.document_number, call.issued_on, call.closes_at.astimezone(china)) for call in calls] == [
        (2022, "工信厅企业函〔2022〕236号", date(2022, 9, 19), datetime(2022, 11, 1, tzinfo=china)),
        (2023, "工信厅企业函〔2023〕44号", None, datetime(2023, 8, 1, tzinfo=china)),
        (2024, "工信厅企业函〔2024〕122号", None, datetime(2024, 8, 1, tzinfo=china)),
        (2025, "工信厅企业函〔2025〕77号", date(2025, 3, 3), datetime(2025, 7, 16, tzinfo=china)),
    ]
    assert {call.opens_at for call in calls} == {None}
    assert [call.one_per_niche for call in calls] == [True, False, False, False]
    assert not Call.objects.open_now().filter(programme__code="national").exists()


def test_the_calls_give_each_of_the_37_authorities_its_places():
    places = {}
    for call in Call.objects.filter(programme__code="national"):
        quotas = call.quotas.values_list("authority__name", "places")
        assert len(quotas) == 37
        places[call.year] = (dict(quotas)["山东省"], dict(quotas)["青岛市"], dict(quotas)["新疆生产建设兵团"])
    assert places == {2022: (5, 3, 3), 2023: (6, 2, 2), 2024: (8, 2, 2), 2025: (8, 2, 2)}


def test_the_call_of_2025_also_re_verifies_the_batch_of_2022():
    kinds = Call.objects.get(code="national-2025").kinds.values_list("kind", "reverifies_batch")
    assert sorted(kinds, key=str) == [("recognition", None), ("reverification", 2022)]


def test_the_sample_programme_is_marked():
    assert dict(Programme.objects.values_list("code", "sample")) == {
        code: code.startswith("demo")
        for code in ("national", "demo", "demo-shandong", "yunnan", "liaoning", "shanghai", "jiangxi", "xiamen")
    }
