"""A rule is changed: the ministry drafts, tests and reports, a second person approves, a county reads the news."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from programmes.models import RuleSet
from tests import situations
from tests.journeys.cast import COUNTY, MINISTRY, NEIGHBOUR, PROVINCE, SECOND_MINISTRY
from tests.journeys.staging import bid

SOURCE = "关于调整集群认定标准的通知（工信厅企业〔2026〕9号）"
WORDING = "近三年产值均在50亿元以上"
IN_ENGLISH = "Output of 5 billion yuan or more in each of the last three years"
SAYS = "三个年度的集群总产值都不低于50亿元（“以上”含本数）。"
SAYS_IN_ENGLISH = "Gross output is at least 50 × 100 million yuan in each of the three years."
FIGURES = situations.GOOD | {
    "gross_output": ("45", "60", "80"), "sme_output": ("40", "50", "66"), "leading_output": ("38", "46", "62"),
}  # fmt: skip


@pytest.fixture(scope="module")
def cases(site) -> dict[str, int]:
    """A county's draft and a recommended case, both with 45 in the first year: enough for 40, too little for 50."""
    with site.data():
        draft = bid("历下区规则试点产业集群", COUNTY, situations.filled, figures=FIGURES)
        recommended = bid("黄岛区规则试点产业集群", NEIGHBOUR, situations.recommended, figures=FIGURES)
        return {"draft": draft.pk, "recommended": recommended.pk}


def test_from_a_draft_of_rules_to_the_news_in_the_county(site, visit, cases):
    bu = visit(site, MINISTRY)
    a_draft_is_begun(bu)
    the_clause_is_changed_in_its_form(bu)
    the_cases_are_confirmed(bu)
    the_dates_are_set_and_the_effect_reported(bu)
    it_is_proposed_and_not_approved_by_its_writer(bu)
    wu = visit(site, SECOND_MINISTRY)
    a_second_person_approves(wu, bu.path)
    proposal = it_is_proposed_to_be_brought_into_force(wu)
    another_person_brings_it_into_force(bu, proposal)
    the_county_reads_what_changed(visit(site, COUNTY), cases)
    what_was_recommended_keeps_its_screening(visit(site, PROVINCE), bu, cases)
    with site.data():
        stored = RuleSet.objects.get(code="national-2022", version="2")
        assert (stored.written_by.user.email, stored.approved_by.user.email) == (MINISTRY.email, SECOND_MINISTRY.email)


def a_draft_is_begun(bu):
    """From the stored version, with the next number; the list shows it as under way."""
    bu.go("/rules/")
    bu.follow(re.compile("2022年版"))
    bu.follow(bu.word("Begin a draft from this version"))
    bu.press(bu.word("Begin the draft"))
    bu.reads(bu.word("The first day of effect is not set."))
    expect(bu.page.get_by_role("link", name=bu.word("Propose for approval"))).to_have_count(0)


def the_clause_is_changed_in_its_form(bu):
    """40 becomes 50, by hand and without any code; a wrong number is said at its field."""
    draft = bu.path
    bu.go(f"{draft}clauses/1.4/")
    bu.page.locator("[name=part-0-value]").fill("五十")
    with bu.expecting("422"):
        bu.press(bu.word("Save the clause"))
    bu.reads("“五十”不是数字")
    bu.page.locator("[name=part-0-value]").fill("50")
    words = {"text_zh": WORDING, "text_en": IN_ENGLISH, "says_zh": SAYS, "says_en": SAYS_IN_ENGLISH}
    for name, text in words.items():
        bu.page.locator(f"[name={name}]").fill(text)
    bu.page.locator("[name=change_source]").select_option("+")
    bu.page.locator("[name=new_source]").fill(SOURCE)
    bu.page.locator("[name=change_words]").fill("总产值门槛由40亿元提高到50亿元。")
    bu.press(bu.word("Save the clause"))
    bu.reads("不低于 40 亿元 → 不低于 50 亿元")
    bu.reads(SOURCE)


def the_cases_are_confirmed(bu):
    """The desk proposes just below, on, just above and missing; they come out green."""
    bu.follow(bu.word("Confirm the test cases"))
    for words in ("49.9999", "50.0001", "恰为界限值", "缺数"):
        bu.reads(words)
    bu.press(bu.word("Confirm these cases"))
    bu.reads("个用例，均与预期一致")


def the_dates_are_set_and_the_effect_reported(bu):
    """The checklist grows shorter until nothing is missing."""
    bu.follow(bu.word("Set title and dates"))
    bu.page.locator("[name=title_zh]").fill("中小企业特色产业集群认定标准（2026年修订）")
    bu.page.locator("[name=starts]").fill(timezone.localdate().isoformat())
    bu.press(bu.word("Save"))
    bu.reads(bu.word("There is no effect report for exactly this content."))
    bu.press(bu.word("Make the effect report"))
    bu.reads("1 → 0")
    bu.reads("黄岛区规则试点产业集群")
    bu.follow(bu.word("Back to the draft"))
    bu.reads(bu.word("Nothing is missing: the draft can be proposed"))


def it_is_proposed_and_not_approved_by_its_writer(bu):
    """Whoever wrote it waits for somebody else."""
    bu.follow(bu.word("Propose for approval"))
    bu.press(bu.word("Propose for approval"))
    bu.reads(bu.word("You wrote some of it, so somebody else approves it."))
    expect(bu.page.get_by_role("link", name=bu.word("Approve", context="rules"))).to_have_count(0)


def a_second_person_approves(wu, draft):
    """The page names what becomes of it; then it is a stored version."""
    wu.go(draft)
    wu.follow(wu.word("Approve", context="rules"))
    wu.reads(wu.word("Drafts of counties are not touched by it until it is brought into force in a call."))
    wu.press(wu.word("Approve and store for good"))
    wu.reads("部文起草，部核批准")
    wu.reads("2026年修订")


def it_is_proposed_to_be_brought_into_force(wu):
    """In the open call, with how many it concerns and a reason; who proposes it does not confirm it."""
    wu.follow(wu.word("Bring into force in a call"))
    wu.follow(wu.word("See what it means and bring it into force"))
    wu.reads("1 份草稿将按新规则判断")
    wu.reads("已提交的 1 份申报保留")
    address = wu.path
    wu.page.locator("[name=words]").fill("自今日起按新标准预审。")
    wu.press(wu.word("Propose to bring it into force"))
    wu.reads("已提请在")
    wu.go(address)
    wu.reads(wu.word("You proposed it. A second person of your authority brings it into force."))
    expect(wu.page.get_by_role("button", name=wu.word("Bring into force"), exact=True)).to_have_count(0)
    return address


def another_person_brings_it_into_force(bu, address):
    """The page shows the reason; the call is judged by it from then on."""
    bu.go(address)
    bu.reads("自今日起按新标准预审。")
    bu.press(bu.word("Bring into force"))
    bu.reads("已在")


def the_county_reads_what_changed(li, cases):
    """What differs, and what it does to its own draft."""
    li.go(f"/applications/{cases['draft']}/")
    li.reads("自今日起按新标准预审。")
    expect(li.page.locator("main")).to_contain_text("不低于 50 亿元")
    li.go("/rules/")
    li.follow(re.compile("2026年修订"))
    li.reads(WORDING)


def what_was_recommended_keeps_its_screening(zhao, bu, cases):
    """The ministry sees the old verdict with the old threshold; a province reads the rules and no drafts of others."""
    bu.go(f"/applications/{cases['recommended']}/")
    expect(bu.page.locator("main")).to_contain_text("不低于 40 亿元")
    zhao.go("/rules/")
    zhao.does_not_read(zhao.word("Drafts under way"))
