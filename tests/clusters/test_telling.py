"""Figures are saved whatever was typed, nothing typed is lost, and a hundred cells cost what one costs."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from clusters.actions import Cell, tell_figures
from clusters.models import Ask, YearFigure
from rulebook.catalogue import INDICATORS
from tests.factories import OfficeFactory
from tests.situations import drafted
from workflow.refusals import StepNotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(country):
    return OfficeFactory(county=True)


@pytest.fixture
def ask(call, by):
    return Ask.objects.get(opened_for=drafted(call, by=by).ask_key)


def told(ask):
    rows = YearFigure.objects.filter(cluster=ask.cluster).exclude(indicator="area_km2")
    return {(row.indicator, row.year): (row.typed, row.value, row.version) for row in rows}


def test_the_first_text_and_the_next_are_kept_with_their_versions(ask, by):
    first = tell_figures(ask, [Cell("gross_output", 2024, "１,234.5", 0)], by=by)
    second = tell_figures(ask, [Cell("gross_output", 2024, "80", first[0].figure.version)], by=by)
    assert (first[0].is_clash, second[0].is_clash, second[0].figure.version) == (False, False, 2)
    assert told(ask) == {("gross_output", 2024): ("80", Decimal("80"), 2)}


def test_text_that_cannot_be_read_is_saved_and_has_no_value(ask, by):
    tell_figures(ask, [Cell("gross_output", 2024, "1_000", 0)], by=by)
    assert told(ask) == {("gross_output", 2024): ("1_000", None, 1)}


def test_an_older_version_changes_nothing_and_gives_both_texts_back(ask, by):
    tell_figures(ask, [Cell("gross_output", 2024, "80", 0)], by=by)
    (clash,) = tell_figures(ask, [Cell("gross_output", 2024, "90", 0)], by=by)
    assert (clash.is_clash, clash.sent, clash.figure.typed, clash.figure.version) == (True, "90", "80", 1)
    assert told(ask) == {("gross_output", 2024): ("80", Decimal("80"), 1)}


def test_the_same_text_again_is_neither_a_clash_nor_a_change(ask, by):
    tell_figures(ask, [Cell("gross_output", 2024, "80", 0)], by=by)
    events = Event.objects.count()
    (again,) = tell_figures(ask, [Cell("gross_output", 2024, "80", 0)], by=by)
    assert (again.is_clash, again.is_change, Event.objects.count()) == (False, False, events)


def test_one_clash_in_a_block_leaves_the_other_cells_saved(ask, by):
    tell_figures(ask, [Cell("gross_output", 2023, "70", 0)], by=by)
    told_now = tell_figures(ask, [Cell("gross_output", 2023, "1", 0), Cell("gross_output", 2024, "80", 0)], by=by)
    assert [one.is_clash for one in told_now] == [True, False]
    assert told(ask)[("gross_output", 2024)] == ("80", Decimal("80"), 1)


def test_emptying_a_cell_keeps_its_version_going(ask, by):
    tell_figures(ask, [Cell("gross_output", 2024, "80", 0)], by=by)
    tell_figures(ask, [Cell("gross_output", 2024, "", 1)], by=by)
    assert told(ask) == {("gross_output", 2024): ("", None, 2)}


def test_every_change_is_in_the_record_and_in_the_history(ask, by):
    tell_figures(ask, [Cell("gross_output", 2024, "80", 0), Cell("sme_output", 2024, "60", 0)], by=by)
    tell_figures(ask, [Cell("gross_output", 2024, "81", 1)], by=by)
    events = Event.objects.filter(action="clusters.tell_figures").order_by("number")
    assert [event.details["cells"] for event in events] == [
        [["gross_output", 2024, "80"], ["sme_output", 2024, "60"]],
        [["gross_output", 2024, "81"]],
    ]
    kept = apps.get_model("clusters", "YearFigureHistory").objects.filter(pgh_obj__indicator="gross_output")
    assert [row.typed for row in kept.order_by("version")] == ["80", "81"]


def test_a_hundred_cells_cost_the_same_number_of_queries_as_one(ask, by):
    def cost(cells):
        with CaptureQueriesContext(connection) as queries:
            tell_figures(ask, cells, by=by)
        return len(queries)

    every = [
        (code, 2025 - offset)
        for code, one in INDICATORS.items()
        for offset in one.offsets
        if code not in ("area_km2", "gross_output")
    ]
    tell_figures(ask, [Cell("gross_output", 2022, "5", 0)], by=by)  # what is read once is read
    one_new, many_new = cost([Cell("gross_output", 2024, "80", 0)]), cost([Cell(*cell, "5", 0) for cell in every])
    one, many = cost([Cell("gross_output", 2024, "81", 1)]), cost([Cell(*cell, "6", 1) for cell in every])
    assert len(every) > 50
    assert (one_new, one) == (many_new, many)


def test_a_cell_that_is_not_asked_for_is_refused_and_nothing_of_the_block_is_kept(ask, by):
    with pytest.raises(StepNotAllowed):
        tell_figures(ask, [Cell("gross_output", 2024, "80", 0), Cell("iiot_user_count", 2023, "5", 0)], by=by)
    assert told(ask) == {}


def test_a_closed_ask_and_another_county_are_refused(ask, by):
    with pytest.raises(StepNotAllowed):
        tell_figures(ask, [Cell("gross_output", 2024, "80", 0)], by=OfficeFactory(county=True, authority="市中区"))
    Ask.objects.filter(pk=ask.pk).close()
    with pytest.raises(StepNotAllowed):
        tell_figures(ask, [Cell("gross_output", 2024, "80", 0)], by=by)
    assert told(ask) == {}
