"""Every address of the site."""

from django.urls import include, path

from config import views

handler400 = "config.views.bad_request"
handler404 = "config.views.not_found"
handler403 = "config.views.refused"
handler500 = "config.views.server_error"

urlpatterns = [
    path("health/", views.health, name="health"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("language/", views.choose_language, name="set_language"),
    path("accounts/", include("accounts.urls")),
    path("", include("clusters.urls")),
    path("", include("applications.urls")),
    path("", include("ruledesk.urls")),
    path("", include("simulation.urls")),
    path("", include("portal.urls")),
]
