"""What it would take, for everything else the language of rules can say; told from the finding alone."""

from rulebook.audiences import head, public, what_it_takes
from rulebook.remedy import remedies
from rulebook.rules import Finding
from tests.rulebook.small_rules import clause, enterprise, find, rules

AREA, OUT, SMES = "area_km2 T-1", "gross_output T-1", "sme_count T-1"
SMALL = {"figure": "area_km2", "years": "latest", "at_most": "100"}
LARGE = {"figure": "gross_output", "years": "latest", "at_least": "40"}
MANY = {"figure": "sme_count", "years": "latest", "at_least": "20"}
TITLES = {"tier": {"name": {"zh": "优质企业", "en": "quality enterprises"}, "of": ["srdi", "hnte"]}}


def taken(made, figures, **besides):
    """The lines of what would meet clause 1, from the finding as it is stored."""
    found = Finding.from_json(find(made, figures, **besides).as_json())
    return found, what_it_takes(found, made.by_clause["1"])


def test_what_may_not_be_has_to_leave_the_range():
    made = rules(clause("1", {"not": LARGE}, "yi_yuan"))
    found, ways = taken(made, {OUT: "41"})
    assert found.state == "not_met"
    assert [line.words for line in ways.lines] == ["2024 年集群总产值由 41 亿元减至低于 40 亿元（减少超过 1 亿元）"]


def test_neither_of_two_needs_both_changed():
    made = rules(clause("1", {"not": {"any": [LARGE, {"not": SMALL}]}}))
    _found, ways = taken(made, {OUT: "41", AREA: "120"})
    assert ways.intro == "达标条件（单独一项不够，须同时满足）："
    assert [line.subject for line in ways.lines] == ["2024 年集群总产值", "2024 年占地面积"]


def test_of_n_of_m_the_cheapest_are_named():
    made = rules(clause("1", {"at_least_of": {"n": "2", "tests": [SMALL, LARGE, MANY]}}))
    _found, ways = taken(made, {AREA: "110", OUT: "41", SMES: "5"})
    assert [line.words for line in ways.lines] == [
        "2024 年中小企业数由 5 家增至 20 家（增加 15 家）",
        "2024 年占地面积由 110 平方公里减至 100 平方公里（减少 10 平方公里）",
    ]
    _found, both = taken(made, {AREA: "110", OUT: "39", SMES: "5"})
    assert [line.subject for line in both.lines] == ["2024 年集群总产值", "2024 年占地面积"]


def test_enterprises_that_lack_on_a_list_are_counted():
    test = {"titles": "tier", "on": "year_end", "at_least": "2"}
    made = rules(clause("1", test, "enterprise"), titles=TITLES)
    found, ways = taken(made, {}, roster=[enterprise("A", ("srdi",))])
    assert [line.words for line in ways.lines] == ["企业名单中的优质企业由 1 家增至 2 家（增加 1 家）"]
    assert "企业名单中的优质企业由 1 家增至 2 家（增加 1 家），即可达标" in head(found, made.by_clause["1"], {})
    unlisted, nothing = taken(made, {})
    assert not nothing and "提供企业名单后可以判断" in head(unlisted, made.by_clause["1"], {})


def test_a_declared_count_helps_only_while_there_is_no_list():
    declared = {"count": ["srdi_count"], "at_least": "2"}
    test = {"titles": "tier", "on": "year_end", "at_least": "2", "otherwise": declared}
    made = rules(clause("1", test, "enterprise"), titles=TITLES)
    figures = {"srdi_count T-1": "1"}
    assert [line.subject for line in taken(made, figures)[1].lines] == ["2024 年专精特新中小企业"]
    listed = taken(made, figures, roster=[enterprise("A", ("srdi",))])[1]
    assert [line.subject for line in listed.lines] == ["企业名单中的优质企业"]


def test_the_place_decides_which_bound_is_to_be_reached():
    here = {
        "places": ["530000"], "name": {"zh": "云南", "en": "Yunnan"}, "source": "A", "article": "two",
        "test": {**LARGE, "at_least": "10"},
    }  # fmt: skip
    made = rules(clause("1", LARGE, "yi_yuan", regions=[here]))
    assert "增至 10 亿元" in taken(made, {OUT: "9"}, place="530000")[1].lines[0].words
    assert "增至 40 亿元" in taken(made, {OUT: "9"})[1].lines[0].words
    away = find(made, {OUT: "9"}, place="530000")
    assert "不低于 10 亿元" in public(away, made.by_clause["1"], {})


def test_an_open_clause_says_that_its_authority_has_to_speak():
    made = rules(clause("1", None, kind="open"))
    found, nothing = taken(made, {})
    assert not nothing and not remedies(made.by_clause["1"], {}, 2025)
    assert "主管部门明确要求后可以判断" in head(found, made.by_clause["1"], {})


def test_beside_a_fact_nobody_is_asked_for_no_figure_is_enough():
    unasked = {"not_collected": {"zh": "常住人口", "en": "residents"}, "at_least": "1"}
    made = rules(clause("1", {"all": [LARGE, unasked]}, "yi_yuan"))
    found, nothing = taken(made, {OUT: "39"})
    assert found.state == "not_met" and not nothing
    assert "仅改变本条所用数据无法达标" in head(found, made.by_clause["1"], {})
