"""Check the answers, submit, read the confirmation, withdraw."""

from dataclasses import replace

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_roles, post_from
from accounts.enums import Role
from accounts.policy import allows
from applications import snapshots
from applications.actions import county
from applications.areas import two_areas
from applications.changes import Change, Changes, between, differences
from applications.enums import OPEN_FOR_EDITING, State
from applications.figures import about_of, table_of
from applications.filling import closing_of, filling, signed, statement_id
from applications.forms.county import ReasonsForm, SubmitForm, WithdrawForm
from applications.lifecycle import LIFECYCLE
from applications.models import Application, SignedFacts
from applications.prescreening import rules_for
from applications.problems import blocking, content_now
from applications.returns import REPLY, asked_of, return_of, reversal_of
from applications.versions import changes_since_return
from applications.views.case import case_page
from applications.views.county import own_application, way_back
from applications.views.figures import who_wrote
from clusters.actions import register_cluster
from clusters.consistency import WARNING
from clusters.models import YearFigure
from clusters.sentences import label
from programmes import deadlines
from workflow.refusals import Outdated, StepNotAllowed, StepRefused, giving_back, with_typed

QUOTES = dict.fromkeys(map(ord, "“”‘’"))  # they differ inside quotation marks


def _of_own_county(request, pk) -> Application:
    """Return the application to the county that leads its cluster; 404 outside, 403 for its neighbours."""
    application = own_application(request, pk)
    if not allows(request.office, "applications.submit", application):
        raise StepNotAllowed(_("This is for the county that leads the cluster; the others read."), "not_allowed")
    return application


@for_roles(Role.COUNTY)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request, pk):
    """Show everything once more before submission; POST keeps the reasons for warnings."""
    application = _of_own_county(request, pk)
    if application.state not in OPEN_FOR_EDITING:
        return _closed(request, application) if request.method == "POST" else redirect("application", application.pk)
    if request.method == "POST":
        return _keep_reasons(request, application)
    return check_page(request, application)


@for_roles(Role.COUNTY)
@post_from("application_check", "pk", act=gettext_lazy("Take the area into the register"))
def register_area(request, pk):
    """Take the area told with the figures over into the register, as the page showed both."""
    application = _of_own_county(request, pk)
    rows = list(YearFigure.objects.asked_of(application.cluster_id, application.call))
    two, cluster = two_areas(application, rows), application.cluster
    seen = (request.POST.get("version"), request.POST.get("told"))
    if application.state not in OPEN_FOR_EDITING or two is None or seen != (str(two.version), two.cell):
        messages.info(request, _("The area was changed meanwhile; nothing was taken over."))
    elif two.can_be_registered:
        cluster.area_km2 = two.told
        register_cluster(cluster, further=list(cluster.further.all()), by=request.office)
        messages.success(request, _("The register says %(area)s km² now.") % {"area": two.told_shown})
    return redirect(way_back(request), application.pk)


def _keep_reasons(request, application: Application):
    page = filling(application)
    form = _reasons(page, request.POST)
    if not form.is_valid():
        sent = _as_sent(application, SubmitForm(request.POST))
        return check_page(request, application, page=page, reasons=form, form=sent, status=422)
    try:
        _explain(application, form, by=request.office)
    except StepRefused as refusal:
        return _refused(request, application.pk, refusal, SubmitForm(request.POST), form)
    messages.success(request, _("The reasons are saved."))
    return redirect("application_check", application.pk)


def _explain(application: Application, form: ReasonsForm, *, by, seen: str = "") -> str:
    """Save reasons and replies; return the digest `seen` on the page as it is with these in it.

    Raises Outdated, with both texts at their fields, where somebody wrote another text meanwhile.
    """
    content = content_now(application)
    was_seen = snapshots.digest(snapshots.canonical(content)) == seen
    said = [("remarks", code, code, words, county.give_reason) for code, words in form.given().items()]
    said += [("replies", key, REPLY + key, words, county.give_reply) for key, words in form.replied().items()]
    clash = None
    for part, key, code, words, give in said:
        try:
            content[part][key] = give(application, key, words, shown=form.shown(code), by=by).words
        except Outdated as refusal:
            clash, told = refusal, who_wrote(refusal.row, by)
            form.show_both(code, refusal.row.words, who=told["who"], when=told["when"])
    if clash:
        raise clash
    return snapshots.digest(snapshots.canonical(content)) if was_seen else seen


def _changed_since(opened: str, application: Application, typed: dict[str, str]) -> Changes | None:
    """Return what others changed since a page was opened: not what was `typed` there. None for no page of ours."""
    old = snapshots.unsealed(opened, application)
    if old is None:
        return None
    lang, new = get_language() or "zh", content_now(application)
    reasons: list[Change] = []
    for part, nothing in (("remarks", _("no reason given yet")), ("replies", _("not answered yet"))):
        was, now = old.get(part, {}), new.get(part, {})
        was = was | {code: words for code, words in typed.items() if now.get(code) == words}
        reasons += differences(was, now, lambda code: about_of(code, new, lang), nothing)
    return replace(between(old, new, [], [], rules_for(application).names(lang)), reasons=reasons)


def _closed(request, application: Application, refusal: StepRefused | None = None):
    """Say that nothing more is taken from the county, and give back what was typed so that it can be copied."""
    words = str(refusal or "") or _("This application is “%(state)s” now; nothing more can be filled in.") % {
        "state": application.state_shown_to(request.office)
    }
    lang, content = get_language() or "zh", content_now(application)
    colon = pgettext("between label and words", ": ")
    codes = {
        name: name.removeprefix("reason-").removeprefix(REPLY) for name in request.POST if name.startswith("reason-")
    }
    typed = [
        f"{about_of(code, content, lang)}{colon}{text}"
        for name, code in codes.items()
        if (text := request.POST[name]).strip()
    ]
    if not typed:
        if isinstance(refusal, StepNotAllowed):
            raise refusal
        messages.error(request, words)
        return redirect("application", application.pk)
    return case_page(request, application, refusal=with_typed(words, typed), status=refusal.status if refusal else 403)


def _refused(request, pk: int, refusal: StepRefused, form: SubmitForm, reasons: ReasonsForm | None, **said):
    fresh = own_application(request, pk)
    if fresh.state not in OPEN_FOR_EDITING:
        return _closed(request, fresh, refusal)
    if isinstance(refusal, StepNotAllowed):
        raise refusal
    sent = None if isinstance(refusal, Outdated) else _as_sent(fresh, form, **said)
    meanwhile = None
    if refusal.code == "changed_meanwhile" and reasons:
        meanwhile = _changed_since(form.data.get("opened", ""), fresh, reasons.typed())
    clashing = reasons if reasons and reasons.clashing else None
    return check_page(
        request, fresh, reasons=clashing, form=sent, refusal=refusal, meanwhile=meanwhile, status=refusal.status
    )


def _reasons(page, data=None) -> ReasonsForm:
    warnings = [problem for problem in page.problems if problem.severity == WARNING]
    given = {row.warning: row.words for row in page.application.remarks.all()}
    asked = asked_of(return_of(page.application))
    return ReasonsForm(data, warnings=warnings, named=_named, given=given, asked=asked, prefix="reason")


def check_page(
    request, application: Application, *, page=None, reasons=None, form=None, refusal="", meanwhile=None, status=200
):
    """Render the check page, also again after a refusal; `meanwhile` is what changed since it was opened."""
    page = page or filling(application)
    reasons = reasons or _reasons(page)
    stops = blocking(application, page.problems)
    lacking = {problem.code for problem in stops if _is_said_here(problem)}
    returned = return_of(application)
    context = {
        "application": application,
        "facts": SignedFacts.of_register(application.cluster),  # what the submission will sign
        "page": page,
        "errors": [(_named(problem), _link(problem)) for problem in stops if not _is_said_here(problem)],
        "lacking": lacking,
        "first_lacking": reasons.mark(lacking),
        "returned": returned,
        # What is typed here is of one submission: after a return that was called back, the snapshot is the same.
        "kept_as": f"check:{application.pk}:{application.snapshot_id or 0}:{returned.pk if returned else 0}",
        "changes": changes_since_return(application),
        "reasons": reasons,
        "form": form or SubmitForm.minted(application),
        "refusal": refusal,
        "meanwhile": meanwhile,
        "closing": closing_of(application),
        "not_open": LIFECYCLE.why_not("submit", request.office, application),
    }
    return render(request, "applications/county/check.html", context, status=status)


def _is_said_here(problem) -> bool:
    """Say whether a problem is answered on the check page itself: with a reason, or a reply."""
    return problem.severity == WARNING or problem.code.startswith(REPLY)


def _named(problem) -> str:
    """Return the words of a problem with the indicator they are about in front."""
    if not problem.indicator or label(problem.indicator).translate(QUOTES) in problem.words.translate(QUOTES):
        return problem.words
    return _("%(indicator)s, %(year)s: %(words)s") % {
        "indicator": label(problem.indicator),
        "year": problem.year,
        "words": problem.words,
    }


def _link(problem) -> str:
    """Return the place on the county's page where a problem is put right."""
    if problem.cell:
        return problem.cell
    return statement_id(problem.code.partition(":")[2])


@for_roles(Role.COUNTY)
@post_from("application_check", "pk", act=gettext_lazy("Submit"))
def submit(request, pk):
    """Submit; pressing again, or after a lost answer, leads to the same confirmation."""
    application = _of_own_county(request, pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return check_page(
            request, application, refusal=_("This page is too old to be sent. It shows the newest now."), status=409
        )
    said, reasons = form.cleaned_data, None
    try:
        if application.state in OPEN_FOR_EDITING:  # else it was submitted by the same page before, or its time is over
            page = filling(application)
            reasons = _reasons(page, request.POST)
            if not reasons.is_valid():
                sent = _as_sent(application, form)
                return check_page(request, application, page=page, reasons=reasons, form=sent, status=422)
            said["seen"] = _explain(application, reasons, by=request.office, seen=said["seen"])
            application = own_application(request, pk)
            if said["declared"] and not said["unchanged"] and _is_as_returned(application):
                return _ask_whether_unchanged(request, application, said)
        county.submit(
            application,
            key=said["key"],
            declared=said["declared"],
            version=said["version"],
            seen=said["seen"],
            by=request.office,
        )
    except StepRefused as refusal:
        return _refused(request, pk, refusal, form, reasons, seen=said["seen"])
    return redirect("application_submitted", pk)


def _is_as_returned(application: Application) -> bool:
    """Say whether it could be submitted and the county changed nothing since it was returned but its replies."""
    changes = changes_since_return(application)
    if changes is None or changes.figures or changes.statements or changes.facts:
        return False
    return not blocking(application, filling(application).problems)


def _as_sent(application: Application, form: SubmitForm, **said) -> SubmitForm | None:
    """Return the declaration of a page that comes back, which shows no more than the one that was sent.

    None where that one had no declaration to send: something stood in the way.
    """
    if not form.is_valid():
        return None
    told = {name: form.cleaned_data[name] for name in ("version", "seen", "opened", "unchanged")}
    return SubmitForm.minted(application, **told | said)


def _ask_whether_unchanged(request, application: Application, said: dict):
    words = _(
        "No figure, statement or registered fact was changed since the return. If that is what you mean, please "
        "submit again."
    )
    shown = {name: said[name] for name in ("version", "seen", "opened")}
    form = SubmitForm.minted(application, **shown, unchanged=True, declared=True)
    return check_page(request, application, form=form, refusal=words, status=409)


@for_roles(Role.COUNTY)
@require_safe
def submitted(request, pk):
    """The receipt of the last submission: number, how it stands, what happens next and when, a copy to keep."""
    application = _of_own_county(request, pk)
    if application.snapshot is None:
        return redirect("application", pk)
    page = signed(application)
    context = {
        "application": application,
        "state": application.state_seen_by(request.office),
        "table": table_of(application),
        "number": f"{application.call.code}-{application.pk:06d}-{application.snapshot.number}",
        "snapshot": application.snapshot,
        "facts": application.facts,
        "page": page,
        "reversal": reversal_of(application),
        "ministry_closing": deadlines.for_province(application.call),
    }
    return render(request, "applications/county/submitted.html", context)


def _too_late_to_withdraw(application: Application, office, form: WithdrawForm) -> StepRefused:
    """Return why it cannot be withdrawn in the state it is in, with the words that were typed to be copied."""
    words = _("The application is “%(state)s”; it can be withdrawn until the province has decided.")
    if application.state == State.WITHDRAWN:
        words = _("The application was withdrawn before; there is nothing left to withdraw.")
    told = words % {"state": application.state_shown_to(office)}
    return giving_back(StepNotAllowed(told, "wrong_state"), form)


@for_roles(Role.COUNTY)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    """Name the consequence, then take the application out of the call."""
    application = _of_own_county(request, pk)
    form = WithdrawForm(request.POST or None, initial={"version": application.version})
    if LIFECYCLE.why_not("withdraw", request.office, application) is not None:
        raise _too_late_to_withdraw(application, request.office, form)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            county.withdraw(
                application, version=form.cleaned_data["version"], words=form.cleaned_data["words"], by=request.office
            )
        except StepNotAllowed as refusal:
            raise _too_late_to_withdraw(own_application(request, pk), request.office, form) from refusal
        except StepRefused as refusal:
            form.is_refused = True
            form.add_error(None, str(refusal))
            status = refusal.status
            if isinstance(refusal, Outdated):
                application = own_application(request, pk)
                form.data = form.data.copy()
                form.data["version"] = application.version
        else:
            messages.success(
                request,
                _("The application is withdrawn. What you filled in is kept; your next application begins with it."),
            )
            return redirect("application", application.pk)
    return render(
        request, "applications/county/withdraw.html", {"application": application, "form": form}, status=status
    )
