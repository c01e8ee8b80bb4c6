"""Who walks the journeys, and the call they walk in."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.enums import Role
from accounts.models import Office, User
from programmes.models import Call, FormVersion
from territories.models import Territory
from tests.world import make_call

PASSWORD = "qu-shui-2025"


@dataclass(frozen=True)
class Player:
    """One person of the journeys with the office they hold."""

    email: str
    name: str
    role: Role
    authority: str


# The codes are those of the loaded territories: 历下区, 黄岛区, 山东省, 青岛市, 全国.
COUNTY = Player("lixia@example.org", "李晓", Role.COUNTY, "370102")
COLLEAGUE = Player("lixia2@example.org", "孙宁", Role.COUNTY, "370102")
NEIGHBOUR = Player("huangdao@example.org", "黄岩", Role.COUNTY, "370211")
PROVINCE = Player("shandong@example.org", "赵鲁", Role.PROVINCE, "370000")
QINGDAO = Player("qingdao@example.org", "秦岛", Role.PROVINCE, "370200")
MINISTRY = Player("ministry@example.org", "部文", Role.MINISTRY, "cn")
SECOND_MINISTRY = Player("ministry2@example.org", "部核", Role.MINISTRY, "cn")
EVERYBODY = (COUNTY, COLLEAGUE, NEIGHBOUR, PROVINCE, QINGDAO, MINISTRY, SECOND_MINISTRY)


def hire() -> None:
    """Make everybody's account and office."""
    password = make_password(PASSWORD)
    for player in EVERYBODY:
        user = User.objects.create(email=player.email, name=player.name, password=password)
        Office.objects.create(user=user, role=player.role, authority=Territory.objects.get(code=player.authority))


def office_of(player: Player) -> Office:
    """Return the office of a player in the database that is entered."""
    return Office.objects.select_related("user", "authority").get(user__email=player.email)


def open_call() -> Call:
    """Open a sample call of 2025 that asks for what the loaded form asks for."""
    form = FormVersion.objects.exclude(code="test-form").latest("pk")
    call = make_call(year=2025)
    Call.objects.filter(pk=call.pk).update(form_version=form)
    return call
