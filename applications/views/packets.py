"""The decision packet as a file, the screenings of a case computed again, and what the nightly replays found."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import for_roles, post_from, signed_in
from accounts.enums import Role
from applications.actions import packets as actions
from applications.models import Application, Replay
from applications.replaying import Outcome
from applications.views.case import find
from clusters.sentences import listed

TYPES = {actions.PDF: "application/pdf", actions.JSON: "application/json"}
MOST_REPLAYS = 30
MOST_CASES = 50


@signed_in
@never_cache
@post_from("application", "pk", act=gettext_lazy("Download the packet"))
def packet(request, pk, form):
    """Answer with the packet as a file; by POST, because each download is written down."""
    row = find(request.office, pk)
    if form not in TYPES:
        raise Http404
    taken = actions.take_packet(row, form, by=request.office)
    name = _("Decision packet %(cluster)s %(year)d %(digest)s") % {
        "cluster": row.facts.name, "year": row.call.year, "digest": taken.digest[:8]}  # fmt: skip
    return HttpResponse(
        taken.file,
        content_type=TYPES[form],
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.{form}")},
    )


@signed_in
@post_from("application", "pk", act=gettext_lazy("Compute the screenings again"))
def replay(request, pk):
    """Compute the screenings of a case again and say what was found on its page."""
    row = find(request.office, pk)
    outcome = actions.replay_case(row, by=request.office)
    level = messages.ERROR if outcome.different else messages.SUCCESS
    messages.add_message(request, level, _found(outcome))
    return redirect(f"{row.get_absolute_url()}?read")


def _found(outcome: Outcome) -> str:
    if not outcome.different:
        return ngettext(
            "%(n)d screening was computed again with the rules it was made with: nothing differs.",
            "%(n)d screenings were computed again with the rules they were made with: nothing differs.",
            outcome.screenings,
        ) % {"n": outcome.screenings}
    clauses = dict.fromkeys(_words(difference.clause) for difference in outcome.differences)
    return _(
        "%(different)d of %(n)d screenings come out differently (%(clauses)s). Nothing was changed; please tell the "
        "system administrator."
    ) % {"different": outcome.different, "n": outcome.screenings, "clauses": listed(clauses)}


def _words(clause: str) -> str:
    """Return what differs in words: a clause by its number, else the part of the screening."""
    parts = {
        "snapshot": _("what was signed"),
        "rule_set": _("the stored rules"),
        "findings": _("all findings"),
        "counts": _("the counts"),
        "order": _("the order of the clauses"),
    }
    return parts.get(clause) or _("clause %(clause)s") % {"clause": clause}


@for_roles(Role.MINISTRY, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)
@require_safe
def replays(request):
    """Show what the last replays of every screening found; cases themselves are not told here."""
    rows = list(Replay.objects.order_by("-made_at", "-pk")[:MOST_REPLAYS])
    for row in rows:
        row.clauses = [_words(clause) for clause in sorted({one["clause"] for one in row.differences})]
        row.cases = sorted({one["application"] for one in row.differences})[:MOST_CASES]
    shown = Application.objects.allowed(request.office, "applications.view")
    of_differences = {number for row in rows for number in row.cases}
    may_open = set(shown.filter(pk__in=of_differences).values_list("pk", flat=True))
    return render(request, "applications/replays.html", {"replays": rows, "may_open": may_open})
