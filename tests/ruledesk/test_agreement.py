"""A draft whose words, sources and thresholds do not fit together is not ready, and says where."""

from fractions import Fraction

import pytest

from applications.prescreening import read
from rulebook import agreement, loader
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
    assert [number for _typed, number in agreement.numbers_in(text, unit)] == [Fraction(value)]


@pytest.mark.parametrize(
    "text", ["近三年", "近3年", "〔2022〕119号", "第二章第六条", "第6条", "T-3", "the last 3 years", "in 2025"]
)
def test_years_articles_and_documents_are_no_numbers_of_a_clause(text):
    assert list(agreement.numbers_in(text, "yi_yuan")) == []


@pytest.mark.parametrize("code", loader.codes())
def test_the_rules_that_come_with_the_program_say_what_they_compare(code):
    rules = loader.load(code)
    assert [fault for rule in rules.rules for fault in agreement.faults(None, rules, rule.clause)] == []
