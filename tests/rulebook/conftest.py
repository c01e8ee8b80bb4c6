"""What the tests of the rulebook share: the national rules and figures that meet every clause."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache

import pytest

from rulebook import loader
from rulebook.rules import Finding, RuleSet
from rulebook.screening import screen

CALL_YEAR = 2025
Figures = dict[tuple[str, int], Decimal]


def figures_meeting_every_clause() -> Figures:
    """(indicator, years before the call) to value: every computed clause is met or passes to a reviewer."""
    yearly = {
        "gross_output": ("44", "50", "60", "70"),
        "sme_rd_expense": ("0.9", "1", "1.2", "1.4"),
        "valid_invention_patents": ("80", "100", "120", "150"),
        "sme_output": ("40", "48", "56"),
        "leading_output": ("41", "49", "57"),
        "employee_count": ("40000", "42000", "45000"),
        "iiot_rate": ("0.1", "0.15", "0.2"),
        "industrial_software_rate": ("0.3", "0.3", "0.35"),
        "co2_intensity": ("1.3", "1.2", "1.1"),
        "sme_count": ("180", "190", "200"),
        "enterprise_count": ("200", "210", "220"),
        "above_scale_count": ("80", "85", "90"),
    }
    latest = {
        "area_km2": "80",
        "champion_count": "1",
        "little_giant_count": "2",
        "srdi_count": "12",
        "innovative_sme_count": "20",
        "hnte_count": "15",
        "iiot_user_count": "60",
        "is_high_energy_industry": "1",
        "energy_efficiency_vs_benchmark": "1.05",
        "is_high_water_industry": "0",
        "policy_outreach_rate": "1",
    }
    figures = {(code, 1): Decimal(value) for code, value in latest.items()}
    for code, values in yearly.items():
        for back, value in enumerate(reversed(values), start=1):
            figures[code, back] = Decimal(value)
    return figures


@pytest.fixture(scope="session")
def national() -> RuleSet:
    return loader.load("national-2022")


@pytest.fixture
def meeting() -> Figures:
    return figures_meeting_every_clause()


@cache
def read_otherwise(**settings: str) -> RuleSet:
    """The national rules under other readings; building them takes longer than asking them."""
    return loader.with_settings(loader.load("national-2022"), **settings)


@pytest.fixture
def find(national: RuleSet) -> Callable[..., Finding]:
    """find(clause, {("area_km2", 1): "101", ("gross_output", 3): None}, growth="cagr_3") -> the finding."""

    def found(clause: str, changes: Mapping[tuple[str, int], str | None] | None = None, **settings: str) -> Finding:
        figures = figures_meeting_every_clause()
        for cell, value in (changes or {}).items():
            figures.pop(cell, None)
            if value is not None:
                figures[cell] = Decimal(value)
        rules = read_otherwise(**settings) if settings else national
        by_year = {(code, CALL_YEAR - back): value for (code, back), value in figures.items()}
        return next(one for one in screen(rules, by_year, CALL_YEAR) if one.clause == clause)

    return found
