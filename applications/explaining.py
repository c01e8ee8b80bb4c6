"""The findings of an application in the words of four readers, and as a checklist for the county's clerk."""

from dataclasses import dataclass

from applications import prescreening
from applications.models import Application
from applications.presenting import OPEN, URGENT_FIRST, bar_of
from clusters.models import YearFigure
from rulebook import audiences
from rulebook.rules import Finding, RuleSet, State

TO_READ_FIRST = 5  # what a head of a county reads before the rest is unfolded


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
    is_computed: bool

    @property
    def anchor(self) -> str:
        """Return the end of the ids of its texts on a page."""
        return self.row.clause.replace(".", "-")

    @property
    def is_open(self) -> bool:
        """Say whether something is lacking."""
        return self.row.state in OPEN


@dataclass(frozen=True)
class Checklist:
    """What a county checks and prepares: for its head what is lacking, for its clerk every clause.

    `summary` counts the outcomes; `first` and `others` are what is lacking, the unmet before what waits for
    figures; `computed` are clauses with figures, `in_words` those that rest on statements alone.
    """

    summary: str
    first: list[Explained]
    others: list[Explained]
    computed: list[Explained]
    in_words: list[Explained]
    is_live: bool


def checklist(told: Judged, lang: str) -> Checklist:
    """Return the checklist of a county, what needs something first."""
    clauses = urgent_first(explained(told, lang))
    lacking = [one for one in clauses if one.is_open]
    # Where nothing is unmet, the missing figures say enough: they are listed below, clause by clause.
    shown = min(sum(one.row.state != State.CANNOT_TELL for one in lacking) or 3, TO_READ_FIRST)
    return Checklist(
        summary=" · ".join(part.words for part in bar_of(prescreening.count(told.findings))),
        first=lacking[:shown],
        others=lacking[shown:],
        computed=[one for one in clauses if one.is_computed],
        in_words=[one for one in clauses if not one.is_computed],
        is_live=told.is_live,
    )


def judged(application: Application, *, live: bool) -> Judged:
    """Return the findings kept with the newest screening, or those of this moment.

    Live ones are for the county that can still change the figures, and where nothing was screened yet.
    """
    if live or application.screening_id is None:
        rows = YearFigure.objects.asked_of(application.cluster_id, application.call)
        rules = prescreening.rules_of(application.call, application.kind)
        return Judged(rules, prescreening.live(application, rows.readable()), is_live=True)
    stored = application.screening
    return Judged(prescreening.read(stored.rule_set), prescreening.kept(stored), is_live=False)


def explained(told: Judged, lang: str) -> list[Explained]:
    """Return every clause in the four forms, in the order of the rules."""
    settings, others = told.rules.settings, audiences.beside(told.findings, told.rules)
    return [
        _explained(finding, told.rules.by_clause[finding.clause], settings, others, lang) for finding in told.findings
    ]


def _explained(finding: Finding, rule, settings, others, lang: str) -> Explained:
    return Explained(
        row=audiences.row(finding, rule, settings, lang, others=others),
        head=audiences.head(finding, rule, settings, lang, others=others),
        checklist=audiences.checklist(finding, rule, settings, lang, others=others),
        public=audiences.public(finding, rule, settings, lang),
        is_computed=rule.is_computed,
    )


def urgent_first(clauses: list[Explained]) -> list[Explained]:
    """Return what needs something first; the order of the rules within."""
    rank = {str(state): number for number, state in enumerate(URGENT_FIRST)}
    return sorted(clauses, key=lambda one: rank[one.row.state])
