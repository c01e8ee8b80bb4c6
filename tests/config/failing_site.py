"""The site with one page that fails."""

from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fail(request):
    """A mistake of ours."""
    raise RuntimeError("a mistake of ours")


fail.login_required = False
urlpatterns = [*urlpatterns, path("fails/", fail)]
