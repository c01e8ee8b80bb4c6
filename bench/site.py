"""A measured site: its own data folder, database, application server and floor, all removed afterwards."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.client import Client
from bench.processes import parents, spent

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
INHERITED = ("DATABASE_URL", "DATABASE_APP_URL", "JIQUN_DATABASE_ROLE", "JIQUN_PRODUCTION", "DEBUG")


class Site:
    """Ours and the floor beside each other on one PostgreSQL, with so many applications in each."""

    def __init__(self, applications: int):
        self.applications = applications
        self.folder = Path(tempfile.mkdtemp(prefix="jiqun-bench-"))
        self.folder.chmod(0o711)
        kept = {name: value for name, value in os.environ.items() if name not in INHERITED}
        self.env = kept | {"JIQUN_DATA": str(self.folder / "data"), "JIQUN_PG_STATS": "1", "LOG_LEVEL": "ERROR"}
        self.servers: dict[str, subprocess.Popen] = {}
        self.ports: dict[str, int] = {}

    def __enter__(self):
        try:
            self._set_up()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *error):
        self._remove()

    def commands(self) -> list[list[str]]:
        """Return what fills the database, in its order."""
        return [["migrate", "-v0"], ["load_reference"], ["seed_scale", "--applications", str(self.applications)]]

    def _set_up(self) -> None:
        owner, application = self._python("-m", "config.postgres", "url").split()
        self.owner_url, self.application_url = owner, application
        self.floor_url = owner.rpartition("/")[0] + "/floor"
        for command in self.commands():
            began = time.monotonic()
            self._python("manage.py", *command, JIQUN_DATABASE_ROLE="owner")
            say(f"{self.applications:,}: {command[0]} took {time.monotonic() - began:.0f} s")
        self.people = json.loads(self._python("-m", "bench.people", JIQUN_DATABASE_ROLE="owner"))
        self.sql(self.owner_url, "create database floor", fetch=False)
        told = self._python("-m", "bench.floor.fill", str(self.applications), FLOOR_DATABASE_URL=self.floor_url)
        self.floor_session = json.loads(told)["session"]
        self.sql(self.owner_url, "vacuum analyze", fetch=False)
        self.postmaster = self._postmaster()
        self._serve("ours", "config.asgi:application", "asginl", JIQUN_THREADS="1")
        self._serve("floor", "bench.floor.wsgi:application", "wsgi", FLOOR_DATABASE_URL=self.floor_url)

    def _python(self, *arguments: str, **more: str) -> str:
        answer = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.env | more, capture_output=True, text=True
        )
        if answer.returncode:
            raise SystemExit(f"{' '.join(arguments)}: {answer.stderr.strip()[-2000:]}")
        return answer.stdout

    def _serve(self, name: str, target: str, interface: str, **more: str) -> None:
        port = _free_port()
        command = [sys.executable, "-m", "granian", "--interface", interface, "--workers", "1",
                   "--blocking-threads", "1", "--port", str(port), "--log-level", "warning", target]  # fmt: skip
        self.servers[name] = subprocess.Popen(command, cwd=ROOT, env=self.env | more)
        self.ports[name] = port
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit(f"The {name} server did not start.")

    def client(self, who: str = "") -> Client:
        """Return a client of ours: of the province, of the county, or of nobody."""
        return Client(self.ports["ours"], self.people[who] if who else "")

    def floor_client(self) -> Client:
        """Return a client of the floor who has signed in."""
        return Client(self.ports["floor"], self.floor_session)

    def spent(self, name: str) -> tuple[float, float]:
        """Return the CPU seconds of a server, and of PostgreSQL with all its processes."""
        return spent(self.servers[name].pid), spent(self.postmaster)

    def _postmaster(self) -> int:
        """Return the process that all processes of PostgreSQL descend from: the parent of any backend."""
        import psycopg2

        connection = psycopg2.connect(self.owner_url)
        try:
            return parents()[connection.get_backend_pid()]
        finally:
            connection.close()

    def sql(self, url: str, text: str, *, fetch: bool = True) -> list[tuple]:
        """Ask the database directly, outside what is measured."""
        import psycopg2

        connection = psycopg2.connect(url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(text)
                return cursor.fetchall() if fetch else []
        finally:
            connection.close()

    def _remove(self) -> None:
        for server in self.servers.values():
            server.terminate()
        for server in self.servers.values():
            server.wait(timeout=20)
        subprocess.run([sys.executable, "-m", "config.postgres", "stop"], cwd=ROOT, env=self.env, capture_output=True)
        elsewhere = self.folder / "data" / "postgres.location"
        if elsewhere.exists():  # a root-only checkout keeps the server's folder outside (config/postgres.py)
            shutil.rmtree(elsewhere.read_text().strip(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def say(words: str) -> None:
    """Tell a person how far the measurement is; figures alone go to standard output."""
    print(words, file=sys.stderr, flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
