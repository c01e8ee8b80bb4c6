"""A figure is what was typed: with any pause, from an input method, in two windows, and when the page is left."""

import random
import re
import time
from contextlib import nullcontext
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from applications.actions import county as actions
from applications.grid import as_typed
from applications.models import Application
from clusters.actions import read_value
from rulebook.catalogue import INDICATORS, Kind
from rulebook.numbers import clean_typed
from tests import situations
from tests.examples import NIGHTLY
from tests.factories import ClusterFactory
from tests.journeys import county
from tests.journeys.cast import COLLEAGUE, COUNTY, office_of
from tests.journeys.county import cell, is_saved, saving, told

ONE_OF_EACH_KIND = {INDICATORS[code].kind: code for code in reversed(INDICATORS)}
PAUSED = [
    (Kind.MONEY, "0.0", "5"), (Kind.MONEY, "12.", "5"), (Kind.COUNT, "１２", "３"), (Kind.MONEY, "1,234", "5"),
    (Kind.RATE, "24.", "0%"), (Kind.BOOLEAN, "", "是"), (Kind.MONEY, "-0", ".5"), (Kind.RATIO, "007", ""),
]  # fmt: skip
LETTERS = "0123456789" * 2 + "..,，．０１２３４５６７８９ -%e是否亿"


def some_texts(count: int) -> list[tuple[Kind, str, str]]:
    """Return texts nobody thought of, each cut at some place where somebody pauses."""
    chance = random.Random() if NIGHTLY else random.Random(7)
    texts = ["".join(chance.choices(LETTERS, k=chance.randint(1, 9))) for _each in range(count)]
    return [
        (chance.choice(list(Kind)), text[:at], text[at:]) for text in texts for at in [chance.randint(0, len(text))]
    ]


@pytest.fixture
def draft(site, visit, request):
    """Somebody before a draft in which nothing is told."""
    return county.before_a_draft(site, visit(site, COUNTY), request.node.name)


def type_with_a_pause(li, site, kind: Kind, before: str, after: str) -> None:
    """Type a text with a pause, leave the cell, and be sure that it ended as without one."""
    code = ONE_OF_EACH_KIND[kind]
    field, typed = cell(li, code, 2024), clean_typed(before + after)
    value = read_value(code, typed)
    field.focus()
    li.key("Control+A", "Delete")
    with saving(li):
        li.type(before or after)
    expect(field).to_have_value(before or after)
    with saving(li) if before and after else nullcontext():
        li.type(after if before else "")
        li.key("Tab")
    expect(field).to_have_value(as_typed(INDICATORS[code], typed, value))
    assert told(li, site, code) == (typed, value), (kind, before, after)


def test_a_text_ends_the_same_wherever_there_was_a_pause(draft, site):
    for kind, before, after in PAUSED + some_texts(300 if NIGHTLY else 8):
        type_with_a_pause(draft, site, kind, before, after)


def test_a_field_with_focus_shows_no_commas_and_the_normal_form_when_it_is_left(draft, site):
    field = cell(draft, "gross_output", 2024)
    field.focus()
    with saving(draft):
        draft.type("１２３４５.5")
    expect(field).to_have_value("１２３４５.5")
    draft.key("Tab")
    expect(field).to_have_value("12,345.5")
    draft.key("Shift+Tab")
    expect(field).to_have_value("12345.5")
    draft.key("End", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    with saving(draft):
        draft.type("9")  # between commas it would stand where none is read
        draft.key("Tab")
    expect(field).to_have_value("123,495.5")
    assert told(draft, site, "gross_output") == ("123495.5", Decimal("123495.5"))


def test_an_input_method_composes_undisturbed_and_its_enter_moves_nothing(draft, site):
    field, hand = cell(draft, "is_high_energy_industry", 2024), draft.context.new_cdp_session(draft.page)
    field.focus()
    hand.send("Input.imeSetComposition", {"text": "shi", "selectionStart": 3, "selectionEnd": 3})
    draft.page.wait_for_timeout(1500)  # longer than the page waits before it saves
    assert told(draft, site, "is_high_energy_industry") == ("", None)
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 229}
    hand.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
    hand.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    expect(field).to_be_focused()
    expect(field).to_have_value("shi")
    with saving(draft):
        hand.send("Input.insertText", {"text": "是"})
    expect(field).to_have_value("是")
    hand.send(
        "Input.dispatchKeyEvent", {"type": "keyDown", **key}
    )  # after the end of composing, as some browsers send it
    expect(field).to_be_focused()
    assert told(draft, site, "is_high_energy_industry") == ("是", 1)


def test_leaving_just_after_typing_saves_and_does_not_ask(draft, site):
    asked = []
    draft.page.on("dialog", lambda dialog: asked.append(dialog.type))
    cell(draft, "gross_output", 2024).fill("71.5")
    draft.follow(draft.word("Check and submit"))
    draft.reads("71.5")
    draft.page.go_back()
    cell(draft, "gross_output", 2023).fill("61.5")
    draft.page.reload()
    expect(cell(draft, "gross_output", 2023)).to_have_value("61.5")
    cell(draft, "gross_output", 2022).fill("51.5")
    draft.page.close(run_before_unload=True)
    draft.page = draft.open_window()
    draft.go(f"/applications/{draft.application.pk}/")
    expect(cell(draft, "gross_output", 2022)).to_have_value("51.5")
    assert asked == []
    for year, typed in ((2022, "51.5"), (2023, "61.5"), (2024, "71.5")):
        # Sent by the closing page or, where that comes too late, by this one: it may be on its way.
        until = time.monotonic() + 10
        while told(draft, site, "gross_output", year)[0] != typed and time.monotonic() < until:
            time.sleep(0.1)
        assert told(draft, site, "gross_output", year)[0] == typed


def test_after_a_save_the_most_serious_question_stands_and_the_rest_folds(draft, site):
    with saving(draft):
        cell(draft, "gross_output", 2023).fill("1.5")
        cell(draft, "sme_rd_expense", 2023).fill("1.4")
        cell(draft, "sme_rd_expense", 2024).fill("16000")
    with saving(draft):
        cell(draft, "gross_output", 2024).fill("80")
        draft.key("Tab")
    says = draft.page.locator("#says-cell-sme_rd_expense-2024")
    expect(says).to_contain_text("大于集群总产值")
    expect(says.get_by_text("相差十倍以上")).not_to_be_visible()
    says.get_by_text("另有 1 项提示").click()
    expect(says.get_by_text("相差十倍以上")).to_be_visible()
    draft.page.reload()
    expect(says.get_by_text("另有 1 项提示")).to_be_visible()  # the same as the page is made with
    with saving(draft):
        cell(draft, "sme_rd_expense", 2024).fill("1.6")
        draft.key("Tab")
    expect(says).to_be_hidden()


def test_unsent_cells_survive_closing_the_tab(draft, site):
    site.server.stop()
    with draft.expecting("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"):
        cell(draft, "gross_output", 2024).fill("71.5")
        cell(draft, "sme_output", 2024).fill("50")
        expect(draft.page.locator("[data-save-state]")).to_have_class(re.compile("is-failed"))
        draft.page.close()
        site.server.start()
    with site.data():
        situations.tell(draft.application, {"sme_output": ("", "", "60")}, by=office_of(COLLEAGUE))
    draft.page = draft.open_window()
    draft.page.route("**/save/", lambda route: route.abort(), times=1)
    with draft.expecting("ERR_FAILED"):
        draft.go(f"/applications/{draft.application.pk}/")
        expect(cell(draft, "sme_output", 2024)).to_have_value("50")
    with draft.page.expect_response(re.compile(r"/save/$")):
        cell(draft, "sme_output", 2024).press_sequentially("1")
    clash = draft.page.locator("[data-clash]")
    expect(clash).to_contain_text("60")  # typing on makes no older text newer than a colleague's
    assert told(draft, site, "sme_output")[0] == "60"
    clash.get_by_role("button").last.click()
    expect(cell(draft, "gross_output", 2024)).to_have_value("71.5")
    assert told(draft, site, "gross_output")[0] == "71.5"
    assert draft.page.evaluate("Object.keys(localStorage).length") == 0


def test_saving_into_a_withdrawn_bid_says_so_shows_the_text_and_never_sends_it_again(draft, site):
    draft.page.locator("[data-statement]").first.get_by_role("textbox").fill("长" * 1020)  # waits, too long to be sent
    with site.data():
        application = Application.objects.get(pk=draft.application.pk)
        actions.withdraw(application, version=application.version, words="", by=office_of(COUNTY))
    with draft.expecting("403"):
        with draft.page.expect_response(re.compile(r"/save/$")):
            cell(draft, "gross_output", 2024).fill("71.5")
        expect(draft.page.locator("[data-save-state]")).to_contain_text("本申报现为“已撤回”")
        expect(draft.page.locator("#not-kept li")).to_have_text([re.compile("长$"), "集群总产值，2024，亿元：71.5"])
        expect(draft.page.locator(".fill-tasks [href$='/check/'], .fill-tasks [href$='/withdraw/']")).to_have_count(0)
        asked = []
        draft.page.on("request", lambda request: asked.append(request.url))
        draft.page.wait_for_timeout(3000)  # the first try again came after two seconds
    assert asked == []
    expect(cell(draft, "gross_output", 2024)).to_have_value("71.5")
    expect(cell(draft, "gross_output", 2023)).not_to_be_editable()
    # Nor on a later visit, when the bid is open again: what is kept is sent by itself then.
    assert (
        draft.page.evaluate(
            "[localStorage, sessionStorage].flatMap(Object.keys).filter(key => key.includes(':application:'))"
        )
        == []
    )


def test_another_window_shows_that_a_figure_has_changed(draft, site):
    other = draft.open_window()
    other.goto(draft.page.url)
    there, here = other.locator("#cell-gross_output-2024"), cell(draft, "gross_output", 2024)
    with saving(draft):
        here.fill("12345")
    expect(there).to_have_value("12,345")
    expect(other.locator("td", has=there)).to_contain_text("您已在另一个窗口改为：12,345")
    there.focus()
    with saving(draft):
        here.fill("82")
    expect(other.locator("td", has=there)).to_contain_text("您已在另一个窗口改为：82")
    expect(there).to_have_value("12345")  # somebody stands in it
    other.keyboard.press("Tab")
    expect(there).to_have_value("82")
    draft.key("Tab")
    there.fill("83")
    expect(here).to_have_value("83")
    assert other.locator("[data-clash]").count() == 0


def test_another_window_shows_that_a_statement_has_changed_and_what_is_typed_there_stays(draft):
    other = draft.open_window()
    other.goto(draft.page.url)
    here, there = (page.locator("[data-statement]").first for page in (draft.page, other))
    with saving(draft):
        here.get_by_role("radio").first.check()
        here.get_by_role("textbox").fill("有文件。")
    expect(there.get_by_role("textbox")).to_have_value("有文件。")
    expect(there.get_by_role("radio").first).to_be_checked()
    expect(there.locator("[data-unsaved]")).to_contain_text("您已在另一个窗口改为：")
    there.get_by_role("textbox").focus()
    with saving(draft):
        here.get_by_role("textbox").fill("有两份文件。")
    expect(there.locator("[data-unsaved]")).to_contain_text("有两份文件。")
    expect(there.get_by_role("textbox")).to_have_value("有文件。")  # somebody stands in it
    there.get_by_role("textbox").press_sequentially("属实")
    expect(other.locator("[data-clash]")).to_contain_text("有两份文件。")
    expect(there.get_by_role("textbox")).to_have_value("有文件。属实")


def test_ones_own_text_of_another_window_is_nobody_elses(draft):
    other = draft.open_window()
    other.goto(draft.page.url)
    there = other.locator("#cell-gross_output-2024")
    there.focus()
    with saving(draft):
        cell(draft, "gross_output", 2024).fill("81")
    there.press_sequentially("82")
    clash = other.locator("[data-clash]")
    expect(clash).to_contain_text("您在另一个窗口于")
    expect(clash.get_by_role("button")).to_have_text(["保留我填的：82", "采用另一个窗口填的：81"])


def test_tab_goes_from_cell_to_cell_and_clauses_and_submit_have_their_keys(draft):
    page = draft.page
    cells = page.locator("[data-grid] input")
    cells.first.focus()
    for number in range(1, cells.count()):
        draft.key("Tab")
        expect(cells.nth(number)).to_be_focused()
    cell(draft, "gross_output", 2023).focus()
    clauses = page.locator("tr", has=cell(draft, "gross_output", 2023)).locator(".grid-clause")
    draft.key("Alt+Enter")
    expect(clauses.first).to_be_focused()
    draft.key("ArrowRight")
    expect(clauses.nth(1)).to_be_focused()
    draft.key("Enter")
    expect(page.locator("[data-panel-body] [data-clause]:focus")).to_have_attribute(
        "data-clause", clauses.nth(1).inner_text()
    )
    draft.key("Escape")
    expect(cell(draft, "gross_output", 2023)).to_be_focused()
    draft.key("Control+Enter")
    expect(draft.link(draft.word("Check and submit"))).to_be_focused()
    page.locator("[data-statement] textarea").first.focus()
    draft.key("Control+Enter")
    expect(draft.link(draft.word("Check and submit"))).to_be_focused()


def test_tab_passes_over_what_stands_between_cells_and_alt_enter_reaches_it(draft):
    with saving(draft):  # a question with another one folded behind it
        cell(draft, "gross_output", 2023).fill("1.5")
        cell(draft, "sme_rd_expense", 2023).fill("1.4")
        cell(draft, "sme_rd_expense", 2024).fill("16000")
    with saving(draft):
        cell(draft, "gross_output", 2024).fill("80")
        draft.key("Tab")
    page = draft.open_window()
    page.goto(draft.page.url)
    here = page.locator("#cell-gross_output-2024")
    here.focus()
    with saving(draft):
        cell(draft, "gross_output", 2024).fill("81")
    here.press_sequentially("2")
    buttons = page.locator("[data-clash] button")
    expect(buttons).to_have_count(2)
    cells = page.locator("[data-grid] input")
    ids = cells.evaluate_all("all => all.map(one => one.id)")
    cells.first.focus()
    for number in range(1, len(ids)):
        page.keyboard.press("Tab")
        expect(cells.nth(number)).to_be_focused()
    for number in reversed(range(len(ids) - 1)):
        page.keyboard.press("Shift+Tab")
        expect(cells.nth(number)).to_be_focused()
    page.locator("#cell-sme_rd_expense-2023").focus()
    page.keyboard.press("Alt+Enter")
    row = page.locator("tr", has=page.locator("#cell-sme_rd_expense-2023"))
    for _link in range(row.locator(".grid-clause").count()):
        page.keyboard.press("ArrowRight")
    expect(page.locator("summary:focus")).to_have_text("另有 1 项提示")
    page.keyboard.press("Escape")
    expect(page.locator("#cell-sme_rd_expense-2023")).to_be_focused()
    page.locator("#cell-gross_output-2023").focus()
    page.keyboard.press("Alt+Enter")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(here).to_be_focused()
    expect(here).to_have_value("81")
    expect(buttons).to_have_count(0)


def test_a_field_stays_where_it_is_when_notes_appear_above_it(draft):
    with saving(draft):
        cell(draft, "gross_output", 2023).fill("1.5")
        cell(draft, "sme_output", 2023).fill("1.4")
    field = cell(draft, "employee_count", 2024)
    field.focus()
    before = field.evaluate("one => one.getBoundingClientRect().top")
    cell(draft, "gross_output", 2024).evaluate(
        "one => { one.value = '900'; one.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    with saving(draft):
        draft.type("20")
    expect(draft.page.locator("#says-cell-gross_output-2024")).to_be_visible()
    draft.page.wait_for_timeout(200)
    assert abs(field.evaluate("one => one.getBoundingClientRect().top") - before) < 10


def test_words_over_the_limit_are_counted_and_half_a_statement_says_what_is_missing(draft, site):
    statement = draft.page.locator("[data-statement]").first
    box = statement.get_by_role("textbox")
    box.focus()
    draft.paste("长" * 1020)
    expect(statement).to_contain_text("共 1020 字，最多 1000 字，请删去 20 字")
    draft.key("Tab")
    expect(statement).to_contain_text("已填写说明，尚未作出选择。")
    expect(draft.page.locator("[data-save-state]")).to_have_text("未保存")
    draft.page.reload()  # asked before leaving, the words are back all the same
    expect(box).to_have_value("长" * 1020)
    expect(statement).to_contain_text("共 1020 字，最多 1000 字，请删去 20 字")
    box.fill("长" * 1000)
    with saving(draft):
        statement.get_by_role("radio").first.check()
    expect(statement).not_to_contain_text(re.compile("请删去|尚未"))
    with site.data():
        assert draft.application.statements.get().words == "长" * 1000


def test_a_slow_press_on_the_next_answer_hits_though_a_line_appears_above_it(draft):
    statements = draft.page.locator("[data-statement]")
    for number in range(4):
        radio = statements.nth(number).get_by_role("radio").first
        draft.press_slowly(radio)
        assert radio.is_checked(), number
    expect(statements.nth(2)).to_contain_text("已作选择，尚未填写说明。")


def test_a_save_that_is_answered_during_a_press_renews_what_is_pressed_only_after_it(draft):
    cell(draft, "gross_output", 2023).fill("1e5")
    link = draft.page.locator("[data-panel-body] a[href^='#cell-']:visible").first
    field = draft.page.locator(link.get_attribute("href"))
    draft.press_slowly(link, ms=800)
    expect(field).to_be_focused()
    expect(draft.page.locator("#says-cell-gross_output-2023")).to_be_visible()
    is_saved(draft)


def test_a_statement_shows_the_words_as_they_are_kept_once_it_is_left(draft):
    box = draft.page.locator("[data-statement] textarea").first
    box.focus()
    with saving(draft):
        draft.paste("产值\t96\u200b\t108.5 ")
    expect(box).to_have_value("产值\t96\u200b\t108.5 ")  # somebody stands in it
    draft.key("Tab")
    expect(box).to_have_value("产值 96 108.5")


def test_words_over_the_limit_of_any_form_are_counted_and_given_back(draft, site):
    with site.data():  # a draft is withdrawn without a reason
        by = draft.application.opened_by
        handed_in = situations.submitted(draft.application.call, by=by, cluster=ClusterFactory(lead=by.authority))
    draft.go(f"/applications/{handed_in.pk}/withdraw/")
    box = draft.page.locator("textarea[name=words]")
    box.focus()
    draft.paste("撤" * 505)
    draft.reads("共 505 字，最多 500 字，请删去 5 字")
    with draft.expecting("422", "400"):
        draft.press(draft.word("Withdraw the application"))
    expect(box).to_have_value("撤" * 505)


def test_the_check_page_says_that_a_statement_typed_here_is_not_saved(draft):
    page = draft.page
    page.locator("[data-statement]").first.get_by_role("textbox").fill("长" * 1020)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name=draft.word("Check and submit")).first.click()
    page.wait_for_url("**/check/")
    note = page.locator("[data-unsaved-of]")
    expect(note).to_be_visible()
    expect(note.get_by_role("listitem")).to_have_count(1)
    note.get_by_role("link").click()
    box = page.locator("[data-statement]").first.get_by_role("textbox")
    expect(box).to_have_value("长" * 1020)
    box.fill("长" * 1000)
    with saving(draft):
        draft.key("Tab")
    page.get_by_role("link", name=draft.word("Check and submit")).first.click()
    page.wait_for_url("**/check/")
    expect(note).to_be_hidden()
