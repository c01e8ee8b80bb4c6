"""What of a cluster's applications a page of its register says."""

from django import template

from applications.enums import State
from applications.models import Application
from applications.querysets import live_to_everybody

register = template.Library()


@register.simple_tag
def calls_signed_for(cluster) -> list[str]:
    """Return the calls in which the cluster has an application that others review as it was signed, newest first."""
    if cluster.pk is None:
        return []
    rows = Application.objects.filter(live_to_everybody(), cluster=cluster, snapshot__isnull=False)
    return [str(row.call) for row in rows.exclude(state=State.RETURNED).select_related("call").order_by("-id")]
