"""Find an industry or a county as people type it: Chinese, pinyin, initials, or a code."""

import unicodedata

from clusters.models import Industry
from territories.enums import Level, UnitType
from territories.models import Territory
from territories.search import matching

MOST = 20  # suggestions a page shows; more are found by typing more
SECTION = 1  # the letters A to T of GB/T 4754, too wide to be a leading industry


def industries(query: str) -> list[Industry]:
    """Return the industries that answer a query, by code; at most MOST."""
    query = query.strip()
    if not query:
        return []
    allowed = Industry.objects.filter(level__gt=SECTION)
    return list(matching(allowed, query, fields=("name",)).order_by("code")[:MOST])


def industry_named(text: str) -> Industry | None:
    """Return the industry a text names without doubt: its code, its name, or “code name”."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    allowed = Industry.objects.filter(level__gt=SECTION)
    by_code = allowed.filter(code__iexact=text.split()[0]).first()
    if by_code is not None:
        return by_code
    named = list(allowed.filter(name=text)[:2]) or industries(text)
    return named[0] if len(named) == 1 else None


def counties(query: str) -> list[Territory]:
    """Return the county-level divisions that answer a query; at most MOST."""
    if not query.strip():
        return []
    divisions = Territory.objects.filter(level=Level.COUNTY, unit_type=UnitType.DIVISION, valid_to=None)
    return list(matching(divisions, query, fields=("name", "full_name")).order_by("code")[:MOST])
