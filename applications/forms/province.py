"""What may be typed with a decision of the province."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import Reason
from clusters.forms import Lines
from programmes.forms import ClosingField, WithClosing
from workflow.steps import Shown

LONGEST = 2000


class Words(Lines):
    """What is said with a decision."""

    def __init__(self, **more):
        super().__init__(max_length=LONGEST, rows=5, **more)


class Decide(forms.Form):
    """Every decision: the key minted with the page, the versions of case and register, and the judgements it shows."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    register = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    judged = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput, required=False)

    def clean(self):
        """Put what the page showed together."""
        said = super().clean()
        beside, judged = said.pop("register", None), said.pop("judged", "")
        if said.get("version"):
            said["version"] = Shown(said["version"], beside, judged)
        return said


class WithReasons(Decide):
    """A decision that names coded reasons; words say the rest. `offered` are the codes that fit it."""

    offered: tuple[Reason, ...] = tuple(Reason)

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons"), choices=Reason, widget=forms.CheckboxSelectMultiple
    )
    words = Words(label=gettext_lazy("In words"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reasons"].choices = [(reason.value, reason.label) for reason in self.offered]

    def clean(self):
        """Ask for words where the codes alone say nothing."""
        said = super().clean()
        if Reason.OTHER in said.get("reasons", []) and not said.get("words") and "words" not in self.errors:
            self.add_error("words", _("You chose “Other”: please say what it is."))
        return said


class SendBackForm(WithClosing, WithReasons):
    """Return for correction: what to correct, and until when."""

    offered = (Reason.FIGURE_UNCLEAR, Reason.EVIDENCE_MISSING, Reason.STATEMENT_INCOMPLETE, Reason.OTHER)
    closing = "due_at"

    words = Words(
        label=gettext_lazy("What the county has to correct"),
        help_text=gettext_lazy("The county reads these words beside the figures."),
    )
    due_at = ClosingField(label=gettext_lazy("To be back by (Beijing time)"))


class ExtendForm(WithClosing, Decide):
    """More time for the correction."""

    closing = "due_at"

    words = Words(label=gettext_lazy("Remark"), required=False)
    due_at = ClosingField(label=gettext_lazy("To be back by (Beijing time)"))


class CallBackForm(Decide):
    """Call a return back, with the reason."""

    words = Words(
        label=gettext_lazy("Why the return is called back"), help_text=gettext_lazy("The county reads these words.")
    )


class InFavour(forms.Form):
    """A decision in favour; a remark is possible, and a reason needed where concerns stand against it."""

    words = Words(label=gettext_lazy("Remark"), required=False)

    def ask_for_a_reason(self) -> None:
        """Make the remark the reason."""
        self.fields["words"].required = True
        self.fields["words"].label = _("Reason for deciding in favour all the same")


class RecommendForm(InFavour, Decide):
    """Recommend."""


class DoNotRecommendForm(WithReasons):
    """Decide not to recommend."""

    offered = (
        Reason.BELOW_STANDARD, Reason.BEYOND_QUOTA, Reason.NOT_CHARACTERISTIC, Reason.CLEAN_RECORD,
        Reason.EVIDENCE_MISSING, Reason.STATEMENT_INCOMPLETE, Reason.OTHER,
    )  # fmt: skip

    words = Words(
        label=gettext_lazy("In words"),
        required=False,
        help_text=gettext_lazy("The county reads the reasons and these words."),
    )


class TakeBackForm(Decide):
    """Take a decision back, with the reason."""

    words = Words(label=gettext_lazy("Why it is taken back"))


class DisqualifyForm(WithReasons):
    """End the application because of findings."""

    offered = (Reason.FALSE_STATEMENT, Reason.CLEAN_RECORD, Reason.OTHER)

    words = Words(label=gettext_lazy("Findings"), help_text=gettext_lazy("What was verified, how, and by whom."))
