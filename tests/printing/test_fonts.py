"""Every character the site knows stands in the typefaces; what does not is printed as its code."""

import csv
import json
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from printing import document, fonts, reading
from rulebook import loader
from rulebook.catalogue import INDICATORS

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = sorted(file for file in (ROOT / "data").iterdir() if file.suffix in {".csv", ".json"})
COMMON = [ROOT / "locale/zh_Hans/LC_MESSAGES/django.po", *sorted((ROOT / "rulebook").glob("*.py"))]


def lacking(text: str) -> set[str]:
    """Return what a text has that no typeface has; layout characters aside."""
    return {one for one in fonts.unprintable(text) if one.isprintable()}


@pytest.mark.parametrize("code", loader.codes())
def test_every_character_of_a_rule_set_is_in_the_typefaces(code):
    assert lacking(loader.load(code).canonical_json) == set()


def test_every_character_of_the_catalogue_is_in_the_typefaces():
    assert (
        lacking("".join(f"{one.zh}{one.en}{one.unit.name('zh')}{one.unit.name('en')}" for one in INDICATORS.values()))
        == set()
    )


@pytest.mark.parametrize("file", [*DATA, *COMMON], ids=lambda file: file.name)
def test_every_character_of_the_reference_data_and_the_texts_is_in_the_typefaces(file):
    text = file.read_text(encoding="utf-8-sig")
    assert len(text) > 10
    assert lacking(text) == set()


def test_the_rare_names_are_among_them():
    """Characters of county names that smaller typefaces lack."""
    with (ROOT / "data/counties.csv").open(encoding="utf-8-sig") as file:
        names = "".join(cell for row in csv.reader(file) for cell in row)
    assert {"瀍", "猇", "沚", "仫"} <= set(names)
    assert lacking("沚瀍猇仫缫≤≥→—“”《》〔〕·％亿") == set()


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("历下区", "历下区"),
        ("𧒽岗", "𧒽岗"),
        ("𠮷田", "𠮷田"),
        ("a\u200bb", "a[U+200B]b"),
        ("一\n二\t三", "一\n二\t三"),
        ("\x07", "[U+0007]"),
        ("😀", "[U+1F600]"),
        ("", ""),
    ],
)
def test_what_no_typeface_has_is_printed_as_its_code(text, printed):
    assert fonts.printable(text) == printed
    assert json.loads(json.dumps(printed)) == printed


@cache
def standard_characters() -> str:
    """Return the characters of 通用规范汉字表."""
    lines = (Path(__file__).parent / "standard_characters.txt").read_text(encoding="utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


def test_every_character_of_the_national_standard_list_is_in_the_typefaces():
    assert len(set(standard_characters())) == 8105
    assert lacking(standard_characters()) == set()


def test_place_names_outside_the_two_families_are_printed_by_the_third(tmp_path):
    """𧒽岗 lies in 佛山. The file itself says which typeface it was set in."""
    names = "𧒽"
    with fonts.opened(fonts.SERIF) as serif, fonts.opened(fonts.SANS) as sans:
        assert not {ord(one) for one in names} & (serif.getBestCmap().keys() | sans.getBestCmap().keys())
    layout = tmp_path / "names.typ"
    layout.write_text('#show: body => sheet("foot", "{page}/{pages}", body)\n#lines(data.words)', encoding="utf-8")
    attachment = document.Attachment("packet.json", "{}", "application/json", "data")
    made = document.pdf(layout, {"words": f"{names}岗", "lang": "zh"}, attachment, datetime(2025, 7, 15, tzinfo=UTC))
    assert made.unprintable == ()
    assert names in "".join(reading.pages_of(made.pdf))
    fonts_used = {str(font["/BaseFont"]) for page in PdfReader(BytesIO(made.pdf)).pages
                  for font in (one.get_object() for one in page["/Resources"]["/Font"].values())}  # fmt: skip
    assert any("NotoSansCJKsc" in one for one in fonts_used), fonts_used


def test_the_typefaces_are_those_the_layout_names():
    for family in fonts.FILES:
        with fonts.opened(family) as font:
            assert font["name"].getDebugName(1) == family
            assert "SIL Open Font License" in font["name"].getDebugName(13)
    layout = (ROOT / "printing/official.typ").read_text(encoding="utf-8")
    assert all(f'"{family}"' in layout for family in fonts.FILES)
