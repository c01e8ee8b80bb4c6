"""Figure (a): one live pre-screening request, a cell saved and the panel answered, against the floor's page.

The CPU is that of the server and of PostgreSQL for each single request, so that its tail is seen too; `ms` is
how long the client waits for the answer, which on a busy machine says as much of the neighbours as of us.
"""

import json
import statistics
import time

from bench.pages import MOST_TIMES_THE_FLOOR, dominating
from bench.site import Site
from bench.statements import cost, counted_by_django, has_statistics

SAVES, WARM = 120, 10
MOST_SQL = 25
MOST_MS = {"p95": 30}


class Saving:
    """Types another figure into the same cell with every visit, as somebody trying does."""

    def __init__(self, site: Site):
        self.county = site.client("county")
        self.address = f"/applications/{site.people['application']}/save/"
        self.cell = dict(site.people["cell"])
        self.number = 0

    def content(self) -> dict:
        """Return what the page's script sends next."""
        self.number += 1
        return {"cells": [self.cell | {"typed": f"{80 + self.number % 10}.{self.number % 100:02}"}], "statements": []}

    def visit(self) -> None:
        """Save one cell and read the panel."""
        answer = json.loads(self.county.post(self.address, self.content(), '"panel"'))
        told = answer["cells"][0]
        if told["clash"]:
            raise SystemExit(f"The measured save clashed: {told}")
        self.cell["version"] = told["version"]


def figures(site: Site) -> list[dict]:
    """Return the median and the tail of one request, each against that of the floor's list in the same run."""
    saving, floor = Saving(site), site.floor_client()
    visits = {"ours": saving.visit, "floor": lambda: floor.get("/list/", "/proposals/")}
    spent: dict[str, list[tuple[float, float]]] = {"ours": [], "floor": []}
    waited: list[float] = []
    for number in range(WARM + SAVES):
        for name, visit in visits.items():
            server, database = site.spent(name)
            began = time.perf_counter()
            visit()
            seconds, after = time.perf_counter() - began, site.spent(name)
            if number >= WARM:
                waited += [seconds] if name == "ours" else []
                spent[name].append((after[0] - server, after[1] - database))
    counted = cost(site, saving.visit)
    if not has_statistics(site):
        counted["sql"] = counted_by_django(site, "county", "POST", saving.address, json.dumps(saving.content()))
    parts = (("p50", 0.5), ("p95", 0.95))
    return [_figure(site, spent, counted, name, place) | _ms(name, at(waited, place)) for name, place in parts]


def _ms(name: str, seconds: float) -> dict:
    """Return how long the answer took, beside its goal where it has one."""
    goal = {"ms_goal": MOST_MS[name]} if name in MOST_MS else {}
    return {"ms": round(seconds * 1000, 1), **goal}


def _figure(site: Site, spent: dict, counted: dict, name: str, place: float) -> dict:
    ours, theirs = (at([sum(one) for one in spent[who]], place) for who in ("ours", "floor"))
    database = sum(one[1] for one in spent["ours"]) / sum(sum(one) for one in spent["ours"])
    ratio = ours / theirs
    return {
        "figure": f"live_screening_{name}",
        "applications": site.people["applications"],
        "ratio": round(ratio, 2),
        "goal": MOST_TIMES_THE_FLOOR,
        "against": f"floor_list {name}",
        "cpu_ms": round(ours * 1000, 2),
        "floor_cpu_ms": round(theirs * 1000, 2),
        "requests": SAVES,
        **counted,
        "sql_goal": MOST_SQL,
        **dominating(database, missed=ratio > MOST_TIMES_THE_FLOOR or counted["sql"] > MOST_SQL),
    }


def at(values: list[float], place: float) -> float:
    """Return the value below which this part of all values lies."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(place * 100) - 1]
