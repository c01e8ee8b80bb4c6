"""Who opens the checklist, the explanations and the memory, and what they never give away."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.actions import ministry
from applications.enums import Reason, State
from applications.explaining import explained, judged
from applications.models import Application
from tests.applications.pages import browser, signed_in, text_of
from tests.factories import OfficeFactory
from tests.situations import GOOD, IN_STATE, county_of, drafted, fresh, recommended, submitted, tell
from tests.world import make_call

pytestmark = pytest.mark.django_db
SHORT = GOOD | {
    "gross_output": ("38.7", "45", "50"),
    "sme_output": ("30", "35", "34"),
    "leading_output": ("30", "35", "38"),
}
NOT_THERE = 404


def explanations_of(client, application):
    return client.get(reverse("application_explanations", args=[application.pk]))


def checklist_of(client, application):
    return client.get(reverse("application_checklist", args=[application.pk]))


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        (State.DRAFT, {"county"}),
        (State.SUBMITTED, {"county", "province"}),
        (State.RECOMMENDED, {"county", "province", "ministry"}),
        (State.DECLINED, {"county", "province", "ministry"}),
        (State.RECOGNISED, {"county", "province", "ministry"}),
    ],
)
def test_whoever_opens_the_case_opens_its_explanations_and_the_county_its_checklist(call, state, readers):
    application = IN_STATE[state](call)
    people = {
        "county": browser(county_of(application)),
        "other county": signed_in(county=True, authority="单县"),
        "province": signed_in(province=True),
        "other province": signed_in(province=True, authority="青岛市"),
        "ministry": signed_in(ministry=True),
    }
    opened = {who: explanations_of(client, application).status_code for who, client in people.items()}
    assert opened == {who: 200 if who in readers else NOT_THERE for who in people}
    listed = {who: checklist_of(client, application).status_code for who, client in people.items()}
    assert listed == {"county": 200, "other county": NOT_THERE, "province": 403, "other province": 403, "ministry": 403}


def test_the_sentence_for_the_public_is_the_same_whatever_the_figures_are(call):
    """Two applications with other figures and the same outcomes say the same to the public."""
    other = SHORT | {"gross_output": ("37.1", "43", "49.5"), "valid_invention_patents": ("301", "371", "447")}
    told = [
        explained(judged(submitted(call, lead=lead, figures=figures), live=False), "zh")
        for lead, figures in (("历下区", SHORT), ("市中区", other))
    ]
    assert [one.row.state for one in told[0]] == [one.row.state for one in told[1]]
    assert [one.public for one in told[0]] == [one.public for one in told[1]]
    assert [one.head for one in told[0]] != [one.head for one in told[1]]  # the figures do differ
    assert not any("38.7" in one.public for one in told[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_clause_names_its_readings_and_what_would_change_the_answer(call, lang):
    told = judged(submitted(call, figures=SHORT), live=False)
    for one in explained(told, lang):
        rule = told.rules.by_clause[one.row.clause]
        assert len(one.row.readings) == len(rule.settings)
        assert all(option in one.head and option in one.public for _question, option in one.row.readings)
        assert one.row.change or one.row.turn, one.row.clause


def test_the_head_of_the_county_reads_at_most_five_clauses_before_unfolding(call):
    empty = drafted(call)
    listed = checklist_of(browser(empty.opened_by), empty).context["list"]
    assert len(listed.first) == 3 and len(listed.others) > 5
    money = dict.fromkeys(("gross_output", "sme_output", "leading_output", "sme_rd_expense"), ("0.5", "0.4", "0.3"))
    short = submitted(call, lead="市中区", figures=money | {
        "valid_invention_patents": ("3", "3", "3"), "employee_count": ("20000", "21000", "22000"),
        "iiot_rate": ("", "", "3"), "industrial_software_rate": ("40", "45", "30"),
        "co2_intensity": ("0.5", "0.8", "0.9"), "area_km2": ("", "", "160"), "little_giant_count": ("", "", "0"),
        "is_high_energy_industry": ("", "", "0"), "is_high_water_industry": ("", "", "0"),
    })  # fmt: skip
    listed = checklist_of(browser(county_of(short)), short).context["list"]
    assert len(listed.first) == 5 and listed.others
    assert all(one.row.state in {"not_met", "near"} for one in listed.first)
    clauses = [one.row.clause for one in (*listed.computed, *listed.in_words)]
    assert sorted(clauses) == sorted(judged(short, live=False).rules.by_clause)


def shortlist(application, by):
    ministry.shortlist(application, key=uuid.uuid4(), version=None, words="整体较好。", by=by)


def decline(application, by):
    ministry.decline(application, key=uuid.uuid4(), version=None, reasons=[Reason.OTHER], words="择优。", by=by)


@pytest.mark.parametrize("secret", [shortlist, decline])
def test_a_decision_that_is_not_released_changes_no_byte_for_the_county_and_the_province(call, secret):
    last, officer = recommended(call, figures=SHORT), OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    coming, by = make_call(year=call.year + 1), county_of(last)
    begun = reverse("cluster", args=[last.cluster_id])
    county, province = browser(by), signed_in(province=True)
    at_the_start = text_of(county.get(begun))
    assert "2022 年差 1.30 亿元" in at_the_start
    draft = drafted(coming, by=by, cluster=last.cluster)
    tell(draft, {"gross_output": ("45", "50", "58")}, by=by)
    pages = [
        (county, reverse("application", args=[draft.pk])),
        (county, begun),
        *((county, reverse("application_checklist", args=[one.pk])) for one in (draft, last)),
        *((client, reverse("application_explanations", args=[last.pk])) for client in (county, province)),
    ]
    before = [text_of(client.get(address)) for client, address in pages]
    secret(fresh(last), officer)
    assert fresh(last).state != State.RECOMMENDED
    assert [text_of(client.get(address)) for client, address in pages] == before
    Application.objects.filter(pk=last.pk).update(released_at=timezone.now())
    after = text_of(county.get(pages[0][1]))
    assert after != before[0]  # once released, the county knows
