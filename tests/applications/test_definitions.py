"""What an indicator means stands wherever its figure is told or read."""

import pytest
from django.urls import reverse

from rulebook.catalogue import INDICATORS
from rulebook.definitions import definition
from tests.applications.pages import browser, signed_in
from tests.situations import county_of, filled, submitted


def shown(page: str, application) -> list[str]:
    """Return the indicators of the form whose definition is not on the page."""
    asked = [code for code in application.call.form_version.indicators if code in INDICATORS]
    return [code for code in asked if definition(code).counts not in page or definition(code).mistake not in page]


@pytest.mark.parametrize("name", ["application", "application_check"])
def test_a_county_reads_the_definition_of_every_indicator_at_its_row(call, name):
    application = filled(call)
    page = browser(county_of(application)).get(reverse(name, args=[application.pk])).content.decode()
    assert shown(page, application) == []


def test_a_reviewer_reads_the_same_definitions(call):
    application = submitted(call)
    page = signed_in(province=True, authority="山东省").get(application.get_absolute_url()).content.decode()
    assert shown(page, application) == []


def test_the_check_page_has_a_table_by_year_with_the_unit_of_each_row(call):
    application = filled(call)
    page = browser(county_of(application)).get(reverse("application_check", args=[application.pk])).content.decode()
    assert page.count('<th scope="col" class="number">2024</th>') == len(application.call.form_version.sections)
    assert '<th scope="col" class="number">2021</th>' not in page  # the optional year, of which nothing is told
    assert '<td class="quiet">亿元</td>' in page and '<td class="number">80</td>' in page
