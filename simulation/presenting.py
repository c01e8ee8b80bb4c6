"""A result as the page, the comparison and the files show it: rows with their words, and bars with their widths."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from clusters.sentences import listed
from rulebook import verdicts, wording
from simulation import results
from simulation.results import CANNOT_TELL, FAILS, PASSES, Clause, Flip, Group, Lack, Result, Version

NAMED = 25  # applications a page names in each list; the files name more
BAR = 100.0
DIRECTIONS = (
    (FAILS, PASSES), (CANNOT_TELL, PASSES), (PASSES, FAILS), (PASSES, CANNOT_TELL), (FAILS, CANNOT_TELL),
    (CANNOT_TELL, FAILS),
)  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One group as a row: numbers, and the widths of its bars out of a hundred."""

    name: str
    key: str
    group: Group
    width: str
    passes: str
    before: str
    places: int | None = None
    beyond: int | None = None

    @property
    def change(self) -> str:
        """How many more or fewer pass, with its sign."""
        return signed(self.group.change)

    @property
    def is_unchanged(self) -> bool:
        """Say whether as many have each outcome as before."""
        return not self.group.change and self.group.cannot_tell == self.group.cannot_tell_before


@dataclass(frozen=True)
class Direction:
    """Applications whose outcome changed from one to another: how many, and some of them by name."""

    before: str
    after: str
    words: str
    number: int
    rows: tuple["Row", ...]

    @property
    def more(self) -> int:
        """How many are not named here."""
        return self.number - len(self.rows)


@dataclass(frozen=True)
class Row:
    """One application that is named: where it is read, and what each clause lacks, in words."""

    flip: Flip
    address: str
    outcomes: str
    lacks: tuple["LackInWords", ...]


@dataclass(frozen=True)
class LackInWords:
    """One clause of one application in words."""

    clause: str
    name: str
    figure: str
    gap: str


@dataclass(frozen=True)
class Folded:
    """Rows of a long result: those that changed first, the others behind one line."""

    rows: list
    rest: list


def folded(rows: list) -> Folded:
    """Fold what did not change, which may be all."""
    return Folded([row for row in rows if not row.is_unchanged], [row for row in rows if row.is_unchanged])


class Shown:
    """Everything a page shows of a result, in the language of the reader."""

    def __init__(self, result: Result, named: int = NAMED):
        self.result, self.named = result, named
        self.lang = get_language() or "zh"
        self._clauses: Mapping[str, Clause] = {row.clause: row for row in result.by_clause}

    @property
    def change(self) -> str:
        """How many more or fewer pass than before, with the sign."""
        return signed(self.result.passes - self.result.passes_before)

    @property
    def share(self) -> str:
        """Which part of the population passes."""
        return percent(self.result.passes, self.result.population)

    @property
    def counted(self) -> str:
        """Whose applications are counted, and whose are not."""
        return counted(self.result)

    @property
    def not_counted(self) -> str:
        """That disqualified ones are not among them; empty where they are."""
        words = _("Disqualified applications are not counted unless that state is chosen.")
        return "" if self.result.with_disqualified else words

    @property
    def narrowed(self) -> str:
        """What narrows the applications that are counted; empty where nothing does."""
        return narrowed(self.result)

    @property
    def rules(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The rules before and now, each version by name and digest."""
        sides = ((_("Rules before"), self.result.rules_before), (_("Rules of the scenario"), self.result.rules_after))
        return [(words, [(version_in_words(one), one.hash) for one in found]) for words, found in sides if found]

    @cached_property
    def provinces(self) -> list[Bar]:
        """Authorities in the order of their codes, with places where a number is known."""
        places = {row.province: row for row in self.result.places}
        bars = []
        for bar in _bars(self.result.by_province, lambda row: row.name):
            known = places.get(bar.key)
            has_limit = known is not None and known.places is not None
            limit, beyond = (known.places, known.beyond) if has_limit else (None, None)
            bars.append(Bar(bar.name, bar.key, bar.group, bar.width, bar.passes, bar.before, limit, beyond))
        return bars

    @property
    def has_places(self) -> bool:
        """Say whether a number of places is known anywhere."""
        return any(bar.places is not None for bar in self.provinces)

    @cached_property
    def industries(self) -> list[Bar]:
        """Divisions of industry, those with most applications first."""
        rows = sorted(self.result.by_industry, key=lambda row: (-row.population, row.key))
        return _bars(rows, lambda row: f"{row.key} {row.name}".strip() or _("Industry not told"))

    @cached_property
    def batches(self) -> list[Bar]:
        """Years of the calls."""
        return _bars(self.result.by_batch, lambda row: row.name)

    @cached_property
    def clauses(self) -> list["ClauseRow"]:
        """The clauses that decide, with how many miss them before and now."""
        return [ClauseRow(row, row.name(self.lang)) for row in self.result.by_clause if row.counts]

    @property
    def folded_provinces(self) -> Folded:
        """Authorities, those without a change behind one line."""
        return folded(self.provinces)

    @property
    def folded_industries(self) -> Folded:
        """Divisions of industry, likewise."""
        return folded(self.industries)

    @property
    def folded_batches(self) -> Folded:
        """Years of the calls, likewise."""
        return folded(self.batches)

    @property
    def folded_clauses(self) -> Folded:
        """Clauses, likewise."""
        return folded(self.clauses)

    @cached_property
    def directions(self) -> list[Direction]:
        """Changed outcomes by direction, the important ones first."""
        found = []
        for before, after in DIRECTIONS:
            number = self.result.flipped.get(f"{before}>{after}", 0)
            if number:
                rows = [flip for flip in self.result.flips if (flip.before, flip.after) == (before, after)]
                named = tuple(map(self._row, rows[: self.named]))
                found.append(Direction(before, after, _direction(before, after), number, named))
        return found

    @cached_property
    def near(self) -> tuple[Row, ...]:
        """Applications that miss one clause alone, the nearest first."""
        return tuple(map(self._row, self.result.near[: self.named]))

    @property
    def near_not_named(self) -> int:
        """How many near misses the page leaves out."""
        return self.result.nearly - len(self.near)

    def _row(self, flip: Flip) -> Row:
        try:
            address = reverse("application", args=[flip.application])
        except NoReverseMatch:
            address = ""
        words = f"{outcome(flip.before)} → {outcome(flip.after)}"
        return Row(flip, address, words, tuple(self.lack(lack) for lack in flip.clauses))

    def lack(self, lack: Lack) -> LackInWords:
        """Return what a clause lacks in words, with its comparator."""
        known = self._clauses.get(lack.clause)
        name = f"{lack.clause} {known.name(self.lang)}" if known else lack.clause
        figure, gap = self._numbers(lack)
        return LackInWords(lack.clause, name, figure, gap)

    def _numbers(self, lack: Lack) -> tuple[str, str]:
        if lack.parts:
            told = [self._numbers(part) for part in lack.parts]
            between = pgettext("between parts of a list", ", ")
            return tuple(between.join(filter(None, words)) for words in zip(*told, strict=True))
        if not lack.unit or lack.value is None:
            return verdicts.word(lack.after, self.lang) if lack.after else "", ""
        figure = wording.value(lack.value, lack.unit, self.lang, lack.required)
        if lack.years:
            figure = _("%(figure)s in %(years)s") % {"figure": figure, "years": wording.span(lack.years, self.lang)}
        if lack.required is not None:
            bound = wording.value(lack.required, lack.unit, self.lang)
            words = _("%(figure)s; the bound is %(bound)s")  # of a run kept before comparators were
            if lack.comparator:
                words = _("%(figure)s; %(bound)s is required")
                bound = wording.compared(lack.comparator, bound, self.lang)
            figure = words % {"figure": figure, "bound": bound}
        return figure, self._gap(lack)

    def _gap(self, lack: Lack) -> str:
        if lack.gap is None:
            return ""
        if lack.gap.lstrip("-0.") == "":
            return _("exactly on the bound")
        words = wording.gap(lack.gap, lack.unit, self.lang)
        return (_("%(gap)s to spare") if lack.gap.startswith("-") else _("%(gap)s short")) % {"gap": words}

    @property
    def curve_name(self) -> str:
        """The clause whose threshold is moved along."""
        curve = self.result.curve
        name = curve.name_zh if wording.chinese(self.lang) else curve.name_en
        return f"{curve.key} {name}"

    @cached_property
    def points(self) -> list["PointRow"]:
        """The points of the curve, with the thresholds before and now marked."""
        curve, most = self.result.curve, max(self.result.population, 1)
        if curve is None:
            return []
        return [
            PointRow(
                point.value,
                wording.value(point.value, curve.unit, self.lang) if curve.unit else point.value,
                point.passes,
                _width(point.passes, most),
                point.value == curve.before,
                point.value == curve.now,
            )
            for point in curve.points
        ]


@dataclass(frozen=True)
class ClauseRow:
    """One clause with its misses."""

    clause: Clause
    name: str

    def _count(self, side: Mapping[str, int], state: str) -> int:
        return side.get(state, 0)

    @property
    def missed_before(self) -> int:
        """How many missed it."""
        return self._count(self.clause.before, "not_met")

    @property
    def missed(self) -> int:
        """How many miss it now."""
        return self._count(self.clause.after, "not_met")

    @property
    def untold(self) -> int:
        """Of how many nobody can tell now."""
        return self._count(self.clause.after, "cannot_tell")

    @property
    def waived(self) -> int:
        """For how many it is waived now."""
        return self._count(self.clause.after, "waived")

    @property
    def is_unchanged(self) -> bool:
        """Say whether as many have each state at it as before."""
        return self.clause.before == self.clause.after

    @property
    def change(self) -> str:
        """How many more or fewer miss it."""
        return signed(self.missed - self.missed_before)


@dataclass(frozen=True)
class PointRow:
    """One point of the curve."""

    value: str
    words: str
    passes: int
    width: str
    is_before: bool
    is_now: bool

    @property
    def short(self) -> str:
        """The value alone, for the axis of a chart."""
        return self.words.split(" ")[0]


def _bars(groups: Iterable[Group], name) -> list[Bar]:
    rows = list(groups)
    most = max((row.population for row in rows), default=0) or 1
    return [
        Bar(name(row), row.key, row, _width(row.population, most), _width(row.passes, most),
            _width(row.passes_before, most))
        for row in rows
    ]  # fmt: skip


def _width(number: int, most: int) -> str:
    return f"{BAR * number / most:.2f}" if most else "0"


def counted(result: Result) -> str:
    """Say whose applications a result counts: what the office may see, and never the whole country.

    共 29 项，均为各省已推荐的申报；未推荐的申报不在其中，结果不代表全国。
    """
    sentences = {
        (results.RECOMMENDED, False): _(
            "%(n)s in all, each recommended by its province; those not recommended are not among them, and the result"
            " does not speak for the whole country."
        ),
        (results.RECOMMENDED, True): _(
            "%(n)s in all, each recommended by its province or disqualified; those not recommended are not among"
            " them, and the result does not speak for the whole country."
        ),
        (results.SUBMITTED_IN, False): _(
            "%(n)s in all, each submitted in %(area)s; drafts are not among them, and the result does not speak for"
            " the whole country."
        ),
        (results.SUBMITTED_IN, True): _(
            "%(n)s in all, each submitted in %(area)s, disqualified ones too; drafts are not among them, and the"
            " result does not speak for the whole country."
        ),
    }
    everything = _(
        "%(n)s in all: every submitted application of the chosen calls, recommended or not, disqualified ones too."
    )
    if result.narrowed_by:
        everything = _(
            "%(n)s in all: those submitted applications of the chosen calls that fit what was chosen (%(by)s); the"
            " others are not among them."
        )
    told = {"n": f"{result.population:,}", "area": result.area, "by": narrowed(result)}
    return sentences.get((result.whose, result.with_disqualified), everything) % told


def narrowed(result: Result) -> str:
    """Name the filters that chose among the applications, as the page calls them."""
    words = {
        "provinces": _("Provinces"), "industries": _("Industries"), "states": _("States"),
        "kinds": _("Kinds of application"), "judged": _("Clauses that people judge"),
    }  # fmt: skip
    return listed(words[name] for name in result.narrowed_by if name in words)


def version_in_words(version: Version) -> str:
    """Name a version of rules, and say where a scenario changed it."""
    words = _("%(code)s, version %(version)s") % {"code": version.code, "version": version.version}
    return _("%(rules)s, with the changes of the scenario") % {"rules": words} if version.is_changed else words


def signed(number: int) -> str:
    """Write a difference: +12, −3, 0."""
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return f"{sign}{abs(number):,}"


def percent(part: int, whole: int) -> str:
    """Write a share with one decimal; empty where there is nothing to share."""
    return f"{100 * part / whole:.1f}%" if whole else ""


def outcome(code: str) -> str:
    """Return the word for an outcome."""
    return {PASSES: _("Passes"), FAILS: _("Does not pass"), CANNOT_TELL: _("Cannot tell")}[code]


def _direction(before: str, after: str) -> str:
    return {
        (FAILS, PASSES): _("Did not pass, passes now"),
        (CANNOT_TELL, PASSES): _("Could not be told, passes now"),
        (PASSES, FAILS): _("Passed, does not pass any more"),
        (PASSES, CANNOT_TELL): _("Passed, cannot be told now"),
        (FAILS, CANNOT_TELL): _("Did not pass, cannot be told now"),
        (CANNOT_TELL, FAILS): _("Could not be told, does not pass now"),
    }[(before, after)]
