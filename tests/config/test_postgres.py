"""The embedded server: as root and as an ordinary user, installed and from the wheel, killed, raced and stopped.

Every server here is a real one, in a folder of its own that is removed afterwards.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dj_database_url
import psycopg2
import pytest

from config import binaries, postgres
from config.system_user import SystemUser

ROOT = Path(postgres.__file__).resolve().parent.parent
AS_ROOT = os.geteuid() == 0
only_as_root = pytest.mark.skipif(not AS_ROOT, reason="only root can act as another user")
HAS_INSTALLED = bool(binaries._installed())
HAS_WHEEL = binaries._wheel_programs() is not None
NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"
PROGRAMS = [
    pytest.param(
        "installed", marks=pytest.mark.skipif(not HAS_INSTALLED, reason="no PostgreSQL is installed on this machine")
    ),
    pytest.param("wheel", marks=pytest.mark.skipif(not HAS_WHEEL, reason="the wheel has nothing for this platform")),
]


class Launcher:
    """`python -m config.postgres` on one data folder, in processes of their own."""

    def __init__(self, data: Path, *, programs: str = "", checkout: Path = ROOT, ordinary: SystemUser | None = None):
        self.data, self.checkout, self.ordinary, self.python = data, checkout, ordinary, sys.executable
        self.environment = {**os.environ, "JIQUN_DATA": str(data), "JIQUN_POSTGRES": programs}
        self.environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(sys.path[1:])}

    def begin(self, command: str) -> subprocess.Popen:
        who = {"user": self.ordinary.uid, "group": self.ordinary.gid, "extra_groups": []} if self.ordinary else {}
        return subprocess.Popen(
            [self.python, "-m", "config.postgres", command],
            cwd=self.checkout, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **who,
        )  # fmt: skip

    def __call__(self, command: str) -> subprocess.CompletedProcess:
        process = self.begin(command)
        output, error = process.communicate(timeout=60)
        return subprocess.CompletedProcess(command, process.returncode, output, error)

    def urls(self) -> tuple[str, str]:
        answer = self("url")
        assert answer.returncode == 0, answer.stderr
        owner, application = answer.stdout.split()
        return owner, application

    @property
    def folder(self) -> Path:
        return postgres.home_of(self.data) / "postgres"

    def process(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])


@pytest.fixture
def place():
    """A short folder everybody may enter (pytest's own belong to its user alone)."""
    folder = Path(tempfile.mkdtemp(prefix="jq", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def launcher(place):
    """Make launchers; afterwards no server, no socket's folder and no home elsewhere is left."""
    made = []

    def make(data: Path | None = None, **options) -> Launcher:
        made.append(Launcher(data or place / "data", **options))
        return made[-1]

    yield make
    for one in (one for one in made if one.data.is_dir()):
        recorded = one.folder / "data" / "postmaster.pid"
        socket_folder = Path(recorded.read_text().splitlines()[4]) if recorded.exists() else None
        one("stop")
        home = postgres.home_of(one.data)
        if home != one.data:
            shutil.rmtree(home, ignore_errors=True)
        if socket_folder and socket_folder != one.folder:
            shutil.rmtree(socket_folder, ignore_errors=True)


def ask(url: str, sql: str):
    """The first value a statement answers, in a connection of its own."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def long_path(place: Path, length: int = 150) -> Path:
    folder = place / "a folder of 县 whose path is long"
    while len(str(folder)) < length - 1:
        folder /= "d" * min(40, length - len(str(folder)) - 1)
    return folder


@pytest.mark.parametrize("programs", PROGRAMS)
def test_the_first_start_makes_a_safe_database_with_two_roles(launcher, programs):
    owner, application = launcher(programs=programs).urls()
    expected = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "jit": "off",
        "listen_addresses": "",
        "server_encoding": "UTF8",
    }
    assert {name: ask(owner, f"SHOW {name}") for name in expected} == expected
    roles = "SELECT array_agg(rolname || ' ' || rolsuper || ' ' || rolcreatedb ORDER BY rolname) FROM pg_roles"
    assert ask(owner, f"{roles} WHERE rolname LIKE 'jiqun%'") == ["jiqun_app false false", "jiqun_owner false true"]
    assert ask(application, "SELECT current_user || ' ' || current_database()") == "jiqun_app jiqun"
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(application, "CREATE TABLE public.mine (id int)")
    parsed = dj_database_url.parse(application)
    assert (parsed["USER"], parsed["NAME"], Path(parsed["HOST"]).is_dir()) == ("jiqun_app", "jiqun", True)


def test_a_second_start_keeps_the_data_and_the_socket_is_private(launcher):
    one = launcher()
    owner, _ = one.urls()
    ask(owner, "CREATE TABLE kept AS SELECT 42 AS answer")
    socket_folder = Path(dj_database_url.parse(owner)["HOST"])
    assert socket_folder.stat().st_mode & 0o777 == 0o700
    assert one("stop").stdout == "PostgreSQL has stopped.\n"
    assert (one("status").returncode, one("stop").stdout) == (3, "PostgreSQL was not running.\n")
    assert ask(one.urls()[0], "SELECT answer FROM kept") == 42


@only_as_root
def test_as_root_the_server_runs_as_an_existing_unprivileged_user(launcher):
    one = launcher()
    one.urls()
    user = SystemUser.for_server(one.folder)
    assert user.name in ("postgres", "nobody")
    assert Path(f"/proc/{one.process()}").stat().st_uid == user.uid
    assert (one.folder.stat().st_uid, one.folder.stat().st_mode & 0o777) == (user.uid, 0o700)


@pytest.fixture
def as_ordinary_user(launcher, place):
    """Make launchers of an ordinary user, with a checkout and a Python that this user can reach."""
    if not AS_ROOT:
        pytest.skip("only root can act as another user")
    user = SystemUser.for_server(place / "none")
    pythons = [Path(sys.executable), Path("/usr/bin/python3")]
    python = next((python for python in pythons if user.run([str(python), "-c", NEW_ENOUGH]).returncode == 0), None)
    if python is None:
        pytest.skip(f"user {user.name} can execute no Python that is new enough")
    copy_of_launcher(place / "checkout")

    def make(data: Path, programs: str = "") -> Launcher:
        one = launcher(data, programs=programs, checkout=place / "checkout", ordinary=user)
        one.python = str(python)
        one.environment["PYTHONPATH"] = str(place / "checkout" / "packages")
        return one

    return make


def copy_of_launcher(checkout: Path) -> None:
    """The launcher and, in `packages`, the wheel, copied to a folder whose rights the test decides."""
    shutil.copytree(ROOT / "config", checkout / "config", ignore=shutil.ignore_patterns("__pycache__"))
    wheel = binaries._wheel_programs()
    if wheel:
        for folder in (wheel, wheel.parent.parent / binaries.WHEEL_LIBRARIES):
            target = checkout / "packages" / folder.relative_to(wheel.parent.parent)
            shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns("include"))


@pytest.mark.parametrize("programs", PROGRAMS)
def test_an_ordinary_user_runs_a_server_of_their_own(as_ordinary_user, place, programs):
    (place / "home").mkdir()
    one = as_ordinary_user(place / "home" / "data", programs)
    os.chown(place / "home", one.ordinary.uid, one.ordinary.gid)
    started = one("start")
    assert started.returncode == 0, started.stderr
    assert Path(f"/proc/{one.process()}").stat().st_uid == one.ordinary.uid
    assert ask(one.urls()[1], "SELECT current_user::text") == "jiqun_app"
    assert one("stop").stdout == "PostgreSQL has stopped.\n"


def test_a_path_of_150_characters_works(launcher, place):
    folder = long_path(place)
    assert len(str(folder)) == 150
    owner, _ = launcher(folder).urls()
    superuser = owner.replace("jiqun_owner", "postgres", 1)
    assert ask(superuser, "SHOW data_directory") == str(folder / "postgres" / "data")
    assert Path(dj_database_url.parse(owner)["HOST"]).stat().st_mode & 0o777 == 0o700


@only_as_root
@pytest.mark.parametrize("programs", PROGRAMS)
def test_a_root_only_checkout_works_and_stays_root_only(launcher, place, programs):
    """Neither the data nor the wheel's programs can be reached by the server's user in there."""
    checkout = place / "checkout"
    copy_of_launcher(checkout)
    checkout.chmod(0o700)
    one = launcher(checkout / ".data", programs=programs, checkout=checkout)
    one.environment["PYTHONPATH"] = str(checkout / "packages")
    first = one("url")
    assert first.returncode == 0, first.stderr
    home = postgres.home_of(one.data)
    assert home != one.data
    assert f"the database is kept in {home}." in first.stderr
    owner = first.stdout.split()[0]
    ask(owner, "CREATE TABLE kept AS SELECT 1 AS one")
    assert checkout.stat().st_mode & 0o777 == 0o700
    one("stop")
    again = one("url")
    assert (again.returncode, again.stderr) == (0, "")
    assert ask(again.stdout.split()[0], "SELECT one FROM kept") == 1


def test_a_killed_server_starts_again_with_what_was_committed(launcher):
    one = launcher()
    owner, _ = one.urls()
    ask(owner, "CREATE TABLE kept AS SELECT 7 AS number")
    for _ in range(2):
        os.kill(one.process(), signal.SIGKILL)
        assert ask(one.urls()[0], "SELECT number FROM kept") == 7


def test_a_process_number_that_now_belongs_to_somebody_else_stops_nothing(launcher):
    one = launcher()
    one.urls()
    killed = one.process()
    os.kill(killed, signal.SIGKILL)
    user = SystemUser.for_server(one.folder)
    who = {} if user.is_current else {"user": user.uid, "group": user.gid, "extra_groups": []}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **who) as stranger:
        try:
            record = one.folder / "data" / "postmaster.pid"
            record.write_text(record.read_text().replace(str(killed), str(stranger.pid), 1))
            assert ask(one.urls()[0], "SELECT 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_the_server_outlives_an_application_that_is_killed(launcher):
    one = launcher()
    program = "import time; from config import postgres; postgres.urls(); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=one.environment, stdout=subprocess.PIPE, text=True
    ) as application:
        assert application.stdout.readline() == "up\n"
        application.kill()
    running = one.process()
    assert ask(one.urls()[0], "SELECT 1") == 1
    assert one.process() == running


def test_a_launcher_killed_while_it_starts_the_server_leaves_nothing_in_the_way(launcher):
    one = launcher()
    for seconds in (0.15, 0.3, 0.45):
        starting = one.begin("start")
        time.sleep(seconds)
        starting.kill()
        starting.communicate()
    assert ask(one.urls()[0], "SELECT 1") == 1


def test_processes_that_start_at_once_share_one_server(launcher):
    one = launcher()
    starting = [one.begin("url") for _ in range(4)]
    answers = {process.communicate(timeout=60) for process in starting}
    assert [process.returncode for process in starting] == [0, 0, 0, 0]
    assert len(answers) == 1
    assert ask(one.urls()[0], "SELECT 1") == 1


def test_a_running_server_answers_at_once(launcher, monkeypatch):
    one = launcher()
    expected = one.urls()
    monkeypatch.setenv("JIQUN_DATA", str(one.data))
    postgres.urls()
    began = time.perf_counter()
    assert postgres.urls() == expected
    assert time.perf_counter() - began < 0.05


# What cannot be had is one plain sentence.


def refusal(answer: subprocess.CompletedProcess) -> str:
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert answer.stderr.count("\n") == 1
    return answer.stderr


def test_no_postgresql_for_this_platform_is_said_in_one_sentence(launcher, place):
    (place / "empty").mkdir()
    said = refusal(launcher(programs=str(place / "empty"))("start"))
    assert said.startswith("No PostgreSQL 15 or newer for this platform")
    assert "DATABASE_URL" in said


def test_a_data_folder_of_another_version_is_said_in_one_sentence(launcher):
    one = launcher()
    one.urls()
    one("stop")
    (one.folder / "data" / "PG_VERSION").write_text("9.6\n")
    assert refusal(one("start")).startswith("The data folder was made by PostgreSQL 9, and the programs found here are")


def test_a_data_folder_that_cannot_be_made_is_said_in_one_sentence(launcher, place):
    (place / "file").write_text("not a folder")
    said = refusal(launcher(place / "file" / "data")("start"))
    assert said.startswith(f"The data folder {place}/file/data cannot be written")
    assert "JIQUN_DATA" in said


def test_the_data_folder_of_another_user_is_said_in_one_sentence(launcher, as_ordinary_user):
    mine = launcher()
    mine.urls()
    mine("stop")
    theirs = as_ordinary_user(mine.data)
    assert "JIQUN_DATA" in refusal(theirs("start"))
