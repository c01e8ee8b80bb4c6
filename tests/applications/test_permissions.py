"""The permission matrix in memory: role, relation, state and action, on both faces of every rule."""

from pathlib import Path

import pytest

from accounts.enums import Role
from accounts.policy import allows, permissions, rule_of
from applications import policies  # noqa: F401
from applications.enums import State
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from tests.factories import OfficeFactory
from tests.situations import IN_STATE, drafted, recommended, shortlisted, submitted

APPROVED = Path(__file__).with_name("approved_permissions.txt")
OWN, OTHER = "own", "other"
AUTHORITY = {
    (Role.COUNTY, OWN): "历下区",
    (Role.COUNTY, OTHER): "黄岛区",
    (Role.CITY, OWN): "济南市",
    (Role.CITY, OTHER): "青岛市",
    (Role.PROVINCE, OWN): "山东省",
    (Role.PROVINCE, OTHER): "青岛市",
}
ACTIONS = ["view", "edit", *LIFECYCLE.steps, "record_objections", "judge", "take_packet", "replay"]


def everybody():
    """An office of every role, in the territory of the application and outside it."""
    for role in Role:
        for relation in (OWN, OTHER):
            authority = AUTHORITY.get((role, relation), "全国")
            if authority == "全国" and relation == OTHER:
                continue
            yield role, relation, OfficeFactory(role=role, authority=authority)


def matrix(call) -> str:
    """Return who may do what in every state, one state, role and relation a line."""
    lines = []
    offices = list(everybody())
    for state in State.values:
        application = IN_STATE[state](call)
        row = Application.objects.seen(None).for_step().get(pk=application.pk)
        for role, relation, office in offices:
            may = [action for action in ACTIONS if _may(action, office, row)]
            lines.append(f"{state} | {role} | {relation} | {' '.join(may) or '-'}")
    return "\n".join(lines) + "\n"


def _may(action, office, row) -> bool:
    allowed = allows(office, f"applications.{action}", row)
    step = LIFECYCLE.steps.get(action)
    return allowed and (step is None or row.state in step.sources)


def test_the_matrix_of_role_relation_state_and_action_is_the_approved_one(call):
    assert matrix(call) == APPROVED.read_text(encoding="utf-8")


def test_both_faces_of_every_rule_agree_on_every_row(call):
    for state in State.values:
        IN_STATE[state](call)
    drafted(call, lead="黄岛区")
    submitted(call, lead="阿拉尔市")
    rows = list(Application.objects.seen(None).for_step())
    names = [name for name in permissions() if name.startswith("applications.")]
    assert len(names) == len(ACTIONS)
    for _role, _relation, office in everybody():
        for name in names:
            in_memory = {row.pk for row in rows if allows(office, name, row)}
            in_table = set(Application.objects.filter(rule_of(name).q(office)).values_list("pk", flat=True))
            assert in_memory == in_table, (office, name)


def test_nobody_without_an_office_may_do_anything(call):
    row = submitted(call)
    assert [name for name in permissions() if name.startswith("applications.") and allows(None, name, row)] == []
    assert not Application.objects.filter(rule_of("applications.view").q(None)).exists()


def test_an_office_whose_authority_has_no_place_sees_nothing(call):
    from territories.models import Territory

    nowhere = Territory.objects.create(code="x", name="无处", full_name="无处", level="county")
    office = OfficeFactory(role=Role.PROVINCE, authority=nowhere)
    row = submitted(call)
    assert not allows(office, "applications.view", row)
    assert not Application.objects.allowed(office, "applications.view").exists()


@pytest.mark.parametrize(
    ("province", "own", "foreign"), [("山东省", "历下区", "黄岛区"), ("新疆维吾尔自治区", "阿克苏市", "阿拉尔市")]
)
def test_a_province_sees_its_own_case_and_not_the_one_beside_it(call, province, own, foreign):
    office = OfficeFactory(province=True, authority=province)
    mine, theirs = submitted(call, lead=own), submitted(call, lead=foreign)
    assert set(Application.objects.allowed(office, "applications.view")) == {mine}
    assert not allows(office, "applications.view", theirs)


def test_a_further_territory_reads_and_does_nothing_else(call, country):
    application = submitted(call)
    application.cluster.further.add(country["单县"])
    neighbour = OfficeFactory(county=True, authority="单县")
    assert [action for action in ACTIONS if _may(action, neighbour, application)] == ["view"]
    assert list(Application.objects.allowed(neighbour, "applications.view")) == [application]


def test_no_administrator_or_auditor_can_decide(call):
    row = shortlisted(call)
    for role in (Role.AUDITOR, Role.SECURITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.EXPERT):
        office = OfficeFactory(role=role, authority="全国")
        assert LIFECYCLE.open_to(office, row) == []


def test_a_province_sees_the_same_steps_whether_the_ministry_chose_or_not(call):
    office = OfficeFactory(province=True)
    chosen = shortlisted(call)  # opens the ministry's stage
    waiting = recommended(call)
    assert [step.name for step in LIFECYCLE.open_to(office, chosen)] == [
        step.name for step in LIFECYCLE.open_to(office, waiting)
    ]
