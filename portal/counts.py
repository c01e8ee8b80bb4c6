"""How many the list has, of how many that were published, and where."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from portal.filters import Filters
from portal.memory import remembered, version
from portal.places import OUTSIDE_THE_PROGRAMME, TILES, Place, Places
from portal.published import published
from recognitions.models import Recognition
from territories.naming import levels


class Known:
    """What one request knows of the whole list; counted once for every state of the tables."""

    def __init__(self):
        self.version = version()

    def places(self) -> Places:
        """Return who recommends."""
        return Places(remembered(self.version, "places", lambda: Places.load().all))

    def industry_words(self) -> list[str]:
        """Return every leading industry as the list words it, in stored order."""
        words = Recognition.objects.order_by("industry_words").values_list("industry_words", flat=True).distinct()
        return remembered(self.version, "industries", lambda: [word for word in words if word])

    def place_names(self) -> list[str]:
        """Return every province, city and county on the list, for suggestions."""

        def names():
            rows = Recognition.objects.order_by().values_list("province__name", "county_name").distinct()
            return sorted({name for pair in rows for place in pair for one in place.split("·") for name in levels(one)})

        return remembered(self.version, "places by name", names)

    def by_batch(self) -> dict[int | None, int]:
        """Return how many real rows each batch has; None for those the sources leave open."""

        def count():
            rows = Recognition.objects.real().order_by().values_list("batch").annotate(number=Count("pk"))
            return dict(rows)

        return remembered(self.version, "batches", count)

    def by_authority(self, filters: Filters, *, sample: bool) -> dict[int, int]:
        """Return how many rows answer under each recommending authority, whatever the province asked."""

        def count():
            base = Recognition.objects.samples() if sample else Recognition.objects.real()
            rows = filters.rows_of_everywhere(base, self.industry_words() if filters.reads_words else [])
            return dict(rows.order_by().values_list("province").annotate(number=Count("pk")))

        return remembered(self.version, f"{sample} {filters.address(province='', cities='')}", count)

    def total(self, filters: Filters, places: Places, *, sample: bool) -> int:
        """Return how many rows answer."""
        numbers = self.by_authority(filters, sample=sample)
        if not filters.province:
            return sum(numbers.values())
        return sum(numbers.get(pk, 0) for pk in places.pks_counted_as(filters.province, filters.together))


@dataclass(frozen=True)
class Coverage:
    """How many of one batch are listed here, and how many the ministry's list names."""

    batch: int
    listed: int
    total: int
    document_number: str
    source: str


def coverage(by_batch: dict[int | None, int]) -> tuple[list[Coverage], int]:
    """Return what is listed of every published batch, and how many rows leave their batch open."""
    rows = [
        Coverage(row.batch, by_batch.get(row.batch, 0), row.total, row.document_number, row.source)
        for row in published()
    ]
    return rows, by_batch.get(None, 0)


@dataclass(frozen=True)
class Tile:
    """One field of the tile grid."""

    name: str
    full_name: str
    number: int
    address: str
    is_chosen: bool
    at: str


def tiles(filters: Filters, places: Places, numbers: dict[int, int]) -> tuple[list[Tile], list[Tile]]:
    """Return the tiles of the provinces, and those of plan-separate cities and the XPCC beside them."""
    counted: Counter[str] = Counter()
    for pk, number in numbers.items():
        counted[places.counted_as(places.by_pk[pk], filters.together).code] += number
    grid, beside = [], []
    for place in places.listed(filters.together):
        is_chosen = place.code == filters.province
        address = filters.address(province="" if is_chosen else place.code)
        name = places.name_of(place.code, filters.together)
        tile = Tile(place.short, name, counted[place.code], address, is_chosen, _position(place))
        (grid if tile.at else beside).append(tile)
    for code, name in OUTSIDE_THE_PROGRAMME.items():
        row, column = TILES[code]
        grid.append(Tile(name, name, 0, "", False, f"tile-row-{row} tile-column-{column}"))
    return grid, beside


def _position(place: Place) -> str:
    row, column = TILES.get(place.code, (0, 0))
    return f"tile-row-{row} tile-column-{column}" if row else ""
