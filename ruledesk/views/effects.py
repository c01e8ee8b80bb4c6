"""The effect report of a draft, and a draft made from a simulated scenario."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import for_roles, post_from
from applications.prescreening import read
from programmes.models import Call, RuleSet
from rulebook.scenario import ScenarioError, changed
from ruledesk import actions, effects
from ruledesk.tasks import make_report
from ruledesk.views.drafts import RULE_MAKERS, find
from ruledesk.views.lists import own_programmes
from simulation.models import Scenario
from simulation.running import BACKGROUND
from simulation.settings import Unanswerable
from workflow.refusals import StepNotAllowed, StepRefused


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def effect(request, pk):
    """Show the effect report of a draft as it stands; by POST, make it."""
    row = find(request, pk)
    report = row.reports.filter(digest=row.digest).order_by("-id").first()
    if request.method == "GET":
        context = {"draft": row, "report": effects.shown_report(report), "is_waiting": effects.is_waiting(row)}
        return render(request, "ruledesk/effect.html", context)
    if report is None and not effects.is_waiting(row):
        if effects.size(row, request.office) > BACKGROUND:
            make_report.enqueue(row.pk, row.digest, request.office.pk)
            messages.info(request, _("The report is being made in the background; this page shows it when it is done."))
        else:
            _make(request, row)
    return redirect("rule_effect", row.pk)


def _make(request, row) -> None:
    try:
        effects.make(row, request.office)
    except Unanswerable as answer:
        messages.error(request, answer)
    else:
        messages.success(request, _("The effect report is made and kept with this content."))


@for_roles(*RULE_MAKERS)
@post_from("scenario", "public_id")
def from_scenario(request, public_id):
    """Turn the changes of a scenario into a draft; what is no rule (waivers, places) stays with the scenario."""
    rows = Scenario.objects.allowed(request.office, "simulation.view")
    scenario = get_object_or_404(rows.select_related("programme"), public_id=public_id)
    settings = scenario.settings
    parent = _parent(settings.get("rules", ""), scenario.programme)
    try:
        rules = changed(read(parent), settings.get("changes", {}))
    except ScenarioError as error:
        messages.error(request, error(get_language() or "zh"))
        return redirect(scenario)
    own = own_programmes(request.office)
    if not own:
        raise StepNotAllowed(_("The rules of this programme are written by the authority that runs it."), "not_allowed")
    is_own = parent.programme_id in {programme.pk for programme in own}
    programme = parent.programme if is_own else own[0]
    code = parent.code if is_own else f"{programme.code}-{uuid.uuid5(public_id, parent.code).hex[:8]}"
    key = uuid.uuid5(public_id, f"{request.office.pk} {rules.hash}")  # the same scenario makes the same draft
    try:
        draft = actions.open_draft(programme, parent, code=code, key=key, by=request.office, content=rules.content)
    except StepNotAllowed:
        raise
    except StepRefused as refusal:
        messages.error(request, refusal)
        return redirect(scenario)
    if settings.get("waive"):
        messages.warning(request, _("Waivers of the scenario are no rules and are not in the draft."))
    messages.success(request, _("The draft of rules is open. Nothing is in force by it."))
    return redirect(draft)


def _parent(code: str, programme) -> RuleSet:
    """Return the newest stored version of the rules a scenario names, else those of the newest call."""
    if code:
        named = RuleSet.objects.filter(digest=code) if len(code) == 64 else RuleSet.objects.filter(code=code)
        return get_object_or_404(RuleSet.objects.filter(pk__in=named.order_by("-pk").values("pk")[:1]))
    call = Call.objects.filter(programme=programme).order_by("-year").first()
    return get_object_or_404(RuleSet, pk=call and call.rule_set_id)
