"""The shared list of texts: for each whether it is read as a number, and as which digits (typed_texts.json)."""

import json
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path


@dataclass(frozen=True)
class Text:
    """One text. `digits` is None where it is not read, with the reason.

    A text with a percent sign is read only where the unit is percent; its digits are those before the sign.
    """

    typed: str
    digits: str | None
    reason: str = ""
    percent: bool = False

    @property
    def number(self) -> Decimal | None:
        """What is read where the unit is not percent."""
        return None if self.digits is None or self.percent else Decimal(self.digits)

    @property
    def fraction(self) -> Decimal | None:
        """What is read where the unit is percent."""
        return None if self.digits is None else Decimal(self.digits).scaleb(-2, Context(prec=100))


TEXTS = [Text(**one) for one in json.loads(Path(__file__).with_name("typed_texts.json").read_text("utf-8"))]
