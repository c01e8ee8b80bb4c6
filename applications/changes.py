"""What differs between two versions of one application: figures, statements, registered facts, verdicts."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.enums import Answer
from applications.register_changes import in_words, label_of
from rulebook.catalogue import INDICATORS
from rulebook.numbers import show
from rulebook.rules import Finding


@dataclass(frozen=True)
class Change:
    """One thing that is different, with what it was and is, and the id of its place where there is one.

    Of a verdict `before` and `after` are its codes.
    """

    about: str
    before: str
    after: str
    place: str = ""


@dataclass(frozen=True)
class Changes:
    """Everything that is different; also empty kinds are counted."""

    figures: list[Change] = field(default_factory=list)
    statements: list[Change] = field(default_factory=list)
    facts: list[Change] = field(default_factory=list)
    reasons: list[Change] = field(default_factory=list)
    verdicts: list[Change] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is different."""
        return not any(rows for _label, rows in self.kinds())

    def kinds(self) -> list[tuple[str, list[Change]]]:
        """Return each kind in words with what changed of it."""
        return [
            (_("Figures"), self.figures),
            (_("Statements"), self.statements),
            (_("Registered facts"), self.facts),
            *([(_("Replies and reasons"), self.reasons)] if self.reasons else []),
            (_("Pre-screening"), self.verdicts),
        ]


def between(old: dict, new: dict, was: list[Finding], now: list[Finding], names: dict[str, str]) -> Changes:
    """Return what differs between two contents of snapshots and their findings; `names` are those of the clauses."""
    lang = get_language() or "zh"

    def named(clause: str) -> str:
        return f"{clause} {names.get(clause, '')}".strip()

    return Changes(
        figures=_figures(_told(old), _told(new), lang),
        statements=differences(_said(old), _said(new), named),
        facts=differences(in_words(old["cluster"]), in_words(new["cluster"]), label_of),
        verdicts=differences(_states(was), _states(now), named, ""),
    )


def differences(old: dict, new: dict, named, nothing: str | None = None) -> list[Change]:
    """Return what differs between two tables of texts; `named` says what a key is about."""
    nothing = _("not told") if nothing is None else nothing
    return [
        Change(named(key), old.get(key) or nothing, new.get(key) or nothing)
        for key in dict.fromkeys([*old, *new])
        if old.get(key, "") != new.get(key, "")
    ]


def _told(content: dict) -> dict[tuple[str, str], Decimal]:
    return {(code, year): Decimal(text) for code, years in content["figures"].items() for year, text in years.items()}


def _figures(old: dict, new: dict, lang: str) -> list[Change]:
    nothing = _("not told")
    cells = sorted(
        (cell for cell in old.keys() | new.keys() if cell[0] in INDICATORS and old.get(cell) != new.get(cell)),
        key=lambda cell: (INDICATORS[cell[0]].order, cell[1]),
    )

    def shown(told: dict, cell) -> str:
        return show(INDICATORS[cell[0]], told[cell], with_unit=True, lang=lang) if cell in told else nothing

    return [
        Change(
            f"{INDICATORS[code].label(lang)} {year}",
            shown(old, (code, year)),
            shown(new, (code, year)),
            f"cell-{code}-{year}",
        )
        for code, year in cells
    ]


def _said(content: dict) -> dict[str, str]:
    return {
        clause: " ".join(
            filter(None, (str(Answer(one["answer"]).label) if one["answer"] in Answer.values else "", one["words"]))
        )
        for clause, one in content["statements"].items()
    }


def _states(findings: list[Finding]) -> dict[str, str]:
    return {finding.clause: str(finding.state) for finding in findings}
