"""What is zero or unchanged in a long result stands behind one line."""

import re
from dataclasses import dataclass

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from simulation.presenting import Bar, ClauseRow, folded
from simulation.results import Clause, Group
from tests.applications.pages import signed_in, text_of
from tests.situations import in_notice


@dataclass(frozen=True)
class Some:
    name: str
    is_unchanged: bool = True


GAINED, SAME, NOTHING = Some("gained", is_unchanged=False), Some("same"), Some("nothing")


@pytest.mark.parametrize(
    ("rows", "first", "rest"),
    [
        ([SAME, GAINED, NOTHING], [GAINED], [SAME, NOTHING]),
        ([SAME, NOTHING], [], [SAME, NOTHING]),
        ([], [], []),
    ],
    ids=["one changed", "none changed", "none"],
)
def test_what_changed_comes_first_and_nothing_is_lost(rows, first, rest):
    found = folded(rows)
    assert (found.rows, found.rest) == (first, rest)


def test_who_is_told_now_and_was_not_before_is_a_change_though_as_many_pass():
    bar = lambda **now: Bar("", "", Group("", "", 3, 1, 1, 1, **now), "", "", "")  # noqa: E731
    clause = lambda **after: ClauseRow(Clause("1.4", "", "", True, {"met": 1, "waived": 1}, after), "")  # noqa: E731
    assert bar(cannot_tell=1).is_unchanged and not bar(cannot_tell=0).is_unchanged
    assert clause(met=1, waived=1).is_unchanged and not clause(met=2).is_unchanged


def test_where_all_is_unchanged_one_line_says_so_and_opens_to_the_rows():
    rows = [Bar(name, "", Group("", "", 1, 0, 0, 0, 0), "", "", "") for name in ("山东省", "青岛市")]
    shown = render_to_string("simulation/partials/groups.html", {"folded": folded(rows), "id": "provinces"})
    before, inside = shown.split('<details class="folded">')
    assert "全部 2 项均无变化" in inside.partition("</summary>")[0] and "<table" not in before
    assert "山东省" in inside and "青岛市" in inside


def test_clauses_without_a_figure_stand_in_one_line_below_the_rule_set(call):
    page = text_of(signed_in(ministry=True).get(reverse("rule_set", args=[call.rule_set_id])))
    glance, rest = (
        page.split("glance-rest")[0].split('class="table desk-table glance"')[1],
        page.split("glance-rest")[1],
    )
    assert "#c-1.4" in glance and "#c-1.1" not in glance
    assert "#c-1.1" in rest.split("</p>")[0] and "#c-1.4" not in rest.split("</p>")[0]


def test_a_notice_says_once_what_every_cluster_of_it_says(call):
    first = in_notice(call)
    path = reverse("ministry_entries", args=[first.notice_entries.get().notice_id])
    page = text_of(signed_in(ministry=True).get(path))
    heads = re.findall(r"<th scope=\"col\">([^<]+)</th>", page.split("entries-table")[1])
    assert heads == ["集群", "省份", "县（市、区）", "状态"]  # nothing is recorded before the last day
