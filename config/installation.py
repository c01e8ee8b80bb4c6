"""What a fresh checkout needs before it runs, and the `make` targets that need it.

Each step remembers the content it was made from, so a second run does nothing again and an interrupted one goes on
where it stopped. Only the standard library: it runs before any package is installed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from config import postgres
from config.server import make_folder
from config.unavailable import Unavailable

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
TRANSLATIONS = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
NO_NETWORK = ("NewConnectionError", "NameResolutionError", "Network is unreachable", "ConnectTimeout", "ProxyError")
NO_NETWORK += (
    "Temporary failure in name resolution",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ECONNREFUSED",
    "(from versions: none)",
)


def say(sentence: str) -> None:
    print(sentence, flush=True)


def log_file() -> Path:
    return postgres.data_folder() / "setup.log"


def install(*, development: bool = False) -> None:
    """Everything but the database: environment, packages, front-end files, translations."""
    with _alone():
        _environment()
        _packages("requirements-dev.txt" if development else "requirements.txt")
        _front_end()
        _translations()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups of one checkout wait for each other; the lock dies with its process."""
    data = postgres.data_folder()
    try:
        make_folder(data)
        lock = os.open(data / "setup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(
            f"The data folder {data} cannot be written ({error.strerror}): "
            "free or permit it, or set JIQUN_DATA to another folder."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _environment() -> None:
    """A virtual environment whose Python still runs (a system upgrade can take it away)."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    say(f"Virtual environment: .venv, Python {sys.version_info[0]}.{sys.version_info[1]}")
    logged(
        [sys.executable, "-m", "venv", "--clear", ENVIRONMENT],
        "This Python could not make a virtual environment (on Debian and Ubuntu: apt install python3-venv)",
    )


def _packages(requirements: str) -> None:
    files = [ROOT / "requirements.txt", ROOT / requirements]
    stamp = Stamp(ENVIRONMENT / f"installed-{requirements}", files)
    if stamp.fits():
        return
    say(f"Python packages of {requirements} (a few minutes the first time):")
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "1"]
    logged([*pip, "-r", ROOT / requirements], "The Python packages could not be installed", show=_package_name)
    stamp.write()
    if requirements != "requirements.txt":
        Stamp(ENVIRONMENT / "installed-requirements.txt", files[:1]).write()


def _package_name(line: str) -> str:
    """What of pip's output tells somebody who waits that something happens."""
    words = line.split()
    if words[:1] in (["Collecting"], ["Processing"]):
        return os.path.basename(words[1])
    return "installing all of them" if line.startswith("Installing collected") else ""


def _front_end() -> None:
    from config import frontend

    sources = [ROOT / "package.json", ROOT / "package-lock.json", Path(frontend.__file__)]
    stamp = Stamp(frontend.PACKAGES / ".collected-from", sources)
    if stamp.fits() and not frontend.missing():
        return
    say("Front-end files: npm ci, then the named files to static/vendor/")
    npm = frontend.npm()
    if npm is None:
        say(f"  no npm here: the wheel {frontend.NODE_WHEEL}")
        pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "1"]
        logged([*pip, frontend.NODE_WHEEL], "npm is not installed, and its wheel could not be had")
        npm = str(ENVIRONMENT / "bin" / "npm")
    logged(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        "The front-end packages could not be installed",
        path=ENVIRONMENT / "bin",
    )
    frontend.collect()
    stamp.write()


def _translations() -> None:
    if not TRANSLATIONS.exists():
        return
    stamp = Stamp(TRANSLATIONS.with_suffix(".mo.made-from.mo"), [TRANSLATIONS])
    if stamp.fits() and TRANSLATIONS.with_suffix(".mo").exists():
        return
    logged([PYTHON, "-m", "config.messages", "compile"], "The translations could not be compiled")
    stamp.write()


class Stamp:
    """Remembers in a file from which content something was made."""

    def __init__(self, file: Path, sources: list[Path]):
        self.file = file
        digest = hashlib.sha256(f"{sys.version_info[:2]}".encode() if file.is_relative_to(ENVIRONMENT) else b"")
        for source in sources:
            digest.update(source.read_bytes())
        self.content = digest.hexdigest() + "\n"

    def fits(self) -> bool:
        return self.file.exists() and self.file.read_text() == self.content

    def write(self) -> None:
        self.file.write_text(self.content)


def logged(
    command: list[object], failure: str, *, show: Callable[[str], str] | None = None, path: Path | None = None
) -> None:
    """Run a command with its whole output in the log; `show` picks what is shown of each line.

    Raises Unavailable: `failure` as one sentence with the likely reason and where the log is.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if path:
        environment["PATH"] = f"{environment.get('PATH', os.defpath)}{os.pathsep}{path}"
    output: list[str] = []
    with log_file().open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n")
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT, env=environment, text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        for line in process.stdout or ():
            log.write(line)
            output.append(line)
            if shown := show(line) if show else "":
                say(f"  {shown}")
    if process.wait() != 0:
        raise Unavailable(f"{failure}: {_reason(''.join(output))} (the whole log: {log_file()}).")


def _reason(output: str) -> str:
    if any(sign in output for sign in NO_NETWORK):
        return "the package registry cannot be reached; connect this machine or name a mirror, then run make again"
    if "No space left" in output or "ENOSPC" in output:
        return "the disk is full; free some space, then run make again"
    if "Permission denied" in output or "EACCES" in output:
        return "a file belongs to another user; run as the user who made this folder"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it gave no reason"])[-1].rstrip(".")


def chromium() -> str | None:
    """The browser of the journeys, None when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)


def main(arguments: list[str]) -> int:
    """Run one target; what cannot be had is said in one sentence with exit status 1."""
    from config import targets

    target = targets.TARGETS.get(arguments[0] if arguments else "help")
    if target is None:
        print(f"No such target; there are {', '.join(targets.TARGETS)}.", file=sys.stderr)
        return 2
    try:
        return target(arguments[1:])
    except Unavailable as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
