"""What was signed is what everybody reads: later changes of the register stand beside it, with their date."""

import json
import re
import time
import uuid
from decimal import Decimal
from importlib import import_module
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications import register_changes
from applications.actions import county, ministry, province
from applications.models import Application, SignedFacts
from applications.packets import content, document, verifying
from applications.snapshots import canonical, facts_signed
from audit.record import record
from clusters.actions import register_cluster
from clusters.models import Cluster, Industry
from printing import reading as pdf_reading
from recognitions.models import Recognition
from tests.applications.pages import browser, chosen, decide_address, sent, sent_together, title
from tests.applications.test_hostile import meanwhile
from tests.applications.test_ministry_pages import notice_said
from tests.applications.test_packets import AT, came_back, packet_for, plain
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import (
    WHERE_TO_OBJECT,
    county_of,
    drafted,
    end_notice,
    fresh,
    in_notice,
    province_of,
    recognise,
    recommended,
    returned,
    shortlisted,
    submitted,
    withdrawn,
)
from tests.world import make_call, make_country
from workflow.steps import Shown

pytestmark = pytest.mark.django_db
SIGNED = "历下智能家电产业集群"
MARK = "改后"


def signed_cluster() -> Cluster:
    return ClusterFactory(lead="历下区", name=SIGNED)


def change_register(application, *, by=None, further=(), **facts) -> Cluster:
    """Change what the register says of the cluster, as its county does on the page of the register."""
    cluster = Cluster.objects.get(pk=application.cluster_id)
    for name, value in facts.items():
        setattr(cluster, name, value)
    return register_cluster(cluster, further=list(further), by=by or county_of(application))


def change_everything(application) -> Cluster:
    """Put a mark into every fact that a county can change."""
    Industry.objects.get_or_create(code="2643", defaults={"name": f"{MARK}制造", "level": 4})
    return change_register(
        application, name=f"{MARK}产业集群", niche=f"{MARK}领域", operator=f"{MARK}管委会", area_km2=Decimal("61.5"),
        industry_id="2643", further=[make_country()["单县"]],
    )  # fmt: skip


def test_what_is_signed_is_kept_as_columns_that_are_those_of_the_snapshot(call):
    application = submitted(call, cluster=signed_cluster())
    kept, told = application.snapshot.facts, facts_signed(application.snapshot)
    assert (kept.name, kept.lead_code, kept.lead_full_name, kept.further) == (
        told["name"], told["lead"]["code"], told["lead"]["name"], told["further"],
    )  # fmt: skip
    assert (kept.industry_code, kept.industry_name) == (told["industry"]["code"], told["industry"]["name"])
    assert (kept.niche, kept.operator, kept.lead_name) == (told["niche"], told["operator"], "历下区")


def test_a_draft_reads_the_register_and_a_case_what_was_signed(call):
    draft, case = drafted(call, cluster=signed_cluster()), submitted(call, cluster=ClusterFactory(name="另一集群"))
    change_register(draft, name=f"{MARK}一")
    change_register(case, name=f"{MARK}二")
    assert (fresh(draft).facts.name, fresh(case).facts.name) == (f"{MARK}一", "另一集群")
    assert str(fresh(case)).startswith("另一集群")
    back = returned(call, cluster=ClusterFactory(lead="市中区", name="退回集群"), lead="市中区")
    change_register(back, name=f"{MARK}三")
    page = browser(county_of(back)).get(back.get_absolute_url()).content.decode()
    assert "<h1>退回集群</h1>" in page.replace("\n", "")
    assert f"{MARK}三" in page.split("data-fill")[0]


def test_search_and_filter_find_what_was_signed_and_nothing_registered_since(call):
    application = submitted(call, cluster=signed_cluster())
    change_everything(application)
    client, desk = browser(province_of(application)), reverse("desk")
    for asked, found in (
        ("q=智能家电", True), ("q=zhinengjiadian", True), (f"q={MARK}", False), ("industry=39", True),
        ("industry=26", False),
    ):  # fmt: skip
        page = client.get(f"{desk}?call={call.code}&tab=all&{asked}").content.decode()
        assert (SIGNED in page) is found, asked
        assert f"{MARK}产业集群" not in page


def test_a_change_stands_beside_the_case_with_its_date_and_in_its_history(call):
    application = submitted(call, cluster=signed_cluster())
    change_everything(application)
    page = browser(province_of(application)).get(application.get_absolute_url()).content.decode()
    beside, history = page.split('class="note registered"')[1].split("</div></div>")[0], page.split("case-history")[1]
    for words in (f"{MARK}产业集群", f"{MARK}领域", f"{MARK}管委会", f"2643 {MARK}制造", "61.5", "单县"):
        assert words in beside
        assert words in history
    assert beside.count("年") >= 6
    assert f"由“{SIGNED}”改为“{MARK}产业集群”" in history
    assert f"<title>{SIGNED}" in page


@pytest.mark.parametrize(
    ("reached", "said"), [(submitted, "以提交时的内容为准"), (returned, "以更改后的信息为准"), (withdrawn, "")]
)
def test_what_a_change_means_depends_on_whether_the_county_has_the_case(call, reached, said):
    application = reached(call, cluster=signed_cluster())
    change_register(application, operator=f"{MARK}管委会")
    for reader in (county_of(application), province_of(application)):
        notes = browser(reader).get(application.get_absolute_url()).content.decode().split('class="note registered"')
        assert [said in note for note in notes[1:]] == ([True] if said else []), reader


def test_the_page_of_the_register_names_the_submission_that_stays_as_it_was(call):
    def named(application) -> bool:
        page = browser(county_of(application)).get(reverse("cluster_change", args=[application.cluster_id]))
        return f"已提交的申报（{call}）以提交时的内容为准" in page.content.decode()

    reached = (submitted, drafted, returned, withdrawn)
    assert [named(one(call, cluster=ClusterFactory(lead="历下区", name=one.__name__))) for one in reached] == [
        True,
        False,
        False,
        False,
    ]


def test_a_change_that_was_taken_back_stands_in_the_history_alone(call):
    application = submitted(call, cluster=signed_cluster())
    change_register(application, name=f"{MARK}集群")
    change_register(application, name=SIGNED)
    told = register_changes.since(fresh(application))
    assert [(one.before, one.after) for one in told] == [(SIGNED, f"{MARK}集群"), (f"{MARK}集群", SIGNED)]
    assert register_changes.beside(told) == []


def test_what_was_registered_before_a_submission_is_no_later_change(call):
    cluster = signed_cluster()
    draft = drafted(call, cluster=cluster)
    change_register(draft, niche="从前的领域")
    change_register(draft, niche="智能家电")
    Application.objects.filter(pk=draft.pk).delete()
    application = submitted(call, cluster=Cluster.objects.get(pk=cluster.pk))
    assert register_changes.since(fresh(application)) == []
    change_register(application, operator=f"{MARK}管委会")
    told = register_changes.since(fresh(application))
    assert [(one.fact, one.after) for one in told] == [("operator", f"{MARK}管委会")]
    again = came_back(call, cluster=ClusterFactory(lead="历下区", name="又一集群"))
    assert register_changes.by_version(fresh(again)) == [[], []]


def test_a_change_between_two_submissions_stands_in_the_history_and_no_longer_beside(call):
    application = returned(call, cluster=signed_cluster())
    change_register(application, niche=f"{MARK}领域")
    first = register_changes.by_version(fresh(application))
    assert [[one.fact for one in changes] for changes in first] == [["niche"]]
    application = fresh(application)
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=county_of(application))
    again = register_changes.by_version(fresh(application))
    assert [[one.fact for one in changes] for changes in again] == [["niche"], []]


def test_a_county_reads_of_its_own_case_as_itself_and_never_as_somebody_else(call):
    """On the page of the case; its reviewers go on reading who did it."""
    application = came_back(call)
    change_register(application, niche=f"{MARK}领域")
    own, reviewer = (
        browser(office).get(application.get_absolute_url()).content.decode()
        for office in (county_of(application), province_of(application))
    )
    for mine, theirs in (
        ("退回要求与您的答复", "退回要求与县级答复"),
        ("您对人工判断条款的说明", "县级对人工判断条款的说明"),
    ):
        assert mine in own and theirs not in own
        assert theirs in reviewer and mine not in reviewer
    assert "提交后，集群登记信息有更改。" in own
    assert f"集群登记信息有更改：细分领域，由“智能家电”改为“{MARK}领域”。" in own
    assert not re.search(r"(?<!由)县级(?!自评|申报员|申报截止)|该县", re.sub(r"<[^>]+>", "", own))


# A decision rests on what the page showed


def page_of(client, application, step: str) -> dict:
    """Return the hidden fields of a decision's page, as a browser sends them back."""
    page = client.get(decide_address(application, step)).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_decision_page_from_before_a_change_of_the_register_decides_nothing_and_shows_the_change(call):
    application = submitted(call, cluster=signed_cluster())
    client = browser(province_of(application))
    old = page_of(client, application, "recommend")
    change_register(application, name=f"{MARK}集群")
    answer = client.post(decide_address(application, "recommend"), old | {"words": "同意推荐。"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "打开本页后，县级更改了集群登记信息" in page
    assert f"{MARK}集群" in page.split('class="note registered"')[1]
    assert "同意推荐。" in page
    assert fresh(application).state == "submitted"
    new = page_of(client, application, "recommend")
    assert client.post(decide_address(application, "recommend"), new).status_code == 302


def changes_listed(response) -> list[str]:
    """Return what a page about several lists as registered since, case by case."""
    notes = response.content.decode().split('class="note registered"')[1:]
    return [after for note in notes for after in re.findall(r"</s> → (\S+)", note.split("</ul>")[0])]


@pytest.mark.parametrize("step", ["shortlist", "decline"])
def test_deciding_about_several_is_refused_for_the_one_whose_register_changed(call, step):
    one, other = recommended(call, cluster=signed_cluster()), recommended(call, lead="市中区")
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    client, address = browser(officer), reverse("ministry_together", args=[step])
    page = chosen(client, step, one, other).content.decode()
    sent = dict(re.findall(r'name="((?:version|register|state|judged)_\d+|key)" value="([^"]*)"', page))
    change_register(one, niche=f"{MARK}领域")
    said = {"words": "择优。", "reasons": ["other"], "case": [one.pk, other.pk]}
    answer = client.post(address, sent | said)
    assert answer.status_code == 409
    assert changes_listed(answer) == [f"{MARK}领域"]
    assert (fresh(one).state, fresh(other).state == "recommended") == ("recommended", False)


def test_a_notice_is_refused_after_a_change_of_the_register(call):
    application = shortlisted(call, cluster=signed_cluster())
    client = browser(OfficeFactory(ministry=True))
    address = reverse("ministry_notice", args=[call.code])
    on = {"document_number": "公示〔2025〕1号", "starts_on": timezone.localdate().isoformat(), "working_days": 5}
    asked = on | WHERE_TO_OBJECT | {"case": application.pk}
    page = client.post(address, asked).content.decode().split("confirm-title")[-1]
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    change_register(application, niche=f"{MARK}领域")
    answer = client.post(address, sent)
    assert (answer.status_code, changes_listed(answer)) == (409, [f"{MARK}领域"])
    assert fresh(application).state == "shortlisted"


def test_recognising_several_is_refused_for_the_one_whose_register_changed(call):
    entry, officer = end_notice(in_notice(call, cluster=signed_cluster())), OfficeFactory(ministry=True)
    ministry.record_objections(entry, outcome="none", words="", by=officer)
    application = fresh(entry.application)
    said = sent_together(application, **title())
    change_register(application, niche=f"{MARK}领域")
    answer = browser(officer).post(reverse("ministry_recognise", args=[entry.notice_id]), said)
    assert (answer.status_code, changes_listed(answer)) == (409, [f"{MARK}领域"])
    assert fresh(application).state == "in_public_notice"


@pytest.mark.parametrize("left_out", ["version", "register", "state_seen"])
def test_a_decision_that_leaves_out_what_its_page_showed_decides_nothing(call, left_out):
    application, other = shortlisted(call), shortlisted(call, lead="市中区")
    client, said = browser(OfficeFactory(ministry=True)), {"reasons": ["other"], "words": "择优"}
    form = sent(application, **said)
    del form[left_out]
    assert client.post(decide_address(application, "decline"), form).status_code == 422
    form = sent_together(application, other, **said)
    del form[f"{left_out.removesuffix('_seen')}_{application.pk}"]
    assert client.post(reverse("ministry_together", args=["decline"]), form).status_code == 409
    assert (fresh(application).state, fresh(other).state) == ("shortlisted", "declined")


@pytest.mark.parametrize("left_out", ["version", "register"])
def test_a_notice_that_leaves_out_what_its_page_showed_publishes_nothing(call, left_out):
    form = notice_said(application := shortlisted(call))
    del form[f"{left_out}_{application.pk}"]
    client = browser(OfficeFactory(ministry=True))
    assert client.post(reverse("ministry_notice", args=[call.code]), form).status_code == 409
    assert fresh(application).state == "shortlisted"


@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_a_change_of_the_register_and_is_then_outdated():
    """Without the lock on the cluster the decision would read the register from before the change."""
    application = submitted(make_call(), cluster=signed_cluster())
    office, by = province_of(application), county_of(application)
    shown = Shown(application.version, application.cluster.version)
    with transaction.atomic():
        change_register(application, by=by, name=f"{MARK}集群")
        outcome = meanwhile(lambda: province.recommend(application, key=uuid.uuid4(), version=shown, by=office))
        time.sleep(1)
    assert outcome() == "register_changed"
    assert fresh(application).state == "submitted"


# The packet


def test_a_packet_names_what_was_signed_and_what_the_register_says_since(call):
    application = recommended(call, cluster=signed_cluster())
    change_everything(application)
    office = province_of(application)
    packet = packet_for(application, office, timezone.now())
    assert packet["format"] == 2
    assert packet["application"]["cluster"] == SIGNED
    assert {one["fact"]: (one["from"], one["to"]) for one in packet["register"]}["name"] == (SIGNED, f"{MARK}产业集群")
    assert {one["fact"] for one in packet["register"]} == {
        "name",
        "industry",
        "niche",
        "area_km2",
        "operator",
        "further",
    }
    assert all(one["at"] for one in packet["register"])
    assert [check.says for check in verifying.check(packet) if not check.is_in_order] == []
    pages = plain("".join(pdf_reading.pages_of(document.printed(packet, "zh-hans").pdf)))
    assert f"{MARK}产业集群" in pages.split("登记变更")[1]
    assert MARK not in pages.split("登记变更")[0]
    answer = browser(office).post(reverse("application_packet", args=[application.pk, "json"]))
    assert SIGNED in unquote(answer["Content-Disposition"])


@pytest.mark.parametrize(
    "forge",
    [
        lambda packet: packet["application"].update(cluster=f"{MARK}产业集群"),
        lambda packet: packet["application"]["lead"].update(name="别处"),
        lambda packet: packet["register"][0].update({"from": "另一名称"}),
        lambda packet: packet["register"].pop(0),
        lambda packet: packet["opinions"][0].update(judgements={"1.1": {"verdict": "not_met", "words": ""}}),
    ],
)
def test_a_forged_fact_of_format_2_is_found(call, forge):
    application = recommended(call, cluster=signed_cluster())
    change_register(application, name=f"{MARK}一")
    change_register(application, name=f"{MARK}二")
    packet = json.loads(canonical(packet_for(application, province_of(application), timezone.now())))
    forge(packet)
    packet["digest"] = verifying.digest_of(packet)
    assert len([check for check in verifying.check(packet) if not check.is_in_order]) == 1


def test_packets_of_format_1_are_not_asked_for_the_register():
    assert len(verifying.CHECKS[1]) == 7
    assert set(verifying.CHECKS[1]) < set(verifying.CHECKS[2])
    with pytest.raises(KeyError):
        list(verifying.check({"format": 3, "digest": ""}))


# What was signed before these columns were kept


def test_facts_of_older_snapshots_are_filled_once_and_again_without_harm(call):
    application = submitted(call, cluster=signed_cluster())
    kept = SignedFacts.objects.filter(snapshot=application.snapshot_id).values().get()
    change_everything(application)
    SignedFacts.objects.all().delete()
    assert fresh(application).facts.name == SIGNED  # what a process of the version before signs meanwhile
    fill = import_module("applications.migrations.0005_fill_signed_facts").fill
    for _again in range(2):
        fill(apps, None)
        assert SignedFacts.objects.filter(snapshot=application.snapshot_id).count() == 1
    filled = SignedFacts.objects.filter(snapshot=application.snapshot_id).values().get()
    assert filled == kept | {"register_version": None, "register_row": filled["register_row"]}


def test_the_packet_of_an_office_is_made_from_what_was_signed_before(call):
    application = submitted(call, cluster=signed_cluster())
    SignedFacts.objects.all().delete()
    office = OfficeFactory(province=True)
    packet = content.packet_of(fresh(application, office), office, AT)
    assert packet["application"]["cluster"] == SIGNED


def test_a_title_is_granted_under_what_was_signed(call):
    application = in_notice(call, cluster=signed_cluster())
    change_everything(application)
    change_register(application, industry_words=f"{MARK}产品")
    recognise(application)
    title = Recognition.objects.get(granted_for=application.ask_key)
    assert (title.name, title.industry_words) == (SIGNED, "电视机制造")
    assert not any(word.startswith(MARK[:2]) for word in title.search_tokens)


def test_judgements_of_an_act_are_proven_while_its_other_details_stay_sealed(call):
    """They have a seal of their own, so that a packet can show them."""
    application = recommended(call, cluster=signed_cluster())
    told = {"judgements": {"1.1": {"verdict": "agrees", "words": ""}}, "place": 7}
    with transaction.atomic():
        record("applications.take_back", by=province_of(application), chain=f"applications.{application.pk}",
               subject=f"applications.{application.pk}", details=told)  # fmt: skip
        record("applications.recommend", by=province_of(application), chain=f"applications.{application.pk}",
               subject=f"applications.{application.pk}", details=told)  # fmt: skip
    packet = json.loads(canonical(packet_for(application, province_of(application))))
    last = packet["events"][-1]
    assert last["values"]["judgements"] == told["judgements"]
    assert "details" not in last["values"]
    assert "details" in last["seals"]
    assert verifying._events(packet).is_in_order  # no opinion of these acts stands in the packet
    assert document.printed(packet, "zh-hans").pdf
    last["values"]["judgements"]["1.1"]["verdict"] = "not_met"
    assert not verifying._events(packet).is_in_order
