"""Judging the clauses that people judge: on the page of the case, and reading those left to agree to them."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import for_roles, post_from
from accounts.enums import Role
from applications.actions.judging import Said, agree, judge
from applications.filters import Filters
from applications.forms.county import LONGEST_WORDS, NotOurPage
from applications.forms.judging import read_judgements
from applications.judging import Clause, ask, judged_by, judging_of, left_of, level_of, shown_to
from applications.models import Application
from applications.views.case import case_page, find, what_stands_open
from workflow.refusals import Outdated, StepNotAllowed, StepRefused

PLACE = "#judgements"


@for_roles(Role.PROVINCE, Role.MINISTRY)
@post_from("application", "pk")
def save(request, pk):
    """Keep what was written of some clauses, with script and without; what cannot be kept stays in its field."""
    row = find(request.office, pk)
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        sent, too_long = read_judgements(request.POST)
        told = judge(row, sent, by=request.office)
    except StepNotAllowed as refusal:
        if by_script:
            return JsonResponse({"words": str(refusal)}, status=403)
        raise
    except (NotOurPage, StepRefused):
        words = _("This page is too old to be saved from. Please copy what you typed and reload it.")
        return JsonResponse({"words": words}, status=400) if by_script else HttpResponseBadRequest(words)
    kept = [one for _said, one, is_clash in told if not is_clash]
    typed = [_clashed(said, one) for said, one, is_clash in told if is_clash]
    if too_long:
        known = {one.clause: one for one in judged_by(row, level_of(request.office))}
        typed += [_too_long(said, known[said.clause]) for said in too_long if said.clause in known]
    return _to_script(request, row, kept, typed) if by_script else _to_form(request, row, typed)


def _clashed(said: Said, one: Clause) -> Clause:
    theirs = " ".join(filter(None, (one.label, one.words))) or _("(empty)")
    trouble = _(
        "Written meanwhile by a colleague, or by you in another window: %(theirs)s. "
        "Yours stands in the fields; saving again keeps yours."
    )
    return replace(one, verdict=said.verdict, words=said.words, trouble=trouble % {"theirs": theirs})


def _too_long(said: Said, one: Clause) -> Clause:
    trouble = _("%(n)d characters, at most %(most)d: not saved, and nothing was cut.")
    # The version stays the one it was written on: what a colleague wrote meanwhile is told by the next press.
    return replace(one, verdict=said.verdict, words=said.words, version=said.version,
                   trouble=trouble % {"n": len(said.words), "most": LONGEST_WORDS})  # fmt: skip


def _to_script(request, row: Application, kept: list[Clause], typed: list[Clause]) -> JsonResponse:
    told = [
        {"clause": one.clause, "version": one.version, "says": one.says, "kept": not one.trouble, "words": one.words}
        for one in [*kept, *typed]
    ]
    saved_at = date_format(timezone.localtime(), "TIME_FORMAT")
    context = what_stands_open(row, request.office) | {"of_list": Filters.read(request.GET).of_list}
    steps = render_to_string("applications/case/partials/steps.html", context, request)
    judging = judging_of(row, request.office)
    said = {"saved_at": saved_at, "counted": judging.counted, "agreeing": judging.agreeing}
    return JsonResponse(said | {"clauses": told, "steps": steps})


def _to_form(request, row: Application, typed: list[Clause]) -> HttpResponse:
    if typed:
        return case_page(request, row, typed=typed, status=409)
    messages.success(request, _("Saved %(time)s") % {"time": date_format(timezone.localtime(), "TIME_FORMAT")})
    return redirect(row.get_absolute_url() + Filters.read(request.GET).of_list + PLACE)


@for_roles(Role.PROVINCE, Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def agree_to_the_rest(request, pk):
    """Show every statement that nobody of the level has judged yet, in full; below them one press agrees to all."""
    row, refusal = find(request.office, pk), None
    ask(request.office, row)
    if request.method == "POST":
        try:
            n = len(agree(row, shown=request.POST.get("shown", ""), by=request.office))
        except Outdated as outdated:
            refusal = outdated
        else:
            said = ngettext("Agreed with the county in %(n)d clause.", "Agreed with the county in %(n)d clauses.", n)
            messages.success(request, said % {"n": n})
            return redirect(row.get_absolute_url() + Filters.read(request.GET).of_list + PLACE)
    left = left_of(judged_by(row, level_of(request.office)))
    context = {"application": row, "left": left, "shown": shown_to(request.office, row, left), "refusal": refusal,
               "back": row.get_absolute_url() + Filters.read(request.GET).of_list}  # fmt: skip
    return render(request, "applications/case/agree.html", context, status=refusal.status if refusal else 200)
