"""Compute stored screenings again with the rules they were made with, and name every difference.

A screening rests on its snapshot, the stored rule set and its context, and on nothing of today. Rows are read in
portions by their number, so that a million take no more memory than a thousand and no long transaction.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from applications import prescreening
from applications.models import Screening
from programmes.models import RuleSet as StoredRules
from rulebook import loader
from rulebook.rules import RuleSet

AT_ONCE = 500
MOST_KEPT = 1000  # differences that are listed; all are counted
COUNTS = tuple(map(str, prescreening.COUNTED))
NEEDED = ("pk", "snapshot__application_id", "snapshot__content", "snapshot__digest", "rule_set_id", "context",
          "findings", *COUNTS)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing of one screening that is not what it was: what is stored, and what comes out now."""

    screening: int
    application: int
    clause: str  # or "snapshot", "rule_set", "counts" where it is no single clause
    stored: Any
    computed: Any

    def as_json(self) -> dict:
        """Return it as plain JSON."""
        return asdict(self)


@dataclass
class Outcome:
    """What a replay found."""

    screenings: int = 0
    different: int = 0
    differences: list[Difference] = field(default_factory=list)

    def add(self, found: list[Difference]) -> None:
        """Count one screening with what differs in it."""
        self.screenings += 1
        self.different += bool(found)
        self.differences += found[: MOST_KEPT - len(self.differences)]

    def as_json(self) -> dict:
        """Return it as plain JSON."""
        return asdict(self)


def sha256(text: str) -> str:
    """Return the digest by which snapshots and rule sets are known."""
    return hashlib.sha256(text.encode()).hexdigest()


def figures_of(content: Mapping[str, Any]) -> dict[tuple[str, int], Decimal]:
    """Return the figures in the content of a snapshot, by indicator and year."""
    return {
        (indicator, int(year)): Decimal(text)
        for indicator, years in content["figures"].items()
        for year, text in years.items()
    }


def computed(rules: RuleSet, content: Mapping[str, Any], context: dict) -> list[dict]:
    """Return the findings of the content of a snapshot, as they are stored."""
    found = prescreening.screened(rules, figures_of(content), content["call"]["year"], context)
    return [finding.as_json() for finding in found]


def different_clauses(stored: list[dict], now: list[dict]) -> list[tuple[str, Any, Any]]:
    """Return each clause whose finding is not the same, with both; None where there is none."""
    if stored == now:
        return []
    before, after = ({finding["clause"]: finding for finding in found} for found in (stored, now))
    listed = [
        (clause, before.get(clause), after.get(clause))
        for clause in dict.fromkeys([*before, *after])
        if before.get(clause) != after.get(clause)
    ]
    return listed or [("order", [one["clause"] for one in stored], [one["clause"] for one in now])]


def replay(
    screenings, tell: Callable[[Outcome], None] = lambda outcome: None, each: Callable = lambda difference: None
) -> Outcome:
    """Compute these screenings (a queryset) again; `tell` hears of each portion, `each` of each difference."""
    outcome = Outcome()
    rules_of = lru_cache(maxsize=256)(_stored_rules)
    for rows in _portions(screenings):
        for row in rows:
            found = _differences(row, *rules_of(row["rule_set_id"]))
            outcome.add(found)
            for difference in found:
                each(difference)
        tell(outcome)
    return outcome


def _portions(screenings) -> Iterator[list[dict]]:
    rows, last = screenings.order_by("pk").values(*NEEDED), 0
    while portion := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield portion
        last = portion[-1]["pk"]


def _stored_rules(pk: int) -> tuple[RuleSet | None, str, str]:
    """Return the rules in a stored row with the digest it has and the one its content gives."""
    row = StoredRules.objects.get(pk=pk)
    try:
        return loader.load_canonical(row.content), row.digest, sha256(row.content)
    except ValueError:
        return None, row.digest, sha256(row.content)


def _differences(row: dict, rules: RuleSet | None, digest: str, digest_now: str) -> list[Difference]:
    """Return everything of one screening that is not what it was."""
    of_row = (row["pk"], row["snapshot__application_id"])
    found = []
    if digest != digest_now:
        found.append(Difference(*of_row, "rule_set", digest, digest_now))
    snapshot_now = sha256(row["snapshot__content"])
    if snapshot_now != row["snapshot__digest"]:
        found.append(Difference(*of_row, "snapshot", row["snapshot__digest"], snapshot_now))
    now = _computed_or_why_not(rules, row)
    if isinstance(now, str):
        return [*found, Difference(*of_row, "findings", row["findings"], now)]
    found += [Difference(*of_row, *clause) for clause in different_clauses(row["findings"], now)]
    counted = {state: row[state] for state in COUNTS}
    counted_now = counts(now)
    if counted != counted_now:
        found.append(Difference(*of_row, "counts", counted, counted_now))
    return found


def _computed_or_why_not(rules: RuleSet | None, row: dict) -> list[dict] | str:
    if rules is None:
        return "the stored rule set cannot be read"
    try:
        return computed(rules, json.loads(row["snapshot__content"]), row["context"])
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        return f"cannot be computed: {error!r}"


def counts(findings: list[dict]) -> dict[str, int]:
    """Return how many clauses of stored findings have each outcome."""
    found = dict.fromkeys(COUNTS, 0)
    for finding in findings:
        found[finding["state"]] = found.get(finding["state"], 0) + 1
    return found


def of_application(pk: int):
    """Return the screenings of one case."""
    return Screening.objects.filter(snapshot__application=pk)


def of_call(code: str):
    """Return the screenings of one call."""
    return Screening.objects.filter(snapshot__application__call__code=code)
