"""What happened before a journey begins: cases that went their way by the real steps."""

from datetime import timedelta

from django.utils import timezone

from applications.models import Application, PublicNotice
from programmes.models import Call
from tests import situations
from tests.factories import ClusterFactory
from tests.journeys.cast import COUNTY, office_of

OPEN_CALL = "demo-2025"


def bid(name: str, player=COUNTY, situation=situations.submitted, **more) -> Application:
    """Bring a cluster of a player's county into a situation, in the open call."""
    office = office_of(player)
    cluster = ClusterFactory(name=name, lead=office.authority)
    return situation(Call.objects.get(code=OPEN_CALL), by=office, cluster=cluster, **more)


def end_notices() -> None:
    """Move every public notice into the past, as time would."""
    past = timezone.now() - timedelta(days=10)
    for notice in PublicNotice.objects.all():
        situations.move_notice(notice, past)
    Application.objects.filter(released_at__isnull=False).update(released_at=past)
