"""Journey 6: the ministry opens its stage, chooses, publishes, records objections and recognises."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Application
from recognitions.models import Recognition
from tests import situations
from tests.journeys.cast import COUNTY, MINISTRY, NEIGHBOUR, PROVINCE
from tests.journeys.staging import bid, end_notices

CHOSEN, SECOND, DECLINED = "历下区量子信息产业集群", "黄岛区海工装备产业集群", "历下区家电配件产业集群"
NOTICE, TITLE = "工企业函〔2025〕88号", "工信部企业函〔2025〕99号"


@pytest.fixture(scope="module")
def cases(site) -> dict[str, int]:
    """Three recommended cases, one of them of Qingdao."""
    with site.data():
        players = {CHOSEN: COUNTY, SECOND: NEIGHBOUR, DECLINED: COUNTY}
        return {name: bid(name, player, situations.recommended).pk for name, player in players.items()}


def states(site, cases) -> list[str]:
    with site.data():
        found = dict(Application.objects.values_list("pk", "state"))
    return [found[cases[name]] for name in (CHOSEN, SECOND, DECLINED)]


def test_from_the_recommendations_to_the_list(site, visit, cases):
    bu, li = visit(site, MINISTRY), visit(site, COUNTY)
    the_stage_is_opened(bu)
    cases_are_chosen(bu, site, cases)
    nobody_else_knows(li, visit(site, PROVINCE), cases)
    the_notice_is_published(bu, site, cases)
    everybody_knows_now(li, cases)
    with site.data():
        end_notices()
    objections_are_recorded(bu)
    titles_are_given(bu, site, cases)
    anybody_finds_it(visit(site))


def the_stage_is_opened(bu):
    """Until then nothing can be chosen; before the deadline it takes a second press."""
    assert bu.path == "/ministry/"
    expect(bu.page.locator("tbody input[type=checkbox]")).to_have_count(0)
    bu.follow(bu.word("Open the ministry's stage"))
    with bu.expecting("409"):
        bu.press(bu.word("Open the ministry's stage"))
    bu.press(bu.word("Open the ministry's stage before the deadline"))
    expect(bu.page.locator("tbody input[type=checkbox]")).to_have_count(3)


def cases_are_chosen(bu, site, cases):
    """Two at once from the list, one declined from the case with its reason."""
    for name in (CHOSEN, SECOND):
        bu.page.locator(f"#case-{cases[name]}").check()
    bu.press(bu.word("Shortlist the chosen"))
    bu.reads(CHOSEN)
    bu.reads(SECOND)
    with bu.page.expect_navigation():
        bu.page.locator("main form[method=post] button.btn-primary").click()
    bu.look()
    bu.follow(DECLINED)
    bu.follow(bu.word("Decline"))
    bu.page.locator("input[name=reasons][value=other]").check()
    bu.page.locator("textarea[name=words]").fill("择优。")
    bu.press(bu.word("Decline"))
    assert states(site, cases) == ["shortlisted", "shortlisted", "declined"]
    bu.go("/ministry/slate/demo-2025/")
    bu.reads(CHOSEN)


def nobody_else_knows(li, zhao, cases):
    """County and province read 已推荐 for what is chosen and for what is declined."""
    for person in (li, zhao):
        for name in (CHOSEN, DECLINED):
            person.go(f"/applications/{cases[name]}/")
            expect(person.page.locator(".case-facts")).to_contain_text("已推荐")
            person.does_not_read("择优。")


def the_notice_is_published(bu, site, cases):
    """The last day is computed and shown before anything is published."""
    bu.go("/ministry/notice/demo-2025/")
    bu.page.locator("input[name=document_number]").fill(NOTICE)
    bu.page.locator("input[name=starts_on]").fill(timezone.localdate().isoformat())
    bu.page.locator("input[name=working_days]").fill("5")
    for name, words in situations.WHERE_TO_OBJECT.items():
        bu.page.locator(f"[name={name}]").fill(words)
    bu.press(bu.word("Compute the last day"))
    expect(bu.page.locator(".last-day")).to_contain_text(re.compile(r"\d{4}年\d+月\d+日"))
    assert states(site, cases)[0] == "shortlisted"
    with bu.page.expect_navigation():
        bu.page.locator("main form[method=post] button.btn-primary").click()
    bu.look()
    bu.reads(NOTICE)
    assert states(site, cases) == ["in_public_notice", "in_public_notice", "declined"]


def everybody_knows_now(li, cases):
    """From its first day on the notice is public, and the declined county reads the decision."""
    li.go("/notices/")
    li.follow(NOTICE)
    li.reads(CHOSEN)
    li.does_not_read(DECLINED)
    li.reads(situations.WHERE_TO_OBJECT["telephone"])
    li.go(f"/applications/{cases[DECLINED]}/")
    li.reads("择优。")


def objections_are_recorded(bu):
    """One dismissed with words, none for the other."""
    bu.page.reload()
    bu.follow(re.compile(bu.word("Record objections")))
    bu.page.locator("input[name=outcome][value=dismissed]").check()
    with bu.expecting("422"):
        bu.press(bu.word("Record objections"))
    bu.page.locator("textarea[name=words]").fill("有单位反映产值不实，经核查不属实。")
    bu.press(bu.word("Record objections"))
    bu.reads("经核查不属实")
    with bu.page.expect_navigation():
        bu.page.locator("a[href$='/no-objections/']").click()
    bu.look()
    bu.reads(SECOND)
    with bu.page.expect_navigation():
        bu.page.locator("main form[method=post] button.btn-primary").click()
    bu.look()


def titles_are_given(bu, site, cases):
    """Both are recognised under one document, for three years."""
    with bu.page.expect_navigation():
        bu.page.locator("a[href$='/recognise/'].btn-primary").click()
    bu.look()
    bu.page.locator("input[name=document_number]").fill(TITLE)
    today = timezone.localdate()
    bu.page.locator("input[name=valid_from]").fill(today.isoformat())
    bu.press(bu.word("Compute the last day of validity"))
    bu.look()
    bu.reads(TITLE)
    assert states(site, cases) == ["in_public_notice", "in_public_notice", "declined"]
    with bu.page.expect_navigation():
        bu.page.locator("main form[method=post] button.btn-primary").click()
    bu.look()
    assert states(site, cases) == ["recognised", "recognised", "declined"]
    with site.data():
        titles = Recognition.objects.filter(document_number=TITLE)
        assert sorted(titles.values_list("name", "batch", "valid_to__year", "sample")) == [
            (CHOSEN, 2025, today.year + 3, True),
            (SECOND, 2025, today.year + 3, True),
        ]


def anybody_finds_it(reader):
    """Below the national list, in the block marked 示例, and on a page of its own."""
    reader.go("/?q=lxqlz")
    samples = reader.page.locator("section.samples")
    expect(samples).to_contain_text("示例")
    expect(samples).to_contain_text(CHOSEN)
    expect(reader.page.locator("section.listing")).not_to_contain_text(CHOSEN)
    reader.follow(CHOSEN)
    reader.reads(TITLE)
    reader.reads("示例")
