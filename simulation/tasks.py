"""A simulation that is too large to wait for, done by a worker."""

from django.conf import settings as site
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from simulation.actions import UNFINISHED
from simulation.enums import RunState
from simulation.models import Run
from simulation.running import simulate
from simulation.settings import Settings, Unanswerable


class Cancelled(Exception):
    """Somebody does not want the answer any more."""


@task()
def work_on(pk: int) -> None:
    """Answer the question of a run, and write down how far it is after every block of applications.

    Begun twice (after a killed worker) it starts anew. A mistake of ours is kept as a failure of the
    run and raised for the log.
    """
    waiting = Run.objects.filter(pk=pk, state__in=UNFINISHED)
    if not waiting.update(state=RunState.RUNNING, started_at=Now(), done=0):
        return
    run = Run.objects.select_related("made_by__authority", "made_by__user").get(pk=pk)
    with translation.override(site.LANGUAGE_CODE):
        try:
            result = simulate(Settings.read(run.settings), run.made_by, _telling(pk))
        except Cancelled:
            return
        except Unanswerable as refusal:
            _fail(pk, str(refusal))
        except Exception:
            _fail(pk, _("The simulation ended by a mistake of the system. It was reported; nothing was changed."))
            raise
        else:
            Run.objects.filter(pk=pk, state=RunState.RUNNING).update(
                state=RunState.DONE, result=result.as_json(), done=result.population, total=result.population,
                finished_at=Now(),
            )  # fmt: skip


def _telling(pk: int):
    """Return what hears of the progress.

    It is told while PostgreSQL still sends rows, on the same connection: the number is therefore written by a
    connection of its own.
    """
    from django.db import connections

    def tell(done: int, total: int) -> None:
        told = connections["default"].copy()
        try:
            with told.cursor() as cursor:
                cursor.execute(
                    "update simulation_run set done = %s, total = %s where id = %s and state = %s",
                    [done, total, pk, RunState.RUNNING],
                )
                if cursor.rowcount != 1:
                    raise Cancelled
        finally:
            told.close()

    return tell


def _fail(pk: int, words: str) -> None:
    Run.objects.filter(pk=pk).update(state=RunState.FAILED, error=words[:300], finished_at=Now())
