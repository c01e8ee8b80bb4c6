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
from itertools import combinations, islice, permutations, product
from pathlib import Path

from django.db.models import Q

from territories.naming import divisions_by_name, known, levels, parts, short, spoken, without_places

CORRECTIONS = Path(__file__).resolve().parent.parent / "data" / "pinyin_corrections.csv"
HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]+")
LATIN = re.compile(r"[a-z0-9]+")
APOSTROPHES = re.compile(r"(?<=[a-z])['’‘ʼ`´′](?=[a-z])")  # xi'an
TONES = re.compile("(?<=[a-z\u0308])[\u0300\u0301\u0304\u0306\u030c]+")  # lǚ, xī
UMLAUT = re.compile(r"(?<=l)yu|(?<=[ln])u(?![ao])")
CLUSTER = re.compile(r"(?<=.)(?:产业)?集群$")  # the end of a cluster's name, which says nothing of its product
DIGITS = re.compile(r"[0-9]+")
NUMBER_EDGE = "(?!(?<=[0-9])[0-9])"  # no place between two digits, for a pattern of PostgreSQL
LONGEST_QUERY = 60
LONGEST_TOKEN = 30  # letters
CLOSE = 0.8  # how much of the sounds must agree for a suggestion
MOST_WORDS = 4  # of letters in a query, that may be syllables of one word
MOST_WAYS = 6  # to set places in one word apart
MOST_READINGS = 48


def fold(text: str) -> str:
    """Return the text as it is compared: NFKC, lower case, no tones, ü as the v it is typed as, xi'an as xian."""
    return APOSTROPHES.sub("", _with_borders(text))


def _with_borders(text: str) -> str:
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    plain = TONES.sub("", apart).replace("u\u0308", "v").replace("shaan", "shan")  # Shaanxi is 陕西, read shanxi
    return unicodedata.normalize("NFC", plain)


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
    return {word[:length] for length in range(2, min(len(word), LONGEST_TOKEN) + 1)}


@lru_cache(maxsize=20_000)
def _read(word: str) -> tuple[str, ...]:
    return tuple(part for part in syllables(fold(word)) if LATIN.fullmatch(part))


def _initials(*words: str) -> str:
    return "".join(part[0] for word in words for part in _read(word))


def tokens(*words: str, places: Iterable[str] = ()) -> list[str]:
    """Return the search tokens of a thing that is known by these words and lies in these places (full names)."""
    found: set[str] = set()
    for word in filter(None, [*words, *(name for place in places for name in (place, *levels(place)))]):
        for run in HAN.findall(fold(word)):
            found.update(run)
            found.update(run[i : i + 2] for i in range(len(run) - 1))
        for run in LATIN.findall(fold(word)):
            found.update({run}, _beginnings(run))
        found |= _beginnings("".join(_read(word))) | _beginnings(_initials(word))
    # Levels said in one breath are heard only: written together they would make pairs that are no name (山西安泽).
    for said in (said for place in places for said in spoken(place)):
        found |= _beginnings(_initials(*said))
    return sorted(found)


def tokens_within(*words: str, places: Iterable[str] = ()) -> list[str]:
    """Return the tokens of a thing whose words are heard from each of their syllables on, beside and after its places.

    About three times as many as `tokens`: for names that people know by a part, such as 传感器 in 敏感元件及传感器制造
    or 智能家电 in 山东省济南市历下区智能家电产业集群. In initials a part and one or two of its places may stand in any
    order: lxjdjn is 历下, 家电, 济南.
    """
    places = list(places)
    found = set(tokens(*words, places=places))
    shorts = {place: [short(level) for level in levels(place)] for place in places}
    before = {"".join(names[start:]) for names in shorts.values() for start in range(len(names))}
    before |= {name for names in shorts.values() for name in names}
    for word in filter(None, (without_places(word, places) for word in words)):
        read = _read(word)
        for start in range(len(read)):
            found |= _beginnings("".join(read[start:])) | _beginnings("".join(part[0] for part in read[start:]))
        for place in before:
            found |= _beginnings(_initials(place, word)) | {_initials(word, place)[:LONGEST_TOKEN]}
        read = _initials(CLUSTER.sub("", word))
        for said in (said for names in shorts.values() for many in (1, 2) for said in combinations(names, many)):
            for start in range(len(read)):
                orders = permutations((read[start:], *map(_initials, said)))
                found.update("".join(order)[:LONGEST_TOKEN] for order in orders)
    return sorted(found)


def groupings(words: list[str]) -> Iterator[list[str]]:
    """Yield the ways in which words of letters can be syllables of fewer words: qing dao, qingdao.

    Of many words only as they stand, and all of them as one.
    """
    if not words or len(words) > MOST_WORDS:
        yield from ([words, ["".join(words)]] if words else [words])
        return
    for ends in product((False, True), repeat=len(words) - 1):
        grouped = [words[0]]
        for is_joined, word in zip(ends, words[1:], strict=True):
            grouped = [*grouped[:-1], grouped[-1] + word] if is_joined else [*grouped, word]
        yield grouped


@cache
def _places_heard() -> dict[str, set[str]]:
    """Return the names of divisions by their pinyin, with and without their ending."""
    said: dict[str, set[str]] = {}
    for name in divisions_by_name():
        read = syllables(name)
        for end in (len(short(name)), len(read)):
            if end > 1:
                said.setdefault("".join(read[:end]), set()).add(name)
    return said


@cache
def _characters_read() -> dict[str, str]:
    """Return the characters that can be read as each syllable, in any of their readings."""
    from pypinyin.constants import PINYIN_DICT

    found: dict[str, str] = {}
    plain = cache(fold)  # of many characters a few syllables
    for code, read in PINYIN_DICT.items():
        for syllable in set(map(plain, read.split(","))):
            found[syllable] = found.get(syllable, "") + chr(code)
    return found


@lru_cache(maxsize=1000)
def bordered(query: str) -> str:
    """Return the pattern of the characters that a place typed syllable by syllable can stand for; empty for others.

    xi'an and xi an are a character read xi and one read an, never 县; the last may be typed in part.
    """
    pieces = LATIN.findall(_with_borders(query)[:LONGEST_QUERY])
    is_place = any(said in _places_heard() for said in spellings("".join(pieces)))
    read = _characters_read() if is_place and len(pieces) > 1 and not HAN.search(query) else {}
    if not read or not all(read.keys() & set(spellings(piece)) for piece in pieces[:-1]):
        return ""
    last = spellings(pieces[-1])
    begun = "".join(read[one] for one in read if any(one.startswith(end) or end.startswith(one) for end in last))
    first = ["".join(read.get(one, "") for one in spellings(piece)) for piece in pieces[:-1]]
    return "".join(f"[{characters}]" for characters in (*first, begun) if characters)


@lru_cache(maxsize=1000)
def divisions_named(query: str) -> frozenset[str]:
    """Return the names of the divisions that a query as a whole is, by characters or pinyin, short or in full."""
    asked = "".join(fold(query).split())
    written = {name for name in divisions_by_name() if asked in (name, short(name))} if asked in known() else set()
    heard = {name for said in spellings(asked) for name in _places_heard().get(said, ())}
    pattern = re.compile(bordered(query))
    return frozenset(written | {name for name in heard if pattern.match(name)})


def places_apart(letters: str) -> Iterator[list[str]]:
    """Yield the ways in which letters can begin or end with places: gaomiweifang is gaomi and weifang."""
    yield [letters]
    if letters in _places_heard():
        return
    for end in range(len(letters) - 2, 2, -1):
        if letters[:end] in _places_heard():
            yield from ([letters[:end], *rest] for rest in places_apart(letters[end:]))
        if letters[-end:] in _places_heard():
            yield from ([*rest, letters[-end:]] for rest in places_apart(letters[:-end]))


def readings(query: str) -> list[tuple[list[str], list[str]]]:
    """Return the ways to read a query: the runs of Chinese characters and the words of letters, as each has them."""
    query = fold(query)[:LONGEST_QUERY]
    runs, letters = HAN.findall(query), LATIN.findall(query)
    apart = [part for run in runs for part in parts(run)]
    said = [runs] if apart == runs else [runs, apart]
    written = [words.split() for words in spellings(" ".join(letters))]
    heard = islice((words for one in written for grouped in _grouped(one) for words in _apart(grouped)), MOST_READINGS)
    cut = [[word[:LONGEST_TOKEN] for word in words] for words in heard]
    return [(characters, words) for characters in said for words in cut]


def _grouped(words: list[str]) -> Iterable[list[str]]:
    """Return the groupings of words; xi an is the place and never any two words that begin so."""
    whole = "".join(words)
    return [[whole]] if whole in _places_heard() else groupings(words)


def _apart(words: list[str]) -> Iterator[list[str]]:
    """Yield the words as they are, then with the places that one of them says in the same breath set apart."""
    yield words
    for n, word in enumerate(words):
        yield from ([*words[:n], *rest, *words[n + 1 :]] for rest in islice(places_apart(word), 1, MOST_WAYS))


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
    return queryset.filter(answers & within_borders(query, fields, tokens_field)) if answers else queryset.none()


def within_borders(query: str, fields: tuple[str, ...], tokens_field: str = "search_tokens") -> Q:
    """Return the condition that what stands in the fields, or the place, has the borders typed between syllables."""
    pattern, kept = bordered(query), Q()
    for name in divisions_named(query) if pattern else ():
        kept |= Q(**{f"{tokens_field}__contains": query_tokens([short(name)], [])})
    for field in fields if pattern else ():
        kept |= Q(**{f"{field}__regex": pattern})
    return kept


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


def whole_numbers(query: str, fields: tuple[str, ...]) -> Q:
    """Return the condition that no number of a query is only a part of a longer one: 28号 is not 283号.

    A number that stands in none of the fields is left to the tokens: codes are found by their beginning.
    """
    all_of_them = Q()
    for number in dict.fromkeys(DIGITS.findall(fold(query)[:LONGEST_QUERY])):
        alone, anywhere = Q(), Q()
        for field in fields:
            alone |= Q(**{f"{field}__regex": f"{NUMBER_EDGE}{number}{NUMBER_EDGE}"})
            anywhere |= Q(**{f"{field}__contains": number})
        all_of_them &= alone | ~anywhere
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


def slips(one: str, other: str) -> int:
    """Return how many letters were left out, added, mistaken or changed about (Damerau-Levenshtein)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted)))
            if i > 1 < j and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]


def _pieces(word: str, letters: int) -> Iterator[tuple[str, str]]:
    """Yield the parts of a word of about so many letters, with their sound: 传感器 of 智能传感器."""
    if HAN.fullmatch(word):
        read = syllables(word)
        for start in range(len(read)):
            for end in range(start + 2, len(read) + 1):
                sound = "".join(read[start:end])
                if len(sound) > letters + 2:
                    break
                if len(sound) >= letters - 2:
                    yield sound, word[start:end]


def nearest(query: str, words: Iterable[str], most: int = 3, *, within: Iterable[str] = ()) -> list[str]:
    """Return the words, or parts of those `within`, that sound nearest to a query nothing answers.

    西按 and xian are heard as 西安, 传感气 as a part of 智能传感器; those with the fewest wrong letters come first. At
    most so many sounds; words that sound alike come together, those with most of the characters first. Of characters
    typed one must be right, or the whole sound: 羊绒 is no 阳东, 台湾 no 泰安.
    """
    words, within = set(filter(None, words)), set(filter(None, within))
    wanted = "".join(LATIN.findall(pinyin(short(query.strip()[:LONGEST_QUERY]))))
    heard: dict[str, set[str]] = {}
    for word in words:
        heard.setdefault(_heard(word), set()).add(word)
    for sound, piece in (one for word in within for one in _pieces(word, len(wanted))):
        heard.setdefault(sound, set()).add(piece)
    typed = set("".join(HAN.findall(short(query.strip()))))
    if typed:
        heard = {
            sound: like
            for sound, all_ in heard.items()
            if (like := {word for word in all_ if sound == wanted or typed & set(short(word))})
        }
    close = get_close_matches(wanted, sorted(heard), n=len(heard), cutoff=CLOSE) if wanted and heard else []
    counted = {sound: slips(wanted, sound) for sound in close}
    near = [sound for sound in close if counted[sound] <= max(1, len(wanted) // 5)]
    near.sort(key=lambda sound: counted[sound])  # a stable sort: of as many the closest stays first
    return [
        word for sound in near[:most] for word in sorted(heard[sound], key=lambda word: (-len(typed & set(word)), word))
    ]
