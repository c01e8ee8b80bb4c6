"""From figures to findings: live beside the grid, and kept with a snapshot."""

from collections import Counter
from functools import lru_cache

from applications import snapshots
from applications.enums import OPEN_FOR_EDITING
from applications.models import Application, Screening, Snapshot
from programmes.enums import Kind
from programmes.models import Call, Waiver
from rulebook import ENGINE_VERSION, loader, screening
from rulebook import waivers as waiving
from rulebook.rules import Finding, RuleSet, State

COUNTED = (State.MET, State.NOT_MET, State.NEAR, State.CANNOT_TELL, State.BY_HAND, State.NOT_APPLICABLE, State.WAIVED)


@lru_cache(maxsize=64)
def _load(digest: str, content: str) -> RuleSet:
    return loader.load_canonical(content)


def read(row) -> RuleSet:
    """Return the rules in a stored row (programmes.RuleSet), read once in the life of a process."""
    return _load(row.digest, row.content)


def rules_of(call: Call, kind: str = Kind.RECOGNITION) -> RuleSet:
    """Return the rules a call has for a kind of application, from the stored row and never from today's file."""
    return read(call.rules_for(kind))


def rules_for(application: Application) -> RuleSet:
    """Return the rules an application is judged by: what left the county keeps those it was screened with."""
    if application.screening_id is not None and application.state not in OPEN_FOR_EDITING:
        return read(application.screening.rule_set)
    return rules_of(application.call, application.kind)


def context_of(application: Application) -> dict:
    """Return what findings depend on besides figures: place and waivers, as a screening keeps them."""
    waivers = Waiver.objects.covering(application.call, application.path).select_related("granted_by__authority")
    found: dict = {"place": application.province.code}
    told = [
        {
            "clause": row.clause,
            "authority": row.granted_by.authority.name,
            "reason": row.reason,
            "document": row.document_number,
        }
        for row in waivers
    ]
    return found | ({"waivers": told} if told else {})


def screened(rules: RuleSet, figures: dict, year: int, context: dict) -> list[Finding]:
    """Return the findings for figures in a context: the one way from stored or typed figures to a verdict."""
    waivers = tuple(waiving.Waiver(**one) for one in context.get("waivers", ()))
    return screening.screen(rules, figures, year, place=context.get("place", ""), waivers=waivers)


def live(application: Application, figures: dict) -> list[Finding]:
    """Return the findings for these figures under the rules in force; nothing is kept."""
    return screened(
        rules_of(application.call, application.kind), figures, application.call.year, context_of(application)
    )


def count(findings: list[Finding]) -> dict[str, int]:
    """Return how many clauses have each outcome."""
    counted = Counter(finding.state for finding in findings)
    return {str(state): counted.get(state, 0) for state in COUNTED}


def keep(snapshot: Snapshot, application: Application) -> Screening:
    """Screen a snapshot and keep the findings; read from the snapshot itself, not from cells."""
    context = context_of(application)
    rules = application.call.rules_for(application.kind)
    findings = screened(read(rules), snapshots.figures_in(snapshot), application.call.year, context)
    return Screening.objects.create(
        snapshot=snapshot,
        rule_set=rules,
        engine_version=ENGINE_VERSION,
        context=context,
        findings=[finding.as_json() for finding in findings],
        **count(findings),
    )


def kept(stored: Screening) -> list[Finding]:
    """Return the findings as they were kept."""
    return [Finding.from_json(finding) for finding in stored.findings]
