"""Addresses of the case."""

from django.urls import path

from applications.views import case, deciding

urlpatterns = [
    path("applications/<int:pk>/", case.application, name="application"),
    path("applications/<int:pk>/decide/<slug:step>/", deciding.decide, name="decide"),
]
