"""What each `make` target does, once the checkout is set up (config/installation.py)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from config.installation import PYTHON, ROOT, chromium, install, log_file, logged, say
from config.unavailable import Unavailable
from portal import listening

JOURNEYS = "tests/journeys"
# These mostly wait, for servers, disks and a browser: they run beside the others, in a database of their own.
# The last is among them so that both processes end at about the same time.
BESIDE = (JOURNEYS, "tests/security", "tests/config", "tests/accounts", "tests/ruledesk")


def run(arguments: list[str]) -> int:
    """Set up what is missing, then serve the site until Ctrl-C."""
    try:
        listening.refuse_busy_port(*listening.where(arguments))
    except listening.CannotListen as reason:
        raise Unavailable(str(reason)) from None
    install()
    _start_database()
    say("Database: tables, reference data, demo")
    logged([PYTHON, "manage.py", "migrate", "--no-input"], "The database tables could not be made", show=_applied)
    for command in ("load_reference", "load_demo"):
        logged([PYTHON, "manage.py", command], f"manage.py {command} failed", show=str.rstrip)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "manage.py", "serve", *arguments])


def _applied(line: str) -> str:
    return line.strip() if "Applying" in line else ""


def _start_database() -> None:
    if not os.environ.get("DATABASE_URL"):
        _must([PYTHON, "-m", "config.postgres", "start"])


def test(arguments: list[str]) -> int:
    """All tests; without a browser all but the journeys, and says so."""
    install(development=True)
    was_running = _runs()
    left_out = []
    if chromium() is None and (ROOT / JOURNEYS).exists():
        left_out = [f"--ignore={JOURNEYS}"]
    try:
        status = _call([PYTHON, "-m", "pytest", *left_out, *arguments]) if arguments else _both(left_out)
    finally:
        if not was_running:
            stop([], quiet=True)
    if left_out:
        say(f"No Chromium here: {JOURNEYS} was left out (on Debian: apt install chromium).")
    return status


def nightly(arguments: list[str]) -> int:
    """All tests at the sizes of the night: every property, race and story many times over (hours)."""
    os.environ["JIQUN_NIGHTLY"] = "1"
    return test(arguments)


def _both(left_out: list[str]) -> int:
    """Run the tests in two processes at once; what the second says is shown when the first has ended."""
    _start_database()
    beside = [place for place in BESIDE if (ROOT / place).exists() and f"--ignore={place}" not in left_out]
    with tempfile.TemporaryFile("w+") as said:
        second = subprocess.Popen(
            [PYTHON, "-m", "pytest", *left_out, *beside],
            cwd=ROOT,
            env=os.environ | {"JIQUN_TEST_DATABASE": "test_jiqun_beside"},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        status = _call([PYTHON, "-m", "pytest", *left_out, *(f"--ignore={place}" for place in beside)])
        status_beside = second.wait()
        said.seek(0)
        say(said.read())
    return status or status_beside


def check(arguments: list[str]) -> int:
    """What can be told without running the site, in seconds."""
    install(development=True)
    templates = [str(file) for file in sorted((ROOT / "templates").rglob("*.html"))]
    steps: dict[str, list[object]] = {
        "style": ["-m", "ruff", "check"],
        "format": ["-m", "ruff", "format", "--check", "--quiet"],
        "types": ["-m", "mypy"],
        "templates": [Path(PYTHON).with_name("djade"), "--check", "--target-version", "5.2", *templates],
        "imports": ["-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "tests/test_architecture.py"],
        "settings": ["manage.py", "check"],
        "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
        "translations": ["-m", "config.messages", "check"],
    }
    if not templates:
        del steps["templates"]
    if not (ROOT / "tests/test_architecture.py").exists():
        del steps["imports"]
    failed = []
    for name, command in steps.items():
        program = [] if isinstance(command[0], Path) else [PYTHON]  # djade is no module of Python
        done = subprocess.run([*program, *map(str, command)], cwd=ROOT, capture_output=True, text=True)
        say(f"{name}: {'in order' if done.returncode == 0 else 'NOT in order'}")
        if done.returncode != 0:
            failed.append(name)
            say(done.stdout + done.stderr)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """One JSON line per figure; FULL=1 for a million applications."""
    install(development=True)
    _start_database()
    return _call([PYTHON, "-m", "bench", *arguments])


def messages(arguments: list[str]) -> int:
    """Gather the message ids of code and templates into locale/, compile them, and tell what is not translated."""
    install(development=True)
    for step in ("extract", "compile", "check"):
        status = _call([PYTHON, "-m", "config.messages", step])
    return status


def screenshots(arguments: list[str]) -> int:
    """Pictures of the journeys, under docs/screenshots/."""
    install(development=True)
    if chromium() is None:
        print("No Chromium here, which takes the pictures (on Debian: apt install chromium).", file=sys.stderr)
        return 1
    os.environ["JIQUN_SCREENSHOTS"] = str(ROOT / "docs" / "screenshots")
    return _call([PYTHON, "-m", "pytest", f"{JOURNEYS}/screenshots.py", "-q", *arguments])


def set_up(arguments: list[str]) -> int:
    """Everything `make test` needs, without running a test."""
    install(development=True)
    return 0


def stop(arguments: list[str], *, quiet: bool = False) -> int:
    """Stop the embedded PostgreSQL; its data stays."""
    if not PYTHON.exists():
        return 0
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run([PYTHON, "-m", "config.postgres", "stop"], cwd=ROOT, stdout=output).returncode


def show_help(arguments: list[str]) -> int:
    """These lines."""
    for name, target in TARGETS.items():
        say(f"make {name:12} {(target.__doc__ or '').strip()}")
    say(f"Data: $JIQUN_DATA, else .data/. The log of the set-up: {log_file()}")
    return 0


def _runs() -> bool:
    status = [PYTHON, "-m", "config.postgres", "status"]
    return subprocess.run(status, cwd=ROOT, capture_output=True).returncode == 0


def _call(command: list[str | Path]) -> int:
    """Run a command in the checkout with its output shown; the exit status."""
    sys.stdout.flush()
    return subprocess.run([str(part) for part in command], cwd=ROOT).returncode


def _must(command: list[str | Path]) -> None:
    """Run a command that says itself, in one sentence, why it fails; then end with its status."""
    status = _call(command)
    if status != 0:
        sys.exit(status)


TARGETS: dict[str, Callable[..., int]] = {
    "run": run,
    "test": test,
    "nightly": nightly,
    "check": check,
    "bench": bench,
    "messages": messages,
    "screenshots": screenshots,
    "setup": set_up,
    "stop": stop,
    "help": show_help,
}
