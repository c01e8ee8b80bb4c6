"""What a county does: open an application, answer, submit, withdraw."""

import uuid

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.policy import allows
from applications import prescreening, snapshots
from applications.enums import State
from applications.judging import carry
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Projection, Remark, Reply, SignedFacts, Snapshot, Statement
from applications.problems import blocking, problems_of, warned
from applications.querysets import live_to_everybody
from applications.returns import return_of
from audit.enums import Audience
from audit.record import record
from audit.tallies import refuse
from clusters.actions import open_ask, tell_registered_area
from clusters.models import Ask, Cluster, ClusterHistory, YearFigure
from programmes import deadlines
from programmes.enums import Kind
from programmes.models import Call
from recognitions.models import Recognition
from territories.models import Territory
from workflow.locks import held_open
from workflow.refusals import Outdated, StepNotAllowed, StepRefused
from workflow.steps import AlreadyDone


def why_not_open(cluster: Cluster, call: Call, office=None, kind: str = Kind.RECOGNITION) -> str:
    """Return the reason why a cluster cannot open an application in a call, or an empty string."""
    now = Call.objects.open_now().filter(pk=call.pk).annotate(clock=Now()).values_list("clock", flat=True).first()
    if now is None:
        return _("This call is not open.")
    accepted = call.kinds.filter(kind=kind).first()
    if accepted is None:
        return _("The call takes no applications of this kind.")
    held = Recognition.objects.held_by(cluster, call.programme).order_by("-id").first()
    if kind == Kind.REVERIFICATION:
        if held is None or accepted.reverifies_batch not in {None, held.batch}:
            return _("The cluster holds no valid recognition that is re-verified in this call.")
    elif held is not None:
        return _("The cluster already holds a valid recognition (%(name)s, batch %(batch)s).") % {
            "name": held.name,
            "batch": held.batch or held.batch_note,
        }
    live = live_in(call, cluster, office)
    if live is not None:
        return _("The cluster already has an application in this call; it is “%(state)s”.") % {
            "state": live.state_shown_to(office)
        }
    counting = deadlines.for_county(call, cluster.path)
    if counting is not None and counting.has_passed(now):
        return _("The deadline set by %(whose)s was %(closes)s; what is opened now could not be submitted.") % {
            "whose": counting.whose,
            "closes": deadlines.words(counting.closes_at),
        }
    return ""


def live_in(call: Call, cluster: Cluster, office=None) -> Application | None:
    """Return the application of a cluster that keeps it from another one in the same call.

    One that was declined in secret still reads “recommended”, so it must refuse like one.
    """
    return Application.objects.filter(live_to_everybody(), call=call, cluster=cluster).seen(office).first()


def open_application(cluster: Cluster, call: Call, *, kind: str = Kind.RECOGNITION, by) -> Application:
    """Open a draft of a kind that an open call accepts, and ask the cluster for its figures.

    Raises StepNotAllowed for another county's cluster and StepRefused with the reason otherwise.
    """
    if not allows(by, "clusters.change", cluster):
        raise StepNotAllowed(_("An application is opened by the county that leads the cluster."), "not_allowed")
    reason = why_not_open(cluster, call, by, kind)
    if reason:
        refuse("applications.open", by=by, subject=f"clusters.{cluster.pk}", words=reason)
        raise StepRefused(reason, "not_open")
    path = cluster.lead.placements.get(scheme=call.programme.scheme).path
    try:
        with transaction.atomic():
            application = Application.objects.create(
                call=call,
                kind=kind,
                cluster=cluster,
                path=path,
                province=recommending_authority(path),
                opened_by=by,
            )
            open_ask(
                cluster,
                application.ask_key,
                indicators=call.form_version.indicators,
                years=call.years_asked,
            )
            tell_registered_area(cluster, call.year - 1, by=by)
            take_over_words(application)
            record("applications.open", by=by, chain=f"applications.{application.pk}",
                   subject=f"applications.{application.pk}", state_to=State.DRAFT)  # fmt: skip
    except IntegrityError as error:
        raise StepRefused(why_not_open(cluster, call, by, kind), "not_open") from error
    return application


def take_over_words(application: Application) -> None:
    """Begin a draft with the statements and reasons of the bid before it, so that nobody types them twice.

    That is the cluster's last one in the programme, if it was in the same call or was withdrawn. From another call
    come no statements the rules do not ask for now, and no reasons for years that are not asked for.
    """
    call = application.call
    earlier = Application.objects.filter(cluster=application.cluster_id, call__programme=call.programme_id)
    former = earlier.exclude(pk=application.pk).order_by("-id").first()
    if former is None or (former.call_id != call.pk and former.state != State.WITHDRAWN):
        return
    asked = {rule.clause for rule in prescreening.rules_for(application).rules if rule.asks_for_statement}
    statements = list(former.statements.filter(clause__in=asked))
    years = {str(year) for year in call.years_asked}
    remarks = [
        row for row in former.remarks.all() if former.call_id == call.pk or row.warning.rpartition(":")[2] in years
    ]
    for row in [*statements, *remarks]:
        row.pk, row.application = None, application
    Statement.objects.bulk_create(statements)
    Remark.objects.bulk_create(remarks)


def recommending_authority(path: str) -> Territory:
    """Return the authority above a place that recommends to the ministry."""
    beginnings = [path[: i + 1] for i, letter in enumerate(path) if letter == "/"]
    return Territory.objects.get(recommends=True, placements__path__in=beginnings)


def answer_clause(application: Application, clause: str, *, answer: str, words: str, version: int, by) -> Statement:
    """Save what the county says of a clause; raises Outdated when somebody else was faster."""
    _may_edit(application, by)
    with transaction.atomic():
        row, is_new = Statement.objects.get_or_create(
            application=application,
            clause=clause,
            defaults={"answer": answer, "words": words, "changed_by": by},
        )
        if not is_new and (row.answer, row.words) != (answer, words):
            kept = Statement.objects.filter(pk=row.pk, version=version).update(
                answer=answer, words=words, version=F("version") + 1, changed_by=by, changed_at=Now()
            )
            row.refresh_from_db()
            if not kept:
                clash = Outdated(_("Somebody else changed this statement meanwhile."), "outdated")
                clash.row = row
                raise clash
        record("applications.answer", by=by, chain=f"applications.{application.pk}", audience=Audience.NOBODY,
               subject=f"applications.{application.pk}", details={"clause": clause, "answer": answer})  # fmt: skip
    return row


def give_reason(application: Application, warning: str, words: str, *, shown: str | None = None, by) -> Remark:
    """Save the reason why a figure that looks odd is right; `shown` and Outdated as in `_write`."""
    _may_edit(application, by)
    return _write(Remark.objects, words, shown, by, application=application, warning=warning)


def give_reply(application: Application, reason: str, words: str, *, shown: str | None = None, by) -> Reply:
    """Save what the county answers to one coded reason of the return it has at hand.

    Raises StepRefused for a reason that was not given; `shown` and Outdated as in `_write`.
    """
    _may_edit(application, by)
    returned = return_of(application)
    if returned is None or reason not in returned.reasons:
        raise StepRefused(_("This was not asked for in the return."), "not_asked")
    return _write(Reply.objects, words, shown, by, opinion=returned, reason=reason)


def _write(rows, words: str, shown: str | None, by, **place):
    """Save a text in its place, over what the page had `shown` there; None: there was no page.

    Raises Outdated, with the `row` that stands, where somebody wrote another text there meanwhile.
    """
    said = {"words": words.strip(), "changed_by": by}
    row, is_new = rows.get_or_create(**place, defaults=said)
    if is_new or row.words == said["words"]:
        return row
    as_shown = rows.filter(pk=row.pk, **({} if shown is None else {"words": shown}))
    kept = as_shown.update(**said, changed_at=Now())
    row.refresh_from_db()
    if not kept:
        clash = _changed_meanwhile()
        clash.row = row
        raise clash
    return row


def _changed_meanwhile() -> Outdated:
    words = _("Something was changed since this page was opened. Please check the answers once more.")
    return Outdated(words, "changed_meanwhile")


def _may_edit(application: Application, by) -> None:
    if not allows(by, "applications.edit", application):
        raise StepNotAllowed(_("An application is edited by the county that leads the cluster."), "not_allowed")
    # Sharing the ask, as saves of figures do, keeps an answer from slipping into a frozen application.
    ask = Ask.objects.filter(opened_for=application.ask_key).first()
    if ask is None or held_open(ask) is None:
        raise StepNotAllowed(_("The application is not open for editing."), "ask_closed")


def submit(
    application: Application, *, key: uuid.UUID, declared: bool, version: int | None, by, seen: str = ""
) -> Snapshot:
    """Freeze the figures, screen them and hand the application to the province.

    `seen` is the digest of what the check-your-answers page showed (problems.digest_now): what was
    changed in another tab since then is not signed unseen.

    Raises StepRefused while something blocks it, DeadlinePassed with the time that counted. Pressing
    again with the same key returns the first snapshot.
    """
    try:
        with LIFECYCLE.taking(
            "submit", application, by=by, version=version,
            done_already=lambda: _already_submitted(application, key, by),
        ) as taken:  # fmt: skip
            row = taken.row
            if not declared:
                raise StepRefused(_("Please confirm the declaration of truthfulness."), "not_declared")
            figures = YearFigure.objects.asked_of(row.cluster_id, row.call)
            problems = problems_of(row, list(figures))
            stops = blocking(row, problems)
            if stops:
                raise StepRefused(
                    _("%(count)d things must be put right before submission.") % {"count": len(stops)}, "blocked"
                )
            snapshot = _freeze(row, figures.readable(), warned(problems), key, by)
            if seen and seen != snapshot.digest:
                raise _changed_meanwhile()
            carry(row.snapshot, snapshot)
            screening = prescreening.keep(snapshot, row)
            Ask.objects.filter(opened_for=row.ask_key).close()
            taken.changes |= {
                "snapshot": snapshot,
                "screening": screening,
                "submitted_at": taken.now,
                "came_back": snapshot.number > 1,
                "due_at": None,
            }
            taken.details |= {"snapshot": snapshot.digest, "number": snapshot.number,
                              "signed_for": snapshots.signed_for(row)}  # fmt: skip
    except AlreadyDone as done:
        return done.found
    return snapshot


def _already_submitted(application: Application, key: uuid.UUID, by) -> Snapshot | None:
    """Return what was submitted under this key; a page from before a return or a withdrawal submits nothing now."""
    found = Snapshot.objects.filter(key=key).first()
    if found is None:
        return None
    if (found.application_id, found.submitted_by_id) != (application.pk, by.pk):
        raise StepRefused(_("This page was already used. Please reload it."), "key_reused")
    state = Application.objects.values_list("state", flat=True).get(pk=application.pk)
    if state == State.WITHDRAWN:
        raise Outdated(
            _("This was submitted before, and was withdrawn since: it is not in the call any more. Your next "
              "application of the cluster begins with what was filled in here."),
            "done_before",
        )  # fmt: skip
    if state == State.RETURNED:
        raise Outdated(
            _("The application was returned after this page was opened. Please check the answers once more."),
            "outdated",
        )
    return found


def _freeze(application: Application, figures, asked_why: set[str], key, by) -> Snapshot:
    content = snapshots.canonical(snapshots.content_of(application, figures, asked_why))
    snapshot = Snapshot.objects.create(
        application=application,
        number=application.snapshots.count() + 1,
        content=content,
        digest=snapshots.digest(content),
        rule_set=application.call.rules_for(application.kind),
        form_version=application.call.form_version,
        key=key,
        submitted_by=by,
    )
    Projection.objects.create(snapshot=snapshot, figures=snapshots.project(snapshot, application.call.year))
    newest = ClusterHistory.objects.filter(pgh_obj=application.cluster_id).aggregate(row=Max("pgh_id"))["row"]
    facts = SignedFacts.of(snapshot, register_row=newest or 0, register_version=application.cluster.version)
    facts.save(force_insert=True)
    return snapshot


def withdraw(application: Application, *, version: int, words: str, by) -> None:
    """Take the application out of the call; possible until the province has decided."""
    with LIFECYCLE.taking("withdraw", application, by=by, version=version, words=words) as taken:
        Ask.objects.filter(opened_for=taken.row.ask_key).close()
        taken.changes["due_at"] = None
