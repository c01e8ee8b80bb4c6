"""A block from a spreadsheet: read as spreadsheets write it, placed by its headings, shown before it is taken."""

import re
import uuid
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from applications.actions import county as county_actions
from tests import situations
from tests.journeys import county, staging
from tests.journeys.browsing import NARROW
from tests.journeys.cast import COUNTY
from tests.journeys.county import cell, saving, told

MONEY = ("gross_output", "sme_output", "leading_output")


@pytest.fixture
def draft(site, visit, request):
    """Somebody before a draft in which nothing is told."""
    return county.before_a_draft(site, visit(site, COUNTY), request.node.name)


def shown(li, block: str, at: tuple[str, int] = ("gross_output", 2022)) -> tuple[list, list]:
    """Paste a block at a cell; return the rows of the preview and what would not be taken."""
    cell(li, *at).focus()
    li.paste(block)
    dialog = li.page.locator("[data-preview]")
    expect(dialog).to_be_visible()
    rows = dialog.locator("tr").evaluate_all("rows => rows.map(row => [...row.children].map(cell => cell.innerText))")
    return [["".join(text.split()) for text in row] for row in rows], dialog.locator("[data-out] li").all_inner_texts()


def take(li) -> None:
    """Take what the preview shows."""
    with saving(li):
        li.page.locator("[data-take]").click()


def cancel(li) -> None:
    """Take nothing of what the preview shows."""
    li.page.locator("[data-cancel]").click()
    expect(li.page.locator("[data-preview]")).not_to_be_visible()


def stands(li, *indicators: str, years=(2022, 2023, 2024)) -> list[list[str]]:
    """Return what stands in the fields."""
    return [[cell(li, code, year).input_value() for year in years] for code in indicators]


def test_line_breaks_and_quotes_inside_a_cell_are_read_as_spreadsheets_write_them(draft, site):
    rows, out = shown(draft, '61.2\t69.4\n"57.5\n"\t65.2\n70.8\t80.3')
    assert rows == [
        ["指标", "2022", "2023"], ["集群总产值（亿元）", "61.2", "69.4"],
        ["中小企业产值（亿元）", "57.5", "65.2"], ["主导产业产值（亿元）", "70.8", "80.3"],
    ]  # fmt: skip
    assert out == []
    expect(cell(draft, "gross_output", 2022)).to_have_value("")  # nothing before it was shown
    take(draft)
    assert stands(draft, *MONEY) == [["61.2", "69.4", ""], ["57.5", "65.2", ""], ["70.8", "80.3", ""]]
    rows, out = shown(draft, '"5""7\n8"\t9\n"a"b\t5\r\n')  # a break never joins the figures on both sides of it
    assert [row[1:] for row in rows[1:]] == [["9现为69.4"], ["5现为65.2"]]
    assert out == ['5"7 8：不是数字，未填入', '"a"b：不是数字，未填入']
    take(draft)
    assert told(draft, site, "gross_output", 2022) == ("61.2", Decimal("61.2"))


def test_a_single_cell_and_a_single_row_are_taken_without_a_question(draft, site):
    for block, expected in (
        ('"57.5\n"\n', ["57.5", "", ""]),
        ("1\t2\t3\n", ["1", "2", "3"]),
        ("4\t\t6", ["4", "2", "6"]),
    ):
        cell(draft, "gross_output", 2022).focus()
        with saving(draft):
            draft.paste(block)
        assert stands(draft, "gross_output") == [expected]
    expect(draft.page.locator("[data-preview]")).not_to_be_visible()


def test_a_row_of_years_alone_is_taken_as_figures_only_after_the_preview_said_so(draft):
    rows, out = shown(draft, "2023\t2024\t2025")
    assert (rows[1], out) == (["集群总产值（亿元）", "2023", "2024", "2025"], [])
    says = draft.page.locator("[data-are-years]")
    expect(says).to_be_visible()
    cancel(draft)
    assert stands(draft, "gross_output") == [["", "", ""]]
    shown(draft, "60\t70\n50\t58")
    expect(says).to_be_hidden()
    cancel(draft)


def test_years_down_a_column_place_the_figures_beside_them_and_alone_are_told_as_years_alone_are(draft):
    says = draft.page.locator("[data-are-years]")
    for block, year in (("2023\t41\n2024\t47\n2025\t53", "2025"), ("2025年\t53\n2024年\t47\n2023年\t41", "2025年")):
        rows, out = shown(draft, block)
        assert rows == [["指标", "2023", "2024"], ["集群总产值（亿元）", "41", "47"]]
        assert out == [f"{year} · 53：本表不填这一年份，未填入"]
        expect(says).to_be_hidden()
        cancel(draft)
    rows, _out = shown(draft, "2023\n2024\n2025")
    assert [row[1:] for row in rows] == [["2022"], ["2023"], ["2024"], ["2025"]]
    expect(says).to_be_visible()
    cancel(draft)
    rows, _out = shown(draft, "2023\n1950\n2100")  # a heading above figures
    assert [row[1:] for row in rows] == [["2023"], ["1950"], ["2100"]]
    expect(says).to_be_hidden()
    cancel(draft)


def test_a_figure_written_otherwise_is_not_shown_as_a_change(draft):
    cell(draft, "gross_output", 2022).focus()
    with saving(draft):
        draft.paste("9,320\t46.10\t7\n")
    rows, _out = shown(draft, "9320\t46.1\t8\n1\t2\t3")
    assert rows[1][1:] == ["9320", "46.1", "8现为7"]


def test_years_on_top_place_the_figures_and_are_not_taken_themselves(draft):
    rows, out = shown(draft, "2023\t2024\t2025\n60\t70\t80\n50\t58\t66")
    assert rows == [["指标", "2023", "2024"], ["集群总产值（亿元）", "60", "70"], ["中小企业产值（亿元）", "50", "58"]]
    assert out == ["2025 · 80：本表不填这一年份，未填入", "2025 · 66：本表不填这一年份，未填入"]
    take(draft)
    assert stands(draft, *MONEY) == [["", "60", "70"], ["", "50", "58"], ["", "", ""]]


PLACED_BY_HEADINGS = (
    "主导产业产值\t46\t54\t62\n集群总产值\t60\t70\t80",
    "\t2022年\t2023年\t2024年\nleading_output\t46\t54\t62\nGross output of the cluster\t60\t70\t80",
    "2025年申报表\t\t\t\n指标\t2024年度\t2023年度\t２０２２\n3. 主导产业产值\t62\t54\t46\n（一）集群总产值\t80\t70\t60",
    "年份\t主导产业产值\t集群总产值\n2022\t46\t60\n2023\t54\t70\n2024\t62\t80",
    "指标\t单位\t2022\t2023\t2024\n集群总产值\t亿元\t60\t70\t80\n主导产业产值\t万元\t460000\t540000\t620,000\n\t\t\t\t",
)


def test_indicators_and_years_place_the_figures_wherever_the_block_is_pasted(draft):
    for block in PLACED_BY_HEADINGS:
        rows, out = shown(draft, block)
        found = {row[0]: [figure.split("由")[0] for figure in row[1:]] for row in rows[1:]}
        assert found == {"集群总产值（亿元）": ["60", "70", "80"], "主导产业产值（亿元）": ["46", "54", "62"]}
        assert (rows[0], out) == (["指标", "2022", "2023", "2024"], [])
        cancel(draft)


# Every table says of the cluster's output 96 in 2023 and 108 in 2024, wherever it is pasted, and whatever else it holds.  # noqa: E501
OTHER_COLUMNS = (
    ("单位：万元、家、人\n指标名称\t2025年\t2024年\t2023年\t备注\n集群总产值\t1,205,000\t1,080,000\t960,000\t统计局", ["备注 · 统计局"]),  # noqa: E501
    ("指标名称\t2024年\t2023年\t同比增长\n集群总产值\t108\t96\t12.5%", ["同比增长 · 12.5%"]),
    ("指标\t2024年\t2024年同比\t2023年\t2023年同比\n集群总产值\t108\t12.5\t96\t8", ["2024年同比 · 12.5", "2023年同比 · 8"]),  # noqa: E501
    ("指标\t单位\t2023年\t2024年\t数据来源\n集群总产值\t万元\t960000\t1080000\t统计局", ["数据来源 · 统计局"]),
    ("指标\t\t2023年\t2024年\n集群总产值\t（万元）\t960000\t1080000\n企业数\t家\t\t", []),
    ("序号\t指标\t2023\t2024\n1\t集群总产值\t96\t108", ["序号 · 1"]),
    ("序号\t指标\t计量单位\t2024\t2023\n（一）\t集群总产值\t万元\t1080000\t960000", ["序号 · （一）"]),
    ("指标\t2023年\t2024年\t三年合计\n集群总产值\t96\t108\t204", ["三年合计 · 204"]),
    ("指标\t三年合计\t2024\t2023\n集群总产值\t204\t108\t96", ["三年合计 · 204"]),
    ("指标\tFY2024\tFY2023\n集群总产值\t108\t96", []),
    ("指标\t2024.12.31\t2023.12.31\n集群总产值\t108\t96", []),
    ("指标\t2024/12/31\t2023-12-31\n集群总产值\t108\t96", []),
    ("\t2024年12月31日\t截至2023年底\n集群总产值\t108\t96", []),
    ("指标\t2024（预计）\t2023年（万元）\n集群总产值\t108\t960000", []),
    ("指标\t2024年预计\t2024.6.30\t2023年度\t2024（1-6月）\n集群总产值\t108\t50\t96\t51", ["2024.6.30 · 50", "2024（1-6月） · 51"]),  # noqa: E501
    ("指标\t2024年\t\t2023年\t\n\t绝对数\t同比（%）\t绝对数\t同比（%）\n集群总产值\t108\t12\t96\t8", ["12", "8"]),
    ("指标\t2024年\t2023年\n\t万元\t万元\n集群总产值\t1080000\t960000", []),
    ("2024年\n序号\t指标（单位）\t2024\t2023\n1\t集群总产值（万元）\t1080000\t960000", ["序号 · 1"]),
    ("填报单位：历下区工信局（示例）\n指标\t2024\t2023\n集群总产值\t108\t96", []),
    ("指标\t2023\t2024\n集群总产值\t96\t108\n注：单位：亿元", []),
    ("年份\t集群总产值（万元）\t备注\n2024年\t1080000\t初步\n2023年\t960000\t", ["备注 · 2024年 · 初步"]),
    ("指标\t2023\t2022\n集群总产值\t96\t\n指标\t2022\t2024\n集群总产值\t\t108", []),
    ("集群总产值\t96\t108", []),
    ("1\t集群总产值\t96\t108", ["1"]),
)  # fmt: skip
LEADS = (
    "其中：", "其中:", "其中", "　　", "　其中：", "#", "＃", "-", "—", "·", "●", "1.", "1、", "1 ", "1.2 ",
    "2.1.", "①", "⑴", "(1)", "（一）", "一、", "一.", "第一、", "（一）其中：", "其中：1.", "of which: ",
)  # fmt: skip
# Words that nothing explains: neither the order of the columns nor that of the lines is guessed.
UNCLEAR = (
    "指标\t本年\t上年\n集群总产值\t108\t96",
    "集群总产值\t96\t108\t统计局",
    "集群总产值\t万元\t960000\t1080000",
    "产值甲\t96\t108",
    "#产值甲\t96\t108",
    "1.产值甲\t96\t108",
    "本年\t上年\n108\t96",
    "中小企业产值\n2023\t2024\n96\t108",
    "指标\t2024年",
    "集群总产值\t96\t108\n指标\t2024\t2023\n企业数\t31\t40",
)


def test_columns_go_by_their_years_whatever_else_a_table_holds(draft):
    for block, left_out in OTHER_COLUMNS:
        rows, out = shown(draft, block, ("gross_output", 2023))
        found = {row[0]: [figure.split("由")[0] for figure in row[1:]] for row in rows}
        assert found == {"指标": ["2023", "2024"], "集群总产值（亿元）": ["96", "108"]}, block
        told = [line.rsplit("：", 1)[0] for line in out if "2025年 · " not in line]
        assert told == left_out, block
        cancel(draft)
    for block in UNCLEAR:
        rows, out = shown(draft, block, ("gross_output", 2023))
        assert len(rows) <= 1 and "请连同年份一行和指标名称一列一并复制" in out[0], block
        expect(draft.page.locator("[data-take]")).not_to_be_visible()
        cancel(draft)


def test_a_name_is_found_whatever_stands_before_it_in_an_outline(draft):
    for lead in LEADS:
        name = "Output of SMEs" if lead.isascii() and lead[0] == "o" else "中小企业产值"
        rows, out = shown(draft, f"指标\t2023\t2024\n集群总产值\t96\t108\n{lead}{name}（万元）\t500000\t580000")
        found = {row[0]: [figure.split("由")[0] for figure in row[1:]] for row in rows[1:]}
        assert (found, out) == ({OUTPUT: ["96", "108"], "中小企业产值（亿元）": ["50", "58"]}, []), lead
        cancel(draft)
    rows, out = shown(draft, "指标\t2023\n集群总产值\t96\n其中：产值甲\t50\n31家\t50")
    assert [row[0] for row in rows[1:]] == [OUTPUT]
    assert [line.rsplit("：", 1)[0] for line in out] == ["其中：产值甲 · 2023 · 50", "31家 · 2023 · 50"]


def test_a_year_that_stands_twice_is_nobodys_and_figures_alone_go_by_position(draft):
    rows, out = shown(draft, "指标\t2023年\t2023年\t2024年\n集群总产值\t95\t96\t108")
    assert rows[1] == ["集群总产值（亿元）", "108"]
    assert [line.rsplit("：", 1)[0] for line in out] == ["2023年 · 95", "2023年 · 96"]
    cancel(draft)
    rows, out = shown(draft, "2022\t2023\n无\t#DIV/0!")
    assert (rows[1:], out) == ([], ["2022 · 无；2023 · #DIV/0!：不是数字，未填入"])
    expect(draft.page.locator("[data-take]")).not_to_be_visible()
    cancel(draft)
    cell(draft, "gross_output", 2022).focus()
    with saving(draft):
        draft.paste("2023\n")
    assert stands(draft, "gross_output") == [["2023", "", ""]]


def test_what_finds_no_place_is_named_and_never_shifted_into_another_cell(draft):
    rows, out = shown(draft, "没有这一指标\t1\t2\n集群总产值\t60\t70\n集群总产值\t61\t71\n\t5\t")
    assert rows == [["指标", "2022", "2023"], ["集群总产值（亿元）", "60", "70"]]
    assert out == [
        "没有这一指标 · 1；2：没有认出这个指标名称，未填入", "集群总产值 · 61；71：重复出现，只取第一处",
        "5：这一行没有指标名称，未填入",
    ]  # fmt: skip
    cancel(draft)
    left = draft.page.locator("[data-left]")  # readable until the next paste
    left.locator("summary").click()
    assert left.locator("li").all_inner_texts() == out
    rows, out = shown(draft, "1\t2\t3\n4\t5\t6", ("policy_outreach_rate", 2024))
    assert out == ["2；3：表格到此为止，多出的行、列未填入", "4；5；6：表格到此为止，多出的行、列未填入"]
    cancel(draft)
    rows, out = shown(draft, "1\n2", ("employee_count", 2022))
    assert out == ["2：本表不填这一年份，未填入"]
    cancel(draft)
    rows, out = shown(draft, "1\n2", ("employee_count", 2024))
    assert out == []
    cancel(draft)
    expect(left).not_to_be_visible()


# What people call an indicator, and the row it is taken into: brackets and 国家级 or 集群 in front may be missing.
NAMED_IN_PART = (
    ("制造业单项冠军企业", "制造业单项冠军企业（主导产业）（家）"),
    ("（二）高新技术企业", "国家级高新技术企业（家）"),
    ("参与制修订标准（近三年）", "参与制修订标准（近三年合计）（项）"),
    ("共享机制", "共享机制（设备、物流、仓储、人力、设计）（项）"),
    ("出口额", "出口（贸易）额（亿元）"),
    ("出口贸易额（亿元）", "出口（贸易）额（亿元）"),
    ("税收", "上缴税金（亿元）"),
    ("总产值", "集群总产值（亿元）"),
    ("集群企业数", "企业数（家）"),
)
# What fits several, or is a part without the noun: named, never taken.
NOT_IN_FULL = (
    ("产值", "集群总产值、中小企业产值、主导产业产值"),
    ("省级", "省级及以上创新平台"),
)


def test_a_name_that_only_one_indicator_has_is_taken_with_the_full_name_beside_it(draft):
    figures = {name: str(at + 2) for at, (name, _) in enumerate(NAMED_IN_PART)}
    once = {name: figures[name] for name, _ in NAMED_IN_PART if name != "出口额"}
    for block in (once, {"出口额": figures["出口额"]}):
        rows, out = shown(draft, "指标\t2024\n" + "\n".join(f"{name}\t{figure}" for name, figure in block.items()))
        wanted = [[f"{full}粘贴的名称：{name}", block[name]] for name, full in NAMED_IN_PART if name in block]
        assert (rows[1:], out) == (wanted, [])
        cancel(draft)
    others = "".join(f"\n{name}\t3" for name, _ in NOT_IN_FULL)
    rows, out = shown(draft, f"指标\t2024\n集群总产值\t5\n总产值\t4\n合计\t3{others}")
    assert rows[1:] == [[OUTPUT, "5"]]
    says = "指标名称不完整，未填入；本表含有这一名称的指标："
    assert out == [
        f"总产值 · 2024 · 4：{says}集群总产值", "合计 · 2024 · 3：没有认出这个指标名称，未填入",
        *(f"{name} · 2024 · 3：{says}{fits}" for name, fits in NOT_IN_FULL),
    ]  # fmt: skip


def test_pastes_are_undone_one_after_the_other_each_where_its_figures_still_stand(draft):
    shown(draft, "60\t70\t80\n50\t58\t66")
    take(draft)
    cell(draft, "gross_output", 2022).focus()
    with saving(draft):
        draft.paste("61\t71\t81\n")
    with saving(draft):
        cell(draft, "sme_output", 2024).fill("67")
        draft.key("Tab")
    undo = draft.page.locator("[data-undo]")
    for says, output, smes in (("3", ["60", "70", "80"], ["50", "58", "67"]), ("5", ["", "", ""], ["", "", "67"])):
        expect(undo).to_contain_text(f"{says} 个单元格")
        draft.page.reload()
        with saving(draft):
            undo.click()
        assert stands(draft, "gross_output", "sme_output") == [output, smes]
    expect(undo).not_to_be_visible()


def test_a_unit_in_brackets_is_converted_exactly_with_both_figures_or_refused(draft, site):
    rows, out = shown(
        draft,
        "指标\t2023\t2024\n集群总产值（万元）\t684,000.1\t753600\n从业人员（万人）\t2.1\t2.20005\n占地面积（亩）\t\t90000\n"
        "企业数（家）\t31\t40\n主导产业产值(元)\t一百\t１\n二氧化碳排放强度（千克/万元）\t900\t0.5\n工业软件应用率（小数）\t0.45\t.5",
    )  # fmt: skip
    assert [row for row in rows if row[0] != "企业数（家）"][1:] == [
        ["集群总产值（亿元）", "68.4由684,000.1万元换算，保留4位小数", "75.36由753600万元换算"],
        ["从业人员（人）", "21000由2.1万人换算", "22001由2.20005万人换算，四舍五入为整数"],
        ["二氧化碳排放强度（吨/万元）", "0.9由900千克/万元换算", "0.0005由0.5千克/万元换算"],
        ["工业软件应用率（%）", "45由0.45小数换算", "50由.5小数换算"],
    ]
    assert out == [
        "占地面积（亩） · 2024 · 90000：单位“亩”无法换算为“平方公里”，未填入",
        "主导产业产值(元) · 2023 · 一百：不是数字，未填入",
        "主导产业产值(元) · 2024 · １ 元 = 0.00000001 亿元：换算后不足本行能填的最小值 0.0001 亿元，"
        "四舍五入会变成 0，未填入；请核对单位",
    ]
    take(draft)
    assert told(draft, site, "gross_output") == ("75.36", Decimal("75.36"))
    cell(draft, "gross_output", 2022).focus()
    rows, out = shown(draft, "单位：万元\t2022\n企业数\t30\n集群总产值\t600000")
    assert rows[1] == ["集群总产值（亿元）", "60由600000万元换算"]
    assert out == ["企业数 · 2022 · 30：单位“万元”无法换算为“家”，未填入"]
    cancel(draft)
    assert stands(draft, "gross_output")[0][0] == ""


LONG = "共享机制（设备、物流、仓储、人力、设计）"
WIDE_BLOCK = (
    "单位：万元\n指标\t2022\t2023\t2024\n集群总产值\t1234567.89\t684000\t753600\n制造业单项冠军企业（主导产业）\t\t\t3\n"
    f"{LONG}\t\t\t2\n从业人员（万人）\t2.1\t2.2\t2.3\n上缴税金（元）\t3\t4\t5\n{'没有的指标' * 9}\t{'1' * 40}\t2\t3\n"
)
SEEN = """dialog => {
  const [frame, top, button] = ['dialog', 'h2', '[data-take]'].map(
    (one) => (dialog.matches(one) ? dialog : dialog.querySelector(one)).getBoundingClientRect());
  const inside = (rect) => rect.top >= frame.top && rect.bottom <= frame.bottom && rect.right <= frame.right;
  const cells = [...dialog.querySelectorAll('th, td, li')];
  return { title: inside(top), button: inside(button), cut: cells.filter((one) => one.scrollWidth > one.clientWidth + 1).length,
    wide: dialog.scrollWidth > dialog.clientWidth, lines: cells.find((one) => one.textContent.startsWith('共享')).clientHeight };
}"""  # noqa: E501


def test_on_a_phone_the_preview_begins_with_its_title_and_long_names_and_buttons_are_seen(draft):
    draft.page.set_viewport_size(NARROW)
    shown(draft, WIDE_BLOCK)
    seen = draft.page.locator("[data-preview]").evaluate(SEEN)
    assert seen.pop("lines") < 60  # the long name has the whole width
    assert seen == {"title": True, "button": True, "cut": 0, "wide": False}
    draft.look()
    take(draft)


OF_A_TITLE = "\n指标\t2023\t2024\n集群总产值\t684000\t753600\n企业数\t31\t40\n从业人员\t2.1\t2.2\n占地面积\t\t600"
OUTPUT, ENTERPRISES, PEOPLE, AREA = "集群总产值（亿元）", "企业数（家）", "从业人员（人）", "占地面积（平方公里）"
AS_WRITTEN = {OUTPUT: "684000 753600", ENTERPRISES: "31 40", PEOPLE: "2.1 2.2", AREA: "600"}
IN_WAN_YUAN = {OUTPUT: "68.4由684000万元换算 75.36由753600万元换算"}


BY_TITLE = [
    ("单位：万元", IN_WAN_YUAN, ()),
    ("2025年统计表（单位：万元、家、万人）\t\t", IN_WAN_YUAN | {PEOPLE: "21000由2.1万人换算 22000由2.2万人换算"}, ()),
    ("金额单位：万元；面积单位：公顷", IN_WAN_YUAN | {AREA: "6由600公顷换算"}, ()),
    ("单位：万元，亩", IN_WAN_YUAN, (ENTERPRISES, PEOPLE, AREA)),  # of no row here: it may be theirs
    ("单位：千", {}, (OUTPUT, ENTERPRISES, PEOPLE, AREA)),  # no quantity: it may be anybody's
    ("单位：万元、亿元", {}, (OUTPUT,)),  # which of the two?
]


def test_a_unit_above_the_years_holds_for_rows_of_its_kind_alone(draft):
    for title, converted, refused in BY_TITLE:
        rows, out = shown(draft, title + OF_A_TITLE)
        found = {row[0]: " ".join(figure.split("现为")[0] for figure in row[1:] if figure) for row in rows[1:]}
        assert found == {name: text for name, text in (AS_WRITTEN | converted).items() if name not in refused}, title
        assert [line.split(" · ")[0] for line in out] == [name.split("（")[0] for name in refused]  # one line a row
        cancel(draft)


def test_blank_cells_leave_what_stands_unless_the_person_chooses_otherwise(draft):
    shown(draft, "60\t70\t80\n50\t58\t66")
    take(draft)
    blanks = draft.page.locator("#paste-blanks")
    for choose, expected in ((False, ["60", "71", "80"]), (True, ["", "71", ""])):
        shown(draft, "\t71\t\n51\t\t")
        if choose:
            blanks.check()
        take(draft)
        assert stands(draft, "gross_output") == [expected]
    expect(blanks).to_be_checked()
    shown(draft, "\t71\t\n51\t59\t67")
    expect(blanks).not_to_be_visible()


NO_NUMBERS = ("无", "1 050 000", "(1198000)", "1.23E+06", "#REF!", "31家")


def test_a_text_that_is_no_number_is_left_out_for_that_reason_and_a_dash_is_blank(draft):
    shown(draft, "60\t70\t76.05\n50\t58\t66")
    take(draft)
    for unit in ("（万元）", "（亿元）", ""):
        for text in NO_NUMBERS:
            rows, out = shown(draft, f"指标{unit}\t2024年\t2023年\t备注\n集群总产值\t{text}\t—\t—")
            assert (rows[1:], out) == ([], [f"集群总产值 · 2024年 · {text}：不是数字，未填入"]), unit
            expect(draft.page.locator("[data-blanks]")).to_contain_text("1 个")  # the dash
            cancel(draft)
    rows, out = shown(
        draft, "指标\t2024\n工业软件应用率\t45 %\n企业数\t暂无\n是否属于高耗能行业\t无\n是否属于高用水行业\t否"
    )
    assert [row[1:] for row in rows[1:]] == [["45%"], ["否"]]
    assert [line.rsplit("：", 1)[1] for line in out] == ["不是数字，未填入", "不是“是”或“否”，未填入"]
    cancel(draft)
    cell(draft, "gross_output", 2022).focus()
    with saving(draft):
        draft.paste("—\t71\t/")  # a single row, without a question
    assert stands(draft, "gross_output") == [["60", "71", "76.05"]]


def test_what_is_converted_keeps_the_decimals_of_its_row_and_what_is_not_stays_as_written(draft, site):
    rows, out = shown(
        draft,
        "指标\t单位\t2023\t2024\n集群总产值\t万元\t1,234,567.89\t9999999.5\n中小企业产值\t亿元\t50.123456\t1\n"
        "主导产业产值\t万元\t-0.56\t1200000",
    )  # fmt: skip
    assert (rows[1:], out) == ([
        [OUTPUT, "123.4568由1,234,567.89万元换算，保留4位小数", "1000由9999999.5万元换算，保留4位小数"],
        ["中小企业产值（亿元）", "50.123456", "1"],
        ["主导产业产值（亿元）", "-0.0001由-0.56万元换算，保留4位小数", "120由1200000万元换算"],
    ], [])  # fmt: skip
    take(draft)
    assert told(draft, site, "gross_output", 2023) == ("123.4568", Decimal("123.4568"))
    mark = draft.page.locator("td:has(#cell-sme_output-2023) [data-mark]")
    expect(mark).to_have_text("请更正")


def test_undo_says_what_it_undoes_and_ends_with_the_submission(site, visit):
    person = visit(site, COUNTY)
    with site.data():
        application = staging.bid("粘贴后提交产业集群", situation=situations.filled)
    person.go(f"/applications/{application.pk}/")
    shown(person, "60\t70\t80\n50\t58\t66")
    take(person)
    undo = person.page.locator("[data-undo]")
    expect(undo).to_have_text(re.compile(r"^撤销 \d+/\d+ \d\d:\d\d 的粘贴（6 个单元格）$"))
    person.page.reload()
    expect(undo).to_be_visible()
    with site.data():
        by, row = situations.county_of(application), situations.fresh(application)
        county_actions.submit(row, key=uuid.uuid4(), declared=True, version=row.version, by=by)
        situations.sent_back(situations.fresh(row))
    person.page.reload()
    expect(person.page.locator(".returned")).to_be_visible()
    expect(undo).not_to_be_visible()


def test_undo_outlives_a_reload_and_puts_back_only_what_still_stands_as_pasted(draft, site):
    with saving(draft):
        cell(draft, "gross_output", 2022).fill("１２３４５")
        draft.key("Tab")
    shown(draft, "60000\t70\t80\n50\t58\t66")
    take(draft)
    draft.page.reload()
    with saving(draft):
        cell(draft, "sme_output", 2024).fill("67")
        draft.key("Tab")
    other = draft.open_window()
    other.goto(draft.page.url)
    other.locator("#cell-sme_output-2023").fill("59")
    expect(cell(draft, "sme_output", 2023)).to_have_value("59")
    with saving(draft):
        draft.page.locator("[data-undo]").click()
    assert stands(draft, "gross_output") == [["12345", "", ""]]  # the first has the focus
    assert stands(draft, "sme_output") == [["", "59", "67"]]
    assert told(draft, site, "gross_output", 2022)[1] == 12345
    draft.page.reload()
    expect(draft.page.locator("[data-undo]")).not_to_be_visible()
