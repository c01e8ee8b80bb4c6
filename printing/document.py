"""Data and a layout to a PDF file.

A layout (a .typ file) says where things stand; every word comes as data. typst shows a string of the data as text and
never reads it as markup, so that nobody's words can change a page. The same data give the same bytes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from printing import fonts

COMMON: Final = Path(__file__).parent / "official.typ"
STANDARD: Final = "a-3b"  # archival, and allows a file to be attached
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Attachment:
    """A file that lies inside the PDF."""

    name: str
    content: str
    mime: str
    says: str


@dataclass(frozen=True)
class Printed:
    """A PDF file, and the characters that stand in it as their codes."""

    pdf: bytes
    unprintable: tuple[str, ...] = field(default=())


def pdf(layout: Path, data: Mapping[str, Any], attachment: Attachment, at: datetime) -> Printed:
    """Return the document; `at` is the moment it says it was made, so that printing again gives the same."""
    made, codes = _compiled(layout, data, attachment, format="pdf", pdf_standards=[STANDARD],
                            timestamp=int(at.timestamp()))  # fmt: skip
    return Printed(made, codes)


def pictures(layout: Path, data: Mapping[str, Any], attachment: Attachment, ppi: int) -> list[bytes]:
    """Return the pages as PNG pictures, to be looked at."""
    made, _codes = _compiled(layout, data, attachment, format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def _compiled(layout: Path, data: Mapping[str, Any], attachment: Attachment, **how) -> tuple[Any, tuple[str, ...]]:
    lacking: set[str] = set()
    shown = _printable(data, lacking)
    codes = tuple(sorted(fonts.code(one) for one in lacking))
    inputs = {
        "data": json.dumps(shown | {"unprintable": list(codes)}, ensure_ascii=False),
        "attached": attachment.content,
        "name": attachment.name,
        "mime": attachment.mime,
        "says": attachment.says,
    }
    with _one_at_a_time:
        return _compiler().compile(input=_source(layout), sys_inputs=inputs, **how), codes


@cache
def _compiler() -> typst.Compiler:
    """Return the compiler with our typefaces and no other; making it takes ten times as long as a page."""
    return typst.Compiler(font_paths=list(fonts.folders()), ignore_system_fonts=True, root=COMMON.parent)


@cache
def _source(layout: Path) -> bytes:
    return COMMON.read_bytes() + b"\n" + layout.read_bytes()


def _printable(value: Any, lacking: set[str]) -> Any:
    """Return the data with codes for what cannot be printed, and gather what that is."""
    if isinstance(value, str):
        shown = fonts.printable(value)
        if shown is not value and shown != value:
            lacking |= fonts.unprintable(value)
        return shown
    if isinstance(value, Mapping):
        return {key: _printable(one, lacking) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one, lacking) for one in value]
    return value
