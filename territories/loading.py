"""Territories from data/counties.csv, and their places in the national scheme.

Provinces and cities are derived from the first two and four digits of the county codes. Labels of the
statistics (市辖区, 县, 省直辖县级行政区划, 自治区直辖县级行政区划) are no cities: such counties hang
directly under the province (model, Territory and authority).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from territories.enums import NATIONAL_SCHEME, Level
from territories.models import Placement, Territory
from territories.naming import LABELS
from territories.search import pinyin, tokens
from territories.upkeep import DataRefused, Outcome, bring_up_to_date

DATA = Path(__file__).resolve().parent.parent / "data"
COUNTY_LEVEL_DIVISIONS = 2_849
NATION, XPCC = "cn", "xpcc"
# The five cities with a plan of their own stand beside their provinces in the national scheme (dossier 3.2).
PLAN_SEPARATE = {"210200": "210000", "330200": "330000", "350200": "350000", "370200": "370000", "440300": "440000"}
XPCC_CITIES = "6590"  # the cities of the Production and Construction Corps, in Xinjiang by code only

FIELDS = (
    "division_code", "name", "full_name", "level", "unit_type", "recommends", "plan_separate_of_id", "pinyin",
    "search_tokens",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One territory as the data tell it: its own code, its name and what stands above it."""

    code: str
    name: str
    full_name: str
    level: Level
    above: str = ""

    @property
    def is_plan_separate(self) -> bool:
        return self.code in PLAN_SEPARATE

    @property
    def recommends(self) -> bool:
        """Say whether it recommends to the ministry: 31 provinces, five cities, the Corps."""
        return self.level == Level.PROVINCE or self.is_plan_separate

    def row(self) -> Territory:
        """Return the row as it should stand; whose plan-separate city it is comes later."""
        return Territory(
            code=self.code,
            division_code=self.code if self.code.isdigit() else "",
            name=self.name,
            full_name=self.full_name,
            level=self.level,
            recommends=self.recommends,
            pinyin=pinyin(self.name),
            search_tokens=tokens(self.name, places=[self.full_name]),
        )


def read_csv(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of the data folder."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load() -> list[Outcome]:
    """Bring territories and placements up to date and return what became of both tables."""
    places = {place.code: place for place in read_places()}
    rows = {code: place.row() for code, place in places.items()}
    provinces = {code: row for code, row in rows.items() if code not in PLAN_SEPARATE}
    first = _upkeep(provinces.values())
    ids = dict(Territory.objects.filter(code__in=PLAN_SEPARATE.values()).values_list("code", "pk"))
    for code, province in PLAN_SEPARATE.items():
        rows[code].plan_separate_of_id = ids[province]
    second = _upkeep(rows[code] for code in PLAN_SEPARATE)
    return [first + second, _place(places)]


def _upkeep(rows) -> Outcome:
    return bring_up_to_date(rows, key=("code",), fields=FIELDS)


def _place(places: dict[str, Place]) -> Outcome:
    ids = dict(Territory.objects.values_list("code", "pk"))
    rows = [
        Placement(scheme=NATIONAL_SCHEME, territory_id=ids[code], path=path_of(place, places))
        for code, place in places.items()
    ]
    return bring_up_to_date(rows, key=("scheme", "territory_id"), fields=("path",))


def path_of(place: Place, places: dict[str, Place]) -> str:
    """Return where a place stands in the national scheme."""
    codes = [place.code]
    while codes[0] != NATION:
        codes.insert(0, places[codes[0]].above)
    return f"{NATIONAL_SCHEME}:{'/'.join(codes)}/"


def read_places() -> Iterator[Place]:
    """Yield every territory of the data, from the nation down."""
    counties = read_csv("counties.csv")
    if len(counties) != COUNTY_LEVEL_DIVISIONS:
        raise DataRefused(
            f"counties.csv has {len(counties)} rows instead of {COUNTY_LEVEL_DIVISIONS}. Put the file back as it was."
        )
    # The place is the whole country; the authority that acts there, and is named beside an act, the ministry.
    yield Place(NATION, "工业和信息化部", "全国", Level.NATION)
    yield Place(XPCC, "新疆生产建设兵团", "新疆生产建设兵团", Level.PROVINCE, NATION)
    provinces = {f"{row['adcode'][:2]}0000": row["province"] for row in counties}
    for code, name in provinces.items():
        yield Place(code, name, name, Level.PROVINCE, NATION)
    cities = {f"{row['adcode'][:4]}00": row for row in counties if _has_city(row)}
    for code, row in cities.items():
        yield _city(code, row)
    yield from map(_county, counties)


def _has_city(row: dict[str, str]) -> bool:
    """Say whether a city stands between a county and its province.

    A prefecture without counties (东莞市, 中山市, 儋州市, 嘉峪关市) is in the data as its own county.
    """
    return row["prefecture"] not in LABELS and row["prefecture"] != row["name"]


def _city(code: str, row: dict[str, str]) -> Place:
    name = row["prefecture"]
    if code in PLAN_SEPARATE:
        return Place(code, name, name, Level.CITY, NATION)
    return Place(code, name, row["province"] + name, Level.CITY, f"{code[:2]}0000")


def _county(row: dict[str, str]) -> Place:
    code, name = row["adcode"], row["name"]
    if code.startswith(XPCC_CITIES):
        return Place(code, name, f"新疆生产建设兵团{name}", Level.COUNTY, XPCC)
    if not _has_city(row):
        return Place(code, name, row["province"] + name, Level.COUNTY, f"{code[:2]}0000")
    return Place(code, name, row["province"] + row["prefecture"] + name, Level.COUNTY, f"{code[:4]}00")
