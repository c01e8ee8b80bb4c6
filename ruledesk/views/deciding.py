"""The steps of a draft, each on a page that says what it means; and bringing a version into force."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import for_roles
from accounts.policy import allows, rule_of
from applications.enums import OPEN_FOR_EDITING, State
from applications.models import Application
from applications.prescreening import read
from programmes import rule_changes
from programmes.enums import Kind
from programmes.models import Call, RuleChangeProposal, RuleSet
from programmes.rule_changes import waiting, why_not
from rulebook.differences import differences
from ruledesk import actions, presenting
from ruledesk.effects import shown_report
from ruledesk.forms import ForceForm, WhyForm
from ruledesk.lifecycle import LIFECYCLE
from ruledesk.readiness import readiness
from ruledesk.views.drafts import RULE_MAKERS, draft_page, find
from ruledesk.views.lists import stored
from workflow.refusals import Outdated, StepNotAllowed, StepRefused, giving_back

DONE = {
    "propose": gettext_lazy("Proposed. Somebody who wrote nothing of it can approve it now."),
    "take_back": gettext_lazy("Taken back; the draft of rules can be changed again."),
    "approve": gettext_lazy("Approved and stored for good. Nothing is judged by it until it is brought into force."),
    "abandon": gettext_lazy("The draft of rules is abandoned; it stays readable."),
}
WITH_WORDS = ("take_back", "abandon")


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def step(request, pk, step):
    """Show what a step means; taken by POST."""
    if step not in DONE:
        raise Http404
    row = find(request, pk)
    if request.method == "GET":
        _refuse_unless_open(request, row, step)
        refusal = LIFECYCLE.why_not(step, request.office, row)
        if refusal is not None:
            return draft_page(request, row, refusal=refusal, status=refusal.status)
        return _page(request, row, step, WhyForm(initial={"version": row.version}))
    form = WhyForm(request.POST)
    if not form.is_valid():
        _refuse_unless_open(request, row, step)
        return _page(request, row, step, form, status=422)
    try:
        stored_row = _take(row, step, form.cleaned_data, request.office)
    except StepRefused as refusal:
        return _refused(request, row, step, form, refusal)
    messages.success(request, DONE[step])
    return redirect("rule_set", stored_row.pk) if stored_row else redirect(row)


def _take(row, step: str, said: dict, office) -> RuleSet | None:
    words = {"words": said["words"]} if step in WITH_WORDS else {}
    return getattr(actions, step)(row, version=said["version"], by=office, **words)


def _refuse_unless_open(request, row, step: str) -> None:
    if not allows(request.office, f"ruledesk.{step}", row):
        raise StepNotAllowed(_("Rules are approved by somebody who did not write them."), "own_draft")
    if row.state not in LIFECYCLE.steps[step].sources:
        told = {"step": LIFECYCLE.steps[step].label, "state": row.state_shown_to(request.office)}
        raise StepNotAllowed(LIFECYCLE.gone % told, "wrong_state")


def _refused(request, row, step: str, form, refusal: StepRefused):
    """Show the newest draft with the refusal; what was never theirs is a 403."""
    newest = find(request, row.pk)
    if not allows(request.office, f"ruledesk.{step}", newest):
        raise refusal
    if LIFECYCLE.why_not(step, request.office, newest) is not None:
        if step in WITH_WORDS:
            giving_back(refusal, form)
        return draft_page(request, newest, refusal=refusal, status=409)
    if isinstance(refusal, Outdated):
        form.data = form.data.copy()
        form.data["version"] = newest.version
    return _page(request, newest, step, form, refusal=refusal, status=409)


def _page(request, row, step: str, form, *, refusal=None, status=200):
    told = readiness(row)
    if step not in WITH_WORDS:
        del form.fields["words"]
    context = {
        "draft": row,
        "title": told.after.title(presenting.lang()),
        "step": LIFECYCLE.steps[step],
        "form": form,
        "told": told,
        "name": presenting.name(told.after),
        "words": presenting.in_words(told.differences),
        "report": shown_report(told.report),
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "ruledesk/step.html", context, status=status)


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET"])
def force(request, pk):
    """Show the open calls of the own programmes, and for each kind whether this version fits it today."""
    row = get_object_or_404(stored(), pk=pk)
    today, listed = timezone.localdate(), []
    for call in _calls(request.office):
        for kind in call.kinds.order_by("kind"):
            refusal, now = why_not(call, kind.kind, row, today), presenting.name(read(call.rules_for(kind.kind)))
            proposal = waiting(call, kind.kind)
            listed.append({"call": call, "kind": Kind(kind.kind), "refusal": refusal, "now": now,
                           "is_proposed": proposal is not None and proposal.after_id == row.pk})  # fmt: skip
    listed.sort(key=lambda one: one["refusal"] is not None)
    context = {"row": row, "title": presenting.name(read(row)), "listed": listed}
    return render(request, "ruledesk/force.html", context)


def _calls(office):
    """Return the open calls whose rules this office may choose."""
    rows = Call.objects.open_now().filter(rule_of("programmes.bring_into_force").q(office))
    return rows.select_related("programme__owner").order_by("-year")


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def force_in_call(request, pk, code, kind):
    """Say what other rules do to a call; proposed by one person, brought into force or withdrawn by POST."""
    row = get_object_or_404(stored(), pk=pk)
    call = get_object_or_404(_calls(request.office), code=code)
    if kind not in Kind.values:
        raise Http404
    form = ForceForm(request.POST if "propose" in request.POST else None,
                     initial={"before": call.rules_for(kind).pk, "key": uuid.uuid4()})  # fmt: skip
    refusal, status = None, 200
    if request.method == "POST":
        try:
            said = _decided(request, call, kind, row, form)
        except StepNotAllowed:
            raise
        except StepRefused as stopped:
            refusal, status = stopped, 409
            if form.is_bound and isinstance(refusal, Outdated):
                form = ForceForm({**form.data.dict(), "before": call.rules_for(kind).pk})
        else:
            if said:
                messages.success(request, said)
                return redirect("rule_set", row.pk)
            status = 422
    elif (found := why_not(call, kind, row, timezone.localdate())) is not None:
        refusal, status = found, 409
    context = _consequence(row, call, kind, form, refusal) | {"proposal": waiting(call, kind)}
    return render(request, "ruledesk/force_in_call.html", context, status=status)


def _decided(request, call: Call, kind: str, row: RuleSet, form) -> str:
    """Propose, confirm or withdraw as the button says; return what happened, "" where the form is not whole."""
    named = {"rules": presenting.name(read(row)), "call": call}
    if form.is_bound:
        if not form.is_valid():
            return ""
        rule_changes.propose(call, kind, row, by=request.office, **form.cleaned_data)
        return _("%(rules)s is proposed for “%(call)s”. A second person of your authority decides.") % named
    sent = request.POST.get("proposal", "")
    rows = RuleChangeProposal.objects.select_related("call", "before", "after", "office__user")
    known = sent if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    proposal = get_object_or_404(rows, pk=known, call=call, kind=kind, after=row)
    if "withdraw" in request.POST:
        rule_changes.withdraw(proposal, by=request.office)
        return _("The proposal is withdrawn; the rules of the call stay as they are.")
    rule_changes.bring_into_force(proposal, by=request.office)
    return _("%(rules)s is in force in “%(call)s” from now on.") % named


def _consequence(row, call, kind: str, form, refusal) -> dict:
    cases = Application.objects.filter(call=call, kind=kind).exclude(state=State.WITHDRAWN)
    before = call.rules_for(kind)
    return {
        "row": row,
        "title": presenting.name(read(row)),
        "call": call,
        "kind": Kind(kind),
        "before": presenting.name(read(before)),
        "drafts": cases.filter(state__in=sorted(OPEN_FOR_EDITING)).count(),
        "submitted": cases.exclude(state__in=sorted(OPEN_FOR_EDITING)).count(),
        "words": presenting.in_words(differences(read(before), read(row))),
        "form": form,
        "refusal": refusal,
        "is_possible": why_not(call, kind, row, timezone.localdate()) is None,
    }
