"""One country with a case in every state that matters, and an office of every role around it."""

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.enums import Role
from accounts.models import Office, User
from applications.actions import waivers
from applications.models import Application, NoticeEntry
from clusters.models import Cluster
from programmes.models import Call, Waiver
from recognitions.models import Recognition
from ruledesk.models import Draft
from simulation.models import Run, Scenario
from tests import situations
from tests.factories import ClusterFactory, OfficeFactory, UserFactory
from tests.ruledesk import desk
from tests.simulation import asked
from tests.world import make_call, make_country

ANONYMOUS, NO_OFFICE = "anonymous", "no_office"
# name of the person: role and authority. The cases are led by 历下区; 单县 is a further county of each.
PEOPLE = {
    "county": (Role.COUNTY, "历下区"),
    "neighbour": (Role.COUNTY, "单县"),
    "other_county": (Role.COUNTY, "黄岛区"),
    "city": (Role.CITY, "济南市"),
    "province": (Role.PROVINCE, "山东省"),
    "other_province": (Role.PROVINCE, "青岛市"),
    "ministry": (Role.MINISTRY, "全国"),
    "expert": (Role.EXPERT, "全国"),
    "auditor": (Role.AUDITOR, "全国"),
    "security_administrator": (Role.SECURITY_ADMINISTRATOR, "全国"),
    "system_administrator": (Role.SYSTEM_ADMINISTRATOR, "全国"),
}
EVERYBODY = (ANONYMOUS, NO_OFFICE, *PEOPLE)


@dataclass(frozen=True)
class World:
    """The rows that addresses name, and the people who ask."""

    call: Call
    staged: Call
    cases: dict[str, Application]
    entry: NoticeEntry
    recognition: Recognition
    waiver: Waiver
    rule_draft: Draft
    scenario: Scenario
    run: Run
    offices: dict[str, Office]
    nobody: User

    @property
    def cluster(self) -> Cluster:
        """Return the cluster of the draft."""
        return self.cases["draft"].cluster

    def client(self, who: str) -> Client:
        """Return the browser of one person, signed in unless anonymous."""
        client = Client(raise_request_exception=False)
        user = self.user(who)
        if not isinstance(user, AnonymousUser):
            client.force_login(user)
        return client

    def user(self, who: str):
        """Return the account of a person."""
        if who == ANONYMOUS:
            return AnonymousUser()
        return self.nobody if who == NO_OFFICE else self.offices[who].user


def waive(call: Call, place, *, by: Office) -> Waiver:
    """Return a waiver that covers none of the cases."""
    [waiver] = waivers.grant(
        call, clause="1.4", places=[place], reason="西部地区可适当放宽。", document_number="工信厅函〔2025〕9号",
        public_line="豁免第1.4条。", key=uuid.uuid4(), by=by,
    )  # fmt: skip
    return waiver


def make() -> World:
    """Make the country, two calls (one in the ministry's stage), a case in each state, and the people."""
    country = make_country()
    offices = {name: OfficeFactory(role=role, authority=authority) for name, (role, authority) in PEOPLE.items()}

    def cluster() -> Cluster:
        made = ClusterFactory(lead="历下区")
        made.further.add(country["单县"])
        return made

    call = make_call(year=2025)
    staged = make_call(year=2024, sample=False)
    made = {
        "draft": situations.drafted(call, by=offices["county"], cluster=cluster()),
        "submitted": situations.submitted(call, by=offices["county"], cluster=cluster()),
        "returned": situations.returned(call, by=offices["county"], cluster=cluster()),
        "recognised": situations.recognised(staged, by=offices["county"], cluster=cluster()),
        "shortlisted": situations.shortlisted(staged, by=offices["county"], cluster=cluster()),
        "in_public_notice": situations.in_notice(staged, by=offices["county"], cluster=cluster()),
    }
    return World(
        call=call,
        staged=staged,
        cases={state: situations.fresh(case) for state, case in made.items()},
        entry=NoticeEntry.objects.select_related("notice").get(application=made["in_public_notice"]),
        recognition=Recognition.objects.get(),
        rule_draft=desk.complete(offices["ministry"]),
        scenario=asked.kept(offices["province"]),
        run=asked.begun(offices["province"]),
        waiver=waive(call, country["新疆维吾尔自治区"], by=offices["ministry"]),
        offices=offices,
        nobody=UserFactory(),
    )
