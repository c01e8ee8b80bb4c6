"""The national list: found, filtered, counted, and never more than is public."""

import html
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.counts import Known, coverage
from recognitions.enums import Change
from recognitions.models import RecognitionChange
from tests.portal.rows import listed, make_programme, qingdao_is_in_shandong

pytestmark = pytest.mark.django_db


def names(client, address: str) -> list[str]:
    """Return the names in the tables of a page, in their order."""
    answer = client.get(address)
    assert answer.status_code == 200
    return re.findall(r'role="rowheader"><a href="/list/\d+/">([^<]+)', answer.content.decode())


@pytest.fixture
def three(country):
    qingdao_is_in_shandong()
    return (
        listed(),
        listed("青岛市黄岛区工业陶瓷产业集群", province="青岛市", county="黄岛区", industry="工业陶瓷", batch=2023),
        listed("新疆生产建设兵团阿拉尔市纺织产业集群", province="新疆生产建设兵团", county="阿拉尔市", industry="纺织",
               batch=None, batch_note="2022 或 2023 批次，来源未写明", document_number="", validity_words=""),
    )  # fmt: skip


def test_everybody_reads_the_list_without_an_account(client, three):
    page = client.get("/").content.decode()
    for row in three:
        assert row.name in page
    assert "工信部企业函〔2024〕267号" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("陶瓷", 1), ("taoci", 1), ("gytc", 1), ("黄岛", 1), ("山东", 1), ("山东省", 1), ("青岛市", 1), ("产业集群", 3),
     ("陶瓷纺织", 0), ("瓷陶", 0), ("LIXIAQU", 1), ("ｔａｏｃｉ", 1), ("!!!", 0), ("", 3), ("兵团", 1)],
)  # fmt: skip
def test_search_by_characters_pinyin_and_initials(client, three, query, found):
    assert len(names(client, f"/?q={query}")) == found


@pytest.mark.parametrize(
    ("asked", "says", "found"),
    [("q=黄导", "黄岛区", 1), ("q=黄导&batch=2023", "黄岛区", 1),
     ("q=黄导&province=370000", "黄岛区（不带其他筛选条件）", 1), ("q=黄导&province=370000&cities=with", "黄岛区", 1),
     ("q=黄导&batch=2024&cities=with", "黄岛区（不带其他筛选条件）", 1)],
)  # fmt: skip
def test_what_a_misspelt_word_may_mean_leads_to_something_and_says_when_filters_are_left_out(
    client, three, asked, says, found
):
    page = client.get(f"/?{asked}").content.decode()
    [(address, words)] = re.findall(r'<a href="([^"]+)">(黄岛区[^<]*)</a>', page)
    assert (words, len(names(client, html.unescape(address)))) == (says, found)
    assert ("cities=with" in address) == ("cities=with" in asked)


def test_filters_join_and_stay_in_the_address(client, three):
    assert names(client, "/?batch=2023") == ["青岛市黄岛区工业陶瓷产业集群"]
    assert names(client, "/?batch=open") == ["新疆生产建设兵团阿拉尔市纺织产业集群"]
    assert names(client, "/?province=370200") == ["青岛市黄岛区工业陶瓷产业集群"]
    assert names(client, "/?industry=taoci") == ["青岛市黄岛区工业陶瓷产业集群"]
    assert names(client, "/?industry=家电&batch=2023") == []
    assert names(client, "/?industry=家电&batch=2024") == ["山东省济南市历下区智能家电产业集群"]


def test_a_chip_leads_to_the_address_without_its_filter(client, three):
    page = client.get("/?q=taoci&batch=2023").content.decode()
    chips = re.findall(r'<a class="chip" href="([^"]+)"', page)
    assert chips == ["?batch=2023", "?q=taoci"]


def test_the_status_is_read_from_the_changes(client, three):
    first, second, _third = three
    RecognitionChange.objects.create(recognition=first, kind=Change.REVOKED, key="a")
    RecognitionChange.objects.create(recognition=second, kind=Change.REVERIFIED, key="b")
    RecognitionChange.objects.create(recognition=second, kind=Change.CORRECTED, key="c")
    assert names(client, "/?status=revoked") == [first.name]
    assert names(client, "/?status=reverified") == [second.name]
    assert names(client, "/?status=valid") == ["新疆生产建设兵团阿拉尔市纺织产业集群"]


def test_plan_separate_cities_stand_apart_or_with_their_province(client, three):
    assert names(client, "/?province=370000") == ["山东省济南市历下区智能家电产业集群"]
    together = names(client, "/?province=370000&cities=with")
    assert together == ["山东省济南市历下区智能家电产业集群", "青岛市黄岛区工业陶瓷产业集群"]
    page = client.get("/?cities=with").content.decode()
    assert "山东+青岛" in page and 'title="青岛市"' not in page
    assert re.search(r"山东<b>2</b>", page) and re.search(r"山东<b>1</b>", client.get("/").content.decode())


def test_a_city_asked_for_while_counted_with_its_province_leads_to_the_province(client, three):
    assert len(names(client, "/?province=370200&cities=with")) == 2


def test_missing_values_are_dashes_with_the_reason(client, three):
    page = client.get("/?batch=open").content.decode()
    assert 'title="2022 或 2023 批次，来源未写明"' in page
    assert page.count('class="missing"') >= 3


@pytest.mark.parametrize(
    "address",
    ["/?batch=99999999999", "/?batch=abc", "/?batch=２０２４", "/?province=%00", "/?q=%00%01", "/?page=0", "/?page=-1",
     "/?page=99999999999999999999", "/?page=²", "/?samples=x", "/?status=draft", "/?cities=maybe", "/?q=%ff%fe",
     "/?industry=%E2%80%AE", "/?q=" + "产" * 3000, "/?q=%25_\\\\'\"", "/?province=370000&province=1",
     "/?cluster__name=x",
     "/?q=%ed%a0%80", "/list.csv?batch=9&page=x", "/samples.csv?q=%00"],
)  # fmt: skip
def test_a_bad_value_in_the_address_never_breaks_the_page(client, three, address):
    answer = client.get(address)
    assert answer.status_code == 200
    b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_what_the_address_says_is_escaped(client, three):
    page = client.get("/?q=<script>alert(1)</script>&industry=%22onx=%22").content.decode()
    assert "<script>alert" not in page and '"onx="' not in page


def test_the_page_says_how_many_of_how_many_are_listed(client, three):
    rows, open_batches = coverage(Known().by_batch())
    assert [(row.batch, row.listed, row.total) for row in rows] == [
        (2022, 0, 100), (2023, 1, 100), (2024, 1, 100), (2025, 0, 100)
    ]  # fmt: skip
    assert open_batches == 1
    client.cookies["django_language"] = "en"
    assert "Listed here: 3 of the 400 clusters" in client.get("/").content.decode()


def test_samples_stand_below_and_are_counted_apart(client, three):
    sample = listed("山东省历下区示例产业集群", sample=True)
    page = client.get("/").content.decode()
    assert page.index(three[2].name) < page.index('id="sample-title"') < page.index(f"{sample.name}</a>")
    client.cookies["django_language"] = "en"
    page = client.get("/").content.decode()
    assert "3 clusters found" in page and "and 1 sample" in page


def test_a_new_row_and_a_new_change_are_counted_at_once(client, three):
    assert len(names(client, "/")) == 3
    listed("山东省单县羊绒产业集群", county="单县", industry="羊绒")
    assert len(names(client, "/")) == 4
    RecognitionChange.objects.create(recognition=three[0], kind=Change.REVOKED, key="x")
    client.cookies["django_language"] = "en"
    assert "1 cluster found" in client.get("/?status=revoked").content.decode()


def test_the_order_is_by_division_code_and_then_by_pinyin(client, country):
    listed("山东省中集群", county="市中区")
    listed("山东省安集群", county="历下区")
    listed("新疆集群", province="新疆维吾尔自治区", county="阿克苏市")
    assert names(client, "/") == ["山东省安集群", "山东省中集群", "新疆集群"]


def test_pages_of_25_and_a_number_past_the_end(client, country):
    for number in range(30):
        listed(f"山东省集群{number:02}", batch=2022)
    assert len(names(client, "/")) == 25
    assert len(names(client, "/?page=2")) == 5
    assert names(client, "/?page=900") == names(client, "/?page=2")
    page = client.get("/?batch=2022&page=2").content.decode()
    assert 'href="?batch=2022&amp;page=1"' in page


def test_the_page_costs_the_same_for_one_row_and_for_fifty(client, country):
    def cost():
        cache.clear()
        with CaptureQueriesContext(connection) as cold:
            client.get("/")
        with CaptureQueriesContext(connection) as warm:
            client.get("/")
        return len(cold), len(warm)

    listed()
    one = cost()
    for number in range(49):
        listed(f"山东省集群{number}", batch=2022)
    assert cost() == one
    assert one[0] <= 12 and one[1] <= 5


def test_htmx_gets_the_canonical_address(client, three):
    answer = client.get("/?q=taoci&province=&batch=", HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Push-Url"] == "/?q=taoci"


def test_the_empty_list_says_what_will_appear(client, country):
    make_programme()
    assert client.get("/").status_code == 200


def test_only_reading_is_possible(client, three):
    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200
