"""How the embedded PostgreSQL server is made, started and stopped (config/postgres.py says when)."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from config import binaries
from config.postgres import APPLICATION, DATABASE, OWNER, PORT, answers, home_of, running_socket_folder
from config.system_user import SystemUser
from config.unavailable import Unavailable

LONGEST_SOCKET_FOLDER = 80  # bytes; a socket's whole path is limited to about 100
START_SECONDS, ORPHANS_SECONDS = 120, 15
ELSEWHERE = ("/var/lib/jiqun", "/var/tmp/jiqun")  # for root, when the data folder cannot be reached
SETTINGS = {
    "listen_addresses": "",  # the socket is the only way in
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
ROLES_AND_DATABASE = f"""
SELECT 'CREATE ROLE {OWNER} LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}')\\gexec
SELECT 'CREATE ROLE {APPLICATION} LOGIN'
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION}')\\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')\\gexec
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION};
GRANT {APPLICATION} TO {OWNER};  -- so that tests can act as the role that serves
"""
STATISTICS = f"""
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
GRANT pg_read_all_stats TO {OWNER};
GRANT EXECUTE ON FUNCTION pg_stat_statements_reset(oid, oid, bigint) TO {OWNER};
"""


class Server:
    """The server of one data folder. Whoever starts or stops it holds a lock that dies with the process."""

    def __init__(self, data: Path):
        self.data = data

    @property
    def home(self) -> Path:
        return home_of(self.data)

    @property
    def folder(self) -> Path:
        """Belongs to the server's user alone (0700): data, log, and the socket where its path is short enough."""
        return self.home / "postgres"

    @property
    def cluster(self) -> Path:
        return self.folder / "data"

    def start(self) -> str:
        """Start the server unless it runs, making it first where there is none; return the socket's folder."""
        with self._locked():
            running = running_socket_folder(self.data)
            if running:
                return running
            user = self._place()
            version = self._version()
            programs = binaries.fitting(user, version, self.home / "postgres-programs")
            if version is None:
                self._make(user, programs)
            socket_folder = self._socket_folder(user)
            if not self._came_up_meanwhile():
                self._launch(user, programs, socket_folder)
            self._set_up(user, programs, self._recorded()[4])
            (self.home / "postgres.ready").touch()
            return self._recorded()[4]

    def stop(self) -> bool:
        """Stop the server, letting transactions in hand roll back; False when it did not run."""
        if not self.data.exists():
            return False
        with self._locked():
            recorded = self._recorded()
            if len(recorded) < 5 or not answers(recorded[4]):
                return False
            user = SystemUser.for_server(self.folder)
            programs = binaries.fitting(user, self._version(), self.home / "postgres-programs")
            command = [programs.program("pg_ctl"), "stop", "-D", str(self.cluster), "-m", "fast", "-w", "-t", "60"]
            answer = user.run(command)
            if answer.returncode != 0:
                raise Unavailable(f"PostgreSQL did not stop within a minute; its log is {self.folder / 'log'}.")
            return True

    # Folders

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone among all processes that start or stop this server. flock is let go even by kill -9."""
        try:
            make_folder(self.data)
            lock = os.open(self.data / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(
                f"The data folder {self.data} cannot be written ({error.strerror}): "
                "free or permit it, or set JIQUN_DATA to another folder."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _place(self) -> SystemUser:
        """Make the server's folder where its user can reach it; return that user."""
        user = SystemUser.for_server(self.folder)
        try:
            if not user.is_current and not user.may("x", self.home):
                self._move_elsewhere(user)
            if not self.folder.exists():
                os.mkdir(self.folder, 0o700)
                if not user.is_current:
                    os.chown(self.folder, user.uid, user.gid)
        except OSError as error:
            raise Unavailable(
                f"The folder {self.folder} cannot be made ({error.strerror}): "
                "free or permit it, or set JIQUN_DATA to another folder."
            ) from None
        return user

    def _move_elsewhere(self, user: SystemUser) -> None:
        """Choose a home outside `data`, which `user` cannot reach; no folder's rights are loosened for it."""
        if self.cluster.exists():
            raise Unavailable(
                f"User {user.name}, who runs PostgreSQL, can no longer reach {self.folder}: "
                "give back the right to enter its parent folders, or set JIQUN_DATA to another folder."
            )
        name = f"{re.sub(r'[^A-Za-z0-9]+', '-', self.data.parent.name)[:20]}-{secrets.token_hex(4)}"
        for place in ELSEWHERE:
            home = Path(place, name)
            with contextlib.suppress(OSError):
                make_folder(home)
                if user.may("x", home):
                    unfinished = self.data / "postgres.location.new"
                    unfinished.write_text(f"{home}\n")
                    unfinished.rename(self.data / "postgres.location")
                    where = f"User {user.name} runs PostgreSQL and cannot reach {self.data}"
                    print(f"{where}: the database is kept in {home}.", file=sys.stderr)
                    return
        raise Unavailable(
            f"User {user.name}, who runs PostgreSQL, can reach neither {self.data} nor {ELSEWHERE[0]}: "
            f"set JIQUN_DATA to a folder that user {user.name} can enter."
        )

    def _socket_folder(self, user: SystemUser) -> Path:
        """The server's folder, or a short one of mode 0700 where its path is too long or too odd for a socket.

        The server trusts whoever reaches the socket, so nobody else may own or enter its folder.
        """
        if len(os.fsencode(self.folder)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./-]+", str(self.folder), re.A):
            return self.folder
        key = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        temporary = tempfile.gettempdir()
        folder = Path(temporary if len(temporary) <= 40 else "/tmp", f"jiqun-{user.uid}-{key}")
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)
            if not user.is_current:
                os.chown(folder, user.uid, user.gid)
        found = folder.lstat()
        if found.st_uid != user.uid or found.st_mode & 0o170777 != 0o040700:
            raise Unavailable(f"{folder} is not a private folder of user {user.name}: remove it and start again.")
        return folder

    # The server itself

    def _version(self) -> int | None:
        """Major version that made the data, None when there is none yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text().split(".")[0])
        except FileNotFoundError:
            return None

    def _recorded(self) -> list[str]:
        """Lines of postmaster.pid: process, data, start, port, socket's folder, address, shared memory, state."""
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return []

    def _make(self, user: SystemUser, programs: binaries.Binaries) -> None:
        """Make the data folder. It gets its name only when it is whole, so an interrupted start begins anew."""
        # A launcher that was killed leaves its initdb at work: it must not share a folder with ours.
        user.run(["/bin/sh", "-c", 'rm -rf "$1"/data.new-*', "sh", str(self.folder)])
        unfinished = self.folder / f"data.new-{secrets.token_hex(4)}"
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth=trust", "--username=postgres"]
        answer = user.run([programs.program("initdb"), *options, "-D", str(unfinished)])
        if answer.returncode != 0:
            raise Unavailable(f"PostgreSQL could not make its data folder {self.cluster}: {_reason(answer.stderr)}.")
        unfinished.rename(self.cluster)

    def _came_up_meanwhile(self) -> bool:
        """Clear away what a dead server left; True when a server that another process began to start is ready.

        A dead server's process number may be a zombie's or another process's, and then PostgreSQL refuses to
        start. Its shared memory tells the truth: with nobody attached the server and all its children are gone.
        """
        began = time.monotonic()
        while (recorded := self._recorded()) and time.monotonic() < began + START_SECONDS:
            if len(recorded) > 7 and recorded[7].strip() == "ready" and answers(recorded[4]):
                return True
            attached = _attached(recorded[6]) if len(recorded) > 6 else None
            if attached == 0:
                (self.cluster / "postmaster.pid").unlink(missing_ok=True)
                return False
            if attached is None and time.monotonic() > began + 2:
                return False  # cannot be known here: PostgreSQL itself decides
            if not _alive(int(recorded[0])) and time.monotonic() > began + ORPHANS_SECONDS:
                raise Unavailable(
                    f"Processes of a PostgreSQL server that died still work in {self.cluster}: "
                    "try again in a minute, or end them."
                )
            time.sleep(0.05)
        return False

    def _launch(self, user: SystemUser, programs: binaries.Binaries, socket_folder: Path) -> None:
        if not answers(str(socket_folder)):  # a zombie's number in the socket's lock file would stop the new server
            (socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        settings = {**SETTINGS, "unix_socket_directories": str(socket_folder), "port": str(PORT)}
        if _wants_statistics(user, programs):
            settings |= {"shared_preload_libraries": "pg_stat_statements"}
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        log = self.folder / "log"
        command = [programs.program("pg_ctl"), "start", "-D", str(self.cluster), "-l", str(log), "-o", options]
        answer = user.run([*command, "-w", "-t", str(START_SECONDS)])
        if answer.returncode != 0:
            says = user.run(["/usr/bin/tail", "-n", "40", str(log)]).stdout
            raise Unavailable(f"PostgreSQL did not start: {_reason(says)} (its log is {log}).")

    def _set_up(self, user: SystemUser, programs: binaries.Binaries, socket_folder: str) -> None:
        """Make the roles and the database where they are missing."""
        self._sql(user, programs, socket_folder, "postgres", ROLES_AND_DATABASE)
        if _wants_statistics(user, programs):
            self._sql(user, programs, socket_folder, DATABASE, STATISTICS)

    def _sql(self, user: SystemUser, programs: binaries.Binaries, folder: str, database: str, text: str) -> None:
        psql = [programs.program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", folder, "-p", str(PORT)]
        answer = user.run([*psql, "-U", "postgres", "-d", database], text=text)
        if answer.returncode != 0:
            raise Unavailable(f"PostgreSQL did not make the site's roles and database: {_reason(answer.stderr)}.")


def make_folder(folder: Path) -> None:
    """Make a folder that others may pass through but not list, whatever the umask; leave an existing one alone."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if str(folder.parent) in ELSEWHERE:
            folder.parent.chmod(0o711)
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(0o711)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _attached(shared_memory: str) -> int | None:
    """How many processes are attached to the shared memory "key id"; None where the system does not tell."""
    try:
        _, identity = shared_memory.split()
        table = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    except (OSError, ValueError):
        return None
    return sum(int(row.split()[6]) for row in table if row.split()[1] == identity)


def _wants_statistics(user: SystemUser, programs: binaries.Binaries) -> bool:
    """Whether statement counts are asked for and these programs have them (the wheel's have not)."""
    if os.environ.get("JIQUN_PG_STATS") != "1":
        return False
    answer = user.run([programs.program("pg_config"), "--pkglibdir"])
    return Path(answer.stdout.strip() or "/nowhere", "pg_stat_statements.so").exists()


def _reason(output: str) -> str:
    """The line of PostgreSQL's output that says why."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL|error|could not|cannot|No space", line)]
    line = (telling or lines or ["it gave no reason"])[-1]
    return re.sub(r"^.*?(FATAL|error):\s*", "", line).rstrip(".")
