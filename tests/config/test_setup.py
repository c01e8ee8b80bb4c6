"""`make`: what cannot be had ends in one sentence, and a second set-up does nothing again."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import frontend, installation
from config.unavailable import Unavailable

ROOT = installation.ROOT


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("JIQUN_DATA", str(tmp_path))
    return tmp_path


def test_an_old_python_is_refused_in_one_sentence():
    """The file is read by a Python that is told to be an old one; its syntax must be an old one's as well."""
    program = "import sys; sys.version_info = (3, 9, 2); sys.argv = ['config/setup.py', 'run']; import runpy; "
    program += "runpy.run_path('config/setup.py', run_name='__main__')"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    expected = "Jiqun needs Python 3.11 or newer, and this is 3.9: install python3.11 or newer.\n"
    assert (answer.returncode, answer.stderr) == (1, expected)


def test_a_python_without_venv_is_refused_in_one_sentence():
    program = "import sys; sys.modules['ensurepip'] = None; sys.argv = ['config/setup.py', 'run']; import runpy; "
    program += "runpy.run_path('config/setup.py', run_name='__main__')"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 1
    assert answer.stderr.startswith("This Python cannot make a virtual environment")
    assert answer.stderr.count("\n") == 1


def test_a_second_run_says_that_the_port_is_in_use_before_it_touches_anything(data):
    """With an empty data folder and no database: what it sets up first would be seen there."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        for arguments, environment in (
            (["--port", str(port)], {}),
            ([f"--port={port}"], {}),
            ([], {"PORT": str(port)}),
        ):
            answer = subprocess.run(
                [sys.executable, "config/setup.py", "run", *arguments], cwd=ROOT, text=True, capture_output=True,
                env=os.environ | {"JIQUN_DATA": str(data / "new")} | environment,
            )  # fmt: skip
            says = f"Port {port} is in use: stop what uses it, or choose another with --port.\n"
            assert (answer.returncode, answer.stdout, answer.stderr) == (1, "", says)
    assert list(data.iterdir()) == []


def test_without_a_network_pip_ends_in_one_sentence_and_the_log_has_the_rest(data):
    pip = [sys.executable, "-m", "pip", "install", "--retries", "1", "--isolated", "--no-input"]
    nowhere = [*pip, "--index-url", "http://127.0.0.1:9/simple", "--target", data / "never", "jiqun-is-no-package"]
    with pytest.raises(Unavailable) as refused:
        installation.logged(nowhere, "The Python packages could not be installed")
    said = str(refused.value)
    assert said == (
        "The Python packages could not be installed: the package registry cannot be reached; connect this machine "
        f"or name a mirror, then run make again (the whole log: {data}/setup.log)."
    )
    assert "NewConnectionError" in (data / "setup.log").read_text()


def test_a_step_is_done_again_only_when_its_content_changed(tmp_path):
    source, made = tmp_path / "requirements.txt", tmp_path / "made"
    source.write_text("Django==5.2\n")
    assert not installation.Stamp(made, [source]).fits()
    installation.Stamp(made, [source]).write()
    os.utime(source)
    assert installation.Stamp(made, [source]).fits()
    source.write_text("Django==5.3\n")
    assert not installation.Stamp(made, [source]).fits()


def test_a_data_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    environment = {**os.environ, "JIQUN_DATA": str(tmp_path / "file" / "data")}
    answer = subprocess.run(
        [sys.executable, "config/setup.py", "setup"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"The data folder {tmp_path}/file/data cannot be written")
    assert answer.stderr.count("\n") == 1


def test_the_named_front_end_files_are_there_and_name_no_source_map():
    assert frontend.missing() == []
    for name in frontend.FILES.values():
        assert b"sourceMappingURL" not in (frontend.FOLDER / name).read_bytes()


def test_the_lock_file_names_no_registry_and_exact_versions():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    versions = re.findall(r'"([\w.-]+)": "([^"]+)"', (ROOT / "package.json").read_text().split("dependencies")[1])
    assert versions
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for _, version in versions)


def test_without_npm_the_wheel_is_used(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert frontend.npm() is None
    old = tmp_path / "npm"
    old.write_text("#!/bin/sh\necho 6.14.4\n")
    old.chmod(0o755)
    assert frontend.npm() is None
    old.write_text("#!/bin/sh\necho 9.2.0\n")
    assert frontend.npm() == str(old)


def test_without_a_browser_the_journeys_are_left_out(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installation.chromium() is None
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    assert installation.chromium() == str(tmp_path / "chromium")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_make_help_names_every_target(data):
    answer = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    listed = re.findall(r"(?m)^make (\w+)", answer.stdout)
    phony = re.search(r"\.PHONY: (.+)", Path(ROOT, "Makefile").read_text()).group(1).split()
    assert listed == phony
