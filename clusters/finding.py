"""Find an industry or a county as people type it: Chinese, pinyin, initials, a code, or the word for the product."""

import re
import unicodedata
from functools import cache, lru_cache

from clusters.models import Industry
from territories.enums import Level, UnitType
from territories.loading import read_csv
from territories.models import Territory
from territories.naming import divisions_by_name
from territories.search import LATIN, fold, is_named, matching, nearest, syllables

MOST = 30  # suggestions a page shows; more are found by typing more
MOST_NEAR = 5
SECTION = 1  # the letters A to T of GB/T 4754, too wide to be a leading industry
SECTION_LETTER = re.compile(r"^[A-Ta-t](?=\d)")


def industries(query: str) -> list[Industry]:
    """Return the industries that answer a query, at most MOST.

    First what begins with it, then what its everyday words mean (水表, 锂电池), then the others by code. Where none
    answers, what the everyday words that sound nearest mean.
    """
    query = _without_section(query)
    if not query:
        return []
    allowed = Industry.objects.filter(level__gt=SECTION).defer("search_tokens")
    meant = {code: place for place, code in enumerate(meant_by(query))}
    found = {row.pk: row for row in allowed.filter(code__in=meant)}
    found |= {row.pk: row for row in matching(allowed, query, fields=("name",))}
    if not found:
        near = [code for word in nearest(query, everyday_words(), MOST_NEAR) for code in everyday_words()[word]]
        found = {row.pk: row for row in allowed.filter(code__in=near)}
    order = lambda row: (not _begins(row, query), meant.get(row.code, len(meant)), row.code)  # noqa: E731
    return sorted(found.values(), key=order)[:MOST]


@cache
def everyday_words() -> dict[str, list[str]]:
    """Return the words people use for what an industry makes, with the codes each means, the likeliest first."""
    return {row["word"]: row["codes"].split() for row in read_csv("industry_words.csv")}


def meant_by(query: str) -> list[str]:
    """Return the codes that the everyday words in a query mean, those of the longest word first."""
    query = fold(query)
    said = [word for word in everyday_words() if fold(word) in query]
    if LATIN.fullmatch(letters := query.replace(" ", "")) and len(letters) > 1:
        said = [word for word in everyday_words() if _sounds_like(word, letters)]
    said.sort(key=lambda word: (-len(word), query.find(fold(word))))
    return list(dict.fromkeys(code for word in said for code in everyday_words()[word]))


def _sounds_like(word: str, letters: str) -> bool:
    read = _syllables(word)
    return letters in ("".join(read), "".join(syllable[:1] for syllable in read))


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
    """Return the county-level divisions that answer a query, at most MOST.

    Those it names first, at any level (xian is 西安), then those of the same city and province as the code `near`:
    a cluster seldom reaches further. Where none answers, those whose names sound nearest.
    """
    if not query.strip():
        return []
    divisions = Territory.objects.filter(level=Level.COUNTY, unit_type=UnitType.DIVISION, valid_to=None)
    found = matching(divisions, query, fields=("name", "full_name")).defer("search_tokens")
    if not found:
        names = nearest(query, divisions_by_name(), MOST_NEAR)
        found = divisions.filter(full_name__regex="|".join(names)).defer("search_tokens") if names else []

    def order(row):
        return (not is_named(query, row.full_name), row.code[:4] != near[:4], row.code[:2] != near[:2], row.code)

    return sorted(found, key=order)[:MOST]
