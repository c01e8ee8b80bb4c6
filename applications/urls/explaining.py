"""Addresses of what the findings of a case say to whom."""

from django.urls import path

from applications.views import explaining

urlpatterns = [
    path("applications/<int:pk>/checklist/", explaining.checklist, name="application_checklist"),
    path("applications/<int:pk>/explanations/", explaining.explanations, name="application_explanations"),
]
