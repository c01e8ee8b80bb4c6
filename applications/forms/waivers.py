"""What may be typed about a waiver."""

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from applications.actions.waivers import places, waivable
from applications.forms.ministry import DocumentNumber
from clusters.forms import Words
from territories.models import Territory
from territories.search import fold, matching

MOST = 20  # places a page offers; more are found by typing more
CHOICE = "place_choice"


class Paragraph(Words):
    """One paragraph as it may be kept: no line breaks, no control or direction characters."""

    widget = forms.Textarea(attrs={"rows": 3})


class WaiverForm(forms.Form):
    """Which clause, where, why, and by which document; the public line comes with the confirmation."""

    clause = forms.ChoiceField(label=gettext_lazy("Clause"))
    place = Words(
        label=pgettext_lazy("waiver", "Place"),
        max_length=60,
        help_text=gettext_lazy(
            "A province-level authority, a city or a county: Chinese, pinyin, initials or its code. The waiver covers "
            "every cluster led from there."
        ),
    )
    document_number = DocumentNumber(help_text=gettext_lazy("The document in which the waiver was decided."))
    reason = Paragraph(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("Counties and reviewers read it beside the clause."),
    )

    def __init__(self, *args, call, **kwargs):
        super().__init__(*args, **kwargs)
        self.call, self.places_found = call, []
        lang = get_language() or "zh"
        self.rules = {rule.clause: rule for rule in waivable(call)}
        self.fields["clause"].choices = [("", "—")] + [
            (clause, f"{clause} {rule.name(lang)}") for clause, rule in self.rules.items()
        ]

    def clean_place(self) -> Territory:
        """Find the one place the text names, or the one chosen among those it may mean."""
        text = self.cleaned_data["place"]
        named = self._named(text)
        if len(named) == 1:
            return named[0]
        self.places_found = named or self._found(text)
        chosen = self.data.get(CHOICE)
        picked = [place for place in self.places_found if place.code == chosen]
        if picked or (len(self.places_found) == 1 and not named):
            return (picked or self.places_found)[0]
        if self.places_found:
            raise forms.ValidationError(_("Several places fit “%(text)s”. Please choose one below.") % {"text": text})
        raise forms.ValidationError(
            _("No place of this programme fits “%(text)s”. Please try another word or the code.") % {"text": text}
        )

    def _named(self, text: str) -> list[Territory]:
        """Return the places whose code or whole name this is."""
        allowed = places(self.call.programme).defer("search_tokens")
        by_code = list(allowed.filter(code=text.split(maxsplit=1)[0])[:1]) if text.split() else []
        return by_code or list(allowed.filter(full_name=text)[:1]) or list(allowed.filter(name=text)[:MOST])

    def _found(self, text: str) -> list[Territory]:
        found = matching(places(self.call.programme), text, fields=("name", "full_name"))
        listed = list(found.defer("search_tokens").order_by("code")[:MOST])
        # A full name begins with the province: 山东 and shandong mean 山东省 itself, not each of its counties.
        own = [place for place in listed if fold(text) in f"{place.name} {place.pinyin}"]
        return own if len(own) == 1 else listed


class GrantForm(WaiverForm):
    """The waiver as it was shown, with its public line and the key minted with the page."""

    public_line = Paragraph(
        label=gettext_lazy("Public line"),
        max_length=300,
        help_text=gettext_lazy("Everybody reads this line, with clause, place, authority, document and date."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    """Why a waiver ends."""

    words = Paragraph(
        label=gettext_lazy("Why the waiver ends"),
        max_length=500,
        help_text=gettext_lazy("Stays on record; the public reads only that it ended, and when."),
    )
