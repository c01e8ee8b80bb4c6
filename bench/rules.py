"""Figure (c): the numeric clauses over many applications from ready columns, against numpy float64.

Both compute the same three values (not met, cannot tell, met) for the same clauses, from
columns that are ready in memory, in interleaved rounds; the figure is the median of the
rounds' ratios. The float side gets the same blocks as ours when that is faster for it.
Wrong verdicts are counted on cases that lie exactly on a bound, against fractions.

    python -m bench.rules [--applications 1000000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulebook import loader
from rulebook.catalogue import INDICATORS
from rulebook.columns import Columns
from rulebook.evaluate import BLOCK, evaluate
from rulebook.gaps import gaps
from rulebook.operators import Cell
from rulebook.rules import CODE_OF, RuleSet, State
from rulebook.screening import screen

Floats = dict[Cell, NDArray[np.float64]]
States = NDArray[np.int8]
NOT_APPLICABLE, BY_HAND, NEAR = (CODE_OF[s] for s in (State.NOT_APPLICABLE, State.BY_HAND, State.NEAR))
ON_BOUND = 200_000
MISSING, ROWS = -(2**63), 65_536


def synthetic(size: int, seed: int = 7) -> Columns:
    """Plausible applications, about one figure in fifty missing."""
    made = np.random.default_rng(seed)
    values: dict[Cell, NDArray[np.int64]] = {}
    known: dict[Cell, NDArray[np.bool_] | None] = {}
    output = made.lognormal(4.0, 0.5, size)
    spread = {"sme_output": 0.78, "leading_output": 0.8, "sme_rd_expense": 0.03}
    for rule in loader.load("national-2022").computed:
        for code, offset in rule.cells:
            if (code, offset) in values:
                continue
            indicator = INDICATORS[code]
            grown = 1.11 ** (4 - offset) * made.normal(1, 0.05, size).clip(0.8, 1.2)
            numbers: NDArray[Any]
            if indicator.unit_code == "yi_yuan":
                numbers = output * spread.get(code, 1.0) * grown
            elif indicator.high == 1:
                numbers = made.integers(0, 2, size) if indicator.decimals == 0 else made.beta(2, 6, size)
            else:
                numbers = made.uniform(0, min(float(indicator.high), 200), size) * grown
            top = int(indicator.high.scaleb(indicator.decimals))
            whole = np.clip(np.rint(numbers * 10**indicator.decimals), 0, top).astype(np.int64)
            mask = made.random(size) > 0.02
            values[code, offset], known[code, offset] = np.where(mask, whole, 0), mask
    return Columns.from_arrays(values, known)


def as_floats(columns: Columns, rule_set: RuleSet) -> Floats:
    """The same figures as float64, missing as NaN."""
    floats: Floats = {}
    for code, offset in {cell for rule in rule_set.computed for cell in rule.cells}:
        cell = (code, offset)
        number = columns.values(cell, exact=False) / 10.0 ** INDICATORS[code].decimals
        mask = columns.known(cell)
        floats[cell] = number if mask is None else np.where(mask, number, np.nan)
    return floats


def three(ok: NDArray[np.bool_], known: NDArray[np.bool_]) -> States:
    return np.where(known, ok.astype(np.int8) * np.int8(2), np.int8(1)).astype(np.int8)


def by_floats(f: Floats) -> dict[str, States]:
    """The numeric clauses as one would write them with numpy and float64."""

    def figure(cell: Cell, ok: Callable[[Any], Any]) -> States:
        return three(ok(f[cell]), ~np.isnan(f[cell]))

    def ratio(part: str, whole: str, times: float, ok: Callable[[Any], Any]) -> States:
        found = f[part, 1] / f[whole, 1] * times
        return three(ok(found), ~np.isnan(found) & (f[whole, 1] > 0))

    def growth(code: str, ok: Callable[[Any], Any]) -> States:
        rate = np.sqrt(f[code, 1] / f[code, 3]) - 1
        return three(ok(rate), ~np.isnan(rate) & (f[code, 3] > 0))

    def pairs(code: str, ok: Callable[[Any, Any], Any]) -> States:
        a, b, c = (f[code, offset] for offset in (3, 2, 1))
        states = [three(ok(x, y), ~np.isnan(x) & ~np.isnan(y)) for x, y in ((a, b), (b, c), (a, c))]
        return np.minimum(np.minimum(states[0], states[1]), states[2])

    def only_where(flag: str, states: States) -> States:
        return np.where(np.isnan(f[flag, 1]), 1, np.where(f[flag, 1] == 0, NOT_APPLICABLE, states)).astype(np.int8)

    return {
        "1.3": _swap(figure(("area_km2", 1), lambda x: x <= 100), 0, NEAR),
        "1.4": np.minimum.reduce([figure(("gross_output", o), lambda x: x >= 40) for o in (3, 2, 1)]),
        "1.5": ratio("sme_output", "gross_output", 1, lambda x: x >= 0.7),
        "1.6": ratio("leading_output", "gross_output", 1, lambda x: x > 0.7),
        "1.7": growth("gross_output", lambda x: x > 0.1),
        "2.1": _two_sides(f),
        "4.1": growth("sme_rd_expense", lambda x: x > 0.1),
        "4.4": growth("valid_invention_patents", lambda x: x >= 0.15),
        "4.5": ratio("valid_invention_patents", "employee_count", 10000, lambda x: x >= 15),
        "5.2": figure(("iiot_rate", 1), lambda x: x >= 0.15),
        "5.3": _swap(pairs("industrial_software_rate", lambda x, y: y >= x), 2, BY_HAND),
        "6.2": pairs("co2_intensity", lambda x, y: y < x),
        "6.3": only_where("is_high_energy_industry", figure(("energy_efficiency_vs_benchmark", 1), lambda x: x > 1)),
        "6.4": only_where("is_high_water_industry", figure(("water_efficiency_vs_benchmark", 1), lambda x: x > 1)),
        "8.3": _swap(figure(("policy_outreach_rate", 1), lambda x: x == 1), 2, BY_HAND),
    }


def _swap(states: States, old: int, new: int) -> States:
    states[states == old] = new
    return states


def _two_sides(f: Floats) -> States:
    """Clause 2.1: elite at least 1, or the tiers between their largest count and their sum."""
    champion, giant = f["champion_count", 1], f["little_giant_count", 1]
    tiers = [f[code, 1] for code in ("srdi_count", "innovative_sme_count", "hnte_count")]
    elite, total = champion + giant, tiers[0] + tiers[1] + tiers[2]
    met = (np.nan_to_num(champion) + np.nan_to_num(giant) >= 1) | np.logical_or.reduce([t >= 10 for t in tiers])
    missed = (elite < 1) & (total < 10)
    return np.where(met, 2, np.where(missed, 0, 1)).astype(np.int8)


def in_blocks(floats: Floats, size: int) -> dict[str, States]:
    found: dict[str, States] = {}
    for start in range(0, size, BLOCK):
        part = by_floats({cell: column[start : start + BLOCK] for cell, column in floats.items()})
        for clause, states in part.items():
            found.setdefault(clause, np.empty(size, dtype=np.int8))[start : start + BLOCK] = states
    return found


def on_the_bound(size: int, seed: int = 11) -> tuple[int, int]:
    """Wrong verdicts, ours and float64's, where shares are exactly 70 % and growth exactly at its bound."""
    rule_set = loader.load("national-2022")
    made = np.random.default_rng(seed)
    whole = made.integers(1, 10**7, size) * 10
    first = made.integers(1, 10**5, size) * 400
    patents = made.integers(1, 5000, size) * 3
    cells: dict[Cell, NDArray[np.int64]] = {
        ("gross_output", 1): whole,
        ("sme_output", 1): whole // 10 * 7,
        ("leading_output", 1): whole // 10 * 7,
        ("sme_rd_expense", 3): first,
        ("sme_rd_expense", 1): first // 100 * 121,
        ("valid_invention_patents", 1): patents,
        ("employee_count", 1): patents // 3 * 2000,
    }
    expected = {"1.5": 2, "1.6": 0, "4.1": 0, "4.5": 2}
    for i in range(0, size, max(1, size // 1000)):  # a look at the cases themselves: they do lie on the bound
        assert Fraction(int(cells["sme_output", 1][i]), int(whole[i])) == Fraction(7, 10)
        assert Fraction(int(cells["sme_rd_expense", 1][i]), int(first[i])) == Fraction(11, 10) ** 2
        assert Fraction(int(patents[i]) * 10000, int(cells["employee_count", 1][i])) == 15
    columns = Columns.from_arrays(cells, dict.fromkeys(cells))
    chosen = [rule_set.by_clause[clause] for clause in expected]
    ours = evaluate(rule_set, columns, chosen)
    wrong = sum(int((ours[clause] != right).sum()) for clause, right in expected.items())
    with np.errstate(all="ignore"):
        theirs = by_floats(as_floats(columns, rule_set))
    return wrong, sum(int((theirs[clause] != right).sum()) for clause, right in expected.items())


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time: both sides work in one thread, and waiting for a busy neighbour is nobody's cost."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def figures(applications: int = 1_000_000, rounds: int = 7) -> Iterator[dict[str, object]]:
    """Every figure of the rulebook, from one set of columns."""
    columns, rule_set = synthetic(applications), loader.load("national-2022")
    floats = as_floats(columns, rule_set)
    yield verdicts(columns, floats, rounds)
    yield with_gaps(columns, floats, rounds)
    yield building(columns, rounds)
    yield one_screening(rounds)


def verdicts(columns: Columns, floats: Floats, rounds: int) -> dict[str, object]:
    """States of every numeric clause against the same three values by float64."""
    rule_set = loader.load("national-2022")
    chosen = rule_set.computed
    with np.errstate(all="ignore"):
        plain, blocked, mine = by_floats(floats), in_blocks(floats, columns.size), evaluate(rule_set, columns, chosen)
        differing = sum(int((mine[clause] != plain[clause]).sum()) for clause in mine)
        assert all((plain[clause] == blocked[clause]).all() for clause in plain)
        assert set(mine) == set(plain), "both sides compute the same clauses"
        found = against_floats(lambda: evaluate(rule_set, columns, chosen), floats, columns.size, rounds)
    wrong, wrong_floats = on_the_bound(ON_BOUND)
    told: dict[str, object] = {
        "figure": "rules", "applications": columns.size, "clauses": len(chosen), "goal": 2, **found,
        "wrong_on_bound": wrong, "float64_wrong_on_bound": wrong_floats, "cases_on_bound": ON_BOUND * 4,
        "differing_from_float64": differing,
    }  # fmt: skip
    return told | peak()


def with_gaps(columns: Columns, floats: Floats, rounds: int) -> dict[str, object]:
    """States, every gap and every year, against the three values of float64 alone."""
    rule_set = loader.load("national-2022")
    chosen = rule_set.computed

    def ours() -> tuple[object, object]:
        return evaluate(rule_set, columns, chosen), gaps(chosen, columns)

    with np.errstate(all="ignore"):
        found = against_floats(ours, floats, columns.size, rounds)
    told: dict[str, object] = {"figure": "rules_gaps", "applications": columns.size, "clauses": len(chosen), "goal": 5}
    return told | found | peak()


def building(columns: Columns, rounds: int) -> dict[str, object]:
    """Stored figures, a row an application with a number for null, to columns: against copying the rows once."""
    cells = loader.load("national-2022").cells
    matrix = np.empty((columns.size, len(cells)), dtype=np.int64)
    for i, cell in enumerate(cells):
        mask = columns.known(cell)
        values = columns.values(cell, exact=False)
        matrix[:, i] = values if mask is None else np.where(mask, values, MISSING)

    def ours() -> None:
        for start in range(0, columns.size, ROWS):  # as the simulation reads them
            rows = matrix[start : start + ROWS]
            known = {cell: rows[:, i] != MISSING for i, cell in enumerate(cells)}
            Columns.from_arrays({cell: np.where(known[cell], rows[:, i], 0) for i, cell in enumerate(cells)}, known)

    times = [(timed(ours), timed(matrix.copy)) for _ in range(rounds)]
    return {
        "figure": "rules_columns", "applications": columns.size, "figures_each": len(cells),
        **spread([built / copied for built, copied in times]), "against": "one copy of the rows",
        "ours_ms": median_ms(built for built, _ in times), "copy_ms": median_ms(copied for _, copied in times),
        **peak(),
    }  # fmt: skip


def one_screening(rounds: int) -> dict[str, object]:
    """One live pre-screening, all clauses with values, gaps, years and reasons."""
    rule_set = loader.load("national-2022")
    whole = {cell: Decimal(INDICATORS[cell[0]].high) / 3 for cell in rule_set.cells}
    told = {(code, 2025 - back): round(value, INDICATORS[code].decimals) for (code, back), value in whole.items()}
    screen(rule_set, told, 2025)
    each = [timed(lambda: screen(rule_set, told, 2025)) for _ in range(rounds * 40)]
    return {
        "figure": "rules_one", "clauses": len(rule_set.rules), "ms": round(statistics.median(each) * 1000, 2),
        "ms_goal": 2, "ms_p95": round(statistics.quantiles(each, n=20)[-1] * 1000, 2),
    }  # fmt: skip


def against_floats(ours: Callable[[], object], floats: Floats, size: int, rounds: int) -> dict[str, object]:
    """Ratio to float64 in interleaved rounds; the float side is whichever of whole and blocks is faster."""
    ours()
    times = [
        (timed(ours), timed(lambda: by_floats(floats)), timed(lambda: in_blocks(floats, size))) for _ in range(rounds)
    ]
    return {
        **spread([mine / min(whole, part) for mine, whole, part in times]),
        "ours_ms": median_ms(t[0] for t in times),
        "float64_ms": median_ms(min(t[1:]) for t in times),
    }


def spread(ratios: list[float]) -> dict[str, object]:
    """The median of the rounds and how far they scatter."""
    ends = [round(min(ratios), 3), round(max(ratios), 3)]
    return {"ratio": round(statistics.median(ratios), 3), "ratio_min_max": ends}


def median_ms(seconds: Iterable[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def peak() -> dict[str, object]:
    return {"peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "memory_goal_mib": 1024}


def main() -> None:
    parser = argparse.ArgumentParser(description="Rules over many applications against numpy float64")
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for figure in figures(options.applications, options.rounds):
        print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
