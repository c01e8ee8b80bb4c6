"""What may be typed with a decision of the ministry."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.actions.ministry import end_of_validity, why_not_from
from applications.enums import Outcome, Reason, State
from applications.forms.province import Decide, DisqualifyForm, InFavour, WithReasons, Words
from applications.models import WHERE_TO_OBJECT
from clusters.forms import Whole
from clusters.forms import Words as Line
from programmes.forms import Date, within_reach


class DateInput(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class Day(Date):
    """A day that an office can mean."""

    def __init__(self, **more):
        super().__init__(widget=DateInput(), **more)

    def validate(self, value):
        """Refuse a day more than ten years away."""
        super().validate(value)
        if value:
            within_reach(value)


class DocumentNumber(Line):
    """The number of an official document, such as 工信部企业函〔2025〕1号."""

    def __init__(self, **more):
        super().__init__(max_length=60, label=gettext_lazy("Document number"), **more)


class StateSeen(forms.ChoiceField):
    """The state the page showed: a secret step moves no version, so the state stands for it."""

    def __init__(self):
        super().__init__(choices=State, widget=forms.HiddenInput)


class ShortlistForm(InFavour, Decide):
    """Choose for the public notice."""

    state_seen = StateSeen()


class PutBackForm(Decide):
    """Put back among the candidates, with the reason."""

    state_seen = StateSeen()
    words = Words(label=gettext_lazy("Why it is put back"))


# Places are the province's, so a ministry never declines for want of one.
WHY_DECLINED = (
    Reason.BELOW_STANDARD, Reason.NOT_CHARACTERISTIC, Reason.CLEAN_RECORD, Reason.EVIDENCE_MISSING,
    Reason.FALSE_STATEMENT, Reason.OTHER,
)  # fmt: skip


class DeclineForm(WithReasons):
    """Decide against it."""

    offered = WHY_DECLINED

    state_seen = StateSeen()


class DisqualifyAsSeen(DisqualifyForm):
    """End the application because of findings, by who sees its secret states."""

    state_seen = StateSeen()


class Together(forms.Form):
    """A decision about several cases at once: one key, and the cases with what the page showed of each."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class ShortlistTogether(InFavour, Together):
    """Choose several for the public notice."""


class PutBackTogether(Together):
    """Put several back among the candidates for one reason."""

    words = Words(label=gettext_lazy("Why they are put back"))


class DeclineTogether(WithReasons):
    """Decide against several for the same reasons."""

    offered = WHY_DECLINED
    version = register = None


class NoticeForm(forms.Form):
    """From when, for how many working days, under which number, and where and how objections are made."""

    document_number = DocumentNumber(
        required=False, help_text=gettext_lazy("May stay empty where the notice has no number.")
    )
    starts_on = Day(label=gettext_lazy("First day"))
    working_days = Whole(label=gettext_lazy("Working days"), min_value=1, max_value=60, initial=5)
    office_name = Line(label=gettext_lazy("Office that takes objections"), max_length=120)
    address = Line(label=gettext_lazy("Postal address"), max_length=200)
    telephone = Line(label=gettext_lazy("Telephone"), max_length=60)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    how_to_object = Words(
        label=gettext_lazy("How to object"),
        help_text=gettext_lazy(
            "Everybody reads these lines with the notice; they are offered again with the next notice of the programme."
        ),
    )

    def clean_starts_on(self):
        """Refuse a day that is over."""
        day = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("A public notice cannot start in the past."))
        return day

    def clean(self):
        """Put together what is said of objections."""
        said = super().clean()
        said["contact"] = {name: said.pop(name) for name in WHERE_TO_OBJECT if name in said}
        return said


class ObjectionsForm(forms.Form):
    """What became of objections to one cluster; `seen` is the record the page showed."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=gettext_lazy("Objections"), choices=Outcome, widget=forms.RadioSelect)
    words = Words(
        label=gettext_lazy("In words"),
        required=False,
        help_text=gettext_lazy("What was objected, and how it was decided. Please name no private persons."),
    )

    def clean(self):
        """Ask for words where there was an objection, and for others than were said of another outcome."""
        said = super().clean()
        outcome, words = said.get("outcome"), said.get("words")
        # An older page is told first what was recorded meanwhile.
        before = self.initial.get("outcome") if said.get("seen") == self.initial.get("seen") else ""
        if outcome in {Outcome.UPHELD, Outcome.DISMISSED} and not words:
            self.add_error("words", _("Please say what was objected and how it was decided."))
        elif before and outcome and outcome != before and words in {"", self.initial.get("words")}:
            self.add_error(
                "words",
                _("“%(outcome)s” was recorded before. Please say in words of its own why that changes.")
                % {"outcome": Outcome(before).label},
            )
        return said


class Grant(forms.Form):
    """Under which number and from when the title is given: read back with its last day, and given when sent again.

    `notice` is set before the form is read, `read_back` after it where the days were not read yet.
    """

    notice = read_back = None

    document_number = DocumentNumber()
    valid_from = Day(
        label=gettext_lazy("Valid from"),
        help_text=gettext_lazy("The title is valid for three years."),
    )
    sure = Line(max_length=80, required=False, widget=forms.HiddenInput)

    def clean(self):
        """Refuse a day on which no title begins; else compute the last day, and ask whether that is meant."""
        said = super().clean()
        sure, day, number = said.pop("sure", ""), said.get("valid_from"), said.get("document_number")
        refusal = why_not_from(self.notice, day, timezone.now()) if day and self.notice else None
        if refusal is not None:
            self.add_error("valid_from", str(refusal))
        elif not self.errors and sure != f"{day.isoformat()} {number}":
            self.data = self.data.copy()
            self.data["sure"] = f"{day.isoformat()} {number}"
            self.read_back = {
                "document_number": number,
                "begins": day,
                "last_day": end_of_validity(day) - timedelta(days=1),
                "is_early": self.notice is not None and day <= self.notice.ends_on,
            }
        return said


class RecogniseForm(Decide, Grant):
    """Recognise one cluster."""

    field_order = ("document_number", "valid_from", "key", "version")


class RecogniseTogether(Together, Grant):
    """Recognise several clusters under one document."""

    field_order = ("document_number", "valid_from", "key")
