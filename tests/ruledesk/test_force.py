"""Rules are brought into force in an open call: who, when, once, and what becomes of what was submitted."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import prescreening
from applications.models import Screening
from audit.enums import Result
from audit.models import Event
from programmes import loading
from programmes.actions import bring_into_force, why_not
from programmes.models import Call, CallKind, Deadline, RuleChange, RuleSet
from rulebook import loader
from ruledesk import effects
from ruledesk.models import Draft, EffectReport
from ruledesk.tasks import make_report
from simulation import running
from tests import situations
from tests.factories import ClusterFactory, OfficeFactory
from tests.ruledesk import desk
from tests.world import make_call
from workflow.refusals import Outdated, StepNotAllowed, StepRefused

pytestmark = pytest.mark.django_db
KIND = "recognition"


@pytest.fixture
def stored(call) -> RuleSet:
    """A version approved by two people, in effect since yesterday; the call is judged by its parent."""
    return desk.approved()


@pytest.fixture
def officer(country):
    return OfficeFactory(ministry=True)


def begin(call, stored, by, **more):
    said = {"before": call.rules_for(KIND).pk, "key": uuid.uuid4()} | more
    return bring_into_force(call, said.pop("kind", KIND), stored, by=by, **said)


def test_drafts_are_judged_anew_and_what_was_submitted_keeps_its_screening(call, stored, officer):
    submitted = situations.submitted(call)
    draft = situations.filled(call, cluster=ClusterFactory(lead="黄岛区"), by=OfficeFactory(authority="黄岛区"))
    before = Screening.objects.get(pk=submitted.screening_id)
    change = begin(call, stored, officer, words="提高门槛。")
    call.refresh_from_db()
    assert (change.before, change.after, change.words, change.office) == (
        before.rule_set,
        stored,
        "提高门槛。",
        officer,
    )
    assert call.rules_for(KIND) == stored
    assert prescreening.rules_for(situations.fresh(draft)).hash == stored.digest
    again = situations.fresh(submitted)
    assert (again.screening_id, prescreening.rules_for(again).hash) == (before.pk, before.rule_set.digest)
    event = Event.objects.get(action="programmes.bring_into_force")
    assert (event.office_id, event.details["after"], event.result) == (officer.pk, stored.digest, Result.DONE)


def test_pressed_twice_it_happens_once(call, stored, officer):
    key, before = uuid.uuid4(), call.rules_for(KIND).pk
    first = begin(call, stored, officer, key=key, before=before)
    assert begin(call, stored, officer, key=key, before=before) == first
    assert RuleChange.objects.count() == 1
    with pytest.raises(StepRefused) as refused:
        begin(call, RuleSet.objects.get(version="1"), officer, key=key)
    assert refused.value.code == "key_reused"


def test_a_page_that_showed_other_rules_is_told(call, stored, officer):
    old = call.rules_for(KIND).pk
    begin(call, stored, officer)
    with pytest.raises(Outdated):
        begin(Call.objects.get(pk=call.pk), RuleSet.objects.get(version="1"), officer, before=old)
    assert RuleChange.objects.count() == 1


@pytest.mark.parametrize("who", [{"province": True}, {"county": True}, {"role": "auditor", "authority": "全国"}])
def test_nobody_but_the_authority_of_the_programme_chooses_the_rules(call, stored, who):
    with pytest.raises(StepNotAllowed):
        begin(call, stored, OfficeFactory(**who))
    assert Call.objects.get(pk=call.pk).rule_set.version == "1"
    assert Event.objects.get(action="programmes.bring_into_force").result == Result.REFUSED


def test_a_call_that_is_closed_keeps_its_rules(call, stored, officer):
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(StepRefused) as refused:
        begin(call, stored, officer)
    assert refused.value.code == "call_closed"


TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"effective_from": None}, KIND, "not_yet"),
        ({"effective_from": date(2026, 6, 16)}, KIND, "not_yet"),
        ({"effective_from": date(2026, 6, 15)}, KIND, None),
        ({"effective_to": date(2026, 6, 14)}, KIND, "over"),
        ({"effective_to": date(2026, 6, 15)}, KIND, None),
        ({"process": "evaluation"}, KIND, "other_process"),
        ({"process": "reverification"}, KIND, "other_process"),
        ({"process": "reverification"}, "reverification", None),
        ({}, "reverification", None),
        ({"programme": None}, KIND, "other_programme"),
    ],
)
def test_programme_process_and_dates_must_fit(call, stored, changes, kind, code):
    CallKind.objects.create(call=call, kind="reverification")
    stored.effective_from = date(2026, 1, 1)
    for name, value in changes.items():
        setattr(stored, name, value)
    refusal = why_not(call, kind, stored, TODAY)
    assert (refusal and refusal.code) == code


def test_rules_of_a_province_never_judge_a_call_of_the_ministry(call, officer):
    own = desk.programme_of("山东省", code="shandong")
    theirs = desk.approved(OfficeFactory(province=True), programme=own, code="shandong-rules")
    with pytest.raises(StepRefused) as refused:
        begin(call, theirs, officer)
    assert refused.value.code == "other_programme"
    with pytest.raises(StepRefused) as refused:
        begin(call, theirs, officer, kind="reverification")
    assert refused.value.code == "other_kind"


def test_re_verification_may_have_rules_of_its_own(call, stored, officer):
    CallKind.objects.create(call=call, kind="reverification")
    begin(call, stored, officer, kind="reverification")
    call.refresh_from_db()
    assert (call.rules_for("reverification"), call.rules_for(KIND).version) == (stored, "1")


def test_loading_the_reference_data_again_leaves_the_chosen_rules(country, officer):
    stored = desk.approved()
    real = make_call(year=2026, sample=False)
    begin(real, stored, officer)
    listed = [{"year": 2026, "document_number": "", "issued_on": None, "one_per_niche": False, "note": "", "source": "",
               "kinds": [], "last_day": "2026-12-31", "places": {"province": None, "other": None}}]  # fmt: skip
    Call.objects.filter(pk=real.pk).update(code="national-2026")
    loading.FormVersion.objects.get_or_create(code=loading.FORM, defaults={"sections": []})
    loading._calls(listed)
    assert Call.objects.get(pk=real.pk).rule_set == stored


def test_the_page_says_whom_it_concerns_and_brings_into_force(client, call, stored, officer):
    situations.submitted(call)
    situations.filled(call, cluster=ClusterFactory(lead="黄岛区"), by=OfficeFactory(authority="黄岛区"))
    client.force_login(officer.user)
    assert call.code in client.get(reverse("rule_force", args=[stored.pk])).content.decode()
    address = reverse("rule_force_in_call", args=[stored.pk, call.code, KIND])
    page = client.get(address)
    shown = page.content.decode()
    assert "1 份草稿将按新规则判断" in shown and "已提交的 1 份申报保留" in shown
    assert "不低于 40 亿元 → 不低于 50 亿元" in shown
    sent = {name: page.context["form"][name].value() for name in ("before", "key")} | {"words": "自本月起。"}
    for _time in range(2):
        assert client.post(address, sent).url == reverse("rule_set", args=[stored.pk])
    assert RuleChange.objects.get().words == "自本月起。"
    answer = client.post(address, sent | {"key": str(uuid.uuid4())})
    assert answer.status_code == 409


# --- Effect reports ---------------------------------------------------------------------------------


def test_the_effect_report_counts_who_passes_before_and_after(call, officer):
    situations.recommended(call)  # from there on the ministry sees it
    draft = desk.raised(desk.opened(officer), value="100000")
    report = effects.make(draft, officer)
    result = effects.shown_report(report).result
    assert (result.population, result.passes_before - result.passes) == (1, result.passes_before)
    assert (report.digest, result.hash_after) == (draft.digest, draft.digest)
    clause = next(one for one in effects.shown_report(report).clauses if one["clause"] == "1.4")
    assert (clause["met_before"], clause["met"], clause["not_met"]) == (1, 0, 1)


def test_a_report_over_nobody_says_so_and_counts_as_one(country, officer):
    draft = desk.raised(desk.opened(officer))
    shown = effects.shown_report(effects.make(draft, officer))
    assert shown.unanswerable or shown.result.population == 0


def test_a_report_that_failed_is_not_kept_as_an_answer(client, call, officer, monkeypatch):
    from simulation.settings import Unanswerable

    def fails(*arguments, **more):
        raise Unanswerable("规则已变化。")

    situations.recommended(call)
    draft = desk.raised(desk.opened(officer))
    monkeypatch.setattr(running, "simulate", fails)
    client.force_login(officer.user)
    answer = client.post(reverse("rule_effect", args=[draft.pk]), follow=True)
    assert "规则已变化" in answer.content.decode() and not EffectReport.objects.exists()


def test_a_province_counts_its_own_and_nobody_elses(call):
    situations.submitted(call)
    situations.submitted(call, lead="黄岛区")
    office = OfficeFactory(province=True)
    own = desk.programme_of("山东省", code="shandong")
    draft = desk.raised(desk.opened(office, parent=desk.national(), programme=own, code="shandong-rules"))
    assert effects.shown_report(effects.make(draft, office)).result.population == 1


def test_the_report_of_an_office_that_may_not_see_the_draft_is_refused(call, officer):
    draft = desk.opened(officer)
    with pytest.raises(StepNotAllowed):
        effects.make(draft, OfficeFactory(province=True))
    assert not EffectReport.objects.exists()


def test_a_large_report_is_made_in_the_background(
    client, call, officer, monkeypatch, django_capture_on_commit_callbacks
):
    from ruledesk.views import effects as pages

    situations.recommended(call)
    draft = desk.raised(desk.opened(officer))
    monkeypatch.setattr(pages, "BACKGROUND", 0)
    client.force_login(officer.user)
    for _time in range(2):  # pressed twice, asked once
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(reverse("rule_effect", args=[draft.pk])).status_code == 302
    assert effects.is_waiting(draft) and not EffectReport.objects.exists()
    assert effects.DBTaskResult.objects.filter(task_path=effects.TASK).count() == 1
    assert "后台生成" in client.get(draft.get_absolute_url()).content.decode()
    make_report.call(draft.pk, "0" * 64, officer.pk)  # its content is another one by now
    assert not EffectReport.objects.exists()
    make_report.call(draft.pk, draft.digest, officer.pk)
    assert EffectReport.objects.get().digest == draft.digest


def test_the_limit_of_the_page_is_that_of_the_simulation():
    from ruledesk.views import effects as pages

    assert pages.BACKGROUND == running.BACKGROUND == 10_000


# --- From a scenario --------------------------------------------------------------------------------


def scenario(office, path: str, **settings):
    from simulation.models import Scenario

    return Scenario.objects.create(name="提高门槛", programme=desk.national().programme, settings=settings, path=path,
                                   made_by=office, key=uuid.uuid4())  # fmt: skip


def test_a_scenario_becomes_a_draft_with_its_changes_once(client, call, officer):
    one = scenario(officer, "national:cn/", rules="national-2022", changes={"1.4": "50", "growth": "mean_of_rates"})
    client.force_login(officer.user)
    address = reverse("rule_draft_from_scenario", args=[one.public_id])
    answers = [client.post(address) for _time in range(2)]
    draft = Draft.objects.get()
    assert {answer.url for answer in answers} == {draft.get_absolute_url()}
    rules = loader.build(draft.content, "x")
    assert str(rules.by_clause["1.4"].condition.bound.value) == "50"
    assert (rules.settings["growth"].value, rules.version, rules.succeeds.version) == ("mean_of_rates", "2", "1")


def test_a_province_makes_rules_of_its_own_of_a_scenario(client, call):
    own = desk.programme_of("山东省", code="shandong")
    office = OfficeFactory(province=True)
    one = scenario(office, "national:cn/370000/", rules="national-2022", changes={"1.4": "10"})
    client.force_login(office.user)
    client.post(reverse("rule_draft_from_scenario", args=[one.public_id]))
    draft = Draft.objects.get()
    assert draft.programme == own and draft.content["code"].startswith("shandong-")


def test_a_scenario_whose_changes_do_not_fit_the_rules_is_refused_in_words(client, call, officer):
    one = scenario(officer, "national:cn/", rules="national-2022", changes={"9.9": "50"})
    client.force_login(officer.user)
    answer = client.post(reverse("rule_draft_from_scenario", args=[one.public_id]))
    assert answer.url == one.get_absolute_url() and not Draft.objects.exists()


def test_the_scenario_of_another_province_does_not_exist(client, call):
    desk.programme_of("青岛市", code="qingdao")
    one = scenario(OfficeFactory(province=True), "national:cn/370000/", rules="national-2022", changes={"1.4": "10"})
    client.force_login(OfficeFactory(province=True, authority="青岛市").user)
    assert client.post(reverse("rule_draft_from_scenario", args=[one.public_id])).status_code == 404
    assert not Draft.objects.exists()
