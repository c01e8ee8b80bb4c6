"""Every indicator once: code, label, unit, decimals kept, sane range, years.

The order here is the order of the form and of the projection; a new indicator goes to the
end of the list, never between. Values are in the unit the rules use: money in 亿元
(100 million yuan), rates as fractions (15.3 % is 0.153), yes and no as 1 and 0.
A value outside its range is an error of submission, never unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What sort of quantity an indicator is; decides how it is typed and shown."""

    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    BOOLEAN = "boolean"
    RATIO = "ratio"
    INTENSITY = "intensity"
    AREA = "area"
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its Chinese and English name."""

    code: str
    zh: str
    en: str

    def name(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en


UNITS: Final[dict[str, Unit]] = {
    unit.code: unit
    for unit in (
        Unit("yi_yuan", "亿元", "hundred million yuan"),
        Unit("km2", "平方公里", "km²"),
        Unit("enterprise", "家", "enterprises"),
        Unit("person", "人", "persons"),
        Unit("patent", "件", "patents"),
        Unit("piece", "个", "items"),
        Unit("item", "项", "items"),
        Unit("fraction", "小数", "fraction"),
        Unit("tonne_per_wan_yuan", "吨/万元", "tonnes per 10,000 yuan"),
        Unit("times_benchmark", "倍", "times the benchmark"),
        Unit("place", "位", "place"),
        Unit("yes_no", "是/否", "yes/no"),
        Unit("patent_per_10k", "件/万人", "patents per 10,000 persons"),
    )
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One collected figure of the programme (never a derived one)."""

    code: str
    zh: str
    en: str
    unit_code: str
    kind: Kind
    decimals: int
    low: Decimal
    high: Decimal
    years: str
    section: str
    order: int
    earlier_year: bool = False

    @property
    def unit(self) -> Unit:
        return UNITS[self.unit_code]

    @property
    def typed_in_percent(self) -> bool:
        return self.kind is Kind.RATE

    @property
    def decimals_typed(self) -> int:
        """Decimals that are kept of what is typed: a rate is typed in percent."""
        return self.decimals - 2 if self.typed_in_percent else self.decimals

    @property
    def offsets(self) -> tuple[int, ...]:
        """Years asked for, as distance from the year of the call, oldest first (1 is T-1)."""
        if self.years == "latest":
            return (1,)
        return (4, 3, 2, 1) if self.earlier_year else (3, 2, 1)

    def unit_typed(self, lang: str) -> str:
        """The unit in which figures are typed: a rate in percent."""
        return "%" if self.typed_in_percent else self.unit.name(lang)

    def label(self, lang: str) -> str:
        return self.zh if lang.startswith("zh") else self.en


THREE: Final = "three"
LATEST: Final = "latest"

# code, zh, en, unit, kind, years, section of the form, T-4 asked for as an option
_Row = tuple[str, str, str, str, Kind, str, str, bool]
_ROWS: Final[tuple[_Row, ...]] = (
    ("area_km2", "占地面积", "Land area", "km2", Kind.AREA, LATEST, "B", False),
    ("gross_output", "集群总产值", "Gross output of the cluster", "yi_yuan", Kind.MONEY, THREE, "C", True),
    ("sme_output", "中小企业产值", "Output of SMEs", "yi_yuan", Kind.MONEY, THREE, "C", False),
    ("leading_output", "主导产业产值", "Output of the leading industry", "yi_yuan", Kind.MONEY, THREE, "C", False),
    ("enterprise_count", "企业数", "Enterprises", "enterprise", Kind.COUNT, THREE, "B", False),
    ("sme_count", "中小企业数", "SMEs", "enterprise", Kind.COUNT, THREE, "B", False),
    (
        "above_scale_count",
        "规模以上企业数",
        "Enterprises above designated size",
        "enterprise",
        Kind.COUNT,
        THREE,
        "C",
        False,
    ),
    ("employee_count", "从业人员", "Employees", "person", Kind.COUNT, THREE, "B", False),
    (
        "champion_count",
        "制造业单项冠军企业（主导产业）",
        "Manufacturing champions (leading industry)",
        "enterprise",
        Kind.COUNT,
        LATEST,
        "E",
        False,
    ),
    (
        "little_giant_count",
        "专精特新“小巨人”企业（主导产业）",
        "Little giants (leading industry)",
        "enterprise",
        Kind.COUNT,
        LATEST,
        "E",
        False,
    ),
    ("srdi_count", "专精特新中小企业", "SRDI SMEs", "enterprise", Kind.COUNT, LATEST, "E", False),
    ("innovative_sme_count", "创新型中小企业", "Innovative SMEs", "enterprise", Kind.COUNT, LATEST, "E", False),
    (
        "hnte_count",
        "国家级高新技术企业",
        "National high and new technology enterprises",
        "enterprise",
        Kind.COUNT,
        LATEST,
        "E",
        False,
    ),
    ("sme_rd_expense", "中小企业研发经费", "R&D expenditure of SMEs", "yi_yuan", Kind.MONEY, THREE, "C", True),
    ("valid_invention_patents", "有效发明专利", "Valid invention patents", "patent", Kind.COUNT, THREE, "C", True),
    (
        "innovation_platform_count",
        "省级及以上创新平台",
        "Innovation platforms of provincial level or higher",
        "piece",
        Kind.COUNT,
        LATEST,
        "F",
        False,
    ),
    (
        "standards_count",
        "参与制修订标准（近三年合计）",
        "Standards drafted or revised (three years)",
        "item",
        Kind.COUNT,
        LATEST,
        "F",
        False,
    ),
    (
        "iiot_user_count",
        "应用工业互联网平台的企业数",
        "Enterprises using industrial internet platforms",
        "enterprise",
        Kind.COUNT,
        LATEST,
        "C",
        False,
    ),
    (
        "iiot_rate",
        "工业互联网平台应用普及率",
        "Adoption rate of industrial internet platforms",
        "fraction",
        Kind.RATE,
        THREE,
        "C",
        False,
    ),
    (
        "industrial_software_rate",
        "工业软件应用率",
        "Usage rate of industrial software",
        "fraction",
        Kind.RATE,
        THREE,
        "C",
        False,
    ),
    (
        "co2_intensity",
        "二氧化碳排放强度",
        "Carbon dioxide intensity",
        "tonne_per_wan_yuan",
        Kind.INTENSITY,
        THREE,
        "C",
        False,
    ),
    (
        "is_high_energy_industry",
        "是否属于高耗能行业",
        "Energy-intensive industry",
        "yes_no",
        Kind.BOOLEAN,
        LATEST,
        "C",
        False,
    ),
    (
        "energy_efficiency_vs_benchmark",
        "能效与行业基准值之比",
        "Energy efficiency against the benchmark",
        "times_benchmark",
        Kind.RATIO,
        LATEST,
        "C",
        False,
    ),
    (
        "is_high_water_industry",
        "是否属于高用水行业",
        "Water-intensive industry",
        "yes_no",
        Kind.BOOLEAN,
        LATEST,
        "C",
        False,
    ),
    (
        "water_efficiency_vs_benchmark",
        "水效与行业基准值之比",
        "Water efficiency against the benchmark",
        "times_benchmark",
        Kind.RATIO,
        LATEST,
        "C",
        False,
    ),
    ("export_value", "出口（贸易）额", "Exports", "yi_yuan", Kind.MONEY, THREE, "C", False),
    ("overseas_branch_count", "海外分支机构", "Overseas branches", "piece", Kind.COUNT, LATEST, "C", False),
    (
        "shared_mechanism_count",
        "共享机制（设备、物流、仓储、人力、设计）",
        "Sharing mechanisms",
        "item",
        Kind.COUNT,
        LATEST,
        "D",
        False,
    ),
    (
        "public_service_platform_count",
        "中小企业公共服务机构",
        "Public service institutions for SMEs",
        "piece",
        Kind.COUNT,
        LATEST,
        "D",
        False,
    ),
    (
        "policy_outreach_rate",
        "政策宣贯覆盖率",
        "Coverage of policy publicity",
        "fraction",
        Kind.RATE,
        LATEST,
        "D",
        False,
    ),
    ("tax_paid", "上缴税金", "Taxes paid", "yi_yuan", Kind.MONEY, THREE, "C", False),
    ("operating_revenue", "营业收入", "Operating revenue", "yi_yuan", Kind.MONEY, THREE, "C", False),
    (
        "fixed_asset_investment",
        "新增固定资产投资",
        "New fixed-asset investment",
        "yi_yuan",
        Kind.MONEY,
        LATEST,
        "C",
        False,
    ),
    ("new_jobs", "新增就业人数", "New jobs", "person", Kind.COUNT, LATEST, "C", False),
    (
        "national_rank_in_niche",
        "细分领域全国排名",
        "National rank in the niche",
        "place",
        Kind.RANK,
        LATEST,
        "D",
        False,
    ),
)

# decimals kept, lowest and highest sane value
_SHAPE: Final[dict[Kind, tuple[int, str, str]]] = {
    Kind.MONEY: (4, "0", "100000"),  # down to 1 万元, up to 10 trillion yuan
    Kind.COUNT: (0, "0", "1000000"),
    Kind.RATE: (6, "0", "1"),  # percent with four decimals
    Kind.BOOLEAN: (0, "0", "1"),
    Kind.RATIO: (4, "0", "100"),
    Kind.INTENSITY: (6, "0", "1000"),
    Kind.AREA: (4, "0", "100000"),
    Kind.RANK: (0, "1", "10000"),
}
_WIDER: Final[dict[str, str]] = {"employee_count": "10000000", "valid_invention_patents": "10000000"}


def _indicator(order: int, row: _Row) -> Indicator:
    code, zh, en, unit, kind, years, section, earlier = row
    decimals, low, high = _SHAPE[kind]
    top = Decimal(_WIDER.get(code, high))
    return Indicator(code, zh, en, unit, kind, decimals, Decimal(low), top, years, section, order, earlier)


INDICATORS: Final[dict[str, Indicator]] = {row[0]: _indicator(i, row) for i, row in enumerate(_ROWS)}

# One column per indicator and year, oldest year first: the layout of a projection.
COLUMNS: Final[tuple[tuple[str, int], ...]] = tuple(
    (i.code, offset) for i in INDICATORS.values() for offset in i.offsets
)


def fits(indicator: Indicator, value: Decimal) -> bool:
    """Whether the value lies in the indicator's range and keeps its decimals; never rounds."""
    _, _, decimals = format(value, "f").partition(".")
    return indicator.low <= value <= indicator.high and len(decimals.rstrip("0")) <= indicator.decimals


# --- What is asked about ----------------------------------------------------------------------
# Nothing here refuses a figure: what lies outside is a question beside the cell, answered by a correction or a reason.

JUMP: Final = 10  # judgement: between two years, ten times is more often a wrong unit than a good year
SMALL_RATE: Final = Decimal("0.01")  # judgement: a rate typed as 1 or less is often a fraction (0.24 for 24 %)
MONEY_APART: Final = 5_000  # judgement: 万元 for 亿元 is 10,000 times; no two money rows lie half as far apart

# part, whole, start of the code under which a reason is kept: a part is never more than its whole
PARTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("leading_output", "gross_output", "part"),
    ("sme_output", "gross_output", "part"),
    ("sme_count", "enterprise_count", "part"),
    ("iiot_user_count", "enterprise_count", "part"),
    ("above_scale_count", "enterprise_count", "part"),
    ("sme_rd_expense", "gross_output", "part"),
    ("tax_paid", "gross_output", "part"),
    ("export_value", "gross_output", "part"),
    ("sme_rd_expense", "operating_revenue", "revenue"),
    ("tax_paid", "operating_revenue", "revenue"),
    ("export_value", "operating_revenue", "revenue"),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure, or one figure over another, can be; None on a side that is not asked about."""

    over: str
    under: str  # empty: the figure alone
    low: Decimal | None
    high: Decimal | None
    reason: str


def _limit(over: str, under: str, low: str, high: str, reason: str) -> Limit:
    return Limit(over, under, Decimal(low) if low else None, Decimal(high) if high else None, reason)


LIMITS: Final[tuple[Limit, ...]] = (
    _limit("gross_output", "", "", "5000", "the first 100 clusters made 25,000 亿元 together (MIIT, June 2023)"),
    _limit("gross_output", "employee_count", "0.0005", "0.1",
           "50,000 to 10 million yuan a head; published clusters: 临西 0.2, 青浦 1.2, 定襄 1.15 million"),
    _limit("gross_output", "enterprise_count", "0.01", "10",
           "1 million to 1 billion yuan an enterprise; published clusters: 平乡 6, 南皮 9, 博兴 11, 思明 14 million"),
    _limit("gross_output", "area_km2", "0.1", "90",
           "the bounds of clauses 1.3 and 1.4 make 0.4 亿元 a km2; Shanghai's 14 clusters made 20 in 2023"),
    _limit("operating_revenue", "gross_output", "0.1", "10", "judgement: both measure the same sales"),
    _limit("sme_output", "gross_output", "0.05", "", "judgement: clause 1.5 asks for 70 %"),
    _limit("leading_output", "gross_output", "0.05", "", "judgement: clause 1.6 asks for more than 70 %"),
    _limit("sme_rd_expense", "gross_output", "0.0005", "", "judgement: 0.05 %; national enterprises spend above 1 %"),
    _limit("tax_paid", "gross_output", "0.0005", "", "judgement: 0.05 %; 临西 paid 1.2 % of its revenue in 2022"),
    _limit("export_value", "gross_output", "0.0015", "", "judgement: 0.15 %; no exports at all are not asked about"),
    _limit("fixed_asset_investment", "gross_output", "0.0005", "1.5", "judgement"),
    _limit("sme_count", "enterprise_count", "0.05", "", "judgement: published clusters have 95 to 99 % SMEs"),
)  # fmt: skip
