"""The public pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Public list and notices; has pages, owns no tables."""

    name = "portal"
