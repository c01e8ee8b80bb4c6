"""The small words of sentences about figures, in the reader's language: a name, a figure with its unit, a list."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import get_language, pgettext

from rulebook.catalogue import INDICATORS
from rulebook.numbers import show


def label(indicator: str) -> str:
    """Return the name of an indicator in the reader's language."""
    return INDICATORS[indicator].label(get_language() or "zh")


def shown(indicator: str, value: Decimal) -> str:
    """Return a figure with its unit in the reader's language."""
    return show(INDICATORS[indicator], value, with_unit=True, lang=get_language() or "zh")


def listed(items: Iterable) -> str:
    """Return years, clauses or names one behind the other as the reader's language does: 2022、2023; 2022, 2023."""
    return pgettext("between names", ", ").join(map(str, items))


def together(*sentences: str) -> str:
    """Return sentences one behind the other: Chinese ones without a gap."""
    return ("" if (get_language() or "zh").startswith("zh") else " ").join(sentences)
