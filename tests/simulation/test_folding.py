"""What is zero or unchanged in a long result stands behind one line."""

import re
from dataclasses import dataclass

import pytest
from django.urls import reverse

from simulation.presenting import folded
from tests.applications.pages import signed_in, text_of
from tests.situations import in_notice


@dataclass(frozen=True)
class Some:
    change: str
    is_zero: bool = False


GAINED, SAME, NOTHING = Some("+2"), Some("0"), Some("0", is_zero=True)


@pytest.mark.parametrize(
    ("rows", "first", "rest"),
    [
        ([SAME, GAINED, NOTHING], [GAINED], [SAME, NOTHING]),
        ([SAME, NOTHING], [SAME], [NOTHING]),
        ([NOTHING, NOTHING], [NOTHING, NOTHING], []),
        ([], [], []),
    ],
    ids=["one changed", "none changed", "all zero", "none"],
)
def test_what_changed_comes_first_and_nothing_is_lost(rows, first, rest):
    found = folded(rows)
    assert (found.rows, found.rest) == (first, rest)


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
