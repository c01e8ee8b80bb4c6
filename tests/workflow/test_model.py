"""Any order of any steps by anybody leaves the invariants whole (a stateful model, PostgreSQL).

`JIQUN_ROUNDS` sets how many stories are told; `make nightly` runs hundreds.
"""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from applications.actions import county, ministry, province
from applications.enums import SECRET, USES_A_PLACE, Reason, State
from applications.lifecycle import LIFECYCLE
from applications.models import Application, NoticeEntry, Opinion, Snapshot
from audit.record import broken_links
from programmes.models import Quota
from tests.examples import rounds
from tests.factories import OfficeFactory
from tests.situations import WHERE_TO_OBJECT, end_notice, filled, fresh, replied
from tests.world import make_call
from workflow.refusals import StepRefused

ROUNDS = rounds(5, 400)
WHICH = st.integers(0, 2)
WHO = st.sampled_from(["county", "foreign county", "province", "foreign province", "ministry"])


class Life(RuleBasedStateMachine):
    """Three bids of one province for one place, and five people who press whatever they like."""

    def __init__(self):
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.call = make_call()
        Quota.objects.filter(call=self.call, authority__code="370000").update(places=1)
        self.people = {
            "county": OfficeFactory(county=True),
            "foreign county": OfficeFactory(county=True, authority="黄岛区"),
            "province": OfficeFactory(province=True),
            "foreign province": OfficeFactory(province=True, authority="青岛市"),
            "ministry": OfficeFactory(ministry=True),
        }
        self.bids = [filled(self.call, by=self.people["county"]).pk for _ in range(3)]

    def teardown(self):
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def press(self, who, which, step, act):
        """Press a button; what the life cycle does not open to this person must be refused."""
        office = self.people[who]
        row = fresh(Application.objects.get(pk=self.bids[which]), office)
        is_open = step in {one.name for one in LIFECYCLE.open_to(office, row)}
        try:
            act(row, office)
        except StepRefused:
            assert fresh(row).state == row.state
        else:
            assert is_open, f"{who} could {step} a bid that is {row.state}"

    @rule(who=WHO, which=WHICH)
    def submit(self, who, which):
        self.press(
            who,
            which,
            "submit",
            lambda row, by: county.submit(
                replied(row, by), key=uuid.uuid4(), declared=True, version=row.version, by=by
            ),
        )

    @rule(who=WHO, which=WHICH)
    def withdraw(self, who, which):
        self.press(who, which, "withdraw", lambda row, by: county.withdraw(row, version=row.version, words="", by=by))

    @rule(who=WHO, which=WHICH)
    def send_back(self, who, which):
        due = timezone.now() + timedelta(days=5)
        self.press(
            who,
            which,
            "send_back",
            lambda row, by: province.send_back(
                row, key=uuid.uuid4(), version=row.version, reasons=[Reason.OTHER], words="请补正。", due_at=due, by=by
            ),
        )

    @rule(who=WHO, which=WHICH)
    def extend(self, who, which):
        due = timezone.now() + timedelta(days=6)
        self.press(
            who,
            which,
            "extend",
            lambda row, by: province.extend(row, key=uuid.uuid4(), version=row.version, due_at=due, by=by),
        )

    @rule(who=WHO, which=WHICH)
    def call_back(self, who, which):
        self.press(
            who,
            which,
            "call_back",
            lambda row, by: province.call_back(row, key=uuid.uuid4(), version=row.version, words="误退。", by=by),
        )

    @rule(who=WHO, which=WHICH)
    def recommend(self, who, which):
        self.press(
            who,
            which,
            "recommend",
            lambda row, by: province.recommend(row, key=uuid.uuid4(), version=row.version, by=by),
        )

    @rule(who=WHO, which=WHICH)
    def do_not_recommend(self, who, which):
        self.press(
            who,
            which,
            "do_not_recommend",
            lambda row, by: province.do_not_recommend(
                row, key=uuid.uuid4(), version=row.version, reasons=[Reason.BEYOND_QUOTA], words="", by=by
            ),
        )

    @rule(who=WHO, which=WHICH)
    def take_back(self, who, which):
        self.press(
            who,
            which,
            "take_back",
            lambda row, by: province.take_back(row, key=uuid.uuid4(), version=row.version, words="重新研究。", by=by),
        )

    @rule(who=WHO, which=WHICH)
    def disqualify(self, who, which):
        self.press(
            who,
            which,
            "disqualify",
            lambda row, by: province.disqualify(
                row, key=uuid.uuid4(), version=row.version, reasons=[Reason.FALSE_STATEMENT], words="虚报。", by=by
            ),
        )

    @rule()
    def open_stage(self):
        ministry.open_stage(self.call, early=True, by=self.people["ministry"])

    @rule(who=WHO, which=WHICH)
    def shortlist(self, who, which):
        self.press(
            who,
            which,
            "shortlist",
            lambda row, by: ministry.shortlist(row, key=uuid.uuid4(), version=row.version, by=by),
        )

    @rule(who=WHO, which=WHICH)
    def put_back(self, who, which):
        self.press(
            who,
            which,
            "put_back",
            lambda row, by: ministry.put_back(row, key=uuid.uuid4(), version=row.version, words="再议。", by=by),
        )

    @rule(who=WHO, which=WHICH)
    def decline(self, who, which):
        self.press(
            who,
            which,
            "decline",
            lambda row, by: ministry.decline(
                row, key=uuid.uuid4(), version=row.version, reasons=[Reason.OTHER], words="择优。", by=by
            ),
        )

    @rule(who=WHO, which=WHICH, later=st.integers(0, 3))
    def publish(self, who, which, later):
        day = timezone.localdate() + timedelta(days=later)
        self.press(
            who,
            which,
            "publish",
            lambda row, by: ministry.publish_notice(
                self.call,
                [row],
                starts_on=day,
                working_days=5,
                document_number="公示〔2025〕1号",
                contact=WHERE_TO_OBJECT,
                key=uuid.uuid4(),
                by=by,
            ),
        )

    @rule(which=WHICH, outcome=st.sampled_from(["none", "upheld", "dismissed"]))
    def time_passes(self, which, outcome):
        row = Application.objects.get(pk=self.bids[which])
        if row.state == State.IN_PUBLIC_NOTICE and NoticeEntry.objects.filter(application=row).count() == 1:
            ministry.record_objections(end_notice(row), outcome=outcome, words="已核查。", by=self.people["ministry"])

    @rule(who=WHO, which=WHICH)
    def recognise(self, who, which):
        self.press(
            who,
            which,
            "recognise",
            lambda row, by: ministry.recognise(
                row,
                key=uuid.uuid4(),
                version=row.version,
                document_number="〔2025〕1号",
                valid_from=timezone.localdate(),
                by=by,
            ),
        )

    @invariant()
    def places_are_counted_rightly(self):
        quota = Quota.objects.get(call=self.call, authority__code="370000")
        used = Application.objects.filter(pk__in=self.bids, state__in=sorted(USES_A_PLACE)).count()
        assert quota.used == used <= 1

    @invariant()
    def one_opinion_is_in_force(self):
        in_force = Opinion.objects.filter(replaced_by=None).values("snapshot", "level").annotate(n=Count("id"))
        assert all(row["n"] == 1 for row in in_force)

    @invariant()
    def a_recognised_bid_holds_exactly_one_title(self):
        for row in Application.objects.filter(pk__in=self.bids):
            assert row.cluster.recognitions.count() == (row.state == State.RECOGNISED)

    @invariant()
    def every_chain_is_whole(self):
        assert [pk for pk in self.bids if broken_links(f"applications.{pk}")] == []

    @invariant()
    def secrets_stay_with_the_ministry(self):
        for pk in self.bids:
            row = fresh(Application.objects.get(pk=pk), self.people["province"])
            if row.state_seen_by(self.people["province"]) in SECRET:
                assert row.is_released(row.clock)

    @invariant()
    def snapshots_are_numbered_without_gaps(self):
        for pk in self.bids:
            numbers = list(Snapshot.objects.filter(application=pk).order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.django_db
def test_any_order_of_steps_leaves_the_invariants_whole():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=ROUNDS,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
