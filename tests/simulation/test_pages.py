"""The pages of the simulation: who sees what, and a plain answer to whatever is asked."""

import re
import uuid
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application
from audit.models import Event
from simulation import addresses
from simulation.models import Run, Scenario
from simulation.settings import Population, Settings
from tests import situations
from tests.factories import ClusterFactory, OfficeFactory

pytestmark = pytest.mark.django_db
PAGE = "/simulation/"
BIG = situations.GOOD | {
    "gross_output": ("90", "105", "121"), "sme_output": ("75", "87", "99"), "leading_output": ("69", "81", "93"),
}  # fmt: skip


def client_of(office) -> Client:
    client = Client()
    client.force_login(office.user)
    return client


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def sums(answer) -> tuple[int, int]:
    """Return how many pass in the scenario and by the rules until now."""
    shown = answer.context["shown"].result
    return shown.passes, shown.passes_before


@pytest.fixture
def bids(call):
    """Two recommended bids of 山东省, one of them much larger, and one submitted bid of 青岛市."""
    return {
        "small": situations.recommended(call),
        "big": situations.recommended(call, figures=BIG),
        "qingdao": situations.submitted(call, lead="黄岛区"),
    }


@pytest.fixture
def ministry(call):
    return OfficeFactory(ministry=True)


@pytest.fixture
def province(call):
    return OfficeFactory(province=True)


# --- The answer -------------------------------------------------------------------------------


def test_nothing_changed_is_the_rules_until_now(bids, ministry):
    answer = client_of(ministry).get(PAGE)
    assert answer.status_code == 200
    assert sums(answer) == (2, 2)
    assert "没有申报的结论发生变化" in words(answer)


@pytest.mark.parametrize(("lang", "said", "stored"), [
    ("zh-hans", "申报前第 4 年至上一年的年均复合增长率（按增长三年计算）", r"间隔|低于前三年"),
    ("en", "the fourth year before the call to the last one (three years of growth)", r"intervals|T-\d"),
])  # fmt: skip
def test_readings_are_said_as_everywhere_in_choices_chips_and_files(bids, ministry, lang, said, stored):
    client = client_of(ministry)
    client.cookies["django_language"] = lang
    asked = {"programme": "demo", "set.growth": "cagr_3"}
    page = words(client.get(PAGE, asked, follow=True))
    assert page.count(said) >= 2 and not re.search(stored, page)
    download = client.post(reverse("simulation_download", args=["csv"]), query_params=asked)
    file = b"".join(download.streaming_content).decode("utf-8-sig")
    assert said in file and not re.search(stored, file)


def test_a_higher_threshold_names_who_flips_with_the_gap_and_a_link_to_the_case(bids, ministry):
    answer = client_of(ministry).get(PAGE, {"programme": "demo", "set.1.4": "85"})
    assert sums(answer) == (1, 2)
    assert "原达标，现未达标" in words(answer)
    assert re.search(r"20\d\d 年 [68]0 亿元，要求不低于 85 亿元", words(answer))
    assert re.search(r"差 \d+(\.\d+)? 亿元", words(answer))
    assert f'href="{bids["small"].get_absolute_url()}"' in answer.content.decode()
    assert f'href="{bids["big"].get_absolute_url()}"' not in answer.content.decode()


def test_a_waiver_lets_them_pass_again(bids, ministry):
    asked = {"programme": "demo", "set.1.4": "85", "waive": "1.4:370000"}
    assert sums(client_of(ministry).get(PAGE, asked)) == (2, 2)
    asked["waive"] = "1.4:650000"
    assert sums(client_of(ministry).get(PAGE, asked)) == (1, 2)


def test_a_part_of_the_page_is_enough_for_htmx_and_brings_the_address(bids, ministry):
    answer = client_of(ministry).get(
        PAGE, {"programme": "demo", "set.1.4": "85", "set.1.4.comparator": "at_least", "set.growth": "cagr_2"},
        headers={"HX-Request": "true", "HX-Target": "result"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert answer.headers["HX-Push-Url"] == "/simulation/?programme=demo&set.1.4=85"


def test_an_address_that_says_more_than_it_must_leads_to_the_short_one(bids, ministry):
    every_field = {
        "programme": "demo", "rules": "", "set.1.4": "85", "set.1.5": "70%", "set.1.7.comparator": "more_than",
        "set.growth": "cagr_2", "waive_clause": "1.5", "waive_place": "370000", "places_at": "*", "places_number": "3",
    }  # fmt: skip
    answer = client_of(ministry).get(PAGE, every_field)
    assert (answer.status_code, answer.url) == (
        302, "/simulation/?programme=demo&set.1.4=85&waive=1.5:370000&places=*:3",
    )  # fmt: skip
    assert client_of(ministry).get(answer.url).status_code == 200


def test_what_is_typed_for_a_share_may_leave_out_the_percent_sign(bids, ministry):
    for typed in ("65", "65%", "65％", " 65 %"):
        answer = client_of(ministry).get(PAGE, {"programme": "demo", "set.1.5": typed}, follow=True)
        assert "1.5 中小企业产值占比 不低于 65%" in words(answer), typed


def test_sample_data_and_real_applications_are_an_explicit_choice_and_never_mixed(bids, ministry, call):
    from tests.world import make_call

    real = make_call(year=2024, sample=False, code="national-2024")
    situations.recommended(real, figures=BIG)
    client = client_of(ministry)
    assert sums(client.get(PAGE, {"programme": "demo"})) == (2, 2)
    assert sums(client.get(PAGE, {"programme": "national"})) == (1, 1)
    assert "示例数据与真实申报分开测算" in words(client.get(PAGE))
    mixed = client.get(PAGE, [("call", call.code), ("call", real.code)])
    assert mixed.status_code == 422
    assert "请" in words(mixed) or "choose" in words(mixed)


@pytest.mark.parametrize(
    "query",
    [
        "set.1.4=-1", "set.1.4=9999999999999", "set.1.4=NaN", "set.1.4=1e9", "set.1.4=%00", "set.1.4=集群", "set.99=1",
        "set.1.5=200%", "set.1.7.comparator=perhaps", "set.growth=guess", "set.=1", "rules=unknown", "call=unknown",
        "programme=unknown", "province=000000", "state=unknown", "industry=ZZ", "kind=unknown", "batch=1900",
        "waive=99:*", "waive=1.4:000000", "places=*:many", "places=000000:2", "curve=99", "curve=1.1",
        "call=demo-2025&call=national-2022", "rules=%27%3B--", "set.1.4=" + "9" * 400, "province=370000" * 2,
        "&".join(f"province={n:06}" for n in range(400)),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_gets_a_sentence_and_never_an_error(bids, ministry, query):
    client = client_of(ministry)
    whole = client.get(f"{PAGE}?{quote(query, safe='=&%')}", follow=True)
    assert whole.status_code in {200, 422}
    if whole.status_code == 422:
        assert whole.context["trouble"]
        assert 'role="alert"' in whole.content.decode()
    part = client.get(f"{PAGE}?{quote(query, safe='=&%')}", headers={"HX-Request": "true", "HX-Target": "result"})
    assert part.status_code == 200


def test_a_scenario_over_nothing_says_so(bids, ministry):
    answer = client_of(ministry).get(PAGE, {"programme": "demo", "province": "650000", "set.1.4": "85"})
    assert answer.status_code == 200
    assert "没有已提交的申报符合所选条件（省份）" in words(answer) and "所选范围内没有" not in words(answer)
    assert f'{PAGE}?programme=demo&amp;set.1.4=85">取消这些条件' in answer.content.decode()


def test_a_programme_without_a_submission_says_so(call, ministry):
    assert "所选范围内没有已提交的申报" in words(client_of(ministry).get(PAGE, {"programme": "demo"}))


def test_every_threshold_of_every_shipped_rule_set_can_be_shown_and_moved(bids, ministry):
    from rulebook import loader

    client = client_of(ministry)
    for code in loader.codes():
        answer = client.get(PAGE, {"programme": "demo", "rules": code}, follow=True)
        assert answer.status_code in {200, 422}, code
        for threshold in answer.context["question"].thresholds:
            query = {
                "programme": "demo",
                "rules": code,
                f"set.{threshold.key}": threshold.typed,
                "curve": threshold.key,
            }
            moved = client.get(PAGE, query, follow=True)
            assert moved.status_code == 200, (code, threshold.key, moved.context["trouble"])


# --- Who ------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["county"])
def test_who_has_no_use_for_it_is_refused(call, trait):
    assert client_of(OfficeFactory(**{trait: True})).get(PAGE).status_code == 403


def test_a_province_looks_at_its_own_applications_alone(bids, province):
    client = client_of(province)
    answer = client.get(PAGE, {"programme": "demo"})
    assert answer.context["shown"].result.population == 2
    assert "青岛市" not in words(answer).split("测算范围")[-1].split("按省份")[-1]
    other = client.get(PAGE, {"programme": "demo", "province": "370200"})
    assert (other.status_code, other.context["shown"].result.population) == (200, 0)
    assert answer.context["question"].provinces == []


def test_a_shortlist_is_no_answer_to_a_province(call, province, ministry):
    situations.shortlisted(call)
    situations.recommended(call, lead="市中区")
    client = client_of(province)
    assert client.get(PAGE, {"programme": "demo", "state": "recommended"}).context["shown"].result.population == 2
    assert client.get(PAGE, {"programme": "demo", "state": "shortlisted"}).context["shown"].result.population == 0
    offered = {one.value for one in client.get(PAGE).context["question"].states}
    assert "shortlisted" not in offered
    told = client_of(ministry).get(PAGE, {"programme": "demo", "state": "shortlisted"})
    assert told.context["shown"].result.population == 1


# --- Scenarios --------------------------------------------------------------------------------


def save(client, query="programme=demo&set.1.4=85", **sent):
    return client.post(f"{reverse('scenario_save')}?{query}", {"name": "产值提高", "key": str(uuid.uuid4())} | sent)


def test_a_scenario_is_kept_under_a_name_once_with_an_event_and_opened_again(bids, ministry):
    client, key = client_of(ministry), str(uuid.uuid4())
    first, again = save(client, key=key), save(client, key=key)
    assert first.status_code == 302
    assert first.url == again.url
    scenario = Scenario.objects.get()
    assert scenario.settings["changes"] == {"1.4": "85"}
    assert Event.objects.filter(action="simulation.save").count() == 1
    opened = client.get(first.url)
    assert sums(opened) == (1, 2)
    assert "产值提高" in words(client.get(reverse("scenarios")))


def test_a_key_that_kept_a_scenario_keeps_no_other(bids, ministry):
    client, key = client_of(ministry), str(uuid.uuid4())
    save(client, key=key)
    for more in ({"name": "另一个"}, {"note": "备注"}, {"query": "programme=demo&set.1.4=90"}):
        answer = save(client, key=key, **more)
        assert answer.status_code == 409 and "重新打开本页" in words(answer)
    assert Scenario.objects.get().name == "产值提高"


def test_a_scenario_without_a_name_or_with_a_question_that_is_none_is_not_kept(bids, ministry):
    client = client_of(ministry)
    assert save(client, name=" ").status_code == 422
    assert save(client, key="no key").status_code == 422
    assert save(client, query="set.1.4=-5").status_code == 422
    assert not Scenario.objects.exists()


def test_a_scenario_belongs_to_its_authority_and_the_ministry(bids, province, ministry):
    address = save(client_of(province)).url
    colleague, neighbour = OfficeFactory(province=True), OfficeFactory(province=True, authority="青岛市")
    assert client_of(colleague).get(address).status_code == 200
    assert client_of(ministry).get(address).status_code == 200
    assert client_of(neighbour).get(address).status_code == 404
    assert "产值提高" not in words(client_of(neighbour).get(reverse("scenarios")))
    national = save(client_of(ministry), name="全国方案").url
    assert client_of(province).get(national).status_code == 404
    assert "全国方案" not in words(client_of(province).get(reverse("scenarios")))
    # Each opens it with their own eyes: the ministry sees the whole country in it.
    assert client_of(ministry).get(address).context["shown"].result.population == 2


def test_a_scenario_is_put_away_and_taken_back(bids, province, ministry):
    client = client_of(province)
    address = save(client).url
    scenario = Scenario.objects.get()
    assert client_of(ministry).post(f"{address}archive/", {"version": 1}).status_code == 403
    assert client.post(f"{address}archive/", {"version": 7}).status_code == 302
    scenario.refresh_from_db()
    assert scenario.archived_at is None
    client.post(f"{address}archive/", {"version": 1})
    assert "产值提高" not in words(
        client.get(reverse("scenarios")).content.decode() and client.get(reverse("scenarios"))
    )
    assert "产值提高" in words(client.get(f"{reverse('scenarios')}?archived"))
    client.post(f"{address}restore/", {"version": 2})
    assert "产值提高" in words(client.get(reverse("scenarios")))
    kept = list(Event.objects.filter(action__startswith="simulation.").values_list("action", flat=True).order_by("pk"))
    assert kept == ["simulation.save", "simulation.archive", "simulation.restore"]


def test_three_scenarios_stand_side_by_side(bids, ministry):
    client = client_of(ministry)
    first, second, third = (
        save(client, query=f"programme=demo&set.1.4={n}", name=f"方案{n}").url for n in (30, 85, 200)
    )
    others = [url.rstrip("/").split("/")[-1] for url in (second, third)]
    answer = client.get(first, {"with": others})
    columns = answer.context["comparison"].columns
    assert [column.shown.result.passes for column in columns] == [2, 1, 0]
    assert "1.4 集群总产值 不低于 200 亿元" in words(answer)
    assert client.get(first, {"with": ["nonsense", str(uuid.uuid4()), others[0]]}).status_code == 200


# --- Files ------------------------------------------------------------------------------------


def test_the_same_as_csv_is_recorded_and_holds_no_formula(bids, ministry):
    situations.recommended(bids["small"].call, cluster=ClusterFactory(name="=HYPERLINK(1)产业集群"))
    answer = client_of(ministry).post("/simulation/file/csv/?programme=demo&set.1.4=85")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "'=HYPERLINK(1)产业集群" in text
    assert "\n=HYPERLINK" not in text
    for part in ("概要", "按省份", "按行业", "按条款", "结论变化", "差一点"):
        assert part in text
    event = Event.objects.get(action="simulation.download")
    assert (event.details["form"], event.details["settings"]["changes"]) == ("csv", {"1.4": "85"})


def test_the_same_as_a_workbook_has_numbers_as_numbers_and_text_as_text(bids, ministry):
    import io
    import zipfile

    answer = client_of(ministry).post("/simulation/file/xlsx/?programme=demo&set.1.4=85")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheets = [book.read(name).decode() for name in sorted(book.namelist()) if "worksheets/sheet" in name]
    assert len(sheets) == 8
    assert all("<f>" not in sheet for sheet in sheets)
    assert "<v>1</v>" in sheets[0]


def test_a_file_is_not_had_by_asking_for_its_address(bids, ministry):
    client = client_of(ministry)
    assert client.get("/simulation/file/csv/?programme=demo")["Location"] == "/simulation/?programme=demo"
    assert client.post("/simulation/file/exe/?programme=demo").status_code == 404
    wrong = client.post("/simulation/file/csv/?set.1.4=-5", follow=True)  # leads to where it is said
    assert (wrong.redirect_chain, wrong.status_code) == ([("/simulation/?set.1.4=-5", 302)], 422)


# --- In the background -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_too_large_becomes_a_run_with_the_same_answer(bids, ministry, monkeypatch):
    from simulation import tasks
    from simulation.views import page

    monkeypatch.setattr(page, "BACKGROUND", 1)
    client = client_of(ministry)
    asked = client.get(PAGE, {"programme": "demo", "set.1.4": "85"})
    assert asked.context["is_large"]
    assert "不宜当场等待" in words(asked)
    begun = client.post("/simulation/runs/?programme=demo&set.1.4=85")
    run = Run.objects.get()
    tasks.work_on.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.total, run.error) == ("done", 2, 2, "")
    told = client.get(begun.url)
    assert sums(told) == (1, 2)
    assert client.post(f"{begun.url}file/csv/").status_code == 200
    assert client_of(OfficeFactory(province=True)).get(begun.url).status_code == 404
    assert client_of(OfficeFactory(ministry=True)).get(begun.url).status_code == 200


def test_a_run_that_waits_is_shown_with_its_count_and_can_be_left_and_stopped(bids, ministry):
    client = client_of(ministry)
    begun = client.post("/simulation/runs/?programme=demo&set.1.4=85")
    assert client.post("/simulation/runs/?programme=demo&set.1.4=85").url == begun.url
    waiting = client.get(begun.url)
    assert "2 项申报等待测算" in words(waiting)
    assert "后台测算服务目前没有运行" in words(waiting)
    assert begun.url in client.get(PAGE).content.decode()
    part = client.get(begun.url, headers={"HX-Request": "true", "HX-Target": "progress"})
    assert "<html" not in part.content.decode()
    client.post(f"{begun.url}cancel/")
    assert Run.objects.get().state == "cancelled"
    assert "测算已停止" in words(client.get(begun.url))
    over = client.get(begun.url, headers={"HX-Request": "true", "HX-Target": "progress"})
    assert over.headers["HX-Refresh"] == "true"


@pytest.mark.django_db(transaction=True)
def test_a_run_stopped_while_it_counts_keeps_nothing(bids, ministry, monkeypatch):
    from simulation import actions, tasks

    run = actions.begin(Settings(population=Population(programme="demo")), 2, by=ministry)

    def stop_first(settings, office, tell):
        actions.cancel(Run.objects.get(pk=run.pk), by=office)
        tell(1, 2)
        raise AssertionError("it was not stopped")

    monkeypatch.setattr(tasks, "simulate", stop_first)
    tasks.work_on.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.result) == ("cancelled", None)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_cannot_be_answered_says_why_and_a_mistake_of_ours_is_not_hidden(bids, ministry, monkeypatch):
    from simulation import actions, tasks

    run = actions.begin(Settings(rules="unknown"), 2, by=ministry)
    tasks.work_on.call(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "unknown" in run.error
    assert run.error in words(client_of(ministry).get(run.get_absolute_url()))
    second = actions.begin(Settings(rules="other"), 2, by=ministry)
    monkeypatch.setattr(tasks, "simulate", lambda *asked: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.work_on.call(second.pk)
    second.refresh_from_db()
    assert "系统出现错误" in second.error


# --- The address --------------------------------------------------------------------------------


def test_an_address_is_read_back_as_it_was_written():
    from django.http import QueryDict

    settings = Settings(
        rules="national-2022",
        population=Population(
            calls=("demo", "demo-2025"), programme="demo", provinces=("370000",), states=("submitted",)
        ),
        changes={"1.4": "50", "1.7.comparator": "at_least", "2.1/2": "8", "growth": "mean_of_rates"},
        waive={"1.4": ("370000", "650000"), "1.5": ("*",)},
        places={"*": 2, "370000": 8},
        curve="2.1/2",
    )
    address = addresses.write(settings)
    assert addresses.read(QueryDict(address)) == settings
    assert addresses.write(addresses.read(QueryDict(address))) == address


def test_looking_changes_nothing(bids, ministry):
    client = client_of(ministry)
    before = (Application.objects.count(), Event.objects.count(), Scenario.objects.count(), Run.objects.count())
    for query in ("", "?programme=demo&set.1.4=85", "?programme=demo&rules=national-2022"):
        client.get(PAGE + query)
    assert before == (Application.objects.count(), Event.objects.count(), Scenario.objects.count(), Run.objects.count())
