"""`manage.py serve`: says where and for whom, serves with its worker beside it, and stops on Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

from accounts import demo
from audit.models import Tally
from tests.factories import OfficeFactory, UserFactory
from tests.journeys.databases import urls
from tests.journeys.serving import free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


def environment(data: Path | None, **more: str) -> dict[str, str]:
    owner, application = urls(connection.settings_dict["NAME"])
    kept = {name: value for name, value in os.environ.items() if name not in {"JIQUN_DATABASE_ROLE", "SITE_ADDRESS"}}
    data = str(data or "/nonexistent")
    return kept | {"DATABASE_URL": owner, "DATABASE_APP_URL": application, "JIQUN_DATA": data, **more}


def start(port: int, *arguments: str, data: Path | None = None) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", *arguments], cwd=ROOT, text=True,
        env=environment(data, PYTHONUNBUFFERED="1", PORT=str(port)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def said_by_add_office(data: Path) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", "add_office", "--email", "new@example.org", "--name", "李敏", "--role", "county",
         "--authority", "370102"], cwd=ROOT, env=environment(data, JIQUN_DATABASE_ROLE="owner"), text=True,
        capture_output=True, check=True,
    ).stdout  # fmt: skip


def wait_for(port: int, seconds: float = 40) -> str:
    until = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5).read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_it_says_where_and_for_whom_serves_and_stops_cleanly(tmp_path):
    person = UserFactory(email="county@demo.example.org", is_demo=True)
    OfficeFactory(user=person, county=True)
    UserFactory(email="real@example.org")
    port = free_port()
    process = start(8000, "--port", str(port), data=tmp_path)
    try:
        assert wait_for(port).startswith("ok")
        assert f" http://127.0.0.1:{port}/accounts/password/reset/key/" in said_by_add_office(tmp_path)
        worker = Path(f"/proc/{worker_beside(process)}/environ")  # it sends the mails
        assert f"SITE_ADDRESS=http://127.0.0.1:{port}" in worker.read_text().split("\0")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/list/99999999/", timeout=10)
    finally:
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=30)
    assert said.splitlines() == [
        f"Jiqun is served at http://127.0.0.1:{port}/ (Ctrl-C stops it).",
        f"Demo sign-ins, all with the password {demo.PASSWORD}:",
        "  county@demo.example.org  县级申报员 · 山东省济南市历下区",
        "Stopped.",
    ]
    assert "Traceback" not in errors
    assert process.returncode == 0
    assert Tally.objects.get(who="").kind == "access.not_found listed_cluster", "counted in memory, kept at the end"


def worker_beside(process: subprocess.Popen, other_than: int | None = None) -> int:
    """Return the process id of the worker that a site started."""
    until = time.monotonic() + 40
    while time.monotonic() < until:
        found = subprocess.run(["pgrep", "-f", f"manage.py work --beside {process.pid}$"], capture_output=True)
        for number in found.stdout.split():
            if int(number) != other_than:
                return int(number)
        time.sleep(0.2)
    raise AssertionError("no worker runs beside the site")


def is_alive(number: int) -> bool:
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_for_end(number: int, seconds: float = 25) -> None:
    until = time.monotonic() + seconds
    while is_alive(number):
        assert time.monotonic() < until, "the worker outlived the site"
        time.sleep(0.2)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_worker_beside_it_comes_back_when_killed_and_never_outlives_the_site(sent):
    port = free_port()
    process = start(port)
    try:
        wait_for(port)
        first = worker_beside(process)
        os.kill(first, signal.SIGKILL)
        second = worker_beside(process, other_than=first)
        until = time.monotonic() + 40
        while (said := wait_for(port)) != "ok":
            assert said == "ok, but nobody does the background work: run manage.py work"
            assert time.monotonic() < until
            time.sleep(0.2)
        process.send_signal(sent)
        wait_for_end(second)
        _said, errors = process.communicate(timeout=30)
        assert "Traceback" not in errors
    finally:
        process.kill()
        process.communicate(timeout=30)  # ends when the last process of the site has


def test_without_background_work_there_is_no_worker_and_the_health_page_says_so():
    port = free_port()
    process = start(port, "--without-background-work")
    try:
        assert wait_for(port) == "ok, but nobody does the background work: run manage.py work"
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_a_port_in_use_ends_in_one_sentence():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        said, errors = start(8000, "--port", str(port)).communicate(timeout=60)
    assert said == ""
    assert errors == f"CommandError: Port {port} is in use: stop what uses it, or choose another with --port.\n"
