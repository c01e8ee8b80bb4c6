"""From figures to findings: live beside the grid, and kept with a snapshot."""

from collections import Counter
from functools import lru_cache

from applications import snapshots
from applications.enums import OPEN_FOR_EDITING
from applications.models import Application, Screening, Snapshot
from programmes.enums import Kind
from programmes.models import Call, Waiver
from rulebook import ENGINE_VERSION, loader, outside, screening
from rulebook import waivers as waiving
from rulebook.rules import Finding, RuleSet, State
from workflow.locks import go_together

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
    found: dict = {"place": application.province.code}
    waivers = waivers_for(application)
    return found | ({"waivers": waivers} if waivers else {})


def waivers_for(application: Application) -> list[dict]:
    """Return the waivers that count for an application now, as a screening keeps them."""
    covering = Waiver.objects.covering(application.call, application.path).select_related("granted_by__authority")
    return [
        {
            "clause": row.clause,
            "authority": row.authority_name,
            "reason": row.reason,
            "document": row.document_number,
        }
        for row in covering
    ]


def turn_of(call: Call) -> str:
    """Return the name that screenings of a call share; who has granted a waiver waits once for all of them."""
    return f"waivers of call {call.pk}"


def screened(rules: RuleSet, figures: dict, year: int, context: dict) -> list[Finding]:
    """Return the findings for figures in a context: the one way from stored or typed figures to a verdict."""
    waivers = tuple(waiving.Waiver(**one) for one in context.get("waivers", ()))
    return screening.screen(rules, figures, year, place=context.get("place", ""), waivers=waivers)


def live(application: Application, figures: dict) -> list[Finding]:
    """Return the findings for these figures under the rules in force; nothing is kept.

    A figure that is to be corrected counts as missing, so that a slip never reads as met.
    """
    rules, year = rules_of(application.call, application.kind), application.call.year
    findings = screened(rules, outside.usable(figures), year, context_of(application))
    problems = outside.wrong(figures)
    return [outside.explained(finding, problems) for finding in findings]


def count(findings: list[Finding]) -> dict[str, int]:
    """Return how many clauses have each outcome."""
    counted = Counter(finding.state for finding in findings)
    return {str(state): counted.get(state, 0) for state in COUNTED}


def unmet(findings: list[Finding], rules: RuleSet) -> list[dict[str, str]]:
    """Return the clauses not met, each with its name in both languages, as a screening keeps them for lists."""
    missed = (rules.by_clause[finding.clause] for finding in findings if finding.state == State.NOT_MET)
    return [{"clause": rule.clause, "zh": rule.name("zh"), "en": rule.name("en")} for rule in missed]


def name_unmet(rows: list[Application]) -> list[Application]:
    """Have each row of a list name its clauses not met, also where its screening was kept without their names.

    A process of the version before keeps none while this one is brought in; a screening is never written again, so
    they are read from its findings. One query where there is such a row, none otherwise.
    """
    waiting = {
        row.screening_id: row.screening
        for row in rows
        if row.screening is not None and row.screening.not_met and not row.screening.unmet
    }
    if waiting:
        for stored in Screening.objects.filter(pk__in=waiting).select_related("rule_set"):
            waiting[stored.pk].unmet = unmet(kept(stored), read(stored.rule_set))
    return rows


def keep(snapshot: Snapshot, application: Application) -> Screening:
    """Screen a snapshot and keep the findings; read from the snapshot itself, not from cells."""
    go_together(turn_of(application.call))
    rules, context = application.call.rules_for(application.kind), context_of(application)
    return _keep(snapshot, rules, context, _findings(snapshot, rules, application.call.year, context))


def keep_again(application: Application) -> Screening | None:
    """Screen what was submitted once more, by the same rules, with the waivers granted since; keep it beside the old.

    Waivers are only added: one that was ended keeps counting for what was screened under it. None when
    no finding changes.
    """
    go_together(turn_of(application.call))
    stored = application.screening
    before = stored.context.get("waivers", [])
    further = [waiver for waiver in waivers_for(application) if waiver not in before]
    context = stored.context | {"waivers": [*before, *further]}
    findings = _findings(stored.snapshot, stored.rule_set, application.call.year, context)
    if [finding.as_json() for finding in findings] == stored.findings:
        return None
    return _keep(stored.snapshot, stored.rule_set, context, findings)


def _findings(snapshot: Snapshot, rules, year: int, context: dict) -> list[Finding]:
    return screened(read(rules), snapshots.figures_in(snapshot), year, context)


def _keep(snapshot: Snapshot, rules, context: dict, findings: list[Finding]) -> Screening:
    return Screening.objects.create(
        snapshot=snapshot,
        rule_set=rules,
        engine_version=ENGINE_VERSION,
        context=context,
        findings=[finding.as_json() for finding in findings],
        unmet=unmet(findings, read(rules)),
        **count(findings),
    )


def kept(stored: Screening) -> list[Finding]:
    """Return the findings as they were kept."""
    return [Finding.from_json(finding) for finding in stored.findings]


def names_of_clauses(call: Call, lang: str) -> dict[str, str]:
    """Return what the clauses of a call are called, also those of rules that were in force before."""
    earlier = [change.before for change in call.rule_changes.all()]
    rows = dict.fromkeys([*earlier, *(call.rules_for(kind) for kind in Kind)])
    return {clause: name for row in rows for clause, name in read(row).names(lang).items()}
