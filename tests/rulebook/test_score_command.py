"""manage.py score by its process: a file of points in, one JSON object out, or a place and a reason."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rulebook import loader
from rulebook.scoring.points_file import BadPoints, answer, read_points

ROOT = Path(__file__).resolve().parents[2]
EIGHT = {str(i): "80" for i in range(1, 9)}


def run(tmp_path, content, rules="jiangxi-evaluation"):
    """The command in its own process, with a database address where nothing listens."""
    path = tmp_path / "points.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LC_ALL": "C",
    }
    command = [sys.executable, "manage.py", "score", rules, "--points", str(path)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False)


def told(content, rules="jiangxi-evaluation"):
    given = read_points(content if isinstance(content, bytes) else json.dumps(content).encode())
    return answer(loader.load(rules), given)


def test_one_object_with_everything_that_can_be_told(tmp_path):
    ran = run(tmp_path, {"year": 2020, "points": {**EIGHT, "3": 90.5}, "grades": {"2019": "good", "2020": "excellent"}})
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    said = json.loads(ran.stdout.decode())
    assert (said["rules"], said["hash"]) == ("jiangxi-evaluation", loader.load("jiangxi-evaluation").hash)
    assert said["total"] == {"told": "81.575", "least": "81.575", "most": "81.575"}
    assert (said["grade"], said["grade_reason"]) == (None, {"code": "cut_offs_open", "params": {}})
    assert said["stars"] == {"stars": 4, "grades": {"2019": "good", "2020": "excellent"}, "reason": None}
    assert [item["weight"] for item in said["items"]] == ["15", "15", "15", "10", "15", "10", "10", "10"]
    assert said["money"] is None
    assert "2019 年良好、2020 年优秀，评为四星（★4）。" in said["says"]["zh"]
    assert len(said["says"]["zh"]) == len(said["says"]["en"])


def test_a_bad_file_says_where_and_prints_nothing(tmp_path):
    ran = run(tmp_path, {"points": {"1": "80", "12": "5"}})
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert "points, 12: there is no such item" in ran.stderr.decode()
    ran = run(tmp_path, {}, rules="national-2022")
    assert ran.returncode == 2 and "no evaluation" in ran.stderr.decode()
    ran = run(tmp_path, {}, rules="hebei")
    assert ran.returncode == 2 and "jiangxi-evaluation" in ran.stderr.decode()


def test_money_of_xiamen_by_the_year_of_the_title():
    for year, yuan in ((1, "1000000"), (2, "600000"), (3, "400000")):
        said = told({"points": {"1": "80"}, "year_of_title": year}, "xiamen-bands")
        assert said["money"]["yuan"] == {"told": yuan, "least": yuan, "most": yuan}
    said = told({"points": {"1": "80"}, "year_of_title": 4}, "xiamen-bands")
    assert said["money"]["yuan"]["told"] is None and said["money"]["reason"]["code"] == "year_not_listed"


def test_numbers_are_read_digit_by_digit():
    """79.999999999999999999 as a float is 80 and would pay 600 000."""
    said = told(b'{"points": {"1": 79.999999999999999999}, "year_of_title": 2}', "xiamen-bands")
    assert said["total"]["told"] == "79.999999999999999999"
    assert said["money"]["yuan"]["told"] == "400000"


def test_the_grade_just_told_is_the_last_of_the_two_years():
    assert told({"year": 2020, "points": EIGHT, "grades": {"2019": "good"}})["stars"]["reason"] == {
        "code": "grade_missing",
        "params": {"years": "2020"},
    }


BAD = [
    (b"", "not read as JSON"),
    (b"[]", "not an object"),
    (b'{"points": []}', "not an object"),
    (b'{"marks": {}}', "not known here"),
    (b'{"points": {"1": "80", "1": "90"}}', "said twice"),
    (b'{"points": {"1": "1e2"}}', "exponents"),
    (b'{"points": {"1": 1e2}}', "exponents"),
    (b'{"points": {"1": NaN}}', "NaN is not a number"),
    (b'{"points": {"1": true}}', "not a number"),
    (b'{"points": {"1": null}}', "not a number"),
    (b'{"points": {"1": "eighty"}}', "not a number"),
    (b'{"points": {"1": "100.01"}}', "outside the scale"),
    (b'{"points": {"1": "-0.01"}}', "outside the scale"),
    (b'{"year": "20"}', "is not a year"),
    (b'{"year_of_title": 0}', "not a whole year"),
    (b'{"year_of_title": "1.5"}', "not a whole year"),
    (b'{"year": 2024, "figures": {"output": {"2024": 1}}}', "no indicator"),
    (b'{"figures": {"gross_output": {"2024": 1}}}', "figures need the year"),
    (b'{"grades": {"2024": "superb"}}', "no grade"),
    (b'{"grades": {"2024": 1}}', "no grade"),
    (b'{"grades": {"24": "good"}}', "is not a year"),
    (b"\xff", "not UTF-8"),
    (b'{"points": ' * 100_000, "nested too deep"),
]


@pytest.mark.parametrize(("content", "reason"), BAD, ids=lambda value: str(value)[:30])
def test_a_file_that_is_not_sound_is_refused(content, reason):
    with pytest.raises(BadPoints, match=reason):
        told(content)
