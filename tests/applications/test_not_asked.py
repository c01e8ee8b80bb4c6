"""A cell nobody asks for reads 无需填写, never 未填报, wherever figures are read; what is left in it nobody signs."""

import json
import re
import uuid
from contextlib import contextmanager

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import snapshots
from applications.actions import county
from applications.figures import table_of
from applications.filling import filling
from applications.grid import text_of
from applications.packets import content
from applications.versions import changes_since_return
from clusters.models import YearFigure
from clusters.querysets import YearFigureQuerySet
from tests.applications.pages import browser, signed_in
from tests.situations import GOOD, county_of, drafted, filled, fresh, province_of, replied, sent_back, submitted, tell
from tests.world import make_call

NOT_TOLD, NOT_ASKED = "未填报", "无需填写"


def cells(client, address: str, label: str) -> list[str]:
    """Return what stands in the row of an indicator, its years alone."""
    page = client.get(address).content.decode()
    (row,) = (row for row in re.findall(r"<tr>.*?</tr>", page, re.S) if f'<th scope="row">{label}' in row)
    found = re.findall(r'<td class="number[^"]*"[^>]*>(.*?)</td>', row, re.S)
    return ["".join(re.sub(r"<[^>]*>", "", text).split()) for text in found]


def test_the_page_of_a_cluster_tells_what_was_not_asked_from_what_was_not_told(call):
    application = filled(call, figures=GOOD | {"sme_output": ("", "58", "66")})
    page, address = browser(county_of(application)), reverse("cluster", args=[application.cluster_id])
    assert cells(page, address, "制造业单项冠军企业（主导产业）") == [NOT_ASKED, NOT_ASKED, "1家"]
    assert cells(page, address, "中小企业产值") == [f"—{NOT_TOLD}", "58亿元", "66亿元"]


@pytest.mark.parametrize(("answer", "said"), [("否", NOT_ASKED), ("是", NOT_TOLD)])
def test_a_comparison_that_the_industry_does_not_need_is_not_missing(call, answer, said):
    figures = GOOD | {"is_high_energy_industry": ("", "", answer)}
    draft = filled(call, figures=figures)
    address = reverse("application_check", args=[draft.pk])
    assert cells(browser(county_of(draft)), address, "能效与行业基准值之比")[-1] == f"—{said}"


def test_reviewers_read_the_same(call):
    case = submitted(call)
    assert cells(signed_in(province=True, authority="山东省"), case.get_absolute_url(), "能效与行业基准值之比")[2] == (
        f"—{NOT_ASKED}"
    )


# --- what an earlier call left in cells that this form does not ask for --------------------------

CHAMPION = "制造业单项冠军企业（主导产业）"  # asked for the latest year alone: of the call before, 2023


def left_over(call, **more):
    """A cluster that told the call of the year before its figures, and applies in this one."""
    before = drafted(make_call(year=call.year - 1))
    tell(before, GOOD | {"employee_count": ("20,000", "", "")} | more, by=county_of(before))
    return {"cluster": before.cluster, "by": county_of(before)}


@contextmanager
def as_it_was_once():
    """Freeze every figure of the years of a call, as snapshots were made before."""

    def every(rows, cluster, call):
        return rows.filter(cluster=cluster, year__in=call.years_asked)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(YearFigureQuerySet, "asked_of", every)
        yield


def shown_in(page) -> dict:
    """Return what stands in the grid of a page, by indicator and year."""
    rows = (row for section in page.context["page"].grid.sections for row in section.rows)
    return {(cell.indicator, cell.year): cell.text for row in rows for cell in row.cells if cell and cell.text}


def texts(figures) -> dict:
    """Return figures as the grid writes them."""
    rows = (YearFigure(indicator=code, year=year, value=value) for (code, year), value in figures.items())
    return {(row.indicator, row.year): text_of(row) for row in rows}


def test_what_is_checked_is_what_is_signed_and_what_everybody_reads(call):
    draft = filled(call, **left_over(call))
    page, reviewer = browser(county_of(draft)), province_of(draft)
    checked = page.get(reverse("application_check", args=[draft.pk]))
    address, sent = reverse("application_submit", args=[draft.pk]), checked.context["form"].initial
    assert page.post(address, sent | {"declared": "on"}).status_code == 302
    snapshot = fresh(draft).snapshot
    signed = texts(snapshots.figures_in(snapshot))
    assert {("champion_count", 2023), ("area_km2", 2023), ("employee_count", 2021)}.isdisjoint(signed)
    assert ("gross_output", 2021) in signed  # the optional year, asked for of this one
    receipt = page.get(reverse("application_submitted", args=[draft.pk]))
    case = browser(reviewer).get(draft.get_absolute_url())
    packet = content.packet_of(fresh(draft, reviewer), reviewer, timezone.now())
    assert shown_in(checked) == shown_in(receipt) == signed == texts(case.context["table"].figures)
    assert json.loads(packet["snapshots"][0]["content"]) == json.loads(snapshot.content)
    assert cells(browser(reviewer), draft.get_absolute_url(), CHAMPION)[:4] == ["", "", "", "1"]


def test_what_cannot_be_read_where_nothing_is_asked_is_no_wall(call):
    before = left_over(call, champion_count=("", "", "无"))
    draft = filled(call, **before)
    checked = browser(before["by"]).get(reverse("application_check", args=[draft.pk]))
    assert checked.context["errors"] == [] and "提交前请处理以下事项" not in checked.content.decode()
    county.submit(draft, key=uuid.uuid4(), declared=True, version=draft.version, by=before["by"])


def test_the_area_of_a_year_that_is_not_asked_for_is_not_held_against_the_register(call):
    draft = filled(call, **left_over(call, area_km2=("", "", "55")))
    asked = {one.code for one in filling(draft).problems}
    assert not {code for code in asked if code.startswith("area:")}
    tell(draft, {"area_km2": ("", "", "58")}, by=county_of(draft))
    assert "area:area_km2:2024" in {one.code for one in filling(fresh(draft)).problems}


def test_an_earlier_year_that_is_asked_for_is_compared_with_all_the_same(call):
    draft = filled(call, **left_over(call, gross_output=("900", "70", "80")))
    assert "jump:gross_output:2022" in {one.code for one in filling(draft).problems}


def test_the_cells_of_the_form_are_those_that_can_be_told(call):
    (ask,) = drafted(call).cluster.asks.all()
    every = {(code, year) for code in ask.indicators for year in ask.years}
    assert set(call.cells_asked) == {cell for cell in every if ask.covers(*cell)} < every


def test_what_was_signed_unasked_once_stands_on_the_receipt_and_is_no_correction_when_it_goes(call):
    with as_it_was_once():
        first = sent_back(submitted(call, **left_over(call)))
    by = county_of(first)
    receipt = browser(by).get(reverse("application_submitted", args=[first.pk]))
    signed = snapshots.figures_in(first.snapshot)
    assert signed["champion_count", 2023] == 1 and shown_in(receipt) == texts(signed)
    assert changes_since_return(first).figures == []
    replied(first)
    county.submit(fresh(first), key=uuid.uuid4(), declared=True, version=None, by=by)
    again = fresh(first)
    assert ("champion_count", 2023) not in snapshots.figures_in(again.snapshot)
    table = table_of(again)
    assert table.corrected == [] and table.changes.figures == []
