"""Find Chinese names by characters, pinyin or pinyin initials, with a plain GIN index.

PostgreSQL's own text search makes one token of a Chinese name, so names carry an array of tokens:
every character, every pair of neighbours, and the pinyin and initials of each word from two letters
on; a place is known by each of its levels. A query becomes tokens that must all be there, in each way it can be
read (`readings`: 济南历下 is a name or two, qing dao two words or one); what remains is confirmed on few rows.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

from django.db.models import Q

from territories.naming import levels, parts, short, spoken

CORRECTIONS = Path(__file__).resolve().parent.parent / "data" / "pinyin_corrections.csv"
HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]+")
LATIN = re.compile(r"[a-z0-9]+")
APOSTROPHES = re.compile(r"(?<=[a-z])['’‘ʼ`´′](?=[a-z])")  # xi'an
TONES = re.compile("(?<=[a-z\u0308])[\u0300\u0301\u0304\u0306\u030c]+")  # lǚ, xī
UMLAUT = re.compile(r"(?<=l)yu|(?<=[ln])u(?![ao])")
LONGEST_QUERY = 60
CLOSE = 0.8  # how much of the sounds must agree for a suggestion
MOST_WORDS = 4  # of letters in a query, that may be syllables of one word


def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, lower case, no tones, ü as the v it is typed as, xi'an as xian."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    plain = TONES.sub("", apart).replace("u\u0308", "v")
    return APOSTROPHES.sub("", unicodedata.normalize("NFC", plain))


def spellings(letters: str) -> list[str]:
    """Return what letters of pinyin may stand for: as they are, and with the v that is typed as u, or printed as yu.

    luliang and lyuliang are 吕梁 (lvliang), luliang is 陆良 too.
    """
    return list(dict.fromkeys([letters, UMLAUT.sub("v", letters)]))


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


def tokens(*words: str, places: Iterable[str] = ()) -> list[str]:
    """Return the search tokens of a thing that is known by these words and lies in these places (full names)."""
    found: set[str] = set()
    written = [*words, *(name for place in places for name in (place, *levels(place)))]
    for word in filter(None, (fold(word) for word in written)):
        for run in HAN.findall(word):
            found.update(run)
            found.update(run[i : i + 2] for i in range(len(run) - 1))
        for run in LATIN.findall(word):
            found.update({run}, _beginnings(run))
    # Levels said in one breath are heard only: written together they would make pairs that are no name (山西安泽).
    for word in filter(
        None, (fold(word) for word in (*written, *(word for place in places for word in spoken(place))))
    ):
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


def groupings(words: list[str]) -> Iterator[list[str]]:
    """Yield the ways in which words of letters can be syllables of fewer words: qing dao, qingdao."""
    if not words or len(words) > MOST_WORDS:
        yield words
        return
    for ends in product((False, True), repeat=len(words) - 1):
        grouped = [words[0]]
        for is_joined, word in zip(ends, words[1:], strict=True):
            grouped = [*grouped[:-1], grouped[-1] + word] if is_joined else [*grouped, word]
        yield grouped


def readings(query: str) -> list[tuple[list[str], list[str]]]:
    """Return the ways to read a query: the runs of Chinese characters and the words of letters, as each has them."""
    query = fold(query)[:LONGEST_QUERY]
    runs, letters = HAN.findall(query), LATIN.findall(query)
    apart = [part for run in runs for part in parts(run)]
    said = [runs] if apart == runs else [runs, apart]
    written = [words.split() for words in spellings(" ".join(letters))]
    return [(characters, words) for characters in said for one in written for words in groupings(one)]


def query_tokens(runs: list[str], words: list[str]) -> list[str]:
    """Return the tokens that a row must all have to answer one reading of a query."""
    wanted: set[str] = set(words)
    for run in runs:
        wanted.update([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    return sorted(wanted)


def matching(queryset, query: str, *, fields: tuple[str, ...], tokens_field: str = "search_tokens"):
    """Return the rows that answer the query; an empty query is answered by all.

    Pairs of neighbours can come from different places of a name, so the characters of a run are
    confirmed to follow each other in one of the fields.
    """
    if not query.strip():
        return queryset
    answers = Q()
    for runs, words in readings(query):
        wanted = query_tokens(runs, words)
        if wanted:
            answers |= Q(**{f"{tokens_field}__contains": wanted}) & confirmed(runs, fields)
    return queryset.filter(answers) if answers else queryset.none()


def confirmed(runs: list[str], fields: tuple[str, ...]) -> Q:
    """Return the condition that each run of characters, from three on, stands in order in one of the fields."""
    all_of_them = Q()
    for run in runs:
        if len(run) > 2:
            in_one = Q()
            for field in fields:
                in_one |= Q(**{f"{field}__regex": ".*".join(run)})
            all_of_them &= in_one
    return all_of_them


def is_named(query: str, full_name: str) -> bool:
    """Say whether a query is the very name of a place or of a level above it, by characters, pinyin or initials."""
    asked = set(spellings("".join(fold(query).split())))
    for name in levels(full_name):
        read = syllables(short(name))
        if asked & {name, short(name), "".join(read), pinyin(name), "".join(part[:1] for part in read)}:
            return True
    return False


@lru_cache(maxsize=20_000)
def _heard(word: str) -> str:
    return pinyin(short(word))


def nearest(query: str, words: Iterable[str], most: int = 3) -> list[str]:
    """Return the words that sound nearest to a query nothing answers: 西按 and xian are heard as 西安.

    At most so many sounds; words that sound alike come together.
    """
    heard: dict[str, list[str]] = {}
    for word in sorted(set(filter(None, words))):
        heard.setdefault(_heard(word), []).append(word)
    wanted = "".join(LATIN.findall(pinyin(short(query.strip()[:LONGEST_QUERY]))))
    close = get_close_matches(wanted, sorted(heard), n=most, cutoff=CLOSE) if wanted else []
    return [word for sound in close for word in heard[sound]]
