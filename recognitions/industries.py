"""Which leading industries, as the sources word them, answer what somebody typed.

The stored tokens know the pinyin of a word from its beginning; 工业陶瓷 shall be found by `taoci` too,
so the few wordings there are get heard from each of their syllables on.
"""

from functools import lru_cache

from territories.search import HAN, LATIN, fold, spellings, syllables


@lru_cache(maxsize=5000)
def _read(word: str) -> tuple[str, ...]:
    return tuple(syllables(fold(word)))


def sounds_like(word: str, letters: str) -> bool:
    """Say whether the pinyin or the initials of a word have these letters from some syllable on."""
    read = _read(word)
    initials = "".join(syllable[:1] for syllable in read)
    if len(letters) > 1 and letters in initials:
        return True
    return any("".join(read[start:]).startswith(tuple(spellings(letters))) for start in range(len(read)))


def heard(letters: str, words: list[str]) -> list[str]:
    """Return the wordings that these letters of pinyin or initials mean."""
    return [word for word in words if sounds_like(word, letters)]


def alike(asked: str, words: list[str]) -> list[str]:
    """Return the wordings that answer: the very same one, else all that have every part of it."""
    wanted = fold(asked).strip()
    exact = [word for word in words if fold(word) == wanted]
    if exact or not wanted:
        return exact
    runs, letters = HAN.findall(wanted), LATIN.findall(wanted)
    if not runs and not letters:
        return []
    return [
        word
        for word in words
        if all(run in fold(word) for run in runs)
        and all(run in fold(word) or sounds_like(word, run) for run in letters)
    ]
