"""What a decision in favour has to answer for: clauses not met, clauses nobody can tell, clauses nobody judged.

It is read from what was signed, screened and judged, so that page and action, a moment later, speak of the same.
"""

from dataclasses import dataclass, fields, replace

from django.utils.translation import get_language

from applications.enums import Answer, AtLevel, Judged
from applications.judging import as_read, level_of, not_met_by
from applications.models import Application
from applications.prescreening import kept, read
from rulebook.rules import State


@dataclass(frozen=True)
class Concerns:
    """Clauses of one case by number and name; `denied` are those the county itself says are not met.

    `near` are soft ones that are missed, `judged` those that reviewers judge not met, `doubted` those of which they say
    that nobody can judge them, `half` those whose judgement is begun and lacks its reason or its verdict.
    """

    not_met: list[str]
    near: list[str]
    judged: list[str]
    denied: list[str]
    cannot_tell: list[str]
    doubted: list[str]
    unjudged: list[str]
    half: list[str]

    @property
    def want_a_reason(self) -> bool:
        """Say whether somebody who decides in favour has to say why."""
        return bool(self.not_met or self.near or self.judged or self.denied or self.cannot_tell)


def concerns_of(application: Application, office) -> Concerns:
    """Return what stands against the snapshot this office decides on; the row must come with it (querysets.for_step).

    Judgements are those of the office's own level; what the province judged not met counts for the ministry too, where
    it has not judged it itself.
    """
    level = level_of(office)
    findings = kept(application.screening)
    rules, lang = read(application.screening.rule_set), get_language() or "zh"
    clauses = as_read(application, level)
    left = {one.clause for one in clauses if not one.is_judged}
    before = not_met_by(application, AtLevel.PROVINCE) if level == AtLevel.MINISTRY else []
    judged = [one.clause for one in clauses if one.is_not_met or one.clause in left.intersection(before)]

    def named(clauses) -> list[str]:
        return [f"{clause} {rules.by_clause[clause].name(lang)}" for clause in clauses]

    def standing(state: State) -> list[str]:
        return [finding.clause for finding in findings if finding.state == state]

    return Concerns(
        not_met=named(standing(State.NOT_MET)),
        near=named(standing(State.NEAR)),
        judged=named(judged),
        denied=named(one.clause for one in clauses if one.answer == Answer.NO and one.clause not in judged),
        cannot_tell=named(standing(State.CANNOT_TELL)),
        doubted=named(one.clause for one in clauses if one.is_judged and one.verdict == Judged.CANNOT_TELL),
        unjudged=named(one.clause for one in clauses if one.clause in left and not one.lacks),
        half=named(one.clause for one in clauses if one.lacks),
    )


def said_once(rows: list[Application]) -> Concerns | None:
    """Take the clauses that stand against each of several cases out of each and return them, to be said once."""
    if len(rows) < 2:
        return None
    every = {one.name: [getattr(row.concerns, one.name) for row in rows] for one in fields(Concerns)}
    alike = {name: [one for one in lists[0] if all(one in each for each in lists)] for name, lists in every.items()}
    for row in rows:
        own = {name: [one for one in getattr(row.concerns, name) if one not in alike[name]] for name in alike}
        row.concerns = replace(row.concerns, **own)
    return Concerns(**alike) if any(alike.values()) else None
