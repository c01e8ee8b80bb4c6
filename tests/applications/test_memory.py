"""A county that applied before sees where it fell short, with today's figures and the rules in force beside it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import State
from applications.memory import memory_of
from applications.models import Application
from programmes.models import Call
from tests.applications.pages import browser, text_of
from tests.factories import OfficeFactory
from tests.situations import (
    GOOD,
    declined,
    drafted,
    fresh,
    in_notice,
    not_recommended,
    recommended,
    submitted,
    tell,
    withdrawn,
)
from tests.world import make_call

pytestmark = pytest.mark.django_db
SHORT = GOOD | {
    "gross_output": ("38.7", "70", "80"),
    "leading_output": ("30", "54", "62"),
    "sme_output": ("30", "58", "66"),
}


@pytest.fixture
def before() -> Call:
    return make_call(year=2025)


@pytest.fixture
def now(before) -> Call:
    return make_call(year=2026)


def again(then: Application, now: Call) -> Application:
    """A draft of the same cluster in the call of the year after."""
    return fresh(drafted(now, by=then.opened_by, cluster=then.cluster))


def clauses(memory) -> list[str]:
    return [one.clause for one in memory.clauses] if memory else []


@pytest.mark.parametrize("reached", [not_recommended, withdrawn, recommended])
def test_what_was_not_met_then_stands_beside_today(before, now, reached):
    then = reached(before, figures=SHORT)
    draft = again(then, now)
    memory = memory_of(draft.cluster, now, draft.opened_by, but=draft)
    assert clauses(memory) == ["1.4"]
    (one,) = memory.clauses
    assert one.then.says == "2022 年差 1.30 亿元；2023、2024 年达标"
    assert (one.then.state, one.now.state) == ("not_met", "cannot_tell")
    assert "2025 年集群总产值（不低于 40 亿元的，本条达标）" in one.takes
    tell(draft, {"gross_output": ("", "", "90")}, by=draft.opened_by)
    (one,) = memory_of(draft.cluster, now, draft.opened_by, but=fresh(draft)).clauses
    assert (one.now.state, one.takes) == ("met", "")


def test_nothing_is_shown_where_nothing_was_tried_or_nothing_fell_short(before, now):
    draft = fresh(drafted(now))
    assert memory_of(draft.cluster, now, draft.opened_by, but=draft) is None
    met = not_recommended(before, lead="市中区")
    assert memory_of(met.cluster, now, met.opened_by) is None
    page = text_of(browser(draft.opened_by).get(reverse("application", args=[draft.pk])))
    assert "上次申报差在哪里" not in page


def test_a_draft_that_was_never_submitted_is_no_memory(before, now):
    first = drafted(before)
    draft = again(first, now)
    assert memory_of(draft.cluster, now, draft.opened_by, but=draft) is None


def test_another_programme_remembers_nothing(before):
    then = not_recommended(before, figures=SHORT)
    national = make_call(year=2026, sample=False)
    assert memory_of(then.cluster, national, then.opened_by) is None


def test_the_rules_in_force_say_what_they_ask_now(before, now):
    from programmes.models import RuleSet
    from rulebook import loader, scenario

    rules = scenario.changed(loader.load("national-2022"), {"1.4": "50"})
    now.rule_set = RuleSet.objects.create(
        code=rules.code, version="test-50", content=rules.canonical_json, digest=rules.hash
    )
    now.save()
    then = not_recommended(before, figures=SHORT)
    (one,) = memory_of(then.cluster, now, then.opened_by).clauses
    assert one.has_new_requirement
    assert one.then.requirement.endswith("不低于 40 亿元") and one.now.requirement.endswith("不低于 50 亿元")


def test_it_stands_where_an_application_begins_and_on_its_draft(before, now):
    then = not_recommended(before, figures=SHORT)
    page = browser(then.opened_by)
    at_the_start = text_of(page.get(reverse("cluster", args=[then.cluster_id])))
    assert "上次申报差在哪里" in at_the_start and "2022 年差 1.30 亿元" in at_the_start and "不予推荐" in at_the_start
    draft = again(then, now)
    assert "2022 年差 1.30 亿元" in text_of(page.get(reverse("application", args=[draft.pk])))


@pytest.mark.parametrize("secret", [declined, lambda call, **more: in_notice(call, starts_in_days=3, **more)])
def test_what_the_ministry_chose_in_secret_reads_recommended(before, now, secret):
    """The memory is the same as after a recommendation alone, word for word."""
    open_one = recommended(before, figures=SHORT)
    hidden = secret(before, figures=SHORT, lead="市中区")
    assert hidden.state in {State.DECLINED, State.IN_PUBLIC_NOTICE}
    told = [memory_of(one.cluster, now, one.opened_by) for one in (open_one, hidden)]
    assert [one.state for one in told] == [State.RECOMMENDED, State.RECOMMENDED]
    assert told[0].clauses == told[1].clauses


def test_it_remembers_the_newest_submission_and_costs_the_same_whatever_it_holds(before, now):
    few = GOOD | {"area_km2": ("", "", "120")}
    many = SHORT | few | {"gross_output": ("38.7", "39", "80"), "co2_intensity": ("0.9", "0.8", "0.8")}
    costs = []
    for lead, figures in (("历下区", few), ("市中区", many)):
        then = not_recommended(before, figures=figures, lead=lead)
        draft = again(then, now)
        with CaptureQueriesContext(connection) as queries:
            assert memory_of(draft.cluster, now, draft.opened_by, but=draft, figures={})
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 5


def test_a_neighbour_who_cannot_edit_reads_no_memory(before, now):
    then = not_recommended(before, figures=SHORT)
    other = OfficeFactory(county=True, authority="单县")
    assert memory_of(then.cluster, now, other) is None


def test_a_submission_is_no_memory_of_itself(before):
    mine = submitted(before, figures=SHORT)
    assert memory_of(mine.cluster, before, mine.opened_by, but=mine) is None
