"""Journey 1, as people see it: sign in, forget the password, sign out; in Chinese."""

import re

from playwright.sync_api import expect

from tests.journeys.cast import COUNTY, PASSWORD, PROVINCE

NEW_PASSWORD = "xin-mi-ma-2026"


def test_signing_in_and_out(site, visit):
    li = visit(site)
    li.go("/work/")
    assert li.path == "/accounts/login/"
    assert li.heading == "登录"
    li.page.locator("input[name=login]").fill(COUNTY.email)
    li.page.locator("input[name=password]").fill("not-this-one")
    li.press("登录")
    expect(li.page.locator(".error-summary")).to_be_focused()
    li.page.locator("input[name=password]").fill(PASSWORD)
    li.press("登录")
    assert li.path == "/work/"
    li.page.locator("details[data-menu] summary").click()
    with li.page.expect_navigation():
        li.page.locator("details[data-menu]").get_by_role("button", name="退出").click()
    li.look()
    assert li.path == "/"
    li.go("/work/")
    assert li.path == "/accounts/login/"


def test_a_forgotten_password_is_set_anew_by_a_one_time_link(site, visit):
    zhao = visit(site)
    zhao.go("/accounts/login/")
    zhao.follow(re.compile("忘记"))
    zhao.page.locator("input[name=email]").fill(PROVINCE.email)
    with zhao.page.expect_navigation():
        zhao.page.locator("main button[type=submit], main form button").first.click()
    zhao.look()
    site.server.do_what_waits()
    link = re.findall(r"http://[^\s]+/password/reset/key/[^\s]+", site.server.said().replace("=\n", ""))[-1]
    assert link.startswith(site.address)
    zhao.go(link)
    for name in ("password1", "password2"):
        field = zhao.page.locator(f"input[name={name}]")
        if field.count():
            field.fill(NEW_PASSWORD)
    with zhao.page.expect_navigation():
        zhao.page.locator("main form button").first.click()
    zhao.look()
    again = visit(site)
    again.sign_in(PROVINCE.email, NEW_PASSWORD)
    assert again.path == "/desk/"
    again.go(link)
    expect(again.page.locator("input[name=password1]")).to_have_count(0)


def test_nobody_signs_up_by_themselves(site, visit):
    reader = visit(site)
    reader.go("/accounts/signup/")
    expect(reader.page.locator("input[name=email]")).to_have_count(0)


def test_signing_in_in_english(site, visit):
    li = visit(site, language="en")
    li.sign_in(COUNTY.email, PASSWORD)
    assert li.heading == "My work"
