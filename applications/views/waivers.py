"""Waivers as their authority sees them: the list of a call, granting one, and ending one.

They stand here and not with the programmes, because granting says which applications it reaches.
"""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.db.models.functions import Now
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_roles
from accounts.enums import Role
from applications import rescreening
from applications.actions import waivers as actions
from applications.filters import CODE
from applications.forms.waivers import EndForm, GrantForm, WaiverForm, suggested
from applications.prescreening import names_of_clauses
from applications.views.lists import chosen
from programmes.models import Call, Waiver
from territories.models import Placement
from workflow.refusals import StepNotAllowed, StepRefused, giving_back

TYPED = ("place", "named_places")  # what was typed and chosen of `places`
CHECK, CHANGE, GRANT = "check", "change", "grant"  # the buttons of the two pages on which one is granted


def calls_of(office):
    """Return the calls this office runs, the newest first, each with its closing time and the clock."""
    rows = Call.objects.allowed(office, "programmes.grant_waiver").closing().annotate(clock=Now())
    return rows.select_related("programme__owner").order_by("-year", "-id")


@for_roles(Role.MINISTRY, Role.PROVINCE)
@require_safe
def waivers(request):
    """Show the waivers of one call, those in force first."""
    known, asked = list(calls_of(request.office)), (request.GET.get("call") or "").strip()
    call = chosen(known, asked if CODE.fullmatch(asked) else "")
    if call is None:
        return render(request, "applications/waivers/list.html", {"calls": known})
    rows = Waiver.objects.allowed(request.office, "programmes.view_waiver").filter(call=call)
    rows = rows.select_related("place", "granted_by__authority", "end").order_by(
        F("end__ended_at").desc(nulls_first=True), "-id"
    )
    page = Paginator(rows.defer("place__search_tokens"), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    names = names_of_clauses(call, get_language() or "zh")
    page.object_list = list(page.object_list)
    for row in page.object_list:
        row.clause_name = names.get(row.clause, "")
    context = {"calls": known, "call": call, "page": page, "is_over": actions.is_over(call)}
    return render(request, "applications/waivers/list.html", context)


@for_roles(Role.MINISTRY, Role.PROVINCE)
@require_http_methods(["GET", "POST"])
def grant(request, code):
    """Ask for clause, place, document and reason; say what it would change; then grant what was shown."""
    call = get_object_or_404(calls_of(request.office), code=code)
    if request.method == "GET":
        return _form_page(request, call, WaiverForm(call=call))
    act = request.POST.get("act", CHECK)
    asked = WaiverForm(request.POST, call=call)
    if act == CHANGE or not asked.is_valid():
        return _form_page(request, call, asked, status=200 if act == CHANGE else 422)
    if act != GRANT:
        return _confirm_page(request, call, asked, _proposed(call, asked))
    form = GrantForm(request.POST, call=call)
    if not form.is_valid():
        return _confirm_page(request, call, asked, form, status=422)
    try:
        said = {name: value for name, value in form.cleaned_data.items() if name not in TYPED}
        actions.grant(call, by=request.office, **said)
    except StepNotAllowed:
        raise
    except StepRefused as refusal:
        return _confirm_page(request, call, asked, form, refusal=refusal, status=409)
    messages.success(
        request,
        _("Waived. Drafts show it from now on; what was submitted and is not decided is being screened again."),
    )
    return redirect(f"{reverse('waivers')}?call={call.code}")


def _proposed(call: Call, asked: WaiverForm) -> GrantForm:
    """Return the second page's form, with the public line as it is proposed."""
    said = asked.cleaned_data
    line = asked.data.get("public_line", "").strip()
    proposed = actions.proposed_line(call, asked.rules[said["clause"]], said["places"], said["document_number"])
    return GrantForm(call=call, initial={**said, "public_line": line or proposed, "key": uuid.uuid4()})


def _form_page(request, call: Call, form: WaiverForm, *, status: int = 200):
    context = {"call": call, "form": form, "is_over": actions.is_over(call), "line": form.data.get("public_line", "")}
    return render(request, "applications/waivers/grant.html", context, status=status)


def _confirm_page(request, call: Call, asked: WaiverForm, form: GrantForm, *, refusal=None, status: int = 200):
    said = asked.cleaned_data
    placements = Placement.objects.filter(scheme=call.programme.scheme, territory__in=said["places"])
    context = {
        "call": call,
        "said": said,
        "rule": asked.rules[said["clause"]],
        "name": asked.rules[said["clause"]].name(get_language() or "zh"),
        "text": asked.rules[said["clause"]].text(get_language() or "zh"),
        "form": form,
        "reach": rescreening.reach(call, said["clause"], [placement.path for placement in placements], request.office),
        "most": rescreening.MOST_NAMED,
        "refusal": refusal,
    }
    return render(request, "applications/waivers/confirm.html", context, status=status)


@for_roles(Role.MINISTRY, Role.PROVINCE)
@require_safe
def waiver_places(request, code):
    """Suggest places while somebody types."""
    call = get_object_or_404(calls_of(request.office), code=code)
    found = suggested(call.programme, request.GET.get("q", ""))
    return JsonResponse({"found": [{"value": row.code, "text": row.full_name} for row in found]})


@for_roles(Role.MINISTRY, Role.PROVINCE)
@require_http_methods(["GET", "POST"])
def waiver(request, pk):
    """Show one waiver with everything on record, and end it."""
    row = find(request.office, pk)
    form, refusal, status = EndForm(request.POST if request.method == "POST" else None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.end(row, by=request.office, **form.cleaned_data)
            except StepNotAllowed:
                raise
            except StepRefused as stopped:
                row, refusal, status = find(request.office, pk), stopped, 409
                if hasattr(row, "end"):
                    giving_back(refusal, form)
            else:
                messages.success(request, _("The waiver is ended. What was screened under it stays as it is."))
                return redirect("waiver", row.pk)
    context = {
        "waiver": row,
        "end": getattr(row, "end", None),
        "clause_name": names_of_clauses(row.call, get_language() or "zh").get(row.clause, ""),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "applications/waivers/waiver.html", context, status=status)


def find(office, pk: int) -> Waiver:
    """Return a waiver this office may see, or 404 as if it did not exist."""
    rows = Waiver.objects.allowed(office, "programmes.view_waiver")
    rows = rows.select_related(
        "call__programme__owner", "place", "granted_by__authority", "granted_by__user", "end__ended_by__user"
    )
    return get_object_or_404(rows, pk=pk)
