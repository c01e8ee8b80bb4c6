"""What a county does on its pages, as steps that several journeys take."""

import re
from contextlib import contextmanager
from decimal import Decimal

from playwright.sync_api import Locator, expect

from clusters.models import YearFigure
from tests import situations
from tests.journeys import staging
from tests.journeys.browsing import Person

NAME = "历下区智能显示产业集群"
SAVED_AT = {"zh-hans": re.compile(r"已保存 \d\d:\d\d"), "en": re.compile(r"Saved \d\d:\d\d")}
INDUSTRY = "3951 电视机制造"
# From T-3 to T-1, as a county types them; 2022 misses the 40 of clause 1.4 by 1.30.
SHORT_OF_OUTPUT = ("38.70", "46", "55")
THREE_YEARS = {
    "gross_output": ("60", "70", "80"),
    "sme_output": ("50", "58", "66"),
    "leading_output": ("46", "54", "62"),
}
REST = {
    "sme_rd_expense": ("1.2", "1.4", "1.6"),
    "valid_invention_patents": ("300", "360", "430"),
    "employee_count": ("20,000", "21,000", "22,000"),
    "industrial_software_rate": ("40", "45", "50"),
    "co2_intensity": ("0.9", "0.8", "0.7"),
    "iiot_rate": ("", "", "20"),
    "champion_count": ("", "", "1"),
    "little_giant_count": ("", "", "3"),
    "policy_outreach_rate": ("", "", "100"),
    "is_high_energy_industry": ("", "", "否"),
    "is_high_water_industry": ("", "", "否"),
}


def cell(person: Person, indicator: str, year: int) -> Locator:
    """Return the field of one cell of the grid."""
    return person.page.locator(f"#cell-{indicator}-{year}")


def is_saved(person: Person) -> None:
    """Wait until the page says when everything was saved."""
    expect(person.page.locator("[data-save-state]")).to_have_text(SAVED_AT[person.language])


@contextmanager
def saving(person: Person):
    """Do something that is saved by itself, and wait until it is."""
    with person.page.expect_response(re.compile(r"/save/$")):
        yield
    is_saved(person)


def before_a_draft(site, person: Person, name: str) -> Person:
    """Lead somebody of this county to a draft in which nothing is told; it stays with them as `application`."""
    with site.data():
        person.application = staging.bid(f"{name[:60]}产业集群", situation=situations.drafted)
    person.go(f"/applications/{person.application.pk}/")
    return person


def told(person: Person, site, indicator: str, year: int = 2024) -> tuple[str, Decimal | None]:
    """Return what is kept of a cell of that draft: what was typed, and its value."""
    with site.data():
        row = YearFigure.objects.filter(cluster=person.application.cluster_id, indicator=indicator, year=year).first()
    return (row.typed, row.value) if row else ("", None)


def register(person: Person, name: str = NAME) -> None:
    """Register a cluster, the industry found by typing."""
    person.go("/work/")
    person.follow(person.word("Register a cluster"))
    person.page.get_by_label(person.word("Name of the cluster")).fill(name)
    choose_industry(person, "电视机")
    person.page.get_by_label(person.word("Niche"), exact=False).first.fill("智能显示终端")
    person.page.locator("input[name=area_km2]").fill("60")
    person.page.locator("input[name=operator]").fill("历下区智能显示产业集群管理委员会")
    person.press(person.word("Save the cluster"))
    person.reads(name)


def choose_industry(person: Person, typed: str) -> None:
    """Type into the industry's field and take the television industry from what is suggested."""
    field = person.page.locator("input[name=industry_typed]")
    field.fill("")
    field.press_sequentially(typed)
    person.page.get_by_role("option", name=INDUSTRY).click()
    expect(field).to_have_value(INDUSTRY)


def open_application(person: Person) -> None:
    """Open an application in the open call, on the page of the cluster."""
    person.page.locator("main form[action$='/open/'] button").click()
    person.page.wait_for_url(re.compile(r"/applications/\d+/$"))
    person.look()


def type_into(person: Person, indicator: str, figures: tuple[str, str, str]) -> None:
    """Type one indicator, year after year."""
    for year, typed in zip((2022, 2023, 2024), figures, strict=True):
        if typed:
            cell(person, indicator, year).fill(typed)


def answer_statements(person: Person, words: str = "情况属实，有文件佐证。") -> None:
    """Answer every clause that people judge with yes and a few words."""
    statements = person.page.locator("[data-statement]")
    for number in range(statements.count()):
        statement = statements.nth(number)
        statement.get_by_role("radio").first.check()
        statement.get_by_role("textbox").fill(words)
    is_saved(person)


def finding(person: Person, clause: str) -> Locator:
    """Return one clause of the pre-screening beside the grid."""
    return person.page.locator(f"[data-panel-body] [data-clause='{clause}']")


def give_reasons(person: Person) -> None:
    """Reply to every reason of a return, and say of every figure that looks odd why it is right."""
    boxes = person.page.locator("#reasons textarea")
    if boxes.count():
        for number in range(boxes.count()):
            boxes.nth(number).fill("已与统计部门核对。")
        is_returned = person.page.locator("#reasons textarea[name*='reply:']").count()
        person.press(person.word("Save the replies and reasons" if is_returned else "Save the reasons"))


def submit(person: Person) -> None:
    """Go to the check page, give reasons, declare and submit."""
    person.follow(person.word("Check and submit"))
    give_reasons(person)
    person.page.locator("#declared").check()
    with person.page.expect_navigation(wait_until="load"):
        person.page.locator("form[action$='/submit/'] button").click()
    person.look()
