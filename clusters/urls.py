"""Addresses of the register of clusters."""

from django.urls import path  # noqa: F401

urlpatterns: list = []
