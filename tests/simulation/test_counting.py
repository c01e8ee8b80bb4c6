"""What is counted: the stored findings when nothing changes, and otherwise what each application alone would get."""

import random
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from applications.models import Application, Screening
from rulebook import loader
from rulebook.scenario import changed
from rulebook.thresholds import thresholds
from simulation import population, running
from simulation.results import Result
from simulation.running import simulate
from simulation.settings import Population, Settings
from tests.simulation.many import many, one_by_one

DEMO, SCALE = Population(calls=("demo",)), Population(programme="scale")
DECIDING = ("1.4", "1.5", "1.6", "1.7", "2.1", "4.1", "4.4", "4.5", "5.2", "6.2", "6.3", "6.4")
OUTCOMES = ("passes", "fails", "cannot_tell")


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """The demo and a small seed, once for this file."""
    with many(django_db_blocker):
        yield


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def ask(population: Population = SCALE, **more) -> Result:
    return simulate(Settings(population=population, listed=10_000, **more))


def counted(outcomes) -> tuple[int, int, int]:
    numbers = Counter(outcomes)
    return tuple(numbers[name] for name in OUTCOMES)


# --- The baseline -------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", ["", "national-2022"])
@pytest.mark.parametrize("asked", [DEMO, Population(programme="demo"), SCALE])
def test_the_unchanged_scenario_is_what_is_stored_clause_by_clause(asked, rules):
    result = simulate(Settings(rules=rules, population=asked), check_baseline=True)
    chosen = population.choose(asked, None).rows
    stored = Counter(
        (finding["clause"], finding["state"])
        for (findings,) in chosen.values_list("screening__findings")
        for finding in findings
    )
    told = {(row.clause, state): number for row in result.by_clause for state, number in row.before.items()}
    assert told == dict(stored) and told
    assert all(row.before == row.after for row in result.by_clause)
    assert result.differs_from_stored == {} and not result.flips and not result.flipped
    assert result.hash == result.hash_after
    programme = {"call__code": "demo"} if asked is DEMO else {"call__programme__code": asked.programme}
    alone = one_by_one(None, **programme)
    assert (result.passes, result.fails, result.cannot_tell) == counted(alone.values())
    assert result.population == len(alone) and result.left_out == 0


def test_a_stored_finding_that_is_another_one_is_found(reference):
    screening = Application.objects.filter(call__code="demo", snapshot__isnull=False).first().screening
    findings = screening.findings
    findings[4] |= {"state": "not_met" if findings[4]["state"] == "met" else "met"}
    Screening.objects.filter(pk=screening.pk).update(findings=findings)
    assert simulate(Settings(population=DEMO), check_baseline=True).differs_from_stored == {findings[4]["clause"]: 1}


# --- Against each application alone ---------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"1.4": "50", "1.7.comparator": "at_least"},
        {"1.6.comparator": "at_least", "1.5": "80%", "growth": "mean_of_rates"},
        {"share_years": "mean", "tier_count": "sum"},
        {"share_years": "each", "2.1/2": "30", "1.3.kind": "hard"},
        {"1.4.kind": "soft", "4.5": "25"},
        {"patents_denominator": "residents"},
    ],
)
def test_a_scenario_counts_what_each_application_alone_would_get(changes):
    rules = changed(loader.load("national-2022"), changes)
    before, after = one_by_one(None, call__programme__code="scale"), one_by_one(rules, call__programme__code="scale")
    result = ask(rules="national-2022", changes=changes)
    assert (result.passes, result.fails, result.cannot_tell) == counted(after.values())
    assert result.passes_before == counted(before.values())[0]
    flips = {pk: (before[pk], after[pk]) for pk in before if before[pk] != after[pk]}
    assert {flip.application: (flip.before, flip.after) for flip in result.flips} == flips
    assert result.flipped == Counter(f"{a}>{b}" for a, b in flips.values())
    assert result.hash_after == rules.hash != result.hash


def test_other_rules_are_asked_in_the_place_of_each():
    rules = loader.load("yunnan-2023")
    after = one_by_one(rules, call__programme__code="scale")
    result = ask(rules="yunnan-2023")
    assert (result.passes, result.fails, result.cannot_tell) == counted(after.values())


def test_every_flip_says_which_clause_and_exactly_by_how_much():
    result = ask(DEMO, rules="national-2022", changes={"1.4": "50"})
    assert result.flips
    for flip in result.flips:
        lack = next(lack for lack in flip.clauses if lack.clause == "1.4")
        assert (lack.before, lack.after, lack.required, lack.unit) == ("met", "not_met", "50", "yi_yuan")
        assert Decimal(lack.gap) == 50 - Decimal(lack.value) > 0
        worst = Application.objects.get(pk=flip.application).screening.findings[4]
        assert worst["clause"] == "1.4" and worst["value"] == lack.value


def test_near_misses_lack_one_clause_alone_and_come_nearest_first():
    result, alone = ask(), {}
    chosen = population.choose(SCALE, None).rows
    for pk, findings in chosen.values_list("pk", "screening__findings"):
        deciding = [one for one in findings if one["clause"] in DECIDING]
        missed = [one["clause"] for one in deciding if one["state"] == "not_met"]
        if len(missed) == 1 and not any(one["state"] == "cannot_tell" for one in deciding):
            alone[pk] = missed[0]
    assert {flip.application: flip.clauses[0].clause for flip in result.near} == alone
    assert result.nearly == len(alone) > 0
    assert {row.clause: row.misses_alone for row in result.by_clause if row.misses_alone} == Counter(alone.values())
    bounds = {key: abs(float(bound.value)) or 1 for key, bound in thresholds(loader.load("national-2022")).items()}
    ordered = [
        abs(float(flip.clauses[0].gap)) / bounds[flip.clauses[0].clause] for flip in result.near if flip.clauses[0].gap
    ]
    assert ordered == sorted(ordered, key=lambda relative: round(relative, 12)) and len(ordered) > 1


def test_every_point_of_the_curve_is_a_simulation_of_its_own():
    result = ask(rules="national-2022", changes={"4.5": "80"})
    curve = result.curve
    assert (curve.key, curve.before, curve.now, len(curve.points)) == ("4.5", "15", "80", 42)
    for point in curve.points[::8] + curve.points[-1:]:
        assert ask(rules="national-2022", changes={"4.5": point.value}).passes == point.passes
    assert curve.points[-1].passes == result.passes


@pytest.mark.parametrize("key", ["1.7", "2.1/2"])
def test_a_curve_of_a_side_or_of_a_growth_is_exact_too(key):
    curve = ask(rules="national-2022", curve=key).curve
    for point in curve.points[:: len(curve.points) // 2]:
        assert ask(rules="national-2022", changes={key: point.value}).passes == point.passes


# --- Waivers and places ---------------------------------------------------------------------------


def test_a_waiver_of_the_scenario_lets_those_pass_who_lack_that_clause_alone():
    before = ask()
    clause = before.near[0].clauses[0].clause
    lacking = [flip for flip in before.near if flip.clauses[0].clause == clause]
    code = lacking[0].province
    here = [flip for flip in lacking if flip.province == code]
    waived = ask(waive={clause: (code,)})
    assert {flip.application for flip in waived.flips} == {flip.application for flip in here}
    assert waived.passes == before.passes + len(here)
    assert {flip.clauses[0].after for flip in waived.flips} == {"waived"}
    everywhere = ask(waive={clause: ("*",)})
    assert {flip.application for flip in everywhere.flips if flip.before == "fails"} >= {f.application for f in lacking}


def test_places_limit_how_many_can_be_recommended():
    result = ask(places={"*": 2, "370000": 1})
    by_province = {row.key: row.passes for row in result.by_province}
    for row in result.places:
        assert row.places == (1 if row.province == "370000" else 2)
        assert row.within == min(row.places, by_province[row.province]) and row.within + row.beyond == row.passes
    assert sum(row.passes for row in result.places) == result.passes


# --- What must not matter -------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["1.6", "1.7", "4.1"])
def test_raising_a_more_than_threshold_never_adds_a_pass(key):
    passes = [ask(rules="national-2022", changes={key: f"{n}%"}).passes for n in (0, 5, 10, 15, 60, 70, 71, 80)]
    assert passes == sorted(passes, reverse=True) and passes[0] > passes[-1]


def test_a_strict_comparator_never_adds_a_pass():
    strict = ask(rules="national-2022", changes={"1.6.comparator": "more_than"})
    assert strict.passes <= ask(rules="national-2022", changes={"1.6.comparator": "at_least"}).passes


def test_the_parts_are_the_whole():
    whole = ask(changes={"1.4": "60"})
    for groups in (whole.by_province, whole.by_industry, whole.by_call, whole.by_batch):
        for name in ("population", "passes", "passes_before", "cannot_tell", "cannot_tell_before"):
            assert sum(getattr(row, name) for row in groups) == getattr(whole, name)
    each = [
        simulate(Settings(population=Population(programme="scale", provinces=(row.key,)), changes={"1.4": "60"}))
        for row in whole.by_province[:6]
    ]
    for row, alone in zip(whole.by_province, each, strict=False):
        assert (alone.population, alone.passes, alone.passes_before) == (row.population, row.passes, row.passes_before)
    assert sum(row.before.get("met", 0) for row in whole.by_clause if row.clause == "1.4") <= whole.population


def test_the_order_and_the_blocks_change_nothing(monkeypatch):
    whole = ask(changes={"1.4": "60"})
    monkeypatch.setattr(population, "ROWS", 37)
    original, made = population._blocks, random.Random(5)

    def shuffled(rows, wanted):
        order = list(range(len(rows)))
        made.shuffle(order)
        return original(rows[np.array(order)], wanted)

    monkeypatch.setattr(population, "_blocks", shuffled)
    told = ask(changes={"1.4": "60"}).as_json()
    assert told | {"seconds": {}} == whole.as_json() | {"seconds": {}}


def test_what_is_listed_may_be_fewer_than_what_is_counted():
    whole = ask(changes={"1.4": "60"})
    few = simulate(Settings(population=SCALE, changes={"1.4": "60"}, listed=3))
    assert few.flipped == whole.flipped and few.nearly == whole.nearly
    assert {f.application for f in few.flips} == set(sorted(f.application for f in whole.flips)[:3])
    assert [f.application for f in few.near] == [f.application for f in whole.near][:3]


# --- How it is told -------------------------------------------------------------------------------


def test_a_result_is_read_back_from_json():
    import json

    result = ask(DEMO, changes={"1.4": "50", "2.1/1": "3"}, waive={"1.5": ("370000",)}, places={"*": 3})
    assert Result.read(json.loads(json.dumps(result.as_json(), sort_keys=True))) == result


def test_progress_is_told_and_can_end_it(monkeypatch):
    monkeypatch.setattr(population, "ROWS", 100)
    told = []
    simulate(Settings(population=SCALE), progress=lambda done, total: told.append((done, total)))
    assert [done for done, _total in told] == sorted({done for done, _total in told}) and len(told) > 3
    assert told[-1][0] == told[-1][1] == population.choose(SCALE, None).size

    def stop(done, total):
        raise KeyError("enough")

    with pytest.raises(KeyError):
        simulate(Settings(population=SCALE), progress=stop)
    assert running.size(Settings(population=SCALE), None) > 0  # the connection goes on working
