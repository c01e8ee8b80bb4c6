"""Which divisions somebody means by what was typed, whether or not anything lies in them."""

from territories.enums import UnitType
from territories.models import Territory
from territories.naming import divisions_by_name, known, parts, short
from territories.search import HAN, fold, nearest, pinyin


def divisions_meant(query: str, *, is_heard: bool) -> list[str]:
    """Return the full names of the divisions that a query names, by code.

    Where it names none and `is_heard`, those whose name sounds nearest; of characters one must be right, or the
    whole sound: 羊绒 is no 阳东.
    """
    query = fold(query)
    said = {part for run in HAN.findall(query) for part in parts(run) if part in known()}
    names = [name for name in divisions_by_name() if said & {name, short(name)}]
    if not names and is_heard:
        heard = nearest(query, divisions_by_name(), most=1)
        names = [name for name in heard if not HAN.search(query) or _is_like(name, query)]
    found = Territory.objects.filter(name__in=names, unit_type=UnitType.DIVISION, valid_to=None)
    return list(found.order_by("code").values_list("full_name", flat=True))


def _is_like(name: str, query: str) -> bool:
    return bool(set(short(name)) & set(short(query))) or pinyin(short(name)) == pinyin(short(query))
