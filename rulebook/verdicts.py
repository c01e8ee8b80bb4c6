"""The words of every verdict, said once: badges, counts, tables, files, packets and sentences all read them here.

A form for each place where a verdict can stand, in both languages. What people judge by hand has words of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rulebook.rules import State, Text


@dataclass(frozen=True, slots=True)
class Words:
    """One verdict: its word alone, after the name of a clause, inside a sentence, and with a number (`{n}`)."""

    word: Text
    of_clause: Text
    inside: Text
    counted: Text


VERDICTS: Final[dict[State, Words]] = {
    State.MET: Words(
        Text("达标", "Met"), Text("达标", "is met"), Text("达标", "met"), Text("{n} 项达标", "{n} met"),
    ),
    State.NOT_MET: Words(
        Text("未达标", "Not met"), Text("未达标", "is not met"), Text("未达标", "not met"),
        Text("{n} 项未达标", "{n} not met"),
    ),
    State.NEAR: Words(
        Text("接近标准", "Near"), Text("接近标准", "is near the standard"), Text("接近标准", "near the standard"),
        Text("{n} 项接近标准", "{n} near"),
    ),
    State.CANNOT_TELL: Words(
        Text("资料不足", "Cannot tell"), Text("资料不足", "cannot be told yet"),
        Text("资料不足", "it cannot be told yet"), Text("{n} 项资料不足", "{n} cannot be told"),
    ),
    State.BY_HAND: Words(
        Text("人工判断", "Judged by people"), Text("由审核人员判断", "is judged by reviewers"),
        Text("由审核人员判断", "judged by reviewers"), Text("{n} 项需人工判断", "{n} judged by people"),
    ),
    State.NOT_APPLICABLE: Words(
        Text("不适用", "Not applicable"), Text("不适用", "does not apply"), Text("不适用", "not applicable"),
        Text("{n} 项不适用", "{n} not applicable"),
    ),
    State.WAIVED: Words(
        Text("已豁免", "Waived"), Text("已豁免", "is waived"), Text("已豁免", "waived"),
        Text("{n} 项已豁免", "{n} waived"),
    ),
}  # fmt: skip


def word(state: str, lang: str) -> str:
    """The verdict alone, as a badge, a cell of a table or of a file says it."""
    return VERDICTS[State(state)].word(lang)


def of_clause(state: str, lang: str) -> str:
    """The verdict after the name of its clause: 第 1.4 条“集群总产值”未达标; clause 1.4 is not met."""
    return VERDICTS[State(state)].of_clause(lang)


def inside(state: str, lang: str) -> str:
    """The verdict inside a sentence that has said of what: 缺少 2024 年占地面积，资料不足."""
    return VERDICTS[State(state)].inside(lang)


def counted(state: str, number: int, lang: str) -> str:
    """So many clauses with the verdict: 12 项达标."""
    return VERDICTS[State(state)].counted(lang).format(n=number)
