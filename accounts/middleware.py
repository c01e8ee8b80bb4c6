"""Who is asking, in which office, since when, and with which factors."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Office
from audit.record import acting_from

BEGAN, SEEN, OFFICE = "began_at", "seen_at", "office_id"
UNATTENDED = "X-Unattended"  # a page asks this by itself: nobody is there who did something
A_MINUTE = 60  # what allauth's own limits count by


@dataclass(frozen=True)
class Left:
    """How long a session lasts if nothing is done; a final end comes whatever is done."""

    seconds: int
    is_final: bool


def left_of(request) -> Left:
    """Return how long the session of this request lasts."""
    now = int(time.time())
    idle = settings.SESSION_IDLE_MINUTES * 60 - (now - request.session.get(SEEN, now))
    whole = settings.SESSION_HOURS * 3600 - (now - request.session.get(BEGAN, now))
    return Left(min(idle, whole), is_final=whole <= idle)


class SessionLimits:
    """End a session that was idle too long or is too old (security rules, Accounts and sessions)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = int(time.time())
            request.session.setdefault(BEGAN, now)
            seen = request.session.setdefault(SEEN, now)
            if left_of(request).seconds < 0:
                office = request.session.get(OFFICE)
                logout(request)
                if office is not None:  # whoever holds it goes on in it after signing in again
                    request.session[OFFICE] = office
                messages.info(request, _("You were signed out after a while. Please sign in again to go on here."))
            elif now - seen > 60 and UNATTENDED not in request.headers:
                request.session[SEEN] = now  # a write a minute is enough; a write a request is not
        response = self.get_response(request)
        if "HX-Request" in request.headers and response.headers.get("Location", "").startswith(
            reverse("account_login")
        ):
            return HttpResponse(headers={"HX-Refresh": "true"})  # a part of a page is no place to sign in
        return response


class ActingOffice:
    """Give every request `request.office`, and tell PostgreSQL who acts in this transaction."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.office = self._office(request) if request.user.is_authenticated else None
        if request.office is not None:
            tell_database(request.user.pk, request.office.pk)
        with acting_from(get_client_ip(request)):
            return self.get_response(request)

    @staticmethod
    def _office(request):
        offices = list(Office.objects.to_act_in(request.user).order_by("pk"))
        chosen = request.session.get(OFFICE)
        request.offices = offices
        return next((office for office in offices if office.pk == chosen), offices[0] if offices else None)


class SignedIn(LoginRequiredMiddleware):
    """Lead who has to sign in to the page for it; an act that was sent without a session is named once they have.

    Its address waits in a cookie until then, with a mark of the account that was signed in here last: nobody else is
    told of it. What a script sends is kept and sent again by the script.
    """

    FELL_AWAY, LAST, LONGEST = "fell_away", "last_account", 30 * 60

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Ask for a session; with one, say of the act whose address is led to that it was not done."""
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        fell_away = request.COOKIES.get(self.FELL_AWAY)  # asked first: it costs nothing where nothing fell away
        is_back = fell_away and answer is None and request.method == "GET" and request.user.is_authenticated
        if is_back and fell_away == _named(request, _mark_of(request.user)):
            act = getattr(view_func, "act", "")
            words = (
                _("You were signed out: “%(act)s” was not done. Please check and do it again.") % {"act": act}
                if act
                else _("You were signed out: what you sent last was not taken. Please check and send it again.")
            )
            messages.warning(request, words, extra_tags="fell-away")  # partials/not_kept.html
            request.has_told_what_fell_away = True
        return answer

    def handle_no_permission(self, request, view_func):
        """Remember the act beside the way to sign in."""
        answer = super().handle_no_permission(request, view_func)
        by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or "HX-Request" in request.headers
        if request.method == "POST" and not by_script and request.content_type != "application/json":
            answer.set_cookie(
                self.FELL_AWAY, _named(request, request.COOKIES.get(self.LAST, "")), max_age=self.LONGEST,
                httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        return answer

    def __call__(self, request):
        response = super().__call__(request)
        if getattr(request, "has_told_what_fell_away", False):
            response.delete_cookie(self.FELL_AWAY, samesite="Lax")
        if request.user.is_authenticated and request.COOKIES.get(self.LAST) != _mark_of(request.user):
            response.set_cookie(
                self.LAST, _mark_of(request.user), httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        return response


def _named(request, mark: str) -> str:
    return f"{mark}:{quote(request.path)}"


def _mark_of(user) -> str:
    return salted_hmac("accounts.last_account", str(user.pk)).hexdigest()[:16]


class Waiting:
    """Say when to come again, in the header too, where somebody tried too often (accounts/limits.py)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        seconds = getattr(request, "must_wait", None)
        if seconds is not None:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response.headers.setdefault("Retry-After", str(seconds or A_MINUTE))
        return response


class SecondFactor:
    """Lead everybody who must have a second factor to setting one up, before any other page."""

    OPEN = ("account_logout", "mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes",
            "mfa_download_recovery_codes", "mfa_index", "account_reauthenticate", "set_language")  # fmt: skip

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self._must_set_up(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _must_set_up(self, request) -> bool:
        if not settings.SECOND_FACTOR or not request.user.is_authenticated:
            return False
        county_only = request.office is not None and request.office.role == Role.COUNTY
        if county_only and not settings.SECOND_FACTOR_COUNTY:
            return False
        if request.path in {reverse(name) for name in self.OPEN} or request.path.startswith(settings.STATIC_URL):
            return False
        return not is_mfa_enabled(request.user)


def tell_database(user_id: int, office_id: int) -> None:
    """Tell PostgreSQL who acts, for this transaction only, so that row security can ask."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('jiqun.user', %s, true), set_config('jiqun.office', %s, true)",
            [str(user_id), str(office_id)],
        )
