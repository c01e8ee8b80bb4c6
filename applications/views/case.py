"""The case: one application as reviewers, the ministry and its county after submission see it."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.enums import Role
from accounts.policy import allows
from applications import figures, history, known, register_changes
from applications.actions.county import live_in, why_not_open
from applications.desk import Desk
from applications.enums import ENDED_EARLY, OPEN_FOR_EDITING, Reason, State, in_order
from applications.filters import Filters
from applications.judging import HalfJudged, judging_of, sealed
from applications.lifecycle import LIFECYCLE
from applications.models import Application, NoticeEntry, Opinion
from applications.presenting import Findings, kept_view
from applications.returns import reversal_of
from applications.times import closing_of_call, notice_entry_of, quota_of
from applications.views import county
from programmes import deadlines
from programmes.enums import Kind
from workflow.refusals import DeadlinePassed, StepRefused

LEADING_ON = {"recommend", "shortlist", "publish", "recognise"}
AWAITED = {State.DRAFT, State.SUBMITTED, State.RETURNED, State.RECOMMENDED}


def find(office, pk: int) -> Application:
    """Return the case this office may see, or 404 as if it did not exist."""
    rows = Application.objects.seen(office).for_step().allowed(office, "applications.view")
    return get_object_or_404(rows, pk=pk)


@signed_in
@require_safe
def application(request, pk):
    """Show a case, or the grid to the county that can still edit it."""
    row = find(request.office, pk)
    is_edited = row.state in OPEN_FOR_EDITING and allows(request.office, "applications.edit", row)
    if is_edited and "read" not in request.GET:
        return county.fill(request, row)
    return case_page(request, row)


def case_page(request, row: Application, *, refusal=None, typed=(), status: int = 200):
    """Show the case, with a refusal on top where one led here; `typed` are judgements that could not be kept."""
    office, filters = request.office, Filters.read(request.GET)
    table = figures.table_of(row)
    changes, standing = register_changes.by_version(row), what_stands_open(row, office)
    context = {
        "application": row,
        "state": row.state_seen_by(office),
        **standing,
        "deadline": deadline_of(row, office),
        "table": table,
        "findings": findings_of(row, table),
        "judging": judging_of(row, office, typed),
        "opinions": opinions_for(row, office),
        "timeline": history.told_to(row, office, changes),
        "reversal": reversal_of(row),
        "again": again_for(row, office),
        "registered": register_changes.beside(changes[-1]) if changes else [],
        "has_receipt": row.snapshot_id is not None and allows(office, "applications.submit", row),
        "may_take_packet": allows(office, "applications.take_packet", row),
        "closed": [(labels, why) for labels, why in standing["closed"] if str(why) != str(refusal)],
        "refusal": refusal,
        "of_list": filters.of_list,
        **around(row, office, filters),
    }
    return render(request, "applications/case/case.html", context, status=status)


def what_stands_open(row: Application, office) -> dict:
    """Return what the buttons of a case are made of: the steps that stand open and those that do not, with places."""
    standing = LIFECYCLE.standing(office, row)
    entry = notice_entry_of(row) if office.role == Role.MINISTRY else None
    return {
        "steps": steps_for(row, standing, entry),
        "closed": closed_for(row, office, standing),
        "quota": quota_of(row) if office.role == Role.PROVINCE else None,
        "entry": entry,
    }


def again_for(row: Application, office) -> dict | None:
    """Return whether the county of a bid that ended before the ministry had it may begin anew, or why it may not.

    `live` is the application of the cluster that stands in its place in the call, if there is one.
    """
    ended = row.kind == Kind.RECOGNITION and row.state_seen_by(office) in ENDED_EARLY
    if not ended or not allows(office, "clusters.change", row.cluster):
        return None
    why_not = why_not_open(row.cluster, row.call, office)
    return {"why_not": why_not, "live": live_in(row.call, row.cluster, office) if why_not else None}


def findings_of(row: Application, table: figures.Table) -> Findings | None:
    """Return the findings kept with the snapshot, each with what the county says of its clause."""
    return kept_view(row, table.said, table.figures) if row.screening else None


def steps_for(row: Application, standing: list, entry: NoticeEntry | None = None) -> list[dict]:
    """Return the steps that stand open to the reader now: first what leads on, last what ends the case.

    One in its public notice (`entry`) first has the record of objections.
    """
    steps = [
        {
            "name": step.name,
            "label": step.label,
            "address": _page_of(step.name, row),
            "leads_on": step.name in LEADING_ON,
        }
        for step, refusal in standing
        if refusal is None and _page_of(step.name, row)
    ]
    if row.state == State.IN_PUBLIC_NOTICE and entry and entry.notice.ends_at <= row.clock:
        steps.append(
            {
                "name": "objections",
                "label": _("Change the record") if entry.outcome else _("Record objections"),
                "address": reverse("ministry_objections", args=[entry.pk]),
                "leads_on": not entry.outcome,
            }
        )
    return sorted(steps, key=lambda step: (not step["leads_on"], step["name"] == "disqualify"))


def closed_for(row: Application, office, standing: list) -> list[tuple[str, StepRefused]]:
    """Return the steps of the state the reader sees that wait for something, each group with its refusal.

    They are too late, lack a place, or would put a half judgement on record.
    By the state the reader sees, so that no sentence tells of a choice that is a secret.
    """
    seen, found = row.state_seen_by(office), {}
    for step, refusal in standing:
        if refusal is None or seen not in step.sources or not _page_of(step.name, row):
            continue
        is_told = isinstance(refusal, DeadlinePassed | HalfJudged)
        if is_told or (step.name in LEADING_ON and refusal.status != 403):
            found.setdefault(str(refusal), (refusal, []))[1].append(str(step.label))
    return [(_("; ").join(labels), refusal) for refusal, labels in found.values()]


def _page_of(step: str, row: Application) -> str:
    """Return the page where a step is taken; a county's own steps stand on its own pages."""
    if step == "withdraw":
        return reverse("application_withdraw", args=[row.pk])
    if step == "publish":
        return reverse("ministry_notice", args=[row.call.code])
    return "" if step in {"submit", "rescreen"} else reverse("decide", args=[row.pk, step])


def deadline_of(row: Application, office):
    """Return the deadline that counts for this reader: the county's for a county, else the ministry's.

    None once nothing is due any more; told by the state the reader may know, so that it gives no choice away.
    """
    if row.state_seen_by(office) not in AWAITED:
        return None
    if office.role == Role.COUNTY:
        return deadlines.for_county(row.call, row.path)
    return closing_of_call(row)


def opinions_for(row: Application, office) -> list[Opinion]:
    """Return the opinions this office may know, newest first; the ministry's choice only once released."""
    opinions = list(known.opinions(row, office))
    for opinion in opinions:
        opinion.sealed = sealed(opinion.judgements, row)
        opinion.authority_words = history.authority_words(opinion.office.role, opinion.office.authority.name)
        opinion.reason_labels = [Reason(code).label for code in in_order(opinion.reasons)]
    return opinions


def around(row: Application, office, filters: Filters) -> dict:
    """Return the addresses of the cases before and after in the list the reader came from."""
    if office.role not in {Role.PROVINCE, Role.MINISTRY}:
        return {}
    before, after = Desk(office, row.call, filters).neighbours(row)
    of_list = filters.of_list
    return {
        "previous": reverse("application", args=[before]) + of_list if before else "",
        "following": reverse("application", args=[after]) + of_list if after else "",
        "list_address": reverse("ministry" if office.role == Role.MINISTRY else "desk") + of_list,
    }
