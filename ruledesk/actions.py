"""What happens when somebody opens, changes, proposes, approves or abandons a draft of rules.

Rules become a stored version only here, and only by two people: whoever changed anything may not approve. The policy
says so, the approval asks again under the lock, and the database has a check of its own.
"""

import uuid
from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.policy import allows
from applications.prescreening import read
from audit.record import record
from audit.tallies import refuse
from programmes.models import Programme, RuleSet
from rulebook import loader
from ruledesk import drafting
from ruledesk.enums import DraftState
from ruledesk.lifecycle import LIFECYCLE
from ruledesk.models import Draft, EffectReport
from workflow.refusals import StepNotAllowed, StepRefused
from workflow.steps import AlreadyDone


def open_draft(
    programme: Programme, parent: RuleSet, *, code: str, key: uuid.UUID, by, content: Mapping | None = None
) -> Draft:
    """Begin a draft from a stored version: its successor under the same code, or rules of one's own under another.

    `content` is what it begins with instead of the parent's clauses (from a scenario). A repeat under the same key
    returns the draft of the first time. Raises StepNotAllowed, StepRefused and RuleFileError.
    """
    found = Draft.objects.filter(key=key, opened_by=by).first()
    if found is not None:
        if (found.programme_id, found.parent_id, found.content["code"]) != (programme.pk, parent.pk, code):
            raise StepRefused(_("This page was already used. Please reload it."), "key_reused")
        return found
    try:
        _may_begin(programme, parent, code, by)
        made = _begun(programme, parent, code, content)
        rules = loader.build(made, code)
        with transaction.atomic():
            draft = Draft.objects.create(
                programme=programme, parent=parent, process=str(rules.process), content=rules.content,
                digest=rules.hash, editors=[by.user_id], opened_by=by, changed_by=by, key=key,
            )  # fmt: skip
            subject = f"ruledesk.{draft.pk}"
            details = {"parent": parent.digest, "digest": draft.digest}
            record("ruledesk.open", by=by, chain=subject, subject=subject, state_to=draft.state, details=details)
            return draft
    except StepRefused as refusal:
        refuse("ruledesk.open", by=by, words=str(refusal), subject=f"rule_sets.{parent.pk}",
               details={"code": refusal.code})  # fmt: skip
        raise


def _may_begin(programme: Programme, parent: RuleSet, code: str, by) -> None:
    if not allows(by, "programmes.write_rules", programme):
        raise StepNotAllowed(_("The rules of this programme are written by the authority that runs it."), "not_allowed")
    if code != parent.code:
        if RuleSet.objects.filter(code=code).exists():
            raise StepRefused(
                _("Another rule set has the code “%(code)s” already. Please choose another.") % {"code": code},
                "code_taken",
            )
        return
    if parent.programme_id not in (None, programme.pk):
        raise StepRefused(_("Rules of another programme get a code of their own."), "other_programme")
    _is_newest(parent)


def _is_newest(parent: RuleSet) -> None:
    """Refuse where another version has taken the place already: a version has one successor."""
    successor = RuleSet.objects.filter(succeeds=parent).first()
    if successor is not None:
        raise StepRefused(
            _("%(parent)s has a later version already: %(successor)s. Please begin from that one.")
            % {"parent": parent, "successor": successor},
            "succeeded",
        )


def _begun(programme: Programme, parent: RuleSet, code: str, content: Mapping | None) -> dict:
    before = read(parent)
    version = drafting.next_version(parent.version) if code == parent.code else "1"
    while RuleSet.objects.filter(code=code, version=version).exists():
        version = drafting.next_version(version)
    made = drafting.begin(before, code=code, version=version, programme=programme.code)
    return made if content is None else {**content, **{key: made[key] for key in drafting.FIXED if key in made}}


def edit(draft: Draft, content: Mapping, *, version: int, by, place: str = "") -> Draft:
    """Keep changed content, checked as a whole; `place` names for the record what was changed (a clause, the dates).

    Saying the same twice changes nothing the second time. Raises RuleFileError when the rules do not hold together,
    Outdated when somebody else was faster.
    """
    loader.refuse_hidden(content, str(draft))
    rules = loader.build(content, str(draft))
    content = dict(rules.content)
    try:
        with LIFECYCLE.taking("edit", draft, by=by, version=version, done_already=_already(draft, rules.hash)) as taken:
            row = taken.row
            if any(content.get(key) != row.content.get(key) for key in drafting.FIXED):
                raise StepRefused(_("Code, version and programme of a draft of rules stay as they are."), "fixed")
            taken.changes |= {
                "content": content, "digest": rules.hash, "editors": _with(row.editors, by.user_id),
                "changed_by": by, "changed_at": taken.now,
            }  # fmt: skip
            taken.details |= {"from": row.digest, "to": rules.hash, "place": place}
    except AlreadyDone:
        pass
    draft.refresh_from_db()
    return draft


def _already(draft: Draft, digest: str):
    """Return the question “is exactly this kept already?”, asked under the lock."""
    return lambda: Draft.objects.filter(pk=draft.pk, digest=digest, state=DraftState.DRAFT).first()


def _with(editors: list[int], user: int) -> list[int]:
    return editors if user in editors else [*editors, user]


def propose(draft: Draft, *, version: int, by) -> None:
    """Put a draft before another person. Raises StepRefused with what is missing."""
    with LIFECYCLE.taking("propose", draft, by=by, version=version) as taken:
        taken.changes |= {"proposed_by": by, "proposed_at": taken.now}
        taken.details |= {"digest": taken.row.digest}


def take_back(draft: Draft, *, version: int, words: str = "", by) -> None:
    """Open a proposed draft for changes again."""
    with LIFECYCLE.taking("take_back", draft, by=by, version=version, words=words) as taken:
        taken.changes |= {"proposed_by": None, "proposed_at": None}


def abandon(draft: Draft, *, version: int, words: str = "", by) -> None:
    """End a draft for good; it stays readable and nothing else becomes of it."""
    with LIFECYCLE.taking("abandon", draft, by=by, version=version, words=words):
        pass


def approve(draft: Draft, *, version: int, by) -> RuleSet:
    """Store a proposed draft as a version for good; by a person who wrote nothing of it.

    Nothing is judged by it until it is brought into force. A repeat returns the version of the first time.
    Raises StepNotAllowed for a writer, StepRefused when the draft is incomplete or the version was succeeded.
    """
    try:
        with LIFECYCLE.taking(
            "approve", draft, by=by, version=version, done_already=lambda: _approved_by(draft, by)
        ) as taken:
            row = taken.row
            if by.user_id in row.editors:
                raise StepNotAllowed(_("Rules are approved by somebody who did not write them."), "own_draft")
            stored = _store(row, by)
            taken.changes |= {
                "approver": by.user, "approved_by": by, "approved_at": taken.now, "approved_rule_set": stored,
            }  # fmt: skip
            taken.details |= {"rule_set": stored.pk, "digest": stored.digest}
    except AlreadyDone as done:
        return done.found
    except IntegrityError as error:
        raise StepRefused(
            _("Another version was stored under this number meanwhile. Please begin from that one."), "succeeded"
        ) from error
    return stored


def _approved_by(draft: Draft, by) -> RuleSet | None:
    return RuleSet.objects.filter(draft=draft.pk, draft__approved_by=by).first()


def _store(row: Draft, by) -> RuleSet:
    rules = loader.build(row.content, str(row))
    succeeds = row.parent if rules.succeeds else None
    if succeeds is not None:
        _is_newest(succeeds)
    return RuleSet.objects.create(
        code=rules.code,
        version=rules.version,
        content=rules.canonical_json,
        digest=rules.hash,
        programme=row.programme,
        process=row.process,
        effective_from=_day(rules.effective_from),
        effective_to=_day(rules.effective_to),
        succeeds=succeeds,
        written_by=row.changed_by,
        approved_by=by,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def keep_report(draft: Draft, digest: str, *, settings: dict, result: dict, by) -> EffectReport:
    """Keep what a draft of exactly this content would do; the report of another content counts for nothing."""
    if not allows(by, "ruledesk.report", draft):
        raise StepNotAllowed(_("This step is not yours to take."), "not_allowed")
    with transaction.atomic():
        report = EffectReport.objects.create(draft=draft, digest=digest, settings=settings, result=result, made_by=by)
        subject = f"ruledesk.{draft.pk}"
        record("ruledesk.report", by=by, chain=subject, subject=subject, details={"digest": digest})
        return report
