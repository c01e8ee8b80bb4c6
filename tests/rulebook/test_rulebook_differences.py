"""Two versions of a rule set, compared in words."""

from copy import deepcopy

import pytest

from rulebook import loader
from rulebook.differences import differences

CASES = [
    # clause, what is written otherwise, the differences in Chinese and English
    (
        "1.4",
        {"test": {"figure": "gross_output", "years": "each", "at_least": "50"}},
        ["1.4 集群总产值：不低于 40 亿元 → 不低于 50 亿元"],
        ["1.4 Gross output: at least 40 hundred million yuan → at least 50 hundred million yuan"],
    ),
    (
        "1.5",
        {"test": {"share": "sme_output", "of": "gross_output", "years": "@share_years", "more_than": "0.70"}},
        ["1.5 中小企业产值占比：不低于 70% → 高于 70%"],
        ["1.5 Share of SME output: at least 70% → more than 70%"],
    ),
    (
        "1.4",
        {"test": {"figure": "gross_output", "years": "mean", "at_least": "40"}},
        ["1.4 集群总产值，数据年份：三年逐年 → 三年平均"],
        ["1.4 Gross output, years: each of the three years → mean of the three years"],
    ),
    (
        "1.7",
        {"test": {"growth": "gross_output", "method": "mean_of_rates", "more_than": "0.08"}},
        [
            "1.7 产值年均增速：高于 10% → 高于 8%",
            "1.7 产值年均增速，计算方法：按增长两年计算的复合增长率 → 两个年度增速的平均",
        ],
        [
            "1.7 Average yearly growth of output: more than 10% → more than 8%",
            "1.7 Average yearly growth of output, method: compound over two years of growth → mean of two yearly rates",
        ],
    ),
    (
        "1.6",
        {"test": {"share": "leading_output", "of": "operating_revenue", "years": "@share_years", "more_than": "0.70"}},
        ["1.6 主导产业产值占比，分母：集群总产值 → 营业收入"],
        ["1.6 Share of the leading industry, denominator: Gross output of the cluster → Operating revenue"],
    ),
    (
        "2.1",
        {
            "test": {
                "any": [
                    {"count": ["champion_count", "little_giant_count"], "at_least": "1"},
                    {"count": ["srdi_count", "innovative_sme_count"], "distinct": "sum", "at_least": "3"},
                ]
            }
        },
        [
            "2.1 优质中小企业（第 2 部分）：不低于 10 家 → 不低于 3 家",
            "2.1 优质中小企业（第 2 部分），计入的企业：专精特新中小企业、创新型中小企业、国家级高新技术企业 → "
            "专精特新中小企业、创新型中小企业",
            "2.1 优质中小企业（第 2 部分），合计方法：企业可能重复，按上下限判断 → 直接相加",
        ],
        [
            "2.1 Quality SMEs (part 2): at least 10 enterprises → at least 3 enterprises",
            "2.1 Quality SMEs (part 2), what is counted: SRDI SMEs, Innovative SMEs, National high and new technology "
            "enterprises → SRDI SMEs, Innovative SMEs",
            "2.1 Quality SMEs (part 2), how counts add up: holders may overlap, told from both limits → added up",
        ],
    ),
    (
        "6.2",
        {"test": {"falling": "co2_intensity", "reading": "overall"}},
        ["6.2 二氧化碳排放强度，趋势要求：逐年下降 → 上一年低于申报前第 3 年"],
        ["6.2 Carbon dioxide intensity, trend: lower every year → the last year below the third year before the call"],
    ),
    (
        "1.4",
        {"test": {"figure": "operating_revenue", "years": "each", "at_least": "20"}},
        ["1.4 集群总产值，判断条件：三个年度的集群总产值均不低于 40 亿元 → 三个年度的营业收入均不低于 20 亿元"],
        [
            "1.4 Gross output, test: Gross output of the cluster at least 40 hundred million yuan in each of the three "
            "years → Operating revenue at least 20 hundred million yuan in each of the three years"
        ],
    ),
    (
        "1.3",
        {"kind": "hard", "veto": "yes"},
        [
            "1.3 占地面积，条款性质：弹性条款（“一般”） → 硬性条款",
            "1.3 占地面积，一票否决：否 → 是",
        ],
        ["1.3 Land area, kind: soft (“generally”) → hard", "1.3 Land area, veto: no → yes"],
    ),
    (
        "1.3",
        {"text": {"zh": "占地面积不超过100平方公里", "en": "The land area does not exceed 100 square kilometres"}},
        ["1.3 占地面积，条款原文：“占地面积一般不超过100平方公里” → “占地面积不超过100平方公里”"],
        [
            "1.3 Land area, official wording: “The land area does generally not exceed 100 square kilometres” → "
            "“The land area does not exceed 100 square kilometres”"
        ],
    ),
    (
        "6.3",
        {"when": "is_high_water_industry", "article": "第九项"},
        [
            "6.3 能效水平，条款位置：第六项 → 第九项",
            "6.3 能效水平，适用条件：是否属于高耗能行业 → 是否属于高用水行业",
        ],
        [
            "6.3 Energy efficiency, article: 第六项 → 第九项",
            "6.3 Energy efficiency, applies where: Energy-intensive industry → Water-intensive industry",
        ],
    ),
]


def rewritten(rule_set, clause, **parts):
    content = deepcopy(dict(rule_set.content))
    next(one for one in content["rules"] if one["clause"] == clause).update(parts)
    return loader.build(content, rule_set.code)


def said(before, after, lang="zh"):
    return [one.words(lang) for one in differences(before, after)]


@pytest.mark.parametrize(("clause", "parts", "zh", "en"), CASES)
def test_what_differs_is_said_in_words(national, clause, parts, zh, en):
    after = rewritten(national, clause, **parts)
    assert said(national, after) == zh
    assert said(national, after, "en") == en
    assert {one.clause for one in differences(national, after)} == {clause}


def test_nothing_differs_between_a_rule_set_and_itself(national):
    assert differences(national, loader.load_canonical(national.canonical_json)) == []


def test_there_and_back_is_the_same_turned_round(national):
    for clause, parts, _, _ in CASES:
        after = rewritten(national, clause, **parts)
        there = {(one.part, one.subject, one.before, one.after) for one in differences(national, after)}
        back = {(one.part, one.subject, one.after, one.before) for one in differences(after, national)}
        assert there == back


def test_a_reading_chosen_otherwise_is_one_difference_that_names_its_clauses(national):
    assert said(national, loader.with_settings(national, growth="cagr_3")) == [
        "口径（“年均增速”按哪种方法计算；第 1.7、4.1、4.4 条）："
        "申报前第 3 年至上一年的年均复合增长率（按增长两年计算） → "
        "申报前第 4 年至上一年的年均复合增长率（按增长三年计算）"
    ]


def test_clauses_come_and_go(national):
    content = deepcopy(dict(national.content))
    content["rules"] = [one for one in content["rules"] if one["clause"] not in ("1.3", "8.1")]
    fewer = loader.build(content, "fewer")
    assert said(national, fewer) == [
        "1.3 占地面积：删去 占地面积不超过 100 平方公里",
        "8.1 运营管理机构：删去 “集群设立管委会等运营管理机构”",
    ]
    assert said(fewer, national, "en")[0] == "1.3 Land area: new: Land area at most 100 km²"


def test_a_source_is_told_once_where_the_document_is_another_and_by_clause_where_the_clause_names_another(national):
    content = deepcopy(dict(national.content))
    content["sources"]["NEW"] = "修订通知"
    content["rules"][4]["source"] = "NEW"
    content["effective"]["from"] = "2026-01-01"
    found = said(national, loader.build(content, "new"))
    clause = content["rules"][4]
    old = national.sources["STD"]
    assert found == [
        "适用日期：2022-09-13 起 → 2026-01-01 起",
        "来源文件 NEW：新增 修订通知",
        f"{clause['clause']} {clause['name']['zh']}，来源：{old} → 修订通知",
    ]
    content = deepcopy(dict(national.content))
    content["sources"]["STD"] = "另一文件"
    assert said(national, loader.build(content, "new")) == [f"来源文件 STD：{old} → 另一文件"]


# ------------------------------------------------------------------ titles, regions, cases

ROSTER = {"titles": "tier", "levels": ["national"], "at_least": "3"}
TIER = {"name": {"zh": "优质企业", "en": "quality enterprises"}, "of": ["srdi", "hnte"]}


def with_roster(national, test=ROSTER, tier=TIER, **parts):
    content = deepcopy(dict(national.content))
    content["titles"] = {"tier": tier}
    clause = next(one for one in content["rules"] if one["clause"] == "2.1")
    clause.update(test=test, **parts)
    return loader.build(content, "roster")


def test_titles_levels_and_the_day_they_must_be_valid_on(national):
    before = with_roster(national)
    other = with_roster(
        national, {**ROSTER, "levels": ["national", "provincial"], "leading": "yes", "on": "submission"}
    )
    assert said(before, other) == [
        "2.1 优质中小企业，称号级别：国家级 → 国家级、省级",
        "2.1 优质中小企业，是否限主导产业：否 → 是",
        "2.1 优质中小企业，称号有效日：上一年末 → 提交之日",
    ]


def test_another_set_of_titles_is_told_once_and_not_for_every_clause(national):
    tier = {**TIER, "of": ["srdi", "hnte", "tech_innovative_sme"]}
    assert said(with_roster(national), with_roster(national, tier=tier)) == [
        "称号范围 优质企业：专精特新中小企业、国家级高新技术企业 → "
        "专精特新中小企业、国家级高新技术企业、科技和创新型中小企业"
    ]


def region(at_least="2", **parts):
    return {
        "places": ["530000"],
        "name": {"zh": "云南省", "en": "Yunnan"},
        "source": "STD",
        "article": "某条",
        "test": {**ROSTER, "at_least": at_least},
        **parts,
    }


def test_regions_come_go_and_change(national):
    plain, low, lower = (
        with_roster(national, **parts)
        for parts in ({}, {"regions": [region()]}, {"regions": [region("1", article="另一条")]})
    )
    assert [one.part for one in differences(plain, low)] == ["region"]
    assert said(plain, low)[0].startswith("2.1 优质中小企业（云南省），地区规定：新增 ")
    assert said(low, plain)[0].startswith("2.1 优质中小企业（云南省），地区规定：删去 ")
    assert said(low, lower) == [
        "2.1 优质中小企业（云南省）：不低于 2 家 → 不低于 1 家",
        "2.1 优质中小企业（云南省），条款位置：某条 → 另一条",
    ]


def test_changed_cases_are_counted(national):
    case = {"case": "on", "figures": {"area_km2 T-1": "100"}, "gives": "met"}
    one = rewritten(national, "1.3", cases=[case])
    two = rewritten(national, "1.3", cases=[{**case, "gives": "near"}, {**case, "case": "twice"}])
    assert said(one, two) == ["1.3 占地面积，核对用例：1 个（1 个有变化） → 2 个（2 个有变化）"]
    assert said(one, two, "en") == ["1.3 Land area, test cases: 1 (1 changed) → 2 (2 changed)"]


def test_n_of_m_and_not(national):
    tests = [{"figure": code, "at_least": "3"} for code in ("srdi_count", "hnte_count", "innovative_sme_count")]
    two, three = (rewritten(national, "2.1", test={"at_least_of": {"n": n, "tests": tests}}) for n in ("2", "3"))
    assert said(two, three) == ["2.1 优质中小企业，须满足的项数：2 → 3"]
    few, more = (rewritten(national, "2.1", test={"not": {**tests[0], "at_least": n}}) for n in ("3", "4"))
    assert said(few, more) == ["2.1 优质中小企业：不低于 3 家 → 不低于 4 家"]


def test_provincial_rules_differ_from_the_national_ones_clause_by_clause(national):
    """Figures of dossier 12.1: Yunnan asks 10 of output where the nation asks 40."""
    found = said(national, loader.load("yunnan-2023"))
    assert "1.4 集群总产值：不低于 40 亿元 → 不低于 10 亿元" in found
    assert len(found) == len(set(found))
    for code in loader.codes():
        for one in differences(national, loader.load(code)):
            assert one.words("zh") and one.words("en")
