"""One page of applications out of very many, in the order of an index.

A list is read state by state, each part in index order and no longer than a page; the parts are then
merged. So a page costs the same for ten thousand applications and for a million, and the order is
that of `submitted_at` for a province and of the provinces for the ministry, whatever states are shown.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Func, IntegerField, Q, QuerySet, Subquery

from accounts.enums import Role
from applications.enums import State
from applications.filters import MINISTRY_TABS, PROVINCE_TABS, Filters, Tab
from applications.models import Application
from applications.prescreening import name_unmet
from programmes import deadlines
from programmes.models import Call

# Beyond this a count is shown as "999+": counting a million rows helps nobody.
COUNTED_TO = 1000
# What a row shows; findings and search tokens of a page would weigh more than all the rest.
SHOWN = [
    "state", "submitted_at", "came_back", "due_at", "released_at", "call__id", "province__name",
    "snapshot__facts__name", "snapshot__facts__lead_name", "snapshot__facts__industry_name",
    "screening__met", "screening__not_met", "screening__near", "screening__cannot_tell", "screening__by_hand",
    "screening__waived", "screening__unmet",
]  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """One page of a list and the addresses of its neighbours, empty at the ends."""

    rows: list[Application]
    following: str
    preceding: str


@dataclass(frozen=True)
class Desk:
    """What one office sees of one call, with the filters of the address."""

    office: object
    call: Call
    filters: Filters

    @property
    def is_ministry(self) -> bool:
        """Say whether this is the ministry's list."""
        return self.office.role == Role.MINISTRY

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Return the tabs of this office."""
        return MINISTRY_TABS if self.is_ministry else PROVINCE_TABS

    @property
    def tab(self) -> Tab:
        """Return the tab that is open."""
        return self.filters.chosen(self.tabs)

    @property
    def order(self) -> tuple[str, str]:
        """Return the two columns of the order: the one after the state in the index, then the key."""
        return ("province_id", "id") if self.is_ministry else ("submitted_at", "id")

    def rows(self) -> QuerySet:
        """Return every row of the call that the office may see and the filters let through."""
        rows = Application.objects.allowed(self.office, "applications.view").filter(call=self.call)
        if not self.is_ministry:
            rows = rows.filter(province=self.office.authority_id)
        return self.filters.narrow(rows)

    def without_filters(self) -> "Desk":
        """Return the same call and tab with every case there is."""
        return replace(self, filters=Filters(call=self.filters.call, tab=self.filters.tab))

    def page(self, size: int = settings.PAGE_SIZE) -> Page:
        """Return the page that the filters ask for."""
        backwards = bool(self.filters.before)
        keys = self._keys(size + 1, self.filters.before or self.filters.after, backwards=backwards)
        more, keys = len(keys) > size, keys[:size]
        if backwards:
            keys.reverse()
        rows = self._loaded([key[1] for key in keys])
        has_following = more if not backwards else True
        has_preceding = more if backwards else bool(self.filters.after)
        return Page(
            rows,
            following=self._address(after=cursor(keys[-1])) if keys and has_following else "",
            preceding=self._address(before=cursor(keys[0])) if keys and has_preceding else "",
        )

    def neighbours(self, application: Application) -> tuple[int | None, int | None]:
        """Return the keys of the cases before and after this one in the list; one query."""
        here = cursor((getattr(application, self.order[0]), application.pk))
        parts = [*self._parts(1, here, backwards=True), *self._parts(1, here, backwards=False)]
        found = list(parts[0].union(*parts[1:], all=True))
        place = (getattr(application, self.order[0]), application.pk)
        earlier = [key for key in found if tuple(key) < place]
        later = [key for key in found if tuple(key) > place]
        return max(earlier)[1] if earlier else None, min(later)[1] if later else None

    def counts(self, tabs=None) -> dict[str, int]:
        """Return how many rows each tab has, counted up to a thousand; one query."""
        tabs = tuple(tab for tab in (tabs or self.tabs) if tab.key != "all")
        office = self.office
        names, sql, params = counting(self, tabs, office.role, office.authority_id, office.paths)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return dict(zip(names, cursor.fetchone(), strict=True))

    def _keys(self, limit: int, start: str, *, backwards: bool) -> list[tuple]:
        parts = self._parts(limit, start, backwards=backwards)
        sign = "-" if backwards else ""
        if len(parts) == 1:
            return list(parts[0])
        merged = parts[0].union(*parts[1:], all=True)
        return list(merged.order_by(*(sign + name for name in self.order))[:limit])

    def _parts(self, limit: int, start: str, *, backwards: bool) -> list[QuerySet]:
        rows, sign = self.rows(), "-" if backwards else ""
        if start:
            rows = rows.filter(beyond(self.order, self._start(start), backwards=backwards))
        return [
            rows.filter(part).order_by(*(sign + name for name in self.order)).values_list(*self.order)[:limit]
            for part in self.tab.parts(self.office)
        ]

    def _start(self, text: str) -> tuple:
        first, key = (int(number) for number in text.split("-"))
        if self.is_ministry:
            return first, key
        # A number too large for a date is somebody's own invention: it means the end of the list.
        return EPOCH + timedelta(microseconds=min(first, 10**17)), key

    def _loaded(self, keys: list[int]) -> list[Application]:
        rows = Application.objects.seen(self.office).select_related("call", "province", "screening", "snapshot__facts")
        found = rows.only(*SHOWN).in_bulk(keys)
        rows = [found[key] for key in keys]
        for row in rows:
            row.waiting_days = deadlines.days_between(row.submitted_at, row.clock)
            row.closing = row.due_at if row.seen_state == State.RETURNED else self.call.closes_at
            if row.seen_state not in {State.RETURNED, State.SUBMITTED}:
                row.closing = None
        return name_unmet(rows)

    def _address(self, **page) -> str:
        return self.filters.but(**page).address


@lru_cache(maxsize=1000)
def counting(desk: Desk, tabs: tuple[Tab, ...], *scope) -> tuple[list[str], str, tuple]:
    """Return the names of the counts and the statement that asks for them.

    Putting seven counts into SQL costs more than answering them, so an office that comes back to its
    desk asks with the same statement; `scope` keeps one made for another place from being used.
    """
    columns = {tab.key: counted(desk.rows().filter(any_of(tab.parts(desk.office)))) for tab in tabs}
    if not desk.is_ministry:
        waiting = desk.rows().filter(state=State.SUBMITTED).order_by("submitted_at", "id")
        columns["oldest"] = Subquery(waiting.values("submitted_at")[:1])
    asked = Call.objects.filter(pk=desk.call.pk).values(**{f"n_{name}": column for name, column in columns.items()})
    sql, params = asked.query.sql_with_params()
    return list(columns), sql, params


def cursor(key: tuple) -> str:
    """Return a place in the order as text for an address."""
    first, number = key
    if isinstance(first, datetime):
        first = (first - EPOCH) // timedelta(microseconds=1)
    return f"{first}-{number}"


def beyond(order: tuple[str, str], start: tuple, *, backwards: bool) -> Q:
    """Return the condition “after this place”, or before it, in the order of two columns."""
    sign = "lt" if backwards else "gt"
    (first, second), (at, key) = order, start
    # The first comparison alone bounds the index; the rest decides among equals.
    return Q(**{f"{first}__{sign}e": at}) & (Q(**{f"{first}__{sign}": at}) | Q(**{f"{second}__{sign}": key}))


def any_of(parts: list[Q]) -> Q:
    """Return the conditions joined by OR."""
    joined = parts[0]
    for part in parts[1:]:
        joined |= part
    return joined


def counted(rows: QuerySet) -> Func:
    """Return the number of rows, no further than a page can say."""
    keys = ArraySubquery(rows.order_by().values("pk")[:COUNTED_TO])
    # The type is named for a search that nothing can answer: Django then writes an empty literal.
    template = "cardinality(%(expressions)s::bigint[])"
    return Func(keys, template=template, output_field=IntegerField())
