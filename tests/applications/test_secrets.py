"""What the ministry decided is known to the ministry alone until the public notice starts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.actions import county
from applications.enums import TO_BE_PUBLISHED, State
from applications.models import Application
from applications.querysets import seen_in
from tests.factories import OfficeFactory
from tests.situations import declined, fresh, in_notice, recommended, shortlisted
from workflow.refusals import StepRefused

SECRETS = {
    "shortlisted": shortlisted,
    "declined": declined,
    "in a notice that starts next week": lambda call: in_notice(call, starts_in_days=7),
}


@pytest.fixture(params=SECRETS)
def secret(request, call):
    return SECRETS[request.param](call)


def test_the_province_and_the_county_read_recommended(secret):
    for office in (OfficeFactory(province=True), OfficeFactory(county=True)):
        row = fresh(secret, office)
        assert (row.state_seen_by(office), row.seen_state) == (State.RECOMMENDED, State.RECOMMENDED)


def test_the_ministry_reads_the_truth(secret):
    office = OfficeFactory(ministry=True)
    # What is named in a notice that has not begun waits for it: those who decide read that, too.
    truth = TO_BE_PUBLISHED if secret.state == State.IN_PUBLIC_NOTICE else secret.state
    assert fresh(secret, office).state_seen_by(office) == truth == fresh(secret, office).seen_state


def test_filters_and_counts_say_recommended(secret):
    office = OfficeFactory(province=True)
    assert list(Application.objects.filter(seen_in(office, State.RECOMMENDED))) == [secret]
    assert not Application.objects.filter(seen_in(office, secret.state)).exists()


def test_the_version_does_not_move(call, secret):
    assert secret.version == recommended(call).version


def test_no_second_application_can_be_opened_while_the_end_is_a_secret(secret):
    office = OfficeFactory(county=True)
    with pytest.raises(StepRefused, match=r"already has an application|已有") as refusal:
        county.open_application(secret.cluster, secret.call, by=office)
    assert "declined" not in str(refusal.value).lower()


def test_when_the_notice_has_started_everybody_reads_the_truth(secret):
    Application.objects.filter(pk=secret.pk).update(released_at=timezone.now() - timedelta(seconds=1))
    office = OfficeFactory(province=True)
    assert fresh(secret, office).state_seen_by(office) == secret.state
    assert list(Application.objects.filter(seen_in(office, secret.state))) == [secret]
    assert not Application.objects.filter(seen_in(office, State.RECOMMENDED)).exists()
