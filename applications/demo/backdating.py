"""Move what the demo did within seconds to days on which it could have been done.

Runs in the transaction that made the rows, as the owner of the tables: the chains are rehashed, so
they hold, and nothing that existed before is touched. The application role could not do this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Least

from applications.models import Application, NoticeEntry, Opinion, Screening, Snapshot
from audit.models import Event
from clusters.models import Cluster
from recognitions.models import Recognition

OPENS, ENDS = time(9), time(17, 30)  # offices work by day
MINOR = frozenset({"applications.answer", "clusters.tell_figures"})
WITHOUT_OPINION = frozenset(
    {"applications.open", "applications.answer", "applications.submit", "applications.withdraw",
     "applications.publish", "applications.record_objections"}
)  # fmt: skip


@dataclass(frozen=True)
class Window:
    """Between which moments the acts with these names took place; no names: every act."""

    start: datetime
    end: datetime
    actions: frozenset[str] = frozenset()

    def holds(self, action: str) -> bool:
        """Say whether the act belongs here."""
        return not self.actions or action in self.actions


def move_back(application: Application, windows: Iterable[Window]) -> None:
    """Give every act on an application a moment in its window, in the order in which it was done.

    What was done with its cluster in an earlier call has its moments already.
    """
    chains = [f"clusters.{application.cluster_id}", f"applications.{application.pk}"]
    every = list(Event.objects.filter(chain__in=chains).order_by("id"))
    events = [event for event in every if event.at >= application.call.opens_at]
    for window in windows:
        inside = [event for event in events if window.holds(event.action)]
        for event, moment in zip(inside, moments(inside, window), strict=True):
            event.at = moment
    rehash(every)
    _follow(application, events)


def moments(events: list[Event], window: Window) -> Iterable[datetime]:
    """Return a moment for each event: small acts take minutes, decisions days."""
    weights = [1 if event.action in MINOR else 40 for event in events]
    whole, done = sum(weights) + 20, 0
    for weight in weights:
        done += weight
        yield by_day(window.start + (window.end - window.start) * (done / whole))


def by_day(moment: datetime) -> datetime:
    """Return the moment moved into the working hours of its day in China; keeps the order."""
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    share = (local - midnight) / timedelta(days=1)
    opens, ends = (timedelta(hours=bound.hour, minutes=bound.minute) for bound in (OPENS, ENDS))
    return (midnight + opens + (ends - opens) * share).astimezone(UTC)


def rehash(events: list[Event]) -> None:
    """Let each event follow from the one before in its chain again."""
    heads: dict[str, str] = {}
    for event in events:
        event.previous_hash = heads.get(event.chain, "")
        event.hash = heads[event.chain] = event.digest()
    Event.objects.bulk_update(events, ["at", "previous_hash", "hash"])


def _follow(application: Application, events: list[Event]) -> None:
    """Let the rows that the acts made carry the moments of the acts."""
    own = [event for event in events if event.chain.startswith("applications.")]
    submitted = [event.at for event in own if event.action == "applications.submit"]
    decided = [event.at for event in own if event.action not in WITHOUT_OPINION]
    for snapshot, moment in zip(application.snapshots.order_by("number"), submitted, strict=True):
        Snapshot.objects.filter(pk=snapshot.pk).update(submitted_at=moment)
        Screening.objects.filter(snapshot=snapshot).update(made_at=moment)
    for opinion, moment in zip(application.opinions.order_by("id"), decided, strict=True):
        Opinion.objects.filter(pk=opinion.pk).update(made_at=moment)
    recorded = [event.at for event in own if event.action == "applications.record_objections"]
    NoticeEntry.objects.filter(application=application).exclude(recorded_at=None).update(
        recorded_at=recorded[-1] if recorded else None
    )
    opened = own[0].at
    registered_at = Least("registered_at", Value(opened - timedelta(days=6)))
    Cluster.objects.filter(pk=application.cluster_id).update(registered_at=registered_at)
    told = [event.at for event in events if event.action == "clusters.tell_figures"]
    application.cluster.figures.update(changed_at=told[-1])
    application.statements.update(changed_at=told[-1])
    Application.objects.filter(pk=application.pk).update(
        opened_at=opened, submitted_at=submitted[-1] if submitted else None
    )
    Recognition.objects.filter(granted_for=application.ask_key).update(granted_at=own[-1].at)
    _follow_in_history(application, [event.at for event in own if event.state_to])


def _follow_in_history(application: Application, changed: list[datetime]) -> None:
    """Date the kept versions of the row: one when it was opened, one for each step."""
    history = apps.get_model("applications", "ApplicationHistory")
    rows = list(history.objects.filter(pgh_obj_id=application.pk).order_by("pgh_id"))
    for row, moment in zip_longest(rows, changed[: len(rows)], fillvalue=changed[-1]):
        row.pgh_created_at = moment
    history.objects.bulk_update(rows, ["pgh_created_at"])
