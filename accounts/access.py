"""Every address says who may open it; one that does not fails the build."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.enums import Role

PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view):
    """Open to everybody, without an account."""
    view.access = PUBLIC
    return login_not_required(view)


def signed_in(view):
    """Open to everybody who has signed in, with or without an office."""
    view.access = SIGNED_IN
    return view


def for_roles(*roles: Role):
    """Open to offices of these roles; everybody else is refused with a sentence."""

    def decorate(view):
        @wraps(view)
        def asked(request, *args, **kwargs):
            if request.office is None or request.office.role not in roles:
                names = pgettext("between names", ", ").join(str(role.label) for role in roles)
                raise PermissionDenied(_("This page is for: %(roles)s.") % {"roles": names})
            return view(request, *args, **kwargs)

        asked.access = tuple(roles)
        return asked

    return decorate


def post_from(page: str, *names: str, act=""):
    """Take POST alone, from this page; whoever comes by GET is led to it, such as after signing in again.

    The page's own policy answers first: who may not see it gets its 403 or 404 here. `names` are the words of the
    address that the page has too; `act` are those of its button, for SignedIn to say what was not done.
    """

    def decorate(view):
        @wraps(view)
        def asked(request, *args, **kwargs):
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            return _lead(request, reverse(page, kwargs={name: kwargs[name] for name in names}))

        asked.act = act
        return asked

    return decorate


def _lead(request, path: str):
    """Redirect to a page that this person may open, with the query of this address; else answer as the page does."""
    view, args, kwargs = resolve(path)
    answer = view(request, *args, **kwargs)
    messages.get_messages(request).used = False  # nobody has read them yet
    query = request.GET.urlencode()
    return redirect(f"{path}?{query}" if query else path) if answer.status_code == 200 else answer
