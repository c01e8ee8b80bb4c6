"""What may be typed about a waiver."""

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from applications.actions.waivers import places, waivable
from applications.forms.ministry import DocumentNumber
from clusters.forms import Counties, Words
from territories.models import Territory
from territories.search import fold, is_named, matching, spellings

MOST = 20  # places a page offers; more are found by typing more


class Paragraph(Words):
    """One paragraph as it may be kept: no line breaks, no control or direction characters."""

    widget = forms.Textarea(attrs={"rows": 3})


class WaiverForm(forms.Form):
    """Which clause, in which places, why, and by which document; the public line comes with the confirmation."""

    clause = forms.ChoiceField(label=gettext_lazy("Clause"))
    place = Words(
        label=pgettext_lazy("waiver", "Place"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "A province-level authority, a city or a county: Chinese, pinyin, initials or its code; several one after "
            "another. The waiver covers every cluster led from there."
        ),
    )
    named_places = Counties(
        Territory.objects.none(), required=False, to_field_name="code", widget=forms.CheckboxSelectMultiple
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
        self.fields["named_places"].queryset = places(call.programme).defer("search_tokens").order_by("code")
        lang = get_language() or "zh"
        self.rules = {rule.clause: rule for rule in waivable(call)}
        self.fields["clause"].choices = [("", "—")] + [
            (clause, f"{clause} {rule.name(lang)}") for clause, rule in self.rules.items()
        ]

    def clean(self):
        """Join the places chosen before with the one the text names."""
        said = super().clean()
        chosen, text = list(said.get("named_places") or ()), said.get("place") or ""
        if text:
            chosen += [place for place in self._meant(text) if place not in chosen]
        elif not chosen and "named_places" in said and "place" in said:
            self.add_error("place", self.fields["clause"].error_messages["required"])
        if len(chosen) > MOST:
            self.add_error("place", _("At most %(most)d places in one act.") % {"most": MOST})
        return said | {"places": chosen}

    def chosen(self) -> list[Territory]:
        """Return the places that are chosen on a form that is shown again."""
        codes = [code for code in self.data.getlist("named_places") if "\x00" not in code] if self.is_bound else []
        return list(self.fields["named_places"].queryset.filter(code__in=codes))

    def _meant(self, text: str) -> list[Territory]:
        """Return the one place the text names; where several fit, offer them instead."""
        named = self._named(text)
        if len(named) == 1:
            return named
        found = named or self._found(text)
        if len(found) == 1 and not named:
            return found
        if found and {place.code for place in found} & set(self.data.getlist("named_places")):
            return []  # one of those offered was chosen
        self.places_found = found
        words = (
            _("Several places fit “%(text)s”. Please choose below.")
            if found
            else _("No place of this programme fits “%(text)s”. Please try another word or the code.")
        )
        self.add_error("place", words % {"text": text})
        return []

    def _named(self, text: str) -> list[Territory]:
        """Return the places whose code or whole name this is."""
        allowed = places(self.call.programme).defer("search_tokens")
        by_code = list(allowed.filter(code=text.split(maxsplit=1)[0])[:1]) if text.split() else []
        return by_code or list(allowed.filter(full_name=text)[:1]) or list(allowed.filter(name=text)[:MOST])

    def _found(self, text: str) -> list[Territory]:
        listed = suggested(self.call.programme, text)
        # A county is found by its province too: 山东 and shandong mean 山东省 itself, not each of its counties.
        said = spellings(fold(text))
        own = [place for place in listed if any(one in f"{place.name} {place.pinyin}" for one in said)]
        return own if len(own) == 1 else listed


def suggested(programme, text: str) -> list[Territory]:
    """Return the places of a programme that answer a text: those it names or begins first, then by code."""
    found = list(
        matching(places(programme), text, fields=("name", "full_name")).defer("search_tokens").order_by("code")
    )
    return sorted(found, key=lambda place: (not _begins(place, fold(text)), not is_named(text, place.full_name)))[:MOST]


def _begins(place: Territory, text: str) -> bool:
    return place.name.startswith(text) or place.pinyin.startswith(tuple(spellings(text)))


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
