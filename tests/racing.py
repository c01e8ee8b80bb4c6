"""Races of real processes: every act in a process of its own, all released at one moment.

A test calls `race`; the runner, a small program that calls `set_up` and then `run`, gets ready once and divides.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def started(runner: Path, acts: list[dict], *, with_lock: bool = True) -> subprocess.Popen:
    """Start a runner for these acts, and return when each stands ready; they wait for the word."""
    from django.db import connection

    environment = os.environ | {
        "RACE_DATABASE": connection.settings_dict["NAME"],
        "RACE_WITHOUT_LOCK": "" if with_lock else "1",
        "JIQUN_DATABASE_ROLE": "owner",
        "PYTHONPATH": str(ROOT),
    }
    racers = subprocess.Popen([sys.executable, str(runner), json.dumps(acts)], env=environment, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, cwd=ROOT)  # fmt: skip
    assert racers.stdout.readline().strip() == "ready"
    return racers


def race(runner: Path, acts: list[dict], *, with_lock: bool = True) -> list[str]:
    """Release every act at one moment; return how each ended: done, the code of a refusal, or crashed."""
    return ends_of(started(runner, acts, with_lock=with_lock))


def ends_of(racers: subprocess.Popen) -> list[str]:
    """Give the word, unless it was given, and return how each act ended."""
    return json.loads(racers.communicate("go\n", timeout=60)[0])


def set_up() -> None:
    """Make the runner's Django ready for the database of the test."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["RACE_DATABASE"]
    django.setup()
    if os.environ["RACE_WITHOUT_LOCK"]:
        from django.db.models import QuerySet

        QuerySet.select_for_update = lambda self, **kwargs: self


def run(act_of: Callable[[dict], Callable]) -> None:
    """Divide into a process for each act of the first argument, let them go at the word, print how they ended."""
    go = os.pipe()
    racers = [_divided(act_of, order, go) for order in json.loads(sys.argv[1])]
    assert [racer.readline() for racer in racers] == ["ready\n"] * len(racers)
    print("ready", flush=True)
    sys.stdin.readline()
    os.close(go[1])  # for whoever waits at the other end of the pipe this is the word
    print(json.dumps([racer.readline().strip() or "crashed" for racer in racers]))


def _divided(act_of: Callable[[dict], Callable], order: dict, go: tuple[int, int]):
    from workflow.refusals import StepRefused

    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        return os.fdopen(reading)
    try:
        os.close(go[1])
        with os.fdopen(writing, "w") as said:
            act = act_of(order)
            print("ready", file=said, flush=True)
            os.read(go[0], 1)
            try:
                act()
            except StepRefused as refusal:
                print(refusal.code, file=said)
            else:
                print("done", file=said)
    finally:
        os._exit(0)  # what was not said is told as crashed
