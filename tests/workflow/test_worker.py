"""The worker: what is queued is done by a process of its own, once, and nothing is lost when it dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.journeys.databases import urls
from tests.workflow import errands
from workflow import nightly, worker
from workflow.models import NightlyTask, Worker

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work():
    """Return the function that starts a real worker; all are killed at the end."""
    processes = []

    def start(*arguments: str) -> subprocess.Popen:
        owner, application = urls(connection.settings_dict["NAME"])
        environment = {name: value for name, value in os.environ.items() if name != "JIQUN_DATABASE_ROLE"}
        environment |= {"DATABASE_URL": owner, "DATABASE_APP_URL": application, "PYTHONUNBUFFERED": "1"}
        processes.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "work", *arguments],
                cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
        )  # fmt: skip
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(autouse=True)
def no_night(db):
    """Let tonight be over, so that only the tests' own tasks wait."""
    for name in nightly.tasks():
        NightlyTask.objects.create(night=nightly.tonight(), name=name)


def wait_until(true, seconds: float = 30):
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.1)
    return found


def in_state(result, *states):
    return lambda: DBTaskResult.objects.filter(pk=result.id, status__in=states).first()


def fall_silent():
    """Let every worker have been heard of last two minutes ago."""
    Worker.objects.update(seen_at=Now() - timedelta(minutes=2))


def test_a_queued_task_is_done_by_a_process_in_the_application_role_with_limits_of_its_own(work):
    queued = errands.tell_who_acts.enqueue()
    process = work()
    done = wait_until(in_state(queued, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED))
    assert done.traceback == ""
    assert done.return_value == [urls("x")[1].split("//")[1].split("@")[0].split(":")[0], "30min"]
    assert not worker.is_missing()
    process.send_signal(signal.SIGTERM)
    said, errors = process.communicate(timeout=20)
    assert (process.returncode, said, errors) == (0, "Background work is done here (Ctrl-C stops it).\n", "")
    assert worker.is_missing()


def test_what_a_person_waits_for_is_not_behind_a_long_night(work, tmp_path):
    mark = tmp_path / "mark"
    night = errands.take_long.using(queue_name=nightly.QUEUE).enqueue(str(mark))
    process = work()
    wait_until(mark.exists)
    wait_until(in_state(errands.tell_who_acts.enqueue(), TaskResultStatus.SUCCESSFUL))
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert in_state(night, TaskResultStatus.READY)()


def test_a_task_that_fails_ends_itself_and_not_the_worker(work):
    failing, next_one = errands.fail.enqueue(), errands.tell_who_acts.enqueue()
    work()
    assert "this task always fails" in wait_until(in_state(failing, TaskResultStatus.FAILED)).traceback
    wait_until(in_state(next_one, TaskResultStatus.SUCCESSFUL))


def test_what_a_killed_worker_had_in_hand_is_done_again_by_another(work, tmp_path):
    mark = tmp_path / "mark"
    queued = errands.take_long.enqueue(str(mark))
    process = work()
    wait_until(mark.exists)
    process.kill()
    process.wait()
    work()
    wait_until(lambda: Worker.objects.there().count() == 2)  # the dead one is still believed to be there
    assert mark.read_text() == "begun\n"
    Worker.objects.filter(name=in_state(queued, TaskResultStatus.RUNNING)().worker_ids[0]).update(
        seen_at=Now() - timedelta(minutes=2)
    )
    wait_until(lambda: mark.read_text() == "begun\nbegun\n")
    assert len(in_state(queued, TaskResultStatus.RUNNING)().worker_ids) == 2


def test_a_task_that_ended_three_workers_fails():
    task = DBTaskResult.objects.get(pk=errands.tell_who_acts.enqueue().id)
    DBTaskResult.objects.filter(pk=task.pk).update(status=TaskResultStatus.RUNNING, worker_ids=["a", "b"])
    assert worker.take_over() == 1
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY
    DBTaskResult.objects.filter(pk=task.pk).update(status=TaskResultStatus.RUNNING, worker_ids=["a", "b", "c"])
    assert worker.take_over() == 1
    task.refresh_from_db()
    assert (task.status, task.traceback) == (TaskResultStatus.FAILED, worker.GONE)


def test_what_a_living_worker_has_in_hand_is_left_to_it():
    task = errands.tell_who_acts.enqueue()
    Worker.objects.create(name="a")
    DBTaskResult.objects.filter(pk=task.id).update(status=TaskResultStatus.RUNNING, worker_ids=["a"])
    assert worker.take_over() == 0
    fall_silent()
    assert worker.take_over() == 1


def test_a_worker_told_twice_to_stop_gives_back_what_it_has_in_hand(work, tmp_path):
    mark = tmp_path / "mark"
    queued = errands.take_long.enqueue(str(mark))
    process = work()
    wait_until(mark.exists)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert in_state(queued, TaskResultStatus.READY)()


def test_a_worker_ends_by_itself_when_the_site_beside_it_was_killed(work):
    process = work("--beside", str(os.getpid()))
    wait_until(lambda: not worker.is_missing())
    assert process.poll() is None
    orphan = work("--beside", "1")
    assert orphan.wait(20) == 0


def test_a_night_has_each_of_its_tasks_once_however_many_workers_begin_it():
    NightlyTask.objects.all().delete()
    night, begun = nightly.tonight(), []

    def begin():
        try:
            begun.append(nightly.begin(night))
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = sorted(nightly.tasks())
    assert len(begun) == 6
    assert sorted(name for some in begun for name in some) == names
    assert DBTaskResult.objects.filter(task_path__in=names, queue_name=nightly.QUEUE).count() == len(names)
    assert nightly.begin(night) == []
    assert sorted(nightly.begin(night + timedelta(days=1))) == names


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        ("2026-03-01 01:59:59+08", "2026-02-28"),
        ("2026-03-01 02:00:00+08", "2026-03-01"),
        ("2026-03-01 17:59:59+00", "2026-03-01"),
        ("2026-03-01 18:00:00+00", "2026-03-02"),
    ],
)
def test_a_night_begins_at_two_in_beijing(moment, night):
    assert str(nightly.tonight(moment)) == night


def test_old_work_is_forgotten_and_new_work_is_not(work):
    from workflow.tasks import forget_old_work

    old, young = errands.tell_who_acts.enqueue(), errands.tell_who_acts.enqueue()
    DBTaskResult.objects.filter(pk__in=[old.id, young.id]).update(
        status=TaskResultStatus.SUCCESSFUL, finished_at=Now() - timedelta(days=29)
    )
    DBTaskResult.objects.filter(pk=old.id).update(finished_at=Now() - timedelta(days=31))
    NightlyTask.objects.create(night="2020-01-01", name="x", begun_at=Now() - timedelta(days=31))
    queued = forget_old_work.enqueue()
    work()
    wait_until(in_state(queued, TaskResultStatus.SUCCESSFUL))
    assert not DBTaskResult.objects.filter(pk=old.id).exists()
    assert DBTaskResult.objects.filter(pk=young.id).exists()
    assert not NightlyTask.objects.filter(name="x").exists()
