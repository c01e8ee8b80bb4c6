"""Which divisions somebody means by what was typed, whether or not anything lies in them."""

from collections.abc import Iterable

from territories.enums import UnitType
from territories.models import Territory
from territories.naming import divisions_by_name, known, parts, short
from territories.search import HAN, fold, nearest


def divisions_meant(query: str, *, is_heard: bool) -> list[str]:
    """Return the full names of the divisions that a query names, by code.

    Where it names none and `is_heard`, those whose name sounds nearest.
    """
    query = fold(query)
    said = {part for run in HAN.findall(query) for part in parts(run) if part in known()}
    names = [name for name in divisions_by_name() if said & {name, short(name)}]
    if not names and is_heard:
        names = nearest(query, divisions_by_name(), most=1)
    return divisions_of(names)


def divisions_of(names: Iterable[str]) -> list[str]:
    """Return the full names of the divisions that are called so, by code."""
    found = Territory.objects.filter(name__in=names, unit_type=UnitType.DIVISION, valid_to=None)
    return list(found.order_by("code").values_list("full_name", flat=True))
