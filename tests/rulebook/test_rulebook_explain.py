"""Sentences and sums: her own figures, the gap in her unit, rounded as a calculator does, never onto the bound."""

import json
import re

import pytest

from rulebook.explain import formula, says
from rulebook.loader import with_settings
from rulebook.rules import Finding
from tests.rulebook.conftest import read_otherwise

OUT, CO2, SOFT = "gross_output", "co2_intensity", "industrial_software_rate"
NAMES = [
    ("champion_count", 1),
    ("little_giant_count", 1),
    ("srdi_count", 1),
    ("innovative_sme_count", 1),
    ("hnte_count", 1),
]
OVERLAPPING = dict(zip(NAMES, ("0", "0", "8", "6", "0"), strict=True))

SAID = [
    ("1.4", {(OUT, 3): "38.7"}, {}, "2022 年差 1.30 亿元；2023、2024 年达标。"),
    ("1.4", {}, {}, "2022 年、2023 年、2024 年，各年都达标（不低于 40 亿元）。"),
    ("1.4", {(OUT, 3): "38.7", (OUT, 2): None}, {}, "2022 年差 1.30 亿元；2024 年达标；2023 年未填。"),
    ("1.4", {(OUT, 2): None}, {}, "2022、2024 年达标；2023 年未填；资料不足。"),
    ("1.4", {(OUT, 3): "39.99999999"}, {}, "2022 年差 0.00000001 亿元；2023、2024 年达标。"),
    (
        "1.3",
        {("area_km2", 1): "120"},
        {},
        "2024 年占地面积为 120 平方公里，一般不超过 100 平方公里，超出 20 平方公里；"
        "“一般”为弹性要求，由审核人员在审核意见中说明。",
    ),
    (
        "1.5",
        {("sme_output", 1): "48.9999"},
        {},
        "2024 年中小企业产值占比为 69.9999%，要求不低于 70%，差 0.0001 个百分点。",
    ),
    ("1.6", {("leading_output", 1): "49"}, {}, "2024 年主导产业产值占比恰为 70%，要求高于 70%，等于界限值不算达标。"),
    (
        "1.6",
        {("leading_output", 3): "35"},
        {"share_years": "each"},
        "2022 年恰为界限值，须高于 70%；2023、2024 年达标。",
    ),
    ("1.6", {(OUT, 3): "0"}, {"share_years": "each"}, "2023、2024 年达标；2022 年基数不大于 0，无法计算；资料不足。"),
    ("1.7", {}, {}, "2022—2024 年产值年均增速为 18.32%，达标（要求高于 10%）。"),
    ("1.7", {(OUT, 3): "0"}, {}, "2022 年集群总产值为 0，不能作为基数，资料不足。"),
    ("1.7", {(OUT, 1): "-1"}, {}, "2022—2024 年产值年均增速：最近一年数值为负，要求高于 10%，未达标。"),
    (
        "4.1",
        {("sme_rd_expense", 3): None, ("sme_rd_expense", 1): None},
        {},
        "缺少 2022、2024 年中小企业研发经费，资料不足。",
    ),
    ("4.5", {}, {"patents_denominator": "residents"}, "不采集常住人口，资料不足。"),
    ("5.3", {}, {}, "2022—2024 年工业软件应用率依次为 30%、30%、35%，未下降，达标；其余内容由审核人员判断。"),
    ("6.2", {}, {}, "2022—2024 年二氧化碳排放强度依次为 1.3 吨/万元、1.2 吨/万元、1.1 吨/万元，持续下降，达标。"),
    ("5.3", {(SOFT, 1): "0.2"}, {}, "2022—2024 年工业软件应用率依次为 30%、30%、20%，2024 年低于 2023 年。"),
    (
        "6.2",
        {(CO2, 2): None, (CO2, 1): "1.3"},
        {},
        "2022—2024 年二氧化碳排放强度依次为 1.3 吨/万元、—、1.3 吨/万元，2024 年未低于 2022 年。",
    ),
    ("6.4", {}, {}, "“是否属于高用水行业”填报为“否”，本条不适用。"),
    ("8.3", {("policy_outreach_rate", 1): "0.9"}, {}, "2024 年政策宣贯覆盖率为 90%，要求等于 100%，相差 10 个百分点。"),
]


@pytest.mark.parametrize(("clause", "changes", "reading", "sentence"), SAID)
def test_a_finding_in_a_sentence(find, national, clause, changes, reading, sentence):
    rules = with_settings(national, **reading)
    assert says(find(clause, changes, **reading), rules.by_clause[clause], "zh") == sentence


def test_the_limits_between_which_holders_lie_are_said_in_both_languages(find, national):
    rule, finding = national.by_clause["2.1"], find("2.1", OVERLAPPING)
    assert "合计在 8 至 14 家之间（要求不低于 10 家）；资料不足。" in says(finding, rule, "zh")
    assert "between 8 and 14" in says(finding, rule, "en") and "at least 1 enterprise is" in says(finding, rule, "en")
    enough = {**OVERLAPPING, NAMES[2]: "66", NAMES[3]: "89"}
    assert "合计在 89 至 155 家之间，达标（要求不低于 10 家）" in says(find("2.1", enough), rule, "zh")
    assert "合计在 8 至 14 家之间（" in says(find("2.1", OVERLAPPING), rule, "zh")
    met = says(find("2.1", {**OVERLAPPING, NAMES[0]: "1"}), rule, "zh")
    assert "合计 1 家" in met and "8 至 14" not in met


SUMS = [
    ("1.3", {}, "80 平方公里（≤ 100 平方公里）"),
    ("1.4", {(OUT, 2): None}, "50、—、70（≥ 40 亿元）"),
    ("1.5", {}, "56 ÷ 70 = 80%（≥ 70%）"),
    ("1.7", {}, "(70 ÷ 50)^(1/2) − 1 = 18.32%（> 10%）"),
    ("4.5", {}, "150 ÷ 45,000 × 10,000 = 33.33 件/万人（≥ 15 件/万人）"),
    ("6.2", {}, "1.3 吨/万元 → 1.2 吨/万元 → 1.1 吨/万元（下降）"),
    ("2.1", OVERLAPPING, "0 + 0 = 0 家（≥ 1 家），或 最少 8（最多的一类），最多 8 + 6 + 0 = 14（≥ 10 家）"),
    ("8.1", {}, ""),
]


@pytest.mark.parametrize(("clause", "changes", "expected"), SUMS)
def test_the_sum_with_her_own_figures(find, national, clause, changes, expected):
    assert formula(find(clause, changes), national.by_clause[clause], "zh") == expected


def test_every_state_of_every_clause_is_said_in_both_languages(find, national):
    """No template breaks, Chinese has no stray English word, English no Chinese character."""
    missing = {(code, back): None for rule in national.rules for code, back in rule.cells}
    tiny = dict.fromkeys(missing, "0.00001")
    zero, negative = dict.fromkeys(missing, "0"), dict.fromkeys(missing, "-3")
    for changes in ({}, missing, tiny, zero, negative, OVERLAPPING):
        for setting, option in [
            ("growth", "cagr_2"),
            ("share_years", "each"),
            ("share_years", "mean"),
            ("falling", "overall"),
        ]:
            for rule in national.rules:
                finding = find(rule.clause, changes, **{setting: option})
                reading = _rule(rule.clause, setting, option)
                zh = says(finding, reading, "zh") + formula(finding, reading, "zh")
                en = says(finding, reading, "en") + formula(finding, reading, "en")
                assert not re.search(r"[A-Za-z]{4,}", zh), zh
                assert not re.search(r"[\u4e00-\u9fff，。；（）]", en), en
                assert "None" not in zh + en


def _rule(clause, setting, option):
    return read_otherwise(**{setting: option}).by_clause[clause]


def test_a_stored_finding_comes_back_the_same_and_says_the_same(find, national):
    for clause, changes in (("1.4", {(OUT, 3): "38.7"}), ("2.1", OVERLAPPING), ("4.1", {("sme_rd_expense", 3): None})):
        finding = find(clause, changes)
        stored = json.loads(json.dumps(finding.as_json()))
        again = Finding.from_json(stored)
        assert again == finding
        assert says(again, national.by_clause[clause]) == says(finding, national.by_clause[clause])
