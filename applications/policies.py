"""Who may do what with an application."""

from django.db.models import Q

from accounts.enums import Role
from accounts.policy import has_role, in_own_territory, register, when
from applications.enums import OPEN_FOR_EDITING, USES_A_PLACE, State
from clusters.policies import touches
from programmes.policies import of_own_authority, rule_maker

# What the ministry knows of: everything a province put forward, and what was disqualified.
REACHED_THE_MINISTRY = frozenset(USES_A_PLACE | {State.DISQUALIFIED})

was_submitted = when(
    "was submitted",
    lambda office, row: row.snapshot_id is not None,
    lambda office: Q(snapshot__isnull=False),
)
reached_the_ministry = when(
    "reached the ministry",
    lambda office, row: row.state in REACHED_THE_MINISTRY,
    lambda office: Q(state__in=sorted(REACHED_THE_MINISTRY)),
)
in_the_ministry = when(
    "in the ministry's stage",
    lambda office, row: row.call.ministry_stage_opened_at is not None,
    lambda office: Q(call__ministry_stage_opened_at__isnull=False),
)
undecided = when(
    "with the province, or before the ministry opens its stage",
    lambda office, row: row.state == State.SUBMITTED or row.call.ministry_stage_opened_at is None,
    lambda office: Q(state=State.SUBMITTED) | Q(call__ministry_stage_opened_at=None),
)

while_open_for_editing = when(
    "while it is a draft or returned",
    lambda office, row: row.state in OPEN_FOR_EDITING,
    lambda office: Q(state__in=sorted(OPEN_FOR_EDITING)),
)
with_the_province = when(
    "with the province",
    lambda office, row: row.state == State.SUBMITTED,
    lambda office: Q(state=State.SUBMITTED),
)
unchosen = when(
    "before the ministry has chosen",
    lambda office, row: row.state == State.RECOMMENDED,
    lambda office: Q(state=State.RECOMMENDED),
)

its_county = has_role(Role.COUNTY) & in_own_territory("path")
its_neighbour = has_role(Role.COUNTY) & touches("cluster")
its_province = has_role(Role.PROVINCE) & in_own_territory("path") & was_submitted
ministry = has_role(Role.MINISTRY) & reached_the_ministry
takes_part = (its_county & was_submitted) | its_province | ministry

register(
    "applications",
    {
        "view": its_county | its_neighbour | its_province | ministry,
        "edit": its_county & while_open_for_editing,
        "submit": its_county,
        "withdraw": its_county,
        "send_back": its_province,
        "extend": its_province,
        "call_back": its_province,
        "recommend": its_province,
        "do_not_recommend": its_province,
        "take_back": its_province,
        # No button: it follows from a waiver granted by the authority whose call it is (applications.rescreening).
        "rescreen": rule_maker & of_own_authority("call__programme__owner") & undecided,
        "disqualify": its_province | ministry,
        "shortlist": ministry,
        "put_back": ministry,
        "decline": ministry,
        "publish": ministry,
        "recognise": ministry,
        "record_objections": ministry & in_the_ministry,
        # To write judgements of clauses and to read those being written: the level that holds the case, no other.
        "judge": (its_province & with_the_province) | (ministry & in_the_ministry & unchosen),
        "take_packet": takes_part,
        "replay": takes_part,
    },
)
