"""A PDF shows the words of the data and nothing else of them, carries its attachment, and is the same every time."""

import re
from datetime import UTC, datetime

import pytest

from printing import document, reading

AT = datetime(2025, 7, 15, 9, 0, tzinfo=UTC)
ATTACHMENT = document.Attachment("packet.json", '{"名称":"数据"}', "application/json", "data")
LAYOUT = """
#set document(title: "Test", date: auto)
#pdf.attach(
  sys.inputs.name, bytes(sys.inputs.attached), relationship: "data", mime-type: sys.inputs.mime,
  description: sys.inputs.says,
)
#show: body => sheet("foot", "{page}/{pages}", body)
#for words in data.words { par(lines(words)) }
#listed(("a", "b"), data.rows, (1fr, 1fr))
#data.unprintable.join(" ")
"""


@pytest.fixture
def layout(tmp_path):
    """Return a small layout of its own."""
    file = tmp_path / "test.typ"
    file.write_text(LAYOUT, encoding="utf-8")
    return file


def pages(layout, *words, rows=(("一", "二"),), lang="zh-hans"):
    printed = document.pdf(layout, {"words": list(words), "rows": list(rows), "lang": lang}, ATTACHMENT, AT)
    return printed, reading.pages_of(printed.pdf)


def plain(text: str) -> str:
    """Return a text without the spaces that typesetting adds between Chinese and Latin."""
    return re.sub(r"\s", "", text)


def test_chinese_words_can_be_read_from_the_pages(layout):
    _printed, (page,) = pages(
        layout, "中小企业特色产业集群（沚瀍猇仫缫）不低于 40 亿元，≤ ≥ →", rows=[("集群总产值", "1,234.56")]
    )
    assert "中小企业特色产业集群（沚瀍猇仫缫）不低于40亿元，≤≥→" in plain(page)
    assert "集群总产值" in page
    assert "1,234.56" in page
    assert "1/1" in plain(page)


def test_words_are_never_read_as_markup(layout):
    hostile = ['#import "@preview/x:1.0.0"', "$x^2$ *b* _i_ `c` <label> @ref", '#read("/etc/passwd")', "= Title",
               "\\u{41} // comment", '")#panic("x")("']  # fmt: skip
    _printed, found = pages(layout, *hostile)
    shown = plain("".join(found))
    assert [words for words in hostile if plain(words) not in shown] == []


def test_a_character_without_a_typeface_stands_as_its_code_and_is_reported(layout):
    printed, (page,) = pages(layout, "😀田村", "龘")
    assert printed.unprintable == ("[U+1F600]",)
    assert plain(page).count("[U+1F600]") == 2  # in its place, and where the document reports it
    assert "龘" in page


def test_without_the_typefaces_the_text_would_be_empty_boxes(layout, monkeypatch, tmp_path):
    """The trap that the tests above guard: typst says nothing when it has no typeface."""
    import typst

    monkeypatch.setattr(document, "_compiler", lambda: typst.Compiler(
        font_paths=[tmp_path], ignore_system_fonts=True, root=tmp_path))  # fmt: skip
    _printed, (page,) = pages(layout, "集群")
    assert "集群" not in page


def test_the_attachment_comes_out_as_it_went_in(layout):
    printed, _pages = pages(layout, "一")
    assert reading.attached(printed.pdf, "packet.json") == ATTACHMENT.content.encode()
    with pytest.raises(reading.UnreadablePdf):
        reading.attached(printed.pdf, "other.json")


def test_the_same_data_give_the_same_bytes(layout):
    first, _pages = pages(layout, "一")
    document._compiler.cache_clear()
    assert pages(layout, "一")[0].pdf == first.pdf
    assert pages(layout, "二")[0].pdf != first.pdf


@pytest.mark.parametrize("content", [b"", b"%PDF-", b"%PDF-1.7\n" + bytes(range(256)) * 20, b"no pdf"])
def test_what_is_no_pdf_is_refused_in_one_way(content):
    for ask in (lambda: reading.attached(content, "x"), lambda: reading.pages_of(content)):
        with pytest.raises(reading.UnreadablePdf):
            ask()
