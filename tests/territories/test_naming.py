"""How places are called: by level, without their endings, and in one breath."""

import pytest

from territories.naming import levels, parts, short, written
from territories.search import fold, groupings


@pytest.mark.parametrize(
    ("full_name", "expected"),
    [
        ("山东省济南市历下区", ("山东省", "济南市", "历下区")),
        ("山东省济南市历下区高新区", ("山东省", "济南市", "历下区", "高新区")),
        ("吉林省延边朝鲜族自治州敦化市", ("吉林省", "延边朝鲜族自治州", "敦化市")),
        ("北京市海淀区", ("北京市", "海淀区")),
        ("新疆生产建设兵团阿拉尔市", ("新疆生产建设兵团", "阿拉尔市")),
        ("山东省菏泽市单县", ("山东省", "菏泽市", "单县")),
    ],
)
def test_a_full_name_has_its_levels_from_the_province_down(full_name, expected):
    assert levels(full_name) == expected


def test_a_name_is_said_without_its_ending_unless_one_character_would_be_left():
    said = ["济南市", "延边朝鲜族自治州", "内蒙古自治区", "大兴安岭地区", "单县", "恩施土家族苗族自治州", "浦东新区"]
    assert [short(name) for name in said] == ["济南", "延边", "内蒙古", "大兴安岭", "单县", "恩施", "浦东"]


def test_words_without_a_space_are_heard_one_by_one():
    assert parts("济南历下智能家电") == ["济南", "历下", "智能家电"]
    assert parts("智能家电") == ["智能家电"]


def test_letters_are_words_or_syllables_of_one():
    assert sorted(groupings(["qing", "dao"])) == [["qing", "dao"], ["qingdao"]]
    assert fold("Xi'an") == fold("xi’an") == "xian" and fold("lǜ") == fold("lü") == "lv"


def test_public_pages_write_places_in_full_and_a_city_once():
    named = written("山东省济南市历下区", ["山东省济南市章丘区", "山东省青岛市黄岛区"])
    assert named == "济南市历下区·章丘区·青岛市黄岛区"
