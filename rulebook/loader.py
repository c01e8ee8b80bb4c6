"""Loads a rule set from its file or from stored content; refuses what is not sound.

`load("national-2022")` reads rule_sets/national-2022.yaml. An error says file, line, clause
and how to mend it; nothing is half-loaded. No text of a rule file is ever run as code.
The content hash is the sha-256 of the canonical JSON: keys sorted, UTF-8, no spaces,
comments and layout of the file left out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

from rulebook.reading import Reading, RuleFileError, at
from rulebook.rules import Rule, RuleSet, Setting
from rulebook.yaml_lines import UnreadableYaml, read

FOLDER: Final = Path(__file__).parent / "rule_sets"
_CODE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEYS: Final = frozenset({"code", "version", "title", "effective", "approved_by", "sources", "settings", "rules"})


def codes() -> list[str]:
    """The rule sets that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def load(code: str) -> RuleSet:
    """The rule set of that code; raises RuleFileError when there is none or it is not sound."""
    if not _CODE.fullmatch(code) or not (FOLDER / f"{code}.yaml").is_file():
        raise RuleFileError(code, 0, "", "there is no such rule set", f"choose one of: {', '.join(codes())}")
    rule_set = load_file(FOLDER / f"{code}.yaml")
    if rule_set.code != code:
        raise RuleFileError(f"{code}.yaml", 1, "", f"its code is {rule_set.code}", "name the file after the code")
    return rule_set


def load_file(path: Path) -> RuleSet:
    """The rule set in a YAML file."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RuleFileError(path.name, 1, "", "the file is not UTF-8", "save it as UTF-8") from error
    return load_text(text, path.name)


def load_text(text: str, file: str = "rule set") -> RuleSet:
    """The rule set in a YAML text."""
    try:
        content = read(text)
    except UnreadableYaml as error:
        raise RuleFileError(file, error.line, "", error.problem, "correct the YAML there") from error
    return build(content, file)


def load_canonical(canonical_json: str, file: str = "stored rule set") -> RuleSet:
    """The rule set that was stored as canonical JSON."""
    return build(json.loads(canonical_json), file)


def canonical(content: Mapping[str, Any]) -> str:
    """The one form of the content that is hashed and stored."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def build(content: Any, file: str) -> RuleSet:
    """Checks every part and puts the rule set together."""
    reading = Reading(file)
    top = reading.mapping(content, "the rule set", known=_KEYS)
    sources = {
        key: reading.words(value, f"source {key}", top, "sources")
        for key, value in reading.mapping(reading.need(top, "sources"), "sources").items()
    }
    settings = {
        name: _setting(reading, name, one) for name, one in reading.mapping(top.get("settings", {}), "settings").items()
    }
    effective = reading.mapping(reading.need(top, "effective"), "effective", known=frozenset({"from", "to"}))
    rules = _rules(reading, top, sources, settings)
    text = canonical(top)
    return RuleSet(
        code=reading.words(reading.need(top, "code"), "code", top, "code"),
        version=reading.words(reading.need(top, "version"), "version", top, "version"),
        title=reading.text(top, "title"),
        effective_from=str(effective.get("from", "")),
        effective_to=str(effective.get("to", "")),
        approved_by=str(top.get("approved_by", "")),
        sources=sources,
        settings=settings,
        rules=rules,
        content=json.loads(text),
        canonical_json=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def with_settings(rule_set: RuleSet, **choices: str) -> RuleSet:
    """The same rules read otherwise; it is another content with another hash."""
    content = deepcopy(dict(rule_set.content))
    for name, value in choices.items():
        if name not in rule_set.settings:
            known = ", ".join(rule_set.settings)
            raise RuleFileError(rule_set.code, 0, "", f"there is no setting {name}", f"the settings are: {known}")
        content["settings"][name]["value"] = value
    return build(content, rule_set.code)


def _setting(reading: Reading, name: str, content: Any) -> Setting:
    known = frozenset({"value", "question", "options", "source"})
    one = reading.mapping(content, f"setting {name}", known=known)
    options = reading.mapping(reading.need(one, "options"), f"options of {name}")
    value = reading.words(reading.need(one, "value"), f"value of {name}", one, "value")
    if value not in options:
        raise reading.error(at(one, "value"), f"setting {name} has no option {value}", f"options: {', '.join(options)}")
    return Setting(
        name=name,
        value=value,
        question=reading.text(one, "question"),
        options={option: reading.text(options, option) for option in options},
        source=reading.words(reading.need(one, "source"), f"source of {name}", one, "source"),
    )


def _rules(
    reading: Reading, top: Mapping[str, Any], sources: Mapping[str, str], settings: Mapping[str, Setting]
) -> tuple[Rule, ...]:
    listed = reading.need(top, "rules")
    if not isinstance(listed, list) or not listed:
        raise reading.error(at(top, "rules"), "rules is not a list of clauses", "write “- clause: …” for each")
    rules: dict[str, Rule] = {}
    for content in listed:
        rule = reading.rule(content, sources, settings)
        if rule.clause in rules:
            reading.clause = rule.clause
            raise reading.error(at(content, "clause"), "two clauses have this number", "number each clause once")
        rules[rule.clause] = rule
    return tuple(rules.values())


__all__ = [
    "RuleFileError",
    "build",
    "canonical",
    "codes",
    "load",
    "load_canonical",
    "load_file",
    "load_text",
    "with_settings",
]
