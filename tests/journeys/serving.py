"""The site as it is served: a granian process in the application role, against a database of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
NEVER_INHERITED = ("JIQUN_DATABASE_ROLE", "JIQUN_TEST_DATABASE", "DATABASE_URL", "DATABASE_APP_URL", "PORT")


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """One served site; it can be taken away and come back at the same address."""

    def __init__(self, owner_url: str, application_url: str, log: Path, *, workers: int = 1, **environment: str):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log, self.workers = log, workers
        self.environment = {name: value for name, value in os.environ.items() if name not in NEVER_INHERITED} | {
            "DATABASE_URL": owner_url,
            "DATABASE_APP_URL": application_url,
            "SITE_ADDRESS": self.address,
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> "Server":
        """Start the process and wait until it answers."""
        command = [sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1",
                   "--port", str(self.port), "--workers", str(self.workers), "--log-level", "warning",
                   "config.asgi:application"]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.address}/health/", timeout=2).read()
            except urllib.error.HTTPError:
                return  # it answers: without its database it says 503
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"The site did not start:\n{self.said()}")

    def stop(self) -> None:
        """Take the site away."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def do_what_waits(self) -> None:
        """Do what a worker beside the site would do now, such as sending a mail."""
        command = [sys.executable, "manage.py", "db_worker", "--batch", "--queue-name", "*", "--no-startup-delay"]
        with self.log.open("ab") as log:
            subprocess.run(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, check=True)

    def said(self) -> str:
        """Return what the process printed: mails, warnings, errors."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
