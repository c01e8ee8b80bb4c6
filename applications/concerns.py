"""What a decision in favour has to answer for: clauses not met, clauses nobody can tell, clauses nobody judged.

It is read from what was signed and screened, so that page and action, a moment later, speak of the same.
"""

import json
from dataclasses import dataclass

from django.utils.translation import get_language

from applications.enums import Answer
from applications.models import Application
from applications.prescreening import kept, read
from rulebook.rules import Finding, State


@dataclass(frozen=True)
class Concerns:
    """Clauses of one case by number and name; `denied` are those the county itself says are not met."""

    not_met: list[str]
    denied: list[str]
    cannot_tell: list[str]
    unjudged: list[str]

    @property
    def want_a_reason(self) -> bool:
        """Say whether somebody who decides in favour has to say why."""
        return bool(self.not_met or self.denied or self.cannot_tell)


def concerns_of(application: Application) -> Concerns:
    """Return what stands against the snapshot that is decided on; the row must come with it (querysets.for_step)."""
    findings = kept(application.screening)
    rules, lang = read(application.screening.rule_set), get_language() or "zh"
    said = json.loads(application.snapshot.content)["statements"]

    def named(clauses) -> list[str]:
        return [f"{clause} {rules.by_clause[clause].name(lang)}" for clause in clauses]

    def standing(state: State) -> list[str]:
        return [finding.clause for finding in findings if finding.state == state]

    by_hand = standing(State.BY_HAND)
    return Concerns(
        not_met=named(standing(State.NOT_MET)),
        denied=named(clause for clause in by_hand if said.get(clause, {}).get("answer") == Answer.NO),
        cannot_tell=named(standing(State.CANNOT_TELL)),
        unjudged=named(unjudged(application, findings)),
    )


def unjudged(application: Application, findings: list[Finding]) -> list[str]:
    """Return the clauses people judge that no reviewer has judged one by one: all, as long as nobody can."""
    return [finding.clause for finding in findings if finding.state == State.BY_HAND]
