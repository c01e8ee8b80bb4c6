"""Totals, grades, stars and money: the confirmed facts, what is missing, and a plain second implementation."""

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook import loader
from rulebook.rules import Reason
from rulebook.scoring.marks import PointsError, score
from rulebook.scoring.rewards import in_bottom, payment_of, running, stars_of
from rulebook.scoring.words import left_open, payment_says, says, stars_say
from tests.examples import examples

WEIGHTS = [15, 15, 15, 10, 15, 10, 10, 10]
NAMES = ["规模效益", "项目支撑", "创新能力", "市场体系", "公共服务", "智慧集群", "绿色集约", "政策服务"]
GRADED = """
code: graded
version: "1"
process: evaluation
title: {zh: 评分, en: graded}
effective: {from: "2025-01-01"}
sources: {A: a document}
scoring:
  items:
  - item: "1"
    name: {zh: 增长, en: growth}
    weight: "60"
    source: A
    article: one
    items:
    - item: "1.1"
      name: {zh: 产值增速, en: growth of output}
      weight: "50"
      source: A
      article: one
      score: {growth: gross_output, over: "2", bands: [{at_least: "0.10", points: "100"}, {more_than: "0", points: "60"}, {otherwise: "0"}]}
    - item: "1.2"
      name: {zh: 专利增量, en: more patents}
      weight: "30"
      source: A
      article: one
      score: {increment: valid_invention_patents, bands: [{at_least: "20", points: "100"}, {otherwise: "40"}]}
    - item: "1.3"
      name: {zh: 占比, en: share}
      weight: "20"
      source: A
      article: one
      items:
      - item: "1.3.1"
        name: {zh: 中小企业占比, en: share of SMEs}
        weight: "100"
        source: A
        article: one
        score: {share: sme_output, of: gross_output, bands: [{at_least: "0.7", points: "90"}, {otherwise: "30"}]}
  - item: "2"
    name: {zh: 治理, en: governance}
    weight: "40"
    source: A
    article: two
    score: {given: {zh: 人工评分, en: given}}
  adjustments:
  - item: "+1"
    name: {zh: 标准加分, en: bonus for standards}
    kind: bonus
    most: "5"
    source: A
    article: three
    score: {figure: standards_count, bands: [{at_least: "2", points: "5"}, {otherwise: "0"}]}
  - item: "-1"
    name: {zh: 迟报扣分, en: deduction for late reports}
    kind: deduction
    most: "10"
    source: A
    article: three
    score: {given: {zh: 人工扣分, en: given}}
  grades:
    source: A
    article: four
    listed:
    - {grade: excellent, name: {zh: 优秀, en: excellent}, at_least: "90"}
    - {grade: good, name: {zh: 良好, en: good}, at_least: "75"}
    - {grade: qualified, name: {zh: 合格, en: qualified}, at_least: "60"}
    - {grade: unqualified, name: {zh: 不合格, en: not qualified}}
  stars:
    source: A
    article: five
    years: "2"
    order: in_order
    table: [{grades: [good, excellent], stars: "4"}]
"""  # noqa: E501 (a rule file)


@pytest.fixture(scope="module")
def jiangxi():
    return loader.load("jiangxi-evaluation").scoring


@pytest.fixture(scope="module")
def xiamen():
    return loader.load("xiamen-bands").scoring


@pytest.fixture(scope="module")
def graded():
    return loader.load_text(GRADED).scoring


def full(value="80", **changes):
    """Points for the eight indicators of Jiangxi; full(_3=None) leaves the third out."""
    points = {str(i): F(value) for i in range(1, 9)}
    for name, changed in changes.items():
        points.pop(name.removeprefix("_"))
        if changed is not None:
            points[name.removeprefix("_")] = F(changed)
    return points


def money_for(scoring, total, year):
    return payment_of(scoring.money, F(total), F(total), year)


# ------------------------------------------------------------------ Jiangxi


def test_the_weights_of_jiangxi_are_those_of_the_measure(jiangxi):
    assert [(item.name.zh, item.weight) for item in jiangxi.items] == list(zip(NAMES, WEIGHTS, strict=True))
    assert sum(WEIGHTS) == 100


def test_a_full_set_of_points_makes_the_weighted_total(jiangxi):
    points = {str(i): F(60 + i) for i in range(1, 9)}
    told = score(jiangxi, points)
    assert told.told and told.least == sum(F(60 + i) * w for i, w in zip(range(1, 9), WEIGHTS, strict=True)) / 100
    assert score(jiangxi, full("100")).least == 100 and score(jiangxi, full("0")).most == 0


def test_a_missing_item_leaves_the_range_the_total_can_take(jiangxi):
    told = score(jiangxi, full("80", _4=None))
    assert (told.least, told.most) == (F(72), F(82)) and not told.told
    sentences = says(told, jiangxi)
    assert sentences[0] == "总分尚不能确定，介于 72 分至 82 分之间。"
    assert "4 市场体系：尚未评分。" in sentences
    assert score(jiangxi, {}).least == 0 and score(jiangxi, {}).most == 100


def test_the_cut_offs_of_jiangxi_are_not_invented(jiangxi):
    """Even the best total has no grade while the sources do not say where grades begin."""
    told = score(jiangxi, full("100"))
    assert told.grade is None and told.grade_reason == Reason("cut_offs_open")
    assert [grade.name.zh for grade in jiangxi.grades.listed] == ["优秀", "良好", "合格", "不合格"]
    assert all(grade.at_least is None for grade in jiangxi.grades.listed)
    assert says(told, jiangxi)[:2] == ["总分 100 分，满分 100 分。", "等级不能确定：各等级的分数线在来源中未载明。"]
    assert says(told, jiangxi, "en")[:2] == [
        "Total: 100 of 100 points.",
        "The grade cannot be settled, as the sources do not say at which totals grades begin.",
    ]
    assert any("20项二级指标和37项三级指标" in sentence for sentence in left_open(jiangxi))
    assert len(left_open(jiangxi, "en")) == len(left_open(jiangxi)) == 4


@pytest.mark.parametrize(
    ("first", "second", "stars"),
    [
        ("excellent", "excellent", 5),
        ("excellent", "good", 4),
        ("good", "excellent", 4),
        ("good", "good", 3),
        ("excellent", "qualified", None),
        ("qualified", "good", None),
        ("qualified", "qualified", None),
        ("unqualified", "excellent", None),
    ],
)
def test_two_years_of_grades_make_stars(jiangxi, first, second, stars):
    award = stars_of(jiangxi.stars, jiangxi.grades, {2019: first, 2020: second}, 2020)
    assert award.stars == stars and (award.reason is None) == (stars is not None)
    if stars is None:
        assert award.reason == Reason("not_listed")
        assert stars_say(award, jiangxi.grades).endswith("来源未载明这一组合的星级，不评星。")


def test_stars_are_said_in_both_languages(jiangxi):
    award = stars_of(jiangxi.stars, jiangxi.grades, {2019: "excellent", 2020: "good"}, 2020)
    assert stars_say(award, jiangxi.grades) == "2019 年优秀、2020 年良好，评为四星（★4）。"
    assert stars_say(award, jiangxi.grades, "en") == "2019 excellent, 2020 good: 4 stars (★4)."


def test_a_year_without_a_grade_gives_no_stars(jiangxi):
    for by_year in ({2020: "excellent"}, {2018: "excellent", 2020: "excellent"}, {2019: None, 2020: "excellent"}):
        award = stars_of(jiangxi.stars, jiangxi.grades, by_year, 2020)
        assert award.stars is None and award.reason == Reason("grade_missing", {"years": "2019"})
        assert stars_say(award, jiangxi.grades) == "缺少 2019 年的等级，不能评星。"
    with pytest.raises(ValueError, match="superb"):
        stars_of(jiangxi.stars, jiangxi.grades, {2019: "superb"}, 2020)


def test_whether_the_order_of_years_counts_is_a_setting(graded):
    good_first = stars_of(graded.stars, graded.grades, {2019: "good", 2020: "excellent"}, 2020)
    good_last = stars_of(graded.stars, graded.grades, {2019: "excellent", 2020: "good"}, 2020)
    assert (good_first.stars, good_last.stars) == (4, None)
    ordered = loader.with_settings(loader.load("jiangxi-evaluation"), star_order="in_order").scoring
    assert stars_of(ordered.stars, ordered.grades, {2019: "good", 2020: "excellent"}, 2020).stars is None
    assert stars_of(ordered.stars, ordered.grades, {2019: "excellent", 2020: "good"}, 2020).stars == 4


# ------------------------------------------------------------------ Xiamen

BANDS = [
    ("0", 0),
    ("59.99", 0),
    ("59.999999999", 0),
    ("60", 200_000),
    ("69.99", 200_000),
    ("70", 400_000),
    ("79.99", 400_000),
    ("79.999999999", 400_000),
    ("80", 600_000),
    ("100", 600_000),
]


@pytest.mark.parametrize(("total", "yuan"), BANDS)
def test_the_bands_of_xiamen(xiamen, total, yuan):
    assert money_for(xiamen, total, 1).most == 1_000_000, "the first year is flat"
    assert money_for(xiamen, total, 2).most == min(yuan, 600_000)
    assert money_for(xiamen, total, 3).most == min(yuan, 400_000)


def test_what_the_limit_of_a_year_does_is_a_setting():
    bands_only = loader.with_settings(loader.load("xiamen-bands"), year_limit="bands_only").scoring
    assert money_for(bands_only, "80", 3).most == 600_000
    assert money_for(bands_only, "80", 1).most == 1_000_000


def test_a_year_the_sources_do_not_name_pays_nothing_anybody_could_tell(xiamen):
    for year in (0, 4, 10):
        payment = money_for(xiamen, "90", year)
        assert payment.most is None and payment.reason == Reason("year_not_listed") and not payment.told
        assert payment_says(payment, xiamen.money).endswith("来源未载明奖励标准，金额不能确定。")


def test_money_is_said_in_words(xiamen):
    def said(total, year, lang="zh"):
        return payment_says(money_for(xiamen, total, year), xiamen.money, lang)

    assert said("85", 1) == "认定后第 1 年：奖励 1,000,000 元，与得分无关。"
    assert said("85", 2) == "认定后第 2 年：奖励 600,000 元。"
    assert said("85", 3) == "认定后第 3 年：得分档次高于当年最高金额，奖励 400,000 元。"
    assert said("59.99", 2) == "认定后第 2 年：得分低于 60 分，没有对应的奖励档次。"
    assert said("70", 2, "en") == "Year 2 after recognition: 400,000 yuan."
    between = payment_of(xiamen.money, F("55"), F("75"), 2)
    assert (between.least, between.most) == (0, 400_000)
    assert payment_says(between, xiamen.money) == "认定后第 2 年：得分尚不能确定，奖励介于 0 元至 400,000 元之间。"
    assert payment_of(xiamen.money, F("60"), F("69"), 2).told, "one band, whatever is missing"


def test_aspects_whose_weights_nobody_knows_leave_the_total_between_the_lowest_and_the_highest(xiamen):
    aspects = {f"1.{i}": F(60 + i) for i in range(1, 8)}
    told = score(xiamen, aspects)
    assert (told.least, told.most) == (61, 67)
    assert any("权重在来源中未载明" in sentence for sentence in says(told, xiamen))
    alike = score(xiamen, {f"1.{i}": F(70) for i in range(1, 8)})
    assert alike.told and alike.least == 70
    assert score(xiamen, {"1": F("82.5")}).least == F("82.5"), "the city's own total, as a whole"
    with pytest.raises(PointsError, match="as a whole already"):
        score(xiamen, {"1": F(80), "1.1": F(80)})


# ------------------------------------------------------------------ three levels, bands, bonus and deduction

FIGURES = {
    ("gross_output", 2022): F(100),
    ("gross_output", 2024): F(121),
    ("sme_output", 2024): F("84.7"),
    ("valid_invention_patents", 2023): F(100),
    ("valid_invention_patents", 2024): F(120),
    ("standards_count", 2024): F(2),
}


def changed(**cells):
    """FIGURES with gross_output_2024=F(1) written otherwise; None takes a figure away."""
    figures = dict(FIGURES)
    for name, value in cells.items():
        code, _, year = name.rpartition("_")
        figures.pop((code, int(year)))
        if value is not None:
            figures[code, int(year)] = value
    return figures


def test_a_tree_of_three_levels_with_bands_bonus_and_deduction(graded):
    """60 % of (50 % of 100 + 30 % of 100 + 20 % of 90) and 40 % of 75, plus 5, less 3."""
    told = score(graded, {"2": F(75), "-1": F(3)}, FIGURES, 2024)
    assert told.least == told.most == F(60) * (50 * 100 + 30 * 100 + 20 * 90) / 10_000 + 30 + 5 - 3
    assert told.grade == "excellent"
    assert says(told, graded) == ["总分 90.8 分，满分 100 分。", "等级：优秀。"]


@pytest.mark.parametrize(
    ("figures", "points"),
    [
        (changed(gross_output_2024=F(121)), 100),
        (changed(gross_output_2024=F("120.9999")), 60),
        (changed(gross_output_2024=F("100.0001")), 60),
        (changed(gross_output_2024=F(100)), 0),
        (changed(gross_output_2024=F(50)), 0),
    ],
)
def test_growth_over_two_years_falls_into_its_band_exactly(graded, figures, points):
    told = score(graded, {}, figures, 2024)
    growth = told.marks[0].parts[0]
    assert growth.told and growth.least == points and growth.value is not None


def test_increments_and_shares_fall_into_their_bands_exactly(graded):
    def parts(figures):
        return [part.least for part in score(graded, {}, figures, 2024).marks[0].parts[1:]]

    assert parts(FIGURES) == [100, 90]
    assert parts(changed(valid_invention_patents_2024=F(119), sme_output_2024=F("84.6999"))) == [40, 30]


def test_a_missing_figure_leaves_the_points_of_every_band_open(graded):
    told = score(graded, {"2": F(50), "-1": F(0)}, changed(gross_output_2022=None), 2024)
    growth = told.marks[0].parts[0]
    assert (growth.least, growth.most) == (0, 100)
    assert growth.reasons == (Reason("missing", {"indicator": "gross_output", "year": "2022"}),)
    assert told.most - told.least == 30
    assert "1.1 产值增速：缺少 2022 年集群总产值。" in says(told, graded)
    zero = score(graded, {}, changed(gross_output_2022=F(0)), 2024).marks[0].parts[0]
    assert not zero.told and zero.reasons[0].code == "base_not_positive"


def test_the_grade_is_told_where_both_ends_of_the_total_agree(graded):
    points = {"2": F(100), "-1": F(0)}
    whole = score(graded, points, changed(standards_count_2024=None), 2024)
    assert not whole.told and whole.grade == "excellent"
    torn = score(graded, {"-1": F(0)}, FIGURES, 2024)
    assert torn.grade is None and torn.grade_reason.code == "between_grades"
    assert says(torn, graded)[1] == "等级尚不能确定：最低为合格，最高为优秀。"


def test_a_deduction_nobody_spoke_of_may_still_be_taken(graded):
    """The bonus is computed; 0 to 10 points may be deducted."""
    told, none = (score(graded, points, FIGURES, 2024) for points in ({"2": F(75)}, {"2": F(75), "-1": F(0)}))
    assert (told.least, told.most) == (none.least - 10, none.most)
    assert "-1 迟报扣分：尚未评分。" in says(told, graded)
    missing = score(graded, {"2": F(75), "-1": F(0)}, changed(standards_count_2024=None), 2024)
    assert (missing.least, missing.most) == (none.least - 5, none.most)


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("90", "excellent"),
        ("89.99", "good"),
        ("75", "good"),
        ("74.99", "qualified"),
        ("60", "qualified"),
        ("59.99", "unqualified"),
    ],
)
def test_grades_begin_at_their_cut_off(graded, total, grade):
    assert graded.grades.of(F(total)) == grade


def test_the_total_stays_within_the_scale(graded):
    top = score(graded, {"2": F(100), "-1": F(0)}, changed(sme_output_2024=F(121)), 2024)
    assert top.least == 100 and top.cut_short and "（已按上下限计）" in says(top, graded)[0]
    low = score(
        graded, {"2": F(0), "-1": F(10)}, {cell: F(1) for cell in FIGURES} | {("gross_output", 2022): F(2)}, 2024
    )
    assert low.least == low.most and low.least >= 0


# ------------------------------------------------------------------ what is refused

REFUSED = [
    ({"9": F(50)}, "there is no such item"),
    ({"1.1": F(50)}, "computed"),
    ({"1": F(50)}, "by its parts"),
    ({"2": F(101)}, "outside the scale"),
    ({"2": F(-1)}, "outside the scale"),
    ({"-1": F("10.01")}, "give 0 to 10"),
]


@pytest.mark.parametrize(("points", "problem"), REFUSED)
def test_points_that_fit_nothing_are_refused(graded, points, problem):
    with pytest.raises(PointsError, match=problem) as refused:
        score(graded, points, FIGURES, 2024)
    assert refused.value.item == next(iter(points)) and refused.value.mend


# ------------------------------------------------------------------ a run of bad years


def test_a_run_of_years():
    assert running({2022: True, 2023: True, 2024: True}, 3, 2024) is True
    assert running({2022: True, 2023: False, 2024: True}, 3, 2024) is False
    assert running({2022: True, 2024: True}, 3, 2024) is None
    assert running({2022: None, 2023: False}, 3, 2024) is False, "one year that did not hold decides"
    assert running({2021: False, 2022: True, 2023: True, 2024: True}, 3, 2024) is True
    with pytest.raises(ValueError, match="at least one year"):
        running({}, 0, 2024)


def test_the_bottom_share_never_cuts_through_a_tie():
    totals = {f"c{i:02}": F(i) for i in range(40)}
    assert in_bottom(totals, F(5, 100)) == {"c00", "c01"}
    assert in_bottom({**totals, "c01": F(2)}, F(5, 100)) == {"c00"}, "two tied on the bound are both out of it"
    assert in_bottom({**totals, "c01": F(0)}, F(5, 100)) == {"c00", "c01"}
    assert in_bottom({"a": F(1)}, F(5, 100)) == frozenset() and in_bottom({}, F(5, 100)) == frozenset()


# ------------------------------------------------------------------ a plain second implementation

PARSED = loader.load_text(GRADED)
POINTS = st.one_of(st.none(), st.fractions(0, 100, max_denominator=1000))


@settings(max_examples=examples(75, 300), deadline=None)
@given(st.lists(POINTS, min_size=8, max_size=8))
def test_jiangxi_equals_a_plain_sum(points):
    scoring = loader.load("jiangxi-evaluation").scoring
    told = score(scoring, {str(i): p for i, p in enumerate(points, 1) if p is not None})
    least = sum((F(w) * (p or 0) for w, p in zip(WEIGHTS, points, strict=True)), F(0)) / 100
    open_weight = sum(w for w, p in zip(WEIGHTS, points, strict=True) if p is None)
    assert (told.least, told.most) == (least, least + open_weight)


@settings(max_examples=examples(75, 300), deadline=None)
@given(
    st.fractions(0, 100, max_denominator=100),
    st.fractions(0, 10, max_denominator=100),
    st.integers(1, 2000),
    st.integers(0, 2000),
    st.integers(0, 40),
    st.integers(0, 3),
)
def test_the_graded_tree_equals_plain_fractions(given_points, taken, first, last, more, standards):
    scoring = PARSED.scoring
    figures = {
        ("gross_output", 2022): F(first, 10),
        ("gross_output", 2024): F(last, 10),
        ("sme_output", 2024): F(70),
        ("valid_invention_patents", 2023): F(5),
        ("valid_invention_patents", 2024): F(5 + more),
        ("standards_count", 2024): F(standards),
    }
    growth = 100 if F(last) / first >= F(121, 100) else 60 if last > first else 0
    patents = 100 if more >= 20 else 40
    if last == 0:
        shares = (30, 90)  # nothing to take a share of
    else:
        shares = (90, 90) if F(700, last) >= F(7, 10) else (30, 30)
    ends = [F(60, 100) * (F(50 * growth + 30 * patents + 20 * share) / 100) for share in shares]
    bonus = 5 if standards >= 2 else 0
    ends = [min(max(end + F(40, 100) * given_points + bonus - taken, 0), 100) for end in ends]
    told = score(scoring, {"2": given_points, "-1": taken}, figures, 2024)
    assert [told.least, told.most] == ends
    grades = [
        "excellent" if e >= 90 else "good" if e >= 75 else "qualified" if e >= 60 else "unqualified" for e in ends
    ]
    assert told.grade == (grades[0] if grades[0] == grades[1] else None)
    for lang in ("zh", "en"):
        assert all(says(told, scoring, lang))


@settings(max_examples=examples(50, 200), deadline=None)
@given(st.fractions(0, 100), st.fractions(0, 100))
def test_money_of_a_range_is_the_money_of_everything_in_it(one, other):
    money = loader.load("xiamen-bands").scoring.money
    least, most = sorted((one, other))
    payment = payment_of(money, least, most, 2)
    tried = [least, most, *(F(t) for t in (60, 70, 80) if least <= t <= most)]
    alone = [payment_of(money, total, total, 2).most for total in tried]
    assert (payment.least, payment.most) == (min(alone), max(alone))
