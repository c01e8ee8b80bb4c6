"""Addresses of accounts."""

from django.urls import include, path

urlpatterns: list = [path("", include("allauth.urls"))]
