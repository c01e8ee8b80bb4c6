"""One clause of a draft in a form, its test cases, and the readings the sources leave open."""

from collections.abc import Mapping
from decimal import Decimal

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import for_roles
from rulebook import cases, loader
from rulebook.catalogue import INDICATORS
from rulebook.characters import SPACE
from rulebook.numbers import Unreadable, clean_typed, plain, read_figure
from rulebook.rules import Case, Rule, RuleKind, RuleSet
from ruledesk import drafting, parts, presenting
from ruledesk.forms import NEW, CaseForm, ClauseForm, SettingForm, WithSource, expectations
from ruledesk.part_forms import formset, groups, test_of
from ruledesk.readiness import tried
from ruledesk.views.drafts import RULE_MAKERS, find, keep, refuse_closed

WITHOUT_TEST = (RuleKind.MANUAL, RuleKind.OPEN)
BOTH = ("name", "text", "says")


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def clause(request, pk, clause):
    """Change one clause of a draft; of one that a colleague took away meanwhile, what was typed comes back."""
    row = find(request, pk)
    raw = drafting.clause_of(row.content, clause)
    if raw is None and request.method == "GET":
        raise Http404
    return _clause(request, row, raw or {})


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def new_clause(request, pk):
    """Add a clause to a draft."""
    return _clause(request, find(request, pk), {})


def _clause(request, row, raw: Mapping):
    refuse_closed(request, row)
    rules = loader.build(row.content, str(row))
    test = parts.read(raw["test"]) if "test" in raw else parts.ClauseTest(())
    sent = request.POST if request.method == "POST" else None
    form = ClauseForm(
        sent, initial=_shown(row, raw, test), sources=row.content["sources"], groups=groups(rules.settings)
    )
    tests = formset(test, rules.settings, sent) if test is not None else None
    context = {"raw": raw, "tests": tests, "view": _view(rules, raw), "number": raw.get("clause", "")}
    if request.method == "POST":
        content = _typed(row, raw, test, form, tests, rules)
        if content is not None:
            number = form.cleaned_data["clause"]
            for note in dict.fromkeys(part.note for part in (tests or ()) if part.note):
                messages.warning(request, note)
            return keep(request, row, content, form, place=number, template="ruledesk/clause.html", context=context)
    context |= {"draft": row, "form": form}
    return render(request, "ruledesk/clause.html", context, status=422 if request.method == "POST" else 200)


def _view(rules: RuleSet, raw: Mapping):
    rule = rules.by_clause.get(raw.get("clause", ""))
    return rule and presenting.ClauseView(rule, rules)


def _shown(row, raw: Mapping, test) -> dict:
    why = row.content.get("changes", {}).get(raw.get("clause", ""), {})
    both = {f"{name}_{lang}": raw.get(name, {}).get(lang, "") for name in BOTH for lang in ("zh", "en")}
    plain_words = {name: raw.get(name, "") for name in ("clause", "source", "article", "when", "unit")}
    return both | plain_words | {
        "version": row.version, "wording": raw.get("wording", "verbatim"), "kind": raw.get("kind", "hard"),
        "veto": raw.get("veto") == "yes", "group": test.group if test else "", "n": (test and test.n) or None,
        "change_source": why.get("source", ""), "change_words": why.get("words", ""),
    }  # fmt: skip


def _typed(row, raw: Mapping, test, form, tests, rules: RuleSet):
    """Return the whole content with the clause as it was typed; None with the errors at their fields."""
    is_good = form.is_valid()
    kind = form.cleaned_data.get("kind")
    asks = kind not in WITHOUT_TEST
    told = None
    if asks and tests is not None:
        is_good = tests.is_valid() and is_good
        if is_good:
            told = test_of(form, tests.parts(), rules.settings)
            is_good = told is not None
    if not is_good:
        return None
    said = form.cleaned_data
    content, source, why = _with_sources(row.content, said)
    clause = _content_of(raw, said, source)
    clause.pop("test", None)
    if asks:
        clause["test"] = raw["test"] if tests is None or told == test else parts.write(told)
    else:
        for word in ("unit", "cases", "regions"):
            clause.pop(word, None)
    if asks and not said["unit"]:
        _unit_of_its_own(clause)
    content = drafting.with_clause(content, raw.get("clause", ""), clause)
    if raw or why:
        content = drafting.with_reason(content, said["clause"], why, said["change_words"])
    return content


def _with_sources(content, said) -> tuple[dict, str, str]:
    """Return the content with a new source where one is named, and the keys of both sources."""
    key = ""
    if said["new_source"] and NEW in (said["source"], said["change_source"]):
        content, key = drafting.with_source(content, said["new_source"])
    source, why = (key if said[name] == NEW else said[name] for name in ("source", "change_source"))
    return dict(content), source, why


def _content_of(raw: Mapping, said: Mapping, source: str) -> dict:
    clause = dict(raw) | {name: {lang: said[f"{name}_{lang}"] for lang in ("zh", "en")} for name in BOTH}
    clause |= {"clause": said["clause"], "source": source, "article": said["article"], "kind": said["kind"]}
    optional = {
        "veto": "yes" if said["veto"] else "", "unit": said["unit"],
        "when": said["when"] if said["kind"] == RuleKind.CONDITIONAL else "",
        "wording": said["wording"] if said["wording"] != "verbatim" or "wording" in raw else "",
    }  # fmt: skip
    for word, value in optional.items():
        clause.pop(word, None)
        if value:
            clause[word] = value
    return clause


def _unit_of_its_own(clause: dict) -> None:
    """Write the unit the figures have, where they have one; the rulebook asks for it."""
    from rulebook.reading import Reading
    from rulebook.reading_conditions import ConditionReading
    from rulebook.units import unit_of

    try:
        found = unit_of(ConditionReading(Reading("")).condition(_without_settings(clause["test"])))
    except (loader.RuleFileError, KeyError):
        return
    if found:
        clause["unit"] = found


def _without_settings(test):
    """Return the test with its readings left out: they change no unit."""
    if isinstance(test, Mapping):
        if parts.CHOOSE in test:
            return _without_settings(next(test[option] for option in test if option != parts.CHOOSE))
        return {key: _without_settings(value) for key, value in test.items() if not str(value).startswith("@")}
    return [_without_settings(one) for one in test] if isinstance(test, list) else test


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def remove(request, pk, clause):
    """Take a clause out of a draft, with the source that asks for it."""
    row = find(request, pk)
    refuse_closed(request, row)
    raw = drafting.clause_of(row.content, clause)
    if raw is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = WithSource(sent, initial={"version": row.version}, sources=row.content["sources"])
    view = _view(loader.build(row.content, str(row)), raw)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "source": ""}
        content, _source, why = _with_sources(row.content, said)
        content = drafting.without_clause(content, clause)
        parent = row.parent and loader.load_canonical(row.parent.content)
        if parent and clause in parent.by_clause:
            content = drafting.with_reason(content, clause, why, said["change_words"])
        else:
            content = drafting.with_reason(content, clause, "", "")
        return keep(request, row, content, form, place=clause, template="ruledesk/remove.html",
                    context={"view": view}, there=row.get_absolute_url())  # fmt: skip
    context = {"draft": row, "form": form, "view": view}
    return render(request, "ruledesk/remove.html", context, status=422 if request.method == "POST" else 200)


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def setting(request, pk, name):
    """Choose a reading otherwise; the reason is kept at every clause that reads it."""
    row = find(request, pk)
    refuse_closed(request, row)
    rules = loader.build(row.content, str(row))
    if name not in rules.settings:
        raise Http404
    view = presenting.setting(rules, name)
    sent = request.POST if request.method == "POST" else None
    form = SettingForm(
        sent, initial={"version": row.version, "value": rules.settings[name].value}, sources=row.content["sources"],
        options=[(option, words) for option, words, _chosen in view.options],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "source": ""}
        content, _source, why = _with_sources(row.content, said)
        content = drafting.with_setting(content, name, said["value"])
        for number in view.readers if why else ():
            content = drafting.with_reason(content, number, why, said["change_words"])
        return keep(request, row, content, form, place=name, template="ruledesk/setting.html",
                    context={"view": view}, there=row.get_absolute_url())  # fmt: skip
    context = {"draft": row, "form": form, "view": view}
    return render(request, "ruledesk/setting.html", context, status=422 if request.method == "POST" else 200)


# --- Test cases ---------------------------------------------------------------------------------


@for_roles(*RULE_MAKERS)
@require_http_methods(["GET", "POST"])
def test_cases(request, pk, clause):
    """Show the cases of a clause with the engine's answer; confirm the proposed ones, change, add."""
    row = find(request, pk)
    refuse_closed(request, row)
    rules = loader.build(row.content, str(row))
    rule = rules.by_clause.get(clause)
    if rule is None or rule.condition is None:
        raise Http404
    proposes = "propose" in request.GET or not rule.cases
    listed = [*cases.propose(rule, rules), *_own(rule, rules)] if proposes else list(rule.cases)
    sent = request.POST if request.method == "POST" else None
    adds = sent is not None and "add" in sent
    form = CaseForm(sent, initial={"version": row.version}, cells=rule.cells)
    if sent is not None and not adds:
        for name in ("name", "gives"):
            form.fields[name].required = False
    context = {
        "view": presenting.ClauseView(rule, rules), "proposes": proposes, "expectations": expectations(),
        "rows": _rows(rules, rule, listed), "draft": row, "form": form,
    }  # fmt: skip
    if sent is not None and form.is_valid():
        chosen = _added(form, rule) if adds else _chosen(sent, listed)
        if chosen is not None:
            content = drafting.with_cases(row.content, clause, [_raw(case) for case in chosen])
            return keep(request, row, content, form, place=clause, template="ruledesk/cases.html", context=context)
    return render(request, "ruledesk/cases.html", context, status=200 if sent is None else 422)


def _own(rule: Rule, rules: RuleSet) -> list[Case]:
    """Return the cases of the author's own: those the desk would not propose under any name of its own."""
    known = {case.name for case in cases.propose(rule, rules)}
    return [case for case in rule.cases if case.name not in known]


def _rows(rules: RuleSet, rule: Rule, listed: list[Case]) -> list[dict]:
    from dataclasses import replace

    shown = tried(rules, replace(rule, cases=tuple(listed)))
    return [{"number": i, "view": presenting.case_view(one, rule)} for i, one in enumerate(shown)]


def _chosen(sent, listed: list[Case]) -> list[Case]:
    """Return the listed cases that were kept, each with what it is expected to give."""
    from dataclasses import replace

    from rulebook.rules import State

    known = {value for value, _words in expectations()}
    found = []
    for i, case in enumerate(listed):
        gives = sent.get(f"gives-{i}", "")
        if sent.get(f"keep-{i}") and gives in known:
            found.append(replace(case, gives=State(gives)))
    return found


def _added(form: CaseForm, rule: Rule) -> list[Case] | None:
    from rulebook.rules import State

    said, figures = form.cleaned_data, {}
    for code, back in rule.cells:
        typed = said.get(f"{code}:{back}", "").strip(SPACE)
        if not typed:
            continue
        try:
            figures[code, back] = Decimal(read_figure(INDICATORS[code], typed))
        except Unreadable:
            form.add_error(f"{code}:{back}", _("“%(typed)s” is not a number.") % {"typed": clean_typed(typed)})
    if form.errors:
        return None
    if any(case.name == said["name"] for case in rule.cases):
        form.add_error("name", _("The clause has a case of this name already."))
        return None
    return [*rule.cases, Case(said["name"], figures, "", State(said["gives"]))]


def _raw(case: Case) -> dict:
    """Return a case in the form of a rule file."""
    figures = {f"{code} T-{back}": plain(value) for (code, back), value in case.figures.items()}
    return {
        "case": case.name, "figures": figures, **({"place": case.place} if case.place else {}),
        "gives": str(case.gives),
    }  # fmt: skip
