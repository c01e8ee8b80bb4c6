"""A result says whose applications it counts and by which rules, and its files hold numbers as numbers."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.utils import timezone

from applications.enums import State
from programmes.models import Deadline
from ruledesk import effects
from simulation import exports
from simulation.models import Run
from simulation.population import choose, kept_for
from simulation.presenting import Shown, counted
from simulation.results import Result
from simulation.running import simulate
from simulation.settings import Population, Settings
from tests import situations
from tests.factories import ClusterFactory, OfficeFactory
from tests.ruledesk import desk
from tests.simulation.test_pages import PAGE, client_of, words
from tests.world import make_call

pytestmark = pytest.mark.django_db
RECOMMENDED_ONES = "共 2 项，均为各省已推荐的申报；未推荐的申报不在其中，结果不代表全国"
DEMO = Population(programme="demo")


@pytest.fixture
def bids(call):
    """Two recommended, one submitted, one disqualified after it was recommended."""
    return {
        "recommended": situations.recommended(call),
        "other": situations.recommended(call, cluster=ClusterFactory(name="=1+1产业集群")),
        "submitted": situations.submitted(call, lead="黄岛区"),
        "disqualified": situations.disqualified(call, cluster=ClusterFactory()),
    }


@pytest.fixture
def ministry(call):
    return OfficeFactory(ministry=True)


# --- Whose ------------------------------------------------------------------------------------


def test_page_files_and_effect_report_say_whose_applications_are_counted(bids, ministry):
    client, asked = client_of(ministry), {"programme": "demo", "set.1.4": "85"}
    page = words(client.get(PAGE, asked))
    assert RECOMMENDED_ONES in page and page.count("共 2 项") == 1  # their number is said once
    file = client.post("/simulation/file/csv/?programme=demo&set.1.4=85")
    told = b"".join(file.streaming_content).decode()
    assert RECOMMENDED_ONES in told and "已取消资格的申报，未选择该状态时不计入。" in told
    draft = desk.raised(desk.opened(ministry))
    effects.make(draft, ministry)
    for address in (draft.get_absolute_url(), f"{draft.get_absolute_url()}effect/"):
        assert RECOMMENDED_ONES in words(client.get(address))


def test_a_province_reads_that_its_own_submitted_ones_are_counted(bids):
    shown = words(client_of(OfficeFactory(province=True, authority="青岛市")).get(PAGE, {"programme": "demo"}))
    assert "共 1 项，均为青岛市已提交的申报；草稿不在其中，结果不代表全国" in shown


def test_the_command_counts_everything_submitted_and_says_so(bids):
    out = io.StringIO()
    call_command("simulate", "--call", "demo", stdout=out)
    assert "共 4 项，为所选批次全部已提交的申报，包括未推荐和已取消资格的" in out.getvalue()
    assert "原规则：national-2022 版本 1 " in out.getvalue() and "本方案：national-2022 版本 1 " in out.getvalue()


def test_the_command_says_by_what_it_was_narrowed_and_a_page_keeps_its_sentence(bids, ministry):
    out = io.StringIO()
    call_command("simulate", "--call", "demo", "--state", "recommended", "--province", "370000", stdout=out)
    said = "为所选批次已提交的申报中符合所选条件（省份、状态）的；其余申报不在其中"
    assert said in out.getvalue() and "全部已提交" not in out.getvalue()
    industry = bids["recommended"].cluster.industry.code
    fields = {"provinces": "370000", "industries": industry, "states": "recommended", "kinds": "recognition",
              "judged": "province"}  # fmt: skip
    for field, word in fields.items():
        result = simulate(Settings(population=replace(DEMO, **{field: (word,)})))
        assert result.narrowed_by == (field,) and "符合所选条件" in counted(result)
        assert Result.read(result.as_json()) == result
    assert RECOMMENDED_ONES in counted(simulate(Settings(population=replace(DEMO, states=("recommended",))), ministry))


def test_disqualified_ones_are_counted_on_a_page_only_where_their_state_is_chosen(bids, ministry):
    pks = lambda **asked: set(choose(Population(programme="demo", **asked), ministry).rows.values_list("pk", flat=True))  # noqa: E731
    assert pks() == {bids["recommended"].pk, bids["other"].pk}
    assert pks(states=(State.DISQUALIFIED,)) == {bids["disqualified"].pk}
    assert choose(DEMO, None).size == 4
    shown = words(client_of(ministry).get(PAGE, {"programme": "demo", "state": "disqualified"}))
    assert "共 1 项，均为各省已推荐或已取消资格的申报" in shown


def test_what_was_kept_before_says_whose_it_counts_by_its_maker(bids, ministry):
    told = simulate(Settings(population=DEMO), ministry).as_json()
    for name in ("whose", "area", "with_disqualified", "rules_before", "rules_after"):
        del told[name]
    run = Run.objects.create(settings=Settings(population=DEMO).as_json(), digest="0" * 64, state="done", result=told,
                             made_by=ministry)  # fmt: skip
    shown = words(client_of(ministry).get(run.get_absolute_url()))
    assert "共 2 项，均为各省已推荐或已取消资格的申报" in shown
    assert "均为山东省已提交" in counted(kept_for(Result.read(told), OfficeFactory(province=True)))


def test_the_programme_shown_first_does_not_tell_what_others_have_submitted(bids, ministry):
    real = make_call(year=2024, sample=False, code="national-2024")
    before = choose(Population(), ministry).programme.code
    situations.submitted(real, cluster=ClusterFactory(sample=False))
    assert (before, choose(Population(), ministry).programme.code) == ("national", "national")
    Deadline.objects.filter(call=real).update(closes_at=timezone.now() - timedelta(minutes=1))
    assert choose(Population(), ministry).programme.code == "demo"  # the only one that takes applications
    demo = OfficeFactory(ministry=True, user__is_demo=True)
    assert choose(Population(), demo).programme.code == "demo"


# --- By which rules ---------------------------------------------------------------------------


def test_before_and_after_name_version_and_hash_each(bids, ministry):
    second = desk.approved()
    result = simulate(Settings(rules="national-2022", population=DEMO), ministry)
    before, after = Shown(result).rules
    assert before == ("原规则", [("national-2022 版本 1", second.succeeds.digest)])
    assert after == ("本方案", [("national-2022 版本 2", second.digest)])
    assert "现规则" not in words(client_of(ministry).get(PAGE, {"programme": "demo", "rules": "national-2022"}))
    assert (result.hash, result.hash_after) == (second.succeeds.digest, second.digest)
    asked = {"programme": "demo", "rules": "national-2022", "set.1.4": "85"}
    shown = words(client_of(ministry).get(PAGE, asked))
    assert "national-2022 版本 2，按本方案修改" in shown and second.succeeds.digest in shown
    unchanged = simulate(Settings(population=DEMO), ministry)
    assert [versions for _words, versions in Shown(unchanged).rules] == [before[1], before[1]]
    assert Result.read(result.as_json()) == result


# --- Numbers ----------------------------------------------------------------------------------


def sheets(shown: Shown) -> list[list[list]]:
    """Return every sheet of the workbook: rows of (is a number, what stands there)."""
    names = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(exports.xlsx(shown, []).content)) as book:
        texts = [ElementTree.fromstring(book.read(name)) for name in sorted(book.namelist()) if "worksheets/s" in name]
    return [
        [
            [(cell.get("t") is None, "".join(cell.itertext())) for cell in row.findall("s:c", names)]
            for row in text.findall(".//s:row", names)
        ]
        for text in texts
    ]


def lines(shown: Shown) -> list[list[str]]:
    text = b"".join(exports.csv(shown, []).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_difference_is_a_number_in_both_files_and_a_text_never_a_formula(bids, ministry):
    shown = Shown(simulate(Settings(population=DEMO, changes={"1.4": "61", "4.5": "1"}), ministry))
    told = lines(shown)
    assert ["变化", "-2", ""] in told and ["达标", "0"] not in told
    assert all("−" not in cell and not cell.startswith("'-") for row in told for cell in row)
    named = [row for row in told if row[:1] == ["'=1+1产业集群"] and row[3:5] == ["达标", "未达标"]]
    line, _again = named  # it changed, and misses one clause alone
    assert line[-4:] == ["60", "61", "1", "亿元"]
    book = sheets(shown)
    assert [row[1] for row in book[0] if row[0] == (False, "变化")] == [(True, "-2")]
    (by_name,) = {tuple(row[-4:]) for row in book[5][1:]}
    assert by_name == ((True, "60"), (True, "61"), (True, "1"), (False, "亿元"))
    assert {row[3][0] and row[4][0] for row in book[1][1:]} == {True}
    assert all(row[0][0] and row[2][0] for row in book[7][1:])  # the curve
    assert any(row[0] == (False, "测算时间") for row in book[0])
    assert any(row[0] == "测算时间" for row in told if row)


def test_a_share_is_in_percent_with_its_unit(bids, ministry):
    shown = Shown(simulate(Settings(population=DEMO, changes={"1.5": "99.5%"}), ministry))
    (numbers,) = {tuple(row[-4:]) for row in lines(shown) if row[3:5] == ["达标", "未达标"]}
    assert numbers[1] == "99.5" and numbers[3] == "%"
    assert Decimal(numbers[1]) - Decimal(numbers[0]) == Decimal(numbers[2])
