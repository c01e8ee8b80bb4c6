"""What the page of a case sends of judgements: verdict, words and version of each clause, by name."""

import re

from applications.actions.judging import Said
from applications.enums import Judged
from applications.forms.county import LONGEST_WORDS, NotOurPage
from rulebook.characters import clean_words

NAME = re.compile(r"(verdict|words|version):([0-9.]{1,10})")
MOST = 200  # no rule set has as many clauses that people judge


def read_judgements(posted) -> tuple[list[Said], list[Said]]:
    """Return what was sent, and apart from it what has too many words to be kept; raises NotOurPage."""
    parts: dict[str, dict[str, str]] = {}
    for name in posted:
        if found := NAME.fullmatch(name):
            parts.setdefault(found[2], {})[found[1]] = posted[name]
    if len(parts) > MOST:
        raise NotOurPage("too many clauses")
    sent = [_said(clause, told) for clause, told in parts.items()]
    too_long = [said for said in sent if len(said.words) > LONGEST_WORDS]
    return [said for said in sent if said not in too_long], too_long


def _said(clause: str, told: dict[str, str]) -> Said:
    verdict, version = told.get("verdict", ""), told.get("version", "")
    # A verdict is left out while none is chosen; words and version never are.
    if verdict not in {"", *Judged.values} or not re.fullmatch(r"[0-9]{1,9}", version) or "words" not in told:
        raise NotOurPage("no such judgement")
    words = clean_words(told["words"], keep="\n")
    return Said(clause, verdict, words, int(version))
