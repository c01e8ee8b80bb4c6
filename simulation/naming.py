"""Names the applications of a result one by one: who they are, and exactly what each clause lacks."""

from dataclasses import replace

from applications.prescreening import screened
from rulebook import projection
from rulebook.conditions import Condition
from rulebook.rules import STATES, Finding, Rule, RuleSet
from simulation.population import Chosen
from simulation.results import OUTCOMES, Flip, Lack
from simulation.tallying import Named

FIELDS = (
    "pk", "cluster_id", "snapshot__facts__name", "province__code", "province__name", "call__code", "call__year",
    "screening__rule_set_id", "screening__context", "snapshot__projection__figures",
)  # fmt: skip
_narrowed: dict[tuple[str, tuple[str, ...]], RuleSet] = {}


def name(named: Named, chosen: Chosen, pairs: dict, clauses: tuple[str, ...], *, only_missed: bool) -> tuple[Flip, ...]:
    """Return one row an application, in the order they were kept.

    `only_missed` tells the clause that is missed (near misses), else those that changed (flips).
    """
    rows = {row[0]: row for row in chosen.rows.filter(pk__in=named.ids.tolist()).values_list(*FIELDS)}
    found = []
    for i, pk in enumerate(named.ids.tolist()):
        if pk not in rows:  # withdrawn from sight while this was counted
            continue
        states = named.states[i].tolist()
        before, after = states[: len(clauses)], states[len(clauses) :]
        pair = pairs[rows[pk][7]]
        told = [
            (clause, a, b)
            for clause, a, b in zip(clauses, before, after, strict=True)
            if clause in pair.deciding and (STATES[b] == "not_met" and b >= 0 if only_missed else a != b)
        ]
        outcomes = OUTCOMES[int(named.before[i])], OUTCOMES[int(named.after[i])]
        found.append(_flip(rows[pk], outcomes, told, pair.after))
    return tuple(found)


def _flip(row: tuple, outcomes: tuple[str, str], told: list[tuple[str, int, int]], rules: RuleSet) -> Flip:
    pk, cluster_id, cluster, province, province_name, call, year, _rule_set, context, figures = row
    wanted = tuple(clause for clause, _a, b in told if b >= 0)
    told_in = context | {"place": province}
    found = screened(_only(rules, wanted), projection.figures_of(figures, year), year, told_in)
    findings = {finding.clause: finding for finding in found}
    asked = {clause: rules.by_clause[clause].in_place(province) for clause in wanted}
    lacks = tuple(_lack(findings.get(clause), asked.get(clause), clause, a, b) for clause, a, b in told)
    return Flip(pk, cluster_id, cluster, province, province_name, call, *outcomes, lacks)


def _only(rules: RuleSet, clauses: tuple[str, ...]) -> RuleSet:
    """Return the rules with these clauses alone, so that no others are screened."""
    key = (rules.hash, clauses)
    if key not in _narrowed:
        if len(_narrowed) > 200:
            _narrowed.clear()
        _narrowed[key] = replace(rules, rules=tuple(rules.by_clause[clause] for clause in clauses))
    return _narrowed[key]


def _lack(finding: Finding | None, rule: Rule | None, clause: str, before: int, after: int) -> Lack:
    told = [str(STATES[code]) if code >= 0 else "" for code in (before, after)]
    if finding is None or rule is None:
        return Lack(clause, *told)
    return replace(_measured(finding, rule.condition), before=told[0], after=told[1])


def _measured(finding: Finding, condition: Condition | None) -> Lack:
    """Return what a finding compares: with which bound, of which years, side by side where there are sides."""
    sides = zip(finding.parts, getattr(condition, "parts", ()), strict=False)
    return Lack(
        finding.clause, "", str(finding.state), finding.value, finding.required, finding.gap, finding.unit,
        tuple(_measured(part, one) for part, one in sides),
        comparator=condition.bound.comparator if hasattr(condition, "bound") else "", years=_years(finding, condition),
    )  # fmt: skip


def _years(finding: Finding, condition: Condition | None) -> tuple[str, ...]:
    """Return the years of the figure compared; where each year is asked, the first that has it."""
    if getattr(condition, "years", "") == "each":
        return tuple([year for year, one in finding.by_year.items() if one.value == finding.value][:1])
    return tuple(finding.by_year)
