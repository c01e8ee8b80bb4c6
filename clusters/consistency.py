"""What looks odd or wrong in a cluster's figures, cell by cell (dossier 7.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.comparisons import questions
from clusters.sentences import shown, together
from rulebook.catalogue import INDICATORS
from rulebook.numbers import Unreadable, range_problem, read_figure

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Problem:
    """Something about a cell: an error needs a fix, a warning a reason.

    `code` is stable and names the cell, such as `jump:gross_output:2024`. `more` are further sentences of the kind.
    """

    severity: str
    code: str
    words: str
    indicator: str = ""
    year: int = 0
    more: tuple[str, ...] = ()

    @property
    def cell(self) -> str:
        """Return the id of the cell on the page, empty when it is about no cell."""
        return f"cell-{self.indicator}-{self.year}" if self.indicator else ""

    @property
    def is_missing(self) -> bool:
        """Say whether cells are empty, rather than a figure odd."""
        return self.code.startswith("missing:")


def problems_in(rows: Iterable, registered_area: Decimal | None = None) -> list[Problem]:
    """Return every problem in these cells, in the order of the catalogue."""
    rows = list(rows)
    found = [problem for row in rows for problem in _of_one(row)]
    wrong = {(problem.indicator, problem.year) for problem in found}  # put right first: beside it everything looks odd
    values = {(row.indicator, row.year): row.value for row in rows if row.value is not None}
    values = {cell: value for cell, value in values.items() if cell not in wrong}
    found += [
        Problem(WARNING, f"{q.about}:{q.indicator}:{q.year}", q.words, q.indicator, q.year, q.more)
        for q in questions(values)
    ]
    found += _area(values, registered_area)
    return sorted(found, key=lambda p: (INDICATORS[p.indicator].order, p.year, p.code))


def _of_one(row) -> list[Problem]:
    where = f"{row.indicator}:{row.year}"
    if row.value is None:
        if not row.typed:
            return []
        return [
            Problem(ERROR, f"unreadable:{where}", why_unreadable(row.indicator, row.typed), row.indicator, row.year)
        ]
    indicator = INDICATORS[row.indicator]
    outside = range_problem(indicator, row.value)
    if outside is None:
        return []
    sentences = {
        "below": _("The figure is below the smallest possible value, %(limit)s."),
        "above": _("The figure is above the largest possible value, %(limit)s."),
        "decimals": _("At most %(limit)s decimals are kept here."),
    }
    bound = {"below": indicator.low, "above": indicator.high}.get(outside.code)
    words = sentences[outside.code] % {"limit": outside.limit if bound is None else shown(row.indicator, bound)}
    if outside.code == "above" and indicator.unit_code == "yi_yuan":
        words = together(words, _("Please check whether it was written in 10,000 yuan."))
    if (outside.code, outside.limit) == ("decimals", "0"):
        words = _("Please write a whole number.")
    return [Problem(ERROR, f"range:{where}", words, row.indicator, row.year)]


def why_unreadable(indicator: str, typed: str) -> str:
    """Return the sentence that says why a text was not read as a number."""
    try:
        read_figure(INDICATORS[indicator], typed)
    except Unreadable as reason:
        words = _sentences().get(reason.code, _("This is not a number. Please write digits only, such as 1,234.5."))
        return words % {"unit": INDICATORS[indicator].unit_typed(get_language() or "zh"), **reason.params}
    return ""


def _sentences() -> dict[str, str]:
    return {
        "too_long": _("The text is too long to be a number."),
        "invisible": _(
            "There is a character in it that cannot be seen, shown as ␣U+ with its number. Please type the figure anew."
        ),
        "no_figure": _(
            "Where there is no figure, please leave the cell empty; you are asked for the reason before submission."
        ),
        "exponent": _("Exponents such as 1e5 are not read. Please write the number out."),
        "underscore": _("Underscores are not read. Please use thousands commas or nothing."),
        "other_script": _("Digits of another script are not read. Please use 0 to 9."),
        "not_finite": _("This is not a number. Please leave the cell empty when there is no figure."),
        "percent_sign": _("Please write the number alone, without the percent sign."),
        "inner_space": _("There is a space inside the number. Please remove it."),
        "commas": _("The thousands commas are not in their places. Please check the figure."),
        "thousands": _("Thousands are set apart with a comma or nothing. Please write it like 1,234."),
        "points": _("There is more than one decimal point."),
        "unit": _("Please write the number alone, without its unit (the unit here: %(unit)s; convert others first)."),
        "too_many_digits": _("The number has too many digits."),
        "too_many_decimals": _("The number has too many decimals."),
        "not_yes_no": _("Please answer 是 or 否."),
    }


def _area(values: Mapping, registered: Decimal | None) -> list[Problem]:
    found = []
    for (indicator, year), value in values.items():
        if indicator == "area_km2" and registered is not None and value != registered:
            words = _("The area told is %(told)s, the registered one is %(registered)s.") % {
                "told": shown(indicator, value),
                "registered": shown(indicator, registered),
            }
            found.append(Problem(WARNING, f"area:{indicator}:{year}", words, indicator, year))
    return found
