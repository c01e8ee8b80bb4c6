"""In a share a bare number is percent on the pages; what cannot be taken is told at its field; Back leads back."""

import io
import json
import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command

from rulebook import loader
from ruledesk.models import Draft
from simulation.models import Run, Scenario
from simulation.running import simulate
from simulation.settings import Population, Settings
from tests import situations
from tests.factories import OfficeFactory
from tests.ruledesk import desk
from tests.ruledesk.test_pages import send
from tests.simulation.test_pages import PAGE, client_of, words
from tests.world import stored_rules

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "result"}


@pytest.fixture
def ministry(call):
    situations.recommended(call)
    return OfficeFactory(ministry=True)


def asked(client, **sets):
    return client.get(PAGE, {"programme": "demo"} | {f"set.{key}": value for key, value in sets.items()}, follow=True)


def field(answer, key: str):
    return next(one for one in answer.context["question"].thresholds if one.key == key)


@pytest.mark.parametrize(
    ("typed", "shown", "note"),
    [
        ("1", "1%", "按 1% 理解；如指 100%，请写 100%。"), ("1.5", "1.5%", ""), ("65", "65%", ""), ("65 ％", "65%", ""),
        ("0.65", "0.65%", "按 0.65% 理解；如指 65%，请写 65%。"), ("1%", "1%", "按 1% 理解；如指 100%，请写 100%。"),
    ],
)  # fmt: skip
def test_a_bare_number_in_a_share_is_percent_in_field_and_address(ministry, typed, shown, note):
    answer = asked(client_of(ministry), **{"1.5": typed})
    assert (field(answer, "1.5").typed, answer.context["address"]) == (shown, f"programme=demo&set.1.5={shown[:-1]}%25")
    assert field(answer, "1.5").note == note and note in words(answer)
    assert f"不低于 {shown}" in words(answer)


def test_the_part_for_htmx_brings_what_is_said_at_each_field(ministry):
    answer = client_of(ministry).get(PAGE, {"programme": "demo", "set.1.5": "1", "set.1.4": "五十"}, headers=HTMX)
    page = answer.content.decode()
    assert '<p class="field-said" id="said-1-5" hx-swap-oob="true">按 1% 理解' in page
    assert '<p class="field-said" id="said-1-4" hx-swap-oob="true" data-wrong>“五十”不是数字' in page


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [("1.4", "-1", "超出范围"), ("1.4", "5²", "不是数字"), ("2.1/2", "1e3", "不是数字"), ("1.5", "200%", "超出范围"),
     ("1.4", "12\u202e34", "12␣U+202E34"), ("1.4", "0" * 58 + "45678", "不是数字"), ("1.4", "40%", "请去掉百分号")],
)  # fmt: skip
def test_a_wrong_value_is_told_at_its_field_and_begins_or_keeps_nothing(ministry, key, value, told):
    client, query = client_of(ministry), {"programme": "demo", f"set.{key}": value, "set.1.7": "11%"}
    answer = client.get(PAGE, query, follow=True)
    one = field(answer, key)
    assert answer.status_code == 422
    assert told in one.wrong and one.wrong == answer.context["trouble"]
    page = answer.content.decode()
    start = page.index(f'name="set.{key}" value=')
    assert 'aria-invalid="true"' in page[start : start + 400] and page.count("data-wrong") == 1
    sent = f"?{answer.wsgi_request.GET.urlencode()}"
    client.post(f"/simulation/runs/{sent}")
    assert client.post(f"/simulation/file/csv/{sent}")["Location"] == f"/simulation/{sent}"
    saved = client.post(f"/simulation/scenarios/new/{sent}", {"name": "甲", "key": str(uuid.uuid4())})
    assert saved.status_code == 422 and not (Run.objects.exists() or Scenario.objects.exists())


def test_back_goes_to_the_question_before(ministry):
    client, query = client_of(ministry), {"programme": "demo", "set.1.4": "85"}
    here = "http://testserver/simulation/?programme=demo&set.1.4="
    ask = lambda **more: client.get(PAGE, query, headers=HTMX | more).headers  # noqa: E731
    address = "/simulation/?programme=demo&set.1.4=85"
    assert ask(**{"HX-Current-URL": here + "50"})["HX-Push-Url"] == address
    for same in ({"HX-Current-URL": here + "8", "X-Same-Question": "1"}, {"HX-Current-URL": here + "85"}):
        answer = ask(**same)
        assert answer["HX-Replace-Url"] == address and "HX-Push-Url" not in answer


def test_the_command_line_keeps_its_reading_and_prints_the_percentage(ministry):
    for typed, read in (("0.65", "65%"), ("1", "100%"), ("70.5%", "70.5%")):
        out = io.StringIO()
        call_command("simulate", "--call", "demo", "--set", f"1.5={typed}", stdout=out)
        assert f"第 1.5 条按 {read} 理解" in out.getvalue()
        out = io.StringIO()
        call_command("simulate", "--call", "demo", "--set", f"1.5={typed}", "--set", "1.4=50", "--json", stdout=out)
        assert json.loads(out.getvalue())["read_as"] == {"1.5": read}


@pytest.mark.parametrize("rules", ["", "national-2022", "digest"])
def test_kept_scenarios_and_runs_get_the_sign_under_the_old_reading(ministry, rules):
    stored = stored_rules()
    old = {"1.5": "0.65", "1.6": "1", "1.7": "12", "4.4": "20%", "1.4": "0.5", "growth": "cagr_3", "4.5": "1"}
    settings = Settings(rules=stored.digest if rules == "digest" else rules, population=Population(programme="demo"),
                        changes=old).as_json()  # fmt: skip
    result = simulate(Settings(population=Population(programme="demo")), ministry).as_json() | {"sets": old}
    scenario = Scenario.objects.create(name="旧", programme_id=stored.programme_id or ministry_programme(), path="x/",
                                       settings=settings, made_by=ministry, key=uuid.uuid4())  # fmt: skip
    run = Run.objects.create(settings=settings, digest="0" * 64, state="done", result=result, made_by=ministry)
    migration = import_module("simulation.migrations.0002_shares_with_their_sign")
    for _time in range(2):  # once more changes nothing
        migration.forwards(apps, None)
        scenario.refresh_from_db()
        run.refresh_from_db()
        now = old | {"1.5": "65%", "1.6": "100%", "1.7": "12%"}
        assert scenario.settings["changes"] == run.settings["changes"] == run.result["sets"] == now
        assert run.digest == Settings.read(run.settings).digest


def ministry_programme() -> int:
    return desk.programme_of("全国", code="national").pk


# --- The rule desk ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value", "note"), [("1", "1/100", "按 1% 理解；如指 100%，请写 100%。"), ("1.5", "3/200", "")]
)
def test_the_rule_desk_reads_a_bare_share_as_percent_and_shows_the_sign(client, ministry, typed, value, note):
    client.force_login(ministry.user)
    draft = desk.opened(ministry)
    answer = send(client, "rule_clause", draft.pk, "1.5", **{"part-0-value": typed})
    assert answer.status_code == 302
    kept = loader.build(Draft.objects.get().content, "x").by_clause["1.5"]
    assert str(kept.condition.bound.value) == value
    shown = words(client.get(answer.url))
    assert (note in shown) if note else ("理解；如指" not in shown)
    assert f'value="{typed}%"' in client.get(f"{draft.get_absolute_url()}clauses/1.5/").content.decode()
