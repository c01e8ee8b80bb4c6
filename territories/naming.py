"""How people call a place: its levels one by one, and its name without 省, 市, 区, 县.

Read from the divisions of the data, so that 山东省济南市历下区 is known to have a 济南市 in it wherever only the
full name is kept.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import permutations
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
COUNTIES, TRADITIONAL = DATA / "counties.csv", DATA / "traditional_characters.csv"
# What a keyboard of radicals or kana gives for a character that stands in names, beyond what NFKC knows: the radicals
# by Unicode's EquivalentUnifiedIdeograph.
LOOKALIKES = str.maketrans(
    "⺁⺈⺌⺗⺜⺝⺠⺧⺩⺶⻁⻄⻉⻋⻏⻓⻔⻗⻘⻛⻢⻥⻨⻩⻬⻰ロエニカハ",
    "厂刀小心日月民牛王羊虎西贝车邑长门雨青风马鱼麦黄齐龙口工二力八",
)
XPCC = "新疆生产建设兵团"
# Of the statistics, where a city would stand; no names of places.
LABELS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
NATIONS = (
    "维吾尔 蒙古族 蒙古 回族 藏族 苗族 侗族 彝族 壮族 布依族 朝鲜族 满族 "
    "瑶族 白族 土家族 哈尼族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 拉祜族 "
    "水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 "
    "撒拉族 毛南族 仡佬族 锡伯 普米族 塔吉克 怒族 鄂温克族 裕固族 保安族 "
    "独龙族 鄂伦春族 各族"
)
ENDING = re.compile(
    rf"(?<=..)(?:(?:{'|'.join(sorted(NATIONS.split(), key=len, reverse=True))})*"
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|矿区|新区|省|市|区|县|州|旗|盟))$"
)


def short(name: str) -> str:
    """Return a name as it is said: 济南 for 济南市, 延边 for 延边朝鲜族自治州; 单县 stays, one character is no name."""
    return ENDING.sub("", name)


@cache
def _levels() -> tuple[frozenset[str], ...]:
    """Return the names of provinces, of cities and of counties."""
    with COUNTIES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    provinces = frozenset({row["province"] for row in rows} | {XPCC})
    cities = frozenset(row["prefecture"] for row in rows) - LABELS
    return provinces, cities, frozenset(row["name"] for row in rows)


@lru_cache(maxsize=10_000)
def levels(full_name: str) -> tuple[str, ...]:
    """Return the names in a full name, from the province down: 山东省, 济南市, 历下区."""
    found, rest = [], full_name
    for known in _levels():
        name = next((rest[:length] for length in range(len(rest), 1, -1) if rest[:length] in known), "")
        if name:
            found.append(name)
            rest = rest[len(name) :]
    return (*found, rest) if rest else tuple(found)


@lru_cache(maxsize=10_000)
def spoken(full_name: str) -> tuple[tuple[str, ...], ...]:
    """Return two or three levels of a place as people say them in one breath: 济南历下区, 历下济南市, 山东历下区.

    Each in full, or those before the last without their endings.
    """
    names = levels(full_name)
    orders = {*permutations(names, 2), *permutations(names, 3)}
    return tuple(sorted({one for order in orders for one in ((*map(short, order[:-1]), order[-1]), order)}))


def without_places(name: str, full_names: Iterable[str]) -> str:
    """Return what a name says after the places it begins with: 智能家电集群 for 济南市历下区智能家电集群.

    The longest first: 吉安县视听设备 in 吉安市 says 视听设备 after it, and no 县.
    """
    said = {one for full_name in full_names for level in levels(full_name) for one in (level, short(level))}
    while begun := max((one for one in said if name.startswith(one)), key=len, default=""):
        name = name.removeprefix(begun)
    return name


def written(lead: str, further: list[str] | tuple[str, ...] = ()) -> str:
    """Return places as public pages write them, from their full names: 济南市历下区·章丘区·青岛市黄岛区.

    The province stands beside it, so it is left out; a city is said once.
    """
    words, city = [], None
    for full_name in (lead, *further):
        names = levels(full_name)
        below = names[1:] or names
        words.append("".join(below[1:] if len(below) > 1 and below[0] == city else below))
        city = below[0]
    return "·".join(words)


def divisions_by_name() -> frozenset[str]:
    """Return the official names of all provinces, cities and counties."""
    return frozenset().union(*_levels())


@cache
def known() -> frozenset[str]:
    """Return every name of a division, with and without its ending, from two characters on."""
    return frozenset(name for one in divisions_by_name() for name in (one, short(one)) if len(name) > 1)


@cache
def simplified() -> dict[int, str]:
    """Return the simplified character for each other way to write one in a name of a division: 区 for 區."""
    with TRADITIONAL.open(encoding="utf-8", newline="") as file:
        return str.maketrans({row["written"]: row["simplified"] for row in csv.DictReader(file)})


def look(text: str) -> str:
    """Return a name as the eye reads it: characters alone, whichever of those that are read alike were typed."""
    plain = unicodedata.normalize("NFKC", text).translate(LOOKALIKES).translate(simplified())
    return "".join(one for one in plain if unicodedata.category(one)[0] in "LN")


@cache
def looks() -> frozenset[str]:
    """Return how every name of a division looks, with and without its ending."""
    return frozenset(map(look, known()))


def parts(run: str) -> list[str]:
    """Return what a run of characters says one after another: 济南历下智能家电 is 济南, 历下, 智能家电."""
    found: list[str] = []
    rest, start = run, 0
    while start < len(rest):
        longest = min(len(rest), start + 12)
        name = next((rest[start:end] for end in range(longest, start + 1, -1) if rest[start:end] in known()), "")
        if not name:
            start += 1
            continue
        found += [rest[:start]] if start else []
        found.append(name)
        rest, start = rest[start + len(name) :], 0
    return [*found, rest] if rest else found
