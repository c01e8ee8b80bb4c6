"""From PostgreSQL to columns: the submitted applications an office may see, read by COPY in blocks.

What may be seen is decided by the querysets of the applications alone; their statement is taken
over whole. Every row comes as one bigint[] without nulls, so that all rows are of one length and a
block of them is a matrix without any copying by Python.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from accounts.enums import Role
from applications.enums import TO_BE_PUBLISHED, AtLevel, InAll, State
from applications.filters import signed
from applications.models import Application, Opinion, Projection, SignedFacts
from applications.querysets import seen_in
from clusters.models import Industry
from programmes.enums import Kind
from programmes.models import Call, Programme, Quota
from rulebook import projection
from rulebook.catalogue import COLUMNS
from rulebook.columns import Columns
from rulebook.operators import Cell
from simulation.results import EVERY, RECOMMENDED, SUBMITTED_IN, Result
from simulation.settings import ALL, DEMO, Population, Unanswerable
from territories.models import Territory

ROWS = 65_536  # of a block: some tens of megabytes on their way
MISSING = -(2**63)
BIGINT, NO_NULLS, DIMENSIONS, LOWEST = 20, 0, 1, 1  # the header of an array (array_send)
FILE_HEADER, FILE_END = 19, b"\xff\xff"
BEFORE_ELEMENTS, ELEMENT = 2 + 4 + 5 * 4, 4 + 8
FACTS = ("id", "cluster", "call", "province", "rule_set", "industry", "has_waivers", "has_place", "format")
LETTERS = 1000  # industries named by a letter (the 20 sections) come as 1000 + its code
ARRAY = """
select array[a.id, a.cluster, a.call, a.province, a.rule_set,
    case when coalesce(f.industry_code, '') = '' then 0 when f.industry_code < 'A' then left(f.industry_code, 2)::int
        else {letters} + ascii(f.industry_code) end,
    (a.context ? 'waivers')::int, (a.context ? 'place')::int, p.format{figures}]::bigint[]
from ({chosen}) as a(id, cluster, call, province, snapshot, rule_set, context)
join {projections} p on p.snapshot_id = a.snapshot
left join {facts} f on f.snapshot_id = a.snapshot
"""
FIELDS = (
    "pk", "cluster_id", "call_id", "province_id", "snapshot_id", "screening__rule_set_id", "screening__context",
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """The applications a question is about, before they are read: `rows` is what the office may see."""

    rows: object
    programme: Programme
    calls: tuple[Call, ...]

    @cached_property
    def by_rule_set(self) -> dict[int, int]:
        """How many were screened with each stored rule set."""
        counted = self.rows.order_by().values_list("screening__rule_set_id").annotate(n=Count("pk"))
        return dict(counted)

    @cached_property
    def size(self) -> int:
        """How many there are."""
        return sum(self.by_rule_set.values())


@dataclass(frozen=True)
class Block:
    """Some thousand applications: who they are, and their figures as columns."""

    ids: np.ndarray
    clusters: np.ndarray
    calls: np.ndarray
    provinces: np.ndarray
    industries: np.ndarray
    has_waivers: np.ndarray
    has_place: np.ndarray
    rule_set: int
    columns: Columns

    def __len__(self) -> int:
        return len(self.ids)


# --- Whose figures ------------------------------------------------------------------------------


def choose(asked: Population, office) -> Chosen:
    """Return the submitted applications of the population that this office may see; raises Unanswerable.

    Without an office (on the command line) everything is read, but the ministry's secrets are not told apart.
    On a page disqualified ones are left out unless that state is asked for.
    """
    programme, calls = _calls(asked, office)
    rows = Application.objects.seen(office).filter(snapshot__isnull=False, call__in=calls)
    if office is not None:
        rows = rows.allowed(office, "applications.view")
    if not counts_disqualified(asked, office):
        rows = rows.exclude(seen_state=State.DISQUALIFIED)
    if asked.provinces:
        rows = rows.filter(province__in=[place.pk for place in authorities(asked.provinces)])
    if asked.states:
        rows = rows.filter(
            seen_in(office, *_known(asked.states, (*State.values, TO_BE_PUBLISHED), _("There is no state “%(word)s”.")))
        )
    if asked.kinds:
        rows = rows.filter(kind__in=_known(asked.kinds, Kind.values, _("There is no kind of application “%(word)s”.")))
    for level in _known(asked.judged, levels_known_to(office), _("There is no judgement by “%(word)s”.")):
        rows = rows.alias(**{f"judged_by_{level}": _judged_by(level)}).filter(**{f"judged_by_{level}": InAll.CLEAN})
    if asked.industries:
        rows = rows.filter(_industries(asked.industries))
    return Chosen(rows.order_by(), programme, tuple(calls))


def levels_known_to(office) -> list[str]:
    """Return the levels whose judgements may decide who is counted; the ministry's stay with it, like its choice.

    What is being written decides nothing, what stands in an opinion does.
    """
    is_ministry = office is not None and office.role == Role.MINISTRY
    return [AtLevel.PROVINCE.value, *([AtLevel.MINISTRY.value] if is_ministry else [])]


def _judged_by(level: str) -> Subquery:
    return Subquery(Opinion.objects.standing(level).filter(snapshot=OuterRef("snapshot")).values("judged")[:1])


def counts_disqualified(asked: Population, office) -> bool:
    """Say whether disqualified applications can be among those counted."""
    return State.DISQUALIFIED in asked.states if asked.states else office is None


def whose(asked: Population, office) -> dict:
    """Return which applications the asker may see at all, and what narrows them, as a result keeps it."""
    told = {"whose": EVERY, "area": "", "with_disqualified": counts_disqualified(asked, office),
            "narrowed_by": asked.narrowed_by}  # fmt: skip
    if office is None:
        return told
    is_ministry = office.role == Role.MINISTRY
    return told | {"whose": RECOMMENDED if is_ministry else SUBMITTED_IN, "area": office.authority.name}


def kept_for(result: Result, office) -> Result:
    """Return a kept result with whose applications it counts: older ones do not say it, but their maker does."""
    if result.whose:
        return result
    return replace(result, **whose(Population(), office) | {"with_disqualified": True})


def authorities(codes) -> list[Territory]:
    """Return the recommending authorities with these codes; raises Unanswerable for another."""
    found = {place.code: place for place in Territory.objects.filter(recommends=True, code__in=codes)}
    for code in codes:
        if code not in found:
            raise Unanswerable(_("There is no recommending authority with the code “%(word)s”.") % {"word": code})
    return [found[code] for code in codes]


def _known(words, known, sentence: str) -> list[str]:
    for word in words:
        if word not in known:
            raise Unanswerable(sentence % {"word": word})
    return list(words)


def _calls(asked: Population, office) -> tuple[Programme, list[Call]]:
    """The calls that are meant, all of one programme: sample data and real ones are never mixed."""
    found: dict[int, Call] = {}
    for word in asked.calls or (ALL,):
        for call in _every_call(asked, office) if word == ALL else [_call(word)]:
            found[call.pk] = call
    calls = sorted(found.values(), key=lambda call: (call.year, call.pk))
    if len({call.programme.sample for call in calls}) > 1:
        raise Unanswerable(_("Sample data and real applications are never mixed: choose calls of one programme."))
    if len({call.programme_id for call in calls}) > 1:
        raise Unanswerable(_("One simulation looks at one programme: choose calls of one programme."))
    if asked.batches:
        years = _known(asked.batches, {str(call.year) for call in calls}, _("No chosen call has the batch “%(word)s”."))
        calls = [call for call in calls if str(call.year) in years]
    if not calls:
        raise Unanswerable(_("This programme has no calls yet."))
    return calls[0].programme, calls


def _call(code: str) -> Call:
    calls = Call.objects.select_related("programme")
    found = calls.filter(code=code).first()
    if found is None and code == DEMO:
        found = calls.open_now().filter(programme__code=DEMO).order_by("-year").first()
    if found is None:
        known = ", ".join(Call.objects.order_by("-year", "code").values_list("code", flat=True)[:12])
        raise Unanswerable(
            _("There is no call with the code “%(code)s”. There are: %(known)s.")
            % {"code": code, "known": known or "—"}
        )
    return found


def _every_call(asked: Population, office) -> list[Call]:
    """The calls of the named programme, else of the real one, or of the demo where only that takes applications.

    On a page this never asks what others have submitted: the programme shown would tell of it.
    """
    calls = Call.objects.select_related("programme")
    if asked.programme:
        if not Programme.objects.filter(code=asked.programme).exists():
            raise Unanswerable(_("There is no programme “%(word)s”.") % {"word": asked.programme})
        return list(calls.filter(programme__code=asked.programme))
    real, demo = calls.filter(programme__sample=False), calls.filter(programme__code=DEMO)
    if office is None:
        is_real = Application.objects.filter(call__in=real, snapshot__isnull=False).exists()
    else:
        is_real = not office.user.is_demo and (real.open_now().exists() or not demo.open_now().exists())
    first, second = (real, demo) if is_real else (demo, real)
    return list(first) or list(second)


def _industries(codes) -> Q:
    """Every industry at or below these codes; a section (a letter) stands above its divisions."""
    known = set(Industry.objects.filter(code__in=codes).values_list("code", flat=True))
    condition = Q()
    for code in _known(codes, known, _("There is no industry with the code “%(word)s”.")):
        below = [code] if code.isdigit() else Industry.objects.filter(parent=code).values_list("code", flat=True)
        for beginning in [code, *below]:
            condition |= Q(industry_code__startswith=beginning)
    return signed(SignedFacts.objects.filter(condition))


def places_of(chosen: Chosen) -> dict[int, int | None]:
    """Return how many each authority may recommend in the chosen calls together; None where no limit is known."""
    places: dict[int, int | None] = {}
    for authority, number in Quota.objects.filter(call__in=chosen.calls).values_list("authority_id", "places"):
        before = places.get(authority, 0)
        places[authority] = None if number is None or before is None else before + number
    return places


# --- Reading ------------------------------------------------------------------------------------


def read(chosen: Chosen, cells: list[Cell], use: Callable[[Block], None]) -> int:
    """Hand every application over, in blocks of one rule set each; return how many there were.

    `cells` are the figures that are wanted. What `use` raises ends the reading.
    """
    wanted = [cell for cell in cells if cell in COLUMNS]
    matrix = _Matrix(len(FACTS) + len(wanted), lambda rows: [use(block) for block in _blocks(rows, wanted)])
    with connection.cursor() as cursor:
        cursor.copy_expert(f"copy ({_statement(chosen, wanted, cursor)}) to stdout (format binary)", matrix)
    matrix.end()
    return matrix.rows


def _statement(chosen: Chosen, wanted: list[Cell], cursor) -> str:
    text, parameters = chosen.rows.values_list(*FIELDS).query.sql_with_params()
    inner = cursor.mogrify(text, parameters).decode()
    figures = "".join(f", coalesce(p.figures[{COLUMNS.index(cell) + 1}], {MISSING})" for cell in wanted)
    tables = {"projections": Projection._meta.db_table, "facts": SignedFacts._meta.db_table}
    return ARRAY.format(letters=LETTERS, figures=figures, chosen=inner, **tables)


class _Matrix:
    """Takes the stream of COPY and hands it on as matrices of whole numbers, a row an application."""

    def __init__(self, elements: int, use: Callable[[np.ndarray], object]):
        self.width = BEFORE_ELEMENTS + elements * ELEMENT
        self.elements, self.use, self.rows = elements, use, 0
        self.waiting, self.begun = bytearray(), False
        numbers = (self.width - 6, DIMENSIONS, NO_NULLS, BIGINT, elements, LOWEST)
        self.before = np.frombuffer(np.array(1, ">i2").tobytes() + np.array(numbers, ">i4").tobytes(), np.uint8)

    def write(self, data) -> None:
        """Keep what PostgreSQL sends until a block is full."""
        self.waiting += data
        if len(self.waiting) >= ROWS * self.width:
            self._hand_on()

    def end(self) -> None:
        """Hand on the rest; nothing may be left but the mark of the end."""
        self._hand_on()
        if self.waiting != FILE_END:
            raise ValueError("PostgreSQL sent rows of another length than was asked for")

    def _hand_on(self) -> None:
        start = 0 if self.begun else FILE_HEADER
        number = (len(self.waiting) - start) // self.width
        if number <= 0:
            return
        stop = start + number * self.width
        rows = np.frombuffer(bytes(self.waiting[start:stop]), np.uint8).reshape(number, self.width)
        if not (rows[:, :BEFORE_ELEMENTS] == self.before).all():
            raise ValueError("PostgreSQL sent arrays of another shape than was asked for")
        self.begun, self.waiting = True, self.waiting[stop:]
        elements = rows[:, BEFORE_ELEMENTS:].reshape(number, self.elements, ELEMENT)[:, :, ELEMENT - 8 :]
        self.rows += number
        self.use(np.ascontiguousarray(elements).view(">i8").reshape(number, self.elements))


def _blocks(rows: np.ndarray, wanted: list[Cell]) -> Iterator[Block]:
    """A matrix as blocks of one rule set each: mostly one."""
    if (rows[:, FACTS.index("format")] != projection.FORMAT).any():
        raise ValueError(f"a projection is not of format {projection.FORMAT}; rebuild the projections")
    sets = rows[:, FACTS.index("rule_set")]
    for rule_set in np.unique(sets).tolist():
        mine = sets == rule_set
        yield _block(rows if mine.all() else rows[mine], wanted, rule_set)


def _block(rows: np.ndarray, wanted: list[Cell], rule_set: int) -> Block:
    facts = {name: rows[:, i].astype(np.int64) for i, name in enumerate(FACTS)}
    values, known = {}, {}
    for i, cell in enumerate(wanted, start=len(FACTS)):
        column = rows[:, i].astype(np.int64)
        known[cell] = column != MISSING
        values[cell] = np.where(known[cell], column, 0)
    columns = Columns.from_arrays(values, known) if values else Columns(len(rows))
    return Block(
        ids=facts["id"], clusters=facts["cluster"], calls=facts["call"], provinces=facts["province"],
        industries=facts["industry"], has_waivers=facts["has_waivers"] == 1, has_place=facts["has_place"] == 1,
        rule_set=rule_set, columns=columns,
    )  # fmt: skip
