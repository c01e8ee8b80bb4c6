"""Characters that nobody sees, or that turn the order of those beside them: found, shown, taken out.

A text holding one reads otherwise than it looks, so a cell shows it (`shown`), a rule file refuses it
(`hidden_in`), and people's free text loses it (`clean_words`).
"""

from __future__ import annotations

import unicodedata
from typing import Final

# control, direction and joining characters, halves of pairs, private use, separators of lines
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# letters and marks of other categories that are drawn as nothing
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_SELECTORS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_HAN: Final = ((0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))

# every space that is drawn as a gap: the no-break space U+00A0, U+2007, U+202F, the full-width U+3000 and their kin
SPACE: Final = " \t\r\n\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def _within(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(letter) <= high for low, high in ranges)


def is_hidden(letter: str) -> bool:
    """Whether a character is drawn as nothing, or only changes those beside it."""
    return unicodedata.category(letter) in _HIDDEN or letter in _BLANK or _within(letter, _SELECTORS)


def hidden_in(text: str, keep: str = "") -> list[tuple[int, str]]:
    """The hidden characters of a text with their places; a variation selector behind a Han character is none."""
    found = []
    for place, letter in enumerate(text):
        if letter in keep or not is_hidden(letter):
            continue
        if place and _within(letter, _SELECTORS) and _within(text[place - 1], _HAN):
            continue
        found.append((place, letter))
    return found


def code_point(letter: str) -> str:
    """The name under which a character is shown, such as U+202E."""
    return f"U+{ord(letter):04X}"


def shown(text: str) -> str:
    """The text with every hidden character made visible: ␣U+202E."""
    return "".join(f"␣{code_point(letter)}" if is_hidden(letter) else letter for letter in text)


def trimmed(text: str) -> str:
    """The text without spaces and hidden characters at its ends; what is inside stays."""
    ends = [place for place, letter in enumerate(text) if letter not in SPACE and not is_hidden(letter)]
    return text[ends[0] : ends[-1] + 1] if ends else ""


def clean_words(text: str, keep: str = "") -> str:
    """What is kept of people's free text: hidden characters taken out, composed, trimmed (security rules, Input).

    White space parts words and figures, so it never goes without a trace: a tab becomes a space, whatever else breaks
    a line becomes a line break where lines are kept and a space where they are not.
    """
    text = ("\n" if "\n" in keep else " ").join(text.splitlines()).replace("\t", " ").replace("\x1f", " ")
    hidden = {place for place, _letter in hidden_in(text, keep)}
    kept = "".join(letter for place, letter in enumerate(text) if place not in hidden)
    return unicodedata.normalize("NFC", kept).strip()
