"""What the findings of a case say to whom: the clerk's checklist, and the forms a reviewer copies."""

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import for_roles, signed_in
from accounts.enums import Role
from accounts.policy import allows
from applications import explaining
from applications.explaining import explained, judged
from applications.views import case, county

LANGUAGES = (("zh-hans", "中文"), ("en", "English"))


@for_roles(Role.COUNTY)
@require_safe
def checklist(request, pk):
    """Show the county what to check and prepare, clause by clause, on a page to print."""
    application = county.own_application(request, pk)
    told = judged(application, live=allows(request.office, "applications.edit", application))
    context = {"application": application, "list": explaining.checklist(told, get_language() or "zh")}
    return render(request, "applications/county/checklist.html", context)


@signed_in
@require_safe
def explanations(request, pk):
    """Show a table of all clauses and the four forms of each, in either language."""
    application = case.find(request.office, pk)
    told = judged(application, live=allows(request.office, "applications.edit", application))
    chosen = request.GET.get("in")
    lang = chosen if chosen in dict(LANGUAGES) else get_language() or "zh-hans"
    context = {
        "application": application,
        "state": application.state_seen_by(request.office),
        "clauses": explained(told, lang),
        "is_live": told.is_live,
        "chosen": "en" if lang.startswith("en") else "zh-hans",
        "languages": LANGUAGES,
    }
    return render(request, "applications/case/explanations.html", context)
