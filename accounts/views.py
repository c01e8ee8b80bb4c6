"""Pages of accounts that allauth does not have."""

import time

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import post_from, public, signed_in
from accounts.forms import OfficeForm
from accounts.middleware import OFFICE, SEEN, left_of
from accounts.models import Office
from audit.enums import Audience
from audit.record import record


@public
@require_GET
def no_sign_up(request):
    """Say who gives out accounts: there is no self-sign-up."""
    return render(request, "account/signup_closed.html")


@signed_in
@post_from("home")
def act_in_office(request):
    """Act in another of one's own offices from now on."""
    form = OfficeForm(request.POST)
    chosen = form.cleaned_data["office"] if form.is_valid() else None
    office = get_object_or_404(Office.objects.to_act_in(request.user), pk=chosen)
    request.session[OFFICE] = office.pk
    record("accounts.act_in_office", by=office, audience=Audience.NOBODY)
    messages.info(request, _("You now act as %(office)s.") % {"office": office.title})
    return redirect("home")


@signed_in
@require_http_methods(["GET", "POST"])
def session(request):
    """Tell a page how long the session lasts; by POST somebody says that they are there."""
    if request.method == "POST":
        request.session[SEEN] = int(time.time())
    left = left_of(request)
    return JsonResponse({"seconds": left.seconds, "is_final": left.is_final})
