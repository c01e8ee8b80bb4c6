"""Every address says who may open it; one that does not fails the build."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

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
                names = "、".join(str(role.label) for role in roles)
                raise PermissionDenied(_("This page is for: %(roles)s.") % {"roles": names})
            return view(request, *args, **kwargs)

        asked.access = tuple(roles)
        return asked

    return decorate
