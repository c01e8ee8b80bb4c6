"""Addresses of the province."""

from django.urls import path

from applications.views import province

urlpatterns = [
    path("desk/", province.desk, name="desk"),
    path("desk/deadline/<slug:code>/", province.deadline, name="province_deadline"),
]
