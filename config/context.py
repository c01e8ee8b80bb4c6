"""What every template may use."""

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import Role
from accounts.middleware import left_of

# name of the address, words, whose: None is everybody, "" everybody who has signed in.
PLACES = (
    ("home", _("My work"), ""),
    ("desk", _("Desk"), Role.PROVINCE),
    ("ministry", _("Ministry desk"), Role.MINISTRY),
    ("replays", _("Replays"), Role.SYSTEM_ADMINISTRATOR),
    ("rules", pgettext_lazy("place of the site", "Rules"), ""),
    ("simulation", _("Policy simulation"), Role.PROVINCE),
    ("simulation", _("Policy simulation"), Role.MINISTRY),
    ("national_list", _("National list"), None),
    ("notices", _("Public notices"), None),
)
# Who only reads them finds them by what they are.
READ = {("rules", Role.COUNTY): _("Rule sets")}
# What a person has to do stands at one of these: where pages lead back to after a refusal.
WORK = ("home", "desk", "ministry")
# Their work is the desk itself: two names for one page would make them look for a difference.
WORK_IS_ELSEWHERE = (Role.PROVINCE, Role.MINISTRY)


def site(request):
    """Return what the frame of every page shows."""
    office = getattr(request, "office", None)
    return {
        "office": office,
        "offices": getattr(request, "offices", []),
        "LANGUAGES": settings.LANGUAGES,
        "navigation": (places := navigation(request, office)),
        "own_place": next((one for one in places if one["name"] in WORK), None),
        "kept_for": kept_for(request, office),
        "session_left": left_of(request) if hasattr(request, "user") and request.user.is_authenticated else None,
        "sign_in_address": None if request.path == reverse("account_login") else reverse("account_login"),
    }


def kept_for(request, office) -> dict | None:
    """Return under which account and office this browser keeps typed words: both empty for somebody signed out.

    None in the middle of signing in: only then it is known whether what was typed before belongs to this person.
    """
    if not hasattr(request, "user") or _is_signing_in(request):
        return None
    return {
        "account": _opaque("account", request.user.pk if request.user.is_authenticated else None),
        "office": _opaque("office", office.pk if office else None),
    }


def _is_signing_in(request) -> bool:
    comes_back = REDIRECT_FIELD_NAME in request.GET or REDIRECT_FIELD_NAME in request.POST
    return request.path == reverse("mfa_authenticate") or (request.path == reverse("account_login") and comes_back)


def _opaque(kind: str, pk: int | None) -> str:
    return "" if pk is None else salted_hmac(f"config.kept.{kind}", str(pk)).hexdigest()[:16]


def navigation(request, office) -> list[dict]:
    """Return the places of the site this person can go to, in their order."""
    is_signed_in = request.user.is_authenticated if hasattr(request, "user") else False
    places = []
    for name, words, whose in PLACES:
        if whose == "" and not is_signed_in:
            continue
        if whose and (office is None or office.role != whose):
            continue
        if name == "home" and office is not None and office.role in WORK_IS_ELSEWHERE:
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        said = READ.get((name, office.role if office else ""), words)
        places.append({"name": name, "address": address, "words": said, "is_here": request.path == address})
    return places
