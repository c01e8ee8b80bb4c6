"""The embedded PostgreSQL server, used when DATABASE_URL is unset.

`urls()` answers for a running server in about a millisecond and starts it when it does not run.
The server outlives the process that started it and is shared by all processes of this checkout.

    python -m config.postgres start | stop | status | url

Data lies in $JIQUN_DATA, by default `.data/` beside this package. Why it is built so: docs/decisions/launcher.md.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from urllib.parse import quote

PORT = 5432  # only names the socket: the server listens on no network address
OWNER, APPLICATION, DATABASE = "jiqun_owner", "jiqun_app", "jiqun"


def urls() -> tuple[str, str]:
    """(owner's URL, application role's URL) of the running server, starting it if necessary.

    Raises config.unavailable.Unavailable with one plain sentence when there can be no server.
    """
    folder = running_socket_folder(data_folder())
    if folder is None:
        from config.server import Server

        folder = Server(data_folder()).start()
    return url(folder, OWNER), url(folder, APPLICATION)


def url(socket_folder: str, role: str, database: str = DATABASE) -> str:
    """The address of a database through the socket, in the form libpq and dj-database-url read."""
    return f"postgresql://{role}@{quote(socket_folder, safe='')}:{PORT}/{database}"


def data_folder() -> Path:
    """Where this checkout keeps what it must not lose."""
    return Path(os.environ.get("JIQUN_DATA") or Path(__file__).resolve().parent.parent / ".data").absolute()


def home_of(data: Path) -> Path:
    """The folder that holds the server's own folder: `data`, or the place `data/postgres.location` names.

    Root keeps the server elsewhere when the unprivileged user that runs it cannot reach `data`.
    """
    try:
        return Path((data / "postgres.location").read_text().strip())
    except (FileNotFoundError, NotADirectoryError):
        return data
    except PermissionError:
        from config.unavailable import Unavailable

        raise Unavailable(
            f"The data folder {data} belongs to another user: "
            "run as that user, or set JIQUN_DATA to a folder of your own."
        ) from None


def running_socket_folder(data: Path) -> str | None:
    """The socket's folder of a server that is ready and set up, else None.

    The server writes its socket's folder and its state into postmaster.pid. That file outlives a killed server
    and a killed server can stay on as a zombie, so only a socket that answers counts.
    """
    home = home_of(data)
    try:
        (home / "postgres.ready").stat()
        lines = (home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    return lines[4] if answers(lines[4]) else None


def answers(socket_folder: str) -> bool:
    """Whether a server listens on the socket in this folder."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(5)
        try:
            probe.connect(f"{socket_folder}/.s.PGSQL.{PORT}")
        except OSError:
            return False
        return True


def main(arguments: list[str]) -> int:
    """Run one command; what cannot be had is said in one sentence with exit status 1."""
    from config.server import Server
    from config.unavailable import Unavailable

    command = arguments[0] if len(arguments) == 1 else "help"
    server = Server(data_folder())
    try:
        if command in ("start", "url"):
            owner, application = urls()
            print(f"{owner}\n{application}" if command == "url" else f"PostgreSQL runs, data in {server.folder}")
            return 0
        if command == "stop":
            print("PostgreSQL has stopped." if server.stop() else "PostgreSQL was not running.")
            return 0
        if command == "status":
            folder = running_socket_folder(server.data)
            print(f"PostgreSQL runs, data in {server.folder}" if folder else "PostgreSQL does not run.")
            return 0 if folder else 3
    except Unavailable as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("python -m config.postgres start | stop | status | url", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
