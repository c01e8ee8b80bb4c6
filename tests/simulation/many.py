"""Many applications for tests: the demo, and a small seed of sets of figures around the thresholds."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from applications.demo import building
from applications.models import Application
from applications.prescreening import screened
from applications.scale import figure_sets, running
from rulebook import projection
from rulebook.rules import RuleSet
from tests.reference import load

SETS, SEEDED = 40, 400


@contextmanager
def many(django_db_blocker) -> Iterator[None]:
    """Hold reference data, demo and seed in a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(figure_sets, "SETS", SETS)
        patched.setattr("applications.scale.seeding.SETS", SETS)
        load()
        building.build()
        running.seed(SEEDED, lambda words: None)
        yield
        transaction.set_rollback(True)


def one_by_one(rules: RuleSet | None, **filters) -> dict[int, str]:
    """Return the outcome of each submitted application, screened alone and counted by hand.

    Without rules the stored findings are read.
    """
    found = {}
    rows = Application.objects.filter(snapshot__isnull=False, **filters).select_related(
        "call", "province", "screening__rule_set", "snapshot__projection"
    )
    for row in rows:
        if rules is None:
            states = {finding["clause"]: finding["state"] for finding in row.screening.findings}
            kinds = {one["clause"]: one["kind"] for one in _content(row.screening.rule_set)["rules"]}
        else:
            figures = projection.figures_of(row.snapshot.projection.figures, row.call.year)
            context = row.screening.context | {"place": row.province.code}
            states = {f.clause: str(f.state) for f in screened(rules, figures, row.call.year, context)}
            kinds = {rule.clause: str(rule.kind) for rule in rules.rules}
        hard = [states[clause] for clause, kind in kinds.items() if kind in ("hard", "conditional")]
        found[row.pk] = "fails" if "not_met" in hard else "cannot_tell" if "cannot_tell" in hard else "passes"
    return found


def _content(stored) -> dict:
    import json

    return json.loads(stored.content)
