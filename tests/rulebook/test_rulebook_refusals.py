"""What else of a rule file is refused, with file, line, clause and the mend; and writing one back."""

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook import loader
from rulebook.loader import RuleFileError, build, dump_yaml, load_text, refuse_hidden
from rulebook.rules import Process
from tests.examples import examples
from tests.rulebook.small_rules import content

FULL = """code: full
version: "2"
programme: yunnan
process: reverification
title: {zh: 全, en: full}
effective: {from: "2025-01-01", to: "2025-12-31"}
approved_by: someone
succeeds: {code: full, version: "1", hash: HASH}
sources: {A: a document}
settings:
  day:
    value: year_end
    question: {zh: 问, en: ask}
    options: {year_end: {zh: 年末, en: end}, submission: {zh: 提交, en: submission}}
    source: none
titles:
  tier:
    name: {zh: 三类, en: tiers}
    of: [srdi, base, hnte]
  base:
    name: {zh: 基础, en: base}
    of: [innovative_sme]
changes:
  "1": {source: A, words: 由 40 亿元改为 20 亿元}
rules:
- clause: "1"
  name: {zh: 产值, en: output}
  text: {zh: 产值不低于, en: at least}
  says: {zh: 读, en: read}
  source: A
  article: one
  kind: hard
  veto: "yes"
  unit: yi_yuan
  test: {figure: gross_output, years: each, at_least: "20"}
  regions:
  - places: ["530000"]
    name: {zh: 云南省, en: Yunnan}
    source: A
    article: two
    test: {figure: gross_output, years: each, at_least: "10"}
  cases:
  - {case: below, figures: {gross_output T-1: "19.9999"}, place: "530000", gives: cannot_tell}
- clause: "2"
  name: {zh: 企业, en: firms}
  text: {zh: 至少, en: at least}
  says: {zh: 读, en: read}
  source: A
  article: two
  kind: hard
  unit: enterprise
  test: {titles: tier, levels: [national], leading: "yes", on: "@day", at_least: "10"}
- clause: "3"
  name: {zh: 五取二, en: some}
  text: {zh: 至少, en: at least}
  says: {zh: 读, en: read}
  source: A
  article: three
  kind: hard
  test:
    at_least_of:
      n: "1"
      tests:
      - {figure: area_km2, at_most: "100"}
      - not: {share: sme_output, of: gross_output, less_than: "0.5"}
- clause: "4"
  name: {zh: 未知, en: unknown}
  text: {zh: 未见, en: not found}
  says: {zh: 不作判断, en: not judged}
  source: A
  article: four
  kind: open
""".replace("HASH", "0" * 64)

EACH = '{figure: gross_output, years: each, at_least: "20"}'
ROSTER = '{titles: tier, levels: [national], leading: "yes", on: "@day", at_least: "10"}'
CASE = '{case: below, figures: {gross_output T-1: "19.9999"}, place: "530000", gives: cannot_tell}'
REGION_TEST = 'test: {figure: gross_output, years: each, at_least: "10"}'

REFUSED = [
    # circular definitions
    ("of: [innovative_sme]", "of: [innovative_sme, tier]", 22, "", "circular definition: tier → base → tier"),
    ("of: [innovative_sme]", "of: [base]", 22, "", "circular definition: base → base"),
    ('version: "1", hash', 'version: "2", hash', 8, "", "circular definition: the rule set succeeds itself"),
    (EACH, '{choose: "@day", year_end: {choose: "@day"}, submission: {}}', 35, "1", "circular definition: a branch"),
    # titles
    ("of: [srdi, base, hnte]", "of: [srdi, base, duke]", 19, "", "title “duke”"),
    ("of: [srdi, base, hnte]", "of: srdi", 19, "", "of is not a list"),
    ("of: [srdi, base, hnte]\n  base:\n", "of: [srdi, hnte]\n  srdi:\n", 20, "", "“srdi” is a title"),
    ("titles: tier,", "titles: tiers,", 52, "2", "set of titles “tiers”"),
    ("levels: [national]", "levels: [village]", 52, "2", "level “village”"),
    ("levels: [national]", "levels: national", 52, "2", "levels is not a list"),
    ('leading: "yes"', "leading: perhaps", 52, "2", "leading “perhaps”"),
    ('on: "@day"', "on: someday", 52, "2", "on “someday”"),
    ('on: "@day"', 'on: "@night"', 52, "2", "no setting @night"),
    ("submission: {zh: 提交, en: submission}", "noon: {zh: 中午, en: noon}", 52, "2", "on “noon”"),
    (ROSTER, ROSTER.replace("at_least", "least"), 52, "2", "“least” is not known"),
    (ROSTER, ROSTER.replace(', at_least: "10"', ""), 52, "2", "no comparator"),
    ("unit: enterprise", "unit: yi_yuan", 51, "2", "the test is in enterprise"),
    # combining
    ('      n: "1"', '      n: "3"', 62, "3", "n is 3 of 2 tests"),
    ('      n: "1"', '      n: "0"', 62, "3", "n is 0 of 2 tests"),
    ('      n: "1"', '      n: "1.5"', 62, "3", "n is 1.5"),
    ('      n: "1"\n', "", 62, "3", "n has no number"),
    ('      - {figure: area_km2, at_most: "100"}\n', "", 63, "3", "two tests or more"),
    ("- not: {share: sme_output, of: gross_output, less_than: \"0.5\"}", "- not: area", 65, "3", "test is not a list"),
    ("- not: {share", "- not_at_all: {share", 65, "3", "compares nothing"),
    ('  test:\n    at_least_of', '  unit: km2\n  test:\n    at_least_of', 60, "3", "the test is in fraction"),
    # bounds that slipped a unit
    ('less_than: "0.5"', 'less_than: "50"', 65, "3", "less_than 50 is out of reach: the unit gives 0 to 1"),
    ('at_least: "20"}', 'at_least: "2000000000"}', 35, "1", "out of reach: the unit gives 0 to 100000"),
    ('at_most: "100"', 'at_most: "-1"', 64, "3", "out of reach"),
    # regions, veto, open clauses
    ('places: ["530000"]', "places: [yunnan]", 37, "1", "“yunnan” is no code of a place"),
    ('places: ["530000"]', 'places: ["530000", "530000"]', 37, "1", "530000 is named twice"),
    ('places: ["530000"]', "places: []", 37, "1", "places is missing"),
    ("    source: A\n    article: two\n", "    article: two\n", 37, "1", "source is missing"),
    ("    source: A\n", "    source: B\n", 39, "1", "source “B”"),
    (REGION_TEST, 'test: {figure: area_km2, at_most: "10"}', 41, "1", "unit is yi_yuan but the test is in km2"),
    (REGION_TEST, 'test: {figure: gross_outputs, at_least: "10"}', 41, "1", "no indicator “gross_outputs”"),
    ('veto: "yes"', "veto: always", 33, "1", "veto “always”"),
    ("  kind: open\n", "  kind: open\n  test: {rising: co2_intensity}\n", 73, "4", "an open clause has no test"),
    ("  kind: open\n", "  kind: open\n  regions: [{}]\n", 73, "4", "without a test has no other test"),
    ("  kind: open\n", "  kind: soon\n", 72, "4", "kind “soon”"),
    # cases
    ("gross_output T-1:", "gross_output:", 43, "1", "names no figure"),
    ("gross_output T-1:", "gross_output T-9:", 43, "1", "names no figure"),
    ("gross_output T-1:", "area_km2 T-2:", 43, "1", "not collected for T-2"),
    ("gross_output T-1:", "turnover T-1:", 43, "1", "no indicator “turnover”"),
    ('"19.9999"}, place', '"much"}, place', 43, "1", "no number: “much”"),
    ("gives: cannot_tell", "gives: waived", 43, "1", "gives “waived”"),
    ("gives: cannot_tell", "gives: recognised", 43, "1", "gives “recognised”"),
    (CASE, "{figures: {}, gives: met}", 43, "1", "case is missing"),
    ('place: "530000", gives', "place: here, gives", 43, "1", "no code of a place"),
    # the head
    ("process: reverification", "process: guessing", 4, "", "process “guessing”"),
    ("programme: yunnan", "programme: 云南", 3, "", "programme “云南” is no code"),
    ("code: full\n", "code: Full Moon\n", 1, "", "is no code"),
    ('to: "2025-12-31"', 'to: "2024-12-31"', 6, "", "before it begins"),
    ('from: "2025-01-01"', 'from: "2025-02-30"', 6, "", "“2025-02-30” is no day"),
    ('from: "2025-01-01"', 'from: "20250101"', 6, "", "is no day"),
    ("0" * 64, "abc", 8, "", "hash is no sha-256"),
    ("{source: A, words", "{source: Z, words", 24, "1", "source “Z”"),
    (", words: 由 40 亿元改为 20 亿元", "", 24, "1", "words is missing"),
    ("approved_by: someone", "approved_by: [someone]", 7, "", "approved_by is not a text"),
    ("process: reverification\n", "process: reverification\nscoring: {a: b}\n", 5, "", "only an evaluation"),
    ('- clause: "2"', '- clause: "1/2"', 44, "1/2", "no number of a clause"),
    ('- clause: "2"', '- clause: "1"', 44, "1", "two clauses have this number"),
    ("  source: A\n  article: one", "  article: one", 26, "1", "source is missing"),
    # YAML that is more than text
    ("approved_by: someone", "approved_by: !!python/name:os.system", 7, "", "tag"),
    ("approved_by: someone", "approved_by: !secret x", 7, "", "tag"),
    ("approved_by: someone", "approved_by: " + "[" * 60 + "]" * 60, 7, "", "nested too deep"),
    ("approved_by: someone", 'approved_by: "a\\0b"', 7, "", "cannot be seen"),
    ("sources: {A: a document}", "sources: a document", 9, "", "sources is not a list"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "clause", "problem"), REFUSED)
def test_it_is_refused_with_its_place_and_the_mend(old, new, line, clause, problem):
    assert FULL.count(old) >= 1
    with pytest.raises(RuleFileError) as refused:
        load_text(FULL.replace(old, new, 1), "full.yaml")
    error = refused.value
    assert problem in error.problem and error.mend, str(error)
    assert (error.file, error.line, error.clause) == ("full.yaml", line, clause), str(error)


def test_the_sound_file_is_loaded_with_everything_it_says():
    made = load_text(FULL)
    assert (made.programme, made.process, made.succeeds.version) == ("yunnan", Process.REVERIFICATION, "1")
    assert made.changes["1"].source == "a document" and made.titles["tier"].titles == ("srdi", "innovative_sme", "hnte")
    first, second = made.by_clause["1"], made.by_clause["2"]
    assert first.veto and first.regions[0].places == ("530000",) and first.cases[0].place == "530000"
    assert (second.condition.on, second.condition.leading, second.settings) == ("year_end", True, ("day",))
    assert loader.with_settings(made, day="submission").by_clause["2"].condition.on == "submission"


@pytest.mark.parametrize("value", [40, 0.7, True, None])
def test_numbers_are_written_as_text_so_that_none_is_rounded(value):
    made = json.loads(load_text(FULL).canonical_json)
    made["rules"][0]["test"]["at_least"] = value
    with pytest.raises(RuleFileError, match="is not a text"):
        build(made, "form")


def test_content_from_elsewhere_is_refused_too_without_lines():
    made = json.loads(load_text(FULL).canonical_json)
    made["rules"][0]["test"]["figure"] = "turnover"
    with pytest.raises(RuleFileError) as refused:
        build(made, "form")
    assert (refused.value.file, refused.value.line, refused.value.clause) == ("form", 0, "1")
    deep = deepcopy(made)
    for _ in range(60):
        deep = {"not": deep}
    made["rules"][0]["test"] = deep
    with pytest.raises(RuleFileError, match="nested too deep"):
        build(made, "form")


@pytest.mark.parametrize("opened", ["[" * 20_000 + "]" * 20_000, "{a: " * 20_000 + "}" * 20_000, "- " * 20_000])
def test_a_file_that_nests_without_end_is_refused_and_breaks_nothing(opened):
    with pytest.raises(RuleFileError, match="nested too deep"):
        load_text("code: x\nrules: " + opened if opened[0] != "-" else opened)


# ------------------------------------------------------------------ written back


@pytest.mark.parametrize("code", loader.codes())
def test_every_shipped_file_is_written_and_read_with_the_same_hash(code):
    shipped = loader.load(code)
    for given_content in (shipped.content, json.loads(shipped.canonical_json)):
        text = dump_yaml(given_content)
        assert load_text(text).hash == shipped.hash and dump_yaml(load_text(text).content) == text


def test_the_written_file_reads_like_the_others():
    lines = dump_yaml(load_text(FULL).content).splitlines()
    assert lines[0] == "code: full" and lines[1] == "version: '2'"
    assert "effective: {from: '2025-01-01', to: '2025-12-31'}" in lines
    assert next(line for line in lines if line.startswith("- ")) == "- clause: '1'"
    assert "  name: {zh: 产值, en: output}" in lines


ODD = st.text(min_size=1, max_size=40) | st.sampled_from(
    ["yes", "no", "null", "~", "0.70", "1e3", "2025-01-01", "a: b", "- a", "#c", "'", '"', "@x", "%", " a ", "：",
     "\u3000x", "x\n\ny", "\tx", "a\u2028b", "\ufeffb", "𠮷", "!!str a", "&a", "*a", "|", ">", "? a", "{", "[", "<<",
     "=", "on"]
)  # fmt: skip


@settings(max_examples=examples(30, 100), deadline=None)
@given(st.lists(ODD, min_size=5, max_size=5))
def test_whatever_is_written_comes_back_the_same_or_is_refused(words):
    """Texts of a form, hidden signs and YAML's own signs among them: the hash of the two ways is one."""
    made = content(*(json.loads(load_text(FULL).canonical_json)["rules"][3:]))
    made["title"] = {"zh": words[0], "en": words[1]}
    made["sources"] = {"A": words[2], words[3]: "b"}
    made["rules"][0]["text"] = {"zh": words[4], "en": words[0] + words[4]}
    try:
        refuse_hidden(made, "form")
        built = build(made, "form")
    except RuleFileError as refused:
        assert "cannot be seen" in str(refused)
        with pytest.raises(RuleFileError, match="cannot be seen"):
            load_text(dump_yaml(made))
    else:
        assert load_text(dump_yaml(made)).hash == built.hash


@settings(max_examples=examples(30, 100), deadline=None)
@given(st.sampled_from(loader.codes()), st.data())
def test_a_shipped_set_with_any_piece_removed_is_loaded_whole_or_refused(code, data):
    """Nothing is half-loaded, and nothing but RuleFileError comes out."""
    made = json.loads(loader.load(code).canonical_json)
    place = made
    for _ in range(data.draw(st.integers(1, 6))):
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            put = data.draw(st.sampled_from(["", "x", [], {}, ["x"], {"x": "y"}, None]))
            if put is None:
                del place[key]
            else:
                place[key] = put
            break
        place = place[key]
    for load in (lambda: build(made, "form"), lambda: load_text(dump_yaml(made))):
        try:
            assert load().content == made
        except RuleFileError as error:
            assert error.problem and error.mend
