"""The baseline is what is stored, in every state and under waivers; who asks sees what they may, and no more."""

import re
import uuid
from collections import Counter
from copy import deepcopy
from decimal import Decimal

import pytest
from django.db import connection

from applications.actions import ministry
from applications.enums import State
from applications.models import Application, Projection, Screening
from applications.prescreening import kept, read, screened
from programmes.models import RuleSet
from rulebook import loader, projection
from simulation.population import MISSING, authorities, choose
from simulation.running import rules_named, simulate, size
from simulation.settings import Population, Settings, Unanswerable
from tests import situations
from tests.applications.test_waivers import SHORT, granted, worked
from tests.factories import OfficeFactory
from tests.world import make_call

pytestmark = pytest.mark.django_db
EVERY = Population(programme="demo")
SUBMITTED = [state for state in State if state != State.DRAFT]


def ask(population: Population = EVERY, office=None, **more):
    return simulate(Settings(population=population, **more), office, check_baseline=True)


def stored_states(rows) -> Counter:
    """Count the states of the findings that are kept, by clause."""
    return Counter((finding.clause, str(finding.state)) for row in rows for finding in kept(row.screening))


def told_states(result) -> Counter:
    return Counter({(row.clause, state): number for row in result.by_clause for state, number in row.before.items()})


def equals_what_is_stored(result, rows) -> bool:
    """Say whether nothing differs: state by state, application by application, before as after."""
    same = all(row.before == row.after for row in result.by_clause)
    unchanged = (result.differs_from_stored, result.flips, dict(result.flipped)) == ({}, (), {})
    return same and unchanged and told_states(result) == stored_states(rows) and result.population == len(rows)


def submitted_rows() -> list[Application]:
    return list(Application.objects.filter(snapshot__isnull=False).select_related("screening"))


# --- The baseline -------------------------------------------------------------------------------


def test_the_baseline_is_what_is_stored_in_every_state(country):
    for year, (state, reach) in enumerate(situations.IN_STATE.items(), start=2015):
        assert reach(make_call(year=year)).state == state
    result, rows = ask(), submitted_rows()
    assert {row.state for row in rows} == set(SUBMITTED)
    assert equals_what_is_stored(result, rows)
    assert len(result.by_call) == len(SUBMITTED)  # a draft is in no population
    assert equals_what_is_stored(ask(rules="national-2022"), rows)


def test_the_baseline_is_what_is_stored_after_a_waiver_too(call):
    """Screening.context keeps the waivers; they count before and after."""
    short, good = situations.submitted(call, figures=SHORT), situations.submitted(call)
    elsewhere = situations.submitted(call, lead="黄岛区", figures=SHORT)
    assert (ask().passes_before, ask().passes) == (1, 1)
    granted(call)
    assert worked() == 1
    result = ask()
    assert equals_what_is_stored(result, submitted_rows())
    assert (result.passes_before, result.passes) == (2, 2)
    clause = next(row for row in result.by_clause if row.clause == "1.4")
    assert clause.before == {"met": 1, "waived": 1, "not_met": 1}
    higher = ask(changes={"1.4": "85"})  # the waiver of the place goes on covering what is missed now
    assert [(flip.application, flip.after) for flip in higher.flips] == [(good.pk, "fails")]
    assert {short.pk, elsewhere.pk}.isdisjoint(flip.application for flip in higher.flips)


def test_the_baseline_asks_in_the_place_that_each_screening_kept(call):
    """A region that asks less: counted where the context says the place, and not where it does not."""
    content = deepcopy(dict(loader.load("national-2022").content))
    clause = next(one for one in content["rules"] if one["clause"] == "1.4")
    less = deepcopy(clause["test"]) | {"at_least": "20"}
    name, said = {"zh": "山东省", "en": "Shandong"}, {"source": clause["source"], "article": clause["article"]}
    clause["regions"] = [{"places": ["370000"], "name": name, "test": less, **said}]
    rules = loader.build(content, "regional")
    call.rule_set = RuleSet.objects.create(
        digest=rules.hash, code="regional", version="1", content=rules.canonical_json
    )
    call.save()
    for lead in ("历下区", "黄岛区"):
        situations.submitted(call, lead=lead, figures=SHORT)
    result = ask()
    assert equals_what_is_stored(result, submitted_rows())
    assert {row.key: row.passes for row in result.by_province} == {"370000": 1, "370200": 0}
    placeless = Application.objects.get(province__code="370000")  # as screenings were kept before places counted
    figures = projection.figures_of(placeless.snapshot.projection.figures, call.year)
    findings = [one.as_json() for one in screened(read(call.rule_set), figures, call.year, {})]
    Screening.objects.filter(pk=placeless.screening_id).update(context={}, findings=findings)
    result = ask()
    assert equals_what_is_stored(result, submitted_rows())
    assert (result.passes_before, result.passes) == (0, 0)  # what is not changed is taken over


@pytest.mark.parametrize("missing", [False, True])
def test_figures_that_are_not_those_of_the_screening_are_found(call, missing):
    """The proof of the baseline can fail: another figure than was screened is a difference."""
    row = situations.submitted(call)
    figures = list(row.snapshot.projection.figures)
    at = loader_column("gross_output", 1)
    figures[at] = None if missing else figures[at] // 10
    Projection.objects.filter(snapshot=row.snapshot).update(figures=figures)
    result = ask()
    assert result.differs_from_stored.keys() >= {"1.4", "1.7"}
    assert not equals_what_is_stored(result, submitted_rows())


def loader_column(code: str, back: int) -> int:
    from rulebook.catalogue import COLUMNS

    return COLUMNS.index((code, back))


# --- Odd figures ----------------------------------------------------------------------------------


def set_figures(row: Application, **by_code) -> None:
    """Put figures (T-3, T-2, T-1; scaled) into the projection and screen it again, as a snapshot with them would be."""
    figures = list(row.snapshot.projection.figures)
    for code, values in by_code.items():
        for back, value in zip((3, 2, 1), values, strict=True):
            figures[loader_column(code, back)] = value
    Projection.objects.filter(snapshot=row.snapshot).update(figures=figures)
    told = projection.figures_of(figures, row.call.year)
    findings = [
        one.as_json() for one in screened(read(row.screening.rule_set), told, row.call.year, row.screening.context)
    ]
    Screening.objects.filter(pk=row.screening_id).update(findings=findings)


@pytest.mark.parametrize(
    ("by_code", "untold"),
    [
        ({"valid_invention_patents": (0, 0, 0)}, {"4.4"}),
        ({"employee_count": (0, 0, 0)}, {"4.5"}),
        ({"gross_output": (0, 0, 0), "sme_output": (0, 0, 0), "leading_output": (0, 0, 0)}, {"1.5", "1.6", "1.7"}),
        ({"sme_rd_expense": (None,) * 3}, {"4.1"}),
        ({"gross_output": (None,) * 3}, {"1.4", "1.5", "1.6", "1.7"}),
    ],
)
@pytest.mark.parametrize("growth", ["cagr_2", "cagr_3", "mean_of_rates"])
def test_a_base_of_zero_and_figures_missing_in_every_year_cannot_be_told(call, by_code, untold, growth):
    row = situations.submitted(call)
    set_figures(row, **by_code)
    result = ask()
    assert equals_what_is_stored(result, submitted_rows())
    told = {clause.clause for clause in result.by_clause if clause.after.get("cannot_tell")}
    assert untold <= told
    assert result.passes == 0
    other = ask(changes={"1.4": "0.01", "growth": growth}, curve="1.7")
    assert other.passes == 0 and {point.passes for point in other.curve.points} == {0}
    for flip in other.flips:
        assert all(lack.gap is None for lack in flip.clauses if lack.after == "cannot_tell")


def test_a_flip_says_exactly_what_is_lacking(call):
    row = situations.submitted(call)
    result = ask(changes={"1.7": "20%"})
    (flip,) = result.flips
    (lack,) = flip.clauses
    assert (flip.application, flip.before, flip.after) == (row.pk, "passes", "fails")
    assert (lack.clause, lack.before, lack.after, lack.required) == ("1.7", "met", "not_met", "0.2")
    assert Decimal(lack.gap) == Decimal("0.2") - Decimal(lack.value)
    assert lack.value.startswith("0.1547005")  # (80 / 60) ** 0.5 - 1
    assert (flip.cluster_id, flip.province, flip.call) == (row.cluster_id, "370000", row.call.code)


def test_a_threshold_on_the_figure_itself_is_met_by_at_least_and_missed_by_more_than(call):
    situations.submitted(call)  # 60, 70, 80: the worst year is 60
    assert ask(changes={"1.4": "60"}).passes == 1
    assert ask(changes={"1.4": "60", "1.4.comparator": "more_than"}).passes == 0
    assert ask(changes={"1.4": "60.000000001"}).passes == 0


# --- Whom it is about -----------------------------------------------------------------------------


def test_sample_data_and_real_applications_are_never_counted_together(call):
    real = make_call(year=2024, sample=False)
    situations.submitted(call), situations.submitted(real)
    with pytest.raises(Unanswerable, match=r"示例|[Ss]ample"):
        ask(Population(calls=(call.code, real.code)))
    with pytest.raises(Unanswerable):
        ask(Population(calls=("demo", real.code)))
    everything = ask(Population())  # `all` means the real ones once there is one
    assert (everything.sample, everything.calls, everything.population) == (False, (real.code,), 1)


def test_a_question_about_nobody_is_answered_with_nothing(call):
    for asked in (EVERY, Population(programme="demo", provinces=("650000",)), Population(calls=(call.code,))):
        result = ask(asked, changes={"1.4": "50"})
        assert (result.population, result.passes, result.cannot_tell, result.flips) == (0, 0, 0, ())
        assert result.by_province == () and all(row.before == {} for row in result.by_clause)
        assert result.curve is not None and {point.passes for point in result.curve.points} == {0}


@pytest.mark.parametrize(
    "question",
    [
        {"rules": "national-1999"}, {"rules": "../national-2022"}, {"rules": "xiamen-bands"}, {"changes": {"9.9": "1"}},
        {"changes": {"": "1"}}, {"changes": {"1.1": "3"}}, {"changes": {"2.1": "3"}}, {"changes": {"1.4": "-1"}},
        {"changes": {"1.4": "nan"}}, {"changes": {"1.4": "1e400"}}, {"changes": {"1.4": ""}},
        {"changes": {"1.5": "170%"}}, {"changes": {"1.5": "70"}}, {"changes": {"1.4": "40%"}},
        {"changes": {"1.7": "-100%"}}, {"changes": {"1.4.comparator": "beats"}}, {"changes": {"growth": "cagr_9"}},
        {"changes": {"1.4": "__import__('os').getpid()"}}, {"waive": {"9.9": ("*",)}}, {"waive": {"1.4": ("999999",)}},
        {"waive": {"1.4": ("370102",)}}, {"places": {"370102": 1}}, {"curve": "1.1"}, {"curve": "9.9"},
        {"population": Population(calls=("nowhere",))}, {"population": Population(programme="nowhere")},
        {"population": Population(programme="demo", states=("asleep",))},
        {"population": Population(programme="demo", batches=("1999",))},
        {"population": Population(programme="demo", batches=("２０２５",))},
        {"population": Population(programme="demo", provinces=("",))},
        {"population": Population(programme="demo", industries=("ZZ",))},
        {"population": Population(programme="demo", kinds=("guess",))},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_one_sentence(call, question):
    situations.submitted(call)
    with pytest.raises(Unanswerable) as refused:
        simulate(Settings(**{"population": EVERY} | question))
    said = str(refused.value)
    assert 5 < len(said) < 400 and "\n" not in said and said[-1] in "。.？?", said
    assert not re.search(r"Error|Traceback|None|<|Exception", said), said


def test_authorities_come_in_the_order_they_were_named(country):
    assert [place.code for place in authorities(("xpcc", "370000"))] == ["xpcc", "370000"]


def test_the_mark_of_a_missing_figure_is_no_figure():
    """A figure that could be taken for missing would have to be outside every range of the catalogue."""
    from rulebook.catalogue import INDICATORS

    assert all(one.low.scaleb(one.decimals) > MISSING for one in INDICATORS.values())


# --- Who asks -------------------------------------------------------------------------------------


@pytest.fixture
def offices(call):
    return {"province": OfficeFactory(province=True), "ministry": OfficeFactory(ministry=True)}


def seen_by(office, population: Population = EVERY) -> dict:
    result = simulate(Settings(population=population, changes={"1.4": "61"}), office).as_json()
    return result | {"seconds": {}}


def test_a_province_is_told_what_the_ministry_is_told_of_that_province(call, offices):
    for lead, figures in (("历下区", SHORT), ("市中区", situations.GOOD), ("黄岛区", situations.GOOD)):
        situations.recommended(call, lead=lead, figures=figures)
    its_own = Population(programme="demo", provinces=("370000",))
    of_province, of_ministry = seen_by(offices["province"]), seen_by(offices["ministry"], its_own)
    whose = [[told.pop(name) for name in ("whose", "area", "narrowed_by")] for told in (of_province, of_ministry)]
    assert whose == [["submitted_in", "山东省", ()], ["recommended", "全国", ("provinces",)]]
    assert of_province == of_ministry
    assert seen_by(offices["province"])["population"] == 2
    assert seen_by(offices["ministry"])["population"] == 3
    assert seen_by(offices["province"], Population(programme="demo", provinces=("370200",)))["population"] == 0
    assert size(Settings(population=EVERY), offices["province"]) == 2


def test_what_the_ministry_does_in_secret_changes_nothing_a_province_is_told(call, offices):
    """Before and after a shortlist and a decline: every result a province can ask for, by every state."""
    rows = [situations.recommended(call, lead=lead) for lead in ("历下区", "市中区", "单县")]

    def everything() -> list[dict]:
        asked = [EVERY, *(Population(programme="demo", states=(state,)) for state in SUBMITTED)]
        return [seen_by(offices["province"], one) for one in asked]

    before = everything()
    ministry.open_stage(call, early=True, by=offices["ministry"])
    ministry.shortlist(situations.fresh(rows[0]), key=uuid.uuid4(), version=None, by=offices["ministry"])
    ministry.decline(
        situations.fresh(rows[1]), key=uuid.uuid4(), version=None, reasons=["other"], words="择优。",
        by=offices["ministry"],
    )  # fmt: skip
    assert {situations.fresh(row).state for row in rows} == {"shortlisted", "declined", "recommended"}
    assert everything() == before
    shortlisted = Population(programme="demo", states=("shortlisted",))
    assert seen_by(offices["ministry"], shortlisted)["population"] == 1  # the ministry itself does see it


def test_an_office_without_any_use_for_it_sees_nobody(call):
    situations.recommended(call)
    assert choose(EVERY, OfficeFactory(county=True, authority="市中区")).size == 0


# --- From PostgreSQL ------------------------------------------------------------------------------


def test_a_projection_of_another_format_is_never_read_as_if_it_were_of_this(call):
    row = situations.submitted(call)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {Projection._meta.db_table} set format = format + 1 where snapshot_id = %s", [row.snapshot_id]
        )
    with pytest.raises(ValueError, match="rebuild"):
        ask()


def test_rules_are_named_by_code_and_by_digest(call):
    digest = loader.load("national-2022").hash
    assert rules_named(digest).hash == rules_named("national-2022").hash == digest
