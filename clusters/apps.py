"""Clusters."""

from django.apps import AppConfig


class ClustersConfig(AppConfig):
    """What a cluster is and what it tells year by year."""

    name = "clusters"

    def ready(self):
        from clusters import policies  # noqa: F401
