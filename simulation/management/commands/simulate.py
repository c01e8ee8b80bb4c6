"""Ask on the command line what other rules would say.

    python manage.py simulate --rules national-2022 --call demo --set 1.4=50 --set 1.7.comparator=at_least --json

One JSON object on standard output (simulation.results.Result), or a table for a reader. What cannot
be asked ends the run with one sentence on standard error and exit status 2.
"""

import io
import json
import re

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rulebook.characters import SPACE
from simulation.presenting import Shown, counted, outcome
from simulation.results import Result
from simulation.running import simulate
from simulation.settings import ALL, EVERYWHERE, Population, Settings, Unanswerable, number_of_places

NAMED = 10_000  # flips that are named one by one
SHOWN = 20  # of them in the table
PAIR = re.compile(r"\s*([^=\s]+)\s*=(.*)", re.DOTALL)


class Command(BaseCommand):
    """Simulate the rules with some answers changed over the applications of a call."""

    help = "Ask what other rules would say of the submitted applications."

    def add_arguments(self, parser):
        """Take the rules, the population and the changes."""
        add = parser.add_argument
        add("--rules", default="", help="code of a rule set; without it every application keeps its own")
        add("--call", action="append", help="code of a call, demo, or all (default)")
        add("--programme", default="", help="whose calls `all` means")
        add("--set", action="append", default=[], metavar="KEY=VALUE", help="1.4=50, 1.5=65%%, 1.7.comparator=at_least")
        add("--waive", action="append", default=[], metavar="CLAUSE:CODE", help="1.4:650000; 1.4:* for everybody")
        add("--places", action="append", default=[], metavar="CODE=NUMBER", help="370000=8; *=2 for everybody")
        for name in ("province", "state", "batch", "industry", "judged"):
            add(f"--{name}", action="append", default=[], help="may be said more than once")
        add("--curve", default="", metavar="KEY", help="whose threshold is moved; by default the first that changes")
        add("--list", type=int, default=NAMED, metavar="N", help="how many flips and near misses are named")
        add("--check-baseline", action="store_true", help="compare what is before with the stored findings")
        add("--json", action="store_true", help="one JSON object")
        add("--lang", choices=["zh", "en"], default="zh", help="language of the sentences")

    def handle(self, *args, **options):
        """Ask, and print the answer only when there is one."""
        with translation.override({"zh": "zh-hans", "en": "en"}[options["lang"]]):
            try:
                result = simulate(_settings(options), check_baseline=options["check_baseline"])
            except Unanswerable as error:
                raise CommandError(str(error), returncode=2) from error
            told = (
                json.dumps(result.as_json(), ensure_ascii=False) if options["json"] else _table(result, options["lang"])
            )
            self._write(told)
            if result.differs_from_stored:
                clauses = ", ".join(f"{clause} ({number})" for clause, number in result.differs_from_stored.items())
                raise CommandError(_("Stored findings differ from what is computed now: %s.") % clauses, returncode=1)

    def _write(self, text: str) -> None:
        """Write UTF-8 whatever the terminal's encoding."""
        out = getattr(self.stdout, "_out", None)
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8")
        self.stdout.write(text)


def _settings(options) -> Settings:
    return Settings(
        rules=options["rules"].strip(),
        population=Population(
            calls=tuple(options["call"] or (ALL,)),
            programme=options["programme"],
            provinces=tuple(options["province"]),
            states=tuple(options["state"]),
            batches=tuple(options["batch"]),
            industries=tuple(options["industry"]),
            judged=tuple(options["judged"]),
        ),
        changes=_pairs(options["set"], "--set"),
        waive=_waive(options["waive"]),
        places={code: number_of_places(number) for code, number in _pairs(options["places"], "--places").items()},
        curve=options["curve"],
        listed=max(options["list"], 0),
    )


def _pairs(given: list[str], option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        told = PAIR.fullmatch(text)
        if told is None:
            words = {"option": option, "text": text}
            raise Unanswerable(_("%(option)s is written as key=value, such as 1.4=50; “%(text)s” is not.") % words)
        value = told[2].strip(SPACE)
        if found.get(told[1], value) != value:
            raise Unanswerable(
                _("%(option)s says two different things of %(key)s.") % {"option": option, "key": told[1]}
            )
        found[told[1]] = value
    return found


def _waive(given: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for text in given:
        clause, _colon, code = (part.strip() for part in text.partition(":"))
        found[clause] = (*found.get(clause, ()), code or EVERYWHERE)
    return found


# --- For a reader -------------------------------------------------------------------------------


def _table(result: Result, lang: str) -> str:
    shown, colon = Shown(result), pgettext("between label and words", ": ")
    lines = [
        _("Rules %(rules)s, calls %(calls)s") % {"rules": result.rules, "calls": ", ".join(result.calls)},
        *(f"{words}{colon}{name} {digest}" for words, versions in shown.rules for name, digest in versions),
        *(
            _("Clause %(clause)s read as %(percent)s") % {"clause": key, "percent": percent}
            for key, percent in result.read_as.items()
        ),
        _("Applications: %s") % f"{result.population:,}",
        counted(result),
    ]
    if result.left_out:
        lines.append(_("Left out because they have no figures for mass work: %s") % f"{result.left_out:,}")
    numbers = {"now": f"{result.passes:,}", "before": f"{result.passes_before:,}"}
    lines.append(_("Pass every hard computed clause: %(now)s (before: %(before)s)") % numbers)
    numbers = {"now": f"{result.cannot_tell:,}", "before": f"{result.cannot_tell_before:,}"}
    lines.append(_("Cannot tell: %(now)s (before: %(before)s)") % numbers)
    lines += ["", _("By province")]
    lines += [f"  {row.passes:>9,} {row.change:>+7,} / {row.population:<9,} {row.name}" for row in result.by_province]
    lines += ["", _("Clauses that decide, with the applications that miss them")]
    lines += [
        f"  {row.after.get('not_met', 0):>9,} {row.after.get('not_met', 0) - row.before.get('not_met', 0):>+7,}"
        f"   {row.clause:<5} {row.name(lang)}"
        for row in result.by_clause
        if row.counts
    ]
    lines += ["", _("Applications with another outcome: %s") % f"{result.flips_in_all:,}"]
    lines += [f"  {outcome(flip.before)} → {outcome(flip.after)}   {flip.cluster}   {_lacks(flip, shown)}"
              for flip in result.flips[:SHOWN]]  # fmt: skip
    if result.flips_in_all > SHOWN:
        lines.append("  …")
    return "\n".join(lines)


def _lacks(flip, shown: Shown) -> str:
    return _("; ").join(f"{one.clause} {one.figure}".strip() for one in map(shown.lack, flip.clauses))
