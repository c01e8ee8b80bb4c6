"""Territories."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    """Divisions and zones, and their place under an authority."""

    name = "territories"
