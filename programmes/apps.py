"""Programmes."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Programmes, calls and what a call fixes."""

    name = "programmes"
