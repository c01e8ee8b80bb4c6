"""Who may do what with a call."""

from accounts.enums import Role
from accounts.policy import has_role, register

register(
    "programmes",
    {
        # For the level below its own; which places that is, is asked of the placement.
        "set_deadline": has_role(Role.PROVINCE),
        "open_ministry_stage": has_role(Role.MINISTRY),
        "publish_notice": has_role(Role.MINISTRY),
    },
)
