"""Who can sign in to the demo, and who else acted in it."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.demo import PASSWORD
from accounts.enums import Role
from accounts.models import Office, User
from territories.models import Territory

DOMAIN = "jiqun.example"


@dataclass(frozen=True)
class SignIn:
    """One demo account: the part before the @, the person, the office."""

    mailbox: str
    name: str
    role: Role
    authority: str

    @property
    def email(self) -> str:
        """Return the address to sign in with; the domain can receive no mail."""
        return f"{self.mailbox}@{DOMAIN}"


SIGN_INS = (
    SignIn("county", "李文静", Role.COUNTY, "370102"),
    SignIn("county.huangdao", "王海涛", Role.COUNTY, "370211"),
    SignIn("county.alar", "艾力", Role.COUNTY, "659002"),
    SignIn("province.shandong", "赵建国", Role.PROVINCE, "370000"),
    SignIn("province.qingdao", "孙丽", Role.PROVINCE, "370200"),
    SignIn("province.zhejiang", "陈思远", Role.PROVINCE, "330000"),
    SignIn("province.xpcc", "马国强", Role.PROVINCE, "xpcc"),
    SignIn("ministry", "周敏", Role.MINISTRY, "cn"),
    # Rules are approved by a second person of the same authority.
    SignIn("province.shandong.second", "高文涛", Role.PROVINCE, "370000"),
    SignIn("ministry.second", "吴岚", Role.MINISTRY, "cn"),
)


class People:
    """Offices of the demo by role and authority; made when first asked for.

    Whoever is not among the sign-ins is an inactive account without a password: the name under an
    act, and no way in.
    """

    def __init__(self):
        self._offices: dict[tuple[str, str], Office] = {}
        self._password = make_password(PASSWORD)
        self._places = Territory.objects.in_bulk(field_name="code")
        for sign_in in SIGN_INS:
            made = self._make(sign_in, self._password)
            self._offices.setdefault((sign_in.role, sign_in.authority), made)  # the first of an office acts in the demo

    def office(self, role: Role, authority: str) -> Office:
        """Return the office of this role at the authority with this code."""
        found = self._offices.get((role, authority))
        if found is None:
            place = self._places[authority]
            person = SignIn(f"{role}.{authority}", f"{place.name}经办人", role, authority)
            found = self._offices[role, authority] = self._make(person, "")
        return found

    def _make(self, sign_in: SignIn, password: str) -> Office:
        user, _is_new = User.objects.get_or_create(
            email=sign_in.email,
            defaults={
                "name": sign_in.name,
                "is_demo": True,
                "is_active": bool(password),
                "password": password or make_password(None),
            },
        )
        place = self._places[sign_in.authority]
        office, _is_new = Office.objects.get_or_create(user=user, role=sign_in.role, authority=place)
        return office
