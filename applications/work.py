"""What a county has to do: its applications by what they wait for, the open calls, its clusters."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.enums import LIVE, OPEN_FOR_EDITING, State
from applications.models import Application, Opinion
from applications.returns import reversals
from clusters.models import Cluster
from programmes import deadlines
from programmes.enums import Kind
from programmes.models import Call
from recognitions.models import Recognition
from rulebook.catalogue import INDICATORS, THREE
from rulebook.conditions import THREE_YEARS

SHOWN = ("todo", "returned", "closing", "waiting")
MOST = 100  # a county leads a handful of clusters; a page never shows more rows than this
WAITS = frozenset({State.SUBMITTED, State.RECOMMENDED, State.SHORTLISTED, State.IN_PUBLIC_NOTICE})


@dataclass(frozen=True)
class Task:
    """One application with what it waits for and until when."""

    application: Application
    state: str
    closes_at: datetime | None
    whose: str
    is_mine: bool
    reversal: Opinion | None = None  # why it is with the province again

    @property
    def is_over(self) -> bool:
        """Say whether the time that counts has passed."""
        return self.is_mine and self.closes_at is not None and self.closes_at <= self.application.clock

    @property
    def is_closing(self) -> bool:
        """Say whether it is hers and closes within a week."""
        return self.is_mine and self.closes_at is not None and deadlines.is_soon(self.closes_at, self.application.clock)


@dataclass(frozen=True)
class Mark:
    """One day on the line of a call, with its place from 0 to 100."""

    at: datetime
    words: str
    place: int
    kind: str


@dataclass(frozen=True)
class OpenCall:
    """A call that is open now, with its line and whose deadline counts here."""

    call: Call
    closing: deadlines.CountingDeadline | None
    marks: list[Mark]


@dataclass(frozen=True)
class ClusterLine:
    """A cluster of this county, with the application it could open or the reason why not."""

    cluster: Cluster
    is_own: bool
    openable: Call | None


@dataclass(frozen=True)
class Work:
    """Everything the home page of a county shows."""

    tasks: list[Task]
    listed: list[Task]
    shown: str
    calls: list[OpenCall]
    clusters: list[ClusterLine]

    def _counted(self) -> dict[str, list[Task]]:
        return {name: [task for task in self.tasks if belongs(task, name)] for name in SHOWN}

    @property
    def cells(self) -> int:
        """Return how many figures a first application fills in: those of the form of the open call."""
        asked = self.calls[0].call.form_version.indicators if self.calls else list(INDICATORS)
        return sum(len(THREE_YEARS) if INDICATORS[code].years == THREE else 1 for code in asked)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Return the counts that are links: name, words, number."""
        words = {
            "todo": _("To do"),
            "returned": _("Returned"),
            "closing": _("Closing soon"),
            "waiting": _("Waiting for others"),
        }
        return [(name, words[name], len(rows)) for name, rows in self._counted().items()]


def belongs(task: Task, name: str) -> bool:
    """Say whether a task is counted under a name."""
    return {
        "todo": task.is_mine,
        "returned": task.state == State.RETURNED,
        "closing": task.is_closing,
        "waiting": task.state in WAITS,
    }[name]


def work_of(office, shown: str = "") -> Work:
    """Return what an office of a county has to do, most urgent first."""
    rows = (
        Application.objects.for_list(office)
        .allowed(office, "applications.view")
        .filter(path__startswith=office.paths[0] if office.paths else "-")
        .select_related("call__programme__owner")
        .order_by("-call__year", "id")[:MOST]
    )
    closing: dict = {}
    rows, back = list(rows), reversals(rows)
    tasks = sorted((replace(_task(row, office, closing), reversal=back.get(row.pk)) for row in rows), key=_urgency)
    calls = [
        _open_call(call, office)
        for call in Call.objects.open_now().select_related("programme__owner", "form_version").order_by("closes_at")
    ]
    listed = (
        [task for task in tasks if belongs(task, shown)] if shown else [t for t in tasks if t.is_mine or t.reversal]
    )
    return Work(tasks, listed, shown, calls, _clusters(office, calls, tasks))


def _task(row: Application, office, closing: dict) -> Task:
    state = row.state_seen_by(office)
    is_mine = state in OPEN_FOR_EDITING
    if state == State.RETURNED:
        return Task(row, state, row.due_at, row.province.name, is_mine)
    if not is_mine:
        return Task(row, state, None, "", is_mine)
    key = (row.call_id, row.path)
    if key not in closing:
        closing[key] = deadlines.for_county(row.call, row.path)
    found = closing[key]
    return Task(row, state, found.closes_at if found else None, found.whose if found else "", is_mine)


def _urgency(task: Task):
    """Hers before others', returned before drafts, the nearest deadline first."""
    far = datetime.max.replace(tzinfo=timezone.get_default_timezone()) - timedelta(days=2)
    return (not task.is_mine, task.is_over, task.state != State.RETURNED, task.closes_at or far, task.application.pk)


def _open_call(call: Call, office) -> OpenCall:
    county = deadlines.for_county(call, office.paths[0]) if office.paths else None
    last = deadlines.CountingDeadline(call.closes_at, call.programme.owner)
    now = timezone.now()
    days = [(call.opens_at, _("Opened"), "opened")]
    if county and county.closes_at != call.closes_at:
        days.append((county.closes_at, _("Your deadline, set by %(whose)s") % {"whose": county.whose}, "county"))
    days.append((call.closes_at, _("Recommendations are due at %(whose)s") % {"whose": last.whose}, "ministry"))
    days.append((now, _("Today"), "today"))
    begin, end = call.opens_at, max(call.closes_at, now)
    length = (end - begin).total_seconds() or 1
    marks = [Mark(at, words, round(100 * (at - begin).total_seconds() / length), kind) for at, words, kind in days]
    return OpenCall(call, county, sorted(marks, key=lambda mark: mark.at))


def _clusters(office, calls: list[OpenCall], tasks: list[Task]) -> list[ClusterLine]:
    rows = list(
        Cluster.objects.allowed(office, "clusters.view")
        .select_related("lead", "industry")
        .order_by("name", "id")[:MOST]
    )
    live = {(task.application.cluster_id, task.application.call_id) for task in tasks if task.state in LIVE}
    held = {
        programme.pk: set(
            Recognition.objects.held_in(programme).filter(cluster__in=rows).values_list("cluster_id", flat=True)
        )
        for programme in {one.call.programme for one in calls}
    }
    accepting = set(Call.objects.open_now().filter(kinds__kind=Kind.RECOGNITION).values_list("pk", flat=True))
    lines, now = [], timezone.now()
    for cluster in rows:
        is_own = bool(office.paths) and cluster.path.startswith(office.paths)
        fitting = (
            one.call
            for one in calls
            if one.call.pk in accepting
            and not (one.closing and one.closing.has_passed(now))
            and (cluster.pk, one.call.pk) not in live
            and cluster.pk not in held[one.call.programme_id]
        )
        lines.append(ClusterLine(cluster, is_own, next(fitting, None) if is_own else None))
    return lines
