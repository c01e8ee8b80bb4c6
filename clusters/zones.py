"""How a county names a functional zone of its own, which has no division code."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from audit.record import record
from territories.enums import UnitType
from territories.models import Placement, Territory
from territories.naming import look, looks
from territories.search import pinyin, tokens
from workflow.locks import busy_is_refused, take_turns
from workflow.refusals import StepNotAllowed, StepRefused


def territories_of(office) -> list[Territory]:
    """Return where this office may lead a cluster: its own territory, then the zones under it."""
    zones = Territory.objects.filter(unit_type=UnitType.FUNCTIONAL_ZONE, placements__path__in=_under(office))
    return [office.authority, *zones.distinct().order_by("code")]


def _under(office):
    own = Placement.objects.none()
    for path in office.paths:
        own = own | Placement.objects.filter(path__startswith=path)
    return own.values("path")


def is_a_division(name: str) -> bool:
    """Say whether a division is called so to the eye, with or without what stands above it, or its ending."""
    divisions = Territory.objects.filter(unit_type=UnitType.DIVISION, valid_to=None)
    seen = look(name)
    return seen in looks() or divisions.filter(full_name__endswith=seen).exists()


def name_zone(name: str, *, by) -> Territory:
    """Return the zone of this name under the office's county; made when it is not known yet.

    Raises StepNotAllowed for anybody but a county and StepRefused for the name of a division, which would stand
    on public pages as if it were that place.
    """
    county = by.authority
    if by.role != Role.COUNTY:
        raise StepNotAllowed(_("A functional zone is named by the county it lies in."), "not_allowed")
    if is_a_division(name):
        raise StepRefused(
            _("“%(name)s” is the name of an administrative division. Please write the name of the zone itself.")
            % {"name": name},
            "name_of_a_division",
        )
    with busy_is_refused(), transaction.atomic():
        take_turns(f"territories.{county.code}")
        zones = territories_of(by)[1:]
        found = next((zone for zone in zones if look(zone.name) == look(name)), None)
        if found:
            return found
        code = f"{county.code}-z{len(zones) + 1:02d}"
        full_name = f"{county.full_name}{name}"
        zone = Territory.objects.create(
            code=code,
            name=name,
            full_name=full_name,
            level=county.level,
            unit_type=UnitType.FUNCTIONAL_ZONE,
            pinyin=pinyin(name)[:120],
            search_tokens=tokens(name, places=[full_name]),
        )
        for placement in county.placements.all():
            Placement.objects.create(scheme=placement.scheme, territory=zone, path=f"{placement.path}{code}/")
        record("territories.name_zone", by=by, subject=f"territories.{code}", details={"name": name})
    return zone
