"""From PostgreSQL to result: a simulation of every application of a site, against a plain COPY of the same rows.

The measured process is one of its own with the application role, as the site's worker is:

    python -m bench.simulation        against the database of DATABASE_APP_URL, one JSON line
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time

from bench.site import ROOT, Site

ROUNDS = {10_000: 9, 1_000_000: 3}
GOALS_SECONDS = {10_000: 0.3, 1_000_000: 15}
CHANGES = {"1.4": "50", "1.7.comparator": "at_least"}
PLAIN = """
copy (select a.id, a.cluster_id, a.call_id, a.province_id, p.figures from applications_application a
      join applications_projection p on p.snapshot_id = a.snapshot_id
      join programmes_call c on c.id = a.call_id join programmes_programme g on g.id = c.programme_id
      where g.code = 'scale') to stdout (format binary)
"""


def figures(sites: list[Site]) -> list[dict]:
    """Return one figure a site."""
    return [_measured(site) for site in sites]


def _measured(site: Site) -> dict:
    rounds = ROUNDS.get(site.applications, 3)
    answer = subprocess.run(
        [sys.executable, "-m", "bench.simulation", str(rounds)],
        cwd=ROOT, env=site.env | {"JIQUN_DATABASE_ROLE": "application"}, capture_output=True, text=True,
    )  # fmt: skip
    if answer.returncode:
        raise SystemExit(f"The simulation could not be measured: {answer.stderr.strip()[-2000:]}")
    told = json.loads(answer.stdout.splitlines()[-1])
    return told | {"seconds_goal": GOALS_SECONDS.get(site.applications)}


class _Nowhere:
    """Takes what COPY sends and keeps nothing."""

    def write(self, data) -> None:
        """Drop it."""


def main(rounds: int) -> None:
    """Measure the database this process is connected to."""
    from django.db import connection

    from simulation.running import simulate
    from simulation.settings import Population, Settings

    asked = Settings(rules="national-2022", population=Population(programme="scale"), changes=CHANGES)
    simulate(asked)  # once, so that both sides are warm
    ours, plain, parts, cpu = [], [], [], []
    for _ in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        result = simulate(asked)
        ours.append(time.perf_counter() - began)
        cpu.append(time.process_time() - spent)
        parts.append(dict(result.seconds))
        with connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.copy_expert(PLAIN, _Nowhere())
            plain.append(time.perf_counter() - began)
    ratios = [mine / copied for mine, copied in zip(ours, plain, strict=True)]
    told = {
        "figure": "simulation",
        "applications": result.population,
        "ratio": round(statistics.median(ratios), 2),
        "ratio_min_max": [round(min(ratios), 2), round(max(ratios), 2)],
        "against": "a plain COPY of the same rows",
        "seconds": round(statistics.median(ours), 3),
        "cpu_seconds": round(statistics.median(cpu), 3),  # of this process; PostgreSQL has its own
        "copy_seconds": round(statistics.median(plain), 3),
        "steps": {step: round(statistics.median(part[step] for part in parts), 3) for step in parts[0]},
        "flips": result.flips_in_all,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "memory_goal_mib": 1024,
    }
    print(json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
