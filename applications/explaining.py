"""The findings of an application in the words of four readers, and as a checklist for the county's clerk."""

from dataclasses import dataclass

from applications import prescreening
from applications.models import Application
from applications.presenting import OPEN, URGENT_FIRST
from clusters.models import YearFigure
from rulebook import audiences
from rulebook.rules import Finding, RuleSet


@dataclass(frozen=True)
class Judged:
    """Findings with the rules they were made with; live ones change with every figure."""

    rules: RuleSet
    findings: list[Finding]
    is_live: bool


@dataclass(frozen=True)
class Explained:
    """One clause, said to the head of the county, its clerk, the reviewer and the public."""

    row: audiences.Row
    head: str
    checklist: tuple[str, ...]
    public: str

    @property
    def anchor(self) -> str:
        """Return the end of the ids of its texts on a page."""
        return self.row.clause.replace(".", "-")

    @property
    def is_open(self) -> bool:
        """Say whether something is lacking."""
        return self.row.state in OPEN


def judged(application: Application, *, live: bool) -> Judged:
    """Return the findings kept with the newest screening, or those of this moment.

    Live ones are for the county that can still change the figures, and where nothing was screened yet.
    """
    if live or application.screening_id is None:
        rows = YearFigure.objects.told_by(application.cluster_id, application.call.years_asked)
        rules = prescreening.rules_of(application.call, application.kind)
        return Judged(rules, prescreening.live(application, rows.readable()), is_live=True)
    stored = application.screening
    return Judged(prescreening.read(stored.rule_set), prescreening.kept(stored), is_live=False)


def explained(told: Judged, lang: str) -> list[Explained]:
    """Return every clause in the four forms, in the order of the rules."""
    settings = told.rules.settings
    return [_explained(finding, told.rules.by_clause[finding.clause], settings, lang) for finding in told.findings]


def _explained(finding: Finding, rule, settings, lang: str) -> Explained:
    return Explained(
        row=audiences.row(finding, rule, settings, lang),
        head=audiences.head(finding, rule, settings, lang),
        checklist=audiences.checklist(finding, rule, settings, lang),
        public=audiences.public(finding, rule, settings, lang),
    )


def urgent_first(clauses: list[Explained]) -> list[Explained]:
    """Return what needs something first; the order of the rules within."""
    rank = {str(state): number for number, state in enumerate(URGENT_FIRST)}
    return sorted(clauses, key=lambda one: rank[one.row.state])
