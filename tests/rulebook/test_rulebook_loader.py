"""A rule file is taken whole or refused with file, line, clause and the mend."""

import hashlib
import json

import numpy as np
import pytest

from rulebook import loader
from rulebook.catalogue import INDICATORS
from rulebook.columns import Columns, OutOfRange
from rulebook.evaluate import evaluate
from rulebook.loader import RuleFileError, load_canonical, load_text, with_settings
from rulebook.operators import (
    CANNOT_TELL,
    INT64_MAX,
    MET,
    NOT_MET,
    Comparison,
    Either,
    Every,
    Leaf,
    Term,
)

# Once used a rule set is never edited, only succeeded: a new content needs a new file and version.
NATIONAL_2022 = "2a6020bec80ed9ec16d3760a2440de1c3ee5e0b4c2b87f0e82129e2a9dce9565"

SMALL = """code: small
version: "1"
title: {zh: 小, en: small}
effective: {from: "2025-01-01"}
sources: {A: a document}
settings:
  growth:
    value: cagr_2
    question: {zh: 问, en: ask}
    options: {cagr_2: {zh: 二, en: two}, cagr_3: {zh: 三, en: three}}
    source: none
rules:
- clause: "1"
  name: {zh: 面积, en: area}
  text: {zh: 面积不超过, en: at most}
  says: {zh: 读, en: read}
  source: A
  article: one
  kind: hard
  unit: km2
  test: {figure: area_km2, at_most: "100"}
- clause: "2"
  name: {zh: 增速, en: growth}
  text: {zh: 高于, en: more}
  says: {zh: 读, en: read}
  source: A
  article: two
  kind: hard
  unit: fraction
  test: {growth: gross_output, method: "@growth", more_than: "0.1"}
"""

AREA = '{figure: area_km2, at_most: "100"}'
GROWTH = '{growth: gross_output, method: "@growth", more_than: "0.1"}'

REFUSED = [
    ("area_km2", "area_km3", 21, "1", "no indicator “area_km3”"),
    ("  source: A\n  article: one", "  article: one", 13, "1", "source is missing"),
    ("  source: A\n  article: one", "  source: B\n  article: one", 17, "1", "source “B”"),
    ('- clause: "2"', '- clause: "1"', 22, "1", "two clauses"),
    (AREA, "{figure: area_km2}", 21, "1", "no comparator"),
    (AREA, '{figure: area_km2, at_most: ""}', 21, "1", "no number"),
    (AREA, "{figure: area_km2, at_most: 1e2}", 21, "1", "no number"),
    (AREA, '{figure: area_km2, at_most: "1.0000000001"}', 21, "1", "no number"),
    (AREA, '{figure: area_km2, at_most: "1", at_least: "0"}', 21, "1", "2 comparators"),
    (AREA, '{figure: area_km2, years: each, at_most: "100"}', 21, "1", "not collected for T-3, T-2"),
    (AREA, '{figure: area_km2, years: always, at_most: "100"}', 21, "1", "years “always”"),
    (AREA, '{figures: area_km2, at_most: "100"}', 21, "1", "compares nothing"),
    (AREA, '{figure: area_km2, growth: gross_output, at_most: "1"}', 21, "1", "figure and growth"),
    (AREA, '{any: [{figure: area_km2, at_most: "1"}]}', 21, "1", "two tests"),
    (AREA, '{count: [srdi_count, srdi_count], at_least: "1"}', 21, "1", "twice"),
    (AREA, '{count: [srdi_count], at_most: "1"}', 21, "1", "upwards"),
    (AREA, '{figure: area_km2, run: "__import__(1)", at_most: "1"}', 21, "1", "“run” is not known"),
    ("unit: km2", "unit: yi_yuan", 20, "1", "unit is yi_yuan but the test is in km2"),
    ("unit: km2", "unit: acre", 20, "1", "unit “acre”"),
    ("  unit: km2\n", "", 13, "1", "unit is missing"),
    ("kind: hard\n  unit: km2", "kind: strict\n  unit: km2", 19, "1", "kind “strict”"),
    ("kind: hard\n  unit: km2", "kind: manual\n  unit: km2", 21, "1", "no test"),
    ("kind: hard\n  unit: km2", "kind: conditional\n  unit: km2", 13, "1", "when is missing"),
    (
        "kind: hard\n  unit: km2",
        "kind: conditional\n  when: srdi_count\n  unit: km2",
        20,
        "1",
        "not answered by yes or no",
    ),
    ("  article: one", "  article: one\n  colour: red", 19, "1", "“colour” is not known"),
    ("{zh: 面积, en: area}", "{zh: 面积}", 14, "1", "en is missing"),
    ("value: cagr_2", "value: cagr_9", 8, "", "no option cagr_9"),
    (GROWTH, GROWTH.replace("@growth", "@speed"), 30, "2", "no setting @speed"),
    (GROWTH, GROWTH.replace("gross_output", "sme_output"), 30, "2", "not collected for T-4"),
    (GROWTH, GROWTH.replace("0.1", "-1"), 30, "2", "-100 %"),
    ("cagr_3: {zh", "weekly: {zh", 30, "2", "method “weekly”"),
    ("version:", "code: again\nversion:", 2, "", "said twice"),
    ("sources: {A: a document}", "sources: {A: &x a, B: *x}", 5, "", "anchors"),
    ("rules:", "rules: ]", 12, "", ""),
    ("version:", "colour: red\nversion:", 2, "", "not known"),
]


@pytest.mark.parametrize(("old", "new", "line", "clause", "problem"), REFUSED)
def test_an_unsound_file_is_refused_with_its_place_and_the_mend(old, new, line, clause, problem):
    assert SMALL.count(old) >= 1
    with pytest.raises(RuleFileError) as refused:
        load_text(SMALL.replace(old, new, 1), "small.yaml")
    error = refused.value
    assert (error.file, error.line, error.clause) == ("small.yaml", line, clause), str(error)
    assert problem in error.problem and error.mend


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rules",
        "- a",
        "code: x",
        SMALL.split("rules:", maxsplit=1)[0],
        SMALL.split("rules:", maxsplit=1)[0] + "rules: []",
    ],
)
def test_half_a_file_is_no_rule_set(text):
    with pytest.raises(RuleFileError):
        load_text(text)


@pytest.mark.parametrize("code", ["national-1999", "../secrets", "national-2022.yaml", "", "/etc/passwd"])
def test_an_unknown_rule_set_names_those_there_are(code):
    with pytest.raises(RuleFileError, match="national-2022"):
        loader.load(code)


def test_a_used_rule_set_is_never_edited(national):
    assert national.hash == NATIONAL_2022


def test_the_hash_is_of_the_content_not_of_its_layout():
    plain = load_text(SMALL)
    assert load_text("# a comment\n" + SMALL.replace("{zh: 面积, en: area}", "{en: area, zh: 面积}")).hash == plain.hash
    assert load_text(SMALL.replace('"100"', '"101"')).hash != plain.hash
    assert plain.hash == hashlib.sha256(plain.canonical_json.encode()).hexdigest()


def test_a_stored_rule_set_comes_back_the_same(national):
    stored = load_canonical(national.canonical_json)
    assert stored == national and stored.hash == national.hash
    assert json.loads(national.canonical_json) == national.content
    changed = with_settings(national, growth="cagr_3")
    assert load_canonical(changed.canonical_json).hash == changed.hash
    assert national.settings["growth"].value == "cagr_2"


def test_a_setting_that_is_not_there_is_refused(national):
    with pytest.raises(RuleFileError, match="no setting speed"):
        with_settings(national, speed="fast")
    with pytest.raises(RuleFileError, match="no option fast"):
        with_settings(national, growth="fast")


def test_each_clause_names_the_settings_it_reads(national):
    read = {rule.clause: rule.settings for rule in national.rules if rule.settings}
    assert read == {
        "1.5": ("share_years",),
        "1.6": ("share_years",),
        "1.7": ("growth",),
        "2.1": ("tier_count",),
        "4.1": ("growth",),
        "4.4": ("growth",),
        "4.5": ("patents_denominator",),
        "5.2": ("iiot_denominator",),
        "6.2": ("falling",),
    }


# ------------------------------------------------------------------ three values, and the proof of 64 bits


@pytest.mark.parametrize("a", [NOT_MET, CANNOT_TELL, MET])
@pytest.mark.parametrize("b", [NOT_MET, CANNOT_TELL, MET])
def test_kleene_and_or(a, b):
    def fixed(state):
        cell = ("area_km2", 1) if state != CANNOT_TELL else ("area_km2", 9)
        return Leaf(Comparison("equals", (Term(0, (cell,)),), (Term(0 if state == MET else 1),)))

    one = Columns.of_one({("area_km2", 2024): INDICATORS["area_km2"].high}, 2025)
    table_and = {NOT_MET: NOT_MET, CANNOT_TELL: b if b == NOT_MET else CANNOT_TELL, MET: b}
    table_or = {NOT_MET: b, CANNOT_TELL: b if b == MET else CANNOT_TELL, MET: MET}
    assert fixed(a).states(one, exact=False)[0] == a
    assert Every((fixed(a), fixed(b))).states(one, exact=False)[0] == table_and[a]
    assert Either((fixed(a), fixed(b))).states(one, exact=False)[0] == table_or[a]


def test_the_default_readings_are_proven_to_fit_64_bits(national):
    assert [rule.clause for rule in national.rules if not rule.fits_int64] == []


def test_a_reading_that_could_overflow_is_computed_with_python_integers(national):
    """Mean of rates multiplies two outputs, mean of shares three: the proof fails, the verdict stays right."""
    mean = with_settings(national, growth="mean_of_rates", share_years="mean")
    wide = {rule.clause for rule in mean.rules if not rule.fits_int64}
    assert {"1.5", "1.6"} <= wide
    rule = mean.by_clause["1.5"]
    top = INDICATORS["gross_output"].high
    years = {("gross_output", 2025 - back): top for back in (1, 2, 3)}
    whole = Columns.of_one({**years, **{("sme_output", 2025 - back): top for back in (1, 2, 3)}}, 2025)
    assert whole.whole and rule.logic is not None
    assert evaluate(mean, whole)["1.5"][0] == rule.logic.states(whole, exact=True)[0] == MET
    assert rule.logic.states(whole, exact=False)[0] != MET, "without the fall-back 64 bits overflow here"


def test_the_proof_counts_the_largest_number_that_can_appear():
    product = Comparison("at_least", (Term(3, (("gross_output", 1), ("gross_output", 2))),), (Term(5),))
    scale, reach = {"gross_output": 4}.__getitem__, {"gross_output": 10**9}.__getitem__
    assert product.largest(scale, reach) == 3 * 10**18 < INT64_MAX
    assert Comparison("at_least", (Term(11, product.left[0].cells),), (Term(1),)).largest(scale, reach) > INT64_MAX


def test_ready_columns_outside_the_range_are_refused():
    with pytest.raises(OutOfRange, match="area_km2"):
        Columns.from_arrays({("area_km2", 1): np.array([10**9 + 1])}, {})
    with pytest.raises(OutOfRange, match="area_km2"):
        Columns.from_arrays({("area_km2", 1): np.array([-1])}, {})


def test_what_stands_under_a_mask_is_never_read(national):
    """A number left in a missing cell is no base and no count."""
    numbers = {("gross_output", 1): [500000], ("sme_output", 1): [400000], ("champion_count", 1): [3]}
    hidden = {cell: np.array([False]) for cell in numbers if cell[0] != "sme_output"}
    columns = Columns.from_arrays({cell: np.array(column) for cell, column in numbers.items()}, hidden)
    found = evaluate(national, columns)
    assert [int(found[clause][0]) for clause in ("1.5", "2.1")] == [CANNOT_TELL, CANNOT_TELL]
