"""Stored screenings come out again as they were stored, and whatever was altered is named."""

import json
import tracemalloc
from dataclasses import asdict, fields

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.enums import Role
from applications import replaying
from applications.actions.packets import replay_case, replay_everything
from applications.enums import Decision
from applications.models import Application, Opinion, Replay, Screening, Snapshot
from applications.packets.content import packet_of
from applications.tasks import replay_screenings
from audit.models import Event
from programmes.models import RuleSet
from rulebook import ENGINE_VERSION, loader
from rulebook.rules import Finding
from tests.applications.pages import browser
from tests.applications.test_packets import came_back
from tests.factories import OfficeFactory
from tests.situations import (
    IN_STATE,
    county_of,
    declined,
    disqualified,
    fresh,
    not_recommended,
    province_of,
    recognised,
    recommended,
    returned,
    submitted,
)
from workflow import nightly

pytestmark = pytest.mark.django_db


def altered(sql: str, *values) -> None:
    """Alter a stored row as somebody with the owner's rights could."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_everything_that_is_stored_comes_out_again(call):
    for state in IN_STATE.values():
        state(call)
    came_back(call, lead="市中区")
    outcome = replaying.replay(Screening.objects.all())
    assert outcome.screenings == Screening.objects.count() > 10
    assert (outcome.different, outcome.differences) == (0, [])


ALTERED = {
    "a state": ("1.4", "update applications_screening set findings = jsonb_set(findings, '{4,state}', '\"not_met\"')"),
    "a value": ("1.4", "update applications_screening set findings = jsonb_set(findings, '{4,value}', '\"1\"')"),
    "a clause removed": ("1.4", "update applications_screening set findings = findings - 4"),
    "a count": ("counts", "update applications_screening set met = met + 1"),
    "a figure": ("snapshot", "update applications_snapshot set content = replace(content, '\"80\"', '\"81\"')"),
    "the digest of a snapshot": ("snapshot", "update applications_snapshot set digest = repeat('0', 64)"),
    "a threshold": ("rule_set", "update programmes_ruleset set content = replace(content, '\"40\"', '\"90\"')"),
    "rules that cannot be read": ("rule_set", "update programmes_ruleset set content = '{}'"),
    "a snapshot that cannot be read": ("snapshot", "update applications_snapshot set content = '{}'"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_named(call, what):
    application = submitted(call)
    clause, sql = ALTERED[what]
    index = [one["clause"] for one in application.screening.findings].index("1.4")
    altered(sql.replace("{4,", f"{{{index},").replace("- 4", f"- {index}"))
    outcome = replaying.replay(Screening.objects.all())
    assert (outcome.screenings, outcome.different) == (1, 1)
    assert clause in {difference.clause for difference in outcome.differences}
    assert {(one.screening, one.application) for one in outcome.differences} == {
        (application.screening_id, application.pk)
    }


def test_a_difference_shows_what_is_stored_and_what_comes_out(call):
    application = submitted(call)
    index = [one["clause"] for one in application.screening.findings].index("1.4")
    altered(f"update applications_screening set findings = jsonb_set(findings, '{{{index},state}}', '\"not_met\"')")
    (difference,) = replaying.replay(Screening.objects.all()).differences
    assert (difference.clause, difference.stored["state"], difference.computed["state"]) == ("1.4", "not_met", "met")


def test_the_rules_of_that_day_count_and_not_those_of_today(call):
    """The call may have other rules by now; the screening keeps its own."""
    application = submitted(call)
    stricter = loader.with_settings(loader.load("national-2022"), growth="mean_of_rates")
    other = RuleSet.objects.create(
        code=stricter.code, version="other", content=stricter.canonical_json, digest=stricter.hash
    )
    altered("update programmes_call set rule_set_id = %s", other.pk)
    assert replaying.replay(Screening.objects.all()).different == 0
    altered("update applications_screening set rule_set_id = %s", other.pk)
    found = replaying.replay(replaying.of_application(application.pk)).differences
    assert "1.7" in {difference.clause for difference in found}


def test_a_replay_costs_the_same_memory_for_many_as_for_few(call, monkeypatch):
    application = submitted(call)
    row = application.screening
    Screening.objects.bulk_create(
        Screening(snapshot=row.snapshot, rule_set=row.rule_set, engine_version=row.engine_version, context=row.context,
                  findings=row.findings, **{name: getattr(row, name) for name in replaying.COUNTS})
        for _ in range(60)
    )  # fmt: skip
    monkeypatch.setattr(replaying, "AT_ONCE", 5)
    replaying.replay(Screening.objects.filter(pk=row.pk))  # what is kept for good is kept now
    peaks = []
    for rows in (Screening.objects.order_by("pk")[:15], Screening.objects.all()):
        tracemalloc.start()
        outcome = replaying.replay(Screening.objects.filter(pk__in=list(rows.values_list("pk", flat=True))))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert outcome.screenings == 61
    assert peaks[1] < 1.5 * peaks[0]


def test_only_the_first_differences_are_listed_and_all_are_counted():
    outcome = replaying.Outcome()
    for number in range(1500):
        outcome.add([replaying.Difference(number, number, "1.4", None, None)])
    assert (outcome.screenings, outcome.different, len(outcome.differences)) == (1500, 1500, replaying.MOST_KEPT)


# The command, the button, the nightly task


def test_the_command_tells_nothing_differs(call, capsys):
    submitted(call)
    call_command("replay", "--all", "--json")
    said = json.loads(capsys.readouterr().out)
    assert {name: said[name] for name in ("screenings", "different", "differences")} == {
        "screenings": 1, "different": 0, "differences": [],
    }  # fmt: skip
    assert Replay.objects.get().screenings == 1


@pytest.mark.parametrize("form", ["--json", "lines"])
def test_the_command_ends_with_one_when_anything_differs(call, capsys, form):
    application = submitted(call)
    altered("update applications_screening set met = met + 1")
    chosen = ["--call", call.code] if form == "--json" else ["--application", str(application.pk)]
    with pytest.raises(SystemExit) as ended:
        call_command("replay", *chosen, *([form] if form == "--json" else []))
    assert ended.value.code == 1
    said = capsys.readouterr().out
    if form == "--json":
        assert [one["clause"] for one in json.loads(said)["differences"]] == ["counts"]
    else:
        assert "counts" in said
    assert not Replay.objects.exists()  # only a replay of everything is kept


def test_the_command_refuses_what_is_not_there(db):
    for chosen in (["--call", "none"], ["--application", "1"]):
        with pytest.raises(CommandError) as refusal:
            call_command("replay", *chosen)
        assert refusal.value.returncode == 2


def test_the_command_replays_one_call_only(call, capsys):
    from tests.world import make_call

    submitted(call)
    submitted(make_call(year=2024, sample=False))
    call_command("replay", "--call", call.code, "--json")
    assert json.loads(capsys.readouterr().out)["screenings"] == 1


def replay_address(application) -> str:
    return reverse("application_replay", args=[application.pk])


def test_the_button_says_in_words_that_nothing_differs(call):
    application = came_back(call)
    office = province_of(application)
    client = browser(office)
    page = client.post(replay_address(application), follow=True)
    assert "已按当时的规则复算 2 次预审：与保存的结果完全一致。" in page.content.decode()
    event = Event.objects.get(action="applications.replay")
    assert (event.office_id, event.subject, event.details) == (
        office.pk, f"applications.{application.pk}", {"screenings": 2, "different": 0},
    )  # fmt: skip
    assert event.chain.startswith("day:")
    assert client.get(replay_address(application))["Location"] == application.get_absolute_url()
    assert Event.objects.filter(action="applications.replay").count() == 1


def test_the_button_names_the_clause_that_differs(call):
    application = submitted(call)
    index = [one["clause"] for one in application.screening.findings].index("1.4")
    altered(f"update applications_screening set findings = jsonb_set(findings, '{{{index},state}}', '\"not_met\"')")
    page = browser(province_of(application)).post(replay_address(application), follow=True).content.decode()
    assert (
        "1 次预审中有 1 次复算结果不一致（第 1.4 条、各结论的条数）" in page.replace("&nbsp;", " ")
        or "第 1.4 条" in page
    )
    assert Event.objects.get(action="applications.replay").details["different"] == 1
    assert Screening.objects.get().findings[index]["state"] == "not_met"  # nothing is mended in silence


def test_a_replay_of_everything_is_kept_and_shown(call):
    application = recommended(call)
    altered("update applications_screening set met = met + 1")
    kept = replay_everything()
    assert (kept.screenings, kept.different, kept.engine_version) == (1, 1, ENGINE_VERSION)
    assert [one["clause"] for one in kept.differences] == ["counts"]
    for role, opens in ((Role.MINISTRY, True), (Role.SYSTEM_ADMINISTRATOR, False), (Role.AUDITOR, False)):
        page = browser(OfficeFactory(role=role, authority="全国")).get(reverse("replays")).content.decode()
        assert "1 次预审不一致" in page
        assert "各结论的条数" in page
        assert (application.get_absolute_url() in page) is opens
    assert browser(province_of(application)).get(reverse("replays")).status_code == 403


def test_before_the_first_replay_the_page_says_when_it_comes(db):
    page = browser(OfficeFactory(ministry=True)).get(reverse("replays")).content.decode()
    assert "第一次将在今夜进行" in page


def test_the_case_of_another_is_not_replayed(call):
    application = submitted(call)
    assert (
        browser(OfficeFactory(province=True, authority="青岛市")).post(replay_address(application)).status_code == 404
    )
    assert replay_case(application, by=county_of(application)).screenings == 1


# Every decision rests on stored rows


WAYS = (returned, came_back, recommended, not_recommended, declined, recognised, disqualified)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_decision_stores_what_it_rests_on(call, way):
    """Figures, files' hashes, rule set hash, engine version, findings, reasons, actor and time, from rows alone."""
    application = way(call)
    opinions = list(Opinion.objects.filter(application=application).select_related("snapshot", "screening__rule_set"))
    assert opinions
    for opinion in opinions:
        snapshot, screening = opinion.snapshot, opinion.screening
        content = json.loads(snapshot.content)
        assert content["figures"]["gross_output"]["2024"]
        assert replaying.sha256(snapshot.content) == snapshot.digest
        assert screening.snapshot_id == snapshot.pk
        assert replaying.sha256(screening.rule_set.content) == screening.rule_set.digest
        assert content["rule_set"]["digest"] == screening.rule_set.digest
        assert screening.engine_version == ENGINE_VERSION
        assert len(screening.findings) == len(loader.load_canonical(screening.rule_set.content).rules)
        assert opinion.office.user_id
        assert opinion.made_at
        if opinion.decision in {Decision.SEND_BACK, Decision.DO_NOT_RECOMMEND, Decision.DECLINE, Decision.DISQUALIFY}:
            assert opinion.reasons or opinion.words
        event = Event.objects.filter(chain=f"applications.{application.pk}", office_id=opinion.office_id,
                                     action=f"applications.{opinion.decision}").get()  # fmt: skip
        assert (event.reasons, event.words, event.user_id) == (opinion.reasons, opinion.words, opinion.office.user_id)
    screened = Screening.objects.filter(pk__in=[opinion.screening_id for opinion in opinions])
    assert replaying.replay(screened).different == 0


def test_every_screening_stores_what_it_rests_on(call):
    came_back(call)
    for row in Screening.objects.select_related("snapshot", "rule_set"):
        assert (row.engine_version, bool(row.made_at), bool(row.findings)) == (ENGINE_VERSION, True, True)
        assert row.snapshot.submitted_by_id
        assert row.snapshot.submitted_at
        assert isinstance(row.context, dict)
    office = OfficeFactory(province=True)
    application = Application.objects.get()
    for told in packet_of(fresh(application, office), office, fresh(application).clock)["snapshots"]:
        assert told["files"] == []  # no files are taken in yet; their hashes will stand here
    assert Snapshot.objects.count() == 2


def test_every_night_everything_is_replayed(call):
    submitted(call)
    assert "applications.tasks.replay_screenings" in nightly.tasks()
    assert replay_screenings.func() == 0
    assert Replay.objects.get().screenings == 1
    event = Event.objects.get(action="applications.replay_everything")
    assert (event.office_id, event.details) == (None, {"screenings": 1, "different": 0})


def test_a_finding_stores_every_field_it_has(call):
    """as_json is written out for speed: a field that is added must be added there too."""
    for finding in loaded(submitted(call).screening.findings):
        stored = finding.as_json()
        assert stored == json.loads(json.dumps(asdict(finding)))
        assert list(stored) == [one.name for one in fields(finding)]
        assert Finding.from_json(stored) == finding


def loaded(findings: list[dict]) -> list[Finding]:
    """Return stored findings as the rulebook has them, with their sides."""
    found = [Finding.from_json(one) for one in findings]
    return [*found, *(part for one in found for part in one.parts)]
