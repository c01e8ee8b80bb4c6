"""Addresses of waivers."""

from django.urls import path

from applications.views import waivers

urlpatterns = [
    path("waivers/", waivers.waivers, name="waivers"),
    path("waivers/grant/<slug:code>/", waivers.grant, name="waiver_grant"),
    path("waivers/grant/<slug:code>/places/", waivers.waiver_places, name="waiver_places"),
    path("waivers/<int:pk>/", waivers.waiver, name="waiver"),
]
