"""What a county with an open draft must know when the rules of its call change: in words, and for its draft."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import prescreening
from applications.enums import OPEN_FOR_EDITING
from applications.models import Application
from applications.presenting import cell_id
from programmes.models import RuleChange
from rulebook import explain
from rulebook.differences import differences
from rulebook.outside import usable
from rulebook.rules import Finding, RuleSet


@dataclass(frozen=True)
class Moved:
    """One clause whose verdict on this draft is another; `before` or `after` is "" where it does not exist."""

    clause: str
    name: str
    before: str
    after: str
    says: str
    cell: str  # the id of the first cell it reads


@dataclass(frozen=True)
class News:
    """The changes since the draft was opened, together: what differs, and what it does to this draft."""

    made_at: datetime
    reasons: list[str]
    title: str
    differences: list[str]
    moved: list[Moved]


def news_of(application: Application, figures: dict) -> News | None:
    """Return what changed since the draft was opened; None where nothing did or it is with nobody to edit.

    Of one that came back: since it was submitted. `figures` are today's, by indicator and year. One query
    where nothing changed.
    """
    if application.state not in OPEN_FOR_EDITING:
        return None
    since = application.submitted_at or application.opened_at
    changes = list(
        RuleChange.objects.filter(call=application.call_id, kind=application.kind, made_at__gt=since)
        .select_related("before")
        .order_by("id")
    )
    if not changes:
        return None
    lang = get_language() or "zh"
    before = prescreening.read(changes[0].before)
    after = prescreening.rules_of(application.call, application.kind)
    if before.hash == after.hash:
        return None
    return News(
        made_at=changes[-1].made_at,
        reasons=[change.words for change in changes if change.words],
        title=_("%(title)s (version %(version)s)") % {"title": after.title(lang), "version": after.version},
        differences=[one.words(lang) for one in differences(before, after)],
        moved=_moved(application, figures, before, after, lang),
    )


def _moved(application: Application, figures: dict, before: RuleSet, after: RuleSet, lang: str) -> list[Moved]:
    """Return the clauses whose verdict differs, in the order of the rules in force."""
    year, context, figures = application.call.year, prescreening.context_of(application), usable(figures)
    old = {one.clause: one for one in prescreening.screened(before, figures, year, context)}
    new = {one.clause: one for one in prescreening.screened(after, figures, year, context)}
    clauses = dict.fromkeys((*after.by_clause, *before.by_clause))
    return [
        _one(clause, old.get(clause), new.get(clause), before, after, year, lang)
        for clause in clauses
        if _state(old.get(clause)) != _state(new.get(clause))
    ]


def _state(finding: Finding | None) -> str:
    return str(finding.state) if finding else ""


def _one(clause, old, new, before: RuleSet, after: RuleSet, year: int, lang: str) -> Moved:
    rule = after.by_clause.get(clause) or before.by_clause[clause]
    cells = [cell_id(code, year - offset) for code, offset in rule.cells]
    says = explain.says(new, rule, lang) if new is not None and rule.is_computed else ""
    return Moved(clause, rule.name(lang), _state(old), _state(new), says, cells[0] if cells and new else "")
