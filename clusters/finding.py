"""Find an industry or a county as people type it: Chinese, pinyin, initials, or a code."""

import re
import unicodedata
from functools import lru_cache

from clusters.models import Industry
from territories.enums import Level, UnitType
from territories.models import Territory
from territories.search import fold, matching, syllables

MOST = 20  # suggestions a page shows; more are found by typing more
SECTION = 1  # the letters A to T of GB/T 4754, too wide to be a leading industry
SECTION_LETTER = re.compile(r"^[A-Ta-t](?=\d)")


def industries(query: str) -> list[Industry]:
    """Return the industries that answer a query: what begins with it first, then by code; at most MOST."""
    query = _without_section(query)
    if not query:
        return []
    allowed = Industry.objects.filter(level__gt=SECTION)
    found = matching(allowed, query, fields=("name",)).defer("search_tokens")
    return sorted(found, key=lambda row: (not _begins(row, query), row.code))[:MOST]


def _begins(industry: Industry, query: str) -> bool:
    query = fold(query)
    read = _syllables(industry.name)
    beginnings = (industry.code, industry.name, "".join(read), "".join(syllable[:1] for syllable in read))
    return any(word.startswith(query) for word in beginnings)


@lru_cache(maxsize=2_000)
def _syllables(name: str) -> tuple[str, ...]:
    return tuple(syllables(name))


def _without_section(text: str) -> str:
    """Return the text normalised, a code without the letter of its section: C4011 is 4011."""
    text = unicodedata.normalize("NFKC", text).strip()
    return SECTION_LETTER.sub("", text)


def industry_named(text: str) -> Industry | None:
    """Return the industry a text names without doubt: its code, its name, or “code name”."""
    text = _without_section(text)
    if not text:
        return None
    allowed = Industry.objects.filter(level__gt=SECTION)
    by_code = allowed.filter(code__iexact=text.split()[0]).first()
    if by_code is not None:
        return by_code
    named = list(allowed.filter(name=text)[:2]) or industries(text)
    return named[0] if len(named) == 1 else None


def counties(query: str, near: str = "") -> list[Territory]:
    """Return the county-level divisions that answer a query, those of the same city and province as
    the code `near` first: a cluster seldom reaches further. At most MOST.
    """
    if not query.strip():
        return []
    divisions = Territory.objects.filter(level=Level.COUNTY, unit_type=UnitType.DIVISION, valid_to=None)
    found = matching(divisions, query, fields=("name", "full_name")).defer("search_tokens")
    return sorted(found, key=lambda row: (row.code[:4] != near[:4], row.code[:2] != near[:2], row.code))[:MOST]
