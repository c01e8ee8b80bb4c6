"""As whom does the embedded PostgreSQL run?

PostgreSQL refuses to run as root. For root it runs as the owner of the data folder, or for a new folder as
`postgres`, else `nobody`: a user that exists and has a passwd entry (initdb asks for its name). No user is made,
and no folder's rights are loosened.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.unavailable import Unavailable

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class SystemUser:
    """An account of the operating system that runs PostgreSQL's programs."""

    uid: int
    gid: int
    name: str
    is_current: bool

    @classmethod
    def current(cls) -> SystemUser:
        uid = os.geteuid()
        try:
            name = pwd.getpwuid(uid).pw_name
        except KeyError:
            name = str(uid)
        return cls(uid, os.getegid(), name, True)

    @classmethod
    def for_server(cls, folder: Path) -> SystemUser:
        """The user of the server whose folder this is (it need not exist yet)."""
        current = cls.current()
        owner = folder.stat().st_uid if folder.exists() else None
        if current.uid != 0:
            if owner not in (None, current.uid):
                raise Unavailable(
                    f"The data folder {folder} belongs to another user: "
                    "run as that user, or set JIQUN_DATA to a folder of your own."
                )
            if current.name == str(current.uid):
                raise Unavailable(
                    f"User {current.uid} has no passwd entry, which PostgreSQL needs: "
                    "run as a user that has one, or set DATABASE_URL."
                )
            return current
        for who in (owner, *UNPRIVILEGED):
            entry = _entry(who)
            if entry and entry.pw_uid != 0:
                return cls(entry.pw_uid, entry.pw_gid, entry.pw_name, False)
        raise Unavailable(
            "PostgreSQL does not run as root, and neither `postgres` nor `nobody` exists here: "
            "run as an ordinary user, or set DATABASE_URL."
        )

    def run(self, command: Sequence[str], *, text: str = "", cwd: str = "/") -> subprocess.CompletedProcess[str]:
        """Run to the end as this user, with an environment in which no setting of the caller's reaches PostgreSQL."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
        who = {} if self.is_current else {"user": self.uid, "group": self.gid, "extra_groups": [self.gid]}
        try:
            return subprocess.run(  # type: ignore[call-overload, no-any-return]
                list(command), input=text, capture_output=True, text=True, cwd=cwd, env=environment, umask=0o077, **who
            )
        except OSError as error:
            return subprocess.CompletedProcess(list(command), 126, "", str(error))

    def may(self, right: str, path: Path) -> bool:
        """Whether this user itself may `right` ("r", "w" or "x") the path, through all its parents."""
        return self.run(["/bin/sh", "-c", f'test -{right} "$1"', "sh", str(path)]).returncode == 0


def _entry(who: int | str | None) -> pwd.struct_passwd | None:
    try:
        if isinstance(who, int):
            return pwd.getpwuid(who)
        return pwd.getpwnam(who) if who else None
    except KeyError:
        return None
