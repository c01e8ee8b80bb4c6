"""What may be typed about rules: no code, no YAML; and rules as YAML for those who want it."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from applications.forms.ministry import Day
from applications.forms.province import Words
from clusters.forms import Whole
from clusters.forms import Words as Line
from programmes.models import Programme
from rulebook import verdicts, wording
from rulebook.catalogue import INDICATORS, UNITS, Kind
from rulebook.characters import code_point, hidden_in
from rulebook.rules import State
from ruledesk.presenting import KINDS, lang

LONGEST_FILE = 400_000
CODE = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", gettext_lazy("Small letters, digits and hyphens only, such as yunnan-2026.")
)
NEW = "+"  # in place of the key of a source: the one that is typed beside it


class Exact(forms.CharField):
    """A number of a clause or a code: a sign that nobody sees is refused with its place, not taken out."""

    def to_python(self, value):
        """Refuse the first hidden sign."""
        text = super().to_python(value)
        for place, sign in hidden_in(text):
            told = {"place": place + 1, "sign": code_point(sign)}
            raise forms.ValidationError(_("Sign %(place)d, %(sign)s, cannot be seen. Please type it anew.") % told)
        return text


class OfVersion(forms.Form):
    """A form about a draft: the version the page shows."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput(attrs={"data-as-of": True}))


class OpenForm(forms.Form):
    """Begin a draft: for which programme, and under which code."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=gettext_lazy("Programme"), empty_label=None, to_field_name="code"
    )
    code = Exact(
        max_length=40, label=pgettext_lazy("rules", "Code"), validators=[CODE],
        help_text=gettext_lazy("The same code makes the next version of these rules; another makes rules of your own."),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, programmes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes


class HeadForm(OfVersion):
    """Title, dates of effect and the approving document of a draft."""

    title_zh = Line(label=gettext_lazy("Title"), max_length=120)
    title_en = Line(label=gettext_lazy("Title in English"), max_length=200)
    starts = Day(label=gettext_lazy("First day of effect"), required=False)
    ends = Day(
        label=gettext_lazy("Last day of effect"), required=False, help_text=gettext_lazy("Empty: until succeeded.")
    )
    approved_by = Line(
        label=gettext_lazy("Approving document"), max_length=200, required=False,
        help_text=gettext_lazy("Authority and document number, where there is one."),
    )  # fmt: skip

    def clean(self):
        """Refuse a last day before the first."""
        said = super().clean()
        if said.get("starts") and said.get("ends") and said["ends"] < said["starts"]:
            self.add_error("ends", _("The last day lies before the first."))
        return said


class WithSource(OfVersion):
    """A form that names a source: one of those there are, or a new one."""

    change_source = forms.ChoiceField(label=gettext_lazy("Source of the change"), required=False)
    new_source = Line(
        label=gettext_lazy("New source: document, number and date"), max_length=300, required=False,
        help_text=gettext_lazy("Only when the source is not in the list above."),
    )  # fmt: skip
    change_words = Words(
        label=gettext_lazy("What changes and why, in one or two sentences"), required=False,
        help_text=gettext_lazy("Can be added later; without a source the draft cannot be proposed."),
    )  # fmt: skip

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        listed = [(key, words) for key, words in sources.items()]
        self.fields["change_source"].choices = [("", _("Not named yet")), *listed, (NEW, _("A new source"))]
        self.fields["change_words"].widget.attrs["rows"] = 3

    def clean(self):
        """Ask for both, source and words, or for neither."""
        said = super().clean()
        source, words = said.get("change_source"), said.get("change_words")
        if NEW in (source, said.get("source")) and not said.get("new_source"):
            self.add_error("new_source", _("Please name the new source."))
        if source and not words and "change_words" not in self.errors:
            self.add_error("change_words", _("Please say what changes and why."))
        if words and not source and "change_source" not in self.errors:
            self.add_error("change_source", _("Please name the source of the change."))
        return said


class SettingForm(WithSource):
    """A reading chosen otherwise."""

    value = forms.ChoiceField(label=gettext_lazy("Reading"), widget=forms.RadioSelect)

    field_order = ("value", "change_source", "new_source", "change_words")

    def __init__(self, *args, options, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].choices = options


class ClauseForm(WithSource):
    """One clause: wording, reading, source, kind. Its test is in the forms of its parts."""

    clause = Exact(label=gettext_lazy("Number"), max_length=10)
    name_zh = Line(label=pgettext_lazy("rules", "Subject"), max_length=60)
    name_en = Line(label=gettext_lazy("Subject in English"), max_length=120)
    text_zh = Words(label=gettext_lazy("Official wording"))
    text_en = Words(label=gettext_lazy("Official wording in English"))
    wording = forms.ChoiceField(
        label=gettext_lazy("How the wording is given"),
        choices=[
            ("verbatim", gettext_lazy("The official sentence")),
            ("summary", gettext_lazy("A summary: the official sentence was not at hand")),
        ],
    )
    says_zh = Words(label=gettext_lazy("Our reading in plain words"))
    says_en = Words(label=gettext_lazy("Our reading in English"))
    source = forms.ChoiceField(label=gettext_lazy("Source of the clause"))
    article = Line(label=gettext_lazy("Article"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(str(kind), words) for kind, words in KINDS.items()])
    veto = forms.BooleanField(
        label=gettext_lazy("Veto: who fails it cannot be recognised, whatever else is met"), required=False
    )
    when = forms.ChoiceField(
        label=gettext_lazy("Applies where this is answered by yes"), required=False,
        help_text=gettext_lazy("Only for a clause that applies under a condition."),
    )  # fmt: skip
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("How the tests below belong together"), required=False)
    n = Whole(
        label=gettext_lazy("So many must be met"), required=False, min_value=1, max_value=20,
    )  # fmt: skip

    def __init__(self, *args, groups=(), **kwargs):
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        flags = [(one.code, one.label(language)) for one in INDICATORS.values() if one.kind is Kind.BOOLEAN]
        self.fields["when"].choices = [("", _("Applies always")), *flags]
        units = [(unit.code, "%" if unit.code == "fraction" else unit.name(language)) for unit in UNITS.values()]
        self.fields["unit"].choices = [("", _("As the figures have it")), *units]
        self.fields["source"].choices = [one for one in self.fields["change_source"].choices if one[0]]
        self.fields["group"].choices = groups
        for name in ("text_zh", "text_en", "says_zh", "says_en"):
            self.fields[name].widget.attrs["rows"] = 3


class CaseForm(OfVersion):
    """A further test case: a name, figures as people write them, and what the clause must give."""

    name = Line(label=gettext_lazy("What the case is about"), max_length=60)
    gives = forms.ChoiceField(label=gettext_lazy("It must give"))

    def __init__(self, *args, cells=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["gives"].choices = expectations()
        self.cells = cells
        language = get_language() or "zh"
        for code, back in cells:
            unit = "%" if INDICATORS[code].typed_in_percent else INDICATORS[code].unit.name(language)
            self.fields[f"{code}:{back}"] = forms.CharField(
                label=_("%(name)s, %(year)s (%(unit)s)")
                % {"name": INDICATORS[code].label(language), "year": wording.before_call(back, language), "unit": unit},
                required=False, strip=False,
            )  # fmt: skip


def expectations() -> list[tuple[str, str]]:
    """Return what a case may be expected to give."""
    return [(str(state), verdicts.word(state, lang())) for state in State if state is not State.WAIVED]


class ImportForm(OfVersion):
    """Rules as YAML: a file, or the text itself."""

    file = forms.FileField(label=gettext_lazy("YAML file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or the text itself"), required=False, max_length=LONGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}), strip=False,
    )  # fmt: skip

    def clean_file(self):
        """Return the text of the file; refuse what is too large or no UTF-8."""
        sent = self.cleaned_data["file"]
        if not sent:
            return ""
        if sent.size > LONGEST_FILE:
            raise forms.ValidationError(_("The file is too large for rules (at most 400 kB)."))
        try:
            return sent.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is not UTF-8. Please save it as UTF-8.")) from error

    def clean(self):
        """Take the file before the text; one of them must be there."""
        said = super().clean()
        if not self.errors and not (said.get("file") or said.get("text")):
            self.add_error("text", _("Please choose a file or paste the text."))
        return said


class ForceForm(forms.Form):
    """Propose that a version be brought into force in a call."""

    before = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    words = Words(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Counties with drafts read these words beside what changed."),
    )  # fmt: skip


class WhyForm(OfVersion):
    """An act on a draft that may carry words."""

    words = Words(label=gettext_lazy("Remark"), required=False)
