"""The typefaces of printed documents, and which characters they have.

Noto Serif SC for the body and Noto Sans SC for headings come from a Python package (docs/decisions/printing.md), so
that every installation prints the same. typst prints an empty box for a character that no typeface has, without an
error: `printable` puts its code there instead.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

PACKAGE: Final = "pylopdf_fonts_zh_cn"
SERIF: Final = "Noto Serif SC"
SANS: Final = "Noto Sans SC"
FILES: Final = {SERIF: "NotoSerifSC-Regular.otf", SANS: "NotoSansSC-Regular.otf"}
LAID_OUT: Final = frozenset("\n\r\t")  # what the page layout itself understands


@cache
def folder() -> Path:
    """Return the folder of the installed font files."""
    return Path(str(resources.files(PACKAGE)))


@cache
def edition() -> str:
    """Return the package of the typefaces with its version: another one may draw other pages."""
    return f"{PACKAGE} {metadata.version(PACKAGE)}"


@cache
def covered() -> frozenset[int]:
    """Return the code points that at least one of the typefaces has; read once in the life of a process."""
    found: set[int] = set()
    for name in FILES.values():
        with TTFont(folder() / name, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(found)


def is_printable(character: str) -> bool:
    """Say whether a character appears on paper as itself."""
    return character in LAID_OUT or ord(character) in covered()


def code(character: str) -> str:
    """Return how a character that no typeface has is printed: U+20BB7 in brackets."""
    return f"[U+{ord(character):04X}]"


def printable(text: str) -> str:
    """Return the text with the code in place of every character that no typeface has."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if is_printable(one) else code(one) for one in text)


def unprintable(text: str) -> set[str]:
    """Return the characters of a text that no typeface has."""
    return {one for one in text if not is_printable(one)}
