"""Who may do what with a call."""

from django.db.models import Q

from accounts.enums import Role
from accounts.policy import Rule, follow, has_role, register, when


def of_own_authority(field: str) -> Rule:
    """The office acts for the authority in this field: who owns a programme owns its rules."""
    return when(
        f"{field} is the own authority",
        lambda office, row: follow(row, f"{field}_id") == office.authority_id,
        lambda office: Q(**{field: office.authority_id}),
    )


rule_maker = has_role(Role.MINISTRY, Role.PROVINCE)

register(
    "programmes",
    {
        # For the level below its own; which places that is, is asked of the placement.
        "set_deadline": has_role(Role.PROVINCE),
        "open_ministry_stage": has_role(Role.MINISTRY),
        "publish_notice": has_role(Role.MINISTRY),
        # Of a programme: whose rules these are. Of a call: which of them it is judged by.
        "write_rules": rule_maker & of_own_authority("owner"),
        "bring_into_force": rule_maker & of_own_authority("programme__owner"),
        "grant_waiver": rule_maker & of_own_authority("programme__owner"),
        # Of a waiver: the reason stands in the findings of those it covers, the rest is public.
        "view_waiver": rule_maker & of_own_authority("call__programme__owner"),
        "end_waiver": rule_maker & of_own_authority("call__programme__owner"),
    },
)
