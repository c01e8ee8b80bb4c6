"""The one number list: what is read, what is not and why."""

from decimal import Decimal

import pytest

from rulebook.catalogue import COLUMNS, INDICATORS, UNITS, fits
from rulebook.numbers import (
    REASONS,
    Unreadable,
    clean_typed,
    range_problem,
    read_figure,
    read_number,
    show,
)

READ = [
    ("0", "0"),
    ("40", "40"),
    ("1,234.5", "1234.5"),
    ("１２３４．５", "1234.5"),
    ("１，２３４．５", "1234.5"),
    ("－３", "-3"),
    ("+7", "7"),
    ("  12 ", "12"),
    ("\u300012\u3000", "12"),
    ("1,234,567", "1234567"),
    ("007", "7"),
    (".5", "0.5"),
    ("5.", "5"),
    ("-0", "0"),
    ("-0.00", "0"),
    ("9" * 60, "9" * 60),
]

REFUSED = [
    ("", "empty"),
    ("   ", "empty"),
    ("1_000", "underscore"),
    ("1e5", "exponent"),
    ("1E+5", "exponent"),
    ("١٢٣", "other_script"),
    ("१२३", "other_script"),
    ("²", "other_script"),
    ("Ⅻ", "other_script"),
    ("12３٤", "other_script"),
    ("NaN", "not_finite"),
    ("sNaN", "not_finite"),
    ("-Infinity", "not_finite"),
    ("inf", "not_finite"),
    ("40亿元", "unit"),
    ("40 亿元", "unit"),
    ("15%", "percent_sign"),
    ("１５％", "percent_sign"),
    ("1 234", "inner_space"),
    ("1,23", "commas"),
    ("1,2345", "commas"),
    (",123", "commas"),
    ("12,", "commas"),
    ("1234,567", "commas"),
    ("0.123,456", "commas"),
    ("0,123", "commas"),
    ("012,345", "commas"),
    ("-0,123,456", "commas"),
    ("０，１２３", "commas"),
    ("1.2.3", "points"),
    (".", "not_a_number"),
    ("-", "not_a_number"),
    ("+.", "not_a_number"),
    ("--1", "not_a_number"),
    ("−5", "not_a_number"),
    ("四十", "not_a_number"),
    ("=1+1", "not_a_number"),
    ("0x10", "unit"),
    ("1\u200b2", "unit"),
    ("1\u202e2", "unit"),
    ("1\u00a0234", "inner_space"),
    ("9" * 61, "too_long"),
]


@pytest.mark.parametrize(("typed", "value"), READ)
def test_a_number_is_read_as_the_eye_sees_it(typed, value):
    read = read_number(typed)
    assert read == Decimal(value) and not (read == 0 and read.is_signed())


@pytest.mark.parametrize(("typed", "reason"), REFUSED)
def test_other_text_is_not_read_and_says_why(typed, reason):
    with pytest.raises(Unreadable) as refused:
        read_number(typed)
    assert refused.value.code == reason and str(refused.value)


def test_every_reason_has_its_english_sentence():
    assert {reason for _, reason in REFUSED} <= set(REASONS)


def test_what_is_kept_of_typed_text():
    assert clean_typed("\u202e 12\x00\u200b\r\n") == "12"
    assert clean_typed("e\u0301") == "é"
    assert clean_typed("40 亿元") == "40 亿元"
    assert len(clean_typed("9" * 100)) == 60


def test_a_rate_is_typed_in_percent_and_kept_as_a_fraction():
    rate = INDICATORS["iiot_rate"]
    assert read_figure(rate, "15.3") == Decimal("0.153")
    assert read_figure(rate, "0.0001") == Decimal("0.000001")
    assert show(rate, Decimal("0.153")) == "15.3%"
    for typed, reason in {
        "15.3%": "percent_sign",
        "0.00001": "too_many_decimals",
        "1." + "0" * 40 + "1": "too_many_decimals",
    }.items():
        with pytest.raises(Unreadable) as refused:
            read_figure(rate, typed)
        assert refused.value.code == reason


def test_yes_and_no_are_typed_in_words_or_digits():
    flag = INDICATORS["is_high_energy_industry"]
    assert [read_figure(flag, typed) for typed in ("是", "1", "１", "否", "0", " 否 ")] == [1, 1, 1, 0, 0, 0]
    assert (show(flag, Decimal(1)), show(flag, Decimal(0), lang="en")) == ("是", "no")
    for typed in ("2", "对", "0.0", "yes!"):
        with pytest.raises(Unreadable, match="1 or 0"):
            read_figure(flag, typed)


def test_what_no_stored_figure_can_hold_is_unreadable_in_a_cell():
    money = INDICATORS["gross_output"]
    assert read_figure(money, "9" * 14 + ".999999") == Decimal("9" * 14 + ".999999")
    for typed, reason in {"9" * 15: "too_many_digits", "0.1234567": "too_many_decimals"}.items():
        with pytest.raises(Unreadable) as refused:
            read_figure(money, typed)
        assert refused.value.code == reason


def test_range_and_decimals_block_submission_not_reading():
    def problem(code, value):
        found = range_problem(INDICATORS[code], Decimal(value))
        return found and (found.code, found.limit)

    assert problem("gross_output", "100000") is None
    assert problem("gross_output", "100000.0001") == ("above", "100,000")
    assert problem("gross_output", "-0.0001") == ("below", "0")
    assert problem("gross_output", "1.00005") == ("decimals", "4")
    assert problem("gross_output", "1.5000000") is None
    assert problem("iiot_rate", "1.000001") == ("above", "100%")
    assert problem("iiot_rate", "0.1234567") == ("decimals", "4")
    assert problem("sme_count", "1.5") == ("decimals", "0")


def test_figures_are_shown_with_separators_and_units():
    money = INDICATORS["gross_output"]
    assert show(money, Decimal("1234567.50")) == "1,234,567.5"
    assert show(money, Decimal("-1234.5")) == "-1,234.5"
    assert show(money, Decimal("1E+3"), with_unit=True) == "1,000 亿元"


def test_the_catalogue_names_every_indicator_once_with_a_known_unit():
    assert len(INDICATORS) == 35 and len(set(COLUMNS)) == len(COLUMNS)
    assert [i.order for i in INDICATORS.values()] == list(range(35))
    for indicator in INDICATORS.values():
        assert indicator.unit_code in UNITS and indicator.zh and indicator.en
        assert fits(indicator, indicator.low) and fits(indicator, indicator.high)
        assert not fits(indicator, indicator.high + 1) and not fits(indicator, indicator.low - 1)
    assert [i.code for i in INDICATORS.values() if i.earlier_year] == [
        "gross_output",
        "sme_rd_expense",
        "valid_invention_patents",
    ]
