"""What the ministry's lists say of themselves: how many clusters each batch has."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "published_totals.csv"


@dataclass(frozen=True)
class Published:
    """One published list: its batch, how many it names, its number where one is known."""

    batch: int
    total: int
    document_number: str
    announced: str
    source: str


@cache
def published() -> tuple[Published, ...]:
    """Return the published lists in order of their batches."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            Published(int(row["batch"]), int(row["total"]), row["document_number"], row["announced"], row["source"])
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(rows, key=lambda row: row.batch))
