"""New applications and re-verifications of one year are judged by versions of their own, from draft to record."""

import json
import uuid
from datetime import date
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import prescreening
from applications.actions import county, province
from applications.models import Application, Screening
from applications.replaying import replay
from programmes.models import Call, CallKind, Programme, Quota, RuleSet
from rulebook import loader, scenario
from rulebook.rules import State as Verdict
from tests import situations
from tests.applications.pages import browser
from tests.factories import ClusterFactory, OfficeFactory
from tests.portal.rows import listed
from tests.ruledesk.desk import in_force
from tests.situations import fresh, province_of
from workflow.refusals import StepRefused

pytestmark = pytest.mark.django_db

NEW, AGAIN = "recognition", "reverification"
CLAUSE = "1.4"


def stored(threshold: str, programme: Programme) -> RuleSet:
    """A stored version that asks for another output, in 亿元, in effect since last year."""
    rules = scenario.changed(loader.load("national-2022"), {CLAUSE: threshold})
    return RuleSet.objects.create(
        code=rules.code, version=f"test-{threshold}", content=rules.canonical_json, digest=rules.hash,
        programme=programme, effective_from=date(timezone.localdate().year - 1, 1, 1),
    )  # fmt: skip


@pytest.fixture
def both(call) -> Call:
    """The call takes both kinds; re-verification asks for 100 亿元 where new ones need 40."""
    CallKind.objects.create(call=call, kind=AGAIN, reverifies_batch=2022)
    call.reverification_rules = stored("100", call.programme)
    call.save()
    return call


def titled(*, batch: int = 2022):
    """A cluster that holds a valid title of a batch."""
    cluster = ClusterFactory()
    listed(cluster=cluster, batch=batch, sample=True, valid_from=date(2023, 1, 1), valid_to=date(2099, 12, 31))
    return cluster


def drafted(call, kind: str) -> Application:
    """A filled draft of a kind; both have the same figures."""
    office = OfficeFactory(county=True)
    cluster = titled() if kind == AGAIN else ClusterFactory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(situations.county, "open_application", partial(county.open_application, kind=kind))
        return situations.filled(call, by=office, cluster=cluster)


def submitted(call, kind: str) -> Application:
    draft = drafted(call, kind)
    county.submit(draft, key=uuid.uuid4(), declared=True, version=draft.version, by=draft.opened_by)
    return fresh(draft)


def verdict(findings) -> str:
    return next(one.state for one in findings if one.clause == CLAUSE)


def test_the_same_figures_are_met_as_new_and_not_met_in_re_verification(both):
    new, again = drafted(both, NEW), drafted(both, AGAIN)
    assert (new.kind, again.kind) == (NEW, AGAIN)
    pages = {}
    for row in (new, again):
        response = browser(row.opened_by).get(reverse("application", args=[row.pk]))
        groups = {item.clause: item for group in response.context["page"].findings.groups for item in group.clauses}
        pages[row.kind] = (groups[CLAUSE].state, groups[CLAUSE].required)
    assert pages[NEW][0] == Verdict.MET
    assert pages[AGAIN][0] == Verdict.NOT_MET
    assert "40" in pages[NEW][1]
    assert "100" in pages[AGAIN][1]


def test_snapshot_and_screening_name_the_rules_of_their_kind(both):
    for kind, wanted in ((NEW, Verdict.MET), (AGAIN, Verdict.NOT_MET)):
        row = submitted(both, kind)
        rules = both.rules_for(kind)
        content = json.loads(row.snapshot.content)
        assert content["rule_set"] == {"code": rules.code, "version": rules.version, "digest": rules.digest}
        assert content["call"]["kind"] == kind
        assert row.snapshot.rule_set_id == row.screening.rule_set_id == rules.pk
        assert verdict(prescreening.kept(row.screening)) == wanted
    assert (replay(Screening.objects.all()).different, Screening.objects.count()) == (0, 2)


@pytest.mark.parametrize("kind", [NEW, AGAIN])
def test_a_case_keeps_its_rules_after_others_are_brought_into_force(both, kind):
    row = submitted(both, kind)
    harder = stored("500", both.programme)
    in_force(both, harder, kind=kind, words="提高门槛。")
    both.refresh_from_db()
    assert both.rules_for(kind) == harder
    other = AGAIN if kind == NEW else NEW
    assert both.rules_for(other) != harder
    response = browser(province_of(row)).get(reverse("application", args=[row.pk]))
    shown = {item.clause: item for group in response.context["findings"].groups for item in group.clauses}[CLAUSE]
    assert ("40" if kind == NEW else "100") in shown.required
    assert "500" not in shown.required
    assert fresh(row).screening_id == row.screening_id
    later = submitted(both, kind)
    assert verdict(prescreening.kept(later.screening)) == Verdict.NOT_MET
    assert later.screening.rule_set_id == harder.pk


def test_a_re_verification_uses_no_place(both):
    row = submitted(both, AGAIN)
    by = province_of(row)
    province.recommend(row, key=uuid.uuid4(), version=row.version, words="佐证材料已核。", by=by)
    row = fresh(row)
    assert row.state == "recommended"
    province.take_back(row, key=uuid.uuid4(), version=row.version, words="再看", by=by)
    assert fresh(row).state == "submitted"
    assert set(Quota.objects.filter(call=both).values_list("used", flat=True)) == {0}


@pytest.mark.parametrize("batch", [None, 2023])
def test_only_a_title_of_the_batch_is_re_verified(both, batch):
    cluster = titled(batch=batch) if batch else ClusterFactory()
    with pytest.raises(StepRefused):
        county.open_application(cluster, both, kind=AGAIN, by=OfficeFactory(county=True))
    assert not Application.objects.exists()


def test_a_call_without_re_verification_opens_none_and_a_titled_cluster_opens_no_new_one(call, both):
    with pytest.raises(StepRefused):
        county.open_application(titled(), both, by=OfficeFactory(county=True))
    CallKind.objects.filter(call=both, kind=AGAIN).delete()
    with pytest.raises(StepRefused):
        county.open_application(titled(), both, kind=AGAIN, by=OfficeFactory(county=True))
