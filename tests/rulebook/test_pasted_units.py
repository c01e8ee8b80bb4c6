"""Other units of a pasted block lead to the row's own by a power of ten."""

import pytest

from rulebook.catalogue import INDICATORS
from rulebook.pasted_units import powers


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=INDICATORS.keys())
def test_the_own_unit_of_an_indicator_moves_nothing(indicator):
    own = {"%"} if indicator.typed_in_percent else {indicator.unit.zh, indicator.unit.en}
    assert {powers(indicator)[unit] for unit in own} == {0}


def test_money_area_and_intensity_move_by_what_their_units_are_worth():
    money, area = powers(INDICATORS["gross_output"]), powers(INDICATORS["area_km2"])
    assert [money[unit] for unit in ("亿元", "万元", "元", "million yuan")] == [0, -4, -8, -2]
    assert money["hundred million yuan"] == money["100 million yuan"] == 0
    assert (area["公顷"], area["平方米"], "亩" in area) == (-2, -6, False)
    assert powers(INDICATORS["co2_intensity"])["吨/亿元"] == -4
    assert powers(INDICATORS["iiot_rate"])["小数"] == 2
