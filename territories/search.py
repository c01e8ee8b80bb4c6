"""Find Chinese names by characters, pinyin or pinyin initials, with a plain GIN index.

PostgreSQL's own text search makes one token of a Chinese name, so names carry an array of tokens:
every character, every pair of neighbours, and the pinyin and initials of each word from two letters
on. A query becomes tokens that must all be there; what remains is confirmed on few rows.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from django.db.models import Q

CORRECTIONS = Path(__file__).resolve().parent.parent / "data" / "pinyin_corrections.csv"
HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]+")
LATIN = re.compile(r"[a-z0-9]+")
LONGEST_QUERY = 60


def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


@cache
def corrections() -> dict[str, list[str]]:
    """Return the readings that the library gets wrong: word -> syllables."""
    with CORRECTIONS.open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["pinyin"].split() for row in csv.DictReader(file)}


@cache
def _prepare_pinyin():
    from pypinyin import load_phrases_dict

    load_phrases_dict({word: [[syllable] for syllable in read] for word, read in corrections().items()})


def syllables(text: str) -> list[str]:
    """Return the pinyin of a text, a syllable a character; other characters stay as they are."""
    from pypinyin import Style, lazy_pinyin

    _prepare_pinyin()
    read = corrections().get(text)
    return read or lazy_pinyin(text, style=Style.NORMAL)


def pinyin(text: str) -> str:
    """Return the pinyin of a text without spaces, for ordering Chinese names."""
    return "".join(syllables(fold(text)))


def _beginnings(word: str) -> set[str]:
    return {word[:length] for length in range(2, min(len(word), 30) + 1)}


def tokens(*words: str) -> list[str]:
    """Return the search tokens of a thing that is known by these words."""
    found: set[str] = set()
    for word in filter(None, (fold(word) for word in words)):
        for run in HAN.findall(word):
            found.update(run)
            found.update(run[i : i + 2] for i in range(len(run) - 1))
        for run in LATIN.findall(word):
            found.update({run}, _beginnings(run))
        read = [part for part in syllables(word) if LATIN.fullmatch(part)]
        found |= _beginnings("".join(read)) | _beginnings("".join(part[0] for part in read))
    return sorted(found)


def tokens_within(*words: str) -> list[str]:
    """Return the tokens of a thing whose pinyin is heard from each of its syllables on.

    Three times as many as `tokens`: for a few thousand official names that people know by a part,
    such as 传感器 in 敏感元件及传感器制造.
    """
    found = set(tokens(*words))
    for word in filter(None, (fold(word) for word in words)):
        read = [part for part in syllables(word) if LATIN.fullmatch(part)]
        for start in range(1, len(read)):
            found |= _beginnings("".join(read[start:])) | _beginnings("".join(part[0] for part in read[start:]))
    return sorted(found)


def query_tokens(query: str) -> list[str]:
    """Return the tokens that a row must all have to answer the query."""
    query = fold(query)[:LONGEST_QUERY]
    wanted: set[str] = set()
    for run in HAN.findall(query):
        wanted.update([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    wanted.update(LATIN.findall(query))
    return sorted(wanted)


def matching(queryset, query: str, *, fields: tuple[str, ...], tokens_field: str = "search_tokens"):
    """Return the rows that answer the query; an empty query is answered by all.

    Pairs of neighbours can come from different places of a name, so the runs of the query are
    confirmed in the fields themselves.
    """
    if not query.strip():
        return queryset
    wanted = query_tokens(query)
    if not wanted:
        return queryset.none()
    rows = queryset.filter(**{f"{tokens_field}__contains": wanted})
    for run in HAN.findall(fold(query)[:LONGEST_QUERY]):
        if len(run) > 2:
            confirmed = Q()
            for field in fields:
                confirmed |= Q(**{f"{field}__icontains": run})
            rows = rows.filter(confirmed)
    return rows
