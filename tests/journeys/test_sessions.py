"""A session that ends in the middle of a form, and the words that are typed into it."""

import time

from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from accounts.middleware import SEEN
from tests.journeys.cast import COLLEAGUE, COUNTY, PASSWORD
from tests.journeys.county import INDUSTRY, choose_industry

NEW, NAME = "/clusters/new/", "水表产业集群"
PUT_BACK = "form[data-guard] .note:has(.bi-arrow-counterclockwise)"


def kept(person) -> list[str]:
    """Return the names of the forms of which something typed lies in the tab."""
    return person.page.evaluate("jiqun.tab.names('form:')")


def sign_in_here(person, player) -> None:
    person.page.locator("input[name=login]").fill(player.email)
    person.page.locator("input[name=password]").fill(PASSWORD)
    person.press(person.word("Sign in"))


def end_session(person) -> None:
    person.context.clear_cookies(name="sessionid")


def type_name(person) -> None:
    person.page.locator("input[name=name]").fill(NAME)
    person.page.wait_for_timeout(500)
    assert kept(person) == [f"form:{NEW}#0"]


def test_a_form_sent_after_the_session_ended_stands_filled_after_signing_in_and_is_not_sent(site, visit):
    li = visit(site, COUNTY)
    li.go(NEW)
    type_name(li)
    end_session(li)
    with li.page.expect_navigation():
        li.page.locator("main form[data-guard] button[type=submit], main form[data-guard] [type=submit]").first.click()
    assert li.path == "/accounts/login/"
    assert NAME not in li.page.url
    sign_in_here(li, COUNTY)
    assert li.path == NEW
    expect(li.page.locator("input[name=name]")).to_have_value(NAME)
    expect(li.page.locator(PUT_BACK)).to_be_visible()
    with li.expecting("422", "400"):  # refused, because the rest is missing: the language leads back to a page
        li.page.locator("main form[data-guard] [type=submit]").first.click()
        li.page.wait_for_load_state()
        li.page.locator(".language button").click()
        li.page.wait_for_load_state()
    assert li.page.locator("html").get_attribute("lang") == "en"
    expect(li.page.locator("input[name=name]")).to_have_value(NAME)
    li.page.locator(f"{PUT_BACK} button").click()
    li.page.wait_for_load_state()
    expect(li.page.locator("input[name=name]")).to_have_value("")
    assert kept(li) == []


def test_back_and_reload_after_a_refusal_show_the_form_with_what_was_typed_and_send_nothing(site, visit):
    li = visit(site, COUNTY)
    li.go(NEW)
    type_name(li)
    with li.expecting("422"):
        li.page.locator("main form[data-guard] [type=submit]").first.click()
        expect(li.page.locator("main [aria-invalid=true]").first).to_be_visible()
    sent = []
    li.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    li.page.reload()
    expect(li.page.locator("input[name=name]")).to_have_value(NAME)
    li.go("/work/")
    li.page.go_back()
    expect(li.page.locator("input[name=name]")).to_have_value(NAME)
    assert sent == []


def test_what_was_chosen_among_suggestions_is_put_back_as_it_was_chosen_last(site, visit):
    li = visit(site, COUNTY)
    li.go(NEW)
    li.page.locator("input[name=industry_typed]").press_sequentially("锂电池")
    li.page.locator(".suggestions li").first.click()
    choose_industry(li, "电视机")
    for typed, name in (("市中区", "山东省济南市市中区"), ("章丘", "山东省济南市章丘区")):
        li.page.locator("input[name=further_query]").press_sequentially(typed)
        li.page.get_by_role("option", name=name).click()
    chosen = li.page.locator("[data-chosen] input[type=checkbox]")
    chosen.first.uncheck()
    li.page.wait_for_timeout(500)
    end_session(li)
    li.go(NEW)
    sign_in_here(li, COUNTY)
    expect(li.page.locator("input[name=industry_typed]")).to_have_value(INDUSTRY)
    expect(li.page.locator("[data-chosen] li")).to_have_text(["山东省济南市章丘区"])
    expect(chosen).to_be_checked()
    expect(li.page.locator(PUT_BACK)).to_be_visible()


def test_a_page_too_old_to_be_sent_gives_back_what_was_typed_where_it_says_so(site, visit):
    li = visit(site, COUNTY)
    li.go(NEW)
    type_name(li)
    li.page.locator("main form[data-guard] input[name=csrfmiddlewaretoken]").evaluate("one => { one.value = 'old'; }")
    with li.expecting("403"), li.page.expect_navigation():
        li.page.locator("main form[data-guard] [type=submit]").first.click()
    expect(li.page.locator("[data-was-sent] dd")).to_have_text(NAME)


def test_somebody_else_finds_nothing_of_it_and_what_was_taken_is_gone(site, visit):
    li = visit(site, COUNTY)
    li.go(NEW)
    type_name(li)
    end_session(li)
    li.go(NEW)
    sign_in_here(li, COLLEAGUE)
    expect(li.page.locator("input[name=name]")).to_have_value("")
    assert kept(li) == []


def test_the_words_of_a_secret_step_are_not_kept(site, visit):
    li = visit(site, COUNTY)

    def make_secret(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("data-guard", "data-guard data-secret"))

    li.page.route(f"**{NEW}", make_secret)
    li.go(NEW)
    li.page.locator("input[name=name]").fill(NAME)
    li.page.wait_for_timeout(500)
    assert kept(li) == []


def test_five_minutes_before_the_idle_end_a_line_says_so_and_one_press_prolongs_it(site, visit):
    li = visit(site, COUNTY)
    li.page.clock.install()
    li.go("/work/")
    line = li.page.locator("[data-session-left]")
    expect(line).to_be_hidden()
    key = next(one["value"] for one in li.context.cookies() if one["name"] == "sessionid")
    with site.data():
        session = SessionStore(key)
        session[SEEN] = int(time.time()) - 26 * 60
        session.save()
    li.page.clock.fast_forward("25:01")
    expect(line).to_be_visible()
    li.look()
    assert "5 分钟内自动退出" in line.inner_text()
    line.get_by_role("button").click()
    expect(line).to_be_hidden()
    with site.data():
        assert SessionStore(key)[SEEN] > time.time() - 60
    end_session(li)
    li.page.clock.fast_forward("25:01")
    expect(line.get_by_role("link")).to_be_visible()
