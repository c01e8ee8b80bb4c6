"""A county with an open draft sees that the rules of its call changed, in words, and what it does to the draft."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.actions import county, province
from applications.enums import Reason
from applications.rule_news import news_of
from clusters.models import YearFigure
from programmes.models import RuleSet
from rulebook import loader, scenario
from tests.applications.pages import browser, text_of
from tests.ruledesk.desk import in_force
from tests.situations import GOOD, drafted, filled, fresh, province_of, returned, submitted

pytestmark = pytest.mark.django_db
CLOSE = GOOD | {"gross_output": ("60", "70", "80")}


def changed(call, changes: dict, version: str, words: str = "按新办法执行。") -> RuleSet:
    """Bring other rules into force for a call, as the ministry does."""
    rules = scenario.changed(loader.load("national-2022"), changes)
    row = RuleSet.objects.create(
        code=rules.code, version=version, content=rules.canonical_json, digest=rules.hash, programme=call.programme,
        effective_from=date(timezone.localdate().year - 1, 1, 1),
    )  # fmt: skip
    in_force(call, row, words=words)
    call.refresh_from_db()
    return row


def news(application):
    now = fresh(application)
    return news_of(now, YearFigure.objects.asked_of(now.cluster_id, now.call).readable())


def test_a_draft_reads_what_is_different_and_which_of_its_clauses_move(call):
    draft = filled(call, figures=CLOSE)
    assert news(draft) is None
    changed(call, {"1.4": "65"}, "test-65")
    told = news(draft)
    assert told.reasons == ["按新办法执行。"]
    assert any(line.startswith("1.4 集群总产值：不低于 40 亿元 → 不低于 65 亿元") for line in told.differences)
    (one,) = told.moved
    assert (one.clause, one.before, one.after) == ("1.4", "met", "not_met")
    assert "2022 年差 5.00 亿元" in one.says and one.cell.startswith("cell-gross_output-")


def test_two_changes_are_told_as_one_from_the_first_to_the_last(call):
    draft = filled(call, figures=CLOSE)
    changed(call, {"1.4": "65"}, "test-65", "第一次。")
    changed(call, {"1.3": "50"}, "test-50", "第二次。")
    told = news(draft)
    assert told.reasons == ["第一次。", "第二次。"]
    assert [one.clause for one in told.moved] == ["1.3"]
    assert not any(line.startswith("1.4") for line in told.differences)


def test_a_draft_opened_under_the_new_rules_reads_nothing(call):
    changed(call, {"1.4": "65"}, "test-65")
    assert news(drafted(call)) is None


def test_a_returned_one_reads_it_and_a_submitted_one_does_not(call):
    back, sent = returned(call), submitted(call, lead="市中区")
    changed(call, {"1.4": "65"}, "test-65")
    assert news(back) is not None and news(sent) is None


def test_what_was_submitted_under_the_new_rules_is_not_told_of_them_when_it_comes_back(call):
    draft = filled(call, figures=CLOSE)
    changed(call, {"1.4": "65"}, "test-65")
    county.submit(draft, key=uuid.uuid4(), declared=True, version=draft.version, by=draft.opened_by)
    sent = fresh(draft)
    province.send_back(
        sent, key=uuid.uuid4(), version=sent.version, reasons=[Reason.FIGURE_UNCLEAR], words="请核对。",
        due_at=timezone.now() + timedelta(days=10), by=province_of(sent),
    )  # fmt: skip
    assert news(sent) is None
    changed(call, {"1.3": "50"}, "test-50")
    assert [one.clause for one in news(sent).moved] == ["1.3", "1.4"]


def test_it_stands_on_the_page_with_a_link_to_the_grid(call):
    draft = filled(call, figures=CLOSE)
    changed(call, {"1.4": "65"}, "test-65")
    page = text_of(browser(draft.opened_by).get(reverse("application", args=[draft.pk])))
    assert "您开始申报以后，本年度申报适用的标准有变化" in page
    assert "不低于 40 亿元 → 不低于 65 亿元" in page
    moved = news(draft).moved[0]
    assert f'href="#{moved.cell}"' in page and f'id="{moved.cell}"' in page


def test_a_change_without_effect_says_so(call):
    draft = filled(call, figures=CLOSE)
    changed(call, {"1.4": "41"}, "test-41")
    assert news(draft).moved == []
    assert "本申报各条的判断均不变。" in text_of(browser(draft.opened_by).get(reverse("application", args=[draft.pk])))


def test_without_a_change_it_costs_one_query(call):
    draft = fresh(filled(call))
    with CaptureQueriesContext(connection) as queries:
        assert news_of(draft, {}) is None
    assert len(queries) == 1
