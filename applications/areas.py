"""The area of a cluster, asked once: registered, and told again with the figures of the latest year."""

from dataclasses import dataclass
from decimal import Decimal

from applications.models import Application
from clusters.forms import is_area
from clusters.models import YearFigure
from rulebook.catalogue import INDICATORS
from rulebook.numbers import plain, show

AREA = "area_km2"


@dataclass(frozen=True)
class TwoAreas:
    """Two areas that differ: one press takes over either. `version` is that of the register, `cell` names the field."""

    registered: Decimal
    told: Decimal
    version: int
    cell: str

    @property
    def registered_typed(self) -> str:
        """Return the registered area as it is typed into the cell."""
        return plain(self.registered)

    @property
    def registered_shown(self) -> str:
        """Return the registered area with thousands commas."""
        return show(INDICATORS[AREA], self.registered)

    @property
    def told_shown(self) -> str:
        """Return the told area with thousands commas."""
        return show(INDICATORS[AREA], self.told)

    @property
    def can_be_registered(self) -> bool:
        """Say whether the register can keep what was told: above 0, two decimals."""
        return is_area(self.told)


def two_areas(application: Application, rows: list[YearFigure]) -> TwoAreas | None:
    """Return both areas where they differ, None where there is only one."""
    cluster, year = application.cluster, application.call.year - 1
    row = next((row for row in rows if (row.indicator, row.year) == (AREA, year)), None)
    if row is None or row.value is None or cluster.area_km2 in (None, row.value):
        return None
    return TwoAreas(cluster.area_km2, row.value, cluster.version, f"{AREA}:{year}:{row.version}")
