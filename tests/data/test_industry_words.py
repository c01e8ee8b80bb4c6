"""Industries are found by the words people use for what they make."""

from pathlib import Path

import pytest

from clusters.finding import everyday_words, industries
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
