"""A draft of rules: begun, seen as a whole, given its dates, and brought in or taken out as YAML."""

import uuid
from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import for_roles
from accounts.enums import Role
from applications.prescreening import read
from rulebook import loader
from rulebook.differences import Difference, differences
from rulebook.loader import RuleFileError
from rulebook.rules import RuleSet
from ruledesk import actions, drafting, presenting
from ruledesk.effects import is_waiting, shown_report
from ruledesk.forms import HeadForm, ImportForm, OpenForm
from ruledesk.lifecycle import LIFECYCLE
from ruledesk.mistakes import told, told_in_form
from ruledesk.models import Draft
from ruledesk.readiness import Readiness, readiness
from ruledesk.views.lists import as_yaml, own_programmes, stored
from workflow.refusals import Outdated, StepNotAllowed, StepRefused, with_typed

RULE_MAKERS = (Role.MINISTRY, Role.PROVINCE)
BOTH_LANGUAGES = ("title", "name", "text", "says")  # parts that are typed in each


def find(request, pk: int) -> Draft:
    """Return a draft of the own authority, or 404."""
    rows = Draft.objects.for_step().allowed(request.office, "ruledesk.view")
    people = ("opened_by__user", "changed_by__user", "proposed_by__user", "approved_by__user")
    return get_object_or_404(rows.select_related(*people), pk=pk)


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def open_draft(request, pk):
    """Begin a draft from a stored version."""
    parent = get_object_or_404(stored(), pk=pk)
    programmes = own_programmes(request.office)
    is_own = parent.programme_id in {programme.pk for programme in programmes}
    proposed = parent.code if is_own else f"{programmes[0].code}-{timezone.localdate().year}" if programmes else ""
    own = parent.programme if is_own else programmes.first()
    initial = {"code": proposed, "programme": own and own.code, "key": uuid.uuid4()}
    form = OpenForm(request.POST if request.method == "POST" else None, programmes=programmes, initial=initial)
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                draft = actions.open_draft(parent=parent, by=request.office, **form.cleaned_data)
            except StepRefused as stopped:
                refuse_if_not_theirs(stopped)
                refusal, status = stopped, 409
            else:
                messages.success(request, _("The draft of rules is open. Nothing is in force by it."))
                return redirect(draft)
    context = {
        "parent": parent,
        "name": presenting.name(read(parent)),
        "form": form,
        "refusal": refusal,
        "programmes": programmes,
        "is_own": is_own,
    }
    return render(request, "ruledesk/open.html", context, status=status)


def refuse_if_not_theirs(refusal: StepRefused) -> None:
    """Let a 403 be a 403."""
    if isinstance(refusal, StepNotAllowed):
        raise refusal


@for_roles(*RULE_MAKERS)
@require_safe
def draft(request, pk):
    """Show a draft: what is missing, what differs, its cases and what it would do."""
    return draft_page(request, find(request, pk))


def draft_page(request, row: Draft, *, refusal=None, status=200):
    """Return the page of a draft."""
    told = row.told = readiness(row)
    steps = {step.name for step in LIFECYCLE.open_to(request.office, row)}
    context = {
        "draft": row,
        "title": told.after.title(presenting.lang()),
        "effect": _dates(told),
        "told": told,
        "before": told.before and presenting.name(told.before),
        "changed": [_row(told, one) for one in told.clauses],
        "whole": presenting.in_words(told.whole),
        "clauses": _listed(told),
        "settings": presenting.settings(told.after),
        "steps": steps,
        "wrote": request.office.user_id in row.editors,
        "may_edit": "edit" in steps,
        "report": shown_report(told.report),
        "is_waiting": told.report is None and is_waiting(row),
        "refusal": refusal,
    }
    return render(request, "ruledesk/draft.html", context, status=status)


def _dates(told: Readiness) -> str:
    starts, ends = (day and date.fromisoformat(day) for day in (told.after.effective_from, told.after.effective_to))
    return presenting.dates(starts or None, ends or None)


def _row(told: Readiness, one) -> dict:
    rule = one.rule or (told.before and told.before.by_clause.get(one.clause))
    return {
        "check": one,
        "name": rule.name(presenting.lang()) if rule else "",
        "words": presenting.in_words(one.differences),
        "cases": [presenting.case_view(each, one.rule) for each in one.tried] if one.rule else [],
    }


def _listed(told: Readiness) -> list[dict]:
    changed = {one.clause for one in told.clauses}
    return [
        {"view": view, "is_changed": view.number in changed} for view in presenting.clauses(told.after)
    ]  # fmt: skip


@for_roles(*RULE_MAKERS)
@require_safe
def draft_yaml(request, pk):
    """Give a draft as a YAML file."""
    row = find(request, pk)
    return as_yaml(row.content, f"{row.content['code']}-{row.content['version']}-draft.yaml")


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def head(request, pk):
    """Title, dates of effect, approving document."""
    row = find(request, pk)
    title, days = row.content["title"], row.content["effective"]
    initial = {
        "version": row.version, "title_zh": title["zh"], "title_en": title["en"], "starts": days.get("from") or None,
        "ends": days.get("to") or None, "approved_by": row.content.get("approved_by", ""),
    }  # fmt: skip
    form = HeadForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        changed = drafting.with_head(
            row.content,
            title={"zh": said["title_zh"], "en": said["title_en"]},
            effective={"from": _iso(said["starts"]), "to": _iso(said["ends"])},
            approved_by=said["approved_by"],
        )
        return keep(request, row, changed, form, place="head", template="ruledesk/head.html")
    refuse_closed(request, row)
    status = 422 if request.method == "POST" else 200
    return render(request, "ruledesk/head.html", {"draft": row, "form": form}, status=status)


def _iso(day) -> str:
    return day.isoformat() if day else ""


def refuse_closed(request, row: Draft) -> None:
    """Refuse the page of a change where nothing can be changed any more."""
    if LIFECYCLE.why_not("edit", request.office, row) is not None:
        raise StepNotAllowed(
            LIFECYCLE.gone % {"step": LIFECYCLE.steps["edit"].label, "state": row.state_shown_to(request.office)}
        )


def keep(request, row: Draft, content, form, *, place: str, template: str, context=None, there=""):
    """Keep a change and go back to the draft; or show the page again with what is wrong and all that was typed."""
    context = {"draft": row, "form": form, **(context or {})}
    try:
        actions.edit(row, content, version=form.cleaned_data["version"], by=request.office, place=place)
    except RuleFileError as error:
        mistake = told_in_form(error)
        form.add_error(mistake.field if mistake.field in form.fields else None, str(mistake))
        return render(request, template, {**context, "mistake": mistake}, status=422)
    except Outdated as refusal:
        newest = find(request, row.pk)
        context |= {"draft": newest, "refusal": refusal, "both": both_texts(newest, content)}
        form.data = form.data.copy()
        form.data["version"] = newest.version
        return render(request, template, context, status=409)
    except StepNotAllowed as refusal:
        newest = find(request, row.pk)
        if refusal.code != "wrong_state":
            raise
        refusal.words = with_typed(refusal, both_texts(newest, content))
        return draft_page(request, newest, refusal=refusal, status=409)
    messages.success(request, _("Kept."))
    return redirect(there or f"{row.get_absolute_url()}#c-{place}")


def both_texts(newest: Draft, content) -> list[str]:
    """Return what is kept now beside what was typed, in words: nothing that somebody wrote is lost.

    Texts in the language that is not the reader's too, and why a clause changes.
    """
    try:
        typed = loader.build(content, "typed")
    except RuleFileError:
        return []
    kept, own = loader.build(newest.content, "kept"), presenting.lang()
    other = "zh" if own == "en" else "en"
    told = differences(kept, typed)
    words = [one.words(own) for one in told if one.part not in BOTH_LANGUAGES or _differs(one, own)]
    words += [one.words(other) for one in told if one.part in BOTH_LANGUAGES and _differs(one, other)]
    return words + _both_reasons(kept, typed)


def _differs(one: Difference, lang: str) -> bool:
    return one.before is None or one.after is None or one.before(lang) != one.after(lang)


def _both_reasons(kept: RuleSet, typed: RuleSet) -> list[str]:
    """Return why each clause changes where that is said otherwise: as it is kept, and as it was typed."""
    before, after = (
        {number: f"{why.words} [{why.source}]" for number, why in rules.changes.items()} for rules in (kept, typed)
    )
    label, colon = _("Why it changes"), pgettext("between label and words", ": ")
    return [
        f"{number} {label}{colon}{before.get(number, '—')} → {after.get(number, '—')}"
        for number in dict.fromkeys((*before, *after))
        if before.get(number) != after.get(number)
    ]


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def bring_in(request, pk):
    """Put rules written as YAML in the place of the whole content; all of it or nothing."""
    row = find(request, pk)
    refuse_closed(request, row)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, initial={"version": row.version})
    if request.method == "GET" or not form.is_valid():
        return render(request, "ruledesk/import.html", {"draft": row, "form": form},
                      status=200 if request.method == "GET" else 422)  # fmt: skip
    uploaded = request.FILES.get("file")
    text = form.cleaned_data["file"] or form.cleaned_data["text"]
    try:
        rules = loader.load_text(text, uploaded.name[:80] if uploaded else _("Text"))
    except RuleFileError as error:
        context = {"draft": row, "form": form, "mistake": told(error), "file": error.file}
        return render(request, "ruledesk/import.html", context, status=422)
    if (rules.code, str(rules.process)) != (row.content["code"], row.process):
        form.add_error(
            None, _("These rules are “%(code)s”; the draft is “%(own)s”. Please bring them into a draft of that code.")
            % {"code": f"{rules.code} ({rules.process})", "own": f"{row.content['code']} ({row.process})"},
        )  # fmt: skip
        return render(request, "ruledesk/import.html", {"draft": row, "form": form}, status=422)
    content = {**rules.content, **{key: row.content[key] for key in drafting.FIXED if key in row.content}}
    return keep(request, row, content, form, place="yaml", template="ruledesk/import.html")
