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
    read_percent,
    show,
)
from tests.rulebook.texts import TEXTS


@pytest.mark.parametrize(
    "text", [text for text in TEXTS if text.number is not None], ids=lambda text: ascii(text.typed)
)
def test_a_number_is_read_as_the_eye_sees_it(text):
    read = read_number(text.typed)
    assert read == text.number and not (read == 0 and read.is_signed())
    assert read_percent(text.typed) == (text.number, False)


@pytest.mark.parametrize("text", [text for text in TEXTS if text.digits is None], ids=lambda text: ascii(text.typed))
def test_other_text_is_not_read_and_says_why(text):
    for read in (read_number, read_percent):
        with pytest.raises(Unreadable) as refused:
            read(text.typed)
        assert refused.value.code == text.reason and str(refused.value)


@pytest.mark.parametrize("text", [text for text in TEXTS if text.percent], ids=lambda text: ascii(text.typed))
def test_a_percent_sign_is_read_where_the_unit_is_percent_and_nowhere_else(text):
    assert read_percent(text.typed) == (Decimal(text.digits), True)
    with pytest.raises(Unreadable) as refused:
        read_number(text.typed)
    assert refused.value.code == "percent_sign"


def test_the_list_has_at_least_150_texts_of_every_reason():
    assert len(TEXTS) >= 150 and len({text.typed for text in TEXTS}) == len(TEXTS)
    of_a_cell = {"too_many_digits", "too_many_decimals", "not_yes_no", "not_whole"}
    assert {text.reason for text in TEXTS if text.reason} | of_a_cell == set(REASONS)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text.typed))
def test_what_is_kept_of_a_text_reads_as_the_text_did_and_never_as_another_number(text):
    kept = clean_typed(text.typed)
    assert len(kept) <= 60 and clean_typed(kept) == kept
    try:
        again, why = read_percent(kept)[0], ""
    except Unreadable as error:
        again, why = None, error.code
    assert (again, why) == (None if text.digits is None else Decimal(text.digits), text.reason)


def test_what_is_kept_of_typed_text():
    assert clean_typed("\u202e 12\x00\u200b\r\n") == "␣U+202E 12␣U+0000␣U+200B"
    assert clean_typed("12\u202e34") == "12␣U+202E34"
    assert clean_typed("0" * 58 + "45678") == "0" * 58 + "4…"
    assert clean_typed("\ud80012") == "␣U+D80012"
    assert clean_typed("e\u0301") == "é"
    assert clean_typed("40 亿元") == "40 亿元"
    assert clean_typed("9" * 60) == "9" * 60 and clean_typed("9" * 61) == "9" * 59 + "…"


def test_the_percent_sign_counts_among_the_sixty_characters():
    assert read_percent(f"{'0' * 58}1%") == (Decimal(1), True)
    with pytest.raises(Unreadable) as refused:
        read_percent(f"{'0' * 59}1%")
    assert refused.value.code == "too_long"


def test_a_rate_is_typed_in_percent_and_kept_as_a_fraction():
    rate = INDICATORS["iiot_rate"]
    assert read_figure(rate, "15.3") == Decimal("0.153")
    assert read_figure(rate, "0.0001") == Decimal("0.000001")
    assert show(rate, Decimal("0.153")) == "15.3%"
    assert [read_figure(rate, typed) for typed in ("24.0%", "24 %", "２４％")] == [Decimal("0.24")] * 3
    for typed, reason in {
        "15.3%%": "percent_sign",
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
    assert [read_figure(flag, typed) for typed in ("是的", "属于", "不是", "不属于")] == [1, 1, 0, 0]
    for typed in ("2", "对", "0.0", "yes!", "有", "无", "没有"):
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
