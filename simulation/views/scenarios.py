"""Scenarios that were given a name: kept, shared by their address, compared, put away."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import for_roles, post_from
from accounts.policy import allows
from simulation import actions, addresses
from simulation.comparing import MOST_BESIDE, compare
from simulation.forms import SaveForm, ask
from simulation.models import Scenario
from simulation.settings import Settings
from simulation.views.page import ASKERS, answer, draft_address, read
from workflow.refusals import Outdated, StepNotAllowed, StepRefused

MOST_SCENARIOS = 100


@for_roles(*ASKERS)
@require_safe
def scenarios(request):
    """List the scenarios this office may open, the newest first; archived ones apart."""
    rows = _mine(request).select_related("programme", "made_by__authority", "made_by__user").order_by("-pk")
    archived = "archived" in request.GET
    rows = rows.filter(archived_at__isnull=not archived)
    context = {"rows": list(rows[:MOST_SCENARIOS]), "archived": archived, "most": MOST_SCENARIOS}
    return render(request, "simulation/scenarios.html", context)


@for_roles(*ASKERS)
@post_from("simulation")
def save(request):
    """Keep what the address asks under a name, and lead to its page."""
    settings, question, trouble = read(request)
    trouble = trouble or question.refusal
    form = SaveForm(request.POST)
    context = {"save_form": form, "trouble": trouble, "question": question, "address": addresses.write(settings)}
    if trouble or not form.is_valid():
        return render(request, "simulation/save.html", context, status=422)
    try:
        scenario = actions.save(settings, question.chosen, by=request.office, **form.cleaned_data)
    except StepNotAllowed:
        raise
    except StepRefused as refusal:
        return render(request, "simulation/save.html", context | {"trouble": refusal}, status=409)
    messages.success(request, _("The scenario is kept. Its address can be shared with the offices that may see it."))
    return redirect(scenario)


@for_roles(*ASKERS)
@require_safe
def scenario(request, public_id):
    """Show a kept scenario over the applications of today, beside up to two others."""
    row = _find(request, public_id)
    question, settings, trouble = ask(Settings.read(row.settings), request.office)
    context = answer(settings, question, trouble, request.office)
    others = _mine(request).filter(programme=row.programme_id, archived_at=None).exclude(pk=row.pk).order_by("-pk")
    beside = _beside(request, others)
    context |= {
        "scenario": row,
        "address": addresses.write(settings),
        "others": list(others.only("public_id", "name")[:MOST_SCENARIOS]),
        "beside": beside,
        "slots": range(MOST_BESIDE),
        "comparison": compare([row, *beside], request.office) if beside else None,
        "may_archive": allows(request.office, "simulation.archive", row),
        "draft_address": draft_address(row) if context["shown"] and settings.changes else "",
        "key": uuid.uuid4(),
    }
    return render(request, "simulation/scenario.html", context)


def _beside(request, others) -> list[Scenario]:
    asked = []
    for word in request.GET.getlist("with")[:MOST_BESIDE]:
        try:
            asked.append(uuid.UUID(word))
        except ValueError:
            continue
    found = {one.public_id: one for one in others.filter(public_id__in=asked)}
    return [found[public_id] for public_id in dict.fromkeys(asked) if public_id in found]


@for_roles(*ASKERS)
@post_from("scenario", "public_id")
def archive(request, public_id):
    """Put a scenario away, with a way to take it back."""
    row = _changed(request, public_id, actions.archive)
    if row is not None:
        words = format_html(
            '{} <a href="{}">{}</a>', _("The scenario is archived."), row.get_absolute_url(), _("Take it back there")
        )
        messages.success(request, words)
    return redirect("scenarios")


@for_roles(*ASKERS)
@post_from("scenario", "public_id")
def restore(request, public_id):
    """Put an archived scenario back on the list."""
    row = _changed(request, public_id, actions.restore)
    if row is not None:
        messages.success(request, _("The scenario is on the list again."))
    return redirect("scenario", public_id)


def _changed(request, public_id, act) -> Scenario | None:
    row = _find(request, public_id)
    version = request.POST.get("version", "")
    try:
        return act(row, version=int(version) if version.isdecimal() and len(version) < 10 else 0, by=request.office)
    except Outdated as refusal:
        messages.warning(request, str(refusal))
        return None


def _mine(request):
    return Scenario.objects.allowed(request.office, "simulation.view")


def _find(request, public_id) -> Scenario:
    rows = _mine(request).select_related("programme__owner", "made_by__authority", "made_by__user")
    return get_object_or_404(rows, public_id=public_id)
