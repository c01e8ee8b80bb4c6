"""Small rule sets for tests of the language, written as YAML and read back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rulebook import loader
from rulebook.roster import Enterprise, Title
from rulebook.rules import Finding, RuleSet
from rulebook.screening import screen

YEAR = 2025
BOTH = {"zh": "名", "en": "name"}
GROWTH = {
    "value": "cagr_2",
    "question": BOTH,
    "options": {"cagr_2": BOTH, "cagr_3": BOTH, "mean_of_rates": BOTH},
    "source": "none",
}


def clause(number: str, test: Mapping[str, Any] | None, unit: str | None = None, **more: Any) -> dict[str, Any]:
    """One clause; hard, unless told otherwise."""
    made = {"clause": number, "name": BOTH, "text": BOTH, "says": BOTH, "source": "A", "article": "one", "kind": "hard"}
    made |= ({"test": test} if test is not None else {}) | ({"unit": unit} if unit else {}) | more
    return made


def content(*clauses: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The content of a rule set with these clauses."""
    head = {"code": "small", "version": "1", "title": BOTH, "effective": {"from": "2025-01-01"}, "sources": {"A": "a"}}
    return {**head, "rules": list(clauses), **more}


def rules(*clauses: Mapping[str, Any], **more: Any) -> RuleSet:
    """The rule set, through a file's text and back."""
    return loader.load_text(loader.dump_yaml(content(*clauses, **more)), "small.yaml")


def find(made: RuleSet, figures: Mapping[str, str | None], number: str = "1", **besides: Any) -> Finding:
    """The finding of a clause; figures as {"gross_output T-1": "40"}."""
    read = {}
    for cell, value in figures.items():
        if value is not None:
            code, _, back = cell.partition(" T-")
            read[code, YEAR - int(back or 1)] = Decimal(value)
    return next(one for one in screen(made, read, YEAR, **besides) if one.clause == number)


def enterprise(code: str, *titles: tuple[Any, ...]) -> Enterprise:
    """An enterprise with titles (title, level, leading, from, to); what is left out is national, leading, 2023-2025."""
    defaults = ("", "national", True, date(2023, 1, 1), date(2025, 12, 31))
    return Enterprise(code, tuple(Title(*(*one, *defaults[len(one) :])) for one in titles))
