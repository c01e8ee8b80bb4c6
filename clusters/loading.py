"""Industries from data/gbt4754_2017.csv, and the register entries of listed clusters."""

from clusters.actions import search_words
from clusters.models import Cluster, Industry
from territories.loading import read_csv
from territories.search import tokens_within
from territories.upkeep import Outcome, bring_up_to_date


def load_industries() -> Outcome:
    """Bring GB/T 4754-2017 up to date: 20 sections, 97 divisions, 473 groups, 1,381 classes.

    Found by any part of the name, its pinyin and initials, and by every beginning of the code.
    """
    rows = sorted(read_csv("gbt4754_2017.csv"), key=lambda row: (int(row["level"]), row["code"]))
    industries = [
        Industry(
            code=row["code"],
            name=row["name"],
            parent_id=row["parent"] or None,
            level=int(row["level"]),
            search_tokens=tokens_within(row["name"], row["code"]),
        )
        for row in rows
    ]
    return bring_up_to_date(industries, key=("code",), fields=("name", "parent_id", "level", "search_tokens"))


def load_listed(entries: list[Cluster]) -> Outcome:
    """Bring the register entries of listed clusters up to date; `origin` is their key."""
    for cluster in entries:
        cluster.search_tokens = search_words(cluster)
    fields = ("name", "lead_id", "path", "industry_words", "search_tokens")
    return bring_up_to_date(entries, key=("origin",), fields=fields)
