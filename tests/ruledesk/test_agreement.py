"""A draft whose words, sources and thresholds do not fit together is not ready, and says where."""

import copy
import dataclasses
from fractions import Fraction

import pytest

from applications.prescreening import read
from rulebook import agreement, loader
from rulebook.numerals import numbers_in
from rulebook.rules import Rule
from ruledesk import actions, drafting
from ruledesk.readiness import readiness
from tests.ruledesk import desk
from workflow.refusals import StepRefused

pytestmark = pytest.mark.django_db


def edited(draft, clause: str, **changes):
    """Return the draft with a clause that says something else; the rest of the clause stays."""
    raw = dict(drafting.clause_of(draft.content, clause)) | changes
    return actions.edit(draft, drafting.with_clause(draft.content, clause, raw), version=draft.version,
                        by=draft.opened_by)  # fmt: skip


def words(draft, clause: str) -> dict:
    raw = drafting.clause_of(draft.content, clause)
    return {part: dict(raw[part]) for part in ("text", "says")}


def faults(draft, clause: str) -> list[str]:
    check = desk.check_of(draft, clause)
    assert all(f"第 {clause} 条：{fault}。" in readiness(draft).missing for fault in check.faults)
    assert not (check.faults and check.is_ready)
    return check.faults


@pytest.fixture
def raised(country):
    """1.4 raised from 40 to 50 with words, source and cases: nothing is wrong with it."""
    draft = desk.raised(desk.opened())
    assert faults(draft, "1.4") == [] and desk.check_of(draft, "1.4").is_ready
    return draft


@pytest.mark.parametrize(
    ("part", "lang", "told"),
    [("text", "zh", "条款原文未变"), ("text", "en", "条款原文的英文未变"), ("says", "zh", "解读文字未变"),
     ("says", "en", "解读的英文未变")],
)  # fmt: skip
def test_a_raised_threshold_under_unchanged_words_is_a_fault(raised, part, lang, told):
    before, now = drafting.clause_of(read(raised.parent).content, "1.4"), words(raised, "1.4")
    now[part][lang] = before[part][lang]
    edited(raised, "1.4", **now)
    found = faults(raised, "1.4")
    assert any(told in fault for fault in found)
    assert len(found) == 2 and "标准值是 50" in found[1]  # the old number stands in it too
    with pytest.raises(StepRefused):
        actions.propose(desk.reported(desk.dated(raised)), version=raised.version, by=raised.opened_by)


def test_a_comparator_alone_changed_under_unchanged_words_is_a_fault(country):
    draft = desk.opened()
    test = dict(drafting.clause_of(draft.content, "1.6")["test"])
    test["at_least"] = test.pop("more_than")
    edited(draft, "1.6", test=test)
    assert [fault.partition("，")[2] for fault in faults(draft, "1.6")] == [
        "条款原文未变", "条款原文的英文未变", "解读文字未变", "解读的英文未变",
    ]  # fmt: skip


def test_a_threshold_in_a_branch_of_a_setting_that_is_not_chosen_counts_too(country):
    draft = desk.opened()
    test = dict(drafting.clause_of(draft.content, "5.2")["test"])
    test["sme_count"] = {**test["sme_count"], "at_least": "0.2"}
    edited(draft, "5.2", test=test)
    assert len(faults(draft, "5.2")) == 4


def test_a_threshold_raised_by_a_document_the_version_before_knew_is_a_fault(raised):
    content = drafting.with_reason(raised.content, "1.4", "STD", "总产值门槛提高。")
    actions.edit(raised, content, version=raised.version, by=raised.opened_by)
    assert faults(raised, "1.4") == ["标准值或比较方式已变，来源仍是上一版本已有的文件"]


def test_another_reading_with_unchanged_words_of_it_is_a_fault_at_each_clause_that_reads_it(country):
    draft = desk.opened()
    content = drafting.with_setting(draft.content, "growth", "mean_of_rates")
    actions.edit(draft, content, version=draft.version, by=draft.opened_by)
    for clause in ("1.7", "4.1", "4.4"):
        assert faults(draft, clause) == ["口径已变，解读文字未变", "口径已变，解读的英文未变"]
    edited(draft, "1.7", says={"zh": "两个年度增速的算术平均高于10%。", "en": "The mean of both rates is above 10 %."})
    assert faults(draft, "1.7") == []


def test_other_years_in_the_test_itself_are_another_reading(country):
    draft = desk.opened()
    edited(draft, "1.4", test={**drafting.clause_of(draft.content, "1.4")["test"], "years": "mean"})
    assert faults(draft, "1.4") == ["口径已变，解读文字未变", "口径已变，解读的英文未变"]


@pytest.mark.parametrize(
    ("part", "lang", "typed", "told"),
    [
        ("text", "zh", "近三年产值均在五亿元以上", "五亿"),
        ("text", "en", "Output of 4 billion yuan or more", "4 billion"),
        ("says", "zh", "由40亿元提高，三个年度都不低于50亿元", "40亿"),
        ("says", "en", "At least 500 × 100 million yuan", "500 × 100 million"),
    ],
)
def test_a_number_in_the_words_that_is_no_threshold_is_a_fault(raised, part, lang, typed, told):
    now = words(raised, "1.4")
    now[part][lang] = typed
    edited(raised, "1.4", **now)
    (fault,) = faults(raised, "1.4")
    assert f"写的是 {told}，标准值是 50" in fault


@pytest.mark.parametrize(
    "typed", ["近三年产值均在五十亿元以上", "2026年起，50亿元以上", "均在500000万元以上", "５０亿元以上"]
)
def test_the_same_number_written_otherwise_is_none(raised, typed):
    now = words(raised, "1.4")
    now["text"]["zh"] = typed
    edited(raised, "1.4", **now)
    assert faults(raised, "1.4") == []


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("百分之七十点五", "fraction", "0.705"), ("70.5 %", "fraction", "0.705"), ("12个百分点", "fraction", "0.12"),
        ("一百二十家", "enterprise", "120"), ("10 000 persons", "person", "10000"), ("5万人", "person", "50000"),
        ("4 billion yuan", "yi_yuan", "40"), ("1.5万亿元", "yi_yuan", "15000"), ("100 km²", "km2", "100"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, unit, value):
    assert [number for _typed, number in numbers_in(text, unit)] == [Fraction(value)]


@pytest.mark.parametrize(
    "text", ["近三年", "近3年", "〔2022〕119号", "第二章第六条", "第6条", "T-3", "the last 3 years", "in 2025"]
)
def test_years_articles_and_documents_are_no_numbers_of_a_clause(text):
    assert list(numbers_in(text, "yi_yuan")) == []


@pytest.mark.parametrize("code", loader.codes())
def test_the_rules_that_come_with_the_program_say_what_they_compare(code):
    rules = loader.load(code)
    assert [fault for rule in rules.rules for fault in agreement.faults(None, rules, rule.clause)] == []
    assert agreement.faults(None, rules, agreement.SCORING) == []


# --- What is asked besides thresholds -------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "changes"),
    [("1.7", {"kind": "soft"}), ("1.7", {"veto": "yes"}), ("1.4", {"kind": "mixed"}), ("1.1", {"kind": "open"}),
     ("6.3", {"kind": "hard", "when": None}), ("6.3", {"when": "is_high_water_industry"})],
)  # fmt: skip
def test_another_kind_veto_or_condition_under_unchanged_words_of_our_reading_is_a_fault(country, clause, changes):
    draft = desk.opened()
    raw = {name: told for name, told in (dict(drafting.clause_of(draft.content, clause)) | changes).items() if told}
    draft = actions.edit(draft, drafting.with_clause(draft.content, clause, raw), version=draft.version,
                         by=draft.opened_by)  # fmt: skip
    told = "条款的性质、适用条件或一票否决已变，"
    assert faults(draft, clause) == [f"{told}解读文字未变", f"{told}解读的英文未变"]
    now = words(draft, clause)["says"]
    edited(draft, clause, says={"zh": now["zh"].rstrip("。") + "，要求有变。", "en": now["en"]})
    assert faults(draft, clause) == [f"{told}解读的英文未变"]


def test_every_member_of_a_rule_is_compared_but_those_that_ask_nothing():
    """A member that is new is compared until somebody says why it asks nothing."""
    members = {one.name for one in dataclasses.fields(Rule)}
    assert agreement.ASKS_NOTHING.keys() <= members
    assert members - agreement.ASKS_NOTHING.keys() == {"kind", "veto", "when", "unit_code", "settings"}


# --- Numbers as words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("不少于三项", "", "3"), ("十件以上", "", "10"), ("五百人", "", "500"), ("十五件/万人", "", "15"),
        ("六成", "fraction", "0.6"), ("六成五", "fraction", "0.65"), ("6成以上", "fraction", "0.6"),
        ("三分之二以上", "fraction", "2/3"), ("超过半数", "fraction", "1/2"), ("千分之三", "fraction", "0.003"),
        ("四点五亿元", "yi_yuan", "4.5"), ("至少一家", "", "1"), ("一项以上", "", "1"),
        ("forty hundred million", "yi_yuan", "40"), ("forty hundred million yuan", "yi_yuan", "40"),
        ("four billion yuan", "yi_yuan", "40"), ("one half", "fraction", "1/2"), ("more than half", "fraction", "1/2"),
        ("Two thirds", "fraction", "2/3"), ("seventy percent", "fraction", "0.7"),
        ("one hundred and twenty SMEs", "", "120"), ("forty-five SMEs", "", "45"), ("at least three titles", "", "3"),
        ("one enterprise or more", "", "1"), ("two hundred thousand persons", "", "200000"),
    ],
)  # fmt: skip
def test_numbers_in_words_are_read_before_any_measure_word(text, unit, value):
    assert [number for _typed, number in numbers_in(text, unit)] == [Fraction(value)]


@pytest.mark.parametrize(
    "text",
    ["三年来，一是，其一，第一，一定，一般，一家企业，每一项，三个年度，三个月",
     "两化融合、三位一体、一批二次创新、数十家、十余家、几百人", "二、三级指标，十部门，十四五，一成不变，三成员",
     "each of the last three years, one of them, the three kinds, one of the two",
     "the second half, half a year, a two-year term, the third, three yearly rates"],
)  # fmt: skip
def test_what_counts_nothing_to_compare_is_no_number(text):
    assert list(numbers_in(text, "fraction")) == []


# --- An evaluation -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ({"zh": "由评价人员给出，满分20分", "en": "out of 10"}, [("says", "zh", "20")]),
        ({"zh": "最高加十分", "en": "up to fifteen points"}, [("says", "en", "fifteen")]),
        ({"zh": "每项加2分，最高加10分", "en": "2 points each, at most 10 points"}, []),
    ],
)
def test_what_an_evaluation_says_of_full_marks_is_compared_with_its_points(says, told):
    content = copy.deepcopy(loader.load("jiangxi-evaluation").content)
    adjustment = {"item": "加分", "name": {"zh": "加分", "en": "Bonus"}, "kind": "bonus", "most": "10",
                  "source": "JX-1", "article": "加分", "score": {"given": says}}  # fmt: skip
    content["scoring"]["adjustments"] = [adjustment]
    found = agreement.faults(None, loader.build(content, "test"), agreement.SCORING)
    assert [(one.part, one.lang, one.number) for one in found] == told
    assert all((one.code, one.item, one.thresholds) == ("points", "加分", ("10",)) for one in found)


def test_a_number_in_the_name_of_a_scored_item_or_a_grade_is_compared_with_bounds_and_points():
    content = copy.deepcopy(loader.load("jiangxi-evaluation").content)
    item, grades = content["scoring"]["items"][0], content["scoring"]["grades"]["listed"]
    item["name"] = {"zh": "产值增速（12%以上得一百分）", "en": "Growth (10 % or more)"}
    item["score"] = {"growth": "gross_output", "bands": [{"at_least": "0.1", "points": "100"}, {"otherwise": "0"}]}
    for grade, cut in zip(grades, ("90", "80", "60"), strict=False):
        grade["at_least"] = cut
    grades[0]["name"] = {"zh": "优秀（95分以上）", "en": "excellent"}
    found = agreement.faults(None, loader.build(content, "test"), agreement.SCORING)
    assert [(one.item, one.number) for one in found] == [("1", "12%"), ("excellent", "95")]
