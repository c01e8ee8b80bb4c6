"""Who may open and put away whose scenarios and runs, on both faces of every rule."""

import pytest

from accounts.enums import Role
from accounts.policy import allows, permissions, rule_of
from simulation.models import Run, Scenario
from tests import situations
from tests.factories import OfficeFactory
from tests.simulation import asked
from tests.world import make_call

pytestmark = pytest.mark.django_db

# permission, whose row: who may. Everybody who is not named may not.
APPROVED = {
    ("simulation.view", "province"): {"province", "colleague", "ministry"},
    ("simulation.view", "ministry"): {"ministry"},
    ("simulation.archive", "province"): {"province", "colleague"},
    ("simulation.archive", "ministry"): {"ministry"},
    ("simulation.view_run", "province"): {"province", "colleague"},
    ("simulation.view_run", "ministry"): {"ministry"},
}


@pytest.fixture
def offices(country):
    found = {role.value: OfficeFactory(role=role, authority="全国") for role in Role if role != Role.PROVINCE}
    return found | {
        "county": OfficeFactory(county=True),
        "city": OfficeFactory(role=Role.CITY, authority="济南市"),
        "province": OfficeFactory(province=True),
        "colleague": OfficeFactory(province=True),
        "other_province": OfficeFactory(province=True, authority="青岛市"),
        "auditor_there": OfficeFactory(role=Role.AUDITOR, authority="山东省"),
    }


def test_the_matrix_on_both_faces(offices):
    call = make_call()
    situations.recommended(call)
    rows = {
        "simulation.view": {whose: asked.kept(offices[whose]) for whose in ("province", "ministry")},
        "simulation.view_run": {whose: asked.begun(offices[whose]) for whose in ("province", "ministry")},
    }
    rows["simulation.archive"] = rows["simulation.view"]
    assert {name for name in permissions() if name.startswith("simulation.")} == {name for name, _whose in APPROVED}
    for (permission, whose), approved in APPROVED.items():
        row = rows[permission][whose]
        model = Run if isinstance(row, Run) else Scenario
        in_memory = {who for who, office in offices.items() if allows(office, permission, row)}
        in_tables = {
            who for who, office in offices.items() if model.objects.filter(rule_of(permission).q(office), pk=row.pk)
        }
        assert (in_memory, in_tables) == (approved, approved), (permission, whose)
        assert not allows(None, permission, row)
