"""Who recommends to the ministry, and where each stands in the tile grid.

The grid is no map: it has no boundaries, so it needs no map review number (docs/decisions).
"""

from dataclasses import dataclass
from functools import cached_property

from territories.models import Territory

# Row and column of each province in the tile grid, by division code.
TILES = {
    "230000": (1, 9), "150000": (2, 7), "220000": (2, 9),
    "650000": (3, 1), "620000": (3, 4), "640000": (3, 5), "140000": (3, 6), "130000": (3, 7), "110000": (3, 8),
    "210000": (3, 9),
    "630000": (4, 3), "610000": (4, 5), "410000": (4, 6), "370000": (4, 7), "120000": (4, 8),
    "540000": (5, 2), "510000": (5, 4), "500000": (5, 5), "420000": (5, 6), "340000": (5, 7), "320000": (5, 8),
    "310000": (5, 9),
    "530000": (6, 4), "520000": (6, 5), "430000": (6, 6), "360000": (6, 7), "330000": (6, 8),
    "450000": (7, 5), "440000": (7, 6), "350000": (7, 7), "710000": (7, 8),
    "460000": (8, 5), "820000": (8, 6), "810000": (8, 7),
}  # fmt: skip
# Shown so that the grid is the whole country; they recommend nobody in this programme (dossier 3.2).
OUTSIDE_THE_PROGRAMME = {"710000": "台湾", "810000": "香港", "820000": "澳门"}
ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "生产建设兵团", "省", "市")


@dataclass(frozen=True)
class Place:
    """One recommending authority; `part_of` is the province of a plan-separate city, else empty."""

    pk: int
    code: str
    name: str
    part_of: str

    @property
    def short(self) -> str:
        """Return the name as a tile shows it: 山东, 内蒙古, 新疆兵团."""
        if self.name.endswith("生产建设兵团"):
            return "兵团"
        return next((self.name.removesuffix(end) for end in ENDINGS if self.name.endswith(end)), self.name)


class Places:
    """All recommending authorities, counted apart or plan-separate cities with their province."""

    def __init__(self, places: list[Place]):
        self.all = places

    @classmethod
    def load(cls) -> "Places":
        """Read them from the register."""
        rows = Territory.objects.filter(recommends=True).order_by("code")
        return cls(
            [
                Place(pk, code, name, part_of or "")
                for pk, code, name, part_of in rows.values_list("pk", "code", "name", "plan_separate_of__code")
            ]
        )

    @cached_property
    def by_code(self) -> dict[str, Place]:
        """Return the authorities by their code."""
        return {place.code: place for place in self.all}

    @cached_property
    def by_pk(self) -> dict[int, Place]:
        """Return the authorities by their row."""
        return {place.pk: place for place in self.all}

    def counted_as(self, place: Place, together: bool) -> Place:
        """Return under whom an authority counts: itself, or the province of a plan-separate city."""
        return self.by_code.get(place.part_of, place) if together else place

    def listed(self, together: bool) -> list[Place]:
        """Return the authorities that are counted by themselves."""
        return [place for place in self.all if self.counted_as(place, together) is place]

    def pks_counted_as(self, code: str, together: bool) -> list[int]:
        """Return the rows of everybody who counts under this authority."""
        return [place.pk for place in self.all if self.counted_as(place, together).code == code]

    def name_of(self, code: str, together: bool) -> str:
        """Return the name as the statistics print it: 山东+青岛 where a city counts with its province."""
        place = self.by_code[code]
        cities = [city.short for city in self.all if together and city.part_of == code]
        return "+".join([place.short, *cities]) if cities else place.name
