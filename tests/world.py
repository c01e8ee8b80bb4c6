"""A small country for tests: real codes, few places, with the traps of the national scheme in it."""

from datetime import timedelta

from django.utils import timezone

from programmes.models import Call, CallKind, Deadline, FormVersion, Programme, Quota, RuleSet
from rulebook import loader
from rulebook.catalogue import INDICATORS
from territories.enums import NATIONAL_SCHEME, Level, UnitType
from territories.models import Placement, Territory
from territories.search import pinyin, tokens

# code, name, full name, level, recommends, path below the nation
PLACES = (
    ("cn", "全国", "全国", Level.NATION, False, ""),
    ("370000", "山东省", "山东省", Level.PROVINCE, True, "370000/"),
    ("370100", "济南市", "山东省济南市", Level.CITY, False, "370000/370100/"),
    ("370102", "历下区", "山东省济南市历下区", Level.COUNTY, False, "370000/370100/370102/"),
    ("370103", "市中区", "山东省济南市市中区", Level.COUNTY, False, "370000/370100/370103/"),
    ("371722", "单县", "山东省菏泽市单县", Level.COUNTY, False, "370000/371700/371722/"),
    ("370200", "青岛市", "青岛市", Level.CITY, True, "370200/"),
    ("370211", "黄岛区", "山东省青岛市黄岛区", Level.COUNTY, False, "370200/370211/"),
    ("650000", "新疆维吾尔自治区", "新疆维吾尔自治区", Level.PROVINCE, True, "650000/"),
    ("652901", "阿克苏市", "新疆维吾尔自治区阿克苏地区阿克苏市", Level.COUNTY, False, "650000/652900/652901/"),
    ("xpcc", "新疆生产建设兵团", "新疆生产建设兵团", Level.PROVINCE, True, "xpcc/"),
    ("659002", "阿拉尔市", "新疆生产建设兵团阿拉尔市", Level.COUNTY, False, "xpcc/659002/"),
)
QUOTA_2025 = {"370000": 8, "650000": 8, "370200": 2, "xpcc": 2}


def make_country() -> dict[str, Territory]:
    """Make the places and return them by name; making them again returns the same."""
    # By code: beside the loaded reference data a name may differ (中国 for 全国) or occur twice.
    there = Territory.objects.in_bulk([code for code, *_ in PLACES], field_name="code")
    new = [
        Territory(
            code=code,
            division_code=code if code.isdigit() else "",
            name=name,
            full_name=full_name,
            level=level,
            recommends=recommends,
            unit_type=UnitType.DIVISION,
            pinyin=pinyin(name),
            search_tokens=tokens(name, full_name),
        )
        for code, name, full_name, level, recommends, _path in PLACES
        if code not in there
    ]
    if new:
        paths = {code: f"{NATIONAL_SCHEME}:cn/{path}" for code, *_, path in PLACES}
        there |= {one.code: one for one in Territory.objects.bulk_create(new)}
        Placement.objects.bulk_create(
            Placement(scheme=NATIONAL_SCHEME, territory=one, path=paths[one.code]) for one in new
        )
    return {name: there[code] for code, name, *_ in PLACES}


def stored_rules() -> RuleSet:
    """Return the stored national rule set."""
    rules = loader.load("national-2022")
    stored, _ = RuleSet.objects.get_or_create(
        digest=rules.hash, defaults={"code": rules.code, "version": rules.version, "content": rules.canonical_json}
    )
    return stored


def stored_form() -> FormVersion:
    """Return a form that asks for every indicator of the catalogue, in one section."""
    form, _ = FormVersion.objects.get_or_create(
        code="test-form",
        defaults={"sections": [{"key": "all", "label": "全部", "label_en": "All", "indicators": list(INDICATORS)}]},
    )
    return form


def make_call(*, year: int = 2025, sample: bool = True, closes_in: timedelta = timedelta(days=90), **more) -> Call:
    """Make a call that is open now, with the ministry's deadline and the places of 2025."""
    country = make_country()
    programme, _ = Programme.objects.get_or_create(
        code="demo" if sample else "national",
        defaults={"name": "示例项目", "name_en": "Sample", "owner": country["全国"], "sample": sample},
    )
    call = Call.objects.create(
        programme=programme,
        code=more.pop("code", f"{programme.code}-{year}"),
        year=year,
        opens_at=more.pop("opens_at", timezone.now() - timedelta(days=30)),
        rule_set=stored_rules(),
        form_version=stored_form(),
        **more,
    )
    CallKind.objects.create(call=call, kind="recognition")
    Deadline.objects.create(
        call=call,
        authority=country["全国"],
        authority_path="national:cn/",
        level_below=Level.PROVINCE,
        closes_at=timezone.now() + closes_in,
    )
    by_code = {one.code: one for one in country.values()}
    Quota.objects.bulk_create(
        Quota(call=call, authority=by_code[code], places=places) for code, places in QUOTA_2025.items()
    )
    return call
