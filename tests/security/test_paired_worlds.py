"""Two worlds that differ in one secret give the same bytes to everybody who may not know it."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from applications.actions import ministry
from applications.enums import Reason
from applications.models import Application, Opinion
from tests import situations
from tests.applications import test_judging
from tests.security.addresses import addresses
from tests.security.asking import ask, seen, undone
from tests.security.world import ANONYMOUS
from tests.world import make_call

# The ministry knows; everybody else must not.
UNENTITLED = ("county", "neighbour", "other_county", "province", "other_province", "auditor", ANONYMOUS)
LISTS = ("/?q=%E9%94%AE", "/list.csv", "/samples.csv", "/notices/", "/desk/?tab=result", "/desk/?tab=all",
         "/desk/?tab=recommended", "/desk/?tab=ended", "/work/?show=waiting", "/work/?show=todo",
         "/notices/1/", "/notices/2/", "/notices/3/")  # fmt: skip


@pytest.fixture
def case(world) -> Application:
    """A recommended case in a call whose stage is open and whose first notice has not begun: then all is secret."""
    call = make_call(year=2023, sample=False)
    cluster = situations.ClusterFactory(lead="历下区")
    recommended = situations.recommended(call, by=world.offices["county"], cluster=cluster)
    ministry.open_stage(call, early=True, by=world.offices["ministry"])
    return situations.fresh(recommended)


def shortlist(world, case):
    """Chosen for the public notice."""
    ministry.shortlist(
        situations.fresh(case), key=uuid.uuid4(), version=None, words="优先", by=world.offices["ministry"]
    )


def decline(world, case):
    """Decided against."""
    ministry.decline(
        situations.fresh(case), key=uuid.uuid4(), version=None, reasons=[Reason.OTHER], words="择优",
        by=world.offices["ministry"],
    )  # fmt: skip


def decline_after_shortlist(world, case):
    """Chosen first, then decided against."""
    shortlist(world, case)
    decline(world, case)


def put_back(world, case):
    """Chosen, then put back among the candidates: it reads “recommended” again, and yet a choice was made."""
    shortlist(world, case)
    ministry.put_back(
        situations.fresh(case), key=uuid.uuid4(), version=None, words="再议", by=world.offices["ministry"]
    )


def name_in_a_coming_notice(world, case):
    """Named in a notice that starts in three days."""
    shortlist(world, case)
    ministry.publish_notice(
        case.call, [situations.fresh(case)], starts_on=timezone.localdate() + timedelta(days=3), working_days=5,
        document_number="秘密公示〔2025〕7号", contact=situations.WHERE_TO_OBJECT,
        key=uuid.uuid4(), by=world.offices["ministry"],
    )  # fmt: skip


def answers(world, case, readers=UNENTITLED) -> dict:
    """Return what each reader sees of every page that could show the case, reading and trying to act."""
    found = {}
    paths = [f"/applications/{case.pk}/", f"/applications/{case.pk}/?read", f"/clusters/{case.cluster_id}/",
             f"/applications/{case.pk}/check/", f"/applications/{case.pk}/withdraw/",
             *(f"/applications/{case.pk}/decide/{step}/" for step in
               ("recommend", "take_back", "disqualify", "send_back", "extend", "call_back", "shortlist", "put_back",
                "decline", "recognise")),
             f"/desk/?call={case.call.code}&tab=recommended", f"/desk/?call={case.call.code}&tab=all",
             f"/desk/?call={case.call.code}&tab=result", *LISTS]  # fmt: skip
    paths += [
        one.path for one in addresses(world) if not one.state and not one.path.startswith(("/accounts/", "/ministry/"))
    ]
    for who in readers:
        client = world.client(who)
        for path in dict.fromkeys(paths):
            for method in ("GET", "POST") if f"/{case.pk}/" in path else ("GET",):
                found[who, method, path] = seen(ask(client, method, path))
    return found


def judge(world, case):
    """What the ministry writes of the clauses people judge, before any choice."""
    test_judging.write(situations.fresh(case), world.offices["ministry"], **{"1.1": ("not_met", "未见章程")})
    test_judging.agree(situations.fresh(case), world.offices["ministry"])


def shortlist_as_judged(world, case):
    """Chosen, with every clause judged."""
    judge(world, case)
    shortlist(world, case)


SECRETS = (judge, shortlist_as_judged, shortlist, decline, decline_after_shortlist, put_back, name_in_a_coming_notice)


def test_a_choice_of_the_ministry_changes_no_byte_for_others(world, case):
    with undone():
        before = answers(world, case)
    different = []
    for secret in SECRETS:
        with undone():
            secret(world, case)
            is_decided = Opinion.objects.filter(application=case, level="ministry").exists()
            assert is_decided == (secret is not judge)
            after = answers(world, case)
        different += [(secret.__name__, *key) for key in before if before[key] != after[key]]
    assert sorted({key[1:] for key in different}) == []
    assert len(before) > 200


def test_what_a_province_is_writing_changes_no_byte_for_others(world):
    case, readers = (
        world.cases["submitted"],
        ("county", "neighbour", "other_province", "ministry", "auditor", ANONYMOUS),
    )
    with undone():
        before = answers(world, case, readers)
    with undone():
        test_judging.write(case, world.offices["province"], **{"1.1": ("not_met", "未见章程")})
        after = answers(world, case, readers)
        own = ask(world.client("province"), "GET", f"/applications/{case.pk}/").body.decode()
    assert sorted(key for key in before if before[key] != after[key]) == []
    assert "未见章程</textarea>" in own


def test_the_comparison_sees_a_difference_where_there_is_one(world, case):
    path = f"/applications/{case.pk}/"
    before = seen(ask(world.client("ministry"), "GET", path))
    with undone():
        shortlist(world, case)
        assert seen(ask(world.client("ministry"), "GET", path)) != before


def test_the_case_shows_itself_to_its_own_people_in_these_pages(world, case):
    """The comparison would be empty if the pages did not show the case at all."""
    name = case.cluster.name.encode()
    shown = (
        ("county", "/work/?show=waiting"),
        ("province", f"/desk/?call={case.call.code}&tab=recommended"),
        ("county", f"/applications/{case.pk}/"),
        ("province", f"/applications/{case.pk}/"),
    )
    for who, path in shown:
        assert name in ask(world.client(who), "GET", path).body, (who, path)
    for who in (ANONYMOUS, "other_county", "other_province"):
        assert name not in ask(world.client(who), "GET", "/").body


def test_a_case_of_a_neighbour_province_changes_no_byte(world):
    """Qingdao's new cases leave no trace for Shandong and for the public."""
    readers = ("province", "county", ANONYMOUS, "auditor")
    paths = ["/desk/", "/desk/?tab=all", "/work/", "/", "/list.csv", "/notices/", "/clusters/counties/?q=hd",
             f"/desk/?call={world.staged.code}"]  # fmt: skip

    def look() -> dict:
        return {(who, path): seen(ask(world.client(who), "GET", path)) for who in readers for path in paths}

    before = look()
    with undone():
        situations.submitted(world.call, lead="黄岛区")
        situations.recommended(world.staged, lead="黄岛区")
        after = look()
    assert [key for key in before if before[key] != after[key]] == []


def test_a_title_that_is_not_given_yet_is_on_no_public_page(world):
    """A recognised sample is public, the one in a coming notice is not."""
    cluster = situations.ClusterFactory(lead="历下区", name="历下区尚未公开产业集群")
    hidden = situations.in_notice(world.staged, by=world.offices["county"], cluster=cluster, starts_in_days=3)
    client = world.client(ANONYMOUS)
    entry = hidden.notice_entries.get()
    for path in ("/", "/?q=尚未公开", "/list.csv", "/samples.csv", "/notices/", f"/notices/{entry.notice_id}/"):
        assert "尚未公开产业".encode() not in ask(client, "GET", path).body, path
    nowhere = ask(client, "GET", "/notices/999999999/")
    there = ask(client, "GET", f"/notices/{entry.notice_id}/")
    assert seen(there, f"/notices/{entry.notice_id}/") == seen(nowhere, "/notices/999999999/")
    assert date.today() <= entry.notice.starts_on
