"""Who may do what with a cluster."""

from django.db.models import Q

from accounts.enums import Role
from accounts.policy import NOTHING, Rule, either, has_role, in_own_territory, register

its_county = has_role(Role.COUNTY) & in_own_territory("path")
its_province = has_role(Role.PROVINCE, Role.CITY) & in_own_territory("path")
ministry = has_role(Role.MINISTRY)


def touches(prefix: str = "") -> Rule:
    """One of the further territories lies under the office's authority: it reads."""

    def check(office, row):
        for name in filter(None, prefix.split("__")):
            row = getattr(row, name)
        return any(
            placement.path.startswith(office.paths)
            for territory in row.further.all()
            for placement in territory.placements.all()
        )

    def where(office):
        from clusters.models import Cluster

        condition = NOTHING
        for path in office.paths:
            condition = either(condition, Q(further__placements__path__startswith=path))
        touched = Cluster.objects.filter(condition).values("pk")
        return Q(**{f"{prefix}__in" if prefix else "pk__in": touched})

    return Rule(check, where, f"extends into own authority by {prefix or 'further'}")


its_neighbour = has_role(Role.COUNTY, Role.PROVINCE) & touches()

register(
    "clusters",
    {
        "view": its_county | its_neighbour | its_province | ministry,
        "change": its_county,
        "tell_figures": its_county,
    },
)
