"""Journeys 2, 3 and 4: a county registers a cluster, fills in, watches the pre-screening, submits and withdraws."""

import re

from playwright.sync_api import expect

from applications.actions import county as actions
from applications.models import Application, Snapshot
from clusters.models import YearFigure
from tests import situations
from tests.journeys import accessibility, county, staging
from tests.journeys.cast import COLLEAGUE, COUNTY, office_of
from tests.journeys.county import cell, finding, is_saved


def test_from_the_first_figure_to_the_submission(site, visit):
    li = visit(site, COUNTY)
    county.register(li)
    county.open_application(li)
    the_grid_is_filled(li)
    the_prescreening_follows(li)
    it_says_what_it_would_take(li)
    unread_text_is_marked_and_blocks(li)
    county.answer_statements(li)
    the_answers_are_checked_and_submitted_once(li, site)
    it_can_be_withdrawn(li, site)


def the_grid_is_filled(li):
    """Typing, arrows, Enter, Tab, and a block pasted from a spreadsheet."""
    focus = "element => element === document.activeElement"
    cell(li, "gross_output", 2022).focus()
    li.type("60")
    li.key("ArrowRight")
    assert cell(li, "gross_output", 2023).evaluate(focus)
    li.type("70")
    li.key("Tab")
    assert cell(li, "gross_output", 2024).evaluate(focus)
    li.type("80")
    is_saved(li)
    li.key("Enter")
    assert cell(li, "sme_output", 2024).evaluate(focus)
    li.key("ArrowUp")
    assert cell(li, "gross_output", 2024).evaluate(focus)
    cell(li, "sme_output", 2022).focus()
    li.paste("50\t58\t66\n46\t54\t62\n")
    li.page.get_by_role("button", name="填入 6 个单元格").click()
    expect(cell(li, "leading_output", 2024)).to_have_value("62")
    is_saved(li)
    for indicator, figures in county.REST.items():
        county.type_into(li, indicator, figures)
    is_saved(li)
    li.page.reload()
    expect(cell(li, "leading_output", 2023)).to_have_value("54")
    expect(cell(li, "employee_count", 2024)).to_have_value("22,000")


def the_prescreening_follows(li):
    """The verdict changes with the figure, without a reload, in the sentence of the rule."""
    expect(finding(li, "1.4")).to_contain_text("都达标")
    li.page.evaluate("window.notReloaded = true")
    county.type_into(li, "gross_output", county.SHORT_OF_OUTPUT)
    expect(finding(li, "1.4")).to_contain_text("2022 年差 1.30 亿元；2023、2024 年达标")
    expect(finding(li, "1.4")).to_contain_text("近三年产值均在40亿元以上")
    county.type_into(li, "gross_output", county.THREE_YEARS["gross_output"])
    expect(finding(li, "1.4")).to_contain_text("都达标")
    assert li.page.evaluate("window.notReloaded") is True


def it_says_what_it_would_take(li):
    """The smallest change beside the clause leads to its cell; the checklist says the same to the clerk."""
    county.type_into(li, "gross_output", county.SHORT_OF_OUTPUT)
    is_saved(li)
    way = finding(li, "1.4").locator(".finding-ways")
    expect(way).to_contain_text("2022 年集群总产值由 38.7 亿元增至 40 亿元（增加 1.3 亿元")
    way.get_by_role("link").click()
    assert cell(li, "gross_output", 2022).evaluate("element => element === document.activeElement")
    fill_page = li.path
    li.follow(li.word("Checklist to print"))
    li.reads("第 1.4 条“集群总产值”未达标：2022 年差 1.30 亿元；2023、2024 年达标")
    li.reads("数据无误的，如实提交，不得为达标改数。")
    li.go(fill_page)
    county.type_into(li, "gross_output", county.THREE_YEARS["gross_output"])
    is_saved(li)
    expect(finding(li, "1.4").locator(".finding-ways")).to_have_count(0)


def unread_text_is_marked_and_blocks(li):
    """What cannot be read is kept as typed, marked with the reason, and stops the submission."""
    patents = cell(li, "valid_invention_patents", 2024)
    patents.fill("1e5")
    is_saved(li)
    expect(patents).to_have_attribute("aria-invalid", "true")
    expect(patents).to_have_value("1e5")
    li.follow(li.word("Check and submit"))
    expect(li.page.locator(".error-summary")).to_contain_text("1e5")
    li.page.go_back()
    patents.fill("４３０")
    is_saved(li)
    li.key("Tab")
    expect(patents).to_have_value("430")


def the_answers_are_checked_and_submitted_once(li, site):
    """Pressing twice, and sending the same page again, submits once."""
    li.follow(li.word("Check and submit"))
    county.give_reasons(li)
    li.reads(county.NAME)
    li.page.locator("#declared").check()
    sent = li.page.evaluate("Object.fromEntries(new FormData(document.querySelector('form[action$=\"/submit/\"]')))")
    action = li.page.locator("form[action$='/submit/']").get_attribute("action")
    with li.page.expect_navigation(wait_until="load"):
        li.page.locator("form[action$='/submit/'] button").dblclick()
    li.look()
    assert re.fullmatch(r"/applications/\d+/submitted/", li.path)
    li.reads(li.word("Your application is submitted"))
    again = li.context.request.post(li.address + action, form=sent, headers={"Referer": li.page.url})
    assert again.status == 200
    assert "/submitted/" in again.url
    with site.data():
        assert Snapshot.objects.count() == 1
        assert Application.objects.get(cluster__name=county.NAME).state == "submitted"


def it_can_be_withdrawn(li, site):
    """Until the province has decided."""
    li.follow(li.word("To the application"))
    li.follow(li.word("Withdraw"))
    li.press(li.word("Withdraw the application"))
    li.reads("已撤回")
    with site.data():
        assert Application.objects.get(cluster__name=county.NAME).state == "withdrawn"


def test_the_industry_is_found_by_chinese_pinyin_initials_and_code(site, visit):
    li = visit(site, COUNTY)
    li.go("/clusters/new/")
    for typed in ("电视机", "dianshiji", "dsj", "3951"):
        county.choose_industry(li, typed)


def test_where_no_industry_answers_the_nearest_and_the_divisions_lead_on(site, visit):
    li = visit(site, COUNTY)
    li.go("/clusters/new/")
    field, options = li.page.locator("input[name=industry_typed]"), li.page.get_by_role("option")
    field.press_sequentially("浴巾架")
    expect(options.first).to_have_text("1772 毛巾类制品制造")
    expect(li.page.locator("ul.suggestions").first).to_have_attribute("data-note", re.compile("较为接近"))
    field.fill("")
    field.press_sequentially("xyz")
    expect(li.page.get_by_text("没有找到相近的行业。")).to_be_visible()
    li.page.get_by_label(li.word("Name of the cluster")).fill("历下区智能显示产业集群")
    with li.expecting("422"):
        li.page.get_by_label(li.word("Name of the cluster")).press("Enter")  # presses none of the divisions
        li.reads("没有与“xyz”直接对应的行业。")
    li.page.locator("details.branches summary").click()
    li.page.get_by_role("button", name="39 计算机、通信和其他电子设备制造业").click()
    li.page.get_by_role("option", name=county.INDUSTRY).click()
    expect(field).to_have_value(county.INDUSTRY)


def test_a_failed_save_stays_loud_and_is_sent_again(site, visit):
    """The server goes away in the middle of the work and comes back; nothing typed is lost."""
    li = visit(site, COUNTY)
    county.register(li, "历下区断网产业集群")
    county.open_application(li)
    site.server.stop()
    with li.expecting("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"):
        cell(li, "gross_output", 2023).fill("71.5")
        expect(li.page.locator("[data-save-state]")).to_contain_text(re.compile("未保存|没有保存"))
        holder = li.page.locator("td", has=cell(li, "gross_output", 2023))
        expect(holder).to_contain_text(re.compile("未保存|没有保存"))
        expect(cell(li, "gross_output", 2023)).to_have_value("71.5")
        site.server.start()
        expect(li.page.locator("[data-save-state]")).to_have_text(county.SAVED_AT["zh-hans"], timeout=20_000)
    with site.data():
        assert (
            YearFigure.objects.get(cluster__name__contains="断网", indicator="gross_output", year=2023).typed == "71.5"
        )


def test_two_people_on_one_cell_see_both_texts(site, visit):
    li, sun = visit(site, COUNTY), visit(site, COLLEAGUE)
    county.register(li, "历下区双人产业集群")
    county.open_application(li)
    sun.go(li.path)
    cell(li, "gross_output", 2024).fill("81")
    is_saved(li)
    cell(sun, "gross_output", 2024).fill("82")
    clash = sun.page.locator("[data-clash]")
    expect(clash).to_contain_text("81")
    expect(clash).to_contain_text("李晓")
    expect(cell(sun, "gross_output", 2024)).to_have_value("82")
    sun.page.reload()  # a choice not made yet is asked again, never made by the reload
    expect(clash).to_contain_text("81")
    expect(cell(sun, "gross_output", 2024)).to_have_value("82")
    clash.get_by_role("button").first.click()
    is_saved(sun)
    with site.data():
        assert YearFigure.objects.get(cluster__name__contains="双人", indicator="gross_output", year=2024).typed == "82"


def test_a_save_shows_what_a_colleague_wrote_meanwhile(site, visit):
    li, sun = visit(site, COUNTY), visit(site, COLLEAGUE)
    county.before_a_draft(site, li, "同事所填")
    sun.go(li.path)
    statement = "[data-statement] textarea"
    with county.saving(li):
        cell(li, "gross_output", 2024).fill("12345")
        cell(li, "gross_output", 2023).fill("11345")
        li.page.locator(statement).first.fill("有文件。")
    cell(sun, "gross_output", 2023).focus()
    with county.saving(sun):
        cell(sun, "sme_output", 2024).evaluate(
            "one => { one.value = '9000'; one.dispatchEvent(new Event('input', {bubbles: true})); }"
        )
    expect(cell(sun, "gross_output", 2024)).to_have_value("12,345")
    expect(sun.page.locator("td", has=cell(sun, "gross_output", 2024))).to_contain_text("同事已改为：12,345")
    expect(sun.page.locator(statement).first).to_have_value("有文件。")
    expect(cell(sun, "gross_output", 2023)).to_have_value("")  # somebody stands in it
    sun.key("Tab")
    expect(cell(sun, "gross_output", 2023)).to_have_value("11,345")


def test_a_reason_typed_is_sent_with_the_submission_and_kept_where_that_is_refused(site, visit):
    li = visit(site, COUNTY)
    with site.data():
        bid = staging.bid("历下区说明产业集群", situation=situations.filled)
    li.go(f"/applications/{bid.pk}/")
    with county.saving(li):
        cell(li, "gross_output", 2024).fill("900")
    li.follow(li.word("Check and submit"))
    reason = li.page.locator("#reasons textarea[name='reason-jump:gross_output:2024']")
    missing = reason.locator("~ .field-error")
    expect(missing).to_be_visible()
    reason.fill("统计数据尚未公布。")
    expect(missing).to_be_hidden()
    li.go(f"/applications/{bid.pk}/check/")
    expect(reason).to_have_value("统计数据尚未公布。")
    expect(missing).to_be_hidden()  # put back, not typed
    expect(reason).not_to_have_attribute("aria-invalid", "true")
    with li.expecting("409"), li.page.expect_navigation(wait_until="load"):
        li.page.locator("form[action$='/submit/'] button").click()
    li.reads(li.word("Please confirm the declaration of truthfulness."))
    expect(reason).to_have_value("统计数据尚未公布。")
    li.follow(li.word("Back to the figures"))  # what was sent asks nobody before leaving
    li.follow(li.word("Check and submit"))
    li.does_not_read(li.word("What you had typed here was put back. It is not sent yet."))
    reason.fill("新项目投产。")
    li.page.locator("#declared").check()
    with li.page.expect_navigation(wait_until="load"):
        li.page.locator("form[action$='/submit/'] button").click()
    li.look()
    li.reads(li.word("Your application is submitted"))
    li.reads("新项目投产。")


def test_a_reason_that_is_put_back_is_as_old_as_when_it_was_typed(site, visit):
    li = visit(site, COUNTY)
    with site.data():
        bid = staging.bid("历下区两人说明产业集群", situation=situations.filled)
        situations.tell(bid, {"gross_output": ("", "", "900")}, by=office_of(COUNTY))
    check = f"/applications/{bid.pk}/check/"
    li.go(check)
    reason = li.page.locator("#reasons textarea[name='reason-jump:gross_output:2024']")
    reason.fill("新项目投产。")
    with site.data():
        actions.give_reason(bid, "jump:gross_output:2024", "同事写的原因。", by=office_of(COLLEAGUE))
    li.go(check)
    expect(reason).to_have_value("新项目投产。")
    beside = li.page.locator(".note + .mb-3 textarea[name='reason-jump:gross_output:2024']")
    expect(beside).to_be_visible()  # the line stands where it was filled
    for status in ("409", ""):
        with li.expecting(*filter(None, [status])), li.page.expect_navigation(wait_until="load"):
            li.page.locator("button[formaction$='/check/']").click()
        li.reads("同事写的原因。" if status else "新项目投产。")
        expect(reason).to_have_value("新项目投产。")
    with site.data():
        assert bid.remarks.get(warning="jump:gross_output:2024").words == "新项目投产。"


def test_a_refused_pledge_has_the_focus_and_its_lines_lead_into_fields(site, visit):
    li = visit(site, COUNTY)
    with site.data():
        bid = staging.bid("历下区承诺产业集群", situation=situations.filled)
        bid.remarks.first().delete()
    li.go(f"/applications/{bid.pk}/check/")
    page, summary = li.page, li.page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("#reasons [aria-invalid]")).to_be_focused()
    li.type("统计数据尚未公布。")
    with li.expecting("409"), page.expect_navigation(wait_until="load"):
        page.locator("form[action$='/submit/'] button").click()
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("#declared")).to_be_focused()


def test_on_a_narrow_screen(site, visit):
    li = visit(site, COUNTY, narrow=True)
    county.register(li, "历下区窄屏产业集群")
    county.open_application(li)
    county.type_into(li, "gross_output", county.SHORT_OF_OUTPUT)
    is_saved(li)
    li.page.locator("[data-panel-toggle]").click()
    expect(finding(li, "1.4")).to_contain_text("2022 年差 1.30 亿元")
    expect(finding(li, "1.4")).to_be_visible()
    li.key("Escape")
    expect(finding(li, "1.4")).not_to_be_visible()
    li.follow(li.word("The cluster and its facts"))
    li.reads("已填报的数据")
    accessibility.look(li.page, li.troubles)  # its table is wider than the window now


def test_in_english(site, visit):
    li = visit(site, COUNTY, language="en")
    county.register(li, "历下区英文产业集群")
    county.open_application(li)
    county.type_into(li, "gross_output", county.SHORT_OF_OUTPUT)
    is_saved(li)
    expect(finding(li, "1.4")).to_contain_text("2022 is 1.30")
    li.reads("Pre-screening")
    li.follow("Check and submit")
    expect(li.page.locator(".error-summary")).to_contain_text("Before you can submit")


def test_by_keyboard_alone(site, visit):
    """Not one press of the mouse: from the home page to a figure that misses its bound."""
    li = visit(site, COUNTY)
    page = li.page
    li.tab_to(li.link(li.word("Register a cluster")))
    li.enter()
    li.tab_to(page.locator("input[name=name]"))
    li.type("历下区键盘产业集群")
    li.tab_to(page.locator("input[name=industry_typed]"))
    li.type("dsj")
    expect(page.get_by_role("option", name=county.INDUSTRY)).to_be_visible()
    while page.get_by_role("option", name=county.INDUSTRY).get_attribute("aria-selected") != "true":
        li.key("ArrowDown")
    li.key("Enter")
    expect(page.locator("input[name=industry_typed]")).to_have_value(county.INDUSTRY)
    li.tab_to(page.locator("input[name=niche]"))
    li.type("智能显示终端")
    li.tab_to(page.locator("input[name=area_km2]"))
    li.type("60")
    li.tab_to(li.button(li.word("Save the cluster")))
    li.enter()
    li.tab_to(page.locator("main form[action$='/open/'] button"))
    li.enter()
    li.tab_to(cell(li, "gross_output", 2022))
    for typed in county.SHORT_OF_OUTPUT:
        li.type(typed)
        li.key("ArrowRight")
    is_saved(li)
    expect(finding(li, "1.4")).to_contain_text("2022 年差 1.30 亿元；2023、2024 年达标")
    li.tab_to(li.link(li.word("Check and submit")), key="Shift+Tab")
    li.enter()
    expect(page.locator(".error-summary")).to_be_focused()


OPEN = ".definition-row:not([hidden])"
WIDTHS = "row => [row.clientWidth, row.closest('table').tBodies[0].clientWidth]"


def test_a_definition_opens_as_wide_as_its_table_and_tab_stops_once_a_table(site, visit):
    li = visit(site, COUNTY)
    with site.data():
        bid = staging.bid("历下区解释产业集群", situation=situations.filled)
    li.go(f"/applications/{bid.pk}/")
    cell(li, "gross_output", 2023).focus()
    li.key("Alt+Enter", *["ArrowRight"] * 4, "Enter")
    expect(li.page.locator(OPEN)).to_contain_text("集群范围内全部企业当年的产值")
    row, table = li.page.locator(OPEN).evaluate(WIDTHS)
    assert row == table
    li.key("Escape")
    expect(cell(li, "gross_output", 2023)).to_be_focused()
    li.go(f"/applications/{bid.pk}/check/#definition-area_km2")
    expect(li.page.locator(OPEN)).to_have_attribute("id", "definition-area_km2")  # as without script
    tables = li.page.locator(".answers-table").count()
    assert li.page.locator("[data-definition]").count() > 30
    assert li.page.locator("[data-definition][tabindex='0']").count() == tables
    li.page.locator("[data-definition]").first.focus()
    li.key("Enter")  # folds what the address opened
    expect(li.page.locator(OPEN)).to_have_count(0)
    li.key("ArrowDown", " ")
    expect(li.page.locator(OPEN)).to_have_attribute("id", "definition-gross_output")
    expect(li.page.locator("[data-definition]").nth(1)).to_have_attribute("aria-expanded", "true")
    accessibility.look(li.page, li.troubles)
    li.key("Tab")
    assert li.page.evaluate("document.activeElement.closest('table')") is None


def test_a_definition_opens_without_script(site, visit):
    li = visit(site, COUNTY, script=False)
    with site.data():
        bid = staging.bid("历下区无脚本解释产业集群", situation=situations.filled)
    li.go(f"/applications/{bid.pk}/check/")
    row = li.page.locator("#definition-gross_output")
    expect(row).not_to_be_visible()
    li.page.locator("a[href='#definition-gross_output']").click()
    expect(row).to_be_visible()
