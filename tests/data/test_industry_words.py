"""Industries are found by the words people use for what they make."""

from pathlib import Path

import pytest

from clusters.finding import answering, branches, everyday_words, industries, industry_named, near
from clusters.models import Industry
from territories.loading import read_csv

EXPECTED = Path(__file__).with_name("industries_of_listed_clusters.txt")
FIRST = 3


def judged() -> dict[str, str]:
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


def first_codes(query: str) -> list[str]:
    return [row.code for row in industries(query)[:FIRST]]


def test_the_products_of_the_listed_clusters_find_their_class_among_the_first_three():
    rows, classes = read_csv("national_clusters.csv"), judged()
    found = [row for row in rows if classes[row["dominant_industry_text"]] in first_codes(row["dominant_industry_text"])]
    assert len(rows) == 159 and len(found) >= 150


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("水表", "4016"), ("芯片", "3973"), ("羊绒", "1721"), ("锂电池", "3841"), ("预制菜", "1439"), ("汽车配件", "3670"),
        ("shuibiao", "4016"), ("lidianchi", "3841"), ("ldc", "3841"), ("qichepeijian", "3670"), ("xin pian", "3973"),
    ],
)  # fmt: skip
def test_an_everyday_word_is_found_by_characters_pinyin_and_initials(word, code):
    assert code in first_codes(word)


def test_an_official_name_comes_before_what_people_say():
    assert first_codes("涂料制造")[0] == "2641"
    assert first_codes("3841") == ["3841"]


def test_every_everyday_word_names_classes_there_are_and_says_on_what_it_rests():
    codes = set(Industry.objects.values_list("code", flat=True))
    assert all(set(named) <= codes for named in everyday_words().values())
    assert all(row["basis"] for row in read_csv("industry_words.csv"))


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("海鲜", "1361"), ("海参", "1362"), ("卖药的", "2720"), ("药材", "2730"), ("玩具", "2452"), ("眼镜", "3587"),
        ("袜子", "1830"), ("拉链", "4119"), ("轴承", "3451"), ("阀门", "3443"), ("钢琴", "2422"), ("渔具", "2449"),
        ("家纺", "1771"), ("陶瓷", "3074"), ("石材", "3032"), ("茶叶", "1530"), ("光伏", "3825"), ("无人机", "3963"),
        ("机器人", "3491"), ("传感器", "3983"), ("碳纤维", "2829"), ("稀土", "3232"), ("医疗器械", "3584"),
        ("中药", "2730"), ("假发", "4119"), ("箱包", "1922"), ("地毯", "2437"), ("电梯", "3435"), ("电线电缆", "3831"),
        ("泵", "3441"), ("童装", "1819"), ("雨伞", "4119"), ("羽毛球", "2441"), ("帐篷", "1784"), ("香菇", "1372"),
        ("食用油", "1331"), ("矿泉水", "1522"), ("火腿", "1353"), ("不锈钢", "3130"), ("螺栓", "3482"), ("叉车", "3433"),
        ("注塑机", "3523"), ("3D打印", "3493"), ("低压电器", "3823"), ("耳机", "3984"), ("PCB", "3982"), ("铜箔", "3985"),
        ("义齿", "3582"), ("烟花", "2672"), ("丝绸", "1742"), ("无纺布", "1781"), ("纸箱", "2231"), ("编织袋", "2923"),
        ("轮胎", "2911"), ("马桶", "3072"), ("保温杯", "3382"), ("剪刀", "3324"), ("木雕", "2431"), ("减速机", "3453"),
        ("金刚石", "3099"), ("装配式建筑", "3022"), ("玻璃瓶", "3055"), ("种子", "0511"), ("葡萄酒", "1515"),
        ("haixian", "1361"), ("wazi", "1830"), ("lalian", "4119"), ("luntai", "2911"),
    ],
)  # fmt: skip
def test_what_counties_make_finds_its_class(word, code):
    assert code in first_codes(word)


@pytest.mark.parametrize(("word", "code"), [("水鳔", "4016"), ("浴巾架", "1772"), ("蝎子养殖", "0411"), ("鳄鱼皮具厂", "1922")])
def test_a_word_that_no_class_answers_gets_the_nearest_and_none_is_taken_for_it(word, code):
    assert code in [row.code for row in industries(word)]
    if not answering(word):
        assert industry_named(word) is None and len(near(word)) <= 5


def test_a_word_of_characters_is_not_answered_by_what_only_sounds_a_little_like_it(monkeypatch):
    monkeypatch.setattr("clusters.finding.everyday_words", lambda: {"化纤": ["2822"], "水表": ["4016"]})
    assert "2822" not in [row.code for row in near("海鲜")] and [row.code for row in near("水鳔")] == ["4016"]


def test_the_code_of_a_division_shows_all_that_stands_under_it():
    found = {row.code for row in industries("35")}
    assert found == set(Industry.objects.filter(code__startswith="35").values_list("code", flat=True)) and len(found) > 50


def test_every_division_stands_under_its_section():
    sections = branches()
    assert [section.code for section, _ in sections] == list("ABCDEFGHIJKLMNOPQRST")
    assert sum(len(divisions) for _, divisions in sections) == 97
