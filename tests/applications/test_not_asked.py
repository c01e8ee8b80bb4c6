"""A cell nobody asks for reads 无需填写, never 未填报, wherever figures are read."""

import re

import pytest
from django.urls import reverse

from tests.applications.pages import browser, signed_in
from tests.situations import GOOD, county_of, filled, submitted

NOT_TOLD, NOT_ASKED = "未填报", "无需填写"


def cells(client, address: str, label: str) -> list[str]:
    """Return what stands in the row of an indicator, its years alone."""
    page = client.get(address).content.decode()
    (row,) = (row for row in re.findall(r"<tr>.*?</tr>", page, re.S) if f'<th scope="row">{label}' in row)
    found = re.findall(r'<td class="number[^"]*"[^>]*>(.*?)</td>', row, re.S)
    return ["".join(re.sub(r"<[^>]*>", "", text).split()) for text in found]


def test_the_page_of_a_cluster_tells_what_was_not_asked_from_what_was_not_told(call):
    application = filled(call, figures=GOOD | {"sme_output": ("", "58", "66")})
    page, address = browser(county_of(application)), reverse("cluster", args=[application.cluster_id])
    assert cells(page, address, "制造业单项冠军企业（主导产业）") == [NOT_ASKED, NOT_ASKED, "1家"]
    assert cells(page, address, "中小企业产值") == [f"—{NOT_TOLD}", "58亿元", "66亿元"]


@pytest.mark.parametrize(("answer", "said"), [("否", NOT_ASKED), ("是", NOT_TOLD)])
def test_a_comparison_that_the_industry_does_not_need_is_not_missing(call, answer, said):
    figures = GOOD | {"is_high_energy_industry": ("", "", answer)}
    draft = filled(call, figures=figures)
    address = reverse("application_check", args=[draft.pk])
    assert cells(browser(county_of(draft)), address, "能效与行业基准值之比")[-1] == f"—{said}"


def test_reviewers_read_the_same(call):
    case = submitted(call)
    assert cells(signed_in(province=True, authority="山东省"), case.get_absolute_url(), "能效与行业基准值之比")[2] == (
        f"—{NOT_ASKED}"
    )
