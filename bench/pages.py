"""Figure (b): CPU of the national list, the desk and a case against a minimal Django list and detail page."""

import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle
from urllib.parse import quote

from bench.site import Site
from bench.statements import cost, counted_by_django, has_statistics

ROUNDS, VISITS, WARM = 7, 12, 8
MOST_TIMES_THE_FLOOR = 4
MOST_GROWTH = 1.2


@dataclass
class Measured:
    """One page, how it is visited, and what each visit of each round cost."""

    name: str
    server: str
    visit: Callable[[], object]
    floor: str = ""
    sql_goal: int = 0
    who: str = ""
    address: str = ""

    def __post_init__(self):
        self.rounds: list[tuple[float, float]] = []

    @property
    def milliseconds(self) -> float:
        """CPU of one visit, server and PostgreSQL together; the median of the rounds."""
        return statistics.median(server + database for server, database in self.rounds) * 1000

    @property
    def share_of_database(self) -> float:
        """How much of it PostgreSQL spent."""
        server, database = (sum(column) for column in zip(*self.rounds, strict=True))
        return database / (server + database)


def pages_of(site: Site) -> list[Measured]:
    """Return the floor's pages and ours, with what each is compared with."""
    number = count(1)
    nobody, province, floor = site.client(), site.client("province"), site.floor_client()
    desk = f"/desk/?call={site.people['call']}"
    words = cycle(re.findall(r'<option value="([^"]{2,})">', nobody.get("/").partition("<datalist")[2]))
    case = re.search(r'href="(/applications/\d+/)', province.get(desk))
    if case is None:
        raise SystemExit("The desk shows no case to measure.")
    return [
        Measured("floor_list", "floor", lambda: floor.get("/list/", "/proposals/")),
        Measured("floor_detail", "floor", lambda: floor.get("/proposals/5000/", "good work")),
        Measured("national_list", "ours", lambda: nobody.get("/", 'id="real-title"'), "floor_list", 12, "", "/"),
        # The first visit of a question; the list above is asked the same one again and again.
        Measured("national_search", "ours", lambda: nobody.get(f"/?q={quote(next(words))}&page={next(number)}"),
                 "floor_list", 12, "", "/?q=%E4%BA%A7%E4%B8%9A"),
        Measured("desk", "ours", lambda: province.get(desk, "/applications/"), "floor_list", 12, "province", desk),
        Measured(
            "case", "ours", lambda: province.get(case[1], "<h1>"), "floor_detail", 15, "province", case[1]
        ),
    ]  # fmt: skip


def run(site: Site, pages: list[Measured]) -> None:
    """One round: every page in turn, so that a busy neighbour hits all alike."""
    for page in pages:
        server, database = site.spent(page.server)
        for _ in range(VISITS):
            page.visit()
        server_after, database_after = site.spent(page.server)
        page.rounds.append(((server_after - server) / VISITS, (database_after - database) / VISITS))


def warmed(site: Site) -> list[Measured]:
    """Return the pages of a site after some visits of each."""
    pages = pages_of(site)
    for page in pages:
        for _ in range(WARM):
            page.visit()
    return pages


def figures(sites: list[Site]) -> list[dict]:
    """Return one figure a page and size; the growth where two sizes were measured in one run."""
    measured = [(site, warmed(site)) for site in sites]
    for _ in range(ROUNDS):
        for site, pages in measured:
            run(site, pages)
    found = []
    for site, pages in measured:
        by_name = {page.name: page for page in pages}
        found += [_figure(site, page, by_name[page.floor]) for page in pages if page.floor]
    if len(measured) == 2:
        found += _growth(*measured)
    return found


def _figure(site: Site, page: Measured, floor: Measured) -> dict:
    ratios = [sum(ours) / sum(theirs) for ours, theirs in zip(page.rounds, floor.rounds, strict=True)]
    counted = cost(site, page.visit)
    if not has_statistics(site):
        counted["sql"] = counted_by_django(site, page.who, "GET", page.address)
    ratio = statistics.median(ratios)
    return {
        "figure": page.name,
        "applications": site.people["applications"],
        "ratio": round(ratio, 2),
        "goal": MOST_TIMES_THE_FLOOR,
        "ratio_min_max": [round(min(ratios), 2), round(max(ratios), 2)],
        "against": floor.name,
        "cpu_ms": round(page.milliseconds, 2),
        "floor_cpu_ms": round(floor.milliseconds, 2),
        **counted,
        "sql_goal": page.sql_goal,
        **dominating(page.share_of_database, missed=ratio > MOST_TIMES_THE_FLOOR or counted["sql"] > page.sql_goal),
    }


def dominating(share_of_database: float, *, missed: bool) -> dict:
    """Return what most of a missed figure is spent on, measured; nothing when the goal is met."""
    if not missed:
        return {}
    where = "PostgreSQL" if share_of_database > 0.5 else "the application server"
    share = max(share_of_database, 1 - share_of_database)
    return {"missed": True, "dominated_by": f"{where}: {share:.0%} of the CPU (docs/decisions/speed.md)"}


def _growth(small: tuple[Site, list[Measured]], large: tuple[Site, list[Measured]]) -> list[dict]:
    found = []
    for before, after in zip(small[1], large[1], strict=True):
        if not before.floor:
            continue
        ratios = [sum(b) / sum(a) for a, b in zip(before.rounds, after.rounds, strict=True)]
        growth = statistics.median(ratios)
        found.append(
            {
                "figure": f"{before.name}_growth",
                "applications": [small[0].people["applications"], large[0].people["applications"]],
                "ratio": round(growth, 2),
                "goal": MOST_GROWTH,
                "ratio_min_max": [round(min(ratios), 2), round(max(ratios), 2)],
                "cpu_ms": [round(before.milliseconds, 2), round(after.milliseconds, 2)],
                **dominating(after.share_of_database, missed=growth > MOST_GROWTH),
            }
        )
    return found
