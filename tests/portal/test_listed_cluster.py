"""The page of one listed cluster: facts, what is uncertain, and what happened to the title."""

from datetime import date

import pytest

from recognitions.enums import Change
from recognitions.models import RecognitionChange
from tests.portal.rows import listed

pytestmark = pytest.mark.django_db


def page_of(client, row, language="en") -> str:
    client.cookies["django_language"] = language
    answer = client.get(f"/list/{row.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_facts_are_those_of_the_grant(client, country):
    row = listed()
    page = page_of(client, row)
    for fact in (row.name, "山东省 历下区", "智能家电", "2024", "工信部企业函〔2024〕267号", "三年"):
        assert fact in page
    assert "What is uncertain" not in page


def test_what_is_uncertain_is_said(client, country):
    row = listed(is_confirmed=False, batch=None, batch_note="2022 或 2023 批次", note="官方名称可能略有不同")
    page = page_of(client, row)
    assert "What is uncertain" in page and "to be confirmed" in page
    assert "2022 或 2023 批次" in page and "官方名称可能略有不同" in page


def test_a_title_known_from_the_notice_stage_alone_is_not_called_recognised(client, country):
    page = page_of(client, listed(is_confirmed=False, batch=2025))
    assert "the recognition itself is to be confirmed" in page
    assert "Recognised in the batch" not in page


def test_the_history_tells_every_change_in_order(client, country):
    row = listed(batch=2022, valid_from=date(2023, 1, 11), valid_to=date(2026, 1, 1), validity_words="")
    RecognitionChange.objects.create(
        recognition=row, kind=Change.REVERIFIED, key="a", valid_to=date(2029, 1, 1), document_number="复核1号",
        source="https://repost.example/x",
    )  # fmt: skip
    page = page_of(client, row)
    assert "31 December 2025" in page and "31 December 2028" in page
    assert "Re-verified" in page and "复核1号" in page
    assert "repost.example" not in page


def test_a_source_is_its_document_number_or_a_public_report_and_never_an_address(client, country):
    numbered, reported = (
        listed(source="https://repost.example/x"),
        listed(document_number="", source="https://re.example/y"),
    )
    RecognitionChange.objects.create(
        recognition=reported,
        kind=Change.REVERIFIED,
        key="a",
        effective_on=date(2025, 11, 4),
        source="https://z.example",
    )
    assert "工信部企业函〔2024〕267号" in page_of(client, numbered, "zh-hans")
    page = page_of(client, reported, "zh-hans")
    assert "公开报道" in page and "公开报道，2025年11月4日" in page
    assert not any("example" in page_of(client, row) for row in (numbered, reported))


def test_a_title_that_was_revoked_says_so(client, country):
    row = listed()
    RecognitionChange.objects.create(recognition=row, kind=Change.REVOKED, key="a")
    assert "is-revoked" in page_of(client, row)
