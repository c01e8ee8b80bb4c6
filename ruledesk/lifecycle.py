"""The life of a draft of rules, on one page."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programmes.models import Programme
from ruledesk.enums import DraftState
from ruledesk.readiness import readiness
from workflow.refusals import StepRefused
from workflow.steps import Step, Workflow

DRAFT, PROPOSED = DraftState.DRAFT, DraftState.PROPOSED
APPROVED, ABANDONED = DraftState.APPROVED, DraftState.ABANDONED


def its_programme(draft):
    """The programme: of two drafts that succeed the same version only one does. A stored version takes no lock."""
    return [Programme.objects.filter(pk=draft.programme_id)]


def incomplete(draft) -> StepRefused | None:
    """Refuse to propose or approve a draft while something is missing; `told` is what its page has found missing."""
    told = vars(draft).get("told") or readiness(draft)
    if told.later is not None:
        return StepRefused(told.succeeded, "succeeded")
    if told.is_ready:
        return None
    return StepRefused(gettext("Before this can be proposed: %(what)s") % {"what": "".join(told.missing)}, "incomplete")


def step(name, label, sources, target, **more) -> Step:
    """One line of the life."""
    return Step(name, label, frozenset(sources), target, **more)


# fmt: off
LIFECYCLE = Workflow(
    "ruledesk",
    step("edit", _("Change the draft of rules"), {DRAFT}, None),
    step("propose", _("Propose for approval"), {DRAFT}, PROPOSED, unless=incomplete),
    step("take_back", _("Return for changes"), {PROPOSED}, DRAFT),
    step("approve", pgettext_lazy("rules", "Approve"), {PROPOSED}, APPROVED, locks=its_programme,
         unless=incomplete),
    step("abandon", _("Abandon the draft of rules"), {DRAFT, PROPOSED}, ABANDONED),
    gone=_("“%(step)s” is not possible any more: the draft of rules is now “%(state)s”."),
)
# fmt: on
