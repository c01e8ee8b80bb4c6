"""The page of one decision: what it means, the reasons, and what becomes of an old page."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import for_roles
from accounts.enums import Role
from applications import register_changes
from applications.actions import ministry, province
from applications.concerns import Concerns, concerns_of
from applications.enums import TO_BE_PUBLISHED, Reason, State
from applications.filters import Filters
from applications.forms import ministry as ministry_forms
from applications.forms import province as province_forms
from applications.judging import mark_for
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from applications.times import closing_of_call, notice_entry_of, quota_of, released_with_the_call
from applications.views.case import case_page, find
from applications.views.together import renewed
from programmes import deadlines
from programmes.forms import WithClosing, end_of_day
from workflow.refusals import DeadlinePassed, StepRefused, giving_back, typed_in

OFFERED_DAYS = 7  # for a correction
SHOWN = ("version", "register", "judged", "state_seen")  # what a page shows of its case, and sends with the decision


@dataclass(frozen=True)
class Act:
    """How a step is decided on a page: its form, its action, and what is said afterwards."""

    form: type
    do: Callable
    done: object
    is_final: bool = False
    of_ministry: type | None = None  # its form for the ministry, where that is another

    def form_of(self, office) -> type:
        """Return the form in which this office decides."""
        return self.of_ministry if self.of_ministry and office.role == Role.MINISTRY else self.form

    def said(self, made) -> str:
        """Return what is said after the act; `made` is what it returned, a due date in it is repeated in words."""
        due = getattr(made, "due_at", None)
        return self.done % {"due": deadlines.in_full(due)} if due else self.done


ACTS = {
    "send_back": Act(
        province_forms.SendBackForm,
        province.send_back,
        gettext_lazy("Returned to the county, with your words; it has to be back by %(due)s."),
    ),
    "extend": Act(
        province_forms.ExtendForm,
        province.extend,
        gettext_lazy("The county has more time and reads the new due date: %(due)s."),
    ),
    "call_back": Act(
        province_forms.CallBackForm,
        province.call_back,
        gettext_lazy("Called back; the case is here again with what was signed, and the county reads why."),
    ),
    "recommend": Act(province_forms.RecommendForm, province.recommend, gettext_lazy("Recommended to the ministry.")),
    "do_not_recommend": Act(
        province_forms.DoNotRecommendForm,
        province.do_not_recommend,
        gettext_lazy("Not recommended; the county reads the reasons."),
    ),
    "take_back": Act(
        province_forms.TakeBackForm, province.take_back, gettext_lazy("Taken back; the case is open for review again.")
    ),
    "disqualify": Act(
        province_forms.DisqualifyForm,
        province.disqualify,
        gettext_lazy("Disqualified; the findings are on record."),
        is_final=True,
        of_ministry=ministry_forms.DisqualifyAsSeen,
    ),
    "shortlist": Act(
        ministry_forms.ShortlistForm, ministry.shortlist, gettext_lazy("Shortlisted for the public notice.")
    ),
    "put_back": Act(ministry_forms.PutBackForm, ministry.put_back, gettext_lazy("Put back among the candidates.")),
    "decline": Act(ministry_forms.DeclineForm, ministry.decline, gettext_lazy("Declined.")),
    "recognise": Act(
        ministry_forms.RecogniseForm,
        ministry.recognise,
        gettext_lazy("Recognised; the title is on the list."),
        is_final=True,
    ),
}


@for_roles(Role.PROVINCE, Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def decide(request, pk, step):
    """Show what a step means and ask for what it needs; taken by POST."""
    act = ACTS.get(step)
    if act is None:
        raise Http404
    application = find(request.office, pk)
    form_of = act.form_of(request.office)
    form = (
        form_of(request.POST)
        if request.method == "POST"
        else form_of(initial=_shown(application, request.office) | _offered(application))
    )
    _concerns_asked_of(form, application, request.office)
    _bound(form, application)
    if isinstance(form, ministry_forms.Grant):
        form.notice = getattr(notice_entry_of(application), "notice", None)
    if not form.is_valid() or getattr(form, "read_back", None):
        # A valid one is refused by the act itself, which first answers what was done before under its key.
        refusal = LIFECYCLE.why_not(step, request.office, application)
        if refusal is not None:
            return _not_open(request, application, step, form, refusal)
        return _page(request, application, step, form, status=422 if form.errors else 200)
    try:
        made = act.do(application, by=request.office, **form.cleaned_data)
    except StepRefused as refusal:
        return _refused(request, application, step, form, refusal)
    messages.success(request, act.said(made))
    return redirect(_came_from(request, application))


def _came_from(request, application: Application) -> str:
    """Return where the reader goes on: the slate when the step was chosen there, else the case."""
    if request.GET.get("from") == "slate" and request.office.role == Role.MINISTRY:
        return reverse("ministry_slate", args=[application.call.code])
    return application.get_absolute_url() + Filters.read(request.GET).of_list


def _not_open(request, application: Application, step: str, form, refusal: StepRefused):
    """Answer for a step that cannot be taken now: on its page while words of it can be kept for later, else the case.

    What is not theirs, or is over before they wrote anything, is a 403.
    """
    if refusal.status == 403 and (refusal.code == "not_allowed" or not typed_in(form)):
        raise refusal
    if refusal.status == 403 or not form.is_bound:
        return case_page(request, application, refusal=giving_back(refusal, form), status=refusal.status)
    return _page(request, application, step, form, refusal=refusal, status=refusal.status)


def _offered(application: Application) -> dict:
    """Return the due date a form offers: the end of a day, no later than can be; forms without one pass it over."""
    closing, offered = closing_of_call(application), end_of_day(OFFERED_DAYS)
    if application.due_at and application.due_at >= offered:  # an extension goes forwards
        offered = application.due_at + timedelta(days=OFFERED_DAYS)
    return {"due_at": min(offered, closing.closes_at) if closing else offered}


def _bound(form, application: Application) -> None:
    """Tell a form with a due date between which moments it can lie; it asks about nothing that is refused anyway."""
    if isinstance(form, WithClosing):
        closing = closing_of_call(application)
        form.latest = closing.closes_at if closing else None
        form.later_than = application.due_at if isinstance(form, province_forms.ExtendForm) else None


def _shown(application: Application, office) -> dict:
    """Return what a page remembers of the case it shows."""
    return {
        "key": uuid.uuid4(),
        "version": application.version,
        "register": application.cluster.version,
        "judged": mark_for(application, office),
        "state_seen": application.state,
    }


def _concerns_asked_of(form, application: Application, office) -> Concerns | None:
    """Return what a decision in favour has to answer for; the form asks for a reason where that is needed."""
    if not isinstance(form, province_forms.InFavour) or application.screening is None:
        return None
    concerns = concerns_of(application, office)
    if concerns.want_a_reason:
        form.ask_for_a_reason()
    return concerns


def _refused(request, application, step, form, refusal):
    """Show the newest state with the refusal; what was typed stays. A step that is not theirs is a 403.

    On the page of the step while it may be mended what it waits for: a place, the end of a notice, a judgement.
    """
    newest = find(request.office, application.pk)
    is_old_page = newest.version != form.cleaned_data["version"].version
    if isinstance(refusal, DeadlinePassed) or (refusal.status == 403 and not is_old_page):
        return _not_open(request, newest, step, form, refusal)
    still = LIFECYCLE.why_not(step, request.office, newest)
    if still is not None and still.status == 403:
        return case_page(request, newest, refusal=giving_back(refusal, form), status=409)
    again, anew = form.data.copy(), _shown(newest, request.office)
    for name, value in ({"key": anew["key"]} | renewed(anew, refusal, SHOWN)).items():
        if name in form.fields:
            again[name] = value
    form = type(form)(again)
    _bound(form, newest)
    return _page(request, newest, step, form, refusal=refusal, status=409)


def _named_in(application: Application, office):
    """Return the notice the case stands in or will; one that has not begun is known to the ministry alone."""
    told = application.state_seen_by(office) in {State.IN_PUBLIC_NOTICE, TO_BE_PUBLISHED}
    return notice_entry_of(application).notice if told else None


def _page(request, application, step, form, *, refusal=None, status=200):
    context = {
        "application": application,
        "state": application.state_seen_by(request.office),
        "step": LIFECYCLE.steps[step],
        "act": ACTS[step],
        "form": form,
        "concerns": _concerns_asked_of(form, application, request.office),
        "refusal": refusal,
        "quota": quota_of(application),
        "closing": closing_of_call(application),
        "no_way_back": LIFECYCLE.steps["take_back"].is_late(application),
        "released": released_with_the_call(application) if step == "decline" else None,
        "named_in": _named_in(application, request.office) if step == "disqualify" else None,
        "now": application.clock,
        "back": _came_from(request, application),
        "other": Reason.OTHER,
        "registered": register_changes.beside(register_changes.since(application)),
    }
    return render(request, "applications/case/decide.html", context, status=status)
