"""Scores an evaluation from a file of points. Needs no database.

    python manage.py score jiangxi-evaluation --points FILE.json

Prints one JSON object: total, grade, stars and money as far as they can be told, every item, and
the sentences in Chinese and English. rulebook/scoring/points_file.py says how the file looks. A
file that is not sound ends the run with its place and reason on standard error and exit status 2.
"""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rulebook import loader
from rulebook.scoring.points_file import BadPoints, answer, read_points


class Command(BaseCommand):
    help = "Score an evaluation from a file of points, without a database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rules", metavar="RULESET", help=f"one of: {', '.join(_evaluations())}")
        parser.add_argument("--points", metavar="FILE.json", required=True, help="points, figures and grades as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rule_set = loader.load(options["rules"])
            told = answer(rule_set, read_points(Path(options["points"]).read_bytes()))
        except BadPoints as error:
            raise CommandError(f"{options['points']}, {error}", returncode=2) from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        out = getattr(self.stdout, "_out", None)
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8")
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def _evaluations() -> list[str]:
    return [code for code in loader.codes() if loader.load(code).scoring is not None]
