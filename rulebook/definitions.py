"""What each indicator means: who and what counts, which statistic, an example, the common mistake.

The sentences stand in definitions.yaml, both languages side by side. Where no source says how a figure is
counted, what stands there is our reading, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path(__file__).with_name("definitions.yaml")


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator explained in one language; `over` is empty where nothing is divided, `source` where none says."""

    counts: str
    statistic: str
    example: str
    mistake: str
    over: str
    source: str


@cache
def definitions(lang: str = "zh") -> dict[str, Definition]:
    """Every definition by the code of its indicator, in the language that begins with zh or in English."""
    key = "zh" if lang.startswith("zh") else "en"
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        code: Definition(
            counts=entry["counts"][key],
            statistic=entry["statistic"][key],
            example=entry["example"][key],
            mistake=entry["mistake"][key],
            over=entry["over"][key] if "over" in entry else "",
            source=entry["source"],
        )
        for code, entry in told.items()
    }


def definition(code: str, lang: str = "zh") -> Definition:
    """The definition of one indicator."""
    return definitions("zh" if lang.startswith("zh") else "en")[code]
