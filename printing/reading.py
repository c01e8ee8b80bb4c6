"""What lies inside a PDF file: the attached file, and the text of the pages."""

from __future__ import annotations

import io
import struct
import zlib

import pypdf
from pypdf.errors import PyPdfError

BEGINS = b"%PDF-"
# What a damaged or hostile file makes the reader stumble over.
STUMBLES = (PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, OSError,
            RecursionError, MemoryError, zlib.error, struct.error)  # fmt: skip


class UnreadablePdf(ValueError):
    """The file is no PDF that can be read, or has not what it should have; says which."""


def is_pdf(content: bytes) -> bool:
    """Say whether a file begins as a PDF does."""
    return content.startswith(BEGINS)


def attached(content: bytes, name: str) -> bytes:
    """Return the attached file of that name; raises UnreadablePdf when there is not exactly one."""
    try:
        found = pypdf.PdfReader(io.BytesIO(content)).attachments.get(name, [])
    except STUMBLES as error:
        raise UnreadablePdf("the PDF is damaged") from error
    if len(found) != 1:
        raise UnreadablePdf(f"the PDF has no attached file {name}")
    return found[0]


def pages_of(content: bytes) -> list[str]:
    """Return the text of each page, as a reader selects it."""
    try:
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    except STUMBLES as error:
        raise UnreadablePdf("the pages of the PDF cannot be read") from error


def laid_over(content: bytes) -> list[tuple[int, int]]:
    """Return for each page how many pictures and how many notes lie on it, which its text does not tell."""
    try:
        return [
            (len(page.get("/Resources", {}).get("/XObject", {})), len(page.get("/Annots", ())))
            for page in pypdf.PdfReader(io.BytesIO(content)).pages
        ]
    except STUMBLES as error:
        raise UnreadablePdf("the pages of the PDF cannot be read") from error


def made_by(content: bytes) -> str:
    """Return the program that made the file, such as “Typst 0.15.1”."""
    return _told_by(content, "/Creator")


def keywords(content: bytes) -> str:
    """Return the keywords of the file, empty without."""
    return _told_by(content, "/Keywords")


def _told_by(content: bytes, name: str) -> str:
    try:
        found = pypdf.PdfReader(io.BytesIO(content)).metadata
        return str(found.get(name) or "") if found else ""
    except STUMBLES as error:
        raise UnreadablePdf("the PDF is damaged") from error
