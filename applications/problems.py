"""What stands between a draft and its submission."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import snapshots
from applications.models import Application
from applications.prescreening import rules_for
from applications.returns import asked_of, return_of
from clusters.consistency import ERROR, WARNING, Problem, problems_in
from clusters.models import YearFigure
from clusters.sentences import label, listed
from rulebook.catalogue import INDICATORS
from rulebook.numbers import means_no_figure
from rulebook.rules import Finding, RuleKind, State
from rulebook.wording import nest


def problems_of(application: Application, rows: list, findings: Iterable[Finding] = ()) -> list[Problem]:
    """Return every problem of the application: figures, missing figures, statements.

    `rows` are the cells its form asks for (YearFigure.objects.asked_of): what is wrong elsewhere has no field here.
    With the `findings` of now an empty cell says whether a clause cannot be told without it.
    """
    return [*_of_figures(application, rows, findings), *_statements(application), *_replies(application)]


def _of_figures(application: Application, rows: list, findings: Iterable[Finding] = ()) -> list[Problem]:
    return [*problems_in(rows, application.cluster.area_km2), *_missing(application, rows, findings)]


def content_now(application: Application) -> dict:
    """Return what a submission at this moment would freeze."""
    rows = list(YearFigure.objects.asked_of(application.cluster_id, application.call))
    figures = {(row.indicator, row.year): row.value for row in rows if row.value is not None}
    return snapshots.content_of(application, figures, warned(_of_figures(application, rows)))


def digest_now(application: Application) -> str:
    """Return the digest a submission at this moment would freeze."""
    return snapshots.digest_of(content_now(application))


def warned(problems: list[Problem]) -> set[str]:
    """Return the codes of the problems that want a reason."""
    return {problem.code for problem in problems if problem.severity == WARNING}


def needed_cells(application: Application, findings: Iterable[Finding]) -> set[tuple[str, int]]:
    """Return the cells read by a computed hard clause that cannot be told now.

    The year before the three is optional, so it is never among them.
    """
    call = application.call
    untold = {finding.clause for finding in findings if finding.state == State.CANNOT_TELL}
    return {
        (code, call.year - offset)
        for rule in rules_for(application).computed
        if rule.kind is not RuleKind.SOFT and rule.clause in untold
        for code, offset in rule.cells
        if code in INDICATORS and offset <= 3 and offset in INDICATORS[code].offsets
    }


def _missing(application: Application, rows: list, findings: Iterable[Finding]) -> list[Problem]:
    told = {(row.indicator, row.year) for row in rows if row.typed}
    missing: dict[str, list[int]] = {}
    for indicator, year in application.call.cells_asked:
        is_optional = year not in application.call.years  # the one before the three
        if not is_optional and (indicator, year) not in told and _applies(indicator, rows):
            missing.setdefault(indicator, []).append(year)
    needed = needed_cells(application, findings) if missing else set()
    return [
        Problem(
            WARNING,
            f"missing:{indicator}",
            nest(
                _missing_words(any((indicator, year) in needed for year in years))
                % {"indicator": label(indicator), "years": listed(years)}
            ),
            indicator,
            years[0],
        )
        for indicator, years in missing.items()
    ]


def _missing_words(is_needed: bool) -> str:
    if is_needed:
        return _("%(indicator)s is missing for %(years)s; clauses that need it cannot be told.")
    return _("%(indicator)s is empty for %(years)s.")


# The comparison with the benchmark is asked only of industries that use much energy or water.
ASKED_ONLY_WHEN = {
    "energy_efficiency_vs_benchmark": "is_high_energy_industry",
    "water_efficiency_vs_benchmark": "is_high_water_industry",
}


def _applies(indicator: str, rows: list) -> bool:
    flag = ASKED_ONLY_WHEN.get(indicator)
    return flag is None or any(row.indicator == flag and row.value == 1 for row in rows)


def _statements(application: Application) -> list[Problem]:
    said = {row.clause: (bool(row.answer), bool(row.words.strip())) for row in application.statements.all()}
    lacking = {
        (False, False): _("Clause %(clause)s (%(name)s) is not answered yet."),
        (True, False): _("Clause %(clause)s (%(name)s): the answer is there, the words on what it rests are missing."),
        (False, True): _("Clause %(clause)s (%(name)s): the words are there, the answer is missing."),
    }
    return [
        Problem(
            ERROR,
            f"statement:{rule.clause}",
            lacking[halves] % {"clause": rule.clause, "name": rule.name(get_language() or "zh")},
        )
        for rule in rules_for(application).rules
        if rule.asks_for_statement and (halves := said.get(rule.clause, (False, False))) in lacking
    ]


def _replies(application: Application) -> list[Problem]:
    return [
        Problem(ERROR, one.code, _("Not replied yet to the return: %(reason)s.") % {"reason": one.label})
        for one in asked_of(return_of(application))
        if not one.words
    ]


def blocking(application: Application, problems: list[Problem]) -> list[Problem]:
    """Return what prevents submission: every error, and every warning without a reason."""
    given = reasoned(application)
    return [p for p in problems if p.severity == ERROR or p.code not in given]


def reasoned(application: Application) -> set[str]:
    """Return the codes of the warnings for which the county has given a reason; “none” is none."""
    said = ((row.warning, row.words.strip()) for row in application.remarks.all())
    return {warning for warning, words in said if words and not means_no_figure(words)}
