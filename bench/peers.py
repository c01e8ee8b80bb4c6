"""The same clauses in OpenFisca-core and in Polars, beside ours: how fast, and how often wrong.

Both run in an environment of their own, made on demand under the data folder (the first time takes a
minute and asks a package index), and are no requirement of anything. Six clauses without missing
figures are compared: OpenFisca computes in float32, Polars in float64, ours exactly. Ours is measured
before and after each of them.

    PEERS=1 python -m bench rules        or        python -m bench.peers [--applications 1000000]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulebook import loader
from rulebook.catalogue import INDICATORS
from rulebook.columns import Columns
from rulebook.evaluate import evaluate
from rulebook.operators import MET, Cell

PINNED = ("openfisca-core==46.0.1", "polars==2.1.0")
PEERS = ("openfisca", "polars")
INSIDE = Path(__file__).with_name("peers_inside.py")
CLAUSES = ("1.4", "1.5", "1.6", "1.7", "4.1", "4.5")  # in the order of peers_inside.py
CELLS: tuple[Cell, ...] = (
    ("gross_output", 1), ("gross_output", 2), ("gross_output", 3), ("sme_output", 1), ("leading_output", 1),
    ("sme_rd_expense", 1), ("sme_rd_expense", 3), ("valid_invention_patents", 1), ("employee_count", 1),
)  # fmt: skip
ON_BOUND = 1_000_000
ON_THE_BOUND = (True, True, False, False, False, True)  # at least is met there, more than is not
Figures = dict[Cell, NDArray[np.int64]]


def figures(applications: int = 1_000_000, rounds: int = 7) -> Iterator[dict[str, object]]:
    """One figure a peer: how many times as long as ours it takes, and its wrong verdicts."""
    python = environment()
    with tempfile.TemporaryDirectory(prefix="jiqun-peers-") as folder:
        plausible, bound = Path(folder) / "plausible.npz", Path(folder) / "on_bound.npz"
        columns = kept(anywhere(applications), plausible)
        exactly = kept(on_bound(ON_BOUND), bound)
        assert (right_of(exactly) == np.array(ON_THE_BOUND)).all(), "ours is right on every bound"
        for peer in PEERS:
            before = ours(columns, rounds)
            told = asked(python, peer, plausible, rounds)
            ours_ms = statistics.median([*before, *ours(columns, rounds)]) * 1000
            yield {
                "figure": f"rules_{peer}", "applications": applications, "clauses": len(CLAUSES),
                "ratio": round(told["their_ms"] / ours_ms, 2), "against": "ours, exact", "version": told["version"],
                "their_ms": told["their_ms"], "ours_ms": round(ours_ms, 1), "their_wrong": told["their_wrong"],
                "their_wrong_on_bound": asked(python, peer, bound, 1)["their_wrong"],
                "cases_on_bound": ON_BOUND * 11 // 2,  # clause 1.4 lies on its bound in every second row
            }  # fmt: skip


def environment() -> Path:
    """The Python of the peers' environment; made where it is missing, anew where that was interrupted."""
    data = Path(os.environ.get("JIQUN_DATA", INSIDE.parent.parent / ".data"))
    folder = data / "peers" / hashlib.sha256(" ".join(PINNED).encode()).hexdigest()[:12]
    python, finished = folder / "bin" / "python", folder / "finished"
    if not finished.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED]
        subprocess.run(install, check=True, stdout=sys.stderr)
        finished.touch()
    return python


def asked(python: Path, peer: str, rows: Path, rounds: int) -> dict[str, Any]:
    """What a peer says of the rows of a file."""
    answer = subprocess.run([str(python), str(INSIDE), peer, str(rows), str(rounds)], capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(f"{peer} could not be measured: {answer.stderr.strip()[-2000:]}")
    told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return told


def kept(cells: Figures, path: Path) -> Columns:
    """Writes figures as float64, with what is right of each clause, and returns them as columns."""
    columns = Columns.from_arrays(cells, dict.fromkeys(cells))
    floats: dict[str, Any] = {
        f"{code}_{back}": cells[code, back] / 10.0 ** INDICATORS[code].decimals for code, back in cells
    }
    np.savez(path, right=right_of(columns), **floats)
    return columns


def right_of(columns: Columns) -> NDArray[np.bool_]:
    """Whether each application meets each clause, by ours."""
    rule_set = loader.load("national-2022")
    states = evaluate(rule_set, columns, [rule_set.by_clause[clause] for clause in CLAUSES])
    return np.stack([states[clause] == MET for clause in CLAUSES], axis=1)


def ours(columns: Columns, rounds: int) -> list[float]:
    """Seconds of each round of ours."""
    rule_set = loader.load("national-2022")
    chosen = [rule_set.by_clause[clause] for clause in CLAUSES]
    evaluate(rule_set, columns, chosen)
    return [waited(lambda: evaluate(rule_set, columns, chosen)) for _ in range(rounds)]


def waited(work: Callable[[], object]) -> float:
    """Seconds by the clock, as the peers measure themselves: Polars works in several threads."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def anywhere(size: int, seed: int = 5) -> Figures:
    """Plausible figures, none missing and none 0."""
    made = np.random.default_rng(seed)
    output = np.rint(made.lognormal(4.0, 0.5, size) * 10**4).astype(np.int64) + 1
    found: Figures = {}
    for code, back in CELLS:
        if INDICATORS[code].unit_code == "yi_yuan":
            share = made.uniform(0.5, 0.9, size) * 1.11 ** (1 - back)
            found[code, back] = np.rint(output * (share if code != "gross_output" else 1.11 ** (1 - back))).astype(
                np.int64
            ) + made.integers(1, 50, size)
        else:
            found[code, back] = made.integers(1, 1_000 if "patents" in code else 400_000, size)
    return found


def on_bound(size: int, seed: int = 11) -> Figures:
    """Every clause exactly on its bound: 40, 70 %, growth of 10 % a year, 15 patents for 10,000 persons."""
    made = np.random.default_rng(seed)
    output, expense = made.integers(1_000, 10**5, size) * 4_000, made.integers(1, 10**5, size) * 400
    patents = made.integers(1, 3_000, size) * 3
    output[: size // 2] = 400_000  # 40 in the first year, and above it afterwards
    last = output // 100 * 121
    cells: list[NDArray[np.int64]] = [
        last, output // 10 * 11, output, last // 10 * 7, last // 10 * 7, expense // 100 * 121, expense, patents,
        patents // 3 * 2_000,
    ]  # fmt: skip
    return dict(zip(CELLS, cells, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="OpenFisca-core and Polars beside ours")
    parser.add_argument("--applications", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for figure in figures(options.applications, options.rounds):
        print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
