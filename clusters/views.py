"""Pages of the register: put a cluster in, change it, and suggestions while typing."""

import json

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import for_roles
from accounts.enums import Role
from accounts.policy import allows
from clusters import finding
from clusters.actions import register_cluster
from clusters.forms import LOOK, ClusterForm
from clusters.meeting import Meeting, shown
from clusters.models import Cluster
from workflow.refusals import Outdated, StepNotAllowed, StepRefused


@for_roles(Role.COUNTY)
@require_http_methods(["GET", "HEAD", "POST"])
def new_cluster(request):
    """Register a cluster of one's own county."""
    return _form_page(request, Cluster())


@for_roles(Role.COUNTY)
@require_http_methods(["GET", "HEAD", "POST"])
def change_cluster(request, pk):
    """Change what the county says of its cluster."""
    cluster = get_object_or_404(
        Cluster.objects.allowed(request.office, "clusters.view").select_related("lead", "industry"), pk=pk
    )
    if not allows(request.office, "clusters.change", cluster):
        raise StepNotAllowed(_("A cluster is changed by the county that leads it; the others read."), "not_allowed")
    return _form_page(request, cluster)


def _form_page(request, cluster: Cluster) -> HttpResponse:
    sent, status, met = request.POST or None, 200, None
    fresh = shown(ClusterForm(instance=cluster, office=request.office))
    opened = {"version": cluster.version, "opened": json.dumps(fresh)}
    if sent and cluster.pk and sent.get("version") != str(cluster.version):
        met = Meeting(sent, cluster, fresh, by=request.office)
    is_looking = bool(sent) and LOOK in sent
    if met and not is_looking:
        sent = met.data
    if sent:  # until what others changed is asked, a page that comes back is as old as the one that was sent
        newest, opened = opened, {name: sent.get(name, "") for name in opened}
    form = ClusterForm(sent, instance=cluster, office=request.office)
    if is_looking:
        form.is_valid()
        form.errors.clear()
    elif form.is_bound:
        status = 422
        if met and met.both and form.is_valid():
            met.ask(form)
            opened, status = newest, 409
        if form.is_valid():
            try:
                saved = register_cluster(form.cluster(), further=form.cleaned_data["further"], by=request.office)
            except Outdated:  # at this very moment
                return _form_page(request, Cluster.objects.select_related("lead", "industry").get(pk=cluster.pk))
            except StepNotAllowed:
                raise
            except StepRefused as refusal:
                form.is_refused = refusal.code == "busy"
                form.add_error(None if form.is_refused else "name", str(refusal))
                status = refusal.status
            else:
                if met and met.words:
                    messages.info(request, met.words)
                return redirect(_way_back(request) or reverse("cluster", args=[saved.pk]))
    name = Cluster.objects.only("name").get(pk=cluster.pk).name if cluster.pk else ""
    context = {"form": form, "cluster": cluster, "name": name, "met": "" if is_looking else met and met.words, **opened}
    return render(request, "clusters/form.html", context, status=status)


def _way_back(request) -> str:
    """Return the page of ours this form was opened from, such as the check page; empty without one."""
    page = request.GET.get("next", "")
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""


@for_roles(Role.COUNTY)
@require_GET
def industries(request):
    """Suggest industries while somebody types; where none answers the nearest, and say so."""
    query = request.GET.get("q", "")
    found = finding.answering(query)
    near = [] if found else finding.near(query)
    note = _("No industry answers to this word. These come near:") if near else ""
    return JsonResponse({"found": [{"value": row.code, "text": str(row)} for row in found or near], "note": note})


@for_roles(Role.COUNTY)
@require_GET
def counties(request):
    """Suggest counties while somebody types."""
    found = finding.counties(request.GET.get("q", ""), near=request.office.authority.code)
    return JsonResponse({"found": [{"value": row.code, "text": row.full_name} for row in found]})
