"""What a reviewer does with the clauses that people judge, before the decision: write, and agree to those left.

On record in the chain of the day, not of the case: a link more would tell others that somebody judges.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from applications.enums import Judged
from applications.judging import Clause, ask, judged_by, left_of, level_of, turn_of, were_shown
from applications.models import Application, Judgement
from audit.enums import Audience
from audit.record import record
from audit.tallies import refuse
from workflow.locks import take_turns
from workflow.refusals import StepNotAllowed, StepRefused


@dataclass(frozen=True)
class Said:
    """A judgement as a page sends it, with the version it was based on (0: none yet)."""

    clause: str
    verdict: str
    words: str
    version: int


def judge(application: Application, sent: Iterable[Said], *, by) -> list[tuple[Said, Clause, bool]]:
    """Write what the level of this office thinks; return for each what stands now, and whether a colleague was faster.

    Raises StepNotAllowed where the level does not hold the case, StepRefused for what nobody can judge so there.
    """
    with transaction.atomic():
        row = _held(application, by)
        known = {one.clause: one for one in judged_by(row, level_of(by))}
        told, changed = [], {}
        for said in sent:
            one = known.get(said.clause)
            if one is None or said.verdict not in {"", *(value for value, _label in one.offered)}:
                raise StepRefused(_("This clause cannot be judged that way."), "nothing_to_judge")
            is_same = (said.verdict, said.words) == (one.verdict, one.words)
            is_clash = not is_same and said.version != one.version
            if one.verdict and not said.verdict and not is_clash:  # another can be chosen on a page, but never none
                raise StepRefused(_("This clause cannot be judged that way."), "nothing_to_judge")
            if not is_same and not is_clash:
                one = _write(row, one, said.verdict, said.words, by)
                changed[said.clause] = said.verdict
            told.append((said, one, is_clash))
        if changed:
            _record(row, by, changed)
        return told


def agree(application: Application, *, shown: str, by) -> list[str]:
    """Agree with the county in every clause nobody of the level has judged; return which these were.

    `shown` is the mark of the page that showed their statements (judging.shown_to). Raises Outdated without it.
    """
    with transaction.atomic():
        row = _held(application, by)
        read = were_shown(by, row, shown)
        left = [one for one in left_of(judged_by(row, level_of(by))) if one.clause in read]
        for one in left:
            _write(row, one, Judged.AGREES, "", by)
        if left:
            _record(row, by, {one.clause: Judged.AGREES for one in left}, together=True)
        return [one.clause for one in left]


def _held(application: Application, by) -> Application:
    """Return the case as it stands now, while no decision on it is sealed; raises StepNotAllowed for others."""
    take_turns(turn_of(application))
    row = Application.objects.seen(by).for_step().get(pk=application.pk)
    try:
        ask(by, row)
    except StepNotAllowed as refusal:
        refuse("applications.judge", by=by, subject=f"applications.{row.pk}", words=str(refusal))
        raise
    return row


def _write(row: Application, one: Clause, verdict: str, words: str, by) -> Clause:
    """Write one; whoever writes has taken turns, so that nobody comes between."""
    said = {"verdict": verdict, "words": words, "carried": False, "version": one.version + 1}
    Judgement.objects.update_or_create(
        snapshot=row.snapshot, level=level_of(by), clause=one.clause,
        defaults=said | {"changed_by": by, "changed_at": Now()},
    )  # fmt: skip
    return replace(one, **said)


def _record(row: Application, by, verdicts: dict, **more) -> None:
    record("applications.judge", by=by, subject=f"applications.{row.pk}", audience=Audience.NOBODY,
           details={"snapshot": row.snapshot.digest, "verdicts": verdicts, **more})  # fmt: skip
