"""Rules are brought into force in an open call: who, when, once, and what becomes of what was submitted."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from applications import prescreening
from applications.models import Screening
from audit.enums import Result
from audit.models import Event
from programmes import loading, rule_changes
from programmes.models import Call, CallKind, Deadline, RuleChange, RuleChangeProposal, RuleSet
from programmes.rule_changes import why_not
from rulebook import loader
from ruledesk import effects
from ruledesk.models import Draft, EffectReport
from ruledesk.tasks import make_report
from simulation import running
from tests import situations
from tests.accounts.helpers import minute_over
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
    return desk.in_force(call, stored, by=by, **more)


def proposed(call, stored, by, **more):
    said = {"before": call.rules_for(KIND).pk, "key": uuid.uuid4(), "words": "提高门槛。"} | more
    return rule_changes.propose(call, said.pop("kind", KIND), stored, by=by, **said)


def test_drafts_are_judged_anew_and_what_was_submitted_keeps_its_screening(call, stored, officer):
    submitted = situations.submitted(call)
    draft = situations.filled(call, cluster=ClusterFactory(lead="黄岛区"), by=OfficeFactory(authority="黄岛区"))
    before = Screening.objects.get(pk=submitted.screening_id)
    second = OfficeFactory(ministry=True)
    change = begin(call, stored, officer, words="提高门槛。", second=second)
    call.refresh_from_db()
    told = (change.before, change.after, change.words, change.proposed_by, change.office)
    assert told == (before.rule_set, stored, "提高门槛。", officer, second)
    assert call.rules_for(KIND) == stored
    assert prescreening.rules_for(situations.fresh(draft)).hash == stored.digest
    again = situations.fresh(submitted)
    assert (again.screening_id, prescreening.rules_for(again).hash) == (before.pk, before.rule_set.digest)
    event = Event.objects.get(action="programmes.bring_into_force")
    assert (event.office_id, event.details["after"], event.result) == (second.pk, stored.digest, Result.DONE)
    assert event.details["proposed_by"] == officer.pk


def test_pressed_twice_it_happens_once(call, stored, officer):
    key, before = uuid.uuid4(), call.rules_for(KIND).pk
    first = proposed(call, stored, officer, key=key, before=before)
    assert proposed(call, stored, officer, key=key, before=before) == first
    second = OfficeFactory(ministry=True)
    changes = {rule_changes.bring_into_force(first, by=second).pk for _time in range(2)}
    assert len(changes) == RuleChange.objects.count() == RuleChangeProposal.objects.count() == 1
    with pytest.raises(StepRefused) as refused:
        proposed(call, RuleSet.objects.get(version="1"), officer, key=key)
    assert refused.value.code == "key_reused"
    for more in ({"words": "另一个理由。"}, {"before": before + 1}, {"by": second}):
        with pytest.raises(StepRefused) as refused:
            proposed(call, stored, more.pop("by", officer), **{"key": key, "before": before} | more)
        assert refused.value.code == "key_reused"


def test_who_proposed_it_does_not_bring_it_into_force_in_another_office_either(call, stored, officer):
    proposal = proposed(call, stored, officer)
    for office in (officer, OfficeFactory(user=officer.user, role="province", authority="全国")):
        with pytest.raises(StepNotAllowed) as refused:
            rule_changes.bring_into_force(proposal, by=office)
        assert refused.value.code == "own_proposal"
    assert Call.objects.get(pk=call.pk).rule_set.version == "1"


def test_the_database_refuses_one_person_for_both(call, stored, officer):
    proposal = proposed(call, stored, officer)
    with pytest.raises(IntegrityError, match="rules_are_brought_into_force_by_another"), transaction.atomic():
        RuleChange.objects.create(call=call, kind=KIND, before=proposal.before, after=stored, office=officer,
                                  proposed_by=officer, proposal=proposal, key=uuid.uuid4())  # fmt: skip


@pytest.mark.parametrize("words", ["", "  "])
def test_other_rules_are_proposed_with_a_reason(call, stored, officer, words):
    with pytest.raises(StepRefused) as refused:
        proposed(call, stored, officer, words=words)
    assert refused.value.code == "no_reason" and not RuleChangeProposal.objects.exists()


def test_one_proposal_waits_at_a_time_and_can_be_withdrawn(call, stored, officer):
    first = proposed(call, stored, officer)
    with pytest.raises(StepRefused) as refused:
        proposed(call, stored, OfficeFactory(ministry=True))
    assert refused.value.code == "proposed"
    rule_changes.withdraw(first, by=OfficeFactory(ministry=True))
    assert rule_changes.waiting(call, KIND) is None
    for act in (rule_changes.bring_into_force, rule_changes.withdraw):
        with pytest.raises(StepRefused) as refused:
            act(first, by=OfficeFactory(ministry=True))
        assert refused.value.code == "withdrawn"
    assert begin(call, stored, officer).after == stored


def test_a_page_that_showed_other_rules_is_told(call, stored, officer):
    old = call.rules_for(KIND).pk
    begin(call, stored, officer)
    with pytest.raises(Outdated):
        proposed(Call.objects.get(pk=call.pk), RuleSet.objects.get(version="1"), officer, before=old)
    assert RuleChange.objects.count() == 1


def test_a_proposal_for_rules_that_are_gone_brings_nothing_into_force(call, stored, officer):
    proposal = proposed(call, stored, officer)
    other = RuleSet.objects.create(code="other", version="1", content=stored.content, digest="0" * 64)
    Call.objects.filter(pk=call.pk).update(rule_set=other)
    with pytest.raises(Outdated):
        rule_changes.bring_into_force(proposal, by=OfficeFactory(ministry=True))
    assert rule_changes.waiting(Call.objects.get(pk=call.pk), KIND) is None


@pytest.mark.parametrize("who", [{"province": True}, {"county": True}, {"role": "auditor", "authority": "全国"}])
def test_nobody_but_the_authority_of_the_programme_chooses_the_rules(call, stored, who):
    with pytest.raises(StepNotAllowed):
        proposed(call, stored, OfficeFactory(**who))
    minute_over()
    assert Event.objects.get(action="programmes.propose_rules").result == Result.REFUSED
    proposal = proposed(call, stored, OfficeFactory(ministry=True))
    for act in (rule_changes.bring_into_force, rule_changes.withdraw):
        with pytest.raises(StepNotAllowed):
            act(proposal, by=OfficeFactory(**who))
    assert Call.objects.get(pk=call.pk).rule_set.version == "1"
    minute_over()
    assert Event.objects.get(action="programmes.bring_into_force").result == Result.REFUSED


def test_a_call_that_is_closed_keeps_its_rules(call, stored, officer):
    proposal = proposed(call, stored, officer)
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(minutes=1))
    for act in (lambda: begin(call, stored, officer),
                lambda: rule_changes.bring_into_force(proposal, by=OfficeFactory(ministry=True))):  # fmt: skip
        with pytest.raises(StepRefused) as refused:
            act()
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
    sent = {name: page.context["form"][name].value() for name in ("before", "key")} | {"propose": "1"}
    assert client.post(address, sent).status_code == 422  # no reason
    for _time in range(2):
        assert client.post(address, sent | {"words": "自本月起。"}).url == reverse("rule_set", args=[stored.pk])
    proposal, second = RuleChangeProposal.objects.get(), OfficeFactory(ministry=True)
    confirm = {"proposal": proposal.pk, "confirm": "1"}
    assert 'name="confirm"' not in client.get(address).content.decode()
    assert client.post(address, confirm).status_code == 403
    client.force_login(second.user)
    for name in ("rule_set", "rule_force"):
        assert address in client.get(reverse(name, args=[stored.pk])).content.decode()
    assert "自本月起。" in client.get(address).content.decode()
    for _time in range(2):
        assert client.post(address, confirm).url == reverse("rule_set", args=[stored.pk])
    change = RuleChange.objects.get()
    assert (change.words, change.proposed_by, change.office) == ("自本月起。", officer, second)
    again = sent | {"key": str(uuid.uuid4()), "words": "再次。"}
    assert client.post(address, again).status_code == 409
    for proposal in ("x", "0", "9" * 30, ""):
        assert client.post(address, {"proposal": proposal, "confirm": "1"}).status_code == 404


def test_a_version_reads_succeeded_only_where_a_later_one_is_in_force(client, call, stored, officer):
    client.force_login(officer.user)
    first = reverse("rule_set", args=[stored.succeeds_id])
    shown = lambda: [client.get(page).content.decode() for page in (first, reverse("rules"))]  # noqa: E731
    assert all("已被" not in page and "尚未启用" in page for page in shown())
    begin(call, stored, officer)
    assert all("已被" in page and "尚未启用" not in page for page in shown())


def test_the_clause_box_of_a_county_shows_the_source_of_the_change(client, call, stored, officer):
    draft = situations.filled(call)
    client.force_login(draft.opened_by.user)
    assert desk.SOURCE not in client.get(draft.get_absolute_url()).content.decode()
    begin(call, stored, officer)
    assert desk.SOURCE in client.get(draft.get_absolute_url()).content.decode()


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
