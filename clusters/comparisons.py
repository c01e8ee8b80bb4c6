"""What looks odd when the figures of a cluster are held against each other; the bounds are named in the catalogue.

A unit taken for another (万元 for 亿元, a fraction for percent) makes every figure wrong in itself right: it shows
only beside another year, another row, or the enterprises and people who are said to have made it.
"""

from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from itertools import permutations
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.sentences import label, shown, together
from rulebook.catalogue import INDICATORS, JUMP, LIMITS, MONEY_APART, PARTS, SMALL_RATE, Kind, Limit
from rulebook.numbers import EXACT, grouped, plain

NEVER_JUMPS = (Kind.RATE, Kind.BOOLEAN, Kind.RANK, Kind.RATIO)
MONEY = [code for code, one in INDICATORS.items() if one.kind is Kind.MONEY]
SHORT = Context(prec=3)  # a quotient in a sentence

Values = Mapping[tuple[str, int], Decimal]


class Question(NamedTuple):
    """Something to check or to give a reason for; `about` begins the code under which the reason is kept.

    `more` are further sentences about the same, for which the one reason is given too.
    """

    about: str
    indicator: str
    year: int
    words: str
    more: tuple[str, ...] = ()


def questions(values: Values) -> list[Question]:
    """Return what is to be asked about these figures: one question of a kind at a cell."""
    found: dict[tuple[str, str, int], Question] = {}
    for one in (*_parts(values), *_jumps(values), *_small_rates(values), *_scales(values), *_apart(values)):
        key = (one.about, one.indicator, one.year)
        said = found.get(key)
        found[key] = one if said is None else said._replace(more=(*said.more, one.words))
    return list(found.values())


def _parts(values: Values) -> Iterator[Question]:
    for part, whole, about in PARTS:
        for (indicator, year), value in values.items():
            total = values.get((whole, year))
            if indicator != part or total is None or value <= total:
                continue
            words = _("%(part)s (%(part_value)s) is more than %(whole)s (%(whole_value)s). Please check both.") % {
                "part": label(part),
                "part_value": shown(part, value),
                "whole": label(whole),
                "whole_value": shown(whole, total),
            }
            yield Question(about, part, year, words)


def _earlier(values: Values, indicator: str, year: int) -> Iterator[tuple[int, Decimal]]:
    """Return the figures of earlier years, the nearest first."""
    years = sorted((told for code, told in values if code == indicator and told < year), reverse=True)
    yield from ((told, values[indicator, told]) for told in years)


def _jumps(values: Values) -> Iterator[Question]:
    for (indicator, year), value in values.items():
        if value <= 0 or INDICATORS[indicator].kind in NEVER_JUMPS:
            continue
        for earlier, before in _earlier(values, indicator, year):
            if before <= 0 or (value < before * JUMP and before < value * JUMP):
                continue
            words = _(
                "%(year)s: %(value)s, %(earlier)s: %(before)s. One is at least ten times the other; "
                "please check the unit."
            ) % {
                "year": year,
                "value": shown(indicator, value),
                "earlier": earlier,
                "before": shown(indicator, before),
            }
            yield Question("jump", indicator, year, words)
            break


def _small_rates(values: Values) -> Iterator[Question]:
    for (indicator, year), value in values.items():
        if not INDICATORS[indicator].typed_in_percent or not 0 < value <= SMALL_RATE:
            continue
        percent = grouped(plain(EXACT.scaleb(value, 4)))
        said = {"value": shown(indicator, value), "typed": percent}
        words = _("This says %(value)s. If %(typed)s%% is meant, please type %(typed)s.") % said
        for earlier, before in _earlier(values, indicator, year):
            stood = {"earlier": earlier, "before": shown(indicator, before)}
            words = together(words, _("%(earlier)s: %(before)s.") % stood)
            break
        yield Question("small", indicator, year, words)


def _scales(values: Values) -> Iterator[Question]:
    for limit in LIMITS:
        for (indicator, year), value in values.items():
            if indicator != limit.over:
                continue
            under = values.get((limit.under, year)) if limit.under else Decimal(1)
            if under is None or under <= 0 or value <= 0 or not _is_outside(limit, value, under):
                continue
            yield Question("scale", indicator, year, _scale_words(limit, value, under))


def _is_outside(limit: Limit, value: Decimal, under: Decimal) -> bool:
    too_little = limit.low is not None and value < EXACT.multiply(limit.low, under)
    return too_little or (limit.high is not None and value > EXACT.multiply(limit.high, under))


def _scale_words(limit: Limit, value: Decimal, under: Decimal) -> str:
    said = {"over": label(limit.over), "value": shown(limit.over, value)}
    if not limit.under:
        usual = shown(limit.over, limit.high or Decimal(0))
        return _("%(over)s is above what one cluster usually has (%(usual)s). Please check the unit.") % {
            "over": said["over"], "usual": usual,
        }  # fmt: skip
    return _beside(
        said | {"under": label(limit.under), "under_value": shown(limit.under, under)}, _each(limit, value, under)
    )


def _beside(said: dict, each: str = "") -> str:
    words = _("%(over)s %(value)s beside %(under)s %(under_value)s does not fit%(each)s. Please check the units.")
    return words % (said | {"each": each})


def _each(limit: Limit, value: Decimal, under: Decimal) -> str:
    """Return what one employee, enterprise or km2 would make, in 万元 or yuan; nothing for a share."""
    over, unit, zh = INDICATORS[limit.over], INDICATORS[limit.under].unit, (get_language() or "zh").startswith("zh")
    if over.kind is not Kind.MONEY or INDICATORS[limit.under].kind is Kind.MONEY:
        return ""
    each = SHORT.divide(EXACT.scaleb(value, 4), under)
    return _(" (%(money)s for each %(unit)s)") % {
        "money": f"{grouped(plain(each))} 万元" if zh else f"{grouped(plain(EXACT.scaleb(each, 4)))} yuan",
        "unit": unit.zh if zh else {"km2": unit.en}.get(unit.code, unit.code),
    }


def _apart(values: Values) -> Iterator[Question]:
    """Return money rows that lie thousands of times apart, at the larger one; those beside output have their limits."""
    others = [code for code in MONEY if code != "gross_output"]
    for year in sorted({year for _code, year in values}):
        told = [(code, values[code, year]) for code in others if values.get((code, year), 0) > 0]
        for (code, value), (other, small) in permutations(told, 2):
            if value >= small * MONEY_APART:
                said = {"over": label(code), "value": shown(code, value), "under": label(other)}
                yield Question("scale", code, year, _beside(said | {"under_value": shown(other, small)}))
