"""Who may do what with a draft of rules: the offices of the authority that owns the programme, two of them."""

from django.db.models import Q

from accounts.policy import register, when
from programmes.policies import of_own_authority, rule_maker
from ruledesk.enums import DraftState

its_owner = rule_maker & of_own_authority("programme__owner")
UNDER_WAY = frozenset({DraftState.DRAFT, DraftState.PROPOSED})
under_way = when(
    "is under way",
    lambda office, row: row.state in UNDER_WAY,
    lambda office: Q(state__in=sorted(UNDER_WAY)),
)
did_not_write = when(
    "wrote nothing of it",
    lambda office, row: office.user_id not in row.editors,
    lambda office: ~Q(editors__contains=[office.user_id]),
)

register(
    "ruledesk",
    {
        "view": its_owner,
        "edit": its_owner,
        "report": its_owner & under_way,
        "propose": its_owner,
        "take_back": its_owner,
        "approve": its_owner & did_not_write,
        "abandon": its_owner,
    },
)
