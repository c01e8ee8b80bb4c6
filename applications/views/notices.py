"""Public notices by the ministry: publish, record objections, recognise."""

import uuid

from django.contrib import messages
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_roles
from accounts.enums import Role
from applications.actions import ministry as actions
from applications.enums import Outcome, State, state_words
from applications.forms.ministry import NoticeForm, ObjectionsForm, RecogniseTogether
from applications.models import Application, NoticeEntry, PublicNotice
from applications.public_notices import became
from applications.times import stage_not_open
from applications.views.together import as_shown, chosen_cases, each, key_of, show, with_refusals
from programmes.models import Call
from programmes.working_days import period
from workflow.refusals import Outdated, StepRefused, giving_back, typed_in, with_typed


@for_roles(Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def publish(request, code):
    """Compute the last day first, then publish what was shown: it sends the key minted with the computed page.

    Both by POST: before it is published the choice stands in no address.
    """
    call = get_object_or_404(Call.objects.select_related("programme__owner"), code=code)
    rows = shortlisted(call, request.office)
    sent = request.POST if request.method == "POST" else None
    form = NoticeForm(sent, initial={"starts_on": timezone.localdate()} | said_last_time(call))
    chosen = [row for row in rows if str(row.pk) in sent.getlist("case")] if sent is not None else rows
    if sent is None or not form.is_valid():
        return _publish_page(request, call, rows, chosen, form, status=422 if request.method == "POST" else 200)
    days = period(form.cleaned_data["starts_on"], form.cleaned_data["working_days"])
    if "key" not in sent:
        return _publish_page(request, call, rows, chosen, form, days=days)
    try:
        chosen = _as_it_was_shown(call, sent, chosen)
        shown = {row.pk: as_shown(sent, row) for row in chosen}
        key = _key(sent["key"])
        notice = actions.publish_notice(call, chosen, key=key, shown=shown, by=request.office, **form.cleaned_data)
    except StepRefused as refusal:
        rows = shortlisted(call, request.office)
        chosen = [row for row in rows if str(row.pk) in sent.getlist("case")]
        return _publish_page(request, call, rows, chosen, form, days=days, refusal=refusal, status=409)
    messages.success(request, _("The public notice %(number)s is published.") % {"number": notice.title})
    return redirect("ministry_entries", notice.pk)


def said_last_time(call: Call) -> dict[str, str]:
    """Return where and how to object as the newest notice of the programme says it; nothing before the first."""
    newest = PublicNotice.objects.filter(call__programme=call.programme_id).order_by("-id").first()
    return newest.contact if newest else {}


def _as_it_was_shown(call: Call, sent, chosen: list[Application]) -> list[Application]:
    """Return the cases a page names; refuse one that is no longer shortlisted, unless this very page published it."""
    not_open = stage_not_open(call)
    if not_open is not None:
        raise not_open
    named = set(sent.getlist("case"))
    published = NoticeEntry.objects.filter(notice__key=_key(sent["key"])).select_related("application__cluster")
    chosen = [*chosen, *(entry.application for entry in published if str(entry.application_id) in named)]
    if len(chosen) == len(named):
        return chosen
    raise Outdated(_("The shortlist has changed meanwhile. The page shows the newest; please look again."), "outdated")


def shortlisted(call: Call, office) -> list[Application]:
    """Return the cases a notice can name, by province."""
    rows = Application.objects.seen(office).for_step().allowed(office, "applications.view")
    return list(rows.filter(call=call, state=State.SHORTLISTED).order_by("province__code", "pk"))


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise StepRefused(_("This page is incomplete. Please reload it."), "no_key") from None


def _fallen_out(request, call: Call, rows: list[Application]) -> list[Application]:
    """Return the cases of the call that were chosen on a page and are no longer shortlisted, each with why."""
    keys = set(request.POST.getlist("case")) - {str(row.pk) for row in rows}
    gone = [row for row in chosen_cases(list(keys), request.office, most=None) if row.call_id == call.pk]
    with_refusals("publish", gone, request.office)
    return [row for row in gone if row.refusal is not None]


def _publish_page(request, call, rows, chosen, form, *, days=None, refusal=None, status=200):
    undecided = Application.objects.filter(call=call, state=State.RECOMMENDED).count()
    show(chosen, request.office, sent=request.POST if refusal and not isinstance(refusal, Outdated) else None)
    context = {
        "call": call,
        "rows": rows,
        "chosen": chosen,
        "chosen_keys": {row.pk for row in chosen},
        "left_out": _fallen_out(request, call, rows),
        "lost": "" if rows else with_typed("", typed_in(form)).strip(),
        "form": form,
        "days": days,
        "key": uuid.uuid4(),
        "undecided": undecided,
        "declined": Application.objects.filter(call=call, state=State.DECLINED, released_at=None).count(),
        "used_before": days
        and (number := form.cleaned_data["document_number"])
        and PublicNotice.objects.filter(document_number=number).exists(),
        "refusal": refusal,
    }
    return render(request, "applications/ministry/notice.html", context, status=status)


def find(pk: int) -> PublicNotice:
    """Return a notice with the clock, or 404."""
    return get_object_or_404(PublicNotice.objects.select_related("call__programme__owner").annotate(clock=Now()), pk=pk)


def entries_of(notice: PublicNotice) -> list[NoticeEntry]:
    """Return what a notice names, by province, each with all that its page and steps read."""
    rows = notice.entries.select_related(
        "application__snapshot__facts",
        "application__cluster",
        "application__province",
        "application__call",
        "recorded_by__user",
    )
    return list(rows.order_by("application__province__code", "application_id"))


def is_ready(entry: NoticeEntry) -> bool:
    """Say whether a cluster can be recognised: objections recorded and none upheld."""
    return entry.application.state == State.IN_PUBLIC_NOTICE and entry.outcome in {Outcome.NONE, Outcome.DISMISSED}


@for_roles(Role.MINISTRY)
@require_safe
def entries(request, pk):
    """Show what a notice names, and what became of objections; apart from these, who was struck out before it began."""
    notice = find(pk)
    every = entries_of(notice)
    found = [entry for entry in every if not entry.is_struck_out]
    for entry in found:
        entry.application.clock = notice.clock
        entry.state = entry.application.state_seen_by(request.office)
    states = {entry.state for entry in found}
    is_one_state = len(found) > 1 and len(states) == 1
    context = {
        "notice": notice,
        "entries": found,
        "struck_out": [(entry.application, became(entry.application.state)) for entry in every if entry.is_struck_out],
        "is_one_state": is_one_state,
        "alike": [(_("State"), state_words(states.pop()))] if is_one_state else [],
        "has_begun": notice.starts_at <= notice.clock,
        "has_ended": notice.ends_at <= notice.clock,
        "unrecorded": sum(is_unrecorded(e) for e in found),
        "ready": sum(is_ready(e) for e in found),
        "UPHELD": Outcome.UPHELD,
    }
    return render(request, "applications/ministry/entries.html", context)


def find_entry(pk: int) -> NoticeEntry:
    """Return a cluster of a notice with the clock, or 404."""
    rows = NoticeEntry.objects.select_related("notice__call", "application__snapshot__facts").annotate(clock=Now())
    return get_object_or_404(rows, pk=pk)


@for_roles(Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def objections(request, pk):
    """Record what became of objections to one cluster."""
    entry = find_entry(pk)
    initial = {"outcome": entry.outcome, "words": entry.words, "seen": entry.mark}
    form = ObjectionsForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.record_objections(entry, by=request.office, **form.cleaned_data)
            except StepRefused as stopped:
                if stopped.code == "not_allowed":
                    raise
                entry, refusal, status = find_entry(pk), stopped, stopped.status
                if isinstance(stopped, Outdated):
                    form.data = form.data.copy()
                    form.data["seen"] = entry.mark
            else:
                messages.success(
                    request, _("The objections to %(name)s are recorded.") % {"name": entry.application.facts.name}
                )
                return redirect("ministry_entries", entry.notice_id)
    closed = actions.why_nothing_is_recorded(entry, entry.clock)
    if closed is not None:
        refusal, status = giving_back(closed, form), closed.status
    context = {"entry": entry, "notice": entry.notice, "form": form, "refusal": refusal, "is_closed": closed}
    return render(request, "applications/ministry/objections.html", context, status=status)


def is_unrecorded(entry: NoticeEntry) -> bool:
    """Say whether nothing is recorded yet of objections to a cluster."""
    return not entry.outcome and entry.application.state == State.IN_PUBLIC_NOTICE


@for_roles(Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def no_objections(request, pk):
    """Show for which clusters “none received” would be recorded (by GET), then record it for those (by POST)."""
    notice = find(pk)
    found = entries_of(notice)
    waiting = [entry for entry in found if is_unrecorded(entry)]
    if request.method == "GET":
        recorded = [entry for entry in found if entry.outcome]
        context = {"notice": notice, "waiting": waiting, "recorded": recorded,
                   "has_ended": notice.ends_at <= notice.clock}  # fmt: skip
        return render(request, "applications/ministry/no_objections.html", context)
    shown = set(request.POST.getlist("entry"))
    # Asked of everything the page showed: what was recorded meanwhile stays, and is told.
    failures = each(
        [entry for entry in found if str(entry.pk) in shown],
        lambda entry: actions.record_objections(
            entry, outcome=Outcome.NONE, words="", only_new=True, by=request.office
        ),
    )
    for failure in failures:
        messages.error(
            request,
            _("%(name)s: %(why)s") % {"name": failure.application.application.facts.name, "why": failure.words},
        )
    failed = {failure.application.pk for failure in failures}
    done = sum(str(entry.pk) in shown and entry.pk not in failed for entry in waiting)
    if done:
        words = ngettext("For %d cluster no objection is recorded.", "For %d clusters no objection is recorded.", done)
        messages.success(request, words % done)
    elif not failures:
        messages.info(request, _("Nothing is left to record"))
    return redirect("ministry_entries", notice.pk)


@for_roles(Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def recognise(request, pk):
    """Recognise every cluster of a notice without an upheld objection, under one document number."""
    notice = find(pk)
    found = entries_of(notice)
    if request.method == "GET":
        rows = _cases_of([entry for entry in found if is_ready(entry)], request.office)
        form = RecogniseTogether(initial={"key": uuid.uuid4()})
        return _recognise_page(request, notice, rows, form, found)
    form, chosen = RecogniseTogether(request.POST), set(request.POST.getlist("case"))
    form.notice = notice
    rows = _cases_of([entry for entry in found if str(entry.application_id) in chosen], request.office)
    if not form.is_valid() or form.read_back:
        return _recognise_page(request, notice, rows, form, found, status=422 if form.errors else 200)
    said = {name: value for name, value in form.cleaned_data.items() if name != "key"}

    def do(row):
        key, shown = key_of(form.cleaned_data["key"], row), as_shown(request.POST, row)
        actions.recognise(row, key=key, version=shown, by=request.office, **said)

    failures = each(rows, do)
    if failures:
        found, failed = entries_of(notice), {failure.application.pk for failure in failures}
        left = _cases_of([entry for entry in found if entry.application_id in failed], request.office)
        return _recognise_page(
            request, notice, left, form, found, failures=failures, done=len(rows) - len(left), status=409
        )
    messages.success(request, ngettext("%d cluster recognised.", "%d clusters recognised.", len(rows)) % len(rows))
    return redirect("ministry_entries", notice.pk)


def _cases_of(entries: list[NoticeEntry], office) -> list[Application]:
    return chosen_cases([str(entry.application_id) for entry in entries], office, most=None)


def _why_none(notice: PublicNotice, found: list[NoticeEntry]) -> str:
    """Return why a notice names nothing that could be recognised now."""
    if notice.clock < notice.ends_at:
        words = _("The public notice runs until %(end)s; clusters are recognised after it.")
        return words % {"end": date_format(notice.ends_on)}
    waiting = [entry for entry in found if entry.application.state == State.IN_PUBLIC_NOTICE]
    if not waiting:
        return _("Every cluster of this notice is decided.")
    if any(is_unrecorded(entry) for entry in waiting):
        return _("Please record first whether objections were received.")
    return _("The objections that are recorded were upheld; these clusters can only be declined.")


def _recognise_page(request, notice, rows, form, found, *, failures=(), done=0, status=200):
    shown = with_refusals("recognise", rows, request.office)
    show(shown, request.office, sent=request.POST if request.method == "POST" else None, failures=failures)
    context = {
        "notice": notice,
        "rows": shown,
        "left_out": [row for row in rows if row.refusal is not None],
        "form": form,
        "failures": failures,
        "done": done,
        "why_none": _why_none(notice, found),
        "lost": "" if shown else with_typed("", typed_in(form)).strip(),
    }
    return render(request, "applications/ministry/recognise.html", context, status=status)
