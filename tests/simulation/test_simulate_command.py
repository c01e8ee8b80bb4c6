"""manage.py simulate: one JSON object, or one sentence and exit status 2 with nothing on standard output."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from applications.models import Screening
from simulation.results import Result
from tests import situations
from tests.world import make_call

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ASKED = ("--rules", "national-2022", "--call", "demo")
AT_LEAST = {"population", "passes", "cannot_tell", "by_province", "by_clause", "flips"}


def run(*arguments: str) -> tuple[str, str, int]:
    """Return what the command says on both channels, and its exit status."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("simulate", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), str(error), error.returncode
    return out.getvalue(), err.getvalue(), 0


def told(*arguments: str) -> dict:
    out, err, status = run(*arguments, "--json")
    assert (err, status) == ("", 0)
    return json.loads(out)


@pytest.fixture
def bids(call):
    """One that passes until 60, one elsewhere that misses a threshold."""
    few = situations.GOOD | {"leading_output": ("40", "45", "50")}
    return situations.submitted(call), situations.submitted(call, lead="黄岛区", figures=few)


def test_one_json_object_with_everything_that_is_promised(bids):
    found = told(*ASKED, "--set", "1.4=61", "--set", "1.7.comparator=at_least")
    assert found.keys() >= AT_LEAST
    assert (found["population"], found["passes"], found["passes_before"], found["cannot_tell"]) == (2, 0, 1, 0)
    assert {code: row["population"] for code, row in found["by_province"].items()} == {"370000": 1, "370200": 1}
    assert found["by_clause"]["1.4"]["after"] == {"not_met": 2}
    (flip,) = found["flips"]
    assert (flip["application"], flip["before"], flip["after"]) == (bids[0].pk, "passes", "fails")
    (lack,) = flip["clauses"]
    assert (lack["value"], lack["required"], lack["gap"]) == ("60", "61", "1")
    assert json.loads(json.dumps(Result.read(found).as_json())) == found
    assert found["hash"] != found["hash_after"]


def test_the_open_demo_call_and_every_call_are_words(bids):
    year_before = situations.submitted(make_call(year=2024))
    assert (told(*ASKED)["calls"], told(*ASKED)["population"]) == (["demo-2025"], 2)
    found = told("--call", "all", "--programme", "demo")
    assert (found["calls"], found["population"]) == (["demo-2024", "demo-2025"], 3)
    assert told("--call", year_before.call.code)["population"] == 1
    assert told("--call", "demo-2024", "--call", "demo")["population"] == 3
    assert told()["population"] == 3  # nothing real was submitted


def test_filters_waivers_places_and_the_curve_are_asked_on_the_command_line(bids):
    changed = (*ASKED, "--set", "1.4=61")
    assert told(*changed, "--province", "370200")["population"] == 1
    assert told(*changed, "--waive", "1.4:370000")["passes"] == 1
    assert told(*changed, "--waive", "1.4:650000")["passes"] == 0
    assert told(*changed, "--waive", "1.4:*")["passes"] == 1
    assert [(row["province"], row["places"], row["beyond"]) for row in told(*ASKED, "--places", "*=0")["places"]] == [
        ("370000", 0, 1), ("370200", 0, 0),
    ]  # fmt: skip
    assert told(*ASKED, "--curve", "2.1/2")["curve"]["key"] == "2.1/2"
    assert told(*changed, "--list", "0")["flips"] == [] and told(*changed, "--list", "0")["flipped"]


def test_the_table_says_with_which_comparator_a_bound_is_asked(bids):
    zh, en = (run(*ASKED, "--set", "1.4=61", "--lang", lang)[0] for lang in ("zh", "en"))
    assert "1.4 2022 年 60 亿元，要求不低于 61 亿元" in zh and "at least 61" in en


def test_a_reader_gets_a_table_in_both_languages(bids):
    zh, en = (run(*ASKED, "--set", "1.4=61", "--lang", lang)[0] for lang in ("zh", "en"))
    assert "申报" in zh and "Applications: 2" in en
    assert f"{bids[0].cluster.name}" in zh and "1.4 " in zh


@pytest.mark.parametrize(
    "arguments",
    [
        ("--call", "nowhere"), ("--rules", "national-1999"), ("--set", "1.4"), ("--set", "=50"), ("--set", "9.9=1"),
        ("--set", "1.4=many"), ("--set", "1.4=-1"), ("--set", "1.5=200%"), ("--set", "1.7.comparator=beats"),
        ("--set", "1.4=50", "--set", "1.4=60"), ("--waive", "9.9:*"), ("--waive", "1.4:000000"), ("--places", "*=-1"),
        ("--places", "*=x"), ("--places", "000000=1"), ("--province", "000000"), ("--state", "asleep"),
        ("--batch", "1999"), ("--industry", "ZZ"), ("--curve", "9.9"), ("--programme", "nowhere"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bad_input_is_one_sentence_and_exit_status_2(bids, arguments, lang):
    base = ASKED if "--call" not in arguments and "--rules" not in arguments and "--programme" not in arguments else ()
    out, err, status = run(*base, *arguments, "--json", "--lang", lang)
    assert (out, status) == ("", 2)
    assert err and "\n" not in err and len(err) < 400, err
    if lang == "zh":
        assert any("\u4e00" <= letter <= "\u9fff" for letter in err), err


def test_a_scenario_over_nothing_is_an_answer(call):
    found = told(*ASKED, "--set", "1.4=50")
    assert (found["population"], found["passes"], found["flips"], found["by_province"]) == (0, 0, [], {})


def test_no_call_at_all_is_said(db):
    out, err, status = run("--json")
    assert (out, status) == ("", 2) and "\n" not in err


def test_the_stored_findings_are_compared_on_demand(bids):
    assert told(*ASKED, "--check-baseline")["differs_from_stored"] == {}
    screening = bids[0].screening
    findings = screening.findings
    findings[4] |= {"state": "not_met"}
    Screening.objects.filter(pk=screening.pk).update(findings=findings)
    out, err, status = run(*ASKED, "--check-baseline", "--json")
    assert status == 1 and "1.4 (1)" in err and json.loads(out)["differs_from_stored"] == {"1.4": 1}


def test_as_a_process_bad_input_writes_nothing_to_standard_output():
    """Nothing is asked of the database before the words are read."""
    env = {**os.environ, "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none", "LC_ALL": "C"}
    ran = subprocess.run(
        [sys.executable, "manage.py", "simulate", "--set", "1.4", "--json"],
        cwd=ROOT, env=env, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"Traceback" not in ran.stderr and "1.4" in ran.stderr.decode()
