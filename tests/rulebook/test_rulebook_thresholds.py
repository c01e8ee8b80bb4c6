"""The published thresholds of the provinces (dossier 12.1), comparator and value, around each bound."""

from decimal import Decimal
from fractions import Fraction

import pytest

from rulebook import loader
from rulebook.conditions import AnyOf, Prefer, leaves
from rulebook.rules import Process, RuleKind, State
from rulebook.screening import screen

PROVINCES = ["yunnan-2023", "liaoning-2023", "shanghai-2023"]
YEAR = 2025

# Shipped, and so perhaps used: another content needs a new version (test_rulebook_loader holds the national one).
HASHES = {
    "yunnan-2023": "d7e451a9ce321d115eb7dbe86099534b4fb946b5f2bab9a9f0cdeaadb98b70c2",
    "liaoning-2023": "c809ae7920cef3235b40eff3f5a582c7300e40587df135a6aacd6174418713e2",
    "shanghai-2023": "4ed5610c98999f0a468558eb75b6b960d486e108e244db39fde91b911f5036da",
}

# clause, rule set: (comparator, value) of each comparison; None is what the sources leave unknown or qualitative
TABLE = {
    "1.3": {"national-2022": [("at_most", "100")], "yunnan-2023": [("at_most", "100")],
            "liaoning-2023": [("at_most", "100")], "shanghai-2023": None},
    "1.4": {"national-2022": [("at_least", "40")], "yunnan-2023": [("at_least", "10")],
            "liaoning-2023": [("at_least", "20")], "shanghai-2023": None},
    "1.5": {"national-2022": [("at_least", "0.7")], "yunnan-2023": [("at_least", "0.5")],
            "liaoning-2023": [("at_least", "0.6")], "shanghai-2023": None},
    "1.6": {"national-2022": [("more_than", "0.7")], "yunnan-2023": [("more_than", "0.6")],
            "liaoning-2023": None, "shanghai-2023": None},
    "1.7": {"national-2022": [("more_than", "0.1")], "yunnan-2023": [("more_than", "0.03")],
            "liaoning-2023": None, "shanghai-2023": None},
    "2.1": {"national-2022": [("at_least", "1"), ("at_least", "10")],
            "yunnan-2023": [("at_least", "1"), ("at_least", "3")],
            "liaoning-2023": [("at_least", "1"), ("at_least", "10")],
            "shanghai-2023": [("at_least", "1"), ("at_least", "1")]},
    "3.2": {"national-2022": None, "yunnan-2023": None, "liaoning-2023": [("at_least", "1")], "shanghai-2023": None},
    "4.1": {"national-2022": [("more_than", "0.1")], "yunnan-2023": [("more_than", "0.05")],
            "liaoning-2023": [("at_least", "0.05")], "shanghai-2023": [("more_than", "0.05")]},
    "4.2": {"national-2022": None, "yunnan-2023": None, "liaoning-2023": [("at_least", "5")], "shanghai-2023": None},
    "4.3": {"national-2022": None, "yunnan-2023": None, "liaoning-2023": [("at_least", "2")],
            "shanghai-2023": [("at_least", "2")]},
    "4.4": {"national-2022": [("at_least", "0.15")], "yunnan-2023": None,
            "liaoning-2023": [("at_least", "0.05")], "shanghai-2023": None},
    "4.5": {"national-2022": [("at_least", "15")], "yunnan-2023": None,
            "liaoning-2023": [("at_least", "5")], "shanghai-2023": None},
    "5.2": {"national-2022": [("at_least", "0.15")], "yunnan-2023": [("at_least", "0.1")],
            "liaoning-2023": None, "shanghai-2023": [("at_least", "0.1")]},
}  # fmt: skip
CELLS = [(clause, code, bounds) for clause, row in TABLE.items() for code, bounds in row.items()]


@pytest.mark.parametrize(("clause", "code", "bounds"), CELLS)
def test_the_published_threshold_of_each_clause_and_province(clause, code, bounds):
    rule = loader.load(code).by_clause[clause]
    told = None
    if rule.condition is not None:
        told = [(leaf.bound.comparator, leaf.bound.value) for leaf in leaves(rule.condition)]
    assert told == (None if bounds is None else [(word, Fraction(value)) for word, value in bounds])


def test_the_years_and_alternatives_each_province_writes():
    yunnan, liaoning, shanghai = (loader.load(code) for code in PROVINCES)
    assert liaoning.by_clause["1.5"].condition.years == "each", "辽宁：每年都不低于60%"
    assert "share_years" not in liaoning.settings and yunnan.by_clause["1.5"].settings == ("share_years",)
    assert liaoning.by_clause["4.5"].condition.years == "latest", "辽宁：当年每万人发明专利拥有量"
    for rules in (yunnan, liaoning):
        assert isinstance(rules.by_clause["2.1"].condition, AnyOf), "one champion or little giant, OR the three kinds"
        assert rules.by_clause["1.3"].kind is RuleKind.SOFT
    champions = shanghai.by_clause["2.1"].condition
    assert isinstance(champions, Prefer) and champions.first.levels == ("municipal", "national")
    assert shanghai.by_clause["5.2"].condition.of == "sme_count", "上海：以集群内中小企业为分母"
    assert [rules.settings["growth"].value for rules in (yunnan, liaoning, shanghai)] == ["cagr_2"] * 3


CASES = [
    (code, rule.clause, i) for code in PROVINCES for rule in loader.load(code).rules for i in range(len(rule.cases))
]


@pytest.mark.parametrize(("code", "clause", "i"), CASES)
def test_every_case_of_the_shipped_rules_gives_what_it_says(code, clause, i):
    rules = loader.load(code)
    case = rules.by_clause[clause].cases[i]
    figures = {(name, YEAR - back): value for (name, back), value in case.figures.items()}
    found = {finding.clause: finding for finding in screen(rules, figures, YEAR, place=case.place)}
    assert found[clause].state is case.gives


@pytest.mark.parametrize("code", PROVINCES)
def test_every_computed_clause_has_a_case_below_on_above_and_missing(code):
    rules = loader.load(code)
    for rule in rules.computed:
        named = {case.name: case for case in rule.cases}
        assert named.keys() >= {"below", "on", "above", "missing"}, rule.clause
        assert named["missing"].gives is State.CANNOT_TELL
        inside = {"at_least": "met", "at_most": "met", "more_than": "not_met"}
        last = list(leaves(rule.condition))[-1].bound.comparator
        assert named["on"].gives == inside[last], f"{rule.clause}: on the bound"
        good, bad = ("above", "below") if last != "at_most" else ("below", "above")
        assert named[good].gives is State.MET
        assert named[bad].gives is (State.NEAR if rule.kind is RuleKind.SOFT else State.NOT_MET)


@pytest.mark.parametrize("code", PROVINCES)
def test_what_the_sources_leave_unknown_is_open_and_says_so(code):
    rules = loader.load(code)
    open_clauses = [rule for rule in rules.rules if rule.kind is RuleKind.OPEN]
    assert open_clauses and rules.rules[-1] in open_clauses
    everything = {(name, YEAR - back): Decimal(1) for name, back in loader.load("national-2022").cells}
    for figures in ({}, everything):
        found = {finding.clause: finding for finding in screen(rules, figures, YEAR)}
        for rule in open_clauses:
            finding = found[rule.clause]
            assert (finding.state, finding.value, finding.required) == (State.CANNOT_TELL, None, None)
            assert [reason.code for reason in finding.reasons] == ["open"]
            assert "不作判断" in rule.says.zh and "judged" in rule.says.en


@pytest.mark.parametrize("code", PROVINCES)
def test_a_provincial_rule_set_names_its_programme_and_hides_no_doubt(code):
    rules = loader.load(code)
    assert (rules.programme, rules.process) == (code.removesuffix("-2023"), Process.RECOGNITION)
    assert all(rule.wording == "summary" and "待核对" in rule.article for rule in rules.rules)
    assert all("http" not in source for source in rules.sources.values())


def test_an_output_of_twenty_to_forty_passes_in_liaoning_and_not_in_the_nation():
    figures = {("gross_output", YEAR - back): Decimal("39.99") for back in (1, 2, 3)}
    told = {
        code: next(f for f in screen(loader.load(code), figures, YEAR) if f.clause == "1.4").state
        for code in ("national-2022", *PROVINCES)
    }
    assert told == {
        "national-2022": "not_met", "yunnan-2023": "met", "liaoning-2023": "met", "shanghai-2023": "cannot_tell",
    }  # fmt: skip


def test_one_municipal_champion_meets_shanghai_by_the_list_of_enterprises():
    from datetime import date

    from rulebook.roster import Enterprise, Title

    rules, declared = loader.load("shanghai-2023"), {("champion_count", 2024): Decimal(0)}

    def state(*titles, roster=True):
        held = [Enterprise("913100000000000001", titles)] if titles else []
        found = screen(rules, declared, YEAR, roster=held if roster else None)
        return next(finding.state for finding in found if finding.clause == "2.1")

    assert state(Title("champion", "municipal", True, date(2023, 1, 1), date(2025, 12, 31))) == "met"
    assert state(Title("champion", "provincial", True, date(2023, 1, 1), None)) == "not_met", (
        "neither of the two levels"
    )
    assert state(Title("champion", "national", True, date(2020, 1, 1), date(2024, 12, 30))) == "not_met", "expired"
    assert state(Title("srdi", "municipal", True, date(2023, 1, 1), None)) == "not_met"
    assert state() == "not_met" and state(roster=False) == "cannot_tell", "no list: the declared counts are incomplete"
