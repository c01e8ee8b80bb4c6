"""Recognitions."""

from django.apps import AppConfig


class RecognitionsConfig(AppConfig):
    """The title a cluster holds."""

    name = "recognitions"
