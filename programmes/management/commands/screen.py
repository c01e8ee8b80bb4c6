"""Screens the clusters of a CSV file against a rule set. Needs no database.

    python manage.py screen FIGURES.csv --rules national-2022 --year 2025 --json

One JSON object a line and cluster, in order of first appearance. A bad row ends the run with
its line number and reason on standard error and exit status 2, nothing on standard output. A figure
outside its possible range is computed, and its cell named on standard error.
"""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rulebook import loader
from rulebook.catalogue import INDICATORS, UNITS
from rulebook.explain import says
from rulebook.figures_csv import BadRow, ClusterFigures, read_figures
from rulebook.numbers import plain
from rulebook.outside import outside
from rulebook.rules import Finding, Rule, RuleSet
from rulebook.screening import screen


class Command(BaseCommand):
    help = "Screen the clusters of a CSV file against a rule set, without a database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("figures", metavar="FIGURES.csv", help="UTF-8, header cluster,indicator,year,value")
        parser.add_argument("--rules", default="national-2022", help=f"one of: {', '.join(loader.codes())}")
        parser.add_argument("--year", type=_year, required=True, help="year of the call; T-1 is the year before")
        parser.add_argument("--json", action="store_true", help="one JSON object a line and cluster")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rule_set = loader.load(options["rules"])
            clusters = read_figures(Path(options["figures"]).read_bytes(), options["year"])
        except BadRow as error:
            raise CommandError(f"{options['figures']}, {error}", returncode=2) from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        self._speak_utf8()
        self._name_outside(clusters)
        tell = _json_line if options["json"] else _table
        told = [
            tell(rule_set, cluster, figures, options["year"], options["lang"]) for cluster, figures in clusters.items()
        ]
        self._write(told)

    def _speak_utf8(self) -> None:
        """UTF-8 whatever the terminal's encoding."""
        for stream in (self.stdout, self.stderr):
            out = getattr(stream, "_out", None)
            if isinstance(out, io.TextIOWrapper):
                out.reconfigure(encoding="utf-8")

    def _name_outside(self, clusters: Mapping[str, ClusterFigures]) -> None:
        """Name each figure outside its possible range on standard error; it is computed all the same."""
        for cluster, figures in clusters.items():
            for code, year in outside(figures):
                low, high = INDICATORS[code].low, INDICATORS[code].high
                self.stderr.write(
                    f"{cluster}, {code}, {year}: {plain(figures[code, year])} is outside the possible range "
                    f"({plain(low)} to {plain(high)}); it is computed all the same"
                )

    def _write(self, lines: list[str]) -> None:
        """Only once everything is computed."""
        for line in lines:
            self.stdout.write(line)


def _year(text: str) -> int:
    if not (len(text) == 4 and text.isascii() and text.isdigit() and 1900 < int(text) < 2200):
        raise ArgumentTypeError(f"{text} is not a year")
    return int(text)


def _json_line(rule_set: RuleSet, cluster: str, figures: ClusterFigures, year: int, lang: str) -> str:
    findings = [
        _finding(finding, rule_set.by_clause[finding.clause], lang) for finding in screen(rule_set, figures, year)
    ]
    answer = {"cluster": cluster, "rules": rule_set.code, "hash": rule_set.hash, "findings": findings}
    return json.dumps(answer, ensure_ascii=False)


def _finding(finding: Finding, rule: Rule, lang: str) -> dict[str, Any]:
    stored = finding.as_json()
    answer = {key: stored[key] for key in ("clause", "state", "value", "required", "strict", "gap")}
    answer["unit"] = UNITS[finding.unit].name(lang) if finding.unit else None
    answer["by_year"] = stored["by_year"]
    answer["says"] = says(finding, rule, lang)
    return answer


def _table(rule_set: RuleSet, cluster: str, figures: ClusterFigures, year: int, lang: str) -> str:
    """The same for a reader: clause, state and sentence."""
    lines = [cluster]
    for finding in screen(rule_set, figures, year):
        rule = rule_set.by_clause[finding.clause]
        lines.append(f"  {finding.clause:<4} {finding.state:<15} {says(finding, rule, lang)}")
    return "\n".join(lines)
