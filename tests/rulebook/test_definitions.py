"""Every indicator is explained, in both languages, with an example that can be typed."""

import re

import pytest

from rulebook.catalogue import INDICATORS, Kind
from rulebook.definitions import definitions
from rulebook.numbers import range_problem, read_figure


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_indicator_has_a_definition_and_no_definition_lacks_its_indicator(lang):
    told = definitions(lang)
    assert told.keys() == INDICATORS.keys()
    assert all(one.counts and one.statistic and one.example and one.mistake for one in told.values())


@pytest.mark.parametrize("code", sorted(INDICATORS))
def test_the_example_of_a_definition_can_be_typed(code):
    indicator, example = INDICATORS[code], definitions("zh")[code].example
    number = example if indicator.kind is Kind.BOOLEAN else re.search(r"[\d,.]+", example)[0]
    value = read_figure(indicator, number)
    assert value is not None and range_problem(indicator, value) is None


def test_what_is_divided_says_which_over_which():
    divided = {code for code, one in INDICATORS.items() if one.kind in (Kind.RATE, Kind.RATIO, Kind.INTENSITY)}
    assert {code for code, one in definitions("zh").items() if one.over} == divided
    assert all("÷" in definitions(lang)[code].over for code in divided for lang in ("zh", "en"))
