"""What the lists of the province and of the ministry share: the call, the tabs, the chips, the filters."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models.functions import Now
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from applications.desk import COUNTED_TO, Desk
from applications.enums import State, state_words
from applications.filters import VERDICTS, Filters, Tab
from applications.models import Application, SignedFacts
from clusters.models import Industry
from programmes import deadlines
from programmes.models import Call
from territories.models import Territory
from territories.naming import levels
from territories.search import nearest

MOST_NEAR = 2_000  # cases whose words a suggestion is looked for in
DIVISION = 2  # the level of GB/T 4754 that has two digits


def calls() -> list[Call]:
    """Return every call, the newest first, each with its closing time and the clock."""
    return list(
        Call.objects.closing().annotate(clock=Now()).select_related("programme__owner").order_by("-year", "-id")
    )


def is_open(call: Call) -> bool:
    """Say whether the call takes applications at the moment its row was read."""
    return bool(call.opens_at and call.closes_at and call.opens_at <= call.clock < call.closes_at)


def chosen(known: list[Call], code: str) -> Call | None:
    """Return the call of the address, else the one that is open, else the newest; 404 for an unknown code."""
    if code:
        found = next((call for call in known if call.code == code), None)
        if found is None:
            raise Http404
        return found
    return next((call for call in known if is_open(call)), known[0] if known else None)


def tabs_of(desk: Desk, counts: dict) -> list[dict]:
    """Return the tabs with their counts as links."""
    return [
        {
            "words": tab.label,
            "count": shown_count(counts.get(tab.key)),
            "address": desk.filters.but(tab=tab.key).address,
            "is_here": tab is desk.tab,
        }
        for tab in desk.tabs
    ]


def shown_count(count: int | None) -> str:
    """Return a count as far as it was counted."""
    if count is None:
        return ""
    return f"{COUNTED_TO - 1}+" if count >= COUNTED_TO else str(count)


def chips_of(filters: Filters, industries: list[Industry], provinces: list[Territory] = ()) -> list[dict]:
    """Return the filters in force, each with the address without it."""
    chips = []
    if filters.province:
        names = {territory.code: territory.name for territory in provinces}
        words = names.get(filters.province, filters.province)
        chips.append({"words": _("Province: %(name)s") % {"name": words}, "address": address(filters.but(province=""))})
    if filters.industry:
        names = {industry.code: industry.name for industry in industries}
        words = " ".join(filter(None, (filters.industry, names.get(filters.industry))))
        chips.append({"words": _("Industry: %(name)s") % {"name": words}, "address": address(filters.but(industry=""))})
    if filters.verdict:
        words = VERDICTS[filters.verdict][0]
        chips.append(
            {"words": _("Pre-screening: %(verdict)s") % {"verdict": words}, "address": address(filters.but(verdict=""))}
        )
    if filters.q:
        chips.append({"words": _("Search: %(text)s") % {"text": filters.q}, "address": address(filters.but(q=""))})
    return chips


def cleared(filters: Filters) -> str:
    """Return the address without any chip; call and tab stay."""
    return address(Filters(call=filters.call, tab=filters.tab))


def address(filters: Filters) -> str:
    """Return an address that also works when nothing is asked."""
    return filters.address or "?"


def divisions() -> list[Industry]:
    """Return the two-digit divisions of GB/T 4754, for the filter."""
    return list(Industry.objects.filter(level=DIVISION).order_by("code").only("code", "name"))


def verdicts() -> list[tuple[str, object]]:
    """Return the choices of the pre-screening filter."""
    return [(key, words) for key, (words, _condition) in VERDICTS.items()]


@dataclass(frozen=True)
class Column:
    """A column of a list: what it says of a row, empty where it says nothing."""

    key: str
    label: object
    says: Callable[[Application], object]


def state_of(row: Application) -> str:
    """Return the state the reader may know, with the mark of one that came back."""
    words = str(state_words(row.seen_state))
    came_back = row.came_back and row.seen_state == State.SUBMITTED
    return f"{words} ({_('came back')})" if came_back else words


COLUMNS = (
    Column("province", _lazy("Province"), lambda row: row.province.name),
    Column("county", _lazy("County"), lambda row: row.facts.lead_name),
    Column("industry", _lazy("Industry"), lambda row: row.facts.industry_name),
    Column("state", _lazy("State"), state_of),
    Column("waiting", _lazy("Waiting"), lambda row: row.waiting_days if row.seen_state == State.SUBMITTED else ""),
    Column("deadline", _lazy("Deadline"), lambda row: deadlines.words(row.closing) if row.closing else ""),
)


def columns_of(rows: list[Application], *, of_ministry: bool) -> dict:
    """Return the columns in which rows differ, and in words what the others say in every row."""
    left_out = {"waiting", "deadline"} if of_ministry else {"province"}
    told = {one: [str(one.says(row)) for row in rows] for one in COLUMNS if one.key not in left_out}
    alike = [one for one, words in told.items() if len(words) > 1 and len(set(words)) == 1]
    return {
        "columns": {one.key for one in told if one not in alike},
        "alike": [(one.label, told[one][0]) for one in alike if told[one][0]],
    }


def near(desk: Desk) -> list[dict]:
    """Return the words nearest to a search nothing answers, from rows of this list the office may see only."""
    rows = replace(desk, filters=Filters(call=desk.filters.call)).rows()
    said = SignedFacts.objects.filter(snapshot__in=rows.values("snapshot")).order_by()
    columns = ("name", "lead_full_name", "industry_name", "niche")
    found = list(said.values_list(*columns).distinct()[:MOST_NEAR])
    words = {word for name, place, *products in found for word in (name, *levels(place), *products)}
    within = {product for _name, _place, *products in found for product in products}
    heard = [replace(desk, filters=desk.filters.but(q=word)) for word in nearest(desk.filters.q, words, within=within)]
    found = [(one, tabs_with_hits(one)) for one in heard]
    return [{"words": one.filters.q, "address": here_or_elsewhere(one, tabs)} for one, tabs in found if tabs]


def tabs_with_hits(desk: Desk) -> dict[Tab, str]:
    """Return the tabs in which the filters leave something, each with its count; the tab of all only by itself."""
    counts = desk.counts()
    return {tab: shown_count(counts[tab.key]) for tab in desk.tabs if counts.get(tab.key)}


def here_or_elsewhere(desk: Desk, tabs: dict[Tab, str]) -> str:
    """Return the address of a search in the tab that is open where it has hits, else in the first that has."""
    is_here = desk.tab in tabs or desk.tab.key == "all"
    return address(desk.filters if is_here else desk.filters.but(tab=next(iter(tabs)).key))


def elsewhere(desk: Desk) -> list[dict]:
    """Return the other tabs in which the very words have hits."""
    found = tabs_with_hits(desk)
    return [
        {"words": f"{tab.label} {count}", "address": address(desk.filters.but(tab=tab.key))}
        for tab, count in found.items()
    ]


def hidden_in(desk: Desk) -> int | None:
    """Return how many cases the tab that is open has without the filters; the tab of all is not counted."""
    return desk.without_filters().counts().get(desk.tab.key)


def around_the_list(desk: Desk, known: list[Call], provinces: list[Territory] = ()) -> dict:
    """Return what the frame of every list shows."""
    named = divisions() if desk.filters.industry else []
    page = desk.page()
    is_unanswered = bool(desk.filters.q) and not page.rows
    in_other_tabs = elsewhere(desk) if is_unanswered else []
    return {
        "call": desk.call,
        "calls": known,
        "filters": desk.filters,
        "tab": desk.tab,
        "page": page,
        "rows": page.rows,
        **columns_of(page.rows, of_ministry=desk.is_ministry),
        "of_list": desk.filters.of_list,
        "chips": chips_of(desk.filters, named, provinces),
        "clear": cleared(desk.filters) if desk.filters.narrows else "",
        "hidden": shown_count(hidden_in(desk)) if desk.filters.narrows and not page.rows else "",
        "in_other_tabs": in_other_tabs,
        "near": near(desk) if is_unanswered and not in_other_tabs else [],
        "industries": divisions,  # asked only when the page does not have its choices yet
        "verdicts": verdicts(),
    }
