"""The sum behind a clause, without anybody's figures: what is divided by what, from which years."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rulebook import wording
from rulebook.catalogue import INDICATORS
from rulebook.conditions import (
    THREE_YEARS,
    Condition,
    Count,
    Figure,
    Group,
    Growth,
    NotCollected,
    Prefer,
    Ratio,
    Roster,
    Trend,
)


def sums(condition: Condition) -> list[str]:
    """Return one line for each fact of a condition, in order."""
    if isinstance(condition, Prefer):
        return [*sums(condition.first), *sums(condition.otherwise)]
    if isinstance(condition, Group):
        return list(dict.fromkeys(line for part in condition.parts for line in sums(part)))
    return [_sum(condition)]


def _sum(fact: Condition) -> str:
    match fact:
        case Figure(code, years, _bound):
            return _years(_label(code), years)
        case Ratio(code, of, years, _bound, times):
            more = "" if times == 1 else f" × {times:,}"
            return _years(f"{_label(code)} ÷ {_label(of)}{more}", years)
        case Growth(code, method, _bound):
            return _growth(_label(code), method)
        case Count(codes, distinct, _bound):
            told = " + ".join(map(_label, codes))
            if distinct == "bounds":
                return _("%(sum)s, each enterprise once: between the largest number and the sum") % {"sum": told}
            return told
        case Trend(code, _rising, reading):
            years = (3, 1) if reading == "overall" else THREE_YEARS
            return " → ".join(_of(back, _label(code)) for back in years)
        case Roster(_name, zh, en):
            return _("distinct enterprises of the list with a title of “%(titles)s”") % {
                "titles": zh if _zh() else en
            }  # fmt: skip
        case NotCollected(zh, en, _bound):
            return _("%(what)s (nobody is asked for it)") % {"what": zh if _zh() else en}
        case _:
            return ""


def _zh() -> bool:
    return (get_language() or "zh").startswith("zh")


def _label(code: str) -> str:
    return INDICATORS[code].label(get_language() or "zh")


def _of(back: int, what: str) -> str:
    return _("%(what)s (%(year)s)") % {"what": what, "year": wording.before_call(back, get_language() or "zh")}


def _years(what: str, years: str) -> str:
    words = {
        "latest": _("%(what)s, of the year before the call"),
        "each": _("%(what)s, of each of the three years before the call"),
        "mean": _("the mean of %(what)s over the three years before the call"),
        "sum": _("the sum of %(what)s over the three years before the call"),
    }[years]
    return words % {"what": what}


def _growth(what: str, method: str) -> str:
    one, two, three, four = (_of(back, what) for back in (1, 2, 3, 4))
    if method == "mean_of_rates":
        return f"({two} ÷ {three} + {one} ÷ {two}) ÷ 2 − 1"
    return f"({one} ÷ {four})^(1/3) − 1" if method == "cagr_3" else f"({one} ÷ {three})^(1/2) − 1"
