"""Plausible figures of a sample cluster, as a county types them (orders of size: dossier 7.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

YEARS_BACK = (4, 3, 2, 1)


@dataclass(frozen=True)
class Profile:
    """What a sample's figures follow from; the default meets every computed clause.

    Money in 亿元 of the latest year; growth as a yearly factor; tuples run from T-3 to T-1.
    `missing` are cells left empty, as (indicator, years back).
    """

    output: str = "118"
    growth: str = "1.135"
    sme_share: str = "0.83"
    leading_share: str = "0.78"
    enterprises: int = 236
    employees: int = 9_600
    patents: int = 412
    patent_growth: str = "1.19"
    research_growth: str = "1.16"
    champions: int = 1
    little_giants: int = 6
    srdi: int = 31
    innovative: int = 40
    high_tech: int = 50
    platform_rate: str = "32"
    software: tuple[str, str, str] = ("52.4", "57.1", "61.8")
    carbon: tuple[str, str, str] = ("0.62", "0.58", "0.55")
    efficiency: str = ""
    outreach: str = "100"
    rank: int = 6
    missing: frozenset[tuple[str, int]] = field(default_factory=frozenset)


def like(**differences) -> Profile:
    """Return the default profile with some differences."""
    return replace(Profile(), **differences)


def typed_figures(profile: Profile, call_year: int) -> dict[tuple[str, int], str]:
    """Return what the county types, by indicator and year; rates in percent."""
    told = {**_money(profile), **_counts(profile), **_latest(profile)}
    for offset, software, carbon in zip((3, 2, 1), profile.software, profile.carbon, strict=True):
        told["industrial_software_rate", offset] = software
        told["co2_intensity", offset] = carbon
        told["iiot_rate", offset] = _number(Decimal(profile.platform_rate) - 4 * (offset - 1))
    return {
        (indicator, call_year - offset): typed
        for (indicator, offset), typed in told.items()
        if (indicator, offset) not in profile.missing
    }


def _number(value: Decimal, places: str = "0.01") -> str:
    return format(value.quantize(Decimal(places), ROUND_HALF_UP).normalize(), ",f")


def _back(latest: Decimal, growth: str, offset: int) -> Decimal:
    return latest / Decimal(growth) ** (offset - 1)


def _money(profile: Profile) -> Mapping[tuple[str, int], str]:
    told = {}
    for offset in YEARS_BACK:
        output = _back(Decimal(profile.output), profile.growth, offset)
        research = _back(Decimal(profile.output) * Decimal("0.031"), profile.research_growth, offset)
        told["gross_output", offset] = _number(output)
        told["sme_rd_expense", offset] = _number(research)
        if offset == 4:
            continue  # the year before the three is asked for growth only
        shares = {
            "sme_output": profile.sme_share, "leading_output": profile.leading_share, "operating_revenue": "0.96",
            "tax_paid": "0.034", "export_value": "0.14",
        }  # fmt: skip
        for indicator, share in shares.items():
            told[indicator, offset] = _number(output * Decimal(share))
    return told


def _counts(profile: Profile) -> Mapping[tuple[str, int], str]:
    told = {}
    for offset in YEARS_BACK:
        told["valid_invention_patents", offset] = _number(
            _back(Decimal(profile.patents), profile.patent_growth, offset), "1"
        )
        if offset == 4:
            continue
        enterprises = _back(Decimal(profile.enterprises), "1.05", offset).quantize(Decimal(1))
        told["enterprise_count", offset] = _number(enterprises, "1")
        told["sme_count", offset] = _number(enterprises - 4, "1")
        told["above_scale_count", offset] = _number(enterprises * Decimal("0.38"), "1")
        told["employee_count", offset] = _number(_back(Decimal(profile.employees), "1.03", offset), "1")
    return told


def _latest(profile: Profile) -> Mapping[tuple[str, int], str]:
    users = (Decimal(profile.enterprises) * Decimal(profile.platform_rate) / 100).quantize(Decimal(1))
    told = {
        "champion_count": profile.champions,
        "little_giant_count": profile.little_giants,
        "srdi_count": profile.srdi,
        "innovative_sme_count": profile.innovative,
        "hnte_count": profile.high_tech,
        "innovation_platform_count": 9,
        "standards_count": 17,
        "iiot_user_count": users,
        "is_high_energy_industry": int(bool(profile.efficiency)),
        "is_high_water_industry": 0,
        "overseas_branch_count": 5,
        "shared_mechanism_count": 4,
        "public_service_platform_count": 7,
        "policy_outreach_rate": profile.outreach,
        "national_rank_in_niche": profile.rank,
    }
    if profile.efficiency:
        told["energy_efficiency_vs_benchmark"] = profile.efficiency
    return {(indicator, 1): str(value) for indicator, value in told.items()}
