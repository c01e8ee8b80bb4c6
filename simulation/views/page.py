"""The question on the left, the answer on the right; the address is the scenario."""

import uuid

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.access import for_roles, post_from
from accounts.enums import Role
from simulation import actions, addresses, exports
from simulation.forms import Question, SaveForm, ask
from simulation.models import Run
from simulation.presenting import NAMED, Shown
from simulation.results import Result
from simulation.running import BACKGROUND, simulate
from simulation.settings import Settings, Unanswerable

ASKERS = (Role.MINISTRY, Role.PROVINCE)
RESULT = "result"  # the part of the page that htmx replaces
MOST_RUNS = 5
NAMED_IN_FILES = 3_000  # naming one exactly takes half a millisecond; a request waits two seconds at most


@for_roles(*ASKERS)
@require_safe
def simulation(request):
    """Show the form and what came out; with htmx the answer alone.

    An address that says more than it must leads to the short one, so that it can be kept and compared.
    """
    settings, question, trouble = read(request)
    address = addresses.write(settings)
    is_part = bool(request.htmx) and request.htmx.target == RESULT
    if not is_part and not trouble and request.GET and address != request.GET.urlencode(safe=":/*"):
        return HttpResponseRedirect(_at(address))
    context = answer(settings, question, trouble, request.office) | {
        "is_part": is_part,
        "address": address,
        "runs": unfinished(request.office),
        "save_form": SaveForm(initial={"key": uuid.uuid4()}),
    }
    if is_part:
        response = render(request, "simulation/partials/answer.html", context)
        response.headers[_history(request, address)] = _at(address)
        return response
    return render(request, "simulation/simulation.html", context, status=422 if context["trouble"] else 200)


def _at(address: str) -> str:
    return f"{reverse('simulation')}?{address}" if address else reverse("simulation")


def _history(request, address: str) -> str:
    """Return how the browser keeps a question: as the next one, so that Back leads to the one before.

    While one field is still being typed or dragged it stays the same question, as does what asks the same again.
    """
    is_same = "X-Same-Question" in request.headers or request.htmx.current_url_abs_path == _at(address)
    return "HX-Replace-Url" if is_same else "HX-Push-Url"


def read(request) -> tuple[Settings, Question, str]:
    """Return what the address asks, the form, and why it cannot be answered (empty when it can)."""
    try:
        settings, trouble = addresses.read(request.GET), ""
    except Unanswerable as error:
        settings, trouble = Settings(), str(error)
    question, settings, refusal = ask(settings, request.office)
    return settings, question, trouble or refusal


def answer(settings: Settings, question: Question, trouble: str, office) -> dict:
    """Return what the right side shows: the result, or that it is a matter for the background, or why not."""
    context = {"question": question, "trouble": trouble, "shown": None, "size": 0, "is_large": False}
    if trouble:
        return context
    size = question.chosen.size
    if question.wrong:
        return context | {"trouble": question.refusal}
    if size > BACKGROUND:
        return context | {"size": size, "is_large": True}
    try:
        result = simulate(settings.but(listed=3 * NAMED), office)
    except Unanswerable as error:
        return context | {"trouble": str(error)}
    return context | {"size": size, "shown": Shown(result)}


def unfinished(office) -> list[Run]:
    """Return the runs of this authority that are still at work, for whoever left and comes back."""
    if office is None:
        return []
    rows = Run.objects.allowed(office, "simulation.view_run").filter(state__in=actions.UNFINISHED)
    return list(rows.order_by("-pk").defer("result")[:MOST_RUNS])


@for_roles(*ASKERS)
@post_from("simulation")
def download(request, form):
    """Send the answer as a file; by POST, because each download is written down.

    What cannot be answered, or not at once, leads back to the page, which says so at its place and what to do.
    """
    if form not in exports.WRITERS:
        raise Http404
    settings, question, trouble = read(request)
    the_page = HttpResponseRedirect(f"{reverse('simulation')}?{request.GET.urlencode()}")
    if trouble or question.refusal or question.chosen.size > BACKGROUND:
        return the_page
    try:
        result = simulate(settings.but(listed=NAMED_IN_FILES), request.office)
    except Unanswerable:
        return the_page
    return send(settings, question, result, form, request.office)


def send(settings: Settings, question: Question, result: Result, form: str, office):
    """Return a result as a file, on record."""
    actions.note_download(settings, form, by=office, result=result)
    about = [question.population_in_words(), *(chip.words for chip in (*question.changes, *question.waivers))]
    return exports.WRITERS[form](Shown(result, NAMED_IN_FILES), about)


def draft_address(scenario) -> str:
    """Return where a scenario becomes a draft of rules; empty while the rule desk has no such address."""
    try:
        return reverse("rule_draft_from_scenario", args=[scenario.public_id])
    except NoReverseMatch:
        return ""
