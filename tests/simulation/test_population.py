"""Whose figures are read: what an office may see, what was submitted, and never sample data with real ones."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from applications.actions import ministry, province
from applications.enums import State
from applications.models import Projection
from programmes.models import Programme
from simulation.population import choose
from simulation.running import simulate
from simulation.settings import Population, Settings, Unanswerable
from tests import situations
from tests.applications.test_judging import agree
from tests.applications.test_judging import write as judge
from tests.applications.test_waivers import SHORT, granted
from tests.factories import ClusterFactory, IndustryFactory, OfficeFactory
from tests.world import make_call

pytestmark = pytest.mark.django_db
SAMPLE = Population(programme="demo")


def seen(office, **asked) -> set[int]:
    chosen = choose(Population(programme="demo", **asked), office)
    return set(chosen.rows.values_list("pk", flat=True))


@pytest.fixture
def bids(call):
    """One application in each of some states, by name."""
    made = {
        "draft": situations.drafted(call),
        "submitted": situations.submitted(call, cluster=ClusterFactory()),
        "recommended": situations.recommended(call, cluster=ClusterFactory()),
        "withdrawn": situations.withdrawn(call, cluster=ClusterFactory()),
        "qingdao": situations.submitted(call, lead="黄岛区"),
        "shortlisted": situations.shortlisted(call, cluster=ClusterFactory()),
    }
    return {name: row.pk for name, row in made.items()}


def test_only_what_was_submitted_counts(bids):
    assert seen(None) == set(bids.values()) - {bids["draft"]}


def test_an_office_counts_what_it_may_see(bids):
    shandong = set(bids.values()) - {bids["draft"], bids["qingdao"]}
    assert seen(OfficeFactory(province=True)) == shandong
    assert seen(OfficeFactory(province=True, authority="青岛市")) == {bids["qingdao"]}
    assert seen(OfficeFactory(ministry=True)) == {bids["recommended"], bids["shortlisted"]}
    result = simulate(Settings(population=SAMPLE), OfficeFactory(province=True))
    assert result.population == len(shandong) and {row.key for row in result.by_province} == {"370000"}


def test_a_state_is_the_one_the_office_may_know(bids):
    both = {bids["recommended"], bids["shortlisted"]}
    assert seen(OfficeFactory(province=True), states=("recommended",)) == both
    assert seen(OfficeFactory(province=True), states=("shortlisted",)) == set()
    assert seen(OfficeFactory(ministry=True), states=("shortlisted",)) == {bids["shortlisted"]}
    assert seen(None, states=("shortlisted",)) == set()


def test_filters_narrow(bids):
    IndustryFactory(code="39", name="计算机、通信和其他电子设备制造业", level=2)
    assert seen(None, provinces=("370200",)) == {bids["qingdao"]}
    assert seen(None, states=(State.WITHDRAWN,)) == {bids["withdrawn"]}
    assert seen(None, industries=("39",)) == seen(None, industries=("3951",)) == seen(None)
    assert seen(None, batches=("2025",)) == seen(None)
    assert seen(None, kinds=("reverification",)) == set()


def test_it_is_narrowed_by_what_an_opinion_judges_and_never_by_what_is_being_written(call, country):
    shandong, officer = OfficeFactory(province=True), OfficeFactory(ministry=True)
    rows = {name: situations.submitted(call, cluster=ClusterFactory()) for name in ("clean", "partly", "bad", "draft")}
    for name, row in rows.items():
        if name != "clean":
            judge(row, shandong, **{"1.1": ("not_met" if name == "bad" else "cannot_tell", "见现场核查。")})
        if name != "partly":
            agree(row, shandong)
        if name != "draft":
            province.recommend(row, key=uuid.uuid4(), version=row.version, words="荐", by=shandong)
    assert seen(shandong, judged=("province",)) == {rows["clean"].pk}
    passes = [simulate(Settings(population=Population(programme="demo", judged=judged)), shandong)
              for judged in ((), ("province",))]  # fmt: skip
    assert [(one.population, one.passes) for one in passes] == [(4, 4), (1, 1)]
    ministry.open_stage(call, early=True, by=officer)
    row = situations.fresh(rows["clean"])
    agree(row, officer)
    assert seen(officer, judged=("ministry",)) == set()
    ministry.shortlist(row, key=uuid.uuid4(), version=None, words="", by=officer)
    assert seen(officer, judged=("ministry",)) == seen(officer, judged=("province",)) == {row.pk}
    for office in (shandong, None):
        with pytest.raises(Unanswerable):
            seen(office, judged=("ministry",))


def test_more_time_for_a_return_changes_no_judgement_and_a_decision_taken_back_has_none(call, country):
    shandong = OfficeFactory(province=True)
    row = situations.submitted(call)
    agree(row, shandong)
    due = timezone.now() + timedelta(days=5)
    province.send_back(
        row, key=uuid.uuid4(), version=row.version, reasons=["other"], words="补正", due_at=due, by=shandong
    )
    province.extend(situations.fresh(row), key=uuid.uuid4(), version=None, due_at=due + timedelta(days=5), by=shandong)
    assert seen(shandong, judged=("province",)) == {row.pk}
    province.call_back(situations.fresh(row), key=uuid.uuid4(), version=None, words="误退", by=shandong)
    assert seen(shandong, judged=("province",)) == set()


def test_sample_data_and_real_applications_are_never_mixed(bids):
    real = make_call(sample=False)
    situations.submitted(real, cluster=ClusterFactory(sample=False))
    with pytest.raises(Unanswerable, match=r"never mixed|不能合并"):
        choose(Population(calls=("demo-2025", real.code)), None)
    assert choose(Population(calls=("all",)), None).programme.code == "national"
    assert choose(Population(calls=("all",)), None).size == 1
    assert seen(None) == set(bids.values()) - {bids["draft"]}


def test_without_real_applications_all_means_the_sample_ones(bids):
    make_call(sample=False)
    assert choose(Population(), None).programme.code == "demo"


@pytest.mark.parametrize(
    "asked",
    [
        {"calls": ("nowhere",)}, {"provinces": ("370102",)}, {"provinces": ("x' or 1=1",)}, {"states": ("chosen",)},
        {"industries": ("99",)}, {"batches": ("1999",)}, {"kinds": ("gift",)}, {"programme": "none"},
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_in_a_sentence(bids, asked):
    with pytest.raises(Unanswerable) as refused:
        choose(Population(**asked), None)
    assert str(refused.value)


def test_a_programme_without_calls_is_refused(call):
    Programme.objects.create(code="empty", name="空", name_en="Empty", owner=call.programme.owner, sample=True)
    with pytest.raises(Unanswerable):
        choose(Population(programme="empty"), None)


def test_nobody_is_an_answer_too(bids):
    result = simulate(Settings(population=Population(programme="demo", provinces=("650000",)), changes={"1.4": "50"}))
    assert (result.population, result.passes, result.flips) == (0, 0, ())
    assert [row.clause for row in result.by_clause] and result.curve.points[0].passes == 0


def test_waivers_that_are_kept_count_before_and_after(call):
    granted(call)
    waived = situations.submitted(call, figures=SHORT)
    plain = situations.submitted(call, lead="黄岛区", figures=SHORT)
    result = simulate(Settings(population=SAMPLE, changes={"1.4": "60"}), check_baseline=True)
    clause = next(row for row in result.by_clause if row.clause == "1.4")
    assert result.differs_from_stored == {}
    assert clause.before == clause.after == {"waived": 1, "not_met": 1}
    more = simulate(Settings(population=SAMPLE, waive={"1.4": ("370200",)}))
    assert [flip.application for flip in more.flips] == [plain.pk] and waived.pk != plain.pk
    assert (more.passes_before, more.passes) == (1, 2)


def test_an_application_without_a_projection_is_told_and_not_counted(bids):
    Projection.objects.filter(snapshot__application=bids["qingdao"]).delete()
    result = simulate(Settings(population=SAMPLE))
    assert (result.population, result.left_out) == (4, 1)


def test_figures_missing_in_every_year_and_bases_of_nothing_are_plain_answers(call):
    application = situations.submitted(call)
    row = application.snapshot.projection
    Projection.objects.filter(pk=row.pk).update(figures=[None] * len(row.figures))
    untold = simulate(Settings(population=SAMPLE, changes={"1.4": "50", "growth": "mean_of_rates"}, curve="1.5"))
    assert (untold.population, untold.passes, untold.cannot_tell) == (1, 0, 1)
    zero = [0 if number is not None else None for number in row.figures]
    Projection.objects.filter(pk=row.pk).update(figures=zero)
    none = simulate(Settings(population=SAMPLE, changes={"share_years": "mean"}))
    assert (none.passes, none.fails) == (0, 1)
    assert none.curve is None
