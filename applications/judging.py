"""What a level thinks of the clauses that people judge: its working copy, and how it becomes part of an opinion.

What is being written is the level's own (models.Judgement). With a decision it is sealed: it stands in the opinion and,
word for word, in the event of the act (audit.models.SEALED_APART), and is from then on as open or secret as these.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.policy import allows
from applications import snapshots
from applications.enums import SEALED_WITH, Answer, AtLevel, InAll, Judged
from applications.models import Application, Judgement, Snapshot
from applications.prescreening import read
from clusters.sentences import listed
from rulebook.rules import Rule, place_of
from rulebook.rules import State as Found
from workflow.locks import take_turns
from workflow.refusals import Outdated, StepNotAllowed, StepRefused
from workflow.steps import Taken

LEVELS = {Role.PROVINCE: AtLevel.PROVINCE, Role.MINISTRY: AtLevel.MINISTRY}
SALT = "statements that were shown"


@dataclass(frozen=True)
class Clause:
    """One clause that people judge: the county's own answer, and the judgement of one level as far as it is written.

    `trouble` says why what stands here is not kept: a colleague was faster, or there are too many words.
    """

    clause: str
    name: str = ""
    text: str = ""
    answer: str = ""
    said: str = ""
    verdict: str = ""
    words: str = ""
    carried: bool = False
    version: int = 0
    trouble: str = ""

    @property
    def anchor(self) -> str:
        """Return the end of the id of its place on a page."""
        return self.clause.replace(".", "-")

    @property
    def answer_label(self) -> str:
        """Return the county's own answer in words, empty while there is none."""
        return str(Answer(self.answer).label) if self.answer in Answer.values else ""

    @property
    def label(self) -> str:
        """Return the judgement in words."""
        return str(Judged(self.verdict).label) if self.verdict else ""

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Return what can be chosen: nobody agrees with an answer that was not given."""
        return [one for one in Judged.choices if self.answer or one[0] != Judged.AGREES]

    @property
    def departs(self) -> bool:
        """Say whether it says otherwise than the county does itself."""
        return bool(self.verdict) and not (
            self.verdict == Judged.AGREES or (self.verdict == Judged.NOT_MET and self.answer == Answer.NO)
        )

    @property
    def lacks(self) -> str:
        """Return which half is missing: "verdict" or "words"; empty where both or none are needed."""
        if self.departs and not self.words.strip():
            return "words"
        return "verdict" if self.words.strip() and not self.verdict else ""

    @property
    def says(self) -> str:
        """Return what stands below it: what is missing, or where it comes from."""
        lacks = {
            "words": _("Please say why: this departs from the county's own answer."),
            "verdict": _("Please choose a judgement to go with these words."),
        }
        carried = _("Taken over from the version before; the statement is the same.") if self.carried else ""
        return self.trouble or lacks.get(self.lacks, carried)

    @property
    def is_judged(self) -> bool:
        """Say whether it is judged, with its reason where one is needed."""
        return bool(self.verdict) and not self.lacks

    @property
    def is_not_met(self) -> bool:
        """Say whether it is judged not met, by itself or by agreeing with a county that says so."""
        return self.is_judged and (
            self.verdict == Judged.NOT_MET or (self.verdict == Judged.AGREES and self.answer == Answer.NO)
        )


class HalfJudged(StepRefused):
    """A judgement lacks its reason or its verdict: no decision that puts it on record (409). `clauses` are those."""

    def __init__(self, clauses: list[Clause]):
        words = _(
            "The judgement of clause %(clauses)s lacks its reason or its verdict. Please complete it on the case."
        )
        super().__init__(words % {"clauses": listed(one.clause for one in clauses)}, "judgement_incomplete")
        self.clauses = clauses


def level_of(office) -> AtLevel | None:
    """Return in whose name an office judges; None where it never does."""
    return LEVELS.get(office.role) if office is not None else None


def judged_by(application: Application, level: AtLevel, rows: Iterable[Judgement] | None = None) -> list[Clause]:
    """Return every clause of the case that people judge, with what a level has written; rows where they are at hand.

    Which clauses these are is said by the screening; the row must come with it and the snapshot (querysets.for_step).
    """
    if rows is None:
        rows = Judgement.objects.filter(snapshot=application.snapshot_id, level=level)
    written = {row.clause: row for row in rows}
    rules, lang = read(application.screening.rule_set), get_language() or "zh"
    said = json.loads(application.snapshot.content)["statements"]
    clauses = [one["clause"] for one in application.screening.findings if one["state"] == Found.BY_HAND]
    return [_clause(rules.by_clause[clause], lang, said.get(clause), written.get(clause)) for clause in clauses]


def as_read(application: Application, level: AtLevel) -> list[Clause]:
    """Return the same, asked once of a row and level, as of when the row was read."""
    kept = vars(application).setdefault("_judged", {})
    if level not in kept:
        kept[level] = judged_by(application, level)
    return kept[level]


def half_judged(clauses: Iterable[Clause]) -> HalfJudged | None:
    """Return the refusal of every decision that would put a half judgement on record; None where there is none."""
    lacking = [one for one in clauses if one.lacks]
    return HalfJudged(lacking) if lacking else None


def unfinished(application: Application, office, *, decision: str) -> HalfJudged | None:
    """Say whether the level of this office has a half judgement that a decision would put on record."""
    level = level_of(office)
    if level is None or decision not in SEALED_WITH[level] or not allows(office, "applications.judge", application):
        return None
    return half_judged(as_read(application, level))


def name_half_judged(rows: list[Application], level: AtLevel) -> list[Application]:
    """Let each row of a list say, as `half`, which judgements of this level are half written; one query for none."""
    begun = (Q(verdict="") & ~Q(words="")) | Q(verdict__in=[Judged.NOT_MET, Judged.CANNOT_TELL], words__regex=r"^\s*$")
    shown = Judgement.objects.filter(begun, level=level, snapshot__in=[row.snapshot_id for row in rows])
    found = set(shown.values_list("snapshot_id", flat=True))
    for row in rows:
        row.half = half_judged(as_read(row, level)) if row.snapshot_id in found else None
    return rows


def _clause(rule: Rule, lang: str, said: dict | None, row: Judgement | None) -> Clause:
    told = {"answer": said["answer"], "said": said["words"]} if said else {}
    if row is not None:
        told |= {"verdict": row.verdict, "words": row.words, "carried": row.carried, "version": row.version}
    return Clause(rule.clause, rule.name(lang), rule.text(lang), **told)


@dataclass(frozen=True)
class Judging:
    """What the page of a case shows to the level that judges it: every clause, how far it has come, what is left."""

    clauses: dict[str, Clause]
    counted: str
    left: int
    is_secret: bool

    @property
    def agreeing(self) -> str:
        """Return what leads to agreeing with those that are left; empty where none is."""
        said = ngettext(
            "Read the %(n)s statement that is left, and agree", "Read the %(n)s statements that are left, and agree",
            self.left,
        )  # fmt: skip
        return said % {"n": self.left} if self.left else ""


def judging_of(application: Application, office, typed: Iterable[Clause] = ()) -> Judging | None:
    """Return what this office may write about the case; None where its level does not hold it.

    `typed` stands in its fields though it was not kept.
    """
    if not allows(office, "applications.judge", application):
        return None
    clauses = as_read(application, level_of(office))
    shown = {one.clause: one for one in [*clauses, *typed]}
    return Judging(shown, counted(clauses), len(left_of(clauses)), office.role == Role.MINISTRY)


def ask(office, application: Application) -> None:
    """Raise StepNotAllowed for an office whose level does not hold the case."""
    if not allows(office, "applications.judge", application):
        raise StepNotAllowed(
            _("Clauses are judged by the level that has the case, until it has decided."), "not_allowed"
        )


def mark_for(application: Application, office) -> str:
    """Return what a page of a decision remembers of the judgements it rests on; empty where the office judges none."""
    may = allows(office, "applications.judge", application)
    return mark_of(as_read(application, level_of(office))) if may else ""


def mark_of(clauses: Iterable[Clause]) -> str:
    """Return what a page remembers of the judgements it showed."""
    told = {one.clause: [one.verdict, one.words] for one in clauses if one.verdict or one.words}
    return snapshots.digest(snapshots.canonical(told))


def counted(clauses: list[Clause]) -> str:
    """Return how many are judged and how many are left, in one line."""
    done = sum(one.is_judged for one in clauses)
    left = len(clauses) - done
    return " · ".join(
        [
            ngettext("%(n)d judged", "%(n)d judged", done) % {"n": done},
            ngettext("%(n)d not judged", "%(n)d not judged", left) % {"n": left},
        ]
    )


def left_of(clauses: Iterable[Clause]) -> list[Clause]:
    """Return those nobody of the level has touched and whose county has answered: one press can agree to them."""
    return [one for one in clauses if one.answer and not (one.verdict or one.words)]


def shown_to(office, application: Application, clauses: Iterable[Clause]) -> str:
    """Return a mark, only ours to make, that this office was shown these statements in full."""
    return signing.dumps([office.pk, application.snapshot_id, [one.clause for one in clauses]], salt=SALT)


def were_shown(office, application: Application, mark: str) -> list[str]:
    """Return the clauses whose statements were shown; raises Outdated where none of this snapshot were."""
    try:
        to, of, clauses = signing.loads(mark, salt=SALT)
    except signing.BadSignature:
        to = of = None
    if (to, of) != (office.pk, application.snapshot_id):
        raise Outdated(_("Please read the statements first: they are shown below."), "not_shown")
    return clauses


# --- With a decision ----------------------------------------------------------------------------


def turn_of(application: Application) -> str:
    """Return the name in which writing judgements and sealing them take turns."""
    return f"judgements of application {application.pk}"


def seal(taken: Taken, level: AtLevel, decision: str) -> dict:
    """Put the judgements of the level on record in the middle of a decision; return what its opinion holds of them.

    Raises Outdated when they are others than the page showed, HalfJudged while one lacks its reason.
    """
    row = taken.row
    if decision not in SEALED_WITH[level]:
        return {}
    take_turns(turn_of(row))
    clauses = judged_by(row, level)
    may_judge = allows(taken.by, "applications.judge", row)  # as when its page was made (mark_for)
    if taken.shown is not None and taken.shown.judged not in {None, mark_of(clauses) if may_judge else ""}:
        raise Outdated(
            _(
                "Judgements of clauses were changed after this page was opened. The decision rests on them as they "
                "are now; please look again."
            ),
            "judgements_changed",
        )  # fmt: skip
    half = half_judged(clauses)  # once more: one may have been begun after the step was asked
    if half is not None and may_judge:  # who may not go on writing is not asked to
        raise half
    told = {one.clause: _told(one) for one in clauses if one.verdict}
    if not told:
        return {}
    taken.details["judgements"] = told
    return {"judgements": told, "judged": in_all(clauses)}


def _told(one: Clause) -> dict:
    return {"verdict": one.verdict, "words": one.words} | ({"carried": True} if one.carried else {})


def in_all(clauses: list[Clause]) -> InAll:
    """Return what the judgements of a level come to."""
    if any(one.is_not_met for one in clauses):
        return InAll.WITH_NOT_MET
    return InAll.CLEAN if all(one.is_judged for one in clauses) else InAll.PARTLY


def carry(before: Snapshot | None, after: Snapshot) -> None:
    """Take over to a new version what was judged of statements that are the same in it, under the same rules."""
    if before is None or before.rule_set_id != after.rule_set_id:
        return
    old, new = (json.loads(one.content)["statements"] for one in (before, after))
    Judgement.objects.bulk_create(
        Judgement(snapshot=after, level=row.level, clause=row.clause, verdict=row.verdict, words=row.words,
                  carried=True, changed_by_id=row.changed_by_id)
        for row in before.judgements.order_by("pk")
        if row.verdict and old.get(row.clause) == new.get(row.clause)
    )  # fmt: skip


# --- In an opinion ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sealed:
    """The judgements of an opinion as they are read: those that depart one by one, the others by number."""

    agreed: str
    others: list[Clause]


def sealed(judgements: dict, application: Application) -> Sealed | None:
    """Return the judgements of an opinion for a reader; None where it has none."""
    if not judgements:
        return None
    return read_out(judgements, read(application.screening.rule_set).names(get_language() or "zh"))


def read_out(judgements: dict, names: dict[str, str]) -> Sealed:
    """Return judgements for a reader; `names` are those of the clauses."""
    rows = [Clause(one, names.get(one, ""), **judgements[one]) for one in sorted(judgements, key=place_of)]
    agreed = [one for one in rows if one.verdict == Judged.AGREES and not one.words]
    return Sealed(listed(one.clause for one in agreed), [one for one in rows if one not in agreed])


def not_met_by(application: Application, level: AtLevel) -> list[str]:
    """Return the clauses that the standing opinion of a level judges not met on the present version."""
    row = application.opinions.standing(level).filter(snapshot=application.snapshot_id).first()
    said = json.loads(application.snapshot.content)["statements"]
    sealed_in = row.judgements if row else {}
    return [
        clause
        for clause, told in sealed_in.items()
        if Clause(clause, answer=said.get(clause, {}).get("answer", ""), verdict=told["verdict"],
                  words=told["words"]).is_not_met
    ]  # fmt: skip
