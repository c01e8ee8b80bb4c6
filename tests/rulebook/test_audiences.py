"""One finding said to four people; the whole text of a spread of states is approved by a reader."""

import json
import os
import re
from pathlib import Path

import pytest

from rulebook import audiences
from rulebook.catalogue import INDICATORS
from rulebook.loader import with_settings
from rulebook.rules import Finding, State
from rulebook.spoken import spoken
from tests.rulebook.test_remedy import AREA, CO2, COUNTS, FEW, LEADING, OUT, OUTREACH, PATENTS, RD, SME

APPROVED = Path(__file__).parent / "approved_explanations.txt"
SPREAD = [
    # what is told, clause, figures that differ from those that meet everything, reading
    ("met in each of the years", "1.4", {}, {}),
    ("short in one year", "1.4", {(OUT, 3): "38.7"}, {}),
    ("short in two years", "1.4", {(OUT, 3): "38.7", (OUT, 2): "39.5"}, {}),
    ("one year missing", "1.4", {(OUT, 2): None}, {}),
    ("near", "1.3", {(AREA, 1): "120"}, {}),
    ("a share below its bound", "1.5", {(SME, 1): "48"}, {}),
    ("a share on a bound that does not count", "1.6", {(LEADING, 1): "49"}, {"share_years": "each"}),
    ("growth met", "1.7", {}, {}),
    ("growth below its bound, mean of rates", "4.1", {(RD, 1): "1.2"}, {"growth": "mean_of_rates"}),
    ("growth over a base of nothing", "4.1", {(RD, 3): "0"}, {}),
    ("both years of growth missing", "4.4", {(PATENTS, 3): None, (PATENTS, 1): None}, {}),
    ("a fact nobody is asked for", "4.5", {}, {"patents_denominator": "residents"}),
    ("either side of an or is short", "2.1", {(code, 1): str(FEW[code, 1] // 2) for code in COUNTS}, {}),
    ("counts that may overlap", "2.1", {cell: str(value) for cell, value in FEW.items()}, {}),
    ("a trend that is broken", "6.2", {(CO2, 1): "1.25"}, {}),
    ("met in figures, judged by people", "5.3", {}, {}),
    ("not met and judged by people", "8.3", {(OUTREACH, 1): "0.9"}, {}),
    ("judged by people", "1.1", {}, {}),
    ("a veto", "0", {}, {}),
    ("not applicable", "6.4", {}, {}),
    ("whether it applies is missing", "6.3", {("is_high_energy_industry", 1): None}, {}),
]


@pytest.fixture
def told(find, national):
    """told(clause, changes, reading, lang) -> the four forms of a finding that was stored and read back."""

    def forms(clause, changes, reading, lang, finding=None):
        rules = with_settings(national, **reading) if reading else national
        stored = json.loads(json.dumps((finding or find(clause, changes, **reading)).as_json()))
        return four_forms(Finding.from_json(stored), rules.by_clause[clause], rules.settings, lang)

    return forms


def four_forms(finding, rule, settings, lang):
    row = audiences.row(finding, rule, settings, lang)
    cells = [
        f"{name}: {value}"
        for name, value in [
            ("requirement", row.requirement),
            ("figure", row.figure),
            ("gap", row.gap),
            *((f"{one.year}", " · ".join(filter(None, (one.value, one.outcome, one.gap)))) for one in row.years),
            ("computed", row.computed),
            ("says", row.says),
            *((f"reading {question}", option) for question, option in row.readings),
            ("change", " ".join([row.change.intro, *(f"[{line.words}]" for line in row.change.lines)])),
            ("source", row.source),
        ]
        if value and (name != "change" or row.change)
    ]
    return {
        "head": [audiences.head(finding, rule, settings, lang)],
        "checklist": [f"{i}. {step}" for i, step in enumerate(audiences.checklist(finding, rule, settings, lang), 1)],
        "row": cells,
        "public": [audiences.public(finding, rule, settings, lang)],
    }


def written(told) -> str:
    lines = []
    for what, clause, changes, reading in SPREAD:
        lines += ["", f"## {clause}: {what}" + "".join(f" ({name}={value})" for name, value in reading.items())]
        for lang in ("zh", "en"):
            for form, texts in told(clause, changes, reading, lang).items():
                lines += [f"{lang} {form}", *(f"    {text}" for text in texts)]
    return "\n".join(lines).strip() + "\n"


def test_every_explanation_reads_as_approved(told):
    text = written(told)
    if os.environ.get("JIQUN_APPROVE"):
        APPROVED.write_text(text, encoding="utf-8")
    assert APPROVED.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("what", "clause", "changes", "reading"), SPREAD)
def test_each_form_names_the_reading_and_is_in_one_language(told, national, what, clause, changes, reading):
    rules = with_settings(national, **reading) if reading else national
    for lang in ("zh", "en"):
        for form, texts in told(clause, changes, reading, lang).items():
            whole = " ".join(texts)
            for name in rules.by_clause[clause].settings:
                setting = rules.settings[name]
                assert spoken(setting.options[setting.value](lang)) in whole, (form, lang)
            assert "None" not in whole and whole.strip()
            if lang == "en":
                assert not re.search(r"[\u4e00-\u9fff，。；（）]", " ".join(t for t in texts if "source: " not in t)), (
                    form
                )
            else:
                assert not re.search(
                    r"[A-Za-z]{4,}", " ".join(t.partition(": ")[2] if form == "row" else t for t in texts)
                )
            assert not re.search(r"[。.]{2}|；。|，。|：；", whole), whole


def test_the_public_reads_no_figure_that_is_not_disclosed(find, national):
    """Every clause in every state: no number of the county's stands in the statement."""
    odd = {cell: "37.123" for rule in national.computed for cell in rule.cells}
    for changes in ({}, odd, dict.fromkeys(odd)):
        for rule in national.rules:
            finding = find(rule.clause, changes)
            for lang in ("zh", "en"):
                words = audiences.public(finding, rule, national.settings, lang)
                figures = {text for years in finding.inputs.values() for text in years.values() if text}
                assert not any("37.123" in words or f" {text} " in words for text in figures - {"0", "1"})


def test_the_public_reads_figures_once_every_one_of_them_is_disclosed(find, national):
    rule, finding = national.by_clause["1.5"], find("1.5", {(SME, 1): "48"})
    assert "68.57%" in audiences.public(finding, rule, national.settings, disclosed={SME, OUT})
    assert "68.57%" not in audiences.public(finding, rule, national.settings, disclosed={SME})


def test_a_waiver_is_named_with_its_authority_and_its_reason_stays_inside(national, meeting):
    from rulebook.screening import screen
    from rulebook.waivers import Waiver

    figures = {(code, 2025 - offset): value for (code, offset), value in meeting.items()}
    figures[OUT, 2022] = INDICATORS[OUT].low
    waiver = Waiver("1.4", "云南省工业和信息化厅", "西部地区可适当放宽", "云工信〔2025〕1号")
    finding = next(one for one in screen(national, figures, 2025, waivers=[waiver]) if one.clause == "1.4")
    assert finding.state is State.WAIVED
    rule = national.by_clause["1.4"]
    assert "由云南省工业和信息化厅豁免（云工信〔2025〕1号），理由：西部地区可适当放宽" in audiences.head(
        finding, rule, national.settings
    )
    public = audiences.public(finding, rule, national.settings)
    assert "云工信〔2025〕1号" in public and "西部地区可适当放宽" not in public
    assert not audiences.what_it_takes(finding, rule)


def test_figures_come_back_from_a_finding_whatever_order_the_database_keeps(find, national):
    finding = find("4.1", {})
    turned = Finding.from_json(
        finding.as_json() | {"inputs": {code: dict(reversed(years.items())) for code, years in finding.inputs.items()}}
    )
    rule = national.by_clause["4.1"]
    assert audiences.figures_in(turned, rule) == audiences.figures_in(finding, rule)
    assert audiences.figures_in(finding, rule)[1] == 2025
