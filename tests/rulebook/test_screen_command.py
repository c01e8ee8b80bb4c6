"""manage.py screen by its process: figures in, one JSON line a cluster out, or a line number and nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rulebook import loader
from rulebook.figures_csv import BadRow, read_figures

ROOT = Path(__file__).resolve().parents[2]
HEADER = "cluster,indicator,year,value\n"
KEYS = ["clause", "state", "value", "required", "strict", "gap", "unit", "by_year", "says"]


def screen(tmp_path, content, *options, year="2025", rules="national-2022", **environment):
    """The command in its own process, with a database address where nothing listens."""
    path = tmp_path / "figures.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **environment,
    }
    command = [sys.executable, "manage.py", "screen", str(path), "--rules", rules, "--year", year, "--json", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False)


def test_clusters_come_out_in_order_of_first_appearance_with_every_clause(tmp_path, national):
    content = HEADER + (
        '乙集群,gross_output,2022,38.7\n甲,area_km2,,１００\n乙集群,gross_output,2023,"1,045"\n'
        "乙集群,gross_output,,50\n乙集群,leading_output,2024,35\n甲,iiot_rate,2024,0.149999999999\n\n"
        "甲,gross_output,2024,100000000000000000000000000000\n甲,gross_output,2022,1\n甲,gross_output,2019,-5\n"
    )
    for sent, environment in (
        (content, {}),
        (b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode(), {"LC_ALL": "C"}),
    ):
        ran = screen(tmp_path, sent, **environment)
        assert ran.returncode == 0
        assert ran.stderr.decode().splitlines() == [
            f"甲, gross_output, {year}: {value} is outside the possible range (0 to 100000); "
            "it is computed all the same"
            for year, value in ((2024, "1" + "0" * 29), (2019, "-5"))
        ]
        lines = [json.loads(line) for line in ran.stdout.decode().splitlines()]
        assert [line["cluster"] for line in lines] == ["乙集群", "甲"]
        for line in lines:
            assert list(line) == ["cluster", "rules", "hash", "findings"]
            assert (line["rules"], line["hash"]) == ("national-2022", national.hash)
            assert [f["clause"] for f in line["findings"]] == [rule.clause for rule in national.rules]
            assert all(list(f) == KEYS for f in line["findings"])
    second, first = ({f["clause"]: f for f in line["findings"]} for line in lines)
    assert second["1.4"] == {
        "clause": "1.4",
        "state": "not_met",
        "value": "38.7",
        "required": "40",
        "strict": False,
        "gap": "1.3",
        "unit": "亿元",
        "by_year": {
            "2022": {"value": "38.7", "state": "not_met", "gap": "1.3"},
            "2023": {"value": "1045", "state": "met", "gap": "-1005"},
            "2024": {"value": "50", "state": "met", "gap": "-10"},
        },
        "says": "2022 年差 1.30 亿元；2023、2024 年达标。",
    }
    assert (second["1.6"]["state"], second["1.6"]["strict"], second["1.6"]["gap"]) == ("not_met", True, "0")
    assert (first["1.3"]["state"], first["1.3"]["value"]) == ("met", "100")
    assert (first["5.2"]["state"], first["5.2"]["gap"]) == ("not_met", "0.000000000001")
    assert (first["1.7"]["state"], first["1.7"]["value"]) == ("met", "316227766016836.93319989")
    assert (
        first["0"]["state"] == "by_hand" and first["0"]["value"] is first["0"]["gap"] is first["0"]["required"] is None
    )


def test_rows_of_commas_are_no_rows():
    rows = "甲,gross_output,2024,50\n"
    told = read_figures(f"{HEADER},,,\n{rows}, ,\u3000,\n,,,,,\n".encode(), 2025)
    assert told == read_figures(f"{HEADER}{rows}".encode(), 2025)
    assert list(told) == ["甲"]


def test_a_bad_row_ends_the_run_with_its_line_and_nothing_on_standard_output(tmp_path):
    ran = screen(tmp_path, HEADER + "甲,area_km2,,100\n甲,area_km2,2024,100\n")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert "line 3" in ran.stderr.decode() and "area_km2" in ran.stderr.decode() and "line 2" in ran.stderr.decode()
    assert "Traceback" not in ran.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"rules": "national-1999"}, "national-2022"),
        ({"rules": "../../etc"}, "national-2022"),
        ({"year": "20x5"}, "not a year"),
    ],
)
def test_wrong_arguments_end_with_status_2(tmp_path, arguments, said):
    ran = screen(tmp_path, HEADER, **arguments)
    assert (ran.returncode, ran.stdout) == (2, b"") and said in ran.stderr.decode()


def test_a_missing_file_ends_with_status_2():
    command = [
        sys.executable,
        "manage.py",
        "screen",
        "no-such.csv",
        "--rules",
        "national-2022",
        "--year",
        "2025",
        "--json",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (2, b"") and b"no-such.csv" in ran.stderr


def test_a_reader_gets_a_table_in_either_language(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(HEADER + "甲,gross_output,2022,38.7\n", encoding="utf-8")
    for lang, said in (("zh", "2022 年差 1.30 亿元"), ("en", "2022 is 1.30 hundred million yuan short")):
        command = [sys.executable, "manage.py", "screen", str(path), "--year", "2025", "--lang", lang]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
        assert ran.returncode == 0 and said in ran.stdout.decode()


def test_no_clusters_is_no_output(tmp_path):
    ran = screen(tmp_path, HEADER)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


GOOD = "甲,area_km2,2024,100\n"
BAD = [
    ("", 1, "header"),
    ("Cluster,indicator,year,value\n", 1, "header"),
    ("cluster,indicator,value,year\n", 1, "header"),
    ("cluster;indicator;year;value\n", 1, "header"),
    ("\n" + HEADER, 1, "header"),
    (HEADER + GOOD + "甲,area,2024,1\n", 3, "no indicator “area”"),
    (HEADER + "甲,sme_share,2024,1\n", 2, "no indicator"),
    (HEADER + "甲, area_km2,2024,1\n", 2, "no indicator"),
    (HEADER + "甲,area_km2,2024,\n", 2, "empty"),
    (HEADER + "甲,area_km2,2024,abc\n", 2, "not a number"),
    (HEADER + "甲,area_km2,2024,1e5\n", 2, "exponents"),
    (HEADER + "甲,area_km2,2024,1_000\n", 2, "underscores"),
    (HEADER + "甲,area_km2,2024,NaN\n", 2, "NaN"),
    (HEADER + "甲,area_km2,2024,-Infinity\n", 2, "infinity"),
    (HEADER + "甲,area_km2,2024,١٠٠\n", 2, "another script"),
    (HEADER + "甲,area_km2,2024,100平方公里\n", 2, "without a unit"),
    (HEADER + '甲,area_km2,2024,"1,00"\n', 2, "commas"),
    (HEADER + "甲,area_km2,24,1\n", 2, "not a year"),
    (HEADER + "甲,area_km2,2024.0,1\n", 2, "not a year"),
    (HEADER + "甲,area_km2,２０２４,1\n", 2, "not a year"),
    (HEADER + "甲,area_km2,T-1,1\n", 2, "not a year"),
    (HEADER + GOOD + "甲,iiot_rate,,1\n" + GOOD, 4, "already on line 2"),
    (HEADER + GOOD + "甲,area_km2,,100\n", 3, "already on line 2"),
    (HEADER + "甲,area_km2,,100\n" + GOOD, 3, "already on line 2"),
    (HEADER + "甲,area_km2,2024\n", 2, "3 columns"),
    (HEADER + "甲,area_km2,2024,1,2\n", 2, "5 columns"),
    (HEADER + ",area_km2,2024,1\n", 2, "cluster is empty"),
    (HEADER + '"甲\n乙",area_km2,2024,1\n甲,area_km2,2024,x\n', 4, "not a number"),
    (HEADER + '甲,area_km2,2024,"1\n', 2, "CSV"),
    ((HEADER + GOOD).encode() + b"\xff\xfe,area_km2,2024,1\n", 3, "UTF-8"),
    ((HEADER + GOOD).encode("utf-16"), 1, "UTF-8"),
    ((HEADER + GOOD).encode("gb18030"), 2, "UTF-8"),
]


@pytest.mark.parametrize(("content", "line", "reason"), BAD)
def test_every_kind_of_bad_row_is_named(content, line, reason):
    with pytest.raises(BadRow) as refused:
        read_figures(content if isinstance(content, bytes) else content.encode(), 2025)
    assert refused.value.line == line and reason in refused.value.reason, str(refused.value)


def test_an_empty_year_is_the_year_before_the_call():
    content = (HEADER + "甲,area_km2,,1\n").encode()
    for found in (read_figures(content, 2023), read_figures(b"\xef\xbb\xbf" + content, 2023)):
        assert {cluster: list(figures) for cluster, figures in found.items()} == {"甲": [("area_km2", 2022)]}


def test_the_rule_sets_that_come_with_the_program():
    assert "national-2022" in loader.codes()
