"""Pages of the register: put a cluster in, change it, and suggestions while typing."""

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
from clusters.forms import ClusterForm
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
    version, status = cluster.version, 200
    form = ClusterForm(request.POST or None, instance=cluster, office=request.office)
    if form.is_bound:
        version = request.POST.get("version", "")  # a page that comes back is as old as the one that was sent
        if form.is_valid() and not form.is_looking:
            try:
                if cluster.pk and version != str(cluster.version):
                    raise Outdated("", "outdated")
                saved = register_cluster(form.cluster(), further=form.cleaned_data["further"], by=request.office)
            except Outdated:
                form.add_error(
                    None,
                    _(
                        "This cluster was changed meanwhile, by somebody else or by you in another window. "
                        "Your words are still here; please check them and save again."
                    ),
                )
                version = Cluster.objects.only("version").get(pk=cluster.pk).version
                status = 409
            except StepNotAllowed:
                raise
            except StepRefused as refusal:
                form.add_error(None if refusal.code == "busy" else "name", str(refusal))
                status = refusal.status
            else:
                return redirect(_way_back(request) or reverse("cluster", args=[saved.pk]))
        elif form.is_looking:
            form.errors.clear()
        else:
            status = 422
    name = Cluster.objects.only("name").get(pk=cluster.pk).name if cluster.pk else ""
    return render(
        request,
        "clusters/form.html",
        {"form": form, "cluster": cluster, "name": name, "version": version},
        status=status,
    )


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
