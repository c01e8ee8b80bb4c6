"""Translations without a system gettext: gathers message ids from code and templates, keeps locale/, compiles it.

    python -m config.messages extract | compile | check | add FILE.json

Message ids are English. The catalogue is sorted and has neither line numbers nor dates, so that several people's
additions merge. `add` takes {"message id": "translation"}; a value may also be
{"context": ..., "plural": ..., "translation": ...}. Chinese has one form for singular and plural.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
NOT_OURS = {"tests", "bench", "node_modules", "static", "collected", "data", "docs", "migrations"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
DATES = re.compile(
    r'^"(Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team):.*\n', re.M
)


def catalogue_file(root: Path) -> Path:
    return root / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def extracted(root: Path) -> Catalog:
    """Every message id of the code and the templates, untranslated."""
    found = _empty()
    for file in _sources(root):
        source = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            # Only the calls matter; the indentation of what lay around them is no Python.
            source = "\n".join(line.lstrip() for line in templatize(source, origin=str(file)).splitlines())
        try:
            calls = list(extract("python", io.BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"}))
        except (SyntaxError, IndentationError) as error:
            raise SystemExit(f"{file.relative_to(root)}: message ids cannot be read: {error}") from None
        for _line, message_id, _comments, context in calls:
            if message_id:
                found.add(message_id, context=context)
    return found


def _sources(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.startswith("."))
        in_templates = "templates" in Path(folder).relative_to(root).parts
        for name in sorted(names):
            if name.endswith(".py") or (in_templates and name.endswith((".html", ".txt"))):
                yield Path(folder, name)


def _empty() -> Catalog:
    return Catalog(locale=LOCALE, project="Jiqun", version="1", charset="utf-8", fuzzy=False)


def kept(root: Path) -> Catalog:
    """The catalogue as it is committed."""
    file = catalogue_file(root)
    if not file.exists():
        return _empty()
    with file.open("rb") as content:
        return read_po(content, locale=LOCALE)


def write(catalogue: Catalog, root: Path) -> None:
    """Write the catalogue sorted, in one stroke, without what changes by itself."""
    catalogue.header_comment = (
        "# Simplified Chinese of the message ids in code and templates: python -m config.messages"
    )
    catalogue.fuzzy = False
    content = io.BytesIO()
    write_po(content, catalogue, width=110, no_location=True, sort_output=True, ignore_obsolete=True)
    file = catalogue_file(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".po.new")
    unfinished.write_text(DATES.sub("", content.getvalue().decode()), encoding="utf-8")
    unfinished.rename(file)


def merged(wanted: Catalog, old: Catalog) -> Catalog:
    """The wanted message ids with the translations kept; nothing is guessed from similar ids."""
    result = _empty()
    for message in wanted:
        if not message.id:
            continue
        before = old.get(_singular(message), context=message.context)
        result.add(message.id, _shaped(message, _text(before)), context=message.context, flags=message.flags)
    return result


def _singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def _text(message: Message | None) -> str:
    if message is None:
        return ""
    string = message.string[0] if isinstance(message.string, (tuple, list)) else message.string
    return string or ""


def _shaped(message: Message, text: str) -> str | tuple[str, ...]:
    return (text,) if message.pluralizable else text


def complaints(root: Path) -> list[str]:
    """What keeps the translation from being complete: missing, fuzzy, unused entries, lost placeholders."""
    wanted, old = extracted(root), kept(root)
    found = []
    for message in wanted:
        before = old.get(_singular(message), context=message.context) if message.id else None
        if message.id and not _text(before):
            found.append(f"missing: {_singular(message)!r}{_in_context(message)}")
        elif message.id and bool(before.pluralizable) != bool(message.pluralizable):
            found.append(f"singular and plural differ, run extract: {_singular(message)!r}")
    for message in old:
        if not message.id:
            continue
        if wanted.get(_singular(message), context=message.context) is None:
            found.append(f"unused: {_singular(message)!r}{_in_context(message)}")
        if message.fuzzy:
            found.append(f"fuzzy: {_singular(message)!r}")
        if _text(message):
            found += _placeholders(message)
    return found


def _in_context(message: Message) -> str:
    return f" (context {message.context!r})" if message.context else ""


def _placeholders(message: Message) -> list[str]:
    """Named placeholders must be the same on both sides. (One that only counts may be left out by a plural.)"""
    named = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)\}(?!\})")
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    allowed = {match.group(0) for text in ids for match in named.finditer(text)}
    required = set.intersection(*({match.group(0) for match in named.finditer(text)} for text in ids))
    used = {match.group(0) for match in named.finditer(_text(message))}
    wrong = sorted((used - allowed) | (required - used))
    return [f"{_singular(message)!r}: placeholder {name} is not on both sides" for name in wrong]


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One writer at a time."""
    folder = root / "locale"
    folder.mkdir(exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def add(root: Path, entries: dict[str, str | dict[str, str]]) -> int:
    """Merge translations into the catalogue; how many entries are new or changed."""
    with _alone(root):
        catalogue, changed = kept(root), 0
        for message_id, value in entries.items():
            entry = {"translation": value} if isinstance(value, str) else value
            context, text = entry.get("context"), entry["translation"]
            before = catalogue.get(message_id, context=context)
            plural = entry.get("plural") or (before.id[1] if before is not None and before.pluralizable else None)
            changed += _text(before) != text
            if before is not None:
                catalogue.delete(message_id, context=context)
            catalogue.add((message_id, plural) if plural else message_id, (text,) if plural else text, context=context)
        write(catalogue, root)
    return changed


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run one command; `check` fails when the translation is not complete."""
    match arguments:
        case ["extract"]:
            with _alone(root):
                catalogue = merged(extracted(root), kept(root))
                write(catalogue, root)
            print(f"{len(catalogue)} messages in {catalogue_file(root).relative_to(root)}")
        case ["compile"]:
            compiled = io.BytesIO()
            write_mo(compiled, kept(root))
            unfinished = catalogue_file(root).with_suffix(".new.mo")
            unfinished.write_bytes(compiled.getvalue())
            unfinished.rename(catalogue_file(root).with_suffix(".mo"))
        case ["check"]:
            found = complaints(root)
            print("\n".join([*found, f"{len(found)} entries to mend."] if found else ["Translations are complete."]))
            return 1 if found else 0
        case ["add", name]:
            print(f"{add(root, json.loads(Path(name).read_text(encoding='utf-8')))} translations new or changed")
        case _:
            print("python -m config.messages extract | compile | check | add FILE.json", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
