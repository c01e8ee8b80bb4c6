"""What a clause computed as two small pictures: its value against the bound, and its three years as a line.

SVG made here, with attributes only and no style of its own (static/css/case.css colours it); the words stand beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rulebook import wording
from rulebook.catalogue import INDICATORS, Kind
from rulebook.numbers import grouped, show
from rulebook.rules import Finding, Rule

BAR = (160, 12)
LINE = (96, 28)
EDGE = 4  # room for the dots of a line
POSSIBLE = '<rect class="drawn-value is-possible" x="{}" y="3" width="{}" height="6"/>'
BESIDE = Decimal("1.1")  # a bar ends a little beyond the larger of value and bound
PICTURE = '<svg class="{}" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>'


@dataclass(frozen=True)
class Drawn:
    """A picture with the words beside it."""

    picture: SafeString
    words: tuple[str, ...]
    about: str = ""  # whose years these are


def bar(value: Decimal, bound: Decimal, most: Decimal | None = None) -> SafeString:
    """Return the value as a bar, with a mark at the bound; what is below nothing has no length.

    Of a range `value` is what is certain; from there to `most` it is lighter, to the end where `most` is infinite.
    """
    width, height = BAR
    told = [max(one, Decimal(0)) for one in (value, bound, value if most is None else most)]
    whole = max(one for one in told if one.is_finite()) * BESIDE or Decimal(1)
    long, at, end = (round(min(one / whole, Decimal(1)) * width, 1) for one in told)
    parts = format_html(
        '<rect class="drawn-ground" x="0" y="3" width="{}" height="6"/>'
        '<rect class="drawn-value" x="0" y="3" width="{}" height="6"/>{}'
        '<path class="drawn-bound" d="M{} 0V{}"/>',
        width, long, "" if most is None else format_html(POSSIBLE, long, end - long), at, height,
    )  # fmt: skip
    return format_html(PICTURE, "drawn-bar", width, height, width, height, parts)


def line(values: Sequence[Decimal | None]) -> SafeString:
    """Return the years as a line, left the oldest; a missing one breaks it."""
    width, height = LINE
    known = [value for value in values if value is not None]
    low, span = min(known), max(known) - min(known)
    step = Decimal(width - 2 * EDGE) / max(len(values) - 1, 1)
    points = [
        None if value is None else (
            round(EDGE + step * n, 1),
            round(height - EDGE - (value - low) / span * (height - 2 * EDGE), 1) if span else Decimal(height) / 2,
        )
        for n, value in enumerate(values)
    ]  # fmt: skip
    pairs = [(*a, *b) for a, b in pairwise(points) if a and b]
    strokes = format_html_join("", '<path class="drawn-line" d="M{} {}L{} {}"/>', pairs)
    dots = format_html_join("", '<circle class="drawn-dot" cx="{}" cy="{}" r="2"/>', filter(None, points))
    return format_html(PICTURE, "drawn-years", width, height, width, height, strokes + dots)


def bars_of(finding: Finding, lang: str) -> tuple[Drawn, ...]:
    """Return the bar of a finding, or those of its parts, as far as there are a value and a bound."""
    unit, zh = finding.unit or "", wording.chinese(lang)
    between = next((reason.params for reason in finding.reasons if reason.code == "between"), None)
    if finding.required is None or (finding.value is None and not between):
        return tuple(drawn for part in finding.parts for drawn in bars_of(part, lang))
    bound, required = Decimal(finding.required), wording.value(finding.required, unit, lang)
    if finding.value is not None:
        words = wording.value(finding.value, unit, lang, away_from=finding.required)
        return (Drawn(bar(Decimal(finding.value), bound), (words, required)),)
    low, high = between["low"], between["high"]
    if high:
        words = f"{grouped(low)}{' 至 ' if zh else ' to '}{wording.value(high, unit, lang)}"
    else:
        words = f"{'至少 ' if zh else 'at least '}{wording.value(low, unit, lang)}"
    return (Drawn(bar(Decimal(low), bound, Decimal(high or "Infinity")), (words, required)),)


def years_of(finding: Finding, rule: Rule, told: Mapping, years: Sequence[int], lang: str) -> Drawn | None:
    """Return the clause's own value by year; where it reads one year, the figure it begins with, over all of them."""
    own = {int(year): one.value for year, one in finding.by_year.items() if one.state and one.value is not None}
    if len(own) > 1:
        values = {year: Decimal(value) for year, value in own.items()}
        said = {year: wording.value(value, finding.unit or "", lang) for year, value in own.items()}
        about = ""
    elif rule.cells and INDICATORS[rule.cells[0][0]].kind is not Kind.BOOLEAN:
        first = INDICATORS[rule.cells[0][0]]
        values = {year: told[first.code, year] for year in years if (first.code, year) in told}
        said = {year: show(first, value, lang=lang) for year, value in values.items()}
        about = first.label(lang) if first.typed_in_percent else f"{first.label(lang)} ({first.unit.name(lang)})"
    else:
        return None
    if len(values) < 2:
        return None
    return Drawn(
        line([values.get(year) for year in years]), tuple(f"{year} {said[year]}" for year in sorted(said)), about
    )
