"""Typed words that lie in the browser: for one account and office, seven days at most."""

import pytest
from playwright.sync_api import expect

from tests.journeys.cast import COLLEAGUE, COUNTY, PASSWORD

EIGHT_DAYS = "8 * 24 * 3600 * 1000"


@pytest.fixture
def li(site, visit):
    """Somebody in whose browser something lies in both storages."""
    li = visit(site, COUNTY)
    keep(li)
    return li


def keep(li):
    li.page.evaluate("for (const shelf of [jiqun.tab, jiqun.browser]) shelf.keep('test:1', {typed: '61.2'})")


def lies_there(li) -> list[int]:
    """Return how many things of ours lie in the tab's and in the browser's storage, whoever's they are."""
    return li.page.evaluate(
        "[sessionStorage, localStorage].map(one => Object.keys(one).filter(key => key.startsWith('jiqun:')).length)"
    )


def test_what_is_kept_stands_under_account_and_office_and_is_read_again(li):
    li.go("/")
    assert li.page.evaluate("[jiqun.tab, jiqun.browser].map(shelf => shelf.kept('test:1').typed)") == ["61.2", "61.2"]
    (key,) = li.page.evaluate("Object.keys(localStorage)")
    account, office = li.page.evaluate("[document.body.dataset.account, document.body.dataset.office]")
    assert key == f"jiqun:{account}:{office}:test:1"


def test_the_first_page_that_opens_signed_out_removes_it(li):
    li.context.clear_cookies()
    li.go("/work/")
    assert (li.path, lies_there(li)) == ("/accounts/login/", [1, 1])  # whoever signs in now may be the same person
    expect(li.page.locator("[data-kept-here]")).to_be_visible()
    li.go("/")
    assert lies_there(li) == [0, 0]
    li.go("/work/")
    expect(li.page.locator("[data-kept-here]")).to_be_hidden()


def test_signing_in_again_after_the_session_ended_finds_it_and_somebody_else_does_not(li):
    li.context.clear_cookies()
    for player, found in ((COUNTY, [1, 1]), (COLLEAGUE, [0, 0])):
        li.go("/work/")
        li.page.locator("input[name=login]").fill(player.email)
        li.page.locator("input[name=password]").fill(PASSWORD)
        li.press(li.word("Sign in"))
        assert lies_there(li) == found
        li.context.clear_cookies()


def test_it_goes_after_seven_days_and_where_its_time_is_yet_to_come(li):
    li.page.evaluate(f"for (const store of [sessionStorage, localStorage]) for (const key of Object.keys(store)) "
                     f"for (const [name, ago] of [[key, {EIGHT_DAYS}], [`${{key}}2`, -{EIGHT_DAYS}]]) "
                     f"store.setItem(name, JSON.stringify({{at: Date.now() - ago, content: 1}}))")  # fmt: skip
    assert lies_there(li) == [2, 2]
    li.go("/")
    assert lies_there(li) == [0, 0]
