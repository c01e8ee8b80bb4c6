"""Answers that belong to no app: what went wrong, and the way back."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.i18n import set_language

from accounts.access import post_from, public
from config.databases import start_again
from workflow import worker
from workflow.refusals import StepRefused, busy, took_too_long


def server_error(request):
    """Answer 503 when the database is away, 500 for a mistake of ours; without asking the database.

    One that gave up waiting for somebody else is not away: 409, and there is nothing to start again. Nor is one that
    gave up a question that took too long: 503, because the same may be quick at another time, and its own words.
    """
    error = sys.exc_info()[1]
    refusal = busy(error)
    if refusal is not None:
        page = render_to_string("errors/403.html", {"words": str(refusal)})
        return _in_data(request, refusal) or HttpResponse(page, status=refusal.status)
    is_slow = took_too_long(error)
    is_away = not is_slow and isinstance(error, OperationalError | InterfaceError)
    page = render_to_string(f"errors/{'too_long' if is_slow else 'away' if is_away else '500'}.html")
    response = HttpResponse(page, status=503 if is_slow or is_away else 500)
    if response.status_code == 503:
        response.headers["Retry-After"] = "30"
    if is_away:
        start_again()
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request, exception=None):
    """Answer 400 for what cannot be read, such as a wrong host; asks the request nothing."""
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def not_found(request, exception=None):
    """Answer 404, for what is not there and for what is not yours alike."""
    return render(request, "errors/404.html", status=404)


def refused(request, exception=None):
    """Answer 403 with the sentence of the refusal, and the way back to the case it is about."""
    words = str(exception or "")
    return render(request, "errors/403.html", {"words": words, "case": _case_of(request)}, status=403)


def _case_of(request) -> str:
    found = request.resolver_match
    is_about_a_case = found is not None and found.route.startswith("applications/") and "pk" in found.kwargs
    return reverse("application", args=[found.kwargs["pk"]]) if is_about_a_case else ""


def refused_act(request, refusal: StepRefused):
    """Answer an act that no page of its own refuses: with its status and its sentence."""
    words = {"words": str(refusal), "case": _case_of(request)}
    return _in_data(request, refusal) or render(request, "errors/403.html", words, status=refusal.status)


def _in_data(request, refusal: StepRefused) -> JsonResponse | None:
    """Return the answer to a script that sent data; None where a page is waited for."""
    if request.content_type != "application/json":
        return None
    return JsonResponse({"words": str(refusal)}, status=refusal.status)


def csrf_failure(request, reason=""):
    """Answer a form that came without its token: usually an old page."""
    words = _(
        "This page is too old to be sent, so nothing was done. Please open the page anew; where it can still be "
        "filled in, what you typed is put back."
    )
    said = {"words": words, "case": _case_of(request), "was_sent": True}
    return render(request, "errors/403.html", said, status=403)


@public
@require_GET
def health(request):
    """Say that the site serves: 200, and 503 while its database is away, as every page does.

    A missing worker is told in words and is no reason to take the site away.
    """
    words = "ok, but nobody does the background work: run manage.py work" if worker.is_missing() else "ok"
    return HttpResponse(words, content_type="text/plain")


@public
@require_GET
def favicon(request):
    """Lead who asks for the mark without reading a page, such as beside a file, to it."""
    return redirect(static("img/seal.svg"))


@public
@post_from("national_list")
def choose_language(request):
    """Remember the language a person chose, and return to the page they were on."""
    return set_language(request)
