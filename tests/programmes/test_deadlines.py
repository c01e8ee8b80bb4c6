"""How a deadline is written, and what is left of it."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from config.templatetags.dates import time_left, until, urgency
from programmes.deadlines import days_between
from programmes.forms import ClosingField, WithClosing, end_of_day
from programmes.models import CalendarDay

BEIJING = ZoneInfo("Asia/Shanghai")


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


def test_what_is_left_is_calendar_days_then_hours():
    closes = datetime(2025, 7, 18, 16, 0, tzinfo=UTC)  # Friday, 24:00
    assert time_left(closes, datetime(2025, 7, 1, 15, 59, tzinfo=UTC)) == "还有 17 天"  # 1 July, 23:59
    three_days_before = datetime(2025, 7, 15, 1, 0, tzinfo=UTC)
    assert time_left(closes, three_days_before) == "还有 3 天"
    over_a_weekend = datetime(2025, 7, 11, 1, 0, tzinfo=UTC)
    assert time_left(closes, over_a_weekend) == "还有 7 天"
    assert time_left(closes, datetime(2025, 7, 18, 13, 0, tzinfo=UTC)) == "还有 3 小时"
    assert time_left(closes, closes) == "已截止"


def test_days_left_are_the_same_all_day_whatever_the_hour():
    closes = datetime(2026, 12, 26, 9, 0, tzinfo=UTC)  # 17:00
    for hour in (0, 9, 16, 17, 23):
        assert time_left(closes, datetime(2026, 11, 30, hour, 30, tzinfo=BEIJING)) == "还有 26 天"
    assert time_left(closes, datetime(2026, 12, 25, 23, 59, tzinfo=BEIJING)) == "还有 1 天"
    assert time_left(closes, datetime(2026, 12, 26, 0, 0, tzinfo=BEIJING)) == "还有 17 小时"
    assert time_left(closes, datetime(2026, 12, 26, 16, 30, tzinfo=BEIJING)) == "不足 1 小时"


def test_soon_and_waiting_are_counted_in_the_same_days():
    closes = datetime(2026, 12, 26, 9, 0, tzinfo=UTC)
    for hour in (0, 23):
        assert urgency(closes, datetime(2026, 12, 19, hour, 0, tzinfo=BEIJING)) == "soon"
        assert urgency(closes, datetime(2026, 12, 18, hour, 0, tzinfo=BEIJING)) == ""
    assert urgency(closes, closes) == "overdue"
    late = datetime(2026, 11, 29, 23, 59, tzinfo=BEIJING)
    assert days_between(late, datetime(2026, 11, 30, 0, 1, tzinfo=BEIJING)) == 1


# --- The field in which one is typed -----------------------------------------------------


class Closes(WithClosing):
    closes_at = ClosingField()


@pytest.fixture
def in_june(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 6, 1, tzinfo=UTC))


def test_the_last_minute_of_a_day_is_its_end_and_is_offered(db):
    form = Closes({"closes_at": "2025-07-15T23:59"})
    assert form.is_valid() and until(form.cleaned_data["closes_at"]) == "2025年7月15日 24:00"
    assert 'value="2025-07-15T23:59"' in str(Closes(initial={"closes_at": datetime(2025, 7, 15, 16, tzinfo=UTC)}))
    assert Closes({"closes_at": "2025-07-15T23:58"}).fields["closes_at"].to_python("2025-07-15T23:58").minute == 58
    assert until(end_of_day(3)).endswith("24:00")


@pytest.mark.parametrize("typed", ["2025-07-15", "２０２５-07-15", "2025-07-15T23:59"])
def test_a_day_without_a_time_is_meant_with_its_whole_length(db, typed):
    assert until(ClosingField().clean(typed)) == "2025年7月15日 24:00"


@pytest.mark.parametrize(("typed", "words"), [
    ("2025-07-19T23:59", "2025年7月19日 24:00（星期六），为休息日（周末）"),
    ("2025-07-20T00:00", "2025年7月19日 24:00（星期六），为休息日（周末）"),
    ("2025-10-01T17:00", "2025年10月1日 17:00（星期三），为休息日（国庆节）"),
])  # fmt: skip
def test_a_day_off_is_repeated_in_words_and_taken_when_it_is_sent_again(db, in_june, typed, words):
    CalendarDay.objects.create(date=date(2025, 10, 1), is_working=False, name="国庆节")
    form = Closes({"closes_at": typed})
    assert not form.is_valid() and words in str(form.errors)
    again = Closes(form.data)
    assert again.is_valid()
    assert not Closes({"closes_at": "2025-07-26T17:00", "sure": form.data["sure"]}).is_valid()


@pytest.mark.parametrize(("bound", "day"), [("later_than", 26), ("latest", 20), (None, 20)])
def test_nothing_is_asked_about_a_day_off_that_cannot_be(db, monkeypatch, in_june, bound, day):
    """The act refuses it at the first press; asking first would take two."""
    if bound is None:
        monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 8, 1, tzinfo=UTC))
    form = Closes({"closes_at": f"2025-07-{day}T17:00"})
    assert Closes(form.data).is_valid() is (bound is None)
    if bound is not None:
        setattr(form, bound, datetime(2025, 7, {"later_than": 27, "latest": 18}[bound], tzinfo=UTC))
    assert form.is_valid()


def test_the_field_knows_the_days_off_so_that_they_are_said_while_one_is_chosen(db):
    today = timezone.localdate()
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    worked, off = saturday + timedelta(days=7), saturday + timedelta(days=9)
    CalendarDay.objects.create(date=worked, is_working=True, name="调休上班")
    CalendarDay.objects.create(date=off, is_working=False, name="中秋节")
    field = Closes()["closes_at"].field
    told = json.loads(field.widget.get_context("closes_at", None, {})["widget"]["attrs"]["data-days-off"])
    assert (told.get(str(saturday)), told.get(str(worked)), told.get(str(off))) == ("周末", None, "中秋节")


def test_a_working_weekend_is_no_day_off(db):
    CalendarDay.objects.create(date=date(2025, 9, 28), is_working=True, name="国庆节调休")
    assert Closes({"closes_at": "2025-09-28T17:00"}).is_valid()
