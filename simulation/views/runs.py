"""A simulation in the background: begun, watched with a count, left and come back to."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import for_roles, post_from
from simulation import actions, addresses, exports
from simulation.enums import RunState
from simulation.forms import ask
from simulation.models import Run
from simulation.population import kept_for
from simulation.presenting import Shown
from simulation.results import Result
from simulation.settings import Settings
from simulation.views.page import ASKERS, NAMED_IN_FILES, read, send
from workflow import worker

PROGRESS = "progress"  # the part of the page that htmx replaces


@for_roles(*ASKERS)
@post_from("simulation")
def begin(request):
    """Begin what the address asks, and lead to its page."""
    settings, question, trouble = read(request)
    if trouble or question.refusal:
        return redirect(f"{reverse('simulation')}?{request.GET.urlencode()}")
    begun = actions.begin(settings.but(listed=NAMED_IN_FILES), question.chosen.size, by=request.office)
    return redirect(begun)


@for_roles(*ASKERS)
@require_safe
def run(request, public_id):
    """Show how far a run is, or what came out."""
    row = _find(request, public_id)
    is_part = bool(request.htmx) and request.htmx.target == PROGRESS
    context = {
        "run": row,
        "is_working": row.state in actions.UNFINISHED,
        "is_waiting_for_a_worker": row.state == RunState.WAITING and worker.is_missing(),
        "address": addresses.write(Settings.read(row.settings)),
        "percent": min(100 * row.done // row.total, 100) if row.total else 0,
    }
    if is_part:
        if not context["is_working"]:  # the whole page shows the result
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "simulation/partials/progress.html", context)
    question, _settings, _trouble = ask(Settings.read(row.settings), request.office)
    shown = Shown(_result(row)) if row.state == RunState.DONE else None
    return render(request, "simulation/run.html", context | {"question": question, "shown": shown})


@for_roles(*ASKERS)
@post_from("simulation_run", "public_id")
def cancel(request, public_id):
    """Stop a run nobody wants any more."""
    row = _find(request, public_id)
    actions.cancel(row, by=request.office)
    return redirect(row)


@for_roles(*ASKERS)
@post_from("simulation_run", "public_id")
def download(request, public_id, form):
    """Send what came out as a file."""
    row = _find(request, public_id)
    if form not in exports.WRITERS or row.state != RunState.DONE:
        raise Http404
    settings = Settings.read(row.settings)
    question, _settings, _trouble = ask(settings, request.office)
    return send(settings, question, _result(row), form, request.office)


def _result(row: Run) -> Result:
    return kept_for(Result.read(row.result), row.made_by)


def _find(request, public_id) -> Run:
    rows = Run.objects.allowed(request.office, "simulation.view_run")
    return get_object_or_404(rows.select_related("made_by__user", "made_by__authority"), public_id=public_id)
