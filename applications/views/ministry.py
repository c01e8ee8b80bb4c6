"""The ministry's desk: calls, cases by province, the slate, and the opening of its stage."""

from django.contrib import messages
from django.db.models import Count, Exists
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_roles
from accounts.enums import Role
from applications.actions import ministry as actions
from applications.desk import Desk
from applications.enums import AtLevel, State
from applications.filters import Filters
from applications.judging import name_half_judged
from applications.lifecycle import LIFECYCLE
from applications.models import Application, PublicNotice
from applications.prescreening import name_unmet
from applications.views.lists import around_the_list, calls, chosen, is_open, tabs_of
from programmes import deadlines
from programmes.enums import Kind
from programmes.models import Call, Quota
from workflow.refusals import StepRefused

# What a slate shows: candidates and those already decided, of one call.
ON_THE_SLATE = [State.RECOMMENDED, State.SHORTLISTED, State.DECLINED]
# What is decided about several at once, by the tab they stand in.
STEPS_OF_TAB = {
    "candidates": ["shortlist", "decline"], "shortlisted": ["put_back", "decline"], "declined": ["shortlist"],
}  # fmt: skip
# More than every place of a call together; a slate is read by people.
LONGEST_SLATE = 1000


@for_roles(Role.MINISTRY)
@require_safe
def cases(request):
    """Show every case that reached the ministry under one call, by province."""
    filters, known = Filters.read(request.GET), calls()
    call = chosen(known, filters.call)
    if call is None:
        return render(request, "applications/province/no_call.html")
    place = Desk(request.office, call, filters)
    quotas = places_by_province(call)
    around = around_the_list(place, known, [quota.authority for quota in quotas])
    steps = STEPS_OF_TAB.get(place.tab.key, []) if call.ministry_stage_opened_at else []
    for row in around["rows"]:
        row.can_be_chosen = any(LIFECYCLE.steps[step].is_late(row) is None for step in steps)
    context = around | {
        **leading(call),
        "tabs": tabs_of(place, place.counts()),
        "in_use": [quota for quota in quotas if quota.used or quota.authority.code == filters.province],
        "unused": [quota for quota in quotas if not quota.used and quota.authority.code != filters.province],
        "used": sum(quota.used for quota in quotas),
        "provinces": [quota.authority for quota in quotas],
        "notices": PublicNotice.objects.filter(call=call).annotate(clock=Now()).order_by("-id"),
        "is_open": is_open(call),
        "has_steps": place.tab.key in STEPS_OF_TAB,
        "steps": steps if any(row.can_be_chosen for row in around["rows"]) else [],
    }
    return render(request, "applications/ministry/cases.html", context)


def leading(call: Call) -> dict:
    """Return what leads on in a call now: to publish what is shortlisted, else to choose among candidates."""
    if call.ministry_stage_opened_at is None:
        return {}
    rows = Application.objects.filter(call=call)
    waiting = [Exists(rows.filter(state=state)) for state in (State.SHORTLISTED, State.RECOMMENDED)]
    shortlisted, candidates = Call.objects.filter(pk=call.pk).values_list(*waiting).get()
    return {"to_publish": shortlisted, "slate_leads": candidates and not shortlisted}


def places_by_province(call: Call) -> list[Quota]:
    """Return the places of every recommending authority, each with the address of its cases."""
    quotas = (
        Quota.objects.filter(call=call, kind=Kind.RECOGNITION).select_related("authority").order_by("authority__code")
    )
    found = list(quotas)
    for quota in found:
        quota.address = Filters(call=call.code, tab="all", province=quota.authority.code).address
    return found


@for_roles(Role.MINISTRY)
@require_safe
def slate(request, code):
    """Show the shortlisted, numbered, beside the candidates; places of each province as slots."""
    call = get_object_or_404(Call.objects.select_related("programme__owner"), code=code)
    rows = Application.objects.for_list(request.office).allowed(request.office, "applications.view")
    rows = rows.filter(call=call, state__in=ON_THE_SLATE).order_by("province__code", "id")
    rows = name_half_judged(name_unmet(list(rows[:LONGEST_SLATE])), AtLevel.MINISTRY)
    numbers = dict(
        Application.objects.filter(call=call, state=State.SHORTLISTED).values_list("province").annotate(n=Count("pk"))
    )
    quotas = places_by_province(call)
    for quota in quotas:
        quota.shortlisted = numbers.get(quota.authority_id, 0)
        quota.slots = range(quota.places_left() or 0)
    context = {
        "call": call,
        "shortlisted": [row for row in rows if row.state == State.SHORTLISTED],
        "candidates": [row for row in rows if row.state == State.RECOMMENDED],
        "declined": [row for row in rows if row.state == State.DECLINED],
        "quotas": [quota for quota in quotas if quota.used or quota.shortlisted],
        "unused": [quota for quota in quotas if not quota.used and not quota.shortlisted],
        "of_list": Filters(call=call.code).address,
    }
    return render(request, "applications/ministry/slate.html", context)


@for_roles(Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def stage(request, code):
    """Open the ministry's stage of a call; says first what that means."""
    call = get_object_or_404(Call.objects.select_related("programme__owner").annotate(clock=Now()), code=code)
    closing, refusal = deadlines.for_province(call), None
    if request.method == "POST":
        try:
            opened = actions.open_stage(call, early="early" in request.POST, by=request.office)
        except StepRefused as stopped:
            if stopped.status == 403:
                raise
            refusal = stopped
        else:
            if opened:
                messages.success(
                    request, _("The ministry's stage is open. Recommendations cannot be taken back any more.")
                )
            else:
                messages.info(request, _("The ministry's stage was open already."))
            return redirect(f"{reverse('ministry')}?call={call.code}")
    context = {
        "call": call,
        "closing": closing,
        "is_early": closing is not None and not closing.has_passed(call.clock),
        "can_recommend": [quota for quota in places_by_province(call) if quota.soft or quota.places_left() != 0],
        "refusal": refusal,
    }
    return render(request, "applications/ministry/stage.html", context, status=409 if refusal else 200)
