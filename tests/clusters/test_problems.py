"""What is said beside a cell that looks wrong."""

from decimal import Decimal

import pytest
from django.utils import translation

from clusters.consistency import problems_in
from clusters.models import YearFigure

SAID = [
    ("enterprise_count", "3.5", "请填写整数。"),
    ("gross_output", "1.2345678", "此处最多保留"),
    ("policy_outreach_rate", "1.01", "100"),
    ("gross_output", "1205000", "大于允许的最大值 100,000 亿元。请核对是否以万元填写。"),
    ("area_km2", "-1", "平方公里。"),
]


@pytest.mark.parametrize(("indicator", "value", "words"), SAID)
def test_a_figure_out_of_its_range_is_told_why(indicator, value, words):
    row = YearFigure(indicator=indicator, year=2024, typed=value, value=Decimal(value))
    with translation.override("zh-hans"):
        problem, *others = problems_in([row])
    assert {one.code.partition(":")[0] for one in others} <= {"scale"}
    assert problem.severity == "error" and words in problem.words


def test_beside_a_figure_that_is_wrong_nothing_else_is_asked():
    told = {("gross_output", 2023): "60", ("gross_output", 2024): "99999999", ("employee_count", 2024): "9000"}
    rows = [
        YearFigure(indicator=code, year=year, typed=value, value=Decimal(value)) for (code, year), value in told.items()
    ]
    assert [(problem.severity, problem.indicator, problem.year) for problem in problems_in(rows)] == [
        ("error", "gross_output", 2024)
    ]
