"""Tasks that are begun once a night, however many workers run.

    @every_night
    @task(priority=-50)
    def replay_screenings(): ...

in `<app>/tasks.py` is all an app does; nobody further left has to know of it. A night begins at 02:00 in Beijing. A
site that did not run at that hour has its night as soon as a worker is there.
"""

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.module_loading import autodiscover_modules

from workflow.models import NightlyTask

BEGINS_AT = "02:00"
QUEUE = "night"

_tasks: dict[str, object] = {}


def every_night(task):
    """Have this task (of django-tasks) begun once a night; it may run again after a killed worker."""
    _tasks[task.module_path] = task
    return task


def tasks() -> dict[str, object]:
    """Return the tasks of a night by their names, from the `tasks` module of every app."""
    autodiscover_modules("tasks")
    return _tasks


def tonight(at=None):
    """Return the night it is at a moment, by default the database's now: its day, until 02:00 the day before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (coalesce(%s::timestamptz, clock_timestamp()) at time zone %s - %s::interval)::date",
            [at, settings.TIME_ZONE, BEGINS_AT],
        )
        return cursor.fetchone()[0]


def begin(night) -> list[str]:
    """Queue what this night has not had yet; return the names that were queued by this call."""
    had = set(NightlyTask.objects.filter(night=night).values_list("name", flat=True))
    begun = []
    for name, task in tasks().items():
        if name in had:
            continue
        try:
            with transaction.atomic():  # a second worker waits here for the first, and is then refused
                NightlyTask.objects.create(night=night, name=name)
                task.using(queue_name=QUEUE).enqueue()
        except IntegrityError:
            continue
        begun.append(name)
    return begun
