"""The county's page of a draft or a returned application, and opening one."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import for_roles, post_from
from accounts.enums import Role
from accounts.policy import allows
from applications import register_changes
from applications.actions import county
from applications.enums import State
from applications.filling import Filling, closing_of, filling
from applications.judging import sealed
from applications.memory import memory_of
from applications.models import Application
from applications.returns import asked_of, return_of
from applications.rule_news import news_of
from clusters.models import Cluster
from programmes.models import Call
from workflow.refusals import StepNotAllowed, StepRefused


def fill(request, application: Application) -> HttpResponse:
    """Answer with the page on which a county fills in a draft; its neighbours read it."""
    return fill_page(request, application)


def fill_page(
    request, application: Application, *, page: Filling | None = None, status: int = 200, **more
) -> HttpResponse:
    """Render the page, also again after a save without script that clashed."""
    page = page or filling(application)
    returned = return_of(application)
    can_edit = allows(request.office, "applications.edit", application)
    context = {
        "application": application,
        "page": page,
        "can_edit": can_edit,
        "closing": closing_of(application),
        "registered": register_changes.beside(register_changes.since(application)),
        "returned": returned,
        "judged": sealed(returned.judgements, application) if returned else None,
        "asked": asked_of(returned),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        **(_news_and_memory(request.office, page) if can_edit else {}),
        **more,
    }
    return render(request, "applications/county/fill.html", context, status=status)


def _news_and_memory(office, page: Filling) -> dict:
    """Return what the county must know before it goes on: changed rules, and where its last try fell short."""
    application = page.application
    figures = {(row.indicator, row.year): row.value for row in page.rows if row.value is not None}
    is_new = application.state == State.DRAFT
    return {
        "news": news_of(application, figures),
        "memory": memory_of(application.cluster, application.call, office, but=application, figures=figures)
        if is_new
        else None,
    }


@for_roles(Role.COUNTY)
@post_from("cluster", "pk", act=gettext_lazy("Apply"))
def open_application(request, pk):
    """Open an application of a cluster in an open call."""
    cluster = get_object_or_404(
        Cluster.objects.allowed(request.office, "clusters.view").select_related("lead", "industry"), pk=pk
    )
    call = get_object_or_404(Call.objects.select_related("programme"), pk=_whole(request.POST.get("call", "")))
    try:
        application = county.open_application(cluster, call, by=request.office)
    except StepNotAllowed:
        raise
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("cluster", cluster.pk)
    if application.statements.exists():
        messages.info(request, _("Statements and reasons of your last bid are filled in. Please check each of them."))
    return redirect("application", application.pk)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def way_back(request) -> str:
    """Return the page a button of the county's stands on: the check page where its address says so."""
    return "application_check" if request.GET.get("back") == "check" else "application"


def own_application(request, pk) -> Application:
    """Return an application this office may see, with everything a page or step reads; else 404."""
    visible = Application.objects.seen(request.office).for_step().allowed(request.office, "applications.view")
    return get_object_or_404(visible, pk=pk)
