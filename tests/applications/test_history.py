"""The history of a case: who, when, from what to what, why."""

import re
import uuid

import pytest
from django.utils import translation

from applications import history
from applications.actions import county
from audit.tallies import refuse
from tests.factories import OfficeFactory
from tests.situations import GOOD, county_of, fresh, recognised, returned, tell

pytestmark = pytest.mark.django_db


def lines(application, office):
    with translation.override("en"):
        return [(line.says, line.change) for line in history.told_to(fresh(application, office), office)]


def test_the_whole_way_reads_as_sentences_newest_first(call):
    application = recognised(call)
    with translation.override("en"):
        told = [line.says for line in history.told_to(application, OfficeFactory(ministry=True))]
    assert told[0].startswith("Ministry of Industry and Information Technology 张")
    said = [re.split("张[0-9]+ ", one)[1] for one in told]
    assert said == [
        "recognised it under 工信部企业函〔2025〕1号.",
        "recorded the objections: No objection received.",
        "named it in the public notice 公示〔2025〕1号.",
        "shortlisted it for the public notice.",
        "recommended it to the ministry.",
        "submitted it to the province.",
        "opened the application.",
    ]


def test_a_return_tells_reasons_words_and_due_date(call):
    application = returned(call)
    with translation.override("en"):
        line = history.told_to(application, county_of(application))[0]
        assert line.reasons == ["A figure is unclear or does not fit the others"]
        assert line.words == "请核对 2024 年产值。"
        assert line.due_at == application.due_at
        assert line.change == "State: from “Submitted” to “Returned for correction”."


def test_a_resubmission_tells_its_version(call):
    application = returned(call)
    by = county_of(application)
    tell(application, GOOD | {"gross_output": ("60", "70", "85")}, by=by)
    application = fresh(application)
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=by)
    assert lines(application, OfficeFactory(province=True))[0][0].endswith(
        "submitted it again after correction (version 2)."
    )


def test_refusals_and_answers_are_never_told(call):
    application = returned(call)
    office = OfficeFactory(ministry=True)
    before = lines(application, office)
    subject = f"applications.{application.pk}"
    refuse("applications.recommend", by=office, words="秘密", subject=subject, chain=subject)
    assert lines(application, office) == before
    assert len(before) == 3  # opened, submitted, returned; not each answer
