"""Journey 7: anyone finds a recognised cluster, with script and without, on a wide screen and a narrow one."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests import situations
from tests.journeys.cast import COUNTY
from tests.journeys.staging import bid

SAMPLE = "历下区示范样本产业集群"


@pytest.fixture(scope="module")
def listed(site):
    """A recognised sample below the real rows."""
    with site.data():
        bid(SAMPLE, COUNTY, situations.recognised)
    return site


def rows(reader):
    """Return the rows of the national list."""
    return reader.page.locator("section.listing tbody tr")


def found(reader) -> int:
    """Return how many clusters the page says it found."""
    return int(re.search(r"\d[\d,]*", reader.page.locator("#found").inner_text()).group().replace(",", ""))


def downloaded(reader, of: str) -> list[list[str]]:
    """Return the rows of the CSV that a block offers, without the heading."""
    link = reader.page.locator(f"{of} .listing-head a").get_attribute("href")
    answer = reader.context.request.get(reader.address + link)
    assert answer.status == 200
    return list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))[1:]


def test_search_filters_chips_and_download(listed, visit):
    reader = visit(listed)
    reader.go("/")
    everything = found(reader)
    assert everything > 100
    for typed in ("陶瓷", "taoci", "tc"):
        reader.page.locator("#id_q").fill(typed)
        expect(reader.page).to_have_url(re.compile("q="))
        expect(rows(reader).first).to_contain_text("陶瓷" if typed != "tc" else re.compile("."))
        expect(rows(reader).filter(has_text="陶瓷").first).to_be_visible()
        reader.page.locator("#id_q").fill("")
        expect(reader.page.locator("#found")).to_contain_text(str(everything))
    reader.page.locator("#id_province").select_option(label="福建省")
    expect(reader.page.locator(".chips")).to_contain_text("福建省")
    reader.page.locator("#id_batch").select_option("2023")
    expect(reader.page.locator(".chips")).to_contain_text("2023")
    assert 0 < found(reader) < everything
    assert len(downloaded(reader, "section.listing")) == found(reader) == rows(reader).count()
    narrow = found(reader)
    reader.follow(re.compile("2023.*"))
    assert found(reader) > narrow
    reader.page.go_back()
    expect(reader.page.locator(".chips")).to_contain_text("2023")
    assert found(reader) == narrow


def test_a_cluster_a_notice_and_the_sample_apart(listed, visit):
    reader = visit(listed)
    reader.go("/?q=示范样本")
    samples = reader.page.locator("section.samples")
    expect(samples).to_contain_text("示例")
    assert [row[0] for row in downloaded(reader, "section.samples")] == [SAMPLE]
    assert rows(reader).count() == 0
    reader.follow(SAMPLE)
    reader.reads("示例")
    reader.go("/")
    with reader.page.expect_navigation():
        rows(reader).first.get_by_role("link").click()
    reader.look()
    reader.reads(reader.word("What is uncertain") if reader.page.get_by_text("不确定").count() else reader.heading)
    reader.go("/notices/")
    reader.follow("公示〔2025〕1号")
    reader.reads(SAMPLE)


def test_plan_separate_cities_with_their_province(listed, visit):
    reader = visit(listed)
    reader.go("/")
    tiles = reader.page.locator(".tiles-block")
    apart = int(tiles.get_by_role("link", name=re.compile("^山东")).locator("b").inner_text())
    qingdao = int(tiles.get_by_role("link", name=re.compile("^青岛")).locator("b").inner_text())
    assert apart and qingdao
    reader.follow(reader.word("with their province"))
    together = reader.page.locator(".tiles-block").get_by_role("link", name=re.compile("^山东"))
    assert int(together.locator("b").inner_text()) == apart + qingdao
    with reader.page.expect_navigation():
        together.click()
    assert found(reader) == apart + qingdao
    expect(reader.page.locator(".chips")).to_contain_text("山东+青岛")


@pytest.mark.parametrize("narrow", [False, True])
def test_without_script(listed, visit, narrow):
    """The same things with links and one button, nothing else."""
    reader = visit(listed, script=False, narrow=narrow)
    reader.go("/")
    reader.page.locator("#id_q").fill("taoci")
    reader.page.locator("#id_province").select_option(label="江西省")
    with reader.page.expect_navigation():
        reader.page.locator(".list-search button").click()
    assert "province=360000" in reader.page.url
    expect(rows(reader).first).to_contain_text("陶瓷")
    assert len(downloaded(reader, "section.listing")) == found(reader)
    chips = reader.page.locator(".chips a")
    while chips.count():
        with reader.page.expect_navigation():
            chips.first.click()
    assert found(reader) > 100
    with reader.page.expect_navigation():
        reader.page.locator("section.listing a[rel=next]").click()
    assert "page=2" in reader.page.url
    expect(reader.page.locator("section.samples")).to_contain_text(SAMPLE)
    with reader.page.expect_navigation():
        reader.page.locator("section.samples").get_by_role("link", name=SAMPLE).click()
    expect(reader.page.locator("h1")).to_contain_text(SAMPLE)


def test_on_a_narrow_screen(listed, visit):
    reader = visit(listed, narrow=True)
    reader.go("/?q=陶瓷")
    expect(rows(reader).first).to_contain_text("陶瓷")
    with reader.page.expect_navigation():
        rows(reader).first.get_by_role("link").click()
    reader.look()
    reader.go("/notices/")


def test_in_english(listed, visit):
    reader = visit(listed, language="en")
    reader.go("/?q=taoci")
    reader.reads("National list")
    expect(rows(reader).first).to_contain_text("陶瓷")
