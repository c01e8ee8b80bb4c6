"""A packet's PDF says which wording printed it: only pages of our own wording can be called altered."""

import ast
import json
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from applications.packets import document, reading, wording
from printing import reading as pdf_reading

STORED = Path(__file__).parent / "packets_of_format_1"
OTHER = "0" * 64


@pytest.fixture
def packet() -> dict:
    """Return a packet with opinions, a return and two versions, as it is read from its file."""
    return json.loads((STORED / "came-back-for-province.json").read_text(encoding="utf-8"))


def verify(tmp_path, capsys, content: bytes, *more) -> tuple[int, list[str]]:
    """Return the exit status of the command and what it said."""
    file = tmp_path / "packet.pdf"
    file.write_bytes(content)
    status = 0
    try:
        call_command("verify", str(file), *more)
    except SystemExit as ended:
        status = ended.code
    return status, capsys.readouterr().out.splitlines()


def reworded(monkeypatch) -> None:
    """From now on this program says one sentence otherwise, as its next version might."""
    words = document.words_of
    monkeypatch.setattr(document, "words_of", lambda packet: words(packet) | {"title": "决定卷宗（新）"})
    monkeypatch.setattr(wording, "ours", lambda: "a" * 64)


def altered(packet: dict, monkeypatch, mark: str | None = None) -> bytes:
    """Return a PDF of this packet whose pages show another province."""
    words, other = document.words_of, json.loads(json.dumps(packet))
    other["application"]["province"]["name"] = "别处"
    with monkeypatch.context() as patch:
        patch.setattr(document, "words_of", lambda _packet: words(other))
        return document.printed(packet, "zh-hans", mark).pdf


def test_a_pdf_names_the_wording_that_printed_it(packet):
    assert pdf_reading.keywords(document.printed(packet, "en").pdf) == wording.ours()
    assert len(wording.ours()) == 64


def test_pages_of_another_wording_are_not_compared_and_end_with_three(packet, tmp_path, capsys, monkeypatch):
    old = document.printed(packet, "zh-hans").pdf
    assert verify(tmp_path, capsys, old)[0] == 0
    reworded(monkeypatch)
    status, said = verify(tmp_path, capsys, old)
    assert status == 3
    assert said[-3:] == [
        "未比对  页面由另一版本打印，未作比对。",
        "摘要、数据、条款判断、意见和记录链均相符；页面由另一版本打印，未作比对：以其中的卷宗为准。",
        f"如需重新打印：python manage.py verify {tmp_path / 'packet.pdf'} --print NEW.pdf",
    ]


def test_what_counts_and_how_to_print_anew_is_said_of_packets_told_without_proof_too(tmp_path, capsys, monkeypatch):
    old = (STORED / "submitted-of-unsealed-events-for-county.json").read_text(encoding="utf-8")
    pages = document.printed(json.loads(old), "zh-hans").pdf
    reworded(monkeypatch)
    status, said = verify(tmp_path, capsys, pages)
    assert status == 4
    assert said[-2:] == [
        "页面未作比对：以其中的卷宗为准。",
        f"如需重新打印：python manage.py verify {tmp_path / 'packet.pdf'} --print NEW.pdf",
    ]


def test_a_pdf_without_a_mark_counts_as_another_wording(tmp_path, capsys, monkeypatch):
    """Those made before the mark was introduced."""
    old = (STORED / "came-back-for-province.pdf").read_bytes()
    assert pdf_reading.keywords(old) == ""
    reworded(monkeypatch)
    assert verify(tmp_path, capsys, old)[0] == 3


def test_altered_pages_of_our_wording_end_with_one(packet, tmp_path, capsys, monkeypatch):
    status, said = verify(tmp_path, capsys, altered(packet, monkeypatch))
    assert status == 1
    assert said[-2].startswith("不符")
    assert "页面已被改动" in said[-2]


@pytest.mark.parametrize("mark", [OTHER, "", "no digest"])
def test_another_mark_saves_altered_pages_from_one_but_never_gives_nought(packet, tmp_path, capsys, monkeypatch, mark):
    assert verify(tmp_path, capsys, altered(packet, monkeypatch, mark))[0] == 3


def test_a_mark_exchanged_in_an_honest_file_ends_with_three(packet, tmp_path, capsys):
    honest = document.printed(packet, "zh-hans").pdf
    assert verify(tmp_path, capsys, honest.replace(wording.ours().encode(), OTHER.encode(), 1))[0] == 3


def test_a_changed_packet_under_another_mark_still_ends_with_one(packet, tmp_path, capsys):
    packet["opinions"][0]["words"] = "不同意。"
    assert verify(tmp_path, capsys, document.printed(packet, "zh-hans", OTHER).pdf)[0] == 1


def test_a_packet_printed_anew_is_wholly_checked(packet, tmp_path, capsys, monkeypatch):
    old = document.printed(packet, "zh-hans").pdf
    reworded(monkeypatch)
    new = tmp_path / "new.pdf"
    assert verify(tmp_path, capsys, old, "--print", str(new), "--language", "en")[0] == 3
    assert pdf_reading.attached(new.read_bytes(), reading.ATTACHED) == pdf_reading.attached(old, reading.ATTACHED)
    assert verify(tmp_path, capsys, new.read_bytes())[0] == 0


def test_a_packet_that_is_not_in_order_is_not_printed_anew(packet, tmp_path):
    packet["opinions"][0]["words"] = "不同意。"
    file = tmp_path / "packet.json"
    file.write_text(json.dumps(packet), encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        call_command("verify", str(file), "--print", str(tmp_path / "new.pdf"))
    assert refusal.value.returncode == 1
    assert not (tmp_path / "new.pdf").exists()


def test_of_another_typst_only_the_text_is_compared_and_that_is_not_everything(packet, tmp_path, capsys):
    honest = document.printed(packet, "zh-hans").pdf
    version = pdf_reading.made_by(honest)
    other = honest.replace(version.encode(), (version[:-1] + ("0" if version[-1] != "0" else "1")).encode())
    assert verify(tmp_path, capsys, other)[0] == 3


def test_every_file_that_has_a_part_in_the_words_is_in_the_digest():
    """Follow the printing of every stored packet, and what its words import."""
    ran, root = set(), str(wording.ROOT)

    def note(frame, _event, _argument):
        ran.add(frame.f_code.co_filename)

    packets = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(STORED.glob("*.json"))]
    sys.setprofile(note)
    try:
        for packet in packets:
            for language in document.LANGUAGES:
                document.printed(packet, language)
    finally:
        sys.setprofile(None)
    covered = {str(file) for file in wording.files()}
    ours = {name for name in ran if name.startswith(root) and "/.venv/" not in name and "/tests/" not in name}
    assert sorted(ours - covered) == []
    assert len(ours) > 15
    imported = [
        one for one in ast.walk(ast.parse(Path(document.__file__).read_text())) if isinstance(one, ast.ImportFrom)
    ]
    named = {one.module for one in imported} | {f"{one.module}.{name.name}" for one in imported for name in one.names}
    files = {f"{root}/{name.replace('.', '/')}.py" for name in named}
    assert sorted(file for file in files - covered if Path(file).exists()) == []
