"""Packets made before are readable and verifiable for good.

The files of `packets_of_format_1` were made by the last version that made that format, one JSON and one PDF of each
kind. They are never made anew.
"""

from pathlib import Path

import pytest
from django.core.management import call_command

from applications.packets import reading, verifying

# Those whose history the sealing of events, or the release of the ministry's choice, had not reached.
WITHOUT_PROOF = {"submitted-of-unsealed-events-for-county", "disqualified-after-a-secret-for-province"}
FORMAT_1 = sorted((Path(__file__).parent / "packets_of_format_1").iterdir())


def test_there_is_a_file_of_each_kind():
    kinds = {(file.stem.removesuffix("-en"), file.suffix) for file in FORMAT_1}
    assert {suffix for _kind, suffix in kinds} == {".json", ".pdf"}
    assert {kind for kind, suffix in kinds if suffix == ".json"} == {kind for kind, suffix in kinds if suffix == ".pdf"}
    assert len(kinds) == 22


@pytest.mark.parametrize("file", FORMAT_1, ids=lambda file: file.name)
def test_a_packet_of_format_1_verifies_for_good(file):
    packet, pdf = reading.read(file)
    assert packet["format"] == 1
    assert (pdf is not None) == (file.suffix == ".pdf")
    checks = list(verifying.check(packet, pdf, packet["digest"]))
    assert [check.says for check in checks if not check.is_in_order] == []
    assert len(checks) == (9 if pdf else 8)
    assert all(check.is_proven for check in checks) == (file.stem not in WITHOUT_PROOF)


def test_a_packet_of_format_1_without_a_single_seal_is_not_called_in_order(capsys):
    file = FORMAT_1[0].parent / "submitted-of-unsealed-events-for-county.json"
    with pytest.raises(SystemExit) as ended:
        call_command("verify", str(file))
    assert ended.value.code == 4
    assert any(line.startswith("未证明") for line in capsys.readouterr().out.splitlines())
