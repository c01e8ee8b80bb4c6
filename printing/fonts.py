"""The typefaces of printed documents, and which characters they have.

Noto Serif SC for the body and Noto Sans SC for headings come from a Python package (docs/decisions/printing.md), so
that every installation prints the same; Noto Sans CJK SC of a second package has the rare characters of place names
that those two lack. typst prints an empty box for a character that no typeface has, without an
error: `printable` puts its code there instead.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

PACKAGE: Final = "pylopdf_fonts_zh_cn"
RARE_PACKAGE: Final = "noto_cjk_sans_otc"
SERIF: Final = "Noto Serif SC"
SANS: Final = "Noto Sans SC"
RARE: Final = "Noto Sans CJK SC"
FILES: Final = {
    SERIF: (PACKAGE, "NotoSerifSC-Regular.otf"),
    SANS: (PACKAGE, "NotoSansSC-Regular.otf"),
    RARE: (RARE_PACKAGE, "NotoSansCJK-Regular.ttc"),
}
PACKAGES: Final = (PACKAGE, RARE_PACKAGE)
FACE: Final = {RARE: 2}  # the place of the family in its collection: Chinese shapes, not Japanese ones
LAID_OUT: Final = frozenset("\n\r\t")  # what the page layout itself understands


@cache
def folders() -> tuple[Path, ...]:
    """Return the folders of the installed font files."""
    return tuple(Path(str(resources.files(package))) for package in PACKAGES)


@cache
def edition() -> str:
    """Return the packages of the typefaces with their versions: another one may draw other pages."""
    return ", ".join(f"{package} {metadata.version(package)}" for package in PACKAGES)


def opened(family: str) -> TTFont:
    """Return the file of a typeface, to be closed by the caller."""
    package, name = FILES[family]
    return TTFont(Path(str(resources.files(package))) / name, lazy=True, fontNumber=FACE.get(family, -1))


@cache
def covered() -> frozenset[int]:
    """Return the code points that at least one of the typefaces has; read once in the life of a process."""
    found: set[int] = set()
    for family in FILES:
        with opened(family) as font:
            found |= font.getBestCmap().keys()
    return frozenset(found)


def is_printable(character: str) -> bool:
    """Say whether a character appears on paper as itself."""
    return character in LAID_OUT or ord(character) in covered()


def code(character: str) -> str:
    """Return how a character that no typeface has is printed: U+1F600 in brackets."""
    return f"[U+{ord(character):04X}]"


def printable(text: str) -> str:
    """Return the text with the code in place of every character that no typeface has."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if is_printable(one) else code(one) for one in text)


def unprintable(text: str) -> set[str]:
    """Return the characters of a text that no typeface has."""
    return {one for one in text if not is_printable(one)}
