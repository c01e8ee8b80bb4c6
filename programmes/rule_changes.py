"""What happens when a call gets other rules: one person proposes it with a reason, a second one brings it about."""

import uuid
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.policy import allows
from audit.record import record
from audit.tallies import refuse
from programmes.enums import Kind
from programmes.models import Call, RuleChange, RuleChangeProposal, RuleSet
from workflow.locks import take_turns
from workflow.refusals import Outdated, StepNotAllowed, StepRefused

ACT = "programmes.%s"


def propose(
    call: Call, kind: str, rule_set: RuleSet, *, before: int, key: uuid.UUID, words: str, by
) -> RuleChangeProposal:
    """Put it before a second person that an open call be judged by another stored version, and say why.

    `before` is the rule set the page showed. A repeat under the same key returns the proposal of the first time.
    Raises StepNotAllowed for anybody but the authority that runs the programme, Outdated when the call has other
    rules meanwhile, StepRefused without a reason, where a proposal waits, or where the version does not fit.
    """

    def make() -> RuleChangeProposal:
        done = RuleChangeProposal.objects.filter(key=key).first()
        if done is not None:
            return _same(done, (call.pk, kind, rule_set.pk, before, words, by.pk))
        if not words.strip():
            raise StepRefused(_("Please say why other rules judge this call from now on."), "no_reason")
        newest = _open_call(call)
        _fits(newest, kind, rule_set, before)
        if waiting(newest, kind) is not None:
            raise StepRefused(
                _("Other rules are proposed for this call already. Please decide on that proposal first."), "proposed"
            )
        made = RuleChangeProposal.objects.create(
            call=newest, kind=kind, before_id=before, after=rule_set, words=words, office=by, key=key
        )
        _record("propose_rules", made, by, words)
        return made

    return _taken("propose_rules", call, rule_set, by, make)


def bring_into_force(proposal: RuleChangeProposal, *, by) -> RuleChange:
    """Let the call of a proposal be judged by its version from now on; what was submitted keeps its screening.

    By another person than the one who proposed it. A repeat returns the change of the first time. Raises
    StepNotAllowed, Outdated when the call has other rules meanwhile, StepRefused when it does not fit any more.
    """
    call = proposal.call

    def make() -> RuleChange:
        done = RuleChange.objects.filter(proposal=proposal).first()
        if done is not None:
            return done
        if by.user_id == proposal.office.user_id:
            raise StepNotAllowed(_("Rules are brought into force by somebody who did not propose it."), "own_proposal")
        newest = _open_call(call)
        _stands(proposal)
        _fits(newest, proposal.kind, proposal.after, proposal.before_id)
        field = "reverification_rules" if proposal.kind == Kind.REVERIFICATION else "rule_set"
        Call.objects.filter(pk=newest.pk).update(**{field: proposal.after})
        made = RuleChange.objects.create(
            call=newest, kind=proposal.kind, before=proposal.before, after=proposal.after, words=proposal.words,
            office=by, proposed_by=proposal.office, proposal=proposal, key=proposal.key,
        )  # fmt: skip
        _record("bring_into_force", proposal, by, proposal.words)
        return made

    return _taken("bring_into_force", call, proposal.after, by, make)


def withdraw(proposal: RuleChangeProposal, *, by) -> None:
    """Take a proposal off the table, by who proposed it or by another; raises StepRefused when it is decided."""

    def make() -> None:
        _stands(proposal)
        rows = RuleChangeProposal.objects.filter(pk=proposal.pk, withdrawn_at=None)
        if rows.update(withdrawn_at=Now(), withdrawn_by=by):
            _record("withdraw_rules", proposal, by, "")

    _taken("withdraw_rules", proposal.call, proposal.after, by, make)


def waiting(call: Call, kind: str) -> RuleChangeProposal | None:
    """Return the proposal a second person can decide on; one made for rules that are gone counts no more."""
    rows = RuleChangeProposal.objects.select_related("office__user", "before", "after").filter(
        call=call, kind=kind, withdrawn_at=None, change=None, before=call.rules_for(kind)
    )
    return rows.order_by("-pk").first()


def _taken(act: str, call: Call, rule_set: RuleSet, by, make):
    """Do an act on the rules of a call alone and once, and write down when it was refused."""
    subject = f"calls.{call.pk}"
    try:
        if not allows(by, "programmes.bring_into_force", call):
            raise StepNotAllowed(
                _("The rules of a call are chosen by the authority that runs the programme."), "not_allowed"
            )
        with transaction.atomic():
            take_turns(subject)  # pressed twice at once, the second finds what the first has made
            return make()
    except StepRefused as refusal:
        refuse(ACT % act, by=by, subject=subject, words=str(refusal),
               details={"code": refusal.code, "rule_set": rule_set.digest})  # fmt: skip
        raise


def _same(done: RuleChangeProposal, said: tuple) -> RuleChangeProposal:
    if (done.call_id, done.kind, done.after_id, done.before_id, done.words, done.office_id) != said:
        raise StepRefused(_("This page was already used. Please reload it."), "key_reused")
    return done


def _stands(proposal: RuleChangeProposal) -> None:
    """Refuse a proposal on which somebody has decided already."""
    now = RuleChangeProposal.objects.select_related("change").get(pk=proposal.pk)
    if now.withdrawn_at is not None:
        raise StepRefused(_("This proposal was withdrawn."), "withdrawn")
    if hasattr(now, "change"):
        raise StepRefused(_("These rules were brought into force by this proposal already."), "in_force")


def _open_call(call: Call) -> Call:
    newest = Call.objects.open_now().select_related("programme").filter(pk=call.pk).first()
    if newest is None:
        raise StepRefused(_("The call is not open; its rules stay as they are."), "call_closed")
    return newest


def _fits(call: Call, kind: str, rule_set: RuleSet, before: int) -> None:
    if call.rules_for(kind).pk != before:
        raise Outdated(
            _("The call has other rules meanwhile. The page shows the newest; please look again."), "outdated"
        )
    refusal = why_not(call, kind, rule_set, timezone.localdate())
    if refusal is not None:
        raise refusal


def _record(act: str, proposal: RuleChangeProposal, by, words: str) -> None:
    details = {
        "kind": proposal.kind, "before": proposal.before.digest, "after": proposal.after.digest,
        "proposal": proposal.pk, "proposed_by": proposal.office_id,
    }  # fmt: skip
    record(ACT % act, by=by, subject=f"calls.{proposal.call_id}", words=words, details=details)


def why_not(call: Call, kind: str, rule_set: RuleSet, today: date) -> StepRefused | None:
    """Return why these rules cannot judge this kind in this call today, None when they can."""
    if not call.kinds.filter(kind=kind).exists():
        return StepRefused(_("The call takes no applications of this kind."), "other_kind")
    if call.rules_for(kind).pk == rule_set.pk:
        return StepRefused(_("These rules are in force in this call already."), "in_force")
    if not _is_of_programme(call, rule_set):
        return StepRefused(_("These rules belong to another programme."), "other_programme")
    if not (rule_set.process == kind or (rule_set.process == Kind.RECOGNITION and kind == Kind.REVERIFICATION)):
        return StepRefused(
            _("These rules are made for “%(process)s”.") % {"process": rule_set.get_process_display()}, "other_process"
        )
    starts, ends = rule_set.effective_from, rule_set.effective_to
    if starts is None or starts > today:
        day = date_format(starts) if starts else _("a day that is not set")
        return StepRefused(_("These rules take effect on %(day)s.") % {"day": day}, "not_yet")
    if ends is not None and ends < today:
        return StepRefused(_("These rules were in effect until %(day)s.") % {"day": date_format(ends)}, "over")
    return None


def _is_of_programme(call: Call, rule_set: RuleSet) -> bool:
    """Say whether the rules are of the call's programme; a sample call may try those of its authority's others."""
    own = rule_set.programme
    if own is None:
        return False
    return own.pk == call.programme_id or (call.programme.sample and own.owner_id == call.programme.owner_id)
