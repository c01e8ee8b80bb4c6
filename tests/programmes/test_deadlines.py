"""How a deadline is written, and what is left of it."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.utils import translation

from config.templatetags.dates import time_left, until
from programmes.models import CalendarDay, CalendarYear
from programmes.working_days import working_days_until


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2025, 7, 15, 16, 0, tzinfo=UTC), "2025年7月15日 24:00"),  # midnight in China
        (datetime(2025, 7, 15, 15, 59, tzinfo=UTC), "2025年7月15日 23:59"),
        (datetime(2025, 7, 15, 9, 0, tzinfo=UTC), "2025年7月15日 17:00"),
        (datetime(2027, 12, 31, 16, 0, tzinfo=UTC), "2027年12月31日 24:00"),
    ],
)
def test_the_midnight_after_a_day_is_that_days_24_00(moment, words):
    assert until(moment) == words


def test_working_days_leave_out_holidays_and_count_make_up_weekends(db):
    CalendarYear.objects.create(year=2023, source="国务院办公厅")
    CalendarDay.objects.create(date=date(2023, 9, 29), is_working=False, name="中秋节")
    CalendarDay.objects.create(date=date(2023, 10, 7), is_working=True, name="国庆节调休")
    assert working_days_until(date(2023, 9, 30), date(2023, 9, 27)) == (1, True)
    assert working_days_until(date(2023, 10, 7), date(2023, 10, 6)) == (1, True)


def test_what_is_left_is_days_then_working_days_then_hours(db):
    closes = datetime(2025, 7, 18, 16, 0, tzinfo=UTC)  # Friday, 24:00
    assert time_left(closes, datetime(2025, 7, 1, 16, 0, tzinfo=UTC)) == "还有 17 天"
    three_days_before = datetime(2025, 7, 15, 1, 0, tzinfo=UTC)
    assert time_left(closes, three_days_before) == "还有 3 个工作日（暂按周末计算）"
    CalendarYear.objects.create(year=2025, source="国务院办公厅")
    cache.clear()
    assert time_left(closes, three_days_before) == "还有 3 个工作日"
    assert time_left(closes, datetime(2025, 7, 18, 13, 0, tzinfo=UTC)) == "还有 3 小时"
    assert time_left(closes, closes) == "已截止"
