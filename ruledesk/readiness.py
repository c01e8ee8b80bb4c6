"""What is still missing before a draft of rules can be proposed; the same answer for the page and for the act."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from applications.prescreening import read
from clusters.sentences import listed
from programmes.enums import Process
from programmes.models import RuleSet as StoredRules
from rulebook import agreement, cases, loader
from rulebook.agreement import SCORING
from rulebook.differences import Difference, differences
from rulebook.rules import Case, Change, Rule, RuleSet, State
from ruledesk.models import Draft, EffectReport

FAULTS = {
    ("threshold", "text", "zh"): gettext_lazy("the threshold or its comparator changed, the official wording did not"),
    ("threshold", "text", "en"): gettext_lazy(
        "the threshold or its comparator changed, the official wording in English did not"
    ),
    ("threshold", "says", "zh"): gettext_lazy("the threshold or its comparator changed, our reading in words did not"),
    ("threshold", "says", "en"): gettext_lazy(
        "the threshold or its comparator changed, our reading in English did not"
    ),
    ("reading", "says", "zh"): gettext_lazy("how the clause is read changed, our reading in words did not"),
    ("reading", "says", "en"): gettext_lazy("how the clause is read changed, our reading in English did not"),
    ("asked", "says", "zh"): gettext_lazy("what the clause asks or whom it concerns changed, our reading did not"),
    ("asked", "says", "en"): gettext_lazy(
        "what the clause asks or whom it concerns changed, our reading in English did not"
    ),
    ("number", "text", "zh"): gettext_lazy("the official wording says %(number)s, the threshold is %(thresholds)s"),
    ("number", "text", "en"): gettext_lazy(
        "the official wording in English says %(number)s, the threshold is %(thresholds)s"
    ),
    ("number", "says", "zh"): gettext_lazy("our reading in words says %(number)s, the threshold is %(thresholds)s"),
    ("number", "says", "en"): gettext_lazy("our reading in English says %(number)s, the threshold is %(thresholds)s"),
}
POINTS = gettext_lazy("item %(item)s says %(number)s in words, while it gives %(thresholds)s")
OLD_SOURCE = gettext_lazy("the threshold or its comparator changed, its source is one that the version before had")


@dataclass(frozen=True)
class Tried:
    """One test case and what the engine answers."""

    case: Case
    gives: State

    @property
    def is_green(self) -> bool:
        """Say whether the answer is the expected one."""
        return self.case.gives == self.gives


@dataclass(frozen=True)
class ClauseCheck:
    """A clause that differs from the version before: in which words, why, and how its cases turn out."""

    clause: str
    rule: Rule | None  # None: the clause is gone
    is_new: bool
    differences: list[Difference]
    change: Change | None
    tried: list[Tried]
    lacking: list[str] = field(default_factory=list)  # cases that the desk proposes and the clause has not
    faults: list[str] = field(default_factory=list)  # where words, source and what is compared do not fit together

    @property
    def name(self) -> str:
        """Return the subject of the clause."""
        return self.rule.name(get_language() or "zh") if self.rule else ""

    @property
    def needs_cases(self) -> bool:
        """Say whether there is anything to compute."""
        return self.rule is not None and self.rule.is_computed

    @property
    def red(self) -> list[Tried]:
        """Return the cases whose answer is another than expected."""
        return [one for one in self.tried if not one.is_green]

    @property
    def is_green(self) -> bool:
        """Say whether every case stands as it must."""
        return not self.needs_cases or not (self.red or self.lacking or not self.tried)

    @cached_property
    def missing(self) -> list[str]:
        """Return what is missing at this clause, one sentence each."""
        return _missing_at(self)

    @property
    def is_ready(self) -> bool:
        """Say whether nothing is missing at this clause."""
        return self.change is not None and self.is_green and not self.faults


@dataclass(frozen=True)
class Readiness:
    """Everything that decides whether a draft can be proposed."""

    before: RuleSet | None
    after: RuleSet
    whole: list[Difference]
    clauses: list[ClauseCheck]
    report: EffectReport | None
    needs_report: bool
    later: StoredRules | None = None  # the version that took the place of the one before meanwhile

    @property
    def missing(self) -> list[str]:
        """Return what is missing, one sentence each; nothing when the draft can be proposed."""
        return [*self.missing_in_all, *(words for one in self.clauses for words in one.missing)]

    @property
    def unready(self) -> list[ClauseCheck]:
        """Return the clauses at which something is missing; their own parts of the page name it."""
        return [one for one in self.clauses if one.missing]

    @cached_property
    def missing_in_all(self) -> list[str]:
        """Return what is missing at no single clause, one sentence each."""
        found = []
        if self.later is not None:
            found.append(self.succeeded)
        if not self.clauses and not self.whole:
            found.append(_("Nothing differs from the version before."))
        if not self.after.effective_from:
            found.append(_("The first day of effect is not set."))
        if self.needs_report and self.report is None:
            found.append(_("There is no effect report for exactly this content."))
        return found

    @property
    def succeeded(self) -> str:
        """Return that the version before has a successor already; empty where it has none."""
        if self.later is None:
            return ""
        words = _("%(parent)s has a later version already: %(successor)s. Please begin from that one.")
        return words % {"parent": self.later.succeeds, "successor": self.later}

    @property
    def differences(self) -> list[Difference]:
        """Return everything that differs, the rule set itself first."""
        return [*self.whole, *(each for one in self.clauses for each in one.differences)]

    @property
    def is_ready(self) -> bool:
        """Say whether the draft can be proposed and approved."""
        return not self.missing


def _missing_at(one: ClauseCheck) -> list[str]:
    found = []
    if one.change is None:
        found.append(_("Clause %(clause)s: no source for the change.") % {"clause": one.clause})
    found += [_("Clause %(clause)s: %(fault)s.") % {"clause": one.clause, "fault": fault} for fault in one.faults]
    if one.needs_cases and not one.tried:
        found.append(_("Clause %(clause)s: its test cases are not confirmed.") % {"clause": one.clause})
    elif one.needs_cases and one.lacking:
        names = listed(one.lacking)
        found.append(_("Clause %(clause)s: missing test cases: %(names)s.") % {"clause": one.clause, "names": names})
    if one.red:
        words = _("Clause %(clause)s: test cases do not turn out as expected: %(count)d.")
        found.append(words % {"clause": one.clause, "count": len(one.red)})
    return found


def readiness(draft: Draft) -> Readiness:
    """Compare a draft with the version it was made from, try its cases and look for its effect report."""
    before = read(draft.parent) if draft.parent_id else None
    after = loader.build(draft.content, str(draft))
    told = differences(before, after) if before else []
    return Readiness(
        before=before,
        after=after,
        whole=[one for one in told if not one.clause],
        clauses=[_check(number, before, after, told) for number in changed_clauses(before, after)],
        report=draft.reports.filter(digest=draft.digest).order_by("-id").first(),
        needs_report=draft.process != Process.EVALUATION,
        later=_later(draft) if after.succeeds else None,
    )


def _later(draft: Draft) -> StoredRules | None:
    """Return the version that succeeds the one a draft was made from, where it is not the draft's own."""
    others = StoredRules.objects.select_related("succeeds").filter(succeeds=draft.parent_id)
    return others.exclude(pk=draft.approved_rule_set_id).first() if draft.parent_id else None


def changed_clauses(before: RuleSet | None, after: RuleSet) -> list[str]:
    """Return the clauses that say something else than before, new and gone ones too; cases alone change nothing."""
    olds = before.by_clause if before else {}
    numbers = [
        rule.clause
        for rule in after.rules
        if not same(olds.get(rule.clause), rule) or (before and not agreement.asks_the_same(before, after, rule.clause))
    ]
    numbers += [number for number in olds if number not in after.by_clause]
    return numbers + ([SCORING] if before and before.scoring != after.scoring else [])


def same(one: Rule | None, other: Rule | None) -> bool:
    """Say whether two clauses say the same, whatever cases they carry."""
    if one is None or other is None:
        return one is other
    return replace(one, cases=()) == replace(other, cases=())


def _check(number: str, before: RuleSet | None, after: RuleSet, told: list[Difference]) -> ClauseCheck:
    rule = after.by_clause.get(number)
    return ClauseCheck(
        clause=number,
        rule=rule,
        is_new=before is None or number not in before.by_clause,
        differences=[one for one in told if one.clause == number and one.part != "cases"],
        change=after.changes.get(number),
        tried=tried(after, rule) if rule else [],
        lacking=lacking(after, rule) if rule else [],
        faults=[*_faults(before, after, number), *_old_source(before, after, number)],
    )


def _faults(before: RuleSet | None, after: RuleSet, number: str) -> list[str]:
    between = pgettext("between parts of a list", ", ")
    return [
        str(FAULTS.get((one.code, one.part, one.lang), POINTS))
        % {"number": one.number, "thresholds": between.join(one.thresholds), "item": one.item}
        for one in agreement.faults(before, after, number)
    ]


def _old_source(before: RuleSet | None, after: RuleSet, number: str) -> list[str]:
    """Return that a threshold was moved by no document that the version before did not know already."""
    change = after.changes.get(number)
    if before is None or change is None or not agreement.moves_a_threshold(before, after, number):
        return []
    return [str(OLD_SOURCE)] if change.source in before.sources.values() else []


def tried(rules: RuleSet, rule: Rule) -> list[Tried]:
    """Return every case of a clause with the engine's answer."""
    return [Tried(case, gives) for case, gives in cases.run(rules, rule)]


def lacking(rules: RuleSet, rule: Rule) -> list[str]:
    """Return the cases the desk proposes for a clause and the clause does not carry, in words."""
    carried = {(case.name, case.place) for case in rule.cases}
    language = get_language() or "zh"
    return [
        cases.title(case, language) for case in cases.propose(rule, rules) if (case.name, case.place) not in carried
    ]
