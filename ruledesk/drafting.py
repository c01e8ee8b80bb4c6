"""The content of a draft of rules: how it begins, and one clause, setting or date in it put in place of another.

Content has the form of a rule file. Nothing here changes what it is given; every function returns new content,
which is checked as a whole by rulebook.loader.build before it is kept.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from rulebook.rules import RuleSet, place_of

Content = dict[str, Any]
FIXED = ("code", "version", "programme", "process", "succeeds")  # settled when the draft is opened


def begin(parent: RuleSet, *, code: str, version: str, programme: str) -> Content:
    """Return what a draft made from a stored version begins with: its clauses, and none of its approvals."""
    content = deepcopy(dict(parent.content))
    content |= {"code": code, "version": version, "programme": programme, "process": str(parent.process)}
    for of_the_parent in ("approved_by", "changes", "succeeds"):
        content.pop(of_the_parent, None)
    if code == parent.code:
        content["succeeds"] = {"code": parent.code, "version": parent.version, "hash": parent.hash}
    content["effective"] = {"from": "", "to": ""}
    return content


def next_version(version: str) -> str:
    """Return the version that follows: 1 becomes 2, 2023-1 becomes 2023-2, another gets .1."""
    digits = len(version) - len(version.rstrip("0123456789"))
    if not digits or not version.isascii():
        return f"{version}.1"
    return version[:-digits] + str(int(version[-digits:]) + 1)


def clause_of(content: Mapping, number: str) -> Mapping | None:
    """Return the raw clause of this number."""
    return next((one for one in content.get("rules", []) if one["clause"] == number), None)


def with_head(content: Mapping, **head) -> Content:
    """Return the content with another title, dates of effect or approving document."""
    changed = {**content, **head}
    return {key: value for key, value in changed.items() if key != "approved_by" or value}


def with_clause(content: Mapping, number: str, clause: Mapping) -> Content:
    """Return the content with a clause in the place of the one of this number; a new one goes where it belongs.

    What was said about the old number (why it changed) moves with it.
    """
    rules, changes = list(content.get("rules", [])), dict(content.get("changes", {}))
    at = next((i for i, one in enumerate(rules) if one["clause"] == number), None)
    if at is None:
        own = place_of(clause["clause"])
        at = next((i for i, one in enumerate(rules) if place_of(one["clause"]) > own), len(rules))
        rules.insert(at, clause)
    else:
        rules[at] = clause
    if number != clause["clause"] and number in changes:
        changes[clause["clause"]] = changes.pop(number)
    return _with_changes({**content, "rules": rules}, changes)


def without_clause(content: Mapping, number: str) -> Content:
    """Return the content without that clause."""
    return {**content, "rules": [one for one in content["rules"] if one["clause"] != number]}


def with_reason(content: Mapping, clause: str, source: str, words: str) -> Content:
    """Return the content with why a clause differs: the key of a source, and words. Without both: no reason."""
    changes = {number: why for number, why in content.get("changes", {}).items() if number != clause}
    if source and words:
        changes[clause] = {"source": source, "words": words}
    return _with_changes(content, changes)


def with_source(content: Mapping, text: str) -> tuple[Content, str]:
    """Return the content with this document among its sources, and the key it has there."""
    sources = dict(content.get("sources", {}))
    known = next((key for key, words in sources.items() if words == text), None)
    if known is None:
        known = next(key for i in range(1, len(sources) + 2) if (key := f"S{i}") not in sources)
        sources[known] = text
    return {**content, "sources": sources}, known


def with_setting(content: Mapping, name: str, value: str) -> Content:
    """Return the content with a reading chosen otherwise."""
    settings = content["settings"]
    return {**content, "settings": {**settings, name: {**settings[name], "value": value}}}


def with_cases(content: Mapping, number: str, cases: list[Mapping]) -> Content:
    """Return the content with these test cases at a clause."""
    clause = {key: value for key, value in clause_of(content, number).items() if key != "cases"}
    return with_clause(content, number, {**clause, "cases": cases} if cases else clause)


def _with_changes(content: Mapping, changes: Mapping) -> Content:
    kept = {key: value for key, value in content.items() if key != "changes"}
    return {**kept, "changes": changes} if changes else kept
