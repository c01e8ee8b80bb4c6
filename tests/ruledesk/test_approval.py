"""Two people make a version: who may write, who may approve, and what a stored version keeps."""

import uuid
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.policy import allows, permissions, rule_of
from applications.prescreening import read
from audit.grants import grant_rights
from audit.models import Event
from programmes.models import RuleSet
from rulebook import loader
from ruledesk import actions, drafting, policies
from ruledesk.enums import DraftState
from ruledesk.lifecycle import LIFECYCLE
from ruledesk.models import Draft
from ruledesk.readiness import readiness
from tests.factories import OfficeFactory
from tests.ruledesk import desk
from workflow.refusals import Outdated, StepNotAllowed, StepRefused

pytestmark = pytest.mark.django_db
APPROVED = Path(__file__).with_name("approved_permissions.txt")
ACTIONS = ["view", "report", *LIFECYCLE.steps]
OWNERS = {"全国": ("national", Role.MINISTRY), "山东省": ("shandong", Role.PROVINCE)}


# --- The permission matrix ----------------------------------------------------------------------


def everybody(draft: Draft) -> dict:
    """Who may ask: the writer in their office and in a second one, a colleague, another province, and the rest."""
    owner, role = draft.programme.owner, draft.opened_by.role
    return {
        "writer": draft.opened_by,
        "writer in a second office": OfficeFactory(user=draft.opened_by.user, role=other(role), authority=owner),
        "colleague": OfficeFactory(role=role, authority=owner),
        "ministry": OfficeFactory(ministry=True),
        "own province or another": OfficeFactory(province=True, authority="山东省"),
        "another province": OfficeFactory(province=True, authority="青岛市"),
        "county": OfficeFactory(county=True),
        "auditor": OfficeFactory(role=Role.AUDITOR, authority="全国"),
        "system administrator": OfficeFactory(role=Role.SYSTEM_ADMINISTRATOR, authority="全国"),
    }


def other(role: Role) -> Role:
    return Role.PROVINCE if role == Role.MINISTRY else Role.MINISTRY


def draft_of(state: str, authority: str) -> Draft:
    code, role = OWNERS[authority]
    by = OfficeFactory(role=role, authority=authority)
    if authority == "全国":
        return desk.IN_STATE[state](by)
    return desk.IN_STATE[state](by, programme=desk.programme_of(authority, code=code), code=f"{code}-rules")


def matrix() -> str:
    """Return who may do what with a draft of the ministry and of a province, in every state."""
    lines = []
    for authority in OWNERS:
        for state in DraftState.values:
            draft = fresh(draft_of(state, authority))
            for who, office in everybody(draft).items():
                may = [name for name in ACTIONS if may_take(name, office, draft)]
                lines.append(f"{authority} | {state} | {who} | {' '.join(may) or '-'}")
            forget(draft)
    return "\n".join(lines) + "\n"


def forget(draft: Draft) -> None:
    """Take the draft and its version away, so that the next can succeed the same parent."""
    stored = draft.approved_rule_set_id
    draft.reports.all().delete()
    Draft.objects.filter(pk=draft.pk).delete()
    RuleSet.objects.filter(pk=stored).delete()


def fresh(draft: Draft) -> Draft:
    return Draft.objects.for_step().get(pk=draft.pk)


def may_take(name: str, office, draft: Draft) -> bool:
    step = LIFECYCLE.steps.get(name)
    return allows(office, f"ruledesk.{name}", draft) and (step is None or draft.state in step.sources)


def test_the_matrix_of_drafts_is_the_approved_one(country):
    import os

    written = matrix()
    if os.environ.get("JIQUN_APPROVE"):
        APPROVED.write_text(written, encoding="utf-8")
    assert written == APPROVED.read_text(encoding="utf-8")


def test_both_faces_of_every_rule_agree_on_every_draft(country):
    drafts = [desk.opened(), desk.proposed(), draft_of("proposed", "山东省"), draft_of("draft", "山东省")]
    rows = [fresh(draft) for draft in drafts]
    names = [name for name in permissions() if name.startswith("ruledesk.")]
    assert sorted(names) == sorted(f"ruledesk.{name}" for name in ACTIONS)
    for draft in rows:
        for office in everybody(draft).values():
            for name in names:
                in_memory = {row.pk for row in rows if allows(office, name, row)}
                in_table = set(Draft.objects.filter(rule_of(name).q(office)).values_list("pk", flat=True))
                assert in_memory == in_table, (office, name)


# --- The two-person wall, three times -------------------------------------------------------------


def test_nobody_approves_what_they_wrote_in_another_office_either():
    draft = desk.proposed()
    again = OfficeFactory(user=draft.opened_by.user, role=Role.PROVINCE, authority=draft.programme.owner)
    for office in (draft.opened_by, again):
        with pytest.raises(StepNotAllowed):
            actions.approve(draft, version=draft.version, by=office)
    draft.refresh_from_db()
    assert (draft.state, draft.approved_rule_set) == (DraftState.PROPOSED, None)
    assert not RuleSet.objects.filter(version="2").exists()


def test_who_changed_one_word_may_not_approve():
    draft = desk.complete()
    helper = desk.colleague(draft)
    title = {"zh": "修订稿", "en": "Revised"}
    actions.edit(draft, drafting.with_head(draft.content, title=title), version=draft.version, by=helper, place="head")
    desk.reported(draft)
    actions.propose(draft, version=draft.version, by=draft.opened_by)
    draft.refresh_from_db()
    assert draft.editors == [draft.opened_by.user_id, helper.user_id]
    with pytest.raises(StepNotAllowed):
        actions.approve(draft, version=draft.version, by=helper)
    assert actions.approve(draft, version=draft.version, by=desk.colleague(draft)).version == "2"


def test_the_approval_itself_refuses_a_writer_when_the_policy_would_not(monkeypatch):
    from accounts import policy

    draft = desk.proposed()
    monkeypatch.setitem(policy._rules, "ruledesk.approve", policies.its_owner)
    with pytest.raises(StepNotAllowed) as refused:
        actions.approve(draft, version=draft.version, by=draft.opened_by)
    assert refused.value.code == "own_draft"


def test_the_database_refuses_a_writer_when_our_code_would_not():
    draft = desk.proposed()
    writer = draft.opened_by
    with pytest.raises(IntegrityError, match="who_edited_rules_never_approves_them"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(approver=writer.user, approved_by=writer)


def test_the_database_refuses_a_version_approved_by_the_office_that_wrote_it():
    draft = desk.proposed()
    rules = loader.build(draft.content, "draft")
    with pytest.raises(IntegrityError, match="rules_are_approved_by_another"), transaction.atomic():
        RuleSet.objects.create(
            code=rules.code, version=rules.version, content=rules.canonical_json, digest=rules.hash,
            written_by=draft.opened_by, approved_by=draft.opened_by,
        )  # fmt: skip


# --- What is missing -----------------------------------------------------------------------------


def test_a_draft_is_proposed_only_with_source_cases_dates_and_report():
    draft = desk.opened()
    missing = lambda: readiness(draft).missing  # noqa: E731
    assert missing()[0].startswith(("与上一版本没有差异", "Nothing differs")) or len(missing()) >= 2
    desk.raised(draft, with_source=False)
    assert any("1.4" in one for one in missing())
    with pytest.raises(StepRefused) as refused:
        actions.propose(draft, version=draft.version, by=draft.opened_by)
    assert refused.value.code == "incomplete"
    desk.raised(draft)
    assert not any("1.4" in one for one in missing())
    desk.dated(draft)
    assert len(missing()) == 1  # the report
    desk.reported(draft)
    assert missing() == []


def test_what_is_missing_is_asked_again_when_it_is_approved():
    draft = desk.raised(desk.opened())
    proposed = {"state": DraftState.PROPOSED, "proposed_by": draft.opened_by, "proposed_at": timezone.now()}
    Draft.objects.filter(pk=draft.pk).update(**proposed)  # as no code of ours would
    with pytest.raises(StepRefused) as refused:
        actions.approve(draft, version=draft.version, by=desk.colleague(draft))
    assert refused.value.code == "incomplete"


def test_a_report_counts_for_exactly_the_text_it_was_made_for():
    draft = desk.complete()
    assert readiness(draft).is_ready
    desk.raised(draft, value="60")
    assert readiness(draft).report is None
    with pytest.raises(StepRefused):
        actions.propose(draft, version=draft.version, by=draft.opened_by)


def test_cases_of_the_old_threshold_turn_red_and_stop_the_proposal():
    draft = desk.complete()
    raw = dict(drafting.clause_of(draft.content, "1.4"))
    raw["test"] = {**raw["test"], "at_least": "60"}
    actions.edit(draft, drafting.with_clause(draft.content, "1.4", raw), version=draft.version, by=draft.opened_by)
    check = desk.check_of(draft, "1.4")
    assert [one.case.name for one in check.red] == ["on", "above", "missing"]  # the years that are there are short now
    assert not check.is_ready


def test_a_clause_without_the_case_on_the_bound_is_not_ready():
    draft = desk.complete()
    raw = drafting.clause_of(draft.content, "1.4")
    fewer = [case for case in raw["cases"] if case["case"] != "on"]
    actions.edit(draft, drafting.with_cases(draft.content, "1.4", fewer), version=draft.version, by=draft.opened_by)
    check = desk.check_of(draft, "1.4")
    assert len(check.lacking) == 1 and not check.is_ready


def test_a_changed_reading_changes_every_clause_that_reads_it():
    draft = desk.opened()
    content = drafting.with_setting(draft.content, "growth", "mean_of_rates")
    actions.edit(draft, content, version=draft.version, by=draft.opened_by)
    assert [one.clause for one in readiness(draft).clauses] == ["1.7", "4.1", "4.4"]


# --- What is stored ------------------------------------------------------------------------------


def test_an_approved_draft_is_stored_with_its_parent_its_changes_and_both_people():
    draft = desk.proposed()
    approver = desk.colleague(draft)
    stored = actions.approve(draft, version=draft.version, by=approver)
    rules = read(stored)
    assert (stored.code, stored.version, stored.programme, stored.process) == (
        "national-2022", "2", draft.programme, "recognition",
    )  # fmt: skip
    assert (stored.succeeds, stored.written_by, stored.approved_by) == (draft.parent, draft.opened_by, approver)
    assert rules.hash == stored.digest == draft.digest
    assert (rules.succeeds.code, rules.succeeds.version, rules.succeeds.hash) == (
        "national-2022", "1", draft.parent.digest,
    )  # fmt: skip
    assert rules.changes["1.4"].source == desk.SOURCE
    draft.refresh_from_db()
    assert (draft.state, draft.approver, draft.approved_rule_set) == (DraftState.APPROVED, approver.user, stored)
    told = [event.action for event in Event.objects.filter(chain=f"ruledesk.{draft.pk}").order_by("number")]
    assert told == ["ruledesk.open", "ruledesk.edit", "ruledesk.edit", "ruledesk.report", "ruledesk.propose",
                    "ruledesk.approve"]  # fmt: skip


def test_approving_twice_stores_one_version():
    draft = desk.proposed()
    approver, version = desk.colleague(draft), draft.version
    first = actions.approve(draft, version=version, by=approver)
    assert actions.approve(draft, version=version, by=approver) == first
    assert RuleSet.objects.filter(code="national-2022").count() == 2


def test_of_two_drafts_that_succeed_the_same_version_one_is_stored():
    parent = desk.national()
    first, second = desk.proposed(parent=parent), desk.proposed(parent=parent)
    actions.approve(first, version=first.version, by=desk.colleague(first))
    with pytest.raises(StepRefused) as refused:
        actions.approve(second, version=second.version, by=desk.colleague(second))
    assert refused.value.code == "succeeded" and "national-2022 2" in str(refused.value)
    with pytest.raises(StepRefused):
        desk.opened(parent=parent)


def test_what_can_only_be_refused_is_not_offered_and_the_page_says_why(client):
    parent = desk.national()
    first, second = desk.proposed(parent=parent), desk.proposed(parent=parent)
    approver, address = desk.colleague(second), reverse("rule_draft_step", args=[second.pk, "approve"])
    client.force_login(approver.user)
    assert client.get(address).status_code == 200
    actions.approve(first, version=first.version, by=desk.colleague(first))
    page = client.get(second.get_absolute_url()).content.decode()
    assert address not in page and "目前不能批准：" in page and "已有后续版本" in page
    assert client.get(address).status_code == 409
    assert "目前不能批准" not in client.get(first.get_absolute_url()).content.decode()


def test_a_province_writes_its_own_rules_under_a_code_of_its_own_and_not_the_national_ones():
    parent, own = desk.national(), desk.programme_of("山东省", code="shandong")
    office = OfficeFactory(province=True, authority="山东省")
    with pytest.raises(StepNotAllowed):
        desk.opened(office, parent=parent)
    with pytest.raises(StepRefused) as refused:
        desk.opened(office, parent=parent, programme=own)
    assert refused.value.code == "other_programme"
    draft = desk.opened(office, parent=parent, programme=own, code="shandong-rules")
    assert (draft.content["version"], draft.content["programme"]) == ("1", "shandong")
    assert "succeeds" not in draft.content
    with pytest.raises(StepRefused):
        desk.opened(OfficeFactory(ministry=True), parent=desk.approved(office, parent=parent, programme=own,
                    code="shandong-2"), programme=parent.programme, code="national-2022")  # fmt: skip


def test_opening_twice_under_one_key_opens_one_draft():
    parent, by, key = desk.national(), OfficeFactory(ministry=True), uuid.uuid4()
    first = actions.open_draft(parent.programme, parent, code=parent.code, key=key, by=by)
    assert actions.open_draft(parent.programme, parent, code=parent.code, key=key, by=by) == first
    with pytest.raises(StepRefused) as refused:
        actions.open_draft(parent.programme, parent, code="other", key=key, by=by)
    assert refused.value.code == "key_reused"
    assert Draft.objects.count() == 1


def test_an_old_page_changes_nothing_and_the_same_words_twice_are_kept_once():
    draft = desk.opened()
    old = draft.version
    content = drafting.with_head(draft.content, title={"zh": "甲", "en": "A"})
    actions.edit(draft, content, version=old, by=draft.opened_by)
    actions.edit(draft, content, version=old, by=draft.opened_by)  # pressed twice
    assert draft.version == old + 1
    with pytest.raises(Outdated):
        actions.edit(
            draft, drafting.with_head(draft.content, title={"zh": "乙", "en": "B"}), version=old, by=draft.opened_by
        )
    draft.refresh_from_db()
    assert draft.content["title"]["zh"] == "甲"


@pytest.mark.parametrize("key", drafting.FIXED)
def test_code_version_programme_and_parent_of_a_draft_stay_as_they_are(key):
    draft = desk.opened()
    content = {
        **draft.content,
        key: {
            "code": "x",
            "version": "9",
            "programme": "other",
            "process": "reverification",
            "succeeds": {"code": "national-2022", "version": "0", "hash": "0" * 64},
        }[key],
    }
    with pytest.raises(StepRefused) as refused:
        actions.edit(draft, content, version=draft.version, by=draft.opened_by)
    assert refused.value.code == "fixed"


def test_half_a_rule_is_never_kept():
    draft = desk.opened()
    before = draft.content
    broken = drafting.with_clause(before, "1.4", {**drafting.clause_of(before, "1.4"), "source": "NONE"})
    with pytest.raises(loader.RuleFileError):
        actions.edit(draft, broken, version=draft.version, by=draft.opened_by)
    draft.refresh_from_db()
    assert draft.content == before


# --- A used version never changes ------------------------------------------------------------------


def test_drafts_and_approvals_leave_a_used_version_as_it_was():
    parent = desk.national()
    before = (parent.content, parent.digest)
    desk.approved(parent=parent)
    parent.refresh_from_db()
    assert (parent.content, parent.digest) == before
    assert read(parent).hash == loader.load("national-2022").hash == parent.digest


@pytest.mark.parametrize("model", ["programmes_ruleset", "programmes_rulechange", "ruledesk_effectreport"])
def test_the_application_role_cannot_change_or_remove_what_is_stored(settings, model):
    grant_rights()
    with connection.cursor() as cursor:
        cursor.execute(
            "select privilege_type from information_schema.role_table_grants where grantee = %s and table_name = %s",
            [settings.DATABASE_APP_ROLE, model],
        )
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}
