"""A waiver by name: who grants it, what it changes at once, what is screened again, and what stays."""

import threading
import uuid

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from applications import prescreening
from applications.actions import county, ministry, province, waivers
from applications.enums import State
from applications.models import Application, Opinion, Screening
from applications.replaying import replay
from applications.rescreening import rescreen_covered
from audit.models import Event
from audit.record import broken_links
from programmes.models import Deadline, Waiver
from rulebook.rules import State as Verdict
from tests import situations
from tests.accounts.helpers import minute_over
from tests.applications.pages import browser, signed_in
from tests.applications.test_hostile import meanwhile
from tests.factories import OfficeFactory
from tests.situations import GOOD, fresh, province_of, tell
from tests.world import make_call, make_country
from workflow.refusals import Outdated, StepNotAllowed, StepRefused

pytestmark = pytest.mark.django_db

CLAUSE = "1.4"
# The output lies below 40 亿元 in the first two years; everything else is met.
SHORT = GOOD | {
    "gross_output": ("30", "35", "45"),
    "sme_output": ("25", "30", "38"),
    "leading_output": ("24", "28", "36"),
}


def granted(call, place="山东省", *, by=None, clause=CLAUSE, key=None, **more) -> Waiver:
    said = {"reason": "西部地区可适当放宽。", "document_number": "工信厅函〔2025〕9号"}
    said |= {"public_line": "豁免第1.4条。"} | more
    [waiver] = waivers.grant(
        call, clause=clause, places=[make_country()[place]], key=key or uuid.uuid4(),
        by=by or OfficeFactory(ministry=True), **said,
    )  # fmt: skip
    return waiver


def verdict(application, clause=CLAUSE) -> str:
    stored = fresh(application).screening
    return next(finding.state for finding in prescreening.kept(stored) if finding.clause == clause)


def worked() -> int:
    """Do what was queued, as the worker does; return how many cases changed."""
    waiting = DBTaskResult.objects.filter(task_path=rescreen_covered.module_path, status="READY")
    changed = sum(rescreen_covered.call(*row.args_kwargs["args"]) for row in waiting)
    waiting.delete()
    return changed


# --- Granting ---------------------------------------------------------------------------------


def test_a_waiver_is_on_record_and_its_finding_names_authority_reason_and_document(call):
    officer = OfficeFactory(ministry=True)
    waiver = granted(call, by=officer)
    event = Event.objects.get(action="programmes.grant_waiver")
    assert (event.subject, event.words, event.details["clause"]) == (f"waivers.{waiver.pk}", waiver.reason, CLAUSE)
    application = situations.submitted(call, figures=SHORT)
    finding = next(one for one in prescreening.kept(application.screening) if one.clause == CLAUSE)
    assert finding.state == Verdict.WAIVED
    told = next(reason.params for reason in finding.reasons if reason.code == "waived")
    assert told == {"authority": "工业和信息化部", "reason": waiver.reason, "document": waiver.document_number}
    assert {year: one.state for year, one in finding.by_year.items()} == {
        "2022": "not_met", "2023": "not_met", "2024": "met"
    }  # fmt: skip
    assert application.screening.waived == 1
    assert application.screening.not_met == 0
    assert application.screening.context["place"] == "370000"


def test_a_clause_that_is_met_stays_met(call):
    granted(call)
    application = situations.submitted(call)
    assert verdict(application) == Verdict.MET
    assert application.screening.waived == 0


def test_pressing_twice_grants_once_and_a_used_key_says_one_thing(call):
    officer, key = OfficeFactory(ministry=True), uuid.uuid4()
    first = granted(call, by=officer, key=key)
    assert granted(call, by=officer, key=key) == first
    with pytest.raises(StepRefused) as refusal:
        granted(call, by=officer, key=key, reason="另一个理由")
    assert refusal.value.code == "key_reused"
    assert Waiver.objects.count() == 1


@pytest.mark.parametrize("role", ["county", "province"])
def test_nobody_but_the_authority_that_runs_the_call_grants_or_ends(call, role):
    office = OfficeFactory(**{role: True})
    with pytest.raises(StepNotAllowed):
        granted(call, by=office)
    waiver = granted(call)
    with pytest.raises(StepNotAllowed):
        waivers.end(waiver, words="不再适用", by=office)
    minute_over()
    assert Event.objects.filter(result="refused", action__startswith="programmes.").count() == 2


def test_a_province_waives_in_its_own_programme_and_in_no_other(call, country):
    own = make_call(year=2026)
    own.programme = type(own.programme).objects.create(
        code="shandong", name="山东省级", name_en="Shandong", owner=country["山东省"], sample=True
    )
    own.save()
    office = OfficeFactory(province=True)
    assert granted(own, "历下区", by=office).authority_name == "山东省"
    for place, code in (("黄岛区", "no_such_place"), ("山东省", "for_everybody")):
        with pytest.raises(StepRefused) as refusal:
            granted(own, place, by=office)
        assert refusal.value.code == code
    with pytest.raises(StepNotAllowed):
        granted(call, "历下区", by=office)
    with pytest.raises(StepNotAllowed):
        granted(own, "历下区", by=OfficeFactory(ministry=True))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"clause": "9.9"}, "not_a_computed_clause"),
        ({"clause": "1.1"}, "not_a_computed_clause"),
        ({"place": "全国"}, "for_everybody"),
        ({"reason": ""}, "words_missing"),
        ({"document_number": ""}, "words_missing"),
        ({"public_line": ""}, "words_missing"),
    ],
)
def test_what_cannot_be_waived_is_refused_with_its_reason(call, said, code):
    with pytest.raises(StepRefused) as refusal:
        granted(call, **said)
    assert refusal.value.code == code
    assert not Waiver.objects.exists()


def test_only_computed_clauses_can_be_waived(call):
    rules = prescreening.rules_of(call)
    assert [rule.clause for rule in waivers.waivable(call)] == [rule.clause for rule in rules.computed]


def test_a_place_within_a_waived_place_is_not_waived_again_and_one_beside_it_is(call):
    granted(call, "山东省")
    with pytest.raises(StepRefused) as refusal:
        granted(call, "历下区")
    assert refusal.value.code == "already_waived"
    assert "山东省" in str(refusal.value)
    granted(call, "黄岛区")  # 青岛 is a recommending authority of its own
    granted(call, "历下区", clause="1.5")


def test_a_call_that_is_over_is_not_waived_any_more(call):
    officer = OfficeFactory(ministry=True)
    Deadline.objects.filter(call=call).update(closes_at=timezone.now())
    granted(call, by=officer)  # recommended ones can still be screened again
    ministry.open_stage(call, early=True, by=officer)
    call.refresh_from_db()
    with pytest.raises(StepRefused) as refusal:
        granted(call, "黄岛区", by=officer)
    assert refusal.value.code == "call_over"


# --- Where it counts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        ("山东省", True),
        ("济南市", True),
        ("历下区", True),
        ("市中区", False),
        ("青岛市", False),
        ("新疆生产建设兵团", False),
    ],
)
def test_a_waiver_covers_the_clusters_led_from_its_place(call, place, covered):
    granted(call, place)
    application = situations.drafted(call)
    tell(application, SHORT, by=application.opened_by)
    figures = prescreening.snapshots.figures_in(situations.submitted(call, figures=SHORT).snapshot)
    live = {one.clause: one.state for one in prescreening.live(fresh(application), figures)}
    assert live[CLAUSE] == (Verdict.WAIVED if covered else Verdict.NOT_MET)
    assert verdict(situations.submitted(call, figures=SHORT)) == live[CLAUSE]


def test_the_draft_page_the_case_and_the_lists_say_that_a_clause_is_waived(call):
    waiver = granted(call)
    draft = situations.filled(call, figures=SHORT)
    client = browser(draft.opened_by)
    live = client.get(reverse("application", args=[draft.pk])).content.decode()
    row = situations.recommended(call, figures=SHORT)
    reviewer = browser(province_of(row))
    case = reviewer.get(reverse("application", args=[row.pk])).content.decode()
    for page in (live, case):
        assert "1 项已豁免" in page
        assert f"本条经工业和信息化部豁免（{waiver.document_number}），理由：西部地区可适当放宽。" in page
    desk = reviewer.get(reverse("desk"), {"tab": "all", "verdict": "waived"}).content.decode()
    slate = signed_in(ministry=True).get(reverse("ministry_slate", args=[call.code])).content.decode()
    assert row.cluster.name in desk
    for page in (desk, slate):
        assert '<li class="verdict-waived" title="1 项已豁免">' in page


# --- Screening again --------------------------------------------------------------------------------


def test_what_is_submitted_and_undecided_is_screened_again_and_the_old_screening_stays(call):
    application = situations.submitted(call, figures=SHORT)
    before = application.screening
    granted(call)
    assert verdict(application) == Verdict.NOT_MET
    assert worked() == 1
    row = fresh(application)
    assert (verdict(row), row.state, row.version) == (Verdict.WAIVED, State.SUBMITTED, application.version + 1)
    assert row.screening.snapshot == row.snapshot == before.snapshot
    assert row.screening.rule_set_id == before.rule_set_id
    assert row.screening.context["waivers"][0]["document"] == "工信厅函〔2025〕9号"
    kept = Screening.objects.get(pk=before.pk)
    assert (kept.findings, kept.waived, kept.context) == (before.findings, 0, before.context)
    assert not broken_links(f"applications.{row.pk}")
    assert worked() == 0


def test_the_history_says_who_waived_what_and_that_it_was_screened_again(call):
    application = situations.submitted(call, figures=SHORT)
    granted(call)
    worked()
    response = browser(application.opened_by).get(reverse("application", args=[application.pk]))
    says = [line.says for line in response.context["timeline"]]
    assert "豁免第 1.4 条（工信厅函〔2025〕9号）" in says[0]
    assert "重新预审" in says[0]
    event = Event.objects.get(action="applications.rescreen")
    assert event.details == {"clauses": ["1.4"], "document": "工信厅函〔2025〕9号"}
    assert (event.state_from, event.state_to) == ("submitted", "submitted")


def test_a_page_from_before_the_waiver_decides_nothing(call):
    application = situations.submitted(call, figures=SHORT)
    granted(call)
    worked()
    with pytest.raises(Outdated):
        province.do_not_recommend(
            application, key=uuid.uuid4(), version=application.version, reasons=["below_standard"], words="",
            by=province_of(application),
        )  # fmt: skip


def test_an_opinion_keeps_the_screening_it_rested_on(call):
    application = situations.recommended(call, figures=SHORT)
    before = application.screening_id
    granted(call)
    assert worked() == 1
    assert fresh(application).screening_id != before
    assert Opinion.objects.get(application=application).screening_id == before


DECIDED = ("not_recommended", "shortlisted", "declined", "in_public_notice", "recognised", "disqualified", "withdrawn")


@pytest.mark.parametrize("state", ["draft", "returned", *DECIDED])
def test_what_is_decided_or_with_the_county_is_not_screened_again(call, state):
    application = situations.IN_STATE[State(state)](call, **({"figures": SHORT} if state != "draft" else {}))
    before = Screening.objects.count()
    granted(call)
    assert worked() == 0
    row = fresh(application)
    assert (row.screening_id, row.version) == (application.screening_id, application.version)
    assert Screening.objects.count() == before


def test_after_the_stage_is_opened_a_submitted_one_is_screened_again_and_a_recommended_one_is_not(call):
    waiting, candidate = situations.submitted(call, figures=SHORT), situations.recommended(call, figures=SHORT)
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    call.refresh_from_db()
    granted(call, by=officer)
    assert worked() == 1
    assert (verdict(waiting), verdict(candidate)) == (Verdict.WAIVED, Verdict.NOT_MET)


def test_a_decision_taken_back_after_the_waiver_is_screened_again(call):
    application = situations.not_recommended(call, figures=SHORT)
    granted(call)
    assert worked() == 0
    by = province_of(application)
    province.take_back(application, key=uuid.uuid4(), version=application.version, words="重新审核", by=by)
    assert verdict(application) == Verdict.WAIVED
    response = browser(by).get(reverse("application", args=[application.pk]))
    assert "重新预审" in response.context["timeline"][0].says
    taken_back = Opinion.objects.filter(application=application).latest("pk")
    assert taken_back.screening_id == application.screening_id


def test_waivers_of_one_case_are_added_the_widest_first(call):
    application = situations.submitted(call, figures=SHORT)
    granted(call, "青岛市")
    assert worked() == 0
    granted(call, "济南市", reason="一")
    granted(call, "山东省", reason="二", clause="1.5")
    assert worked() == 1
    assert [one["reason"] for one in fresh(application).screening.context["waivers"]] == ["二", "一"]


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_submitted_while_a_waiver_is_granted_is_screened_again_too():
    """Its screening began before the waiver could be seen; who screens again waits for it."""
    call = make_call()
    application, officer = situations.filled(call, figures=SHORT), OfficeFactory(ministry=True)
    with transaction.atomic():
        county.submit(
            application, key=uuid.uuid4(), declared=True, version=application.version, by=application.opened_by
        )
        ended = meanwhile(lambda: rescreen_covered.call(granted(call, by=officer).pk))
        threading.Event().wait(0.7)
        assert verdict(application) == Verdict.NOT_MET
    assert ended() == "done"
    assert verdict(application) == Verdict.WAIVED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_waive_the_same_clause_at_once_one_is_told():
    call, officer = make_call(), OfficeFactory(ministry=True)
    other = OfficeFactory(ministry=True)
    with transaction.atomic():
        granted(call, by=officer)
        ended = meanwhile(lambda: granted(call, "历下区", by=other))
        threading.Event().wait(0.5)
    assert ended() == "already_waived"
    assert Waiver.objects.count() == 1


# --- Ending ------------------------------------------------------------------------------------------


def test_after_the_end_a_submission_is_judged_again_and_what_was_screened_stays(call):
    waiver, officer = granted(call), OfficeFactory(ministry=True)
    early = situations.submitted(call, figures=SHORT)
    ended = waivers.end(waiver, words="文件已废止。", by=officer)
    assert waivers.end(waiver, words="文件已废止。", by=officer) == ended
    with pytest.raises(StepRefused) as refusal:
        waivers.end(waiver, words="再次", by=officer)
    assert refusal.value.code == "ended_already"
    late = situations.submitted(call, figures=SHORT)
    assert (verdict(early), verdict(late)) == (Verdict.WAIVED, Verdict.NOT_MET)
    assert "waivers" not in late.screening.context


def test_a_waiver_ended_before_its_turn_screens_nothing_again(call):
    application = situations.submitted(call, figures=SHORT)
    waivers.end(granted(call), words="误录。", by=OfficeFactory(ministry=True))
    assert worked() == 0
    assert verdict(application) == Verdict.NOT_MET


def test_a_later_waiver_takes_no_ended_one_away(call):
    application = situations.submitted(call, figures=SHORT | {"sme_output": ("15", "15", "15")})
    first = granted(call)
    worked()
    waivers.end(first, words="不再适用。", by=OfficeFactory(ministry=True))
    granted(call, clause="1.5")
    assert worked() == 1
    assert (verdict(application, "1.4"), verdict(application, "1.5")) == (Verdict.WAIVED, Verdict.WAIVED)


def test_a_returned_one_submitted_again_is_judged_by_the_waivers_of_that_day(call):
    waiver = granted(call)
    application = situations.returned(call, figures=SHORT)
    assert verdict(application) == Verdict.WAIVED
    waivers.end(waiver, words="不再适用。", by=OfficeFactory(ministry=True))
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=application.opened_by)
    assert verdict(application) == Verdict.NOT_MET


def test_every_screening_with_and_without_waivers_computes_to_the_same_again(call):
    situations.submitted(call, figures=SHORT)
    situations.recommended(call, lead="黄岛区", figures=SHORT)
    waiver = granted(call)
    worked()
    waivers.end(waiver, words="不再适用。", by=OfficeFactory(ministry=True))
    situations.submitted(call, figures=SHORT)
    outcome = replay(Screening.objects.all())
    assert (outcome.screenings, outcome.different, outcome.differences) == (4, 0, [])
    assert Application.objects.count() == 3
