"""What only a browser knows: nothing is cut off, the head of a case stays, and paper shows everything."""

import pytest
from django.conf import settings

from tests.journeys.browsing import NARROW, WIDE
from tests.journeys.screenshots import case_in
from tests.journeys.test_every_page import demo, sign_in  # noqa: F401 (a fixture)

CUT = """() => [...document.querySelectorAll('.table-scroll')].filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.getAttribute('aria-label') || one.getAttribute('aria-labelledby'))"""
BOX = "one => { const box = one.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom] }"
LINES = """ones => ones.map(one => {
    const all = document.createRange(); all.selectNodeContents(one); return all.getClientRects().length })"""
OVER = """() => [...document.querySelectorAll('main *')].filter(one =>
    ['fixed', 'sticky'].includes(getComputedStyle(one).position) && one.checkVisibility()).map(one => one.className)"""


@pytest.fixture
def opened(demo, browser):  # noqa: F811
    """Return the function that opens a page for somebody."""
    contexts = []

    def look(who: str, path: str, *, size=WIDE, language="zh-hans"):
        context = browser.new_context(viewport=size, reduced_motion="reduce")
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": demo.address}])
        contexts.append(context)
        page = context.new_page()
        sign_in(page, demo.address, who)
        page.goto(demo.address + path)
        return page

    yield look
    for context in contexts:
        context.close()


def test_english_hides_no_column_at_1440_px(demo, opened):  # noqa: F811
    case = case_in(demo, "submitted", authority="/370000/")
    page = opened("province.shandong", "/desk/?tab=all", language="en")
    cut = {}
    for path in ("/desk/?tab=all", f"/applications/{case}/", f"/applications/{case}/explanations/", "/rules/", "/"):
        page.goto(demo.address + path)
        cut[path] = page.evaluate(CUT)
    page = opened("ministry", "/ministry/?tab=all", language="en")
    for path in ("/ministry/?tab=all", "/ministry/slate/demo/", "/simulation/", "/waivers/"):
        page.goto(demo.address + path)
        cut[path] = page.evaluate(CUT)
    assert {path: names for path, names in cut.items() if names} == {}


def test_the_head_of_a_case_stays_above_two_panes_and_a_small_window_has_one_column(demo, opened):  # noqa: F811
    path = f"/applications/{case_in(demo, 'submitted', authority='/370000/')}/"
    page = opened("province.shandong", path)
    left, right = (page.locator(name) for name in (".case-figures", ".case-side"))
    assert left.evaluate(BOX)[2] <= right.evaluate(BOX)[0]
    page.evaluate("window.scrollTo(0, 400)")
    assert page.locator(".page-head").evaluate(BOX)[1] == 0
    for size in ({"width": 899, "height": 900}, {"width": 1440, "height": 899}):
        page.set_viewport_size(size)
        page.evaluate("window.scrollTo(0, 0)")
        page.wait_for_timeout(500)  # the page scrolls and lays itself out anew between two measures
        assert left.evaluate(BOX)[3] <= right.evaluate(BOX)[1], size


def test_the_head_of_a_case_takes_at_most_a_fifth_of_a_window_of_900_px(demo, opened):  # noqa: F811
    path = f"/applications/{case_in(demo, 'submitted', authority='/370000/')}/"
    page = opened("province.shandong", path, size={"width": 900, "height": 1000})
    page.locator("h1").evaluate(
        "one => { one.textContent = '山东省寿光市设施蔬菜种业与智能农业装备制造中小企业特色产业集群' }"
    )
    assert len({box[1] for box in page.locator("[data-steps] > .btn").evaluate_all(f"ones => ones.map({BOX})")}) == 1
    _left, top, _right, bottom = page.locator(".page-head").evaluate(BOX)
    assert bottom - top <= 200


def test_in_a_small_window_names_and_sections_stay_beside_every_figure_and_no_unit_is_cut(demo, opened):  # noqa: F811
    page = opened("county", f"/applications/{case_in(demo, 'draft', authority='/370102/')}/")
    assert set(page.locator(".grid-row .grid-unit").evaluate_all(LINES)) == {1}
    rail, until = (page.locator(name).evaluate(BOX) for name in (".fill-deadline", ".fill-deadline time"))
    assert until[2] <= rail[2] + 1
    page.set_viewport_size(NARROW)
    page.locator(".grid-scroll").evaluate("one => { one.scrollLeft = one.scrollWidth }")
    staying = page.locator(".grid thead .grid-what, .grid-section span, .grid-row .grid-what")
    assert {box[0] >= 0 for box in staying.evaluate_all(f"ones => ones.map({BOX})")} == {True}
    assert set(page.locator(".grid-row .grid-unit").evaluate_all(LINES)) == {1}
    assert max(box[2] for box in page.locator(".grid-unit").evaluate_all(f"ones => ones.map({BOX})")) <= NARROW["width"]
    assert page.locator("#grid-keys").is_visible()


def test_no_figure_of_the_narrow_grid_is_cut_wherever_it_stops(demo, opened):  # noqa: F811
    page = opened("county", f"/applications/{case_in(demo, 'draft', authority='/370102/')}/", size=NARROW)
    scroll, row = page.locator(".grid-scroll"), page.locator("tr", has=page.locator("#cell-employee_count-2024"))
    for left in range(0, 400, 40):
        scroll.evaluate("(one, left) => one.scrollTo(left, 0)", left)
        page.wait_for_timeout(50)
        name, *cells = row.locator("> *").evaluate_all(f"ones => ones.map({BOX})")
        left_edge, right_edge = name[2] - 2, scroll.evaluate(BOX)[2] + 2
        for start, _top, end, _bottom in cells:
            is_whole = start >= left_edge and end <= right_edge
            assert is_whole or end <= left_edge + 4 or start >= right_edge - 4, (
                left,
                start,
                end,
                left_edge,
                right_edge,
            )


def test_no_field_shows_a_part_of_its_figure_at_any_width(demo, opened):  # noqa: F811
    path = f"/applications/{case_in(demo, 'draft', authority='/370102/')}/"
    page = opened("county", path, language="en")  # the longer units
    fields = page.locator(".grid-cell input")
    fields.evaluate_all("ones => ones.forEach(one => { one.value = '1,234.56' })")
    cut = {}
    for width in (320, 360, 479, 480, 900, 920, 940, 1095, 1096, 1200, 1210, 1359, 1360):
        page.set_viewport_size({"width": width, "height": 900})
        over = fields.evaluate_all("ones => ones.filter(one => one.scrollWidth > one.clientWidth).length")
        # Nor does the grid grow below the panel beside it, where its figures could not be read either.
        grid, room = page.locator(".grid").evaluate("""one => getComputedStyle(one.parentElement).overflowX === 'auto'
            ? [0, 0] : [one.offsetWidth, one.parentElement.clientWidth]""")
        if over or grid > room:
            cut[width] = (over, grid, room)
    assert cut == {}


def test_a_phone_reads_of_no_keys(demo, browser):  # noqa: F811
    context = browser.new_context(viewport=NARROW, has_touch=True, is_mobile=True)
    page = context.new_page()
    sign_in(page, demo.address, "county")
    page.goto(f"{demo.address}/applications/{case_in(demo, 'draft', authority='/370102/')}/")
    assert page.locator("#grid-keys").count() == 1 and not page.locator("#grid-keys").is_visible()
    context.close()


def test_paper_tears_no_statement_and_prints_no_way_to_change(demo, opened):  # noqa: F811
    path = f"/applications/{case_in(demo, 'draft', authority='/370102/')}/"
    page = opened("county", path)
    page.emulate_media(media="print")
    assert not page.locator("#grid-keys").is_visible()
    kept = "ones => ones.map(one => getComputedStyle(one).breakInside)"
    assert set(page.locator(".statement").evaluate_all(kept)) == {"avoid"}
    marks = "ones => ones.map(one => getComputedStyle(one).listStyleType)"
    assert set(page.locator("main summary").evaluate_all(marks)) == {"none"}
    page.locator("[data-statement] textarea").first.fill("第一行\n" * 12)
    assert page.locator("[data-statement] textarea").first.evaluate("one => one.scrollHeight <= one.clientHeight")
    page.goto(f"{demo.address}{path}check/")
    for name in ("修改", "去填写", "指标解释"):
        assert page.locator("main a", has_text=name).count() > 0
        assert page.locator("main a:visible", has_text=name).count() == 0, name


def test_paper_shows_folded_findings_and_nothing_lies_over_rows(demo, opened):  # noqa: F811
    page = opened("province.shandong", f"/applications/{case_in(demo, 'submitted', authority='/370000/')}/")
    folded = page.locator(".findings-group:not([open]) .finding").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    assert folded.is_visible()
    assert page.evaluate(OVER) == []
    page = opened("county", f"/applications/{case_in(demo, 'draft', authority='/370102/')}/")
    page.set_viewport_size({"width": 718, "height": 1000})
    assert page.evaluate(OVER) != []
    page.emulate_media(media="print")
    assert page.evaluate(OVER) == []


@pytest.mark.parametrize("width", [900, 1399])
def test_two_panes_in_a_smaller_window_show_the_current_year_and_each_unit_on_one_line(demo, opened, width):  # noqa: F811
    path = f"/applications/{case_in(demo, 'submitted', authority='/370000/')}/"
    page = opened("province.shandong", path, size={"width": width, "height": 1000})
    pane, table = page.locator(".case-figures"), page.locator(".case-figures .figures").first
    assert table.evaluate(BOX)[2] <= pane.evaluate(BOX)[2] + 1
    assert set(table.locator("tbody td.quiet:nth-child(2)").evaluate_all(LINES)) <= {0, 1}  # a yes has none


def test_a_case_on_paper_has_no_controls_and_wastes_no_page(demo, opened):  # noqa: F811
    page = opened("province.shandong", f"/applications/{case_in(demo, 'submitted', authority='/370000/')}/")
    page.emulate_media(media="print")
    shown = page.locator("main :is(input:not([type=hidden]), textarea, select, button)").evaluate_all(
        "ones => ones.filter(one => one.checkVisibility()).length"
    )
    assert shown == 0
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 8
    # A statement of the county is printed once, with its finding.
    assert page.locator(".finding-answer:visible").count() > 0
    assert page.locator("[id^=said-]").count() > 0 and page.locator("[id^=said-]:visible, h3:visible").count() == 0


def test_a_notice_of_three_clusters_is_one_page_of_paper(demo, opened):  # noqa: F811
    from applications.models import PublicNotice

    with demo.data():
        notice = PublicNotice.objects.order_by("-pk").first().pk
    page = opened("province.shandong", f"/notices/{notice}/")
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
