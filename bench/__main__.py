"""Print every figure as one JSON line: what it is, the ratio measured in this run, and its goal.

    python -m bench [rules] [simulation] [screening] [pages]

FULL=1 adds simulation and pages at 1,000,000 applications; PEERS=1 adds OpenFisca-core and Polars beside the rules.

Nothing here is a timed test: each figure compares two things measured side by side, round by round.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterable

from bench import pages, peers, rules, screening, simulation
from bench.site import Site, say

SMALL, LARGE = 10_000, 1_000_000
FIGURES = ("rules", "simulation", "screening", "pages")


def told(found: Iterable[dict]) -> None:
    """Print figures, one a line."""
    for figure in found:
        print(json.dumps(figure, ensure_ascii=False), flush=True)


def main(chosen: list[str]) -> int:
    """Measure what was asked for, or everything."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the measured servers are taken down too
    wanted = chosen or list(FIGURES)
    if unknown := set(wanted) - set(FIGURES):
        say(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(FIGURES)}.")
        return 2
    if "rules" in wanted:
        told(rules.figures(LARGE))
        if os.environ.get("PEERS") == "1":
            told(peers.figures(LARGE))
    if {"simulation", "screening", "pages"} & set(wanted):
        is_full = os.environ.get("FULL") == "1" and {"simulation", "pages"} & set(wanted)
        sizes = [SMALL, LARGE] if is_full else [SMALL]
        with contextlib.ExitStack() as opened:
            sites = [opened.enter_context(Site(size)) for size in sizes]
            if "simulation" in wanted:
                told(simulation.figures(sites))
            if "screening" in wanted:
                told(screening.figures(sites[0]))
            if "pages" in wanted:
                told(pages.figures(sites))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
