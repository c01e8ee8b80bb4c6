"""The record."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Append-only record of acts and refusals."""

    name = "audit"

    def ready(self):
        from audit.grants import grant_rights

        post_migrate.connect(grant_rights, dispatch_uid="grant rights to the application role")
