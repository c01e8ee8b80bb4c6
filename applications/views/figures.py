"""One address saves what is typed into the grid and the statements, with script and without."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import for_roles, post_from
from accounts.enums import Role
from applications.actions.county import answer_clause
from applications.enums import State
from applications.filling import Filling, filling, statement_id, touched
from applications.forms.county import LONGEST_WORDS, NotOurPage, Said, Sent, read_form, read_json
from applications.grid import marks, text_of
from applications.models import Application
from applications.prescreening import rules_for
from applications.views.county import fill_page, own_application, way_back
from audit.tallies import refuse
from clusters.actions import Told, tell_figures
from clusters.enums import Mark
from clusters.models import Ask
from workflow.refusals import Outdated, StepNotAllowed


@for_roles(Role.COUNTY)
@post_from("application", "pk")
def save(request, pk):
    """Save cells and statements; never refused because of what was typed."""
    application = own_application(request, pk)
    by_script = request.content_type == "application/json"
    try:
        sent = read_json(request.body) if by_script else touched(application, read_form(request.POST))
        _check_clauses(application, sent)
    except NotOurPage:
        words = _("This page is too old to be saved from. Please copy what you typed and reload it.")
        return JsonResponse({"words": words}, status=400) if by_script else HttpResponseBadRequest(words)
    try:
        told, said = _save(application, sent, request.office)
    except StepNotAllowed as refusal:
        refuse("applications.save", by=request.office, subject=f"applications.{application.pk}", words=str(refusal))
        if not by_script:
            raise
        return JsonResponse({"words": _why_refused(application, request.office, refusal)}, status=403)
    if by_script:
        return _answer_to_script(request, application, told, said)
    return _answer_to_form(request, application, told, said, sent.too_long)


def _why_refused(application: Application, office, refusal: StepNotAllowed) -> str:
    """Return in which state the application is where that is why nothing is taken; else the refusal."""
    application.refresh_from_db(fields=["state"])
    if application.state in {State.DRAFT, State.RETURNED}:
        return str(refusal)
    words = _("This application is “%(state)s” now; nothing more can be filled in.")
    return words % {"state": application.state_shown_to(office)}


def _check_clauses(application: Application, sent: Sent) -> None:
    asked = {rule.clause for rule in rules_for(application).rules if rule.asks_for_statement}
    if not {said.clause for said in sent.statements} <= asked:
        raise NotOurPage("no such clause")


def _save(application: Application, sent: Sent, by) -> tuple[list[Told], list[tuple[Said, object, bool]]]:
    """Save cells, then statements; a clash is no failure, it is given back with what stands now.

    The ask that the cells share until commit keeps the statements from being refused after them.
    """
    told = []
    if sent.cells:
        ask = Ask.objects.select_related("cluster").filter(opened_for=application.ask_key).first()
        if ask is None:
            raise StepNotAllowed(_("These figures are not asked for any more."), "ask_closed")
        told = tell_figures(ask, sent.cells, by=by)
    return told, [(one, *_answer(application, one, by)) for one in sent.statements]


def _answer(application: Application, said: Said, by):
    try:
        row = answer_clause(application, said.clause, answer=said.answer, words=said.words, version=said.version, by=by)
    except Outdated as clash:
        return clash.row, True
    return row, False


def _saved_at() -> str:
    return date_format(timezone.localtime(), "TIME_FORMAT")


def _answer_to_script(request, application, told, said) -> JsonResponse:
    page = filling(application, is_save=True)
    panel = {"findings": page.findings, "application": application, "is_filling": True}
    return JsonResponse(
        {
            "saved_at": _saved_at(),
            "cells": [_cell(one, request.office) for one in told],
            "statements": [_statement(row, is_clash, request.office) for _one, row, is_clash in said],
            "others": _others(page, request.office),
            "marks": _marks(page),
            "sections": [{"key": s.key, "state": s.state, "words": s.state_words} for s in page.grid.sections]
            + [_statements_state(page)],
            "panel": render_to_string("applications/partials/findings.html", panel, request),
            "summary": page.findings.summary,
        }
    )


def _statements_state(page: Filling) -> dict:
    said, wanted = page.statements_said, len(page.statements)
    words = _("%(told)d of %(wanted)d") % {"told": said, "wanted": wanted}
    return {"key": "statements", "state": "done" if said == wanted else "begun" if said else "empty", "words": words}


def _others(page: Filling, office) -> dict:
    """Return what others wrote, as it stands: a page takes from it what is newer than what it shows."""
    cells = [Told(row, False, "") for row in page.rows if row.changed_by_id != office.pk]
    said = [row for row in page.application.statements.all() if row.changed_by_id != office.pk]
    return {
        "cells": [_cell(one, office) for one in cells],
        "statements": [_statement(row, False, office) for row in said],
    }


def _marks(page: Filling) -> dict:
    return {
        f"cell-{indicator}-{year}": {"mark": mark, "label": str(Mark(mark).label), "words": words, "more": more}
        for (indicator, year), (mark, (words, *more)) in marks(page.problems).items()
    }


def _cell(told: Told, office) -> dict:
    row = told.figure
    cell = {"indicator": row.indicator, "year": row.year, "version": row.version, "shown": text_of(row), "clash": None}
    if told.is_clash:
        cell["clash"] = {"text": text_of(row), "sent": told.sent, **who_wrote(row, office)}
    return cell


def _statement(row, is_clash: bool, office) -> dict:
    clash = None
    if is_clash:
        clash = {"answer": row.answer, "label": row.get_answer_display(), "text": row.words, **who_wrote(row, office)}
    return {"clause": row.clause, "version": row.version, "answer": row.answer, "shown": row.words, "clash": clash}


def who_wrote(row, office) -> dict:
    """Return who wrote what stands there, and when; it may be the same person, in another window."""
    when = date_format(timezone.localtime(row.changed_at), "TIME_FORMAT") if row.changed_at else ""
    is_own = bool(row.changed_by) and row.changed_by.user_id == office.user_id
    who = _("You, in another window,") if is_own else str(row.changed_by.user) if row.changed_by else _("Somebody")
    return {"who": who, "when": when, "is_own": is_own}


def _answer_to_form(request, application, told, said, too_long) -> HttpResponse:
    clashes = {
        f"cell-{c['indicator']}-{c['year']}": c["clash"]
        for c in (_cell(one, request.office) for one in told)
        if c["clash"]
    }
    clashed = {
        one.clause: (replace(one, version=row.version), _statement(row, True, request.office)["clash"])
        for one, row, is_clash in said
        if is_clash
    }
    if clashes or clashed or too_long:
        page = filling(
            application,
            unsaved={place: clash["sent"] for place, clash in clashes.items()},
            unsaid={clause: one for clause, (one, _clash) in clashed.items()} | {one.clause: one for one in too_long},
        )
        status = 409 if clashes or clashed else 422
        over = [(statement_id(one.clause), one.clause, len(one.words), LONGEST_WORDS) for one in too_long]
        return fill_page(
            request, application, page=page, status=status, clashes=clashes, clashed=clashed, too_long=over
        )
    if told or said:
        messages.success(request, _("Saved %(time)s") % {"time": _saved_at()})
    else:
        messages.info(request, _("Nothing was changed, so nothing was saved."))
    return redirect(way_back(request), application.pk)
