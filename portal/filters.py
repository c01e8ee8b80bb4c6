"""What the address of the national list asks for; a value that is not known never breaks the page."""

import unicodedata
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from portal.places import Places
from recognitions.enums import Status
from recognitions.industries import alike
from territories.search import LONGEST_QUERY

OPEN_BATCH = "open"
TOGETHER = "with"
NAMES = ("q", "province", "batch", "industry", "status", "cities")


@dataclass(frozen=True)
class Filters:
    """One question to the list, as it stands in the address."""

    q: str = ""
    province: str = ""
    batch: str = ""
    industry: str = ""
    status: str = ""
    cities: str = ""

    @property
    def reads_words(self) -> bool:
        """Say whether the wordings of industries are needed to answer."""
        return bool(self.q or self.industry)

    @property
    def together(self) -> bool:
        """Say whether plan-separate cities are counted with their province (山东+青岛)."""
        return self.cities == TOGETHER

    def address(self, **changes: str) -> str:
        """Return the query string of this question, with some values changed; empty ones left out."""
        wanted = replace(self, **changes)
        pairs = [(name, getattr(wanted, name)) for name in NAMES if getattr(wanted, name)]
        return f"?{urlencode(pairs)}" if pairs else "?"

    def rows_of(self, recognitions, places: Places, words: list[str]):
        """Return the recognitions that answer; `words` are all leading industries as they are worded."""
        rows = self.rows_of_everywhere(recognitions, words)
        if self.province:
            rows = rows.filter(province__in=places.pks_counted_as(self.province, self.together))
        return rows

    def rows_of_everywhere(self, recognitions, words: list[str]):
        """Return the recognitions that answer in all provinces, from which the tiles are counted."""
        rows = recognitions.answering(self.q, words)
        if self.batch:
            rows = rows.in_batch(None if self.batch == OPEN_BATCH else int(self.batch))
        if self.industry:
            rows = rows.filter(industry_words__in=alike(self.industry, words))
        if self.status:
            rows = rows.with_status().filter(status=self.status)
        return rows


def read(asked, places: Places) -> tuple[Filters, bool]:
    """Return the question in an address, and whether something in it was not known and left out."""
    given = {name: clean(asked.get(name, "")) for name in NAMES}
    known = {
        "q": given["q"],
        "industry": given["industry"],
        "province": given["province"] if given["province"] in places.by_code else "",
        "batch": given["batch"] if is_batch(given["batch"]) else "",
        "status": given["status"] if given["status"] in Status.values else "",
        "cities": given["cities"] if given["cities"] == TOGETHER else "",
    }
    left_out = any(given[name] != known[name] for name in NAMES if given[name] != "apart")
    if known["province"]:
        counted = places.counted_as(places.by_code[known["province"]], known["cities"] == TOGETHER)
        known["province"] = counted.code
    return Filters(**known), left_out


def clean(text: str) -> str:
    """Return what was asked without control and direction characters, at most so long as a search."""
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or is_printable(char))
    return " ".join(kept.split())[:LONGEST_QUERY]


def is_printable(char: str) -> bool:
    """Say whether a character is neither control, direction, surrogate nor unassigned."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def is_batch(text: str) -> bool:
    """Say whether a text names a batch: a year of four digits, or the open ones."""
    return text == OPEN_BATCH or (len(text) == 4 and text.isascii() and text.isdigit() and text >= "1900")


def page_number(text: str) -> int:
    """Return the page an address asks for, 1 when it cannot be read."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 7 else 1
