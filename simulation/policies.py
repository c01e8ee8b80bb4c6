"""Who may ask what other rules would say, and whose questions they may open."""

from accounts.enums import Role
from accounts.policy import has_role, in_own_territory, register
from programmes.policies import of_own_authority

# Everybody else has no use for it, and a county would learn of its neighbours.
asks = has_role(Role.MINISTRY, Role.PROVINCE)

register(
    "simulation",
    {
        # Of a scenario: the ministry opens those of the provinces too, each office with its own eyes.
        "view": asks & in_own_territory("path"),
        "archive": asks & of_own_authority("made_by__authority"),
        # Of a run: what came out was computed with the eyes of one authority.
        "view_run": asks & of_own_authority("made_by__authority"),
    },
)
