"""In which other units people write an indicator, and by which power of ten the figure then moves.

Only whole powers of ten: 1,500 亩 are a square kilometre, so a figure in 亩 is no figure of ours.
Powers lead to the unit in which the indicator is typed (a rate: percent).
"""

from __future__ import annotations

from typing import Final

from rulebook.catalogue import Indicator

_OTHER: Final[dict[str, dict[str, int]]] = {
    "yi_yuan": {
        "亿": 0, "千万元": -1, "百万元": -2, "万元": -4, "万": -4, "千元": -5, "元": -8,
        "100 million yuan": 0, "million yuan": -2, "10,000 yuan": -4, "yuan": -8,
    },
    "km2": {"平方千米": 0, "公顷": -2, "平方米": -6, "hectares": -2, "m²": -6},
    "enterprise": {"户": 0, "个": 0, "万家": 4, "万户": 4},
    "person": {"千人": 3, "万人": 4},
    "patent": {"项": 0, "万件": 4},
    "piece": {"家": 0},
    "item": {"个": 0},
    "fraction": {"百分比": 0, "‰": -1, "小数": 2},
    "tonne_per_wan_yuan": {"千克/万元": -3, "公斤/万元": -3, "吨/亿元": -4, "万吨/亿元": 0},
    "times_benchmark": {"%": -2},
    "place": {"名": 0},
}  # fmt: skip


def powers(indicator: Indicator) -> dict[str, int]:
    """Powers of ten by unit, its own unit first; a unit that is not named here is not converted."""
    own = ("%",) if indicator.typed_in_percent else (indicator.unit.zh, indicator.unit.en)
    return dict.fromkeys(own, 0) | _OTHER.get(indicator.unit_code, {})
