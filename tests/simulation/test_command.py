"""The command line: one JSON object, a table, and one sentence for whatever cannot be asked."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from simulation.results import Result
from tests import situations
from tests.factories import ClusterFactory

pytestmark = pytest.mark.django_db
SMALL = situations.GOOD | {"gross_output": ("45", "52", "60"), "sme_output": ("38", "44", "50"),
                           "leading_output": ("36", "41", "47")}  # fmt: skip


@pytest.fixture
def bids(call):
    """Three applications of the open call: one falls below 50 亿元."""
    call.code = "demo"
    call.save()
    return [
        situations.submitted(call),
        situations.submitted(call, cluster=ClusterFactory(), figures=SMALL),
        situations.submitted(call, lead="黄岛区"),
    ]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("simulate", *arguments, stdout=out)
    return out.getvalue()


def test_one_json_object_says_everything(bids):
    said = run(
        "--rules", "national-2022", "--call", "demo", "--set", "1.4=50", "--set", "1.7.comparator=at_least", "--json"
    )
    told = json.loads(said)
    assert said.count("\n") == 1
    assert (told["population"], told["passes_before"], told["passes"], told["cannot_tell"]) == (3, 3, 2, 0)
    assert told["sets"] == {"1.4": "50", "1.7.comparator": "at_least"} and told["rules"] == "national-2022"
    assert told["calls"] == ["demo"] and told["hash"] != told["hash_after"]
    assert {code: row["passes"] for code, row in told["by_province"].items()} == {"370000": 1, "370200": 1}
    assert told["by_clause"]["1.4"]["after"] == {"met": 2, "not_met": 1}
    assert [flip["application"] for flip in told["flips"]] == [bids[1].pk]
    assert told["flips"][0]["clauses"][0] | {"parts": []} == {
        "clause": "1.4", "before": "met", "after": "not_met", "value": "45", "required": "50", "gap": "5",
        "unit": "yi_yuan", "parts": [], "comparator": "at_least", "years": ["2022"],
    }  # fmt: skip
    assert Result.read(told).passes == 2


def test_a_table_for_a_reader_in_both_languages(bids):
    zh, en = (run("--call", "demo", "--set", "1.4=50", "--lang", lang) for lang in ("zh", "en"))
    assert "集群总产值" in zh and "45 亿元，要求不低于 50 亿元" in zh and "按省份" in zh
    assert "Gross output" in en and "By province" in en and "Passes → Does not pass" in en


def test_waivers_places_and_filters(bids):
    told = json.loads(run("--call", "demo", "--set", "1.4=50", "--waive", "1.4:370000", "--places", "*=1", "--json"))
    assert told["passes"] == 3 and told["waive"] == {"1.4": ["370000"]}
    assert [(row["province"], row["within"], row["beyond"]) for row in told["places"]] == [
        ("370000", 1, 1), ("370200", 1, 0),
    ]  # fmt: skip
    assert json.loads(run("--province", "370200", "--json"))["population"] == 1
    assert json.loads(run("--state", "withdrawn", "--json"))["population"] == 0
    assert json.loads(run("--check-baseline", "--json"))["differs_from_stored"] == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--call", "nowhere"), ("--rules", "nothing"), ("--rules", "jiangxi-evaluation"), ("--set", "1.4"),
        ("--set", "1.4=many"), ("--set", "1.4=-1"), ("--set", "1.4=1;drop table x"), ("--set", "9.9=1"),
        ("--set", "1.4=5", "--set", "1.4=6"), ("--waive", "9.9"), ("--waive", "1.4:999999"), ("--state", "happy"),
        ("--province", "999999"), ("--places", "370000=few"), ("--places", "999999=1"), ("--curve", "6.2"),
        ("--programme", "none"), ("--industry", "9999"), ("--batch", "1999"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_sentence_and_nothing_else(bids, arguments):
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("simulate", *arguments, stdout=out)
    words = str(refused.value)
    assert refused.value.returncode == 2 and out.getvalue() == ""
    assert words and "\n" not in words and "Traceback" not in words


def test_a_stored_finding_that_differs_ends_the_check_with_its_clause(bids):
    screening = bids[0].screening
    findings = [one | ({"state": "not_met"} if one["clause"] == "1.4" else {}) for one in screening.findings]
    type(screening).objects.filter(pk=screening.pk).update(findings=findings)
    with pytest.raises(CommandError, match=r"1\.4 \(1\)"):
        run("--call", "demo", "--check-baseline", "--json")
