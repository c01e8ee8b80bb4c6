"""Journey 5: a provincial reviewer works through the desk, returns, decides, and takes back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Application
from programmes.models import Quota
from programmes.working_days import period
from tests.journeys import county
from tests.journeys.cast import COUNTY, PROVINCE
from tests.journeys.county import cell, is_saved
from tests.journeys.staging import OPEN_CALL, bid

FIRST, SECOND, THIRD = "历下区智能传感器产业集群", "历下区激光装备产业集群", "历下区工业软件产业集群"
BY_KEYS, JUDGED, PRESSED = "历下区键盘审核产业集群", "历下区逐条判断产业集群", "历下区慢按判断产业集群"


@pytest.fixture(scope="module")
def cases(site) -> dict[str, int]:
    """Three submitted cases, in this order on the desk."""
    with site.data():
        return {name: bid(name).pk for name in (FIRST, SECOND, THIRD)}


def state_of(site, name: str) -> str:
    with site.data():
        return Application.objects.get(cluster__name=name).state


def places_used(site) -> int:
    with site.data():
        return Quota.objects.get(call__code=OPEN_CALL, authority__code="370000").used


def local(site, days: int) -> str:
    """A moment so many days from now as the browser types it, on a working day or the first one after it."""
    with site.data():
        day = period(timezone.localdate() + timedelta(days=days), 1).days[0]
    return f"{day:%Y-%m-%d}T17:00"


def test_the_desk_the_return_and_the_decisions(site, visit, cases):
    zhao = visit(site, PROVINCE)
    the_desk_counts_and_sets_the_deadline(zhao, site)
    cases_are_walked_by_key(zhao)
    the_first_is_returned(zhao, site)
    the_county_corrects_it(visit(site, COUNTY), cases[FIRST])
    it_comes_back_marked(zhao, cases[FIRST])
    the_others_are_refused(zhao, site, cases)
    a_place_is_used_and_freed(zhao, site, cases[FIRST])


def the_desk_counts_and_sets_the_deadline(zhao, site):
    """Counts are links; the deadline that counts for the counties is the province's own."""
    assert zhao.path == "/desk/"
    new = zhao.page.locator(".counts a").first
    expect(new).to_contain_text("3")
    with zhao.page.expect_navigation():
        new.click()
    zhao.look()
    expect(zhao.page.locator("tbody tr")).to_have_count(3)
    zhao.follow(zhao.word("Set the deadline of your counties"))
    closes, said = zhao.page.locator("input[name=closes_at]"), zhao.page.locator("[data-days-off] + [role=status]")
    closes.fill("2027-07-18T00:00")
    expect(said).to_have_text("2027年7月17日星期六 24:00为休息日（周末）。")
    closes.fill("2027-07-16T17:00")
    expect(said).to_have_text("2027年7月16日星期五 17:00")
    closes.fill(local(site, 20))
    zhao.press(zhao.word("Set the deadline"))
    assert zhao.path == "/desk/"
    zhao.reads("山东省")
    zhao.reads("17:00")


def cases_are_walked_by_key(zhao):
    """j and k lead to the next and the previous case, ? says so."""
    zhao.follow(FIRST)
    assert zhao.heading.startswith(FIRST)
    for key, name in (("j", SECOND), ("j", THIRD), ("k", SECOND), ("ArrowLeft", FIRST)):
        with zhao.page.expect_navigation():
            zhao.key(key)
        assert zhao.heading.startswith(name)
    zhao.key("?")
    expect(zhao.page.get_by_role("dialog")).to_be_visible()
    zhao.key("Escape")


def the_first_is_returned(zhao, site):
    """With coded reasons, words and a due date; without words it is refused and nothing typed is lost."""
    zhao.follow(zhao.word("Return for correction"))
    zhao.page.locator("input[name=reasons]").first.check()
    zhao.page.locator("input[name=due_at]").fill(local(site, 10))
    with zhao.expecting("422"):
        zhao.press(zhao.word("Return for correction"))
    expect(zhao.page.locator(".error-summary")).to_be_visible()
    expect(zhao.page.locator("input[name=reasons]").first).to_be_checked()
    zhao.page.locator("textarea[name=words]").fill("请核对 2024 年产值。")
    zhao.press(zhao.word("Return for correction"))
    assert state_of(site, FIRST) == "returned"


def the_county_corrects_it(li, case: int):
    """The county reads why, corrects a figure and submits again."""
    li.go("/work/")
    li.follow(FIRST)
    li.reads("请核对 2024 年产值。")
    cell(li, "gross_output", 2024).fill("85")
    is_saved(li)
    county.submit(li)
    assert li.path == f"/applications/{case}/submitted/"


def it_comes_back_marked(zhao, case: int):
    """On the same desk, marked, with the changed figure from what to what."""
    zhao.go("/desk/")
    back = zhao.page.locator(".counts a").nth(1)
    expect(back).to_contain_text("1")
    with zhao.page.expect_navigation():
        back.click()
    expect(zhao.page.locator("tbody tr")).to_have_count(1)
    zhao.follow(FIRST)
    correction = zhao.page.locator(".corrections").first.locator("li")
    expect(correction).to_have_count(1)
    expect(correction).to_contain_text("80")
    expect(correction).to_contain_text("85")
    expect(correction).to_contain_text("2024")
    zhao.reads("请核对 2024 年产值。")


def the_others_are_refused(zhao, site, cases):
    """One is not recommended, one disqualified, each with its reasons."""
    zhao.go(f"/applications/{cases[SECOND]}/")
    zhao.follow(zhao.word("Do not recommend"))
    zhao.page.locator("input[name=reasons][value=beyond_quota]").check()
    zhao.press(zhao.word("Do not recommend"))
    assert state_of(site, SECOND) == "not_recommended"
    zhao.go(f"/applications/{cases[THIRD]}/")
    zhao.follow(zhao.word("Disqualify"))
    zhao.page.locator("input[name=reasons][value=false_statement]").check()
    zhao.page.locator("textarea[name=words]").fill("核查发现虚报产值。")
    zhao.press(zhao.word("Disqualify"))
    assert state_of(site, THIRD) == "disqualified"


def a_place_is_used_and_freed(zhao, site, case: int):
    """The button says how many places are left; taking back frees the place again."""
    zhao.go(f"/applications/{case}/")
    places = zhao.word("Recommend (places left: %(left)s)", left=8)
    zhao.follow(places)
    zhao.press(places)
    assert (state_of(site, FIRST), places_used(site)) == ("recommended", 1)
    zhao.go("/desk/")
    expect(zhao.page.locator(".counts")).to_contain_text("7/8")
    zhao.go(f"/applications/{case}/")
    zhao.follow(zhao.word("Take the decision back"))
    zhao.page.locator("textarea[name=words]").fill("再核对一次。")
    zhao.press(zhao.word("Take the decision back"))
    assert (state_of(site, FIRST), places_used(site)) == ("submitted", 0)
    zhao.reads("再核对一次。")


def test_by_keyboard_alone(site, visit, cases):
    """From the desk to a recommendation without one press of the mouse."""
    with site.data():
        case = bid(BY_KEYS).pk
    zhao = visit(site, PROVINCE)
    zhao.go("/desk/?tab=new")
    zhao.tab_to(zhao.link(BY_KEYS))
    zhao.enter()
    assert zhao.path == f"/applications/{case}/"
    with zhao.page.expect_navigation():
        zhao.key("l")
    assert zhao.path == "/desk/"
    zhao.tab_to(zhao.link(BY_KEYS))
    zhao.enter()
    zhao.tab_to(zhao.link(zhao.word("Recommend (places left: %(left)s)", left=8)))
    zhao.enter()
    zhao.tab_to(zhao.page.locator("textarea[name=words]"))
    zhao.type("同意推荐。")
    zhao.tab_to(zhao.button(zhao.word("Recommend (places left: %(left)s)", left=8)))
    zhao.enter()
    assert state_of(site, BY_KEYS) == "recommended"
    zhao.reads("同意推荐。")


def test_a_slow_press_on_the_next_judgement_hits_and_one_on_a_link_leaves_without_a_question(site, visit):
    with site.data():
        case = bid(PRESSED).pk
    zhao = visit(site, PROVINCE)
    asked = []
    zhao.page.on("dialog", lambda dialog: asked.append(dialog.type))
    zhao.go(f"/applications/{case}/")
    boxes = zhao.page.locator("[data-judgement]")
    for number in range(4):  # each departs from the county's answer: a line asks why
        radio = boxes.nth(number).locator("input[type=radio]").nth(1)
        zhao.press_slowly(radio, ms=300)
        assert radio.is_checked(), number
    for number in (2, 3):
        expect(boxes.nth(number).locator("[data-says]")).to_be_visible()
    boxes.nth(3).locator("textarea").fill("未见章程。")
    with zhao.page.expect_navigation(url="**/desk/**"):
        zhao.press_slowly(zhao.page.locator('a[href="/desk/"]').first)
    zhao.go(f"/applications/{case}/")
    expect(boxes.nth(3).locator("textarea")).to_have_value("未见章程。")
    assert not asked


def test_clauses_are_judged_by_keyboard_saved_by_themselves_and_the_rest_is_agreed_to(site, visit):
    with site.data():
        case = bid(JUDGED).pk
    zhao = visit(site, PROVINCE)
    page, counted = zhao.page, zhao.page.locator("[data-counted]")
    zhao.go(f"/applications/{case}/")
    zhao.look()
    one, other = (page.locator("[data-judgement]").nth(n) for n in (0, 1))
    one.locator("input[type=radio]").first.focus()
    zhao.key("ArrowRight")
    expect(one.locator("[data-says]")).to_have_text("请说明理由：该判断与县级自评不一致。")
    recommend, way = (page.locator(f'[data-steps] a[href*="{part}"]') for part in ("/decide/recommend/", "#judgement-"))
    expect(recommend).to_have_count(0)  # half a judgement closes it, as it is saved
    expect(way.first).to_be_visible()
    zhao.key("Tab")
    zhao.type("未见章程。")
    expect(counted).to_have_text("已判断 1 项 · 未判断 17 项")
    expect(page.locator("[data-agree]")).to_have_text("阅读其余 17 项县级自评并一并同意")
    expect(recommend).to_have_count(1)
    expect(one.locator("[data-says]")).to_be_hidden()
    other.locator("input[type=radio]").first.check()
    zhao.go("/desk/")  # at once, and nobody is asked
    zhao.go(f"/applications/{case}/")
    expect(counted).to_have_text("已判断 2 项 · 未判断 16 项")
    expect(one.locator("textarea")).to_have_value("未见章程。")
    zhao.follow("阅读其余 16 项县级自评并一并同意")
    zhao.look()
    zhao.press("以上 16 项均同意县级自评")
    assert zhao.path == f"/applications/{case}/"
    expect(counted).to_have_text("已判断 18 项 · 未判断 0 项")
