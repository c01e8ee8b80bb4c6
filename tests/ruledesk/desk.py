"""A rule desk for tests: the national rules stored, people who write and approve, and drafts in every state."""

import uuid
from datetime import timedelta

from django.utils import timezone

from accounts.enums import Role
from programmes import rule_changes
from programmes.models import Programme, RuleSet
from rulebook import cases, loader
from ruledesk import actions, drafting
from ruledesk.enums import DraftState
from ruledesk.models import Draft
from ruledesk.readiness import readiness
from tests.factories import OfficeFactory
from tests.world import make_country, stored_rules

SOURCE = "关于调整认定标准的通知（示例）"


def national() -> RuleSet:
    """Return the stored national rules, of the national programme."""
    programme = programme_of("全国", code="national")
    stored = stored_rules()
    RuleSet.objects.filter(pk=stored.pk).update(programme=programme)
    stored.refresh_from_db()
    return stored


def programme_of(authority: str, *, code: str) -> Programme:
    """Return a programme run by this authority."""
    owner = make_country()[authority]
    found, _ = Programme.objects.get_or_create(
        code=code, defaults={"name": f"{authority}集群", "name_en": code, "owner": owner}
    )
    return found


def opened(by=None, **more) -> Draft:
    """Return a draft of the next national version."""
    by = by or OfficeFactory(ministry=True)
    parent = more.pop("parent", None) or national()
    programme = more.pop("programme", None) or parent.programme
    return actions.open_draft(programme, parent, code=more.pop("code", parent.code), key=uuid.uuid4(), by=by, **more)


def raised(draft: Draft, by=None, *, value: str = "50", clause: str = "1.4", with_source: bool = True) -> Draft:
    """Let 1.4 ask for 50 instead of 40 in a draft, in test and words, with its source and the proposed cases."""
    by = by or draft.opened_by
    raw = worded(drafting.clause_of(draft.content, clause), value)
    raw["test"] = {**raw["test"], "at_least": value}
    content = drafting.with_clause(draft.content, clause, raw)
    if with_source:
        content, key = drafting.with_source(content, SOURCE)
        content = drafting.with_reason(content, clause, key, "总产值门槛提高。")
    rules = loader.build(content, "draft")
    proposed = cases.propose(rules.by_clause[clause], rules)
    content = drafting.with_cases(content, clause, [raw_case(case) for case in proposed])
    return actions.edit(draft, content, version=draft.version, by=by, place=clause)


def worded(raw, value: str) -> dict:
    """Return clause 1.4 with its wording and our reading for this threshold, in both languages."""
    zh, en = f"{value}亿元", f"{value} × 100 million yuan"
    text = {"zh": f"近三年产值均在{zh}以上", "en": f"Output of {en} or more each year"}
    says = {"zh": f"三个年度的集群总产值都不低于{zh}。", "en": f"Gross output is at least {en} each year."}
    return dict(raw) | {"text": text, "says": says}


def raw_case(case) -> dict:
    figures = {f"{code} T-{back}": str(value) for (code, back), value in case.figures.items()}
    return {"case": case.name, "figures": figures, "gives": str(case.gives)}


def dated(draft: Draft, by=None) -> Draft:
    """Set from when the rules take effect: since yesterday."""
    day = timezone.localdate() - timedelta(days=1)
    content = drafting.with_head(draft.content, effective={"from": day.isoformat(), "to": ""})
    return actions.edit(draft, content, version=draft.version, by=by or draft.opened_by, place="head")


def reported(draft: Draft, by=None) -> Draft:
    """Make its effect report."""
    from ruledesk import effects

    effects.make(draft, by or draft.opened_by)
    return draft


def complete(by=None, **more) -> Draft:
    """Return a draft that lacks nothing."""
    return reported(dated(raised(opened(by, **more))))


def proposed(by=None, **more) -> Draft:
    """Return a draft that waits for approval."""
    draft = complete(by, **more)
    actions.propose(draft, version=draft.version, by=draft.opened_by)
    draft.refresh_from_db()
    return draft


def approved(by=None, approver=None, **more) -> RuleSet:
    """Return a version that two people made."""
    draft = proposed(by, **more)
    return actions.approve(draft, version=draft.version, by=approver or colleague(draft))


def colleague(draft: Draft):
    """Return another person of the authority that owns the draft."""
    return OfficeFactory(role=draft.opened_by.role, authority=draft.programme.owner)


def abandoned(by=None, **more) -> Draft:
    """Return a draft that was given up."""
    draft = opened(by, **more)
    actions.abandon(draft, version=draft.version, by=draft.opened_by)
    draft.refresh_from_db()
    return draft


def approved_draft(by=None, **more) -> Draft:
    """Return the draft of an approved version."""
    return approved(by, **more).draft


def in_force(call, rules: RuleSet, *, kind: str = "recognition", by=None, words: str = "按新办法执行。", **more):
    """Bring rules into force in a call as two people do, and return the change."""
    by = by or OfficeFactory(role=Role.MINISTRY, authority=call.programme.owner)
    second = more.pop("second", None) or OfficeFactory(role=by.role, authority=by.authority)
    said = {"before": call.rules_for(kind).pk, "key": uuid.uuid4()} | more
    proposal = rule_changes.propose(call, kind, rules, words=words, by=by, **said)
    return rule_changes.bring_into_force(proposal, by=second)


IN_STATE = {
    DraftState.DRAFT: opened,
    DraftState.PROPOSED: proposed,
    DraftState.APPROVED: approved_draft,
    DraftState.ABANDONED: abandoned,
}


def check_of(draft: Draft, clause: str):
    """What is told about one clause of a draft; None where it is as before."""
    return next((one for one in readiness(draft).clauses if one.clause == clause), None)
