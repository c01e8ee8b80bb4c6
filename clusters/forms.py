"""What may be typed about a cluster."""

import unicodedata
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import finding
from clusters.consistency import why_unreadable
from clusters.models import Cluster
from clusters.zones import is_a_division, name_zone, territories_of
from rulebook.characters import SPACE, clean_words
from rulebook.numbers import Unreadable, read_number, read_whole
from territories.enums import Level
from territories.models import Territory

LARGEST_AREA = Decimal("99999999.99")
LOOK = "look"  # the button that searches, for pages without script


class Words(forms.CharField):
    """A line of text as it may be kept."""

    keep = ""

    def to_python(self, value):
        return clean_words(super().to_python(value) or "", keep=self.keep)


class Lines(Words):
    """Sentences as they may be kept: lines stay."""

    keep = "\n"

    def __init__(self, *, rows: int, **more):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **more)


class Whole(forms.IntegerField):
    """A whole number, read by the one parser of the project: Django itself reads 1_000 and digits of any script."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, int):
            return value if isinstance(value, int) else None
        try:
            return read_whole(str(value))
        except Unreadable as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


def is_area(area: Decimal) -> bool:
    """Say whether the register can keep an area: above 0, at most two decimals."""
    return 0 < area <= LARGEST_AREA and area == area.quantize(Decimal("0.01"))


class Area(forms.CharField):
    """A number in square kilometres, read by the one parser of the project."""

    def __init__(self, **more):
        super().__init__(strip=False, **more)

    def clean(self, value):
        typed = super().clean(value).strip(SPACE)
        if not typed:
            return None
        try:
            area = read_number(typed)
        except Unreadable as error:
            raise forms.ValidationError(why_unreadable("area_km2", typed)) from error
        if not is_area(area):
            raise forms.ValidationError(_("Please write an area above 0 with at most two decimals."))
        return area


class Counties(forms.ModelMultipleChoiceField):
    """Counties by their codes; what no code can contain is refused before the database sees it."""

    def clean(self, value):
        """Refuse a code with a null byte."""
        for code in value or ():
            if "\x00" in code:
                raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": ""})
        return super().clean(value)


class ClusterForm(forms.ModelForm):
    """Register a cluster, or change what its county says of it."""

    is_refused = False  # nothing typed is wrong, something else was in the way
    field_order = ["name", "industry_typed", "niche", "lead", "zone_name"]  # as on the page: errors are listed so

    name = Words(label=gettext_lazy("Name of the cluster"), max_length=120)
    lead = forms.ModelChoiceField(
        Territory.objects.none(), label=gettext_lazy("Leading county or zone"), to_field_name="code"
    )
    zone_name = Words(
        label=gettext_lazy("Name of a functional zone without a division code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Only when the cluster is led by a zone that is not in the list above; it is placed under your county."
        ),
    )
    further_query = Words(
        label=gettext_lazy("Further counties it extends to"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Type Chinese, pinyin or initials. The leading county applies; the others can read."),
    )
    further = Counties(
        Territory.objects.none(), required=False, to_field_name="code", label=gettext_lazy("Chosen counties"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    industry_typed = Words(
        label=gettext_lazy("Dominant industry"),
        max_length=80,
        help_text=gettext_lazy("Type Chinese, pinyin, initials or a code of GB/T 4754, then choose."),
    )
    niche = Words(
        label=gettext_lazy("Niche"),
        max_length=80,
        help_text=gettext_lazy("The market segment in which the cluster stands out."),
    )
    area_km2 = Area(label=gettext_lazy("Area in square kilometres"), required=False)
    operator = Words(
        label=gettext_lazy("Operating body"), max_length=120, required=False,
        help_text=gettext_lazy("The committee or company that runs the cluster, in full."),
    )  # fmt: skip

    class Meta:
        model = Cluster
        fields = ["name", "niche", "area_km2", "operator"]

    def __init__(self, *args, office, **kwargs):
        super().__init__(*args, **kwargs)
        self.office, self.industry = office, None
        self._territories()
        self.industries_found: list = []
        self.helper = self._layout()

    @property
    def is_looking(self) -> bool:
        """Say whether the person pressed “find” and has not finished yet."""
        return LOOK in self.data

    def branches(self) -> list:
        """Return the sections and divisions from which the dominant industry can be looked for."""
        return finding.branches()

    def _territories(self) -> None:
        own = territories_of(self.office)
        lead = self.fields["lead"]
        lead.queryset = Territory.objects.filter(pk__in=[territory.pk for territory in own])
        lead.initial = own[0].code
        lead.empty_label = None
        cluster = self.instance
        chosen = {code for code in self.data.getlist("further") if "\x00" not in code} if self.is_bound else set()
        if cluster.pk:
            lead.initial = cluster.lead.code
            if cluster.area_km2 is None:  # asked once: what was told with the figures stands here already
                self.initial["area_km2"] = cluster.area_told()
            self.fields["industry_typed"].initial = (
                str(cluster.industry) if cluster.industry else cluster.industry_words
            )
            if not self.is_bound:
                chosen = set(cluster.further.values_list("code", flat=True))
                self.fields["further"].initial = list(chosen)
        query = self.data.get("further_query", "") if self.is_bound else ""
        self.counties_found = finding.counties(query, near=self.office.authority.code)
        shown = {*chosen, *(county.code for county in self.counties_found)}
        self.fields["further"].queryset = Territory.objects.filter(code__in=shown, level=Level.COUNTY).order_by("code")

    def _layout(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": "", "data-combobox-form": "", "data-guard": ""}
        helper.layout = Layout(
            Fieldset(
                _("What it is"), "name", Field("industry_typed", template="clusters/fields/industry.html"), "niche",
            ),
            Fieldset(
                _("Where it is"), "lead", "zone_name",
                Field("further_query", template="clusters/fields/further.html"),
                Field("area_km2", inputmode="decimal", wrapper_class="field-short"),
            ),
            Fieldset(_("Who runs it"), "operator"),
            HTML('<input type="hidden" name="version" value="{{ version }}" data-as-of>'),
            HTML('<input type="hidden" name="opened" value="{{ opened }}" data-as-of>'),  # clusters/meeting.py
            Div(Submit("save", _("Save the cluster")), css_class="form-actions"),
        )  # fmt: skip
        return helper

    def clean_industry_typed(self):
        """Find the one industry the text names, or the one chosen among those it may mean."""
        text = self.cleaned_data["industry_typed"]
        self.industry = finding.industry_named(text)
        answers: list = []
        if self.industry is None or self.is_looking:
            look = self.data.get(LOOK, "")
            answers = finding.answering(look if finding.BRANCH.fullmatch(look) else text)
            self.industries_found = answers or finding.near(text)
            chosen = self.data.get("industry")
            self.industry = next((found for found in self.industries_found if found.code == chosen), None)
        if self.industry is not None:
            return text
        if answers:
            raise forms.ValidationError(
                _("Several industries fit “%(text)s”. Please choose one below.") % {"text": text}
            )
        raise forms.ValidationError(
            _(
                "No industry of GB/T 4754 fits “%(text)s”. Please write the name of a product or a code, or look for "
                "it by division; what comes near stands below where there is any."
            )
            % {"text": text}
        )

    def clean_zone_name(self):
        """Refuse the name of a division at the field, as the act does."""
        name = self.cleaned_data["zone_name"]
        if name and is_a_division(name):
            raise forms.ValidationError(
                _("“%(name)s” is the name of an administrative division. Please write the name of the zone itself.")
                % {"name": name}
            )
        return name

    def clean(self):
        """Refuse the same name twice in one place."""
        cleaned = super().clean()
        lead, name = cleaned.get("lead"), cleaned.get("name")
        if lead and name and not cleaned.get("zone_name"):
            folded = unicodedata.normalize("NFKC", name)
            others = Cluster.objects.filter(lead=lead).exclude(pk=self.instance.pk).values_list("name", flat=True)
            if folded in {unicodedata.normalize("NFKC", other) for other in others}:
                self.add_error("name", _("Your county already has a cluster of this name."))
        return cleaned

    def cluster(self) -> Cluster:
        """Return the cluster as the form says it, not saved yet; a new zone is named on the way."""
        cluster, said = self.instance, self.cleaned_data
        zone = said["zone_name"]
        cluster.lead = name_zone(zone, by=self.office) if zone else said["lead"]
        cluster.industry = self.industry
        cluster.industry_words = ""
        return cluster
