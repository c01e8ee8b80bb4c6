"""Write the verdict of one level, in the middle of a step."""

import uuid

from django.utils.translation import gettext as _

from applications.concerns import concerns_of
from applications.enums import AtLevel, Decision
from applications.judging import seal
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Opinion
from workflow.refusals import Outdated, StepRefused
from workflow.steps import AlreadyDone, Taken


def already_given(key: uuid.UUID):
    """Return the question “was an opinion already given under this key?” for `taking`."""
    return lambda: Opinion.objects.filter(key=key).first()


def same_or_refused(
    done: AlreadyDone, application: Application, decision: Decision, by, words: str, reasons=(), due_at=None
) -> Opinion:
    """Return the opinion given before when the repeat says the same; refuse a different one, and one that is undone.

    By the state the office sees, so that no answer tells of a choice that is a secret.
    """
    opinion: Opinion = done.found
    said = (opinion.application_id, opinion.decision, opinion.office_id, opinion.words, sorted(opinion.reasons))
    if (*said, opinion.due_at) != (application.pk, decision, by.pk, words, sorted(reasons), due_at):
        raise used_for_another()
    now, step = Application.objects.seen(by).get(pk=application.pk), LIFECYCLE.steps[decision]
    stands = now.state_seen_by(by) in ({step.target} if step.target else step.sources)
    if not stands or (due_at and now.due_at != due_at):
        words = _("This was done before; the case is now “%(state)s”. Please look again.")
        raise Outdated(words % {"state": now.state_shown_to(by)}, "done_before")
    return opinion


def used_for_another() -> StepRefused:
    """Return the refusal of a repeat that says something else than was said under its key."""
    return StepRefused(_("This page was already used for another decision. Please reload it."), "key_reused")


def answer_for_concerns(taken: Taken, words: str) -> None:
    """Refuse a decision in favour without a reason where a clause is not met or cannot be told."""
    if not words.strip() and concerns_of(taken.row, taken.by).want_a_reason:
        raise StepRefused(
            _("Clauses are not met or cannot be told. Please say why you decide in favour all the same."),
            "concerns_want_a_reason",
        )


def as_it_was_seen(application: Application, state_seen: str) -> None:
    """Raise Outdated where the ministry's page showed another state: a secret step moves no version."""
    if state_seen and application.state != state_seen:
        raise Outdated(
            _("Somebody was faster: the case is now “%(state)s”. Please look again.")
            % {"state": application.get_state_display()},
            "outdated",
        )


def give(taken: Taken, level: AtLevel, decision: Decision, *, key, reasons=(), words="", due_at=None) -> Opinion:
    """Write the opinion with the judgements of its level; it replaces the one in force on the same snapshot."""
    row = taken.row
    in_force = Opinion.objects.filter(snapshot=row.snapshot_id, level=level, replaced_by=None).first()
    return Opinion.objects.create(
        application=row,
        level=level,
        office=taken.by,
        decision=decision,
        reasons=list(reasons),
        words=words,
        due_at=due_at,
        snapshot_id=row.snapshot_id,
        screening_id=row.screening_id,
        replaces=in_force,
        key=key,
        **seal(taken, level, decision),
    )
