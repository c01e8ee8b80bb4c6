"""Deciding about several cases at once: counted, confirmed in words, failures told one by one."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import for_roles
from accounts.enums import Role
from applications import register_changes
from applications.actions import ministry
from applications.concerns import concerns_of, said_once
from applications.filters import Filters
from applications.forms import ministry as forms
from applications.forms.province import InFavour
from applications.judging import HalfJudged, mark_for
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from applications.times import released_with_the_call
from workflow.refusals import Outdated, StepRefused, typed_in, with_typed
from workflow.steps import Shown

# As many as a page lists; a bulk act is read before it is confirmed.
MOST = 100
# Which cases were chosen is kept in the session under a name that says nothing: before it is published, the choice
# stands in no address, which browsers, logs and proxies keep. The last few, for as many tabs.
CHOSEN, CHOICES_KEPT = "chosen_cases", 9
NOTHING_SHOWN = "-"  # no state: a page that shows none is old by definition
BOTH = ("version", "register")  # what every page shows of a case: the versions of the case and of its cluster


@dataclass(frozen=True)
class Failure:
    """One case about which the decision failed, and why."""

    application: Application
    refusal: StepRefused

    @property
    def words(self) -> str:
        """Return why, in words."""
        return str(self.refusal)


@dataclass(frozen=True)
class TogetherAct:
    """How several are decided at once."""

    form: type
    do: Callable
    label: object


ACTS = {
    "shortlist": TogetherAct(forms.ShortlistTogether, ministry.shortlist, gettext_lazy("Shortlist")),
    "put_back": TogetherAct(forms.PutBackTogether, ministry.put_back, gettext_lazy("Put back among the candidates")),
    "decline": TogetherAct(forms.DeclineTogether, ministry.decline, gettext_lazy("Decline")),
}


@for_roles(Role.MINISTRY)
@require_http_methods(["GET", "POST"])
def decide(request, step):
    """Name the chosen cases, ask for confirmation, then decide one after the other.

    The list sends its choice without a key, and is led to the page that asks for confirmation: it can be reloaded,
    and come back to.
    """
    act = ACTS.get(step)
    if act is None:
        raise Http404
    if request.method == "POST" and "key" not in request.POST:
        return redirect(_keep(request))
    keys = _kept(request) if request.method == "GET" else request.POST.getlist("case")
    rows = chosen_cases(keys, request.office)
    back = reverse("ministry") + Filters.read(request.GET).address
    if not rows:
        messages.warning(request, gettext_lazy("Please choose at least one case first."))
        return redirect(back)
    form = act.form(request.POST) if request.method == "POST" else act.form(initial={"key": uuid.uuid4()})
    _ask_for_a_reason(form, with_refusals(step, rows, request.office), request.office)
    if request.method == "GET" or not form.is_valid():
        return _page(request, step, rows, form, back, status=200 if request.method == "GET" else 422)
    said = {name: value for name, value in form.cleaned_data.items() if name != "key"}

    def do(row: Application):
        seen = request.POST.get(f"state_{row.pk}") or NOTHING_SHOWN
        act.do(row, key=key_of(form.cleaned_data["key"], row), version=as_shown(request.POST, row),
               state_seen=seen, by=request.office, **said)  # fmt: skip

    failures = each(rows, do)
    if failures:
        return _page(request, step, [f.application for f in failures], form, back, failures=failures,
                     done=len(rows) - len(failures), status=409)  # fmt: skip
    messages.success(request, ngettext("%d case decided.", "%d cases decided.", len(rows)) % len(rows))
    return redirect(back)


def _keep(request) -> str:
    """Keep the choice that the list has sent; return the address of the page that shows it."""
    name, keys = uuid.uuid4().hex, request.POST.getlist("case")[:MOST]
    kept = [*request.session.get(CHOSEN, {}).items(), (name, [key[:20] for key in keys])]
    request.session[CHOSEN] = dict(kept[-CHOICES_KEPT:])
    filters = Filters.read(request.POST).address
    return f"{request.path}{filters}{'&' if filters else '?'}chosen={name}"


def _kept(request) -> list[str]:
    """Return the choice of this address, none where the session has ended since."""
    return request.session.get(CHOSEN, {}).get(request.GET.get("chosen", ""), [])


def with_refusals(step: str, rows: list[Application], office) -> list[Application]:
    """Let each case say why it cannot be decided so now; return those that can."""
    for row in rows:
        row.refusal = LIFECYCLE.why_not(step, office, row)
    return [row for row in rows if row.refusal is None]


def _ask_for_a_reason(form, rows: list[Application], office) -> None:
    """Let a form in favour say what stands against each case, and ask for a reason where anything does."""
    if isinstance(form, InFavour):
        for row in rows:
            row.concerns = concerns_of(row, office)
        if any(row.concerns.want_a_reason for row in rows):
            form.ask_for_a_reason()


def chosen_cases(keys: list[str], office, *, most: int | None = MOST) -> list[Application]:
    """Return the cases with these keys that the office may see, as their pages show them."""
    numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19][:most]
    rows = Application.objects.seen(office).for_step().allowed(office, "applications.view")
    return list(rows.filter(pk__in=numbers).order_by("province__code", "pk"))


def as_shown(sent, row: Application) -> Shown:
    """Return versions and judgements the page showed; a page that shows none is old by definition."""
    version, register = (_whole(sent.get(f"{name}_{row.pk}", "")) for name in ("version", "register"))
    judged = sent.get(f"judged_{row.pk}", "")[:64]
    return Shown(row.version - 1 if version is None else version, register, judged)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def key_of(key: uuid.UUID, row: Application) -> uuid.UUID:
    """Return the key of one case within a decision about several: the same page gives the same keys."""
    return uuid.uuid5(key, str(row.pk))


def each(rows: list[Application], do: Callable) -> list[Failure]:
    """Do it to every row, each for itself, and return those where it failed."""
    failures = []
    for row in rows:
        try:
            do(row)
        except StepRefused as refusal:
            failures.append(Failure(row, refusal))
    return failures


def show(rows: list[Application], office, *, names=BOTH, sent=None, failures=()) -> None:
    """Let each row say what its page shows of it, the next press sends that: what is newest on a new page.

    Beside it stands what the register says otherwise than what was signed, for a refusal says that it is listed.
    A page that comes back with an error keeps what was `sent`, or a form error would make an old page new, and what a
    colleague chose meanwhile would be overturned unseen. Only a refusal that says so renews it (`renewed`).
    """
    refusals = {failure.application.pk: failure.refusal for failure in failures}
    for row in rows:
        newest = {"version": row.version, "register": row.cluster.version, "state": row.state}
        if "judged" in names:
            newest["judged"] = mark_for(row, office)
        kept = newest if sent is None else {name: sent.get(f"{name}_{row.pk}", "")[:64] for name in names}
        row.registered = register_changes.beside(register_changes.since(row))
        row.shown = {name: kept[name] for name in names} | renewed(newest, refusals.get(row.pk), names)


def renewed(newest: dict, refusal: StepRefused | None, names) -> dict:
    """Return what a page shows anew after a refusal: all of it where it is said that the page was old.

    Of a half judgement, which is mended beside the page, only the judgements; after any other nothing.
    """
    anew = names if isinstance(refusal, Outdated) else {"judged"} if isinstance(refusal, HalfJudged) else ()
    return {name: newest[name] for name in names if name in anew}


def _page(request, step, rows, form, back, *, failures=(), done=0, status=200):
    if failures:
        rows = chosen_cases([str(row.pk) for row in rows], request.office)
        again = form.data.copy()
        again["key"] = uuid.uuid4()
        form = type(form)(again)
        _ask_for_a_reason(form, with_refusals(step, rows, request.office), request.office)
    shown = [row for row in rows if row.refusal is None]
    sent = request.POST if request.method == "POST" else None
    show(rows, request.office, names=(*BOTH, "judged", "state"), sent=sent, failures=failures)
    context = {
        "step": LIFECYCLE.steps[step],
        "label": ACTS[step].label,
        "rows": shown,
        "alike": said_once(shown) if shown and isinstance(form, InFavour) else None,
        "left_out": [row for row in rows if row.refusal is not None],
        "form": form,
        "back": back,
        "released": released_with_the_call(rows[0]) if rows and step == "decline" else None,
        "now": rows[0].clock if rows else None,
        "failures": failures,
        "done": done,
        "lost": "" if shown else with_typed("", typed_in(form)).strip(),
    }
    return render(request, "applications/ministry/together.html", context, status=status)
