"""Journey: the ministry moves a threshold, sees who flips, keeps the scenario, shares, compares and downloads it."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from simulation.models import Run, Scenario
from tests import situations
from tests.journeys import databases
from tests.journeys.cast import COUNTY, MINISTRY, NEIGHBOUR, PROVINCE, QINGDAO
from tests.journeys.staging import bid

ROOT = Path(__file__).resolve().parents[2]
LARGE = situations.GOOD | {
    "gross_output": ("90", "105", "121"), "sme_output": ("75", "87", "99"), "leading_output": ("69", "81", "93"),
}  # fmt: skip
SMALL_ONE, LARGE_ONE, OTHER = "历下区家电配件产业集群", "历下区量子信息产业集群", "黄岛区海工装备产业集群"


@pytest.fixture(scope="module")
def bids(site):
    """Three recommended bids: the large one alone has more than 90 in every year."""
    with site.data():
        bid(SMALL_ONE, COUNTY, situations.recommended)
        bid(LARGE_ONE, COUNTY, situations.recommended, figures=LARGE)
        bid(OTHER, NEIGHBOUR, situations.recommended)


def big(person) -> list[str]:
    """Return the large numbers: in the scenario, by the rules until now, the difference."""
    return person.page.locator(".big dd").all_inner_texts()


def answered(person, *numbers: str) -> None:
    """Wait until the answer shows these numbers, as it does without leaving the page."""
    expect(person.page.locator(".big dd")).to_have_text(list(numbers))


def test_from_a_moved_threshold_to_a_compared_scenario(site, visit, bids):
    bu = visit(site, MINISTRY)
    a_threshold_is_moved(bu)
    what_was_typed_is_told_at_its_field_and_back_leads_back(bu)
    who_flips_is_named(bu)
    it_is_kept(bu)
    it_is_shared(bu, visit(site, PROVINCE), site)
    it_is_compared(bu)
    it_is_downloaded(bu)
    it_is_put_away_and_taken_back(bu)


def what_was_typed_is_told_at_its_field_and_back_leads_back(bu):
    """A wrong value and a small share are told at the field; Back shows the question before, not each letter."""
    threshold, share = bu.page.locator('[name="set.1.4"]'), bu.page.locator('[name="set.1.5"]')
    share.fill("")
    share.press_sequentially("1.5", delay=600)
    share.press("Backspace")
    share.press("Backspace")
    share.blur()
    expect(share).to_have_value("1%")
    expect(bu.page.locator("#said-1-5")).to_have_text("按 1% 理解；如指 100%，请写 100%。")
    expect(bu.page).to_have_url(re.compile(r"set\.1\.4=85&set\.1\.5=1%25$"))  # asked for the last time when it is left
    threshold.fill("五十")
    expect(bu.page.locator("#said-1-4")).to_contain_text("“五十”不是数字")
    expect(threshold).to_have_attribute("aria-invalid", "true")
    threshold.blur()
    bu.page.go_back()
    expect(bu.page).to_have_url(re.compile(r"set\.1\.4=85&set\.1\.5=1%25$"))
    expect(threshold).to_have_value("85")
    bu.page.go_back()
    expect(bu.page).to_have_url(re.compile(r"set\.1\.4=85$"))
    expect(share).to_have_value("70%")
    answered(bu, "1", "3", "−2")


def a_threshold_is_moved(bu):
    """By typing, by the slider and back; the page stays, the address follows."""
    bu.go("/ministry/")
    bu.page.get_by_role("link", name=bu.word("Policy simulation")).first.click()
    bu.look()
    bu.page.wait_for_url("**/simulation/**")
    answered(bu, "3", "3", "0")
    bu.page.evaluate("window.stayed = true")
    field = bu.page.locator('[name="set.1.4"]')
    field.fill("85")
    answered(bu, "1", "3", "−2")
    expect(bu.page).to_have_url(re.compile(r"set\.1\.4=85$"))
    slider = bu.page.locator(".threshold", has=field).locator("[data-slider]")
    slider.focus()
    bu.key("Home")
    answered(bu, "3", "3", "0")
    expect(field).to_have_value("20")
    bu.page.locator(".threshold", has=field).locator("[data-reset]").click()
    expect(field).to_have_value("40")
    field.fill("85")
    answered(bu, "1", "3", "−2")
    assert bu.page.evaluate("window.stayed")
    expect(bu.page.locator("[data-chart] canvas")).to_be_visible()
    # By its value: 85 stands as far beyond 60, the last of the others, as 60 beyond 35.
    drawn = "echarts.getInstanceByDom(document.querySelector('[data-chart]'))"
    low, last, now = bu.page.evaluate(f"[35, 60, 85].map((value) => {drawn}.convertToPixel({{xAxisIndex: 0}}, value))")
    assert abs((now - last) - (last - low)) < 2
    # Nothing was counted between 60 and 85, so no line is drawn there.
    points = bu.page.evaluate(f"{drawn}.getOption().series[0].data.map((one) => one.value)")
    assert points[-3:] == [[60, 3], ["-", "-"], [85, 1]] and points.count(["-", "-"]) == 1


def who_flips_is_named(bu):
    """With the gap in the unit of the clause, and the way to the case."""
    bu.page.reload()
    bu.look()
    answered(bu, "1", "3", "−2")
    flips = bu.page.locator("section", has=bu.page.locator("#flips-title"))
    expect(flips).to_contain_text(SMALL_ONE)
    expect(flips).to_contain_text(OTHER)
    expect(flips).not_to_contain_text(LARGE_ONE)
    expect(flips).to_contain_text(re.compile(r"差 \d+(\.\d+)? 亿元"))
    address = flips.get_by_role("link", name=SMALL_ONE).get_attribute("href")
    assert re.fullmatch(r"/applications/\d+/", address)
    provinces = bu.page.locator("section", has=bu.page.locator("#provinces-title"))
    expect(provinces.get_by_role("row", name="青岛市")).to_contain_text("−1")


def it_is_kept(bu):
    bu.fill(bu.word("Name of the scenario"), "产值门槛提高到 85 亿元")
    bu.press(bu.word("Keep this scenario"))
    assert bu.heading == "产值门槛提高到 85 亿元"
    answered(bu, "1", "3", "−2")


def it_is_shared(bu, zhao, site):
    """The address works for the offices of the same authority; a province finds nothing there."""
    with zhao.expecting("404"):
        zhao.go(bu.path)
        zhao.reads("页面不存在")
    zhao.go("/simulation/?programme=demo&set.1.4=85")
    answered(zhao, "1", "2", "−1")
    zhao.does_not_read(OTHER)


def it_is_compared(bu):
    bu.follow(bu.word("Go on from this scenario"))
    bu.page.locator('[name="set.1.4"]').fill("100")
    answered(bu, "0", "3", "−3")
    bu.fill(bu.word("Name of the scenario"), "产值门槛提高到 100 亿元")
    bu.press(bu.word("Keep this scenario"))
    bu.page.get_by_label(bu.word("Compare with")).select_option(label="产值门槛提高到 85 亿元")
    bu.press(bu.word("Compare"))
    row = bu.page.locator("table.comparison").get_by_role("row", name=re.compile(f"^{bu.word('Pass')}"))
    assert [text.strip() for text in row.first.locator("td").all_inner_texts()] == ["0", "1"]


def it_is_downloaded(bu):
    bu.go("/simulation/?programme=demo&set.1.4=85")
    with bu.page.expect_download() as waiting:
        bu.button(bu.word("Download as a workbook (XLSX)")).click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as book:
        assert "xl/worksheets/sheet8.xml" in book.namelist()
    with bu.page.expect_download() as waiting:
        bu.button(bu.word("Download as CSV")).click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert SMALL_ONE in text
    assert LARGE_ONE not in text


def it_is_put_away_and_taken_back(bu):
    bu.go("/simulation/scenarios/")
    bu.follow("产值门槛提高到 100 亿元")
    bu.press(bu.word("Archive"))
    expect(bu.page.locator("main table")).not_to_contain_text("100 亿元")
    bu.follow(bu.word("Take it back there"))
    bu.press(bu.word("Take it back to the list"))
    bu.go("/simulation/scenarios/")
    expect(bu.page.locator("main table")).to_contain_text("100 亿元")


def test_without_script_a_button_asks_and_tables_answer(site, visit, bids):
    bu = visit(site, MINISTRY, script=False)
    bu.go("/simulation/?programme=demo")
    bu.page.locator('[name="set.1.4"]').fill("85")
    bu.press(bu.word("Compute"))
    assert bu.page.url.endswith("/simulation/?programme=demo&set.1.4=85")
    assert big(bu) == ["1", "3", "−2"]
    assert bu.page.locator("[data-points] tbody tr").count() > 20
    expect(bu.page.locator("[data-points] tbody tr").first).to_be_visible()


def test_what_cannot_be_asked_says_why_and_keeps_what_was_typed(site, visit, bids):
    bu = visit(site, MINISTRY)
    bu.go("/simulation/?programme=demo")
    bu.page.locator('[name="set.1.5"]').fill("很多")
    expect(bu.page.locator("#result [role=alert]")).to_contain_text("不是数字")
    expect(bu.page.locator('[name="set.1.5"]')).to_have_value("很多")
    bu.page.locator('[name="set.1.5"]').fill("65")
    answered(bu, "3", "3", "0")


def test_a_waiver_and_places_are_added_and_removed(site, visit, bids):
    bu = visit(site, MINISTRY)
    bu.go("/simulation/?programme=demo&set.1.4=85")
    bu.page.get_by_text(bu.word("Waivers and places")).click()
    bu.page.locator("#waive-clause").select_option("1.4")
    bu.page.locator("#waive-place").select_option("370200")
    bu.press(bu.word("Add the waiver"))
    answered(bu, "2", "3", "−1")
    bu.page.locator("#places-number").fill("1")
    bu.press(bu.word("Set the places"))
    expect(bu.page).to_have_url(re.compile(r"waive=1\.4:370200&places=\*:1$"))
    bu.page.locator(".answer .chip", has_text="青岛市").click()
    answered(bu, "1", "3", "−2")


def test_a_phone_keeps_the_sums_in_sight(site, visit, bids):
    bu = visit(site, MINISTRY, narrow=True)
    bu.go("/simulation/?programme=demo&set.1.4=85")
    expect(bu.page.locator(".at-hand")).to_be_in_viewport()
    expect(bu.page.locator(".at-hand")).to_contain_text("−2")


def test_a_large_simulation_is_left_to_a_worker_and_come_back_to(site, visit, bids):
    """The page is walked as it is above 10,000 applications: begun, left, done by a real worker, read."""
    qin = visit(site, QINGDAO)
    with site.data():
        from simulation import actions
        from simulation.settings import Population, Settings
        from tests.journeys.cast import office_of

        asked = Settings(population=Population(programme="demo"), changes={"1.4": "85"})
        run = actions.begin(asked, 1, by=office_of(QINGDAO))
    qin.go(f"/simulation/runs/{run.public_id}/")
    qin.reads("1 项申报等待测算")
    qin.reads("后台测算服务目前没有运行")
    qin.follow(qin.word("Leave and go on working"))
    qin.page.locator("main .note").get_by_role("link").click()
    owner, application = databases.urls(site.database)
    environment = site.server.environment | {"DATABASE_URL": owner, "DATABASE_APP_URL": application}
    environment["JIQUN_DATABASE_ROLE"] = "worker"
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        expect(qin.page.locator(".big dd")).to_have_text(["0", "1", "−1"], timeout=30_000)
    finally:
        worker.terminate()
        assert "Traceback" not in worker.communicate(timeout=30)[1]
    with site.data():
        assert Run.objects.get(pk=run.pk).state == "done"
        assert Scenario.objects.count() == 2
