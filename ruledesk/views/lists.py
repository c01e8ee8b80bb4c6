"""What everybody who has signed in may read: which rules there are, and what they say."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.policy import allows, rule_of
from applications.prescreening import read
from programmes.enums import Kind, Process
from programmes.models import Call, Programme, RuleChangeProposal, RuleSet
from programmes.rule_changes import waiting
from rulebook import loader
from ruledesk import presenting
from ruledesk.models import Draft
from ruledesk.policies import UNDER_WAY


@dataclass
class OfProgramme:
    """The rule sets of a programme by process, and the drafts under way that this office may see."""

    programme: Programme | None
    is_own: bool
    processes: dict[str, list] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)


@signed_in
@require_safe
def rules(request):
    """List every rule set by programme and process, the own programmes first."""
    own = set(own_programmes(request.office).values_list("pk", flat=True))
    in_force = calls_by_rules()
    rows = defaultdict(lambda: defaultdict(list))
    everything = list(stored().order_by("process", "code", "-pk"))
    later = {row.succeeds_id: row for row in everything if row.succeeds_id}
    for row in everything:
        row.calls, row.title = in_force.get(row.pk, []), read(row).title(presenting.lang())
        row.successor, row.next = successor(row, later, in_force), later.get(row.pk)
        row.effect = presenting.dates(row.effective_from, row.effective_to)
        rows[row.programme_id][Process(row.process).label].append(row)
    drafts = defaultdict(list)
    for draft in open_drafts(request.office):
        drafts[draft.programme_id].append(draft)
    programmes = Programme.objects.select_related("owner").defer("owner__search_tokens").in_bulk()
    shown = [
        OfProgramme(programmes.get(pk), pk in own, {label: rows[pk][label] for label in rows[pk]}, drafts[pk])
        for pk in dict.fromkeys((*rows, *drafts))
    ]
    shown.sort(key=lambda one: (not one.is_own, one.programme.pk if one.programme else 0))
    return render(request, "ruledesk/rules.html", {"shown": shown, "writes": bool(own)})


def stored():
    """Return the stored rule sets with who wrote and approved them."""
    return RuleSet.objects.select_related(
        "programme__owner", "succeeds", "succeeded_by", "written_by__authority", "written_by__user",
        "approved_by__authority", "approved_by__user",
    )  # fmt: skip


def own_programmes(office):
    """Return the programmes whose rules this office may write."""
    return Programme.objects.filter(rule_of("programmes.write_rules").q(office)).order_by("pk")


def open_drafts(office) -> list[Draft]:
    """Return the drafts under way that this office may see, the newest change first."""
    rows = Draft.objects.for_step().allowed(office, "ruledesk.view").filter(state__in=sorted(UNDER_WAY))
    return list(rows.select_related("changed_by__user").order_by("-changed_at"))


def calls_by_rules() -> dict[int, list[tuple[Call, str]]]:
    """Return in which calls each stored rule set is in force, and for what."""
    found = defaultdict(list)
    for call in Call.objects.select_related("programme").order_by("-year", "programme_id"):
        found[call.rule_set_id].append((call, ""))
        if call.reverification_rules_id:
            found[call.reverification_rules_id].append((call, Kind.REVERIFICATION.label))
    return found


def successor(row: RuleSet, later: dict[int, RuleSet], in_force: dict) -> RuleSet | None:
    """Return the later version that has taken the place of this one: one that judges a call now."""
    while (row := later.get(row.pk)) is not None:
        if in_force.get(row.pk):
            return row
    return None


def proposals(row: RuleSet) -> list[RuleChangeProposal]:
    """Return where this version waits for a second person to bring it into force."""
    calls = Call.objects.open_now().filter(rule_proposals__after=row).distinct()
    found = [waiting(call, kind.kind) for call in calls for kind in call.kinds.all()]
    return [one for one in found if one is not None and one.after_id == row.pk]


@signed_in
@require_safe
def rule_set(request, pk):
    """Show one stored rule set, clause by clause."""
    row = get_object_or_404(stored(), pk=pk)
    content, in_force = read(row), calls_by_rules()
    later = {one.succeeds_id: one for one in stored().filter(code=row.code) if one.succeeds_id}
    may_force = row.programme and allows(request.office, "programmes.write_rules", row.programme)
    context = {
        "row": row,
        "rules": content,
        "title": content.title(presenting.lang()),
        "effect": presenting.dates(row.effective_from, row.effective_to),
        "clauses": (clauses := presenting.clauses(content)),
        "not_compared": [clause for clause in clauses if not clause.compares],
        "settings": presenting.settings(content),
        "titles": presenting.titles(content),
        "scoring": presenting.scoring(content),
        "notes": presenting.scoring_notes(content),
        "changes": [(clause, why.words, why.source) for clause, why in content.changes.items()],
        "calls": in_force.get(row.pk, []),
        "successor": successor(row, later, in_force),
        "next": later.get(row.pk),
        "proposals": proposals(row) if may_force else [],
        "drafts": [draft for draft in open_drafts(request.office) if draft.parent_id == row.pk],
        "may_draft": own_programmes(request.office).exists(),
        "may_force": may_force,
    }
    return render(request, "ruledesk/rule_set.html", context)


@signed_in
@require_safe
def rule_set_yaml(request, pk):
    """Give a stored rule set as a YAML file."""
    row = get_object_or_404(RuleSet, pk=pk)
    return as_yaml(read(row).content, f"{row.code}-{row.version}.yaml")


def as_yaml(content, name: str) -> HttpResponse:
    """Return content as a file; loading it again gives the same rules."""
    response = HttpResponse(loader.dump_yaml(content), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
