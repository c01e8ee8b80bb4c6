"""The download obeys the filters and carries nothing a spreadsheet would run."""

import csv
import io

import pytest

from recognitions.exports import harmless
from tests.portal.rows import listed, qingdao_is_in_shandong

pytestmark = pytest.mark.django_db


def rows_of(client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.fixture
def two(country):
    qingdao_is_in_shandong()
    return listed(), listed(
        "青岛市黄岛区工业陶瓷产业集群", province="青岛市", county="黄岛区", industry="工业陶瓷", batch=2023
    )


def test_it_obeys_the_filters(client, two):
    assert [row[0] for row in rows_of(client, "/list.csv?batch=2023")[1:]] == ["青岛市黄岛区工业陶瓷产业集群"]
    assert len(rows_of(client, "/list.csv")) == 3
    assert rows_of(client, "/list.csv?q=nothing")[1:] == []


def test_it_says_how_plan_separate_cities_were_counted(client, two):
    apart, together = rows_of(client, "/list.csv")[2], rows_of(client, "/list.csv?cities=with")[2]
    assert apart[1:3] == ["青岛市", "青岛市"] and together[1:3] == ["青岛市", "山东省"]
    assert apart[3] != together[3]


def test_only_a_plan_separate_city_says_how_it_is_counted(client, two):
    assert [row[3] for row in rows_of(client, "/list.csv")[1:]] == ["", "单列"]


def test_samples_are_another_file(client, two):
    sample = listed("示例产业集群", sample=True)
    assert sample.name not in {row[0] for row in rows_of(client, "/list.csv")}
    assert [row[0] for row in rows_of(client, "/samples.csv")[1:]] == [sample.name]


def test_the_words_are_in_the_language_of_the_reader(client, two):
    client.cookies["django_language"] = "en"
    rows = rows_of(client, "/list.csv")
    assert rows[0][0] == "Name" and rows[1][12] == "Valid"


def test_a_source_in_the_file_is_a_document_number_or_a_public_report(client, country):
    listed(source="http://example.org:2027/detail.aspx?id=1")
    listed(source="http://example.org:2027/detail.aspx?id=1", document_number="", batch=2022)
    assert {row[15] for row in rows_of(client, "/list.csv")[1:]} == {"工信部企业函〔2024〕267号", "公开报道"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_live_formula(client, country, start):
    listed(f"{start}cmd|' /C calc'!A0", note=f"{start}1+1")
    row = rows_of(client, "/list.csv")[1]
    assert row[0].startswith("'") and row[14].startswith("'")


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), (2024, "2024"), ("集群", "集群"), ("  =1", "'  =1"), ("a=1", "a=1")]
)
def test_what_is_harmless_stays_as_it_is(cell, text):
    assert harmless(cell) == text
