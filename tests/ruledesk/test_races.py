"""Races of real processes: a version is stored once, and a call gets other rules once."""

import uuid
from functools import partial
from pathlib import Path

import pytest

from programmes.models import Call, RuleChange, RuleChangeProposal, RuleSet
from tests import racing
from tests.factories import OfficeFactory
from tests.ruledesk import desk
from tests.world import make_call

pytestmark = pytest.mark.django_db(transaction=True)


race = partial(racing.race, Path(__file__).with_name("racer.py"))


def approval(draft, office) -> dict:
    return {"act": "approve", "draft": draft.pk, "version": draft.version, "office": office.pk}


def test_pressing_approve_many_times_at_once_stores_one_version():
    draft = desk.proposed()
    assert race([approval(draft, desk.colleague(draft))] * 4) == ["done"] * 4
    assert RuleSet.objects.filter(code="national-2022").count() == 2


def test_of_drafts_approved_at_one_moment_one_succeeds_the_version():
    parent = desk.national()
    drafts = [desk.proposed(parent=parent) for _ in range(3)]
    ends = race([approval(draft, desk.colleague(draft)) for draft in drafts])
    assert sorted(ends) == ["done", "succeeded", "succeeded"]
    assert RuleSet.objects.filter(succeeds=parent).count() == 1


def test_proposing_and_bringing_into_force_at_one_moment_happen_once():
    call = make_call()
    stored = desk.approved()
    officer, second = OfficeFactory(ministry=True), OfficeFactory(ministry=True)
    act = {"act": "propose", "call": call.pk, "rules": stored.pk, "before": call.rule_set_id, "office": officer.pk}
    others = [act | {"key": str(uuid.uuid4())} for _ in range(3)]
    assert sorted(race(others)) == ["done", "proposed", "proposed"]
    proposal = RuleChangeProposal.objects.get()
    force = {"act": "force", "proposal": proposal.pk, "office": second.pk}
    assert race([force] * 3 + [force | {"office": officer.pk}]).count("done") >= 3
    change = RuleChange.objects.get()
    assert (change.office, change.proposed_by) == (second, officer)
    assert Call.objects.get(pk=call.pk).rule_set_id == stored.pk
