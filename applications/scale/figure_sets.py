"""A few hundred different sets of figures with their findings, from which a million rows are made.

Each row of the seed repeats one set, so that content, digest, projection and findings of every
snapshot belong together, while the rules are computed a few thousand times only.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from applications import snapshots
from applications.demo.figures import Profile, like, typed_figures
from applications.prescreening import count, rules_of, screened, unmet
from clusters.actions import read_value
from programmes.models import Call
from rulebook import projection

SETS = 200
STATEMENT = {"answer": "yes", "words": "情况属实，佐证材料齐全。"}
CLUSTER = '"@cluster@"'  # where the facts of one cluster are put into the frozen text


@dataclass(frozen=True)
class FigureSet:
    """One set of figures in one call: what its snapshot, projection and screening hold."""

    number: int
    call_id: int
    area: Decimal
    content: str
    figures: list[int | None]
    findings: list[dict]
    counts: dict[str, int]
    unmet: list[dict[str, str]]


def areas(seed: int = 7) -> list[Decimal]:
    """Return the registered area of each set, in square kilometres."""
    chosen = random.Random(seed)
    return [Decimal(chosen.randrange(300, 13_000)) / 100 for _number in range(SETS)]


def profiles(seed: int = 7) -> Iterator[Profile]:
    """Yield different clusters around the thresholds: most meet them, some miss one or leave a gap."""
    chosen = random.Random(seed)
    for _number in range(SETS):
        yield like(
            output=f"{chosen.lognormvariate(4.4, 0.7):.2f}",
            growth=f"{chosen.gauss(1.13, 0.03):.4f}",
            sme_share=f"{chosen.uniform(0.66, 0.97):.3f}",
            leading_share=f"{chosen.uniform(0.64, 0.96):.3f}",
            enterprises=chosen.randrange(60, 900),
            employees=chosen.randrange(3_000, 40_000),
            patents=chosen.randrange(40, 900),
            patent_growth=f"{chosen.gauss(1.19, 0.04):.4f}",
            research_growth=f"{chosen.gauss(1.14, 0.04):.4f}",
            champions=chosen.choice((0, 0, 1, 2)),
            little_giants=chosen.choice((0, 0, 1, 3, 8)),
            srdi=chosen.randrange(0, 40),
            innovative=chosen.randrange(0, 50),
            high_tech=chosen.randrange(0, 50),
            platform_rate=str(chosen.randrange(12, 60)),
            carbon=chosen.choice((("0.62", "0.58", "0.55"), ("0.8", "0.81", "0.7"), ("1.2", "1.1", "1.1"))),
            efficiency=chosen.choice(("", "", "1.07", "0.98")),
            outreach=chosen.choice(("100", "100", "100", "97.5")),
            missing=frozenset(chosen.choice(((), (), (), (("gross_output", 3),), (("iiot_rate", 1),)))),
        )


def figure_sets(call: Call) -> Iterator[FigureSet]:
    """Yield every set as it is frozen and screened in a call."""
    asked = set(call.form_version.indicators)
    for number, (profile, area) in enumerate(zip(profiles(), areas(), strict=True)):
        typed = typed_figures(profile, call.year)
        figures = {cell: read_value(cell[0], text) for cell, text in typed.items() if cell[0] in asked}
        figures["area_km2", call.year - 1] = area
        rules = rules_of(call)
        findings = screened(rules, figures, call.year, {})
        yield FigureSet(
            number,
            call.pk,
            area,
            content_without_cluster(call, figures),
            projection.project(figures, call.year),
            [finding.as_json() for finding in findings],
            count(findings),
            unmet(findings, rules),
        )


def content_without_cluster(call: Call, figures: dict) -> str:
    """Return the canonical text of a snapshot with a mark where the facts of its cluster stand."""
    told: dict[str, dict[str, str]] = {}
    for (indicator, year), value in figures.items():
        told.setdefault(indicator, {})[str(year)] = snapshots.decimal_text(value)
    rules = call.rule_set
    return snapshots.canonical(
        {
            "format": snapshots.FORMAT,
            "call": {"code": call.code, "year": call.year, "kind": "recognition"},
            "rule_set": {"code": rules.code, "version": rules.version, "digest": rules.digest},
            "form_version": call.form_version.code,
            "cluster": CLUSTER.strip('"'),
            "figures": told,
            "statements": dict.fromkeys(clauses(call), STATEMENT),
            "remarks": {},
        }
    )


def clauses(call: Call) -> list[str]:
    """Return the clauses that a county answers in words."""
    return [rule.clause for rule in rules_of(call).rules if rule.asks_for_statement]
