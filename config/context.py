"""What every template may use."""

from django.conf import settings


def site(request):
    """Return what the frame of every page shows."""
    return {"office": getattr(request, "office", None), "offices": getattr(request, "offices", []), "LANGUAGES": settings.LANGUAGES}
