"""A process that does the background work, and the thread in it that minds what the work must not stop.

The queue and its loop are django-tasks-db's. What it leaves out is here: a task whose worker was killed is done
again, a worker does not outlive the site it was started beside, and nights are begun.
"""

import os
import secrets
import signal
import socket
import threading
import time

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from audit import tallies
from workflow import nightly
from workflow.models import Worker

LOOK_SECONDS = 1  # for new tasks, and for whether the site is still there
BEAT_SECONDS = 10
GRACE_SECONDS = 10  # for the task in hand when the worker is told to stop; then another worker begins it anew
AWAY_SECONDS = 5
ATTEMPTS = 3
GONE = "The worker that did this task ended in the middle of it, three times."


class TaskWorker(QueueWorker):
    """Takes tasks one after another until it is told to stop."""

    def __init__(self, *, beside: int | None = None):
        name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        common = {
            "interval": LOOK_SECONDS, "batch": False, "backend_name": "default", "startup_delay": False,
            "max_tasks": None, "worker_id": name,
        }  # fmt: skip
        super().__init__(queue_names=["*"], excluded_queue_names=[nightly.QUEUE], **common)
        # In a thread of its own: what a person waits for is never behind the hours of a night.
        self.night = QueueWorker(queue_names=[nightly.QUEUE], excluded_queue_names=[], **common)
        self.beside = beside
        self.told_to_stop_at: float | None = None
        self.is_in_a_hurry = False

    def shutdown(self, signum, frame) -> None:
        """End now when nothing is in hand, else after the task in hand; a second signal does not wait for it."""
        if self.told_to_stop_at is not None:
            self.is_in_a_hurry = True
            return
        self.told_to_stop_at = time.monotonic()
        self.running = False
        if not self.running_task:
            raise SystemExit(0)

    def work(self) -> None:
        """Work until told to stop; wait where the database is away."""
        minder = Minder(self)
        minder.start()
        threading.Thread(target=_keep_at_it, args=[self.night], name="night", daemon=True).start()
        try:
            _keep_at_it(self)
        finally:
            self.night.running = False
            minder.over.set()
            minder.join()


def _keep_at_it(worker: QueueWorker) -> None:
    while worker.running:
        try:
            worker.run()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(AWAY_SECONDS)


class Minder(threading.Thread):
    """Says that the worker is there, takes over from dead ones, begins nights, and ends what must end."""

    def __init__(self, worker: TaskWorker):
        super().__init__(name="minder", daemon=True)
        self.worker = worker
        self.over = threading.Event()

    def run(self) -> None:
        """Look every second, and speak to the database every ten."""
        beaten_at = -BEAT_SECONDS
        while not self.over.is_set():
            self._look()
            if time.monotonic() - beaten_at >= BEAT_SECONDS:
                beaten_at = time.monotonic()
                self._ask(self._beat)
            self.over.wait(LOOK_SECONDS)
        self._ask(self._leave)

    def _look(self) -> None:
        worker = self.worker
        is_alone = worker.beside is not None and os.getppid() != worker.beside
        if is_alone and worker.told_to_stop_at is None:
            os.kill(os.getpid(), signal.SIGTERM)
        asked = worker.told_to_stop_at
        if asked is not None and (worker.is_in_a_hurry or time.monotonic() - asked > GRACE_SECONDS):
            self._ask(self._leave)
            os._exit(0)  # the task in hand is rolled back with its connection and begins anew elsewhere

    @staticmethod
    def _ask(what) -> None:
        try:
            what()
        except (OperationalError, InterfaceError):
            pass  # the database is away: the loop of the worker waits for it
        finally:
            connection.close()

    def _beat(self) -> None:
        name = self.worker.worker_id
        Worker.objects.update_or_create(name=name, defaults={"seen_at": Now()})
        take_over()
        tallies.close_minutes()
        nightly.begin(nightly.tonight())

    def _leave(self) -> None:
        Worker.objects.filter(name=self.worker.worker_id).delete()
        take_over()


def take_over() -> int:
    """Put back what dead workers had in hand, to be done again; return how many tasks that were.

    A task that ended three workers fails: it would end the fourth.
    """
    there = set(Worker.objects.there().values_list("name", flat=True))
    taken = 0
    for task in DBTaskResult.objects.running():
        if task.worker_ids and task.worker_ids[-1] in there:
            continue
        if len(task.worker_ids) >= ATTEMPTS:
            changes = {"status": TaskResultStatus.FAILED, "finished_at": Now(), "traceback": GONE}
        else:
            changes = {"status": TaskResultStatus.READY}
        with transaction.atomic():
            taken += DBTaskResult.objects.running().filter(pk=task.pk, worker_ids=task.worker_ids).update(**changes)
    return taken


def is_missing() -> bool:
    """Say whether nobody does the background work at this moment."""
    return not Worker.objects.there().exists()
