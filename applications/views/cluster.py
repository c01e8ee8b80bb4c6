"""The page of one cluster: facts, figures, applications, recognitions, and opening an application."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import for_roles
from accounts.enums import Role
from accounts.policy import allows
from applications.actions.county import why_not_open
from applications.memory import memory_of
from applications.models import Application
from clusters.models import Cluster, YearFigure
from programmes.models import Call
from recognitions.enums import Status
from recognitions.models import Recognition
from rulebook.catalogue import INDICATORS


@for_roles(Role.COUNTY, Role.CITY, Role.PROVINCE, Role.MINISTRY)
@require_safe
def cluster(request, pk):
    """Show a cluster to those who may see it."""
    office = request.office
    visible = (
        Cluster.objects.allowed(office, "clusters.view").select_related("lead", "industry").prefetch_related("further")
    )
    found = get_object_or_404(visible, pk=pk)
    can_change = allows(office, "clusters.change", found)
    calls = Call.objects.open_now().select_related("programme").order_by("closes_at") if can_change else []
    calls = [(call, why_not_open(found, call, office)) for call in calls]
    openable = [call for call, reason in calls if not reason]
    applications = Application.objects.for_list(office).allowed(office, "applications.view").filter(cluster=found)
    recognitions = Recognition.objects.filter(cluster=found).select_related("programme").with_status().order_by("-id")
    for row in recognitions:
        row.status_words = Status(row.status).label
    context = {
        "cluster": found,
        "can_change": can_change,
        "calls": calls,
        "memory": memory_of(found, openable[0], office) if openable else None,
        "applications": [
            (row, row.state_seen_by(office), row.snapshot_id and allows(office, "applications.submit", row))
            for row in applications.order_by("-call__year", "-id")
        ],
        "recognitions": recognitions,
        "figures": _figures(found) if can_change else None,
    }
    return render(request, "applications/county/cluster.html", context)


def _figures(found: Cluster) -> dict:
    """Return what the cluster has told, indicator by year, and whether a call asked for it; its county's alone."""
    told = {
        (row.indicator, row.year): row.value for row in YearFigure.objects.filter(cluster=found).exclude(value=None)
    }
    years = sorted({year for _indicator, year in told})[-6:]
    asks = list(found.asks.order_by("-id"))
    places = {code: place for place, code in enumerate(asks[0].indicators if asks else [])}  # as the form has them

    def place(code):
        return places.get(code, len(places)), INDICATORS[code].order

    codes = sorted({code for code, _year in told if code in INDICATORS}, key=place)
    lang = get_language() or "zh"

    def cell(code, year):
        value = told.get((code, year))
        return value, value is not None or any(ask.covers(code, year) for ask in asks)

    rows = [(code, INDICATORS[code].label(lang), [cell(code, year) for year in years]) for code in codes]
    return {"years": years, "rows": rows}
