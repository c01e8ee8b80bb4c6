"""The life of a draft of rules, on one page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programmes.models import Programme
from ruledesk.enums import DraftState
from workflow.steps import Step, Workflow

DRAFT, PROPOSED = DraftState.DRAFT, DraftState.PROPOSED
APPROVED, ABANDONED = DraftState.APPROVED, DraftState.ABANDONED


def its_programme(draft):
    """The programme: of two drafts that succeed the same version only one does. A stored version takes no lock."""
    return [Programme.objects.filter(pk=draft.programme_id)]


def step(name, label, sources, target, **more) -> Step:
    """One line of the life."""
    return Step(name, label, frozenset(sources), target, **more)


# fmt: off
LIFECYCLE = Workflow(
    "ruledesk",
    step("edit", _("Change the draft of rules"), {DRAFT}, None),
    step("propose", _("Propose for approval"), {DRAFT}, PROPOSED),
    step("take_back", _("Return for changes"), {PROPOSED}, DRAFT),
    step("approve", pgettext_lazy("rules", "Approve"), {PROPOSED}, APPROVED, locks=its_programme),
    step("abandon", _("Abandon the draft of rules"), {DRAFT, PROPOSED}, ABANDONED),
    gone=_("“%(step)s” is not possible any more: the draft of rules is now “%(state)s”."),
)
# fmt: on
