"""Check, submit once, withdraw: what the county does with a finished draft."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications import snapshots
from applications.actions import county, province
from applications.enums import Reason, State
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Remark, Screening, Snapshot
from applications.returns import return_of
from programmes.models import Deadline
from tests.applications.pages import browser, text_of
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import (
    declined,
    drafted,
    filled,
    fresh,
    not_recommended,
    province_of,
    recognised,
    recommended,
    returned,
    sent_back,
    submitted,
    tell,
    withdrawn,
)
from tests.world import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(country, client):
    office = OfficeFactory(county=True)
    client.force_login(office.user)
    return office


def check(client, application):
    return client.get(reverse("application_check", args=[application.pk]))


def submit(client, application, **changes):
    said = {"key": str(uuid.uuid4()), "version": application.version, "declared": "on"} | changes
    return client.post(reverse("application_submit", args=[application.pk]), said)


def test_the_check_page_shows_every_answer_with_a_way_to_change_it_and_back(client, call, by):
    application = filled(call, by=by)
    content = check(client, application).content.decode()
    for part in (
        "集群总产值",
        "60",
        "情况属实。",
        "产业集群管理委员会",
        f'href="/applications/{application.pk}/?back=check#section-all"',
    ):
        assert part in content
    assert content.count("btn-primary") == 1
    assert_every_answer_is_named_the_countys_own(content)


def assert_every_answer_is_named_the_countys_own(content: str) -> None:
    """An answer never reads as a verdict: 县级自评 stands before it."""
    said = content[content.index('class="sheet answers"><h2>情况说明') :]
    said = said[: said.index("</section>")]
    answered = re.findall(r"<dd>(?:<[^>]*>)*([^<]*达标)", said)
    assert answered and all(one.startswith("县级自评：") for one in answered)


def test_every_problem_is_a_link_to_its_cell_or_statement(client, call, by):
    application = drafted(call, by=by)
    tell(application, {"gross_output": ("1_000", "7", "80")}, by=by)
    content = check(client, application).content.decode()
    page = f"/applications/{application.pk}/?back=check"
    assert "集群总产值，2022 年：" in content
    assert f'href="{page}#cell-gross_output-2022"' in content
    assert f'href="{page}#clause-1-1"' in content
    missing = re.findall(r'<p class="field-error" id="([^"]*)-lacks">尚未说明原因。</p>', content)
    assert "id-jump-gross_output-2024" in missing
    assert f'<a href="#{missing[0]}">还有 {len(missing)} 项未说明原因，已在下方标出。</a>' in content
    summary = content[content.index('class="error-summary"') : content.index('id="reasons-title"')]
    assert "营业收入" not in summary  # each is named once, at its field


def test_submission_freezes_and_leads_to_a_confirmation_with_number_and_next_step(client, call, by):
    application = filled(call, by=by)
    response = submit(client, application)
    assert response.url == reverse("application_submitted", args=[application.pk])
    application = fresh(application)
    assert (application.state, Snapshot.objects.count(), Screening.objects.count()) == (State.SUBMITTED, 1, 1)
    content = client.get(response.url).content.decode()
    assert application.snapshot.digest in content and "山东省" in content and "data-print" in content
    assert f"{call.code}-{application.pk:06d}-1" in content
    assert_every_answer_is_named_the_countys_own(content)


def test_the_copy_to_keep_is_what_was_signed_and_not_what_stands_in_the_cells_now(client, call, by):
    application = returned(call, by=by)
    tell(application, {"gross_output": ("", "", "8,501")}, by=by)
    content = client.get(reverse("application_submitted", args=[application.pk])).content.decode()
    assert "8,501" not in content and "集群总产值" in content and "情况属实。" in content


def test_pressing_twice_and_again_after_a_lost_answer_submits_once(client, call, by):
    application, key = filled(call, by=by), str(uuid.uuid4())
    answers = [submit(client, application, key=key).url for _ in range(3)]
    assert set(answers) == {reverse("application_submitted", args=[application.pk])}
    assert Snapshot.objects.count() == 1


def test_without_the_declaration_or_with_open_problems_nothing_is_submitted(client, call, by):
    application = filled(call, by=by)
    assert submit(client, application, declared="").status_code == 409
    tell(application, {"gross_output": ("", "", "abc")}, by=by)
    response = submit(client, application)
    assert response.status_code == 409 and "#cell-gross_output-2024" in response.content.decode()
    assert fresh(application).state == State.DRAFT and not Snapshot.objects.exists()


def test_an_old_page_is_told_so_and_submits_nothing(client, call, by):
    application = filled(call, by=by)
    assert submit(client, application, version=application.version + 1).status_code == 409
    assert submit(client, application, key="no key").status_code == 409
    assert not Snapshot.objects.exists()


def test_what_was_changed_in_another_tab_since_the_check_page_is_not_signed_unseen(client, call, by):
    application = filled(call, by=by)
    seen = check(client, application).context["form"]["seen"].value()
    assert len(seen) == 64
    tell(application, {"gross_output": ("", "", "81")}, by=by)
    response = submit(client, application, seen=seen)
    assert response.status_code == 409 and not Snapshot.objects.exists()
    assert submit(client, application, seen=response.context["form"]["seen"].value()).status_code == 302


def shown_on(page) -> dict:
    """Return what the form of a check page brings back of what it showed."""
    return {name: page.context["form"][name].value() for name in ("seen", "opened")}


def test_what_was_changed_since_the_check_page_was_opened_is_listed_from_and_to(client, call, by):
    application = filled(call, by=by)
    opened = shown_on(check(client, application))
    tell(application, {"gross_output": ("", "", "81")}, by=by)
    said = application.statements.order_by("clause").first()
    county.answer_clause(
        application, said.clause, answer=said.answer, words="改过的说明。", version=said.version, by=by
    )
    response = submit(client, application, **opened)
    changes = response.context["meanwhile"]
    [figure], [statement] = changes.figures, changes.statements
    assert (figure.after, figure.place) == ("81 亿元", "cell-gross_output-2024") and "改过的说明。" in statement.after
    assert not changes.facts and not changes.verdicts and not changes.reasons
    page = response.content.decode()
    assert f"<del>{figure.before}</del>" in page and "打开本页之后的改动" in page and "与被退回的版本相比" not in page


def test_of_the_reasons_only_those_of_another_window_are_listed(client, call, by):
    application = odd(call, by)
    opened = shown_on(check(client, application))
    tell(application, {"operating_revenue": ("", "", "900")}, by=by)
    changes = submit(client, application, **opened, **REASON).context["meanwhile"]
    assert not changes.reasons and [one.place for one in changes.figures] == ["cell-operating_revenue-2024"]


@pytest.mark.parametrize("forged", ["", "x", "eyJhIjoxfQ:1:x"])
def test_a_page_that_cannot_say_what_it_was_opened_on_is_refused_all_the_same(client, call, by, forged):
    application = filled(call, by=by)
    seen = seen_on(check(client, application))
    tell(application, {"gross_output": ("", "", "81")}, by=by)
    response = submit(client, application, seen=seen, opened=forged)
    assert (response.status_code, response.context["meanwhile"]) == (409, None)


def test_what_a_page_of_another_application_was_opened_on_is_not_read():
    one, other = Application(pk=1), Application(pk=2)
    opened = snapshots.sealed({"a": 1}, one)
    assert (snapshots.unsealed(opened, one), snapshots.unsealed(opened, other)) == ({"a": 1}, None)


@pytest.mark.parametrize("nothing", ["无", " 没有。", "—", "/", "不详", "N/A"])
def test_a_word_for_nothing_is_no_reason(client, call, by, nothing):
    application, code = odd(call, by), "jump:gross_output:2024"
    response = submit(client, application, **{f"reason-{code}": nothing})
    assert response.status_code == 422 and "请用文字说明原因" in response.content.decode()
    Remark.objects.create(application=application, warning=code, words=nothing.strip(), changed_by=by)
    assert code in check(client, fresh(application)).context["lacking"]


def test_words_that_came_too_late_stand_beside_what_they_answer(client, call, by):
    application = submitted(call, by=by)
    typed = {"reason-reply:figure_unclear": "已核对。", "reason-jump:gross_output:2024": "新项目投产。"}
    page = text_of(submit(client, application, **typed))
    assert "集群总产值 2024：新项目投产。" in page and f"{Reason.FIGURE_UNCLEAR.label}：已核对。" in page


def test_after_the_deadline_that_counts_submission_is_refused_with_the_time_and_whose_it_is(client, call, by, country):
    application = filled(call, by=by)
    Deadline.objects.create(
        call=call, authority=country["山东省"], authority_path="national:cn/370000/", level_below="county",
        closes_at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    assert "山东省" in check(client, application).content.decode()
    response = submit(client, application)
    assert response.status_code == 403 and "山东省" in response.content.decode()
    assert fresh(application).state == State.DRAFT


def test_a_warning_needs_a_reason_and_the_reason_is_kept(client, call, by):
    application = filled(call, by=by)
    tell(application, {"gross_output": ("", "", "900")}, by=by)
    address = reverse("application_check", args=[application.pk])
    assert submit(client, application).status_code == 409
    response = client.post(address, {"reason-jump:gross_output:2024": "新项目投产。"})
    assert response.url == address
    assert Remark.objects.get(warning="jump:gross_output:2024").words == "新项目投产。"


def odd(call, by):
    """A draft in which one figure still wants a reason."""
    application = filled(call, by=by)
    tell(application, {"gross_output": ("", "", "900")}, by=by)
    return application


REASON = {"reason-jump:gross_output:2024": "新项目投产。"}


def seen_on(page) -> str:
    """Return the digest of what a check page shows."""
    return page.context["form"]["seen"].value()


def test_the_first_press_of_submit_keeps_the_reasons_just_typed_and_goes_on(client, call, by):
    application = odd(call, by)
    page = check(client, application)
    box = re.search('<textarea[^>]*name="reason-jump:gross_output:2024"[^>]*>', page.content.decode())[0]
    assert 'form="answers"' in box
    response = submit(client, application, seen=seen_on(page), **REASON)
    assert response.url == reverse("application_submitted", args=[application.pk])
    assert json.loads(Snapshot.objects.get().content)["remarks"]["jump:gross_output:2024"] == "新项目投产。"


def test_a_reason_keeps_its_lines_from_the_box_to_the_reviewer(client, call, by):
    application = odd(call, by)
    box = re.search(
        '<textarea[^>]*name="reason-jump:gross_output:2024"[^>]*>', check(client, application).content.decode()
    )
    assert 'rows="2"' in box[0] and 'maxlength="300"' in box[0]
    response = submit(client, application, **{"reason-jump:gross_output:2024": "新项目投产。\r\n见统计年报。"})
    row = fresh(application)
    assert json.loads(row.snapshot.content)["remarks"]["jump:gross_output:2024"] == "新项目投产。\n见统计年报。"
    for page in (client.get(response.url), browser(province_of(row)).get(row.get_absolute_url())):
        assert "新项目投产。<br>见统计年报。" in page.content.decode()


def test_the_first_press_of_submit_keeps_the_replies_just_typed_and_goes_on(client, call, by):
    application = returned(call, by=by, is_replied=False)
    tell(application, {"gross_output": ("", "", "85")}, by=by)
    seen = seen_on(check(client, application))
    assert submit(client, application, seen=seen, **{"reason-reply:figure_unclear": "已核对。"}).status_code == 302
    assert json.loads(fresh(application).snapshot.content)["replies"] == {"figure_unclear": "已核对。"}


def test_reasons_are_kept_also_where_the_submission_is_refused(client, call, by):
    application = odd(call, by)
    seen = seen_on(check(client, application))
    assert submit(client, application, declared="", **REASON).status_code == 409
    assert Remark.objects.get(warning="jump:gross_output:2024").words == "新项目投产。"
    tell(application, {"gross_output": ("", "", "901")}, by=by)
    changed = {"reason-jump:gross_output:2024": "扩产。", "initial-reason-jump:gross_output:2024": "新项目投产。"}
    assert submit(client, application, seen=seen, **changed).status_code == 409 and not Snapshot.objects.exists()
    assert Remark.objects.get(warning="jump:gross_output:2024").words == "扩产。"
    long = submit(client, application, **{"reason-jump:gross_output:2024": "长" * 301})
    assert (long.status_code, Snapshot.objects.count()) == (422, 0) and "长" * 301 in long.content.decode()


@pytest.mark.parametrize("address", ["application_check", "application_submit"])
def test_reasons_typed_into_a_withdrawn_bid_are_given_back_to_be_copied(client, call, by, address):
    application = withdrawn(call, by=by)
    said = {"key": str(uuid.uuid4()), "version": application.version, "declared": "on"} | REASON
    response = client.post(reverse(address, args=[application.pk]), said)
    assert response.status_code == 403
    assert "已撤回" in response.content.decode() and "新项目投产。" in response.content.decode()


def test_a_returned_one_without_a_change_asks_once_and_is_then_submitted(client, call, by):
    application = returned(call, by=by)
    asked = submit(client, application)
    assert asked.status_code == 409 and "都没有改动" in asked.content.decode()
    assert 'name="unchanged" value="True"' in asked.content.decode() and fresh(application).state == State.RETURNED
    assert f"请再点一次“{LIFECYCLE.steps['submit'].label}”" in text_of(asked)  # as the button is called
    assert submit(client, application, unchanged="True").status_code == 302
    assert fresh(application).snapshot.number == 2


def test_what_stops_a_submission_is_told_before_asking_about_an_unchanged_one(client, call, by):
    application = returned(call, by=by, is_replied=False)
    response = submit(client, application)
    assert response.status_code == 409 and "都没有改动" not in response.content.decode()


@pytest.mark.parametrize("reached", [submitted, returned, withdrawn, recommended, recognised])
def test_the_receipt_is_found_from_application_cluster_and_work_and_says_how_it_stands(client, call, by, reached):
    application = reached(call, by=by)
    address = reverse("application_submitted", args=[application.pk])
    for name, key in (("application", application.pk), ("cluster", application.cluster_id)):
        assert f'href="{address}"' in client.get(reverse(name, args=[key])).content.decode(), name
    shown = {submitted: "waiting", recommended: "waiting", returned: "returned"}.get(reached)
    if shown:
        assert f'href="{address}"' in client.get(reverse("home"), {"show": shown}).content.decode()
    content = client.get(address).content.decode()
    assert str(State(application.state).label) in content and "集群总产值" in content and "已核实。" in content
    assert 'id="findings-bar"' in content
    assert content.count('<details class="findings-group"') == content.count(" open>") > 0
    assert ("后续流程" in content) == (reached is submitted)


def test_a_draft_has_no_receipt_and_a_province_gets_no_link_to_one(client, call, by):
    draft, case = drafted(call, by=by), submitted(call, by=by)
    assert "/submitted/" not in client.get(reverse("application", args=[draft.pk])).content.decode()
    client.force_login(OfficeFactory(province=True).user)
    for name, key in (("application", case.pk), ("cluster", case.cluster_id)):
        assert "/submitted/" not in client.get(reverse(name, args=[key])).content.decode()


def test_a_returned_application_is_corrected_and_submitted_again(client, call, by):
    application = returned(call, by=by)
    tell(application, {"gross_output": ("", "", "85")}, by=by)
    assert submit(client, application).status_code == 302
    application = fresh(application)
    assert (application.state, application.came_back, application.snapshot.number) == (State.SUBMITTED, True, 2)


def test_the_check_page_of_a_submitted_one_leads_to_the_case(client, call, by):
    application = submitted(call, by=by)
    assert check(client, application).url == reverse("application", args=[application.pk])


def test_withdrawal_names_the_consequence_and_ends_the_application(client, call, by):
    application = submitted(call, by=by)
    address = reverse("application_withdraw", args=[application.pk])
    assert client.get(address).status_code == 200 and fresh(application).state == State.SUBMITTED
    assert client.post(address, {"version": application.version, "words": ""}).status_code == 302
    assert fresh(application).state == State.WITHDRAWN


def test_the_reason_of_a_withdrawal_is_asked_where_the_province_has_the_case(client, call, by):
    draft, case = drafted(call, by=by), submitted(call, by=by)
    asked = ['name="words"' in client.get(reverse("application_withdraw", args=[one.pk])).content.decode()
             for one in (draft, case)]  # fmt: skip
    assert asked == [False, True]


def test_an_empty_cell_is_led_to_be_filled_in_and_an_odd_figure_to_be_corrected(client, call, by):
    content = check(client, odd(call, by)).content.decode()
    links = dict(re.findall(r'href="[^"]*#cell-(\w+)-\d{4}">(去填写|更正数据)</a>', content))
    assert (links["gross_output"], links["operating_revenue"]) == ("更正数据", "去填写")


def test_withdrawal_is_refused_once_the_province_has_decided(client, call, by):
    application = recommended(call, by=by)
    address = reverse("application_withdraw", args=[application.pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"version": application.version}).status_code == 403
    assert fresh(application).state == State.RECOMMENDED


def test_a_second_withdrawal_says_that_it_is_withdrawn_and_gives_the_words_back(client, call, by):
    application = withdrawn(call, by=by)
    address = reverse("application_withdraw", args=[application.pk])
    page = text_of(client.post(address, {"version": application.version, "words": "指标有误。"}))
    assert "该申报此前已撤回" in page and "只能在省级作出决定之前撤回" not in page
    assert "指标有误。" in page


def test_the_button_of_the_submission_is_called_what_its_refusal_calls_it(client, call, by):
    page = check(client, filled(call, by=by)).content.decode()
    assert f">{LIFECYCLE.steps['submit'].label}</button>" in page


def kept_on(page) -> str:
    """Return the name under which the browser keeps what is typed on a check page."""
    return re.search('data-kept-as="([^"]+)"', page.content.decode())[1]


def test_what_is_typed_on_the_check_page_is_kept_for_one_submission_alone(client, call, by):
    """A page that is sent elsewhere because something stands in the way is the same page; a return begins anew."""
    first, lacking, back = filled(call, by=by), drafted(call, by=by, lead="历下区"), returned(call, by=by)
    kept = [kept_on(check(client, one)) for one in (first, lacking, back)]
    assert kept == [
        f"check:{first.pk}:0:0",
        f"check:{lacking.pk}:0:0",
        f"check:{back.pk}:{back.snapshot_id}:{return_of(back).pk}",
    ]


def test_replies_typed_to_a_return_that_was_called_back_are_not_put_back_at_the_next(client, call, by):
    first = returned(call, by=by, is_replied=False)
    before = kept_on(check(client, first))
    province.call_back(first, key=uuid.uuid4(), version=None, words="误退。", by=province_of(first))
    second = sent_back(fresh(first))
    assert second.snapshot_id == first.snapshot_id
    assert kept_on(check(client, second)) != before


def test_a_withdrawal_from_an_old_page_is_refused(client, call, by):
    application = submitted(call, by=by)
    response = client.post(reverse("application_withdraw", args=[application.pk]), {"version": application.version - 1})
    assert response.status_code == 409 and fresh(application).state == State.SUBMITTED
    page = response.content.decode()
    assert f'name="version" value="{application.version}"' in page  # it can be pressed again
    assert "尚未办理，请先查看以下内容" in page and "请更正以下内容" not in page


# --- opening ----------------------------------------------------------------------------------


def open_one(client, cluster, call):
    return client.post(reverse("application_open", args=[cluster.pk]), {"call": call.pk})


def test_an_application_is_opened_once_and_the_reason_stands_beside_the_button_before(client, call, by):
    cluster = ClusterFactory()
    address = reverse("cluster", args=[cluster.pk])
    assert 'name="call"' in client.get(address).content.decode()
    response = open_one(client, cluster, call)
    application = cluster.applications.get()
    assert response.url == reverse("application", args=[application.pk])
    page = client.get(address)
    ((_call, reason),) = page.context["calls"]
    assert reason and reason in page.content.decode() and 'name="call"' not in page.content.decode()
    assert open_one(client, cluster, call).url == address
    assert cluster.applications.count() == 1


def test_a_cluster_that_holds_a_recognition_cannot_apply_and_is_told_why(client, call, by):
    application = recognised(call, by=by)
    page = client.get(reverse("cluster", args=[application.cluster_id]))
    ((_call, reason),) = page.context["calls"]
    assert application.cluster.name in reason
    open_one(client, application.cluster, call)
    assert application.cluster.applications.count() == 1


def test_a_decision_of_the_ministry_that_is_not_public_does_not_show_in_the_reason(client, call, by):
    hidden, plain = declined(call, by=by), recommended(call, by=by)
    reasons = [client.get(reverse("cluster", args=[one.cluster_id])).context["calls"][0][1] for one in (hidden, plain)]
    assert reasons[0] == reasons[1] != ""
    assert hidden.state == State.DECLINED
    open_one(client, hidden.cluster, call)
    assert hidden.cluster.applications.count() == 1


def test_a_call_that_is_closed_is_not_offered_and_refuses(client, call, by):
    cluster = ClusterFactory()
    Deadline.objects.filter(call=call).update(closes_at=timezone.now())
    assert client.get(reverse("cluster", args=[cluster.pk])).context["calls"] == []
    open_one(client, cluster, call)
    assert not cluster.applications.exists()


def test_another_countys_cluster_is_not_found_and_a_neighbours_refused(client, call, by, country):
    other = ClusterFactory(lead="单县")
    assert open_one(client, other, call).status_code == 404
    other.further.add(country["历下区"])
    assert open_one(client, other, call).status_code == 403
    assert not other.applications.exists()


def told_in_words(application):
    said = [(row.clause, row.answer, row.words) for row in application.statements.order_by("clause")]
    return said, sorted((row.warning, row.words) for row in application.remarks.all())


def test_the_bid_after_a_withdrawn_one_begins_with_its_statements_and_reasons_and_says_so(client, call, by):
    before = withdrawn(call, by=by)
    page = client.get(open_one(client, before.cluster, call).url)
    now = before.cluster.applications.order_by("id").last()
    assert now != before and told_in_words(now) == told_in_words(before)
    assert min(map(len, told_in_words(now))) > 0
    assert "已填入上次申报的说明和理由" in page.content.decode()
    assert submit(client, fresh(now)).status_code == 302


@pytest.mark.parametrize("ended", [withdrawn, not_recommended])
def test_the_page_of_a_bid_that_ended_leads_to_the_next_one_while_the_call_is_open(client, call, by, ended):
    former = ended(call, by=by)
    client.force_login(by.user)
    page = text_of(client.get(former.get_absolute_url()))
    assert "再次申报时，已填写的数据、说明和理由会自动带入。" in page
    form = page.split('class="note again"')[1].split("再次申报</button>")[0]
    address, sent = re.search(r'action="([^"]+)".*name="call" value="(\d+)"', form).groups()
    answer = client.post(address, {"call": sent}, follow=True)
    begun = Application.objects.exclude(pk=former.pk).get()
    assert answer.redirect_chain[-1][0] == begun.get_absolute_url() and begun.state == State.DRAFT
    assert {one.words for one in begun.statements.all()} == {one.words for one in former.statements.all()} != set()
    page = text_of(client.get(former.get_absolute_url()))
    assert "不能再次申报：" in page and "该集群在本年度已有申报，当前状态为“草稿”" in page and ">再次申报<" not in page
    assert f'<a href="{begun.get_absolute_url()}">查看该项申报</a>' in page
    client.cookies["django_language"] = "en"
    assert "cannot be opened: The cluster already has an application" in text_of(client.get(former.get_absolute_url()))


def test_the_page_of_a_withdrawn_bid_says_that_its_call_is_over(client, call, by):
    former = withdrawn(call, by=by)
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(days=1))
    client.force_login(by.user)
    page = text_of(client.get(former.get_absolute_url()))
    assert "不能再次申报：" in page and "本年度申报不在受理期内。" in page and ">再次申报<" not in page
    assert reverse("cluster", args=[former.cluster_id]) in page
    assert "再次申报" not in text_of(browser(province_of(former)).get(former.get_absolute_url()))


def test_a_withdrawn_bid_of_another_call_gives_statements_and_reasons_of_years_asked_for(client, call, by):
    before = withdrawn(call, by=by)
    Remark.objects.create(application=before, warning="jump:gross_output:2024", words="新项目投产。")
    Remark.objects.create(application=before, warning="jump:gross_output:2019", words="往年。")
    later = make_call(year=call.year + 1)
    open_one(client, before.cluster, later)
    said, reasons = told_in_words(later.applications.get())
    assert said == told_in_words(before)[0] and reasons == [("jump:gross_output:2024", "新项目投产。")]


def test_a_bid_that_was_decided_gives_its_words_to_the_same_call_and_not_to_the_next(client, call, by):
    decided = not_recommended(call, by=by)
    assert told_in_words(drafted(make_call(year=call.year + 1), by=by, cluster=decided.cluster)) == ([], [])
    another = not_recommended(call, by=by)
    assert told_in_words(drafted(call, by=by, cluster=another.cluster)) == told_in_words(another) != ([], [])


# --- home -------------------------------------------------------------------------------------


def test_home_offers_no_application_in_a_call_that_takes_none_of_its_kind(client, call, by):
    ClusterFactory()
    assert 'name="call"' in client.get(reverse("home")).content.decode()
    call.kinds.update(kind="reverification")
    assert 'name="call"' not in client.get(reverse("home")).content.decode()


def test_home_counts_what_waits_for_whom_and_the_counts_are_links(client, call, by):
    drafted(call, by=by), returned(call, by=by), submitted(call, by=by)
    work = client.get(reverse("home")).context["work"]
    assert [(name, number) for name, _words, number in work.counts] == [
        ("todo", 2), ("returned", 1), ("closing", 0), ("waiting", 1),
    ]  # fmt: skip
    assert [task.state for task in work.listed] == [State.RETURNED, State.DRAFT]
    for name, expected in (("returned", [State.RETURNED]), ("waiting", [State.SUBMITTED]), ("closing", [])):
        page = client.get(reverse("home"), {"show": name})
        assert [task.state for task in page.context["work"].listed] == expected


def test_home_marks_what_closes_within_a_week_by_the_deadline_that_counts(client, call, by, country):
    drafted(call, by=by)
    Deadline.objects.create(
        call=call, authority=country["山东省"], authority_path="national:cn/370000/", level_below="county",
        closes_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    page = client.get(reverse("home"), {"show": "closing"})
    assert [task.whose for task in page.context["work"].listed] == ["山东省"]
    assert "山东省" in page.content.decode()


def test_home_shows_a_secret_decision_as_recommended(client, call, by):
    declined(call, by=by)
    page = client.get(reverse("home"), {"show": "waiting"})
    assert [task.state for task in page.context["work"].listed] == [State.RECOMMENDED]


def test_home_leads_everybody_to_their_own_work(client, call):
    for office, name in ((OfficeFactory(province=True), "desk"), (OfficeFactory(ministry=True), "ministry")):
        client.force_login(office.user)
        assert client.get(reverse("home")).url == reverse(name)
    client.force_login(OfficeFactory(role="auditor", authority="全国").user)
    assert client.get(reverse("home")).status_code == 200


def test_home_costs_the_same_for_one_cluster_and_for_ten(client, call, by):

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("home")).status_code == 200
        return len(queries)

    drafted(call, by=by), cost()
    one = cost()
    for _ in range(9):
        drafted(call, by=by)
    assert cost() == one


def test_an_empty_home_says_what_will_appear_here(client, by):
    response = client.get(reverse("home"))
    assert response.status_code == 200 and reverse("cluster_new") in response.content.decode()


def test_a_draft_past_its_deadline_says_that_it_cannot_be_submitted(client, call, by):
    drafted(call, by=by)
    assert "已无法提交。" not in client.get(reverse("home")).content.decode()
    Deadline.objects.filter(call=call).update(closes_at=timezone.now() - timedelta(hours=1))
    assert "已无法提交。" in client.get(reverse("home")).content.decode()
