"""The desk of a province: what waits, in which order, within which places and times."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_roles
from accounts.enums import Role
from applications.desk import Desk
from applications.filters import Filters
from applications.views.lists import around_the_list, calls, chosen, is_open, shown_count, tabs_of
from programmes import actions, deadlines
from programmes.enums import Kind
from programmes.forms import DeadlineForm, end_of_day
from programmes.models import Call, Deadline, Quota
from territories.enums import Level
from workflow.refusals import Outdated, StepRefused

OFFERED_DAYS = 14  # a deadline that is not set yet is offered as the end of the day two weeks from now


@for_roles(Role.PROVINCE)
@require_safe
def desk(request):
    """Show what came in under one call, oldest first."""
    filters, known = Filters.read(request.GET), calls()
    call = chosen(known, filters.call)
    if call is None:
        return render(request, "applications/province/no_call.html")
    place = Desk(request.office, call, filters)
    whole = place.without_filters()
    counts = place.counts()
    context = around_the_list(place, known) | {
        "tabs": tabs_of(place, counts),
        "numbers": numbers_of(whole, whole.counts() if filters.narrows else counts),
        "quota": places_of(call, request.office),
        "deadline": counties_deadline(call, request.office),
        "is_open": is_open(call),
        "deadline_address": reverse("province_deadline", args=[call.code]),
    }
    return render(request, "applications/province/desk.html", context)


def numbers_of(place: Desk, counts: dict) -> dict:
    """Return the counts at the top, of the whole call: what is new, what came back, since when the oldest waits."""
    oldest = counts["oldest"]
    return {
        "new": shown_count(counts["new"]),
        "new_address": place.filters.but(tab="new").address,
        "back": shown_count(counts["back"]),
        "back_address": place.filters.but(tab="back").address,
        "oldest": oldest,
        "oldest_days": deadlines.days_between(oldest, timezone.now()) if oldest else None,
        "todo_address": place.filters.but(tab="todo").address,
        "recommended_address": place.filters.but(tab="recommended").address,
    }


def places_of(call: Call, office) -> Quota | None:
    """Return the places of this authority in the call."""
    return Quota.objects.filter(call=call, kind=Kind.RECOGNITION, authority=office.authority_id).first()


def counties_deadline(call: Call, office):
    """Return the deadline that counts for the counties of this authority, and whose it is."""
    paths = [path for path in office.paths if path.startswith(f"{call.programme.scheme}:")]
    return deadlines.for_county(call, paths[0]) if paths else None


@for_roles(Role.PROVINCE)
@require_http_methods(["GET", "POST"])
def deadline(request, code):
    """Set until when the counties hand in; never later than the province's own deadline."""
    call = get_object_or_404(Call.objects.select_related("programme__owner"), code=code)
    form = _deadline_form(call, request.POST if request.method == "POST" else None, _shown(call, request.office))
    is_set_back = "set_back" in request.POST
    if request.method == "GET" or not (form.is_valid() or is_set_back):
        return _deadline_page(request, call, form, status=200 if request.method == "GET" else 422)
    try:
        actions.set_deadline(
            call,
            closes_at=None if is_set_back else form.cleaned_data["closes_at"],
            before=_read_back(form) if is_set_back else form.cleaned_data["before"],
            by=request.office,
        )
    except StepRefused as refusal:
        if refusal.status == 403:
            raise
        again = form.data.copy()
        if isinstance(refusal, Outdated):
            again["before"] = _shown(call, request.office)["before"]
        return _deadline_page(request, call, _deadline_form(call, again), refusal=refusal, status=409)
    counting = counties_deadline(call, request.office)
    said = {"whose": counting.whose, "closes": deadlines.in_full(counting.closes_at)} if counting else {}
    messages.success(
        request,
        _("The deadline set by %(whose)s counts for your counties: %(closes)s. They see it from now on.") % said
        if counting
        else _("You have set none, and none has been announced."),
    )
    return redirect(f"{reverse('desk')}?call={call.code}")


def _deadline_form(call: Call, sent=None, shown: dict | None = None) -> DeadlineForm:
    """Return the form, which knows that no time of the counties is later than the authority's own."""
    form, own = DeadlineForm(sent, initial=shown), deadlines.for_province(call)
    form.latest = own.closes_at if own else None
    return form


def _read_back(form: DeadlineForm):
    """Return the moment the page showed, whatever else was typed."""
    try:
        return form.fields["before"].clean(form["before"].value())
    except ValidationError:
        return None


def _own(call: Call, office) -> Deadline | None:
    return Deadline.objects.filter(call=call, authority=office.authority_id, level_below=Level.COUNTY).first()


def _shown(call: Call, office) -> dict:
    own = _own(call, office)
    return {
        "closes_at": own.closes_at if own else end_of_day(OFFERED_DAYS),
        "before": own.closes_at.isoformat() if own else "",
    }


def _deadline_page(request, call, form, *, refusal=None, status=200):
    closing = deadlines.for_province(call)
    context = {
        "call": call,
        "form": form,
        "refusal": refusal,
        "counting": counties_deadline(call, request.office),
        "own": _own(call, request.office),
        "closing": closing,
        "is_over": closing is not None and closing.has_passed(timezone.now()),
    }
    return render(request, "applications/province/deadline.html", context, status=status)
