"""From figures to findings: live beside the grid, and kept with a snapshot."""

from collections import Counter
from functools import lru_cache

from applications import snapshots
from applications.models import Screening, Snapshot
from programmes.models import Call
from rulebook import ENGINE_VERSION, loader, screening
from rulebook.rules import Finding, RuleSet, State

COUNTED = (State.MET, State.NOT_MET, State.NEAR, State.CANNOT_TELL, State.BY_HAND, State.NOT_APPLICABLE)


@lru_cache(maxsize=32)
def _load(digest: str, content: str) -> RuleSet:
    return loader.load_canonical(content)


def rules_of(call: Call) -> RuleSet:
    """Return the rule set of a call, from the stored row and never from today's file."""
    return _load(call.rule_set.digest, call.rule_set.content)


def live(call: Call, figures: dict) -> list[Finding]:
    """Return the findings for these figures under the rules of the call; nothing is kept."""
    return screening.screen(rules_of(call), figures, call.year)


def count(findings: list[Finding]) -> dict[str, int]:
    """Return how many clauses have each outcome."""
    counted = Counter(finding.state for finding in findings)
    return {str(state): counted.get(state, 0) for state in COUNTED}


def keep(snapshot: Snapshot, call: Call) -> Screening:
    """Screen a snapshot and keep the findings; read from the snapshot itself, not from cells."""
    findings = live(call, snapshots.figures_in(snapshot))
    return Screening.objects.create(
        snapshot=snapshot,
        rule_set=call.rule_set,
        engine_version=ENGINE_VERSION,
        findings=[finding.as_json() for finding in findings],
        **count(findings),
    )


def kept(stored: Screening) -> list[Finding]:
    """Return the findings as they were kept."""
    return [Finding.from_json(finding) for finding in stored.findings]
