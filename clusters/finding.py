"""Find an industry or a county as people type it: Chinese, pinyin, initials, a code, or the word for the product."""

import re
import unicodedata
from functools import cache, lru_cache

from clusters.models import Industry
from territories.enums import Level, UnitType
from territories.loading import read_csv
from territories.models import Territory
from territories.naming import divisions_by_name
from territories.search import (
    HAN,
    LATIN,
    LONGEST_QUERY,
    fold,
    is_named,
    matching,
    nearest,
    pinyin,
    spellings,
    syllables,
)

MOST = 30  # suggestions a page shows; more are found by typing more
MOST_NEAR = 5
SECTION, DIVISION = 1, 2  # the letters A to T of GB/T 4754, too wide to be a leading industry; 01 to 97
BRANCH = re.compile(r"[0-9]{2,3}")  # the code of a division or a group
IN_ANY_NAME = set("的和及其他制造品业用类产加工")  # characters that say nothing of what is made
SECTION_LETTER = re.compile(r"^[A-Ta-t](?=\d)")


def industries(query: str) -> list[Industry]:
    """Return the industries that answer a query; where none does, those that come nearest."""
    return answering(query) or near(query)


def answering(query: str) -> list[Industry]:
    """Return the industries that answer a query, at most MOST; all that stand under a code of a division or group.

    First what begins with it, then what its everyday words mean (水表, 锂电池), then the others by code.
    """
    query = _without_section(query)
    if not query:
        return []
    meant = {code: place for place, code in enumerate(meant_by(query))}
    found = {row.pk: row for row in _eligible().filter(code__in=meant)}
    found |= {row.pk: row for row in matching(_eligible(), query, fields=("name",))}
    order = lambda row: (not _begins(row, query), meant.get(row.code, len(meant)), row.code)  # noqa: E731
    return sorted(found.values(), key=order)[: None if BRANCH.fullmatch(query) else MOST]


def near(query: str) -> list[Industry]:
    """Return what may be meant by a query that nothing answers, at most MOST_NEAR.

    What the everyday words mean that sound like it (水鳔 is 水表), else the names with most of its characters, of
    which those that few names have say most.
    """
    said = [
        word for word in nearest(query, everyday_words(), MOST_NEAR) if HAN.search(query) is None or _alike(word, query)
    ]
    if said:
        codes = list(dict.fromkeys(code for word in said for code in everyday_words()[word]))
        return sorted(_eligible().filter(code__in=codes), key=lambda row: codes.index(row.code))[:MOST_NEAR]
    characters = set("".join(HAN.findall(fold(query)[:LONGEST_QUERY]))) - IN_ANY_NAME
    rows = list(_eligible().filter(search_tokens__overlap=sorted(characters)))
    names = {character: sum(character in row.name for row in rows) for character in characters}

    def shared(row):
        return sum(1 / names[character] for character in characters & set(row.name))

    return sorted(rows, key=lambda row: (-shared(row), row.code))[:MOST_NEAR]


def branches() -> list[tuple[Industry, list[Industry]]]:
    """Return the sections with their divisions, from which somebody who finds no word can go on."""
    rows = list(Industry.objects.filter(level__lte=DIVISION).defer("search_tokens").order_by("code"))
    return [(one, [row for row in rows if row.parent_id == one.code]) for one in rows if one.level == SECTION]


def _eligible():
    return Industry.objects.filter(level__gt=SECTION).defer("search_tokens")


def _alike(word: str, query: str) -> bool:
    return pinyin(word) == pinyin(query.strip())


@cache
def everyday_words() -> dict[str, list[str]]:
    """Return the words people use for what an industry makes, with the codes each means, the likeliest first."""
    return {row["word"]: row["codes"].split() for row in read_csv("industry_words.csv")}


def meant_by(query: str) -> list[str]:
    """Return the codes that the everyday words in a query mean, those of the longest word first."""
    query = fold(query)
    said = [word for word in everyday_words() if fold(word) in query]
    if LATIN.fullmatch(letters := query.replace(" ", "")) and len(letters) > 1:
        said = [word for word in everyday_words() if fold(word) == letters or _sounds_like(word, letters)]
    said.sort(key=lambda word: (-len(word), query.find(fold(word))))
    return list(dict.fromkeys(code for word in said for code in everyday_words()[word]))


def _sounds_like(word: str, letters: str) -> bool:
    read = _syllables(word)
    return bool({"".join(read), "".join(syllable[:1] for syllable in read)} & set(spellings(letters)))


def _begins(industry: Industry, query: str) -> bool:
    query = fold(query)
    read = _syllables(industry.name)
    beginnings = (industry.code, industry.name, "".join(read), "".join(syllable[:1] for syllable in read))
    return any(word.startswith(tuple(spellings(query))) for word in beginnings)


@lru_cache(maxsize=10_000)
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
    by_code = _eligible().filter(code__iexact=text.split()[0]).first()
    if by_code is not None:
        return by_code
    named = list(_eligible().filter(name=text)[:2]) or answering(text)
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
