"""A scoring is taken whole or refused with its line, its item and the mend."""

import pytest

from rulebook import loader
from rulebook.differences import differences
from rulebook.loader import RuleFileError, load_text

SMALL = """code: small
version: "1"
process: evaluation
title: {zh: 小, en: small}
effective: {from: "2025-01-01"}
sources: {A: a document}
settings:
  limit:
    value: cap
    question: {zh: 问, en: ask}
    options: {cap: {zh: 封顶, en: cap}, bands_only: {zh: 只看档, en: bands}}
    source: none
scoring:
  items:
  - item: "1"
    name: {zh: 增长, en: growth}
    weight: "60"
    source: A
    article: one
    items:
    - item: "1.1"
      name: {zh: 产值, en: output}
      weight: "100"
      source: A
      article: one
      score: {growth: gross_output, over: "2", bands: [{more_than: "0.10", points: "100"}, {at_least: "0.10", points: "80"}, {otherwise: "0"}]}
  - item: "2"
    name: {zh: 治理, en: governance}
    weight: "40"
    source: A
    article: two
    score: {given: {zh: 人工, en: given}}
  adjustments:
  - item: "+1"
    name: {zh: 加分, en: bonus}
    kind: bonus
    most: "5"
    source: A
    article: three
    score: {given: {zh: 人工, en: given}}
  total: {least: "0", most: "100"}
  grades:
    source: A
    article: four
    listed:
    - {grade: good, name: {zh: 良好, en: good}, at_least: "75"}
    - {grade: fair, name: {zh: 合格, en: fair}, at_least: "60"}
    - {grade: poor, name: {zh: 不合格, en: poor}}
  stars:
    source: A
    article: five
    years: "2"
    table:
    - {grades: [good, good], stars: "3"}
    - {grades: [good, fair], stars: "2"}
  money:
    source: A
    article: six
    limit: "@limit"
    bands:
    - {at_least: "80", yuan: "600000"}
    - {at_least: "60", yuan: "200000"}
    years:
    - {year: "1", flat: "1000000"}
    - {year: "2", most: "600000"}
  notes:
  - {zh: 未载明, en: not said}
"""  # noqa: E501 (a rule file)

LEAF = "{given: {zh: 人工, en: given}}\n  adj"
GROWTH = '{growth: gross_output, over: "2", bands: [{more_than: "0.10", points: "100"}, {at_least: "0.10", points: "80"}, {otherwise: "0"}]}'  # noqa: E501
BANDS = 'bands: [{more_than: "0.10", points: "100"}, {at_least: "0.10", points: "80"}, {otherwise: "0"}]'

REFUSED = [
    # old, new, line, item, problem
    ('weight: "40"', 'weight: "30"', 14, "", "the weights of 1, 2 add up to 90 %, not 100 %"),
    ('weight: "40"', 'weight: "40.000000001"', 14, "", "add up to 100.000000001 %"),
    ('weight: "100"', 'weight: "99"', 20, "1", "the weights of 1.1 add up to 99 %"),
    ('weight: "40"', "weight: open", 14, "", "only some of the weights of 1, 2 are open"),
    ('weight: "40"', 'weight: "0"', 29, "2", "weight is 0"),
    ('weight: "40"', 'weight: "forty"', 29, "2", "weight has no number"),
    ('    weight: "40"\n', "", 27, "2", "weight is missing"),
    ('item: "2"', 'item: "1.1"', 14, "1.1", "two items have this number"),
    ('item: "+1"', 'item: "2"', 14, "2", "two items have this number"),
    ("process: evaluation\n", "", 12, "", "only an evaluation is scored"),
    ("  total: {", "  colour: red\n  total: {", 41, "", "“colour” is not known"),
    ("article: two\n", "article: two\n    items: []\n", 27, "2", "both score and items"),
    ("article: two\n    score: {given: {zh: 人工, en: given}}", "article: two", 27, "2", "neither score nor items"),
    ("article: two\n", 'article: two\n    as_a_whole: "yes"\n', 32, "2", "only a group"),
    ("source: A\n    article: two", "source: B\n    article: two", 30, "2", "source “B” is not known"),
    ("    article: two\n", "", 27, "2", "article is missing"),
    (LEAF, "{judged: {zh: 人工, en: given}}\n  adj", 32, "2", "the score comes from nothing"),
    (LEAF, "{given: {zh: 人工}}\n  adj", 32, "2", "en is missing"),
    (LEAF, '{given: {zh: 人工, en: given}, bands: "1"}\n  adj', 32, "2", "“bands” is not known"),
    (GROWTH, GROWTH.replace("gross_output", "gross"), 26, "1.1", "no indicator “gross”"),
    (GROWTH, GROWTH.replace("gross_output", "new_jobs"), 26, "1.1", "new_jobs is not collected for T-3"),
    (GROWTH, GROWTH.replace('over: "2"', 'over: "5"'), 26, "1.1", "over “5”"),
    (GROWTH, GROWTH.replace('over: "2"', "of: sme_output"), 26, "1.1", "growth and “of” do not fit"),
    (GROWTH, GROWTH.replace("growth:", "share:"), 26, "1.1", "share and “of” do not fit"),
    (GROWTH, GROWTH.replace("growth:", "figure:"), 26, "1.1", "a figure is of one year"),
    (GROWTH, GROWTH.replace("{growth:", "{figure: area_km2, growth:"), 26, "1.1", "figure and growth"),
    (BANDS, BANDS.replace("more_than", "at_least"), 26, "1.1", "do not go down"),
    (BANDS, BANDS.replace('{more_than: "0.10"', '{more_than: "0.05"'), 26, "1.1", "do not go down"),
    (BANDS, BANDS.replace(', {otherwise: "0"}', ""), 26, "1.1", "“at_least” is not known"),
    (BANDS, BANDS.replace('"80"', '"101"'), 26, "1.1", "a band gives 101 points"),
    (BANDS, BANDS.replace('"80"', '"-1"'), 26, "1.1", "a band gives -1 points"),
    (BANDS, BANDS.replace('at_least: "0.10", ', ""), 26, "1.1", "0 comparators"),
    (BANDS, 'bands: "high"', 26, "1.1", "bands is not a list"),
    ("kind: bonus", "kind: gift", 36, "+1", "kind “gift”"),
    ('most: "5"', 'most: "500"', 37, "+1", "most is 500"),
    ('least: "0"', 'least: "100"', 41, "", "least is not below most"),
    ('at_least: "75"', "at_least: open", 45, "", "only some cut-offs are open"),
    ('at_least: "75"', 'at_least: "60"', 45, "", "the cut-offs do not go down"),
    (', at_least: "75"', "", 45, "", "the cut-offs do not go down"),
    ("en: poor}", 'en: poor}, at_least: "0"', 45, "", "the lowest grade has a cut-off"),
    ("grade: fair", "grade: good", 45, "", "two grades have one code"),
    ("grades: [good, fair]", "grades: [good, great]", 55, "", "grade “great”"),
    ("grades: [good, fair]", "grades: [good]", 55, "", "there are 1 grades"),
    ("grades: [good, fair]", "grades: [good, good]", 55, "", "listed twice"),
    ('stars: "2"', 'stars: "2.5"', 55, "", "stars is not a whole number"),
    ('"@limit"', '"@bound"', 59, "", "no setting @bound"),
    ('"@limit"', "never", 59, "", "limit “never”"),
    ("bands_only:", "weekly:", 59, "", "limit “weekly”"),
    ('at_least: "80"', 'at_least: "60"', 60, "", "do not go down"),
    ('yuan: "200000"', 'yuan: "-1"', 62, "", "yuan is below 0"),
    ('flat: "1000000"', 'flat: "1", most: "2"', 64, "", "flat or up to a most"),
    ('year: "2"', 'year: "1"', 65, "", "this year is listed twice"),
    ("- {zh: 未载明, en: not said}", "- 未载明", 66, "", "a note is not"),
]


@pytest.mark.parametrize(("old", "new", "line", "item", "problem"), REFUSED)
def test_an_unsound_scoring_is_refused_with_its_place_and_the_mend(old, new, line, item, problem):
    assert SMALL.count(old) >= 1
    with pytest.raises(RuleFileError) as refused:
        load_text(SMALL.replace(old, new, 1), "small.yaml")
    error = refused.value
    assert (error.file, error.line, error.clause) == ("small.yaml", line, item), str(error)
    assert problem in error.problem and error.mend


def test_a_fourth_level_is_refused():
    text, pad = SMALL, "    "
    for depth in ("1.1", "1.1.1", "1.1.1.1"):
        deeper = (
            f'items:\n{pad}  - item: "{depth}.1"\n{pad}    name: {{zh: 深, en: deep}}\n{pad}    weight: "100"\n'
            f"{pad}    source: A\n{pad}    article: x\n{pad}    score: {{given: {{zh: 人, en: g}}}}"
        )
        old = f"score: {GROWTH}" if depth == "1.1" else "score: {given: {zh: 人, en: g}}"
        assert text.count(old) == 1
        pad += "  " if depth == "1.1" else "    "
        deeper = deeper.replace("\n" + pad[: -2 if depth == "1.1" else -4], "\n" + pad)
        text = text.replace(old, deeper)
        if depth == "1.1":
            assert load_text(text).scoring.items[0].parts[0].parts[0].item == "1.1.1"
            continue
        with pytest.raises(RuleFileError, match="more than three levels"):
            load_text(text)
        break


# Once used a rule set is never edited, only succeeded.
HASHES = {
    "jiangxi-evaluation": "6e6fdcb66644c29c4dc0859c92ddc13c8cf6e0604325a581894471cb3fad49b2",
    "xiamen-bands": "6623f62fdc9defec744d4dc551d1e0b208cacac38159170cb5d2f566142eab13",
}


@pytest.mark.parametrize("code", HASHES)
def test_an_evaluation_is_stored_and_written_like_every_rule_set(code):
    rule_set = loader.load(code)
    assert rule_set.hash == HASHES[code]
    assert rule_set.rules == () and rule_set.process == "evaluation"
    assert loader.load_canonical(rule_set.canonical_json).scoring == rule_set.scoring
    assert load_text(loader.dump_yaml(rule_set.content)).hash == rule_set.hash


def test_national_rules_are_not_scored(national):
    assert national.scoring is None


SAID = [
    ('weight: "60"', 'weight: "50"', 'weight: "40"', 'weight: "50"',
     ["评分 1 增长，权重：60% → 50%", "评分 2 治理，权重：40% → 50%"]),
    ('points: "80"', 'points: "70"', "", "",
     ["评分 1.1 产值，评分：按集群总产值增速（2 年）：高于 10%得 100 分；不低于 10%得 80 分；其他得 0 分 → "
      "按集群总产值增速（2 年）：高于 10%得 100 分；不低于 10%得 70 分；其他得 0 分"]),
    ("kind: bonus", "kind: deduction", "", "",
     ["评分 +1 加分：加分，最多 5 分；人工评分（人工） → 扣分，最多 5 分；人工评分（人工）"]),
    ('at_least: "75"', 'at_least: "85"', "", "", ["评分 等级“良好”：75 分及以上 → 85 分及以上"]),
    ('stars: "3"', 'stars: "5"', "", "", ["评分 “良好＋良好”的星级：★3 → ★5"]),
    ('yuan: "200000"', 'yuan: "300000"', "", "", ["评分 60 分及以上的奖励：200,000 元 → 300,000 元"]),
    ('most: "600000"', 'flat: "600000"', "", "", ["评分 第 2 年奖励：最高 600,000 元 → 600,000 元"]),
    ('    - {at_least: "60", yuan: "200000"}\n', "", "", "", ["评分 60 分及以上的奖励：删去 200,000 元"]),
    ("value: cap", "value: bands_only", "", "",
     ["口径（问）：封顶 → 只看档", "评分 当年最高金额是否生效：是 → 否"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "also", "by", "said"), SAID)
def test_what_differs_in_a_scoring_is_said_in_words(old, new, also, by, said):
    before, text = load_text(SMALL), SMALL.replace(old, new, 1)
    after = load_text(text.replace(also, by, 1) if also else text)
    found = differences(before, after)
    assert [one.words() for one in found] == said
    assert not any("\u4e00" <= sign <= "\u9fff" for one in found for sign in one.words("en"))
    assert differences(before, before) == []


def test_a_scoring_that_is_new_is_said_item_by_item(national):
    told = [one.words() for one in differences(load_text(SMALL), loader.load("jiangxi-evaluation"))]
    assert "评分 3 创新能力，权重：新增 15%" in told
    assert "评分 等级“优秀”：新增 来源未载明" in told
