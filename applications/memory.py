"""What a county remembers of its last try: where it fell short, today's figure beside it, today's rules.

Everything of then comes from the screening its own submission got; the state is told as the office
may know it (Application.state_seen_by), so that nothing secret shows, not even by what is missing.
"""

from dataclasses import dataclass

from django.utils.translation import get_language

from applications import prescreening
from applications.models import Application
from applications.presenting import OPEN
from clusters.models import Cluster, YearFigure
from programmes.enums import Kind
from programmes.models import Call
from rulebook import audiences
from rulebook.outside import usable
from rulebook.remedy import Beside
from rulebook.rules import Finding, Rule, RuleSet


@dataclass(frozen=True)
class Side:
    """A clause at one moment: the verdict, the figures and what was required; `state` "" where it is no more."""

    state: str
    says: str
    requirement: str
    years: tuple[audiences.Year, ...] = ()
    figure: str = ""


@dataclass(frozen=True)
class Remembered:
    """One clause that was not met then, and how it stands now."""

    clause: str
    name: str
    then: Side
    now: Side
    takes: str

    @property
    def has_new_requirement(self) -> bool:
        """Say whether the rules in force ask something else than then."""
        return self.then.requirement != self.now.requirement


@dataclass(frozen=True)
class Memory:
    """The last application of a cluster in a programme, with the clauses it did not meet."""

    application: Application
    state: str
    clauses: list[Remembered]


def memory_of(cluster: Cluster, call: Call, office, *, but: Application | None = None, figures=None) -> Memory | None:
    """Return what fell short in the last application of this cluster in the call's programme; None if nothing did.

    `but` is the application being filled in, which remembers nothing of itself; `figures` are today's,
    by indicator and year, where they were read already. One query where there was no application before.
    """
    last = _last(cluster, call, office, but)
    if last is None:
        return None
    rules_then = prescreening.read(last.screening.rule_set)
    then = [finding for finding in prescreening.kept(last.screening) if finding.state in OPEN]
    if not then:
        return None
    kind = but.kind if but is not None else Kind.RECOGNITION
    rules = prescreening.rules_of(call, kind)
    if figures is None:
        figures = YearFigure.objects.asked_of(cluster.pk, call).readable()
    today = _today(call, kind, rules, figures, but or last)
    now, others = {finding.clause: finding for finding in today}, audiences.beside(today, rules)
    lang = get_language() or "zh"
    clauses = [_remembered(finding, rules_then, now.get(finding.clause), rules, others, lang) for finding in then]
    return Memory(last, last.state_seen_by(office), clauses)


def _last(cluster: Cluster, call: Call, office, but: Application | None) -> Application | None:
    """Return the newest application of the cluster in the programme that was ever submitted."""
    rows = Application.objects.seen(office).allowed(office, "applications.view")
    rows = rows.filter(cluster=cluster, call__programme=call.programme_id, screening__isnull=False)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    rows = rows.select_related("call", "province", "screening__rule_set")
    return rows.order_by("-submitted_at", "-id").first()


def _today(call: Call, kind: str, rules: RuleSet, figures: dict, placed: Application) -> list[Finding]:
    """Return the findings for today's figures under the rules in force; nothing is kept.

    `placed` says where the cluster stands: the draft, or else the application of then.
    """
    here = Application(call=call, kind=kind, path=placed.path, province=placed.province)
    return prescreening.screened(rules, usable(figures), call.year, prescreening.context_of(here))


def _remembered(
    then: Finding, rules_then: RuleSet, now: Finding | None, rules: RuleSet, others: Beside, lang: str
) -> Remembered:
    rule_then, rule = rules_then.by_clause[then.clause], rules.by_clause.get(then.clause)
    if now is None or rule is None:
        return Remembered(
            then.clause, rule_then.name(lang), _side(then, rule_then, rules_then, lang), Side("", "", ""), ""
        )
    takes = audiences.what_it_takes(now, rule, lang, others=others)
    words = takes.intro + ("；" if lang.startswith("zh") else " ").join(line.words for line in takes.lines)
    return Remembered(
        then.clause,
        rule.name(lang),
        _side(then, rule_then, rules_then, lang),
        _side(now, rule, rules, lang),
        words if takes else "",
    )


def _side(finding: Finding, rule: Rule, rules: RuleSet, lang: str) -> Side:
    row = audiences.row(finding, rule, rules.settings, lang)
    return Side(row.state, row.says, row.requirement, row.years, row.figure)
