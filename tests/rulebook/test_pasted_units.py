"""Other units of a pasted block lead to the row's own by a power of ten."""

import pytest

from rulebook.catalogue import INDICATORS
from rulebook.pasted_units import powers


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS.keys())
def test_the_own_unit_of_an_indicator_moves_nothing(indicator):
    own = {"%"} if indicator.typed_in_percent else {indicator.unit.zh, indicator.unit.en}
    assert {powers(indicator)[unit] for unit in own} == {0}


# The first indicator of each unit.
POWERS = {
    "area_km2": {"平方公里": 0, "km²": 0, "平方千米": 0, "公顷": -2, "平方米": -6, "hectares": -2, "m²": -6},
    "gross_output": {"亿元": 0, "亿": 0, "千万元": -1, "百万元": -2, "万元": -4, "万": -4, "千元": -5, "元": -8,
                     "hundred million yuan": 0, "100 million yuan": 0, "million yuan": -2, "10,000 yuan": -4,
                     "yuan": -8},
    "enterprise_count": {"家": 0, "enterprises": 0, "户": 0, "个": 0, "万家": 4, "万户": 4},
    "employee_count": {"人": 0, "persons": 0, "千人": 3, "万人": 4},
    "valid_invention_patents": {"件": 0, "patents": 0, "项": 0, "万件": 4},
    "innovation_platform_count": {"个": 0, "items": 0, "家": 0},
    "standards_count": {"项": 0, "items": 0, "个": 0},
    "iiot_rate": {"%": 0, "百分比": 0, "‰": -1, "小数": 2},
    "co2_intensity": {"吨/万元": 0, "tonnes per 10,000 yuan": 0, "千克/万元": -3, "公斤/万元": -3, "吨/亿元": -4,
                      "万吨/亿元": 0},
    "is_high_energy_industry": {"是/否": 0, "yes/no": 0},
    "energy_efficiency_vs_benchmark": {"倍": 0, "times the benchmark": 0, "%": -2},
    "national_rank_in_niche": {"位": 0, "place": 0, "名": 0},
}  # fmt: skip


def test_each_unit_moves_a_figure_by_what_it_is_worth_in_the_unit_of_the_row():
    firsts = {indicator.unit_code: code for code, indicator in reversed(INDICATORS.items())}
    assert {code: powers(INDICATORS[code]) for code in firsts.values()} == POWERS
