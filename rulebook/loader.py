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
import unicodedata
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from rulebook import reading_clauses
from rulebook.characters import code_point, hidden_in, shown
from rulebook.reading import Reading, RuleFileError, at
from rulebook.reading_titles import title_sets
from rulebook.rules import Change, Process, Rule, RuleSet, Setting, Succeeded
from rulebook.scoring_reading import scoring
from rulebook.yaml_lines import DEEPEST, UnreadableYaml, read
from rulebook.yaml_writing import dump_yaml

FOLDER: Final = Path(__file__).parent / "rule_sets"
_CODE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HEAD: Final = "code version title effective approved_by sources settings rules"
_MORE: Final = "programme process succeeds changes titles scoring"
_KEYS: Final = frozenset(f"{_HEAD} {_MORE}".split())


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
    refuse_hidden(content, file)
    return build(content, file)


def refuse_hidden(content: Any, file: str) -> None:
    """Refuses what people wrote with a sign nobody sees, in words, numbers and codes: 1.4<U+200B> is no 1.4.

    Asked of what comes in only: what is stored stays readable.
    """
    _hidden(Reading(file), content, "the rule set")


def _hidden(reading: Reading, content: Any, what: str, line: int = 0) -> None:
    if isinstance(content, Mapping):
        outer = reading.clause
        reading.clause = shown(str(content["clause"])) if isinstance(content.get("clause"), str) else outer
        for key, value in content.items():
            _hidden(reading, key, f"“{shown(str(key))}”", at(content, key))
            _hidden(reading, value, shown(str(key)), at(content, key) or line)
        reading.clause = outer
    elif isinstance(content, list):
        for value in content:
            _hidden(reading, value, what, line)
    elif isinstance(content, str):
        for place, sign in hidden_in(content, keep="\n\t"):
            problem = f"sign {place + 1} of {what} cannot be seen: {code_point(sign)}"
            raise reading.error(line, problem, "write the text again without it")


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
    _refuse_what_is_no_text(reading, top, "the rule set")
    reading.sources = {
        key: reading.words(value, f"source {key}", top, "sources")
        for key, value in reading.under(top, "sources", "sources").items()
    }
    settings = reading.mapping(top.get("settings", {}), "settings", line=at(top, "settings"))
    reading.settings = {name: _setting(reading, name, one, at(settings, name)) for name, one in settings.items()}
    reading.titles = title_sets(reading, top)
    code, version = _code(reading, top, "code"), reading.needed_words(top, "version")
    process = _process(reading, top)
    starts, ends = _effective(reading, top)
    text = canonical(top)
    return RuleSet(
        code=code,
        version=version,
        title=reading.text(top, "title"),
        effective_from=starts,
        effective_to=ends,
        approved_by=reading.needed_words(top, "approved_by") if top.get("approved_by") else "",
        sources=reading.sources,
        settings=reading.settings,
        rules=_rules(reading, top),
        content=json.loads(text),
        canonical_json=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        programme=_code(reading, top, "programme") if "programme" in top else "national",
        process=process,
        succeeds=_succeeds(reading, top, code, version),
        changes=_changes(reading, top),
        titles=reading.titles,
        scoring=scoring(reading, top),
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


def _refuse_what_is_no_text(reading: Reading, content: Any, what: str, depth: int = 0) -> None:
    """Every scalar of a rule file is text; numbers, dates and signs nobody sees come from elsewhere."""
    if depth > DEEPEST:
        raise reading.error(0, f"{what} is nested too deep", "write a simpler rule")
    if isinstance(content, Mapping):
        for key, value in content.items():
            _refuse_what_is_no_text(reading, key, what)
            try:
                _refuse_what_is_no_text(reading, value, key, depth + 1)
            except RuleFileError as error:
                raise error if error.line else reading.error(at(content, key), error.problem, error.mend) from None
    elif isinstance(content, list):
        for value in content:
            _refuse_what_is_no_text(reading, value, what, depth + 1)
    elif not isinstance(content, str):
        raise reading.error(0, f"{what} is not a text: {content!r}", "write it as text, in quotation marks")
    elif any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in content):
        raise reading.error(0, f"{what} has a sign that cannot be seen", "write the text again without it")


def _code(reading: Reading, top: Mapping[str, Any], key: str) -> str:
    code = reading.needed_words(top, key)
    if not _CODE.fullmatch(code):
        raise reading.error(at(top, key), f"{key} “{code}” is no code", "use small letters, digits and hyphens")
    return code


def _process(reading: Reading, top: Mapping[str, Any]) -> Process:
    words = [str(process) for process in Process]
    process = Process(reading.choice(top.get("process", "recognition"), words, "process", top, "process"))
    if "scoring" in top:
        reading.under(top, "scoring", "scoring")
        if process is not Process.EVALUATION:
            raise reading.error(at(top, "scoring"), "only an evaluation is scored", "write “process: evaluation”")
    return process


def _effective(reading: Reading, top: Mapping[str, Any]) -> tuple[str, str]:
    """First and last day; an empty one is open."""
    days = reading.under(top, "effective", "effective", known=frozenset({"from", "to"}))
    for key in days:
        try:
            if days[key] and date.fromisoformat(days[key]).isoformat() != days[key]:
                raise ValueError(days[key])
        except (TypeError, ValueError):
            raise reading.error(at(days, key), f"“{days[key]}” is no day", "write 2025-01-31") from None
    starts, ends = str(days.get("from", "")), str(days.get("to", ""))
    if starts and ends and ends < starts:
        raise reading.error(at(days, "to"), f"it ends on {ends}, before it begins", "write a later day")
    return starts, ends


def _succeeds(reading: Reading, top: Mapping[str, Any], code: str, version: str) -> Succeeded | None:
    if "succeeds" not in top:
        return None
    before = reading.under(top, "succeeds", "succeeds", known=frozenset({"code", "version", "hash"}))
    found = Succeeded(*(reading.needed_words(before, key) for key in ("code", "version", "hash")))
    if (found.code, found.version) == (code, version):
        problem = "circular definition: the rule set succeeds itself"
        raise reading.error(at(top, "succeeds"), problem, "give it a new version")
    if not _HASH.fullmatch(found.hash):
        raise reading.error(at(before, "hash"), "hash is no sha-256", "copy the 64 characters of the version before")
    return found


def _changes(reading: Reading, top: Mapping[str, Any]) -> dict[str, Change]:
    """What is different, by clause (or by the clause that is gone), each with its source."""
    listed = reading.mapping(top.get("changes", {}), "changes", line=at(top, "changes"))
    found = {}
    for clause in listed:
        reading.clause = clause
        one = reading.mapping(listed[clause], "a change", frozenset({"source", "words"}), at(listed, clause))
        found[clause] = Change(reading.source(one), reading.needed_words(one, "words"))
        reading.clause = ""
    return found


def _setting(reading: Reading, name: str, content: Any, line: int) -> Setting:
    known = frozenset({"value", "question", "options", "source"})
    one = reading.mapping(content, f"setting {name}", known, line)
    options = reading.under(one, "options", f"options of {name}")
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


def _rules(reading: Reading, top: Mapping[str, Any]) -> tuple[Rule, ...]:
    if "scoring" in top and not top.get("rules"):
        return ()
    listed = reading.need(top, "rules")
    if not isinstance(listed, list) or not listed:
        raise reading.error(at(top, "rules"), "rules is not a list of clauses", "write “- clause: …” for each")
    rules: dict[str, Rule] = {}
    for content in listed:
        rule = reading_clauses.rule(reading, content, at(top, "rules"))
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
    "dump_yaml",
    "load",
    "load_canonical",
    "load_file",
    "load_text",
    "with_settings",
]
