"""The test of a clause in fields: one form for each comparison, and how they become a test."""

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from clusters.forms import Whole
from clusters.forms import Words as Line
from rulebook.catalogue import INDICATORS, Kind
from rulebook.conditions import COMPARATOR_WORDS, DISTINCT, FIGURE_YEARS, GROWTH, TREND, YEARS
from rulebook.numbers import EXACT, Unreadable, clean_typed, plain, read_percent
from rulebook.reading import NUMBER
from rulebook.wording import COMPARATORS
from ruledesk.parts import CHOOSE, READING, TRENDS, UPWARDS, ClauseTest, Fact, Group, Part
from simulation.clauses import small_share

MOST = 12
READINGS = {
    "latest": pgettext_lazy("reading", "The latest year"),
    "each": pgettext_lazy("reading", "Each of the three years"),
    "mean": pgettext_lazy("reading", "Mean of the three years"),
    "sum": pgettext_lazy("reading", "The three years together"),
    "cagr_2": pgettext_lazy("reading", "Compound over two years of growth (from the third year before the call)"),
    "cagr_3": pgettext_lazy("reading", "Compound over three years of growth (from the fourth year before the call)"),
    "mean_of_rates": pgettext_lazy("reading", "Mean of the two yearly rates"),
    "each_year": pgettext_lazy("reading", "Year by year"),
    "overall": pgettext_lazy("reading", "Only the last year against the third before the call"),
    "bounds": pgettext_lazy("reading", "Holders may overlap: told from the largest and the sum"),
}
OF_FACT = {
    Fact.FIGURE: FIGURE_YEARS, Fact.SHARE: YEARS, Fact.RATIO: YEARS, Fact.GROWTH: GROWTH,
    Fact.RISING: TREND, Fact.FALLING: TREND, Fact.COUNT: DISTINCT, Fact.NOT_COLLECTED: (),
}  # fmt: skip
INCLUSION = {
    "at_least": pgettext_lazy("comparator", "at least (≥, the number itself is enough)"),
    "more_than": pgettext_lazy("comparator", "more than (>, the number itself is not enough)"),
    "at_most": pgettext_lazy("comparator", "at most (≤, the number itself is enough)"),
    "less_than": pgettext_lazy("comparator", "less than (<, the number itself is not enough)"),
    "equals": pgettext_lazy("comparator", "exactly (=)"),
}
assert set(INCLUSION) == set(COMPARATORS) == set(COMPARATOR_WORDS)


def indicators(*, counts: bool = False) -> list[tuple[str, str]]:
    """Return the figures that can be compared, with their unit."""
    language = get_language() or "zh"
    return [
        (one.code, f"{one.label(language)}（{'%' if one.typed_in_percent else one.unit.name(language)}）")
        for one in INDICATORS.values()
        if one.kind is not Kind.BOOLEAN and (not counts or one.unit_code == "enterprise")
    ]


def readings(settings) -> list:
    """Return how a fact may be read: grouped by what it is for, then by a setting that keeps it in one place."""
    groups = (
        (_("Years of a figure or share"), FIGURE_YEARS), (_("Growth"), GROWTH), (_("Never falling, falling"), TREND),
    )  # fmt: skip
    found: list = [("", _("As usual for this kind"))]
    found += [(title, [(word, READINGS[word]) for word in words]) for title, words in groups]
    found.append((_("Numbers of enterprises together"), [("bounds", READINGS["bounds"])]))
    if settings:
        asked = [(f"@{name}", one.question(get_language() or "zh")) for name, one in settings.items()]
        found.append((_("As the reading of the rule set says"), asked))
    return found


class PartForm(forms.Form):
    """One comparison. What a fact does not need is left empty."""

    fact = forms.ChoiceField(label=gettext_lazy("What is compared"), required=False)
    indicator = forms.ChoiceField(label=pgettext_lazy("rules", "Figure"), required=False)
    of = forms.ChoiceField(label=gettext_lazy("Over"), required=False)
    times = Whole(label=gettext_lazy("Times"), required=False, min_value=1, max_value=1_000_000)
    counted = forms.MultipleChoiceField(
        label=gettext_lazy("Which enterprises together"), required=False, widget=forms.CheckboxSelectMultiple
    )
    zh = Line(label=gettext_lazy("What nobody is asked for"), max_length=40, required=False)
    en = Line(label=gettext_lazy("The same in English"), max_length=80, required=False)
    reading = forms.ChoiceField(label=gettext_lazy("How it is read"), required=False)
    comparator = forms.ChoiceField(label=gettext_lazy("Comparison"), required=False)
    value = forms.CharField(
        label=gettext_lazy("Value"), required=False, strip=False,
        help_text=gettext_lazy("In the unit of the figure; shares and growth in percent."),
    )  # fmt: skip

    note = ""  # how a small share was read

    def __init__(self, *args, settings=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fact"].choices = [("", _("Choose what is compared")), *Fact.choices]
        for name in ("indicator", "of"):
            self.fields[name].choices = [("", _("Choose a figure")), *indicators()]
        self.fields["counted"].choices = indicators(counts=True)
        self.fields["reading"].choices = readings(settings or {})
        self.fields["comparator"].choices = [("", _("Choose a comparison")), *INCLUSION.items()]
        self.fields["value"].widget.attrs["inputmode"] = "decimal"

    def clean(self):
        """Ask for what the fact needs, and read the value in the unit people write."""
        said = super().clean()
        if not said.get("fact") or said.get("DELETE"):
            return said
        fact = Fact(said["fact"])
        self._needs(said, fact)
        self._reading_fits(said, fact)
        if fact in TRENDS:
            said["comparator"] = said["value"] = ""
        elif not self.errors:
            self._value(said)
        return said

    def _needs(self, said, fact: Fact) -> None:
        needed = {
            Fact.COUNT: ["counted"], Fact.NOT_COLLECTED: ["zh", "en"], Fact.SHARE: ["indicator", "of"],
            Fact.RATIO: ["indicator", "of", "times"],
        }.get(fact, ["indicator"])  # fmt: skip
        if fact not in TRENDS:
            needed = [*needed, "comparator", "value"]
        for name in needed:
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        if fact == Fact.COUNT and said.get("comparator") not in ("", None, *UPWARDS):
            self.add_error("comparator", _("Numbers of enterprises are compared with “at least” or “more than” only."))

    def _reading_fits(self, said, fact: Fact) -> None:
        word = said.get("reading", "")
        if word and not word.startswith("@") and word not in OF_FACT[fact]:
            words = _("“%(reading)s” does not fit “%(fact)s”.")
            self.add_error("reading", words % {"reading": READINGS[word], "fact": fact.label})

    def _value(self, said) -> None:
        typed = said["value"]
        part = Part(fact=said["fact"], indicator=said.get("indicator", ""))
        try:
            number, has_sign = read_percent(typed)
        except Unreadable:
            self.add_error("value", _("“%(typed)s” is not a number.") % {"typed": clean_typed(typed)})
            return
        if has_sign and not part.is_percent:
            self.add_error("value", _("This is not written in percent. Please leave out the percent sign."))
            return
        self.note = small_share(typed) if part.is_percent else ""
        said["value"] = plain(EXACT.scaleb(number, -2) if part.is_percent else number)
        if not NUMBER.fullmatch(said["value"]):
            words = _("Please write at most 15 digits before the point and %(n)d after it.")
            self.add_error("value", words % {"n": 7 if part.is_percent else 9})

    def part(self) -> Part:
        """Return the comparison as it was typed; what its fact does not need is left out."""
        said = self.cleaned_data
        fact = Fact(said["fact"])
        simple = fact not in (Fact.COUNT, Fact.NOT_COLLECTED)
        return Part(
            fact=str(fact),
            indicator=said["indicator"] if simple else "",
            of=said["of"] if fact in (Fact.SHARE, Fact.RATIO) else "",
            times=str(said["times"]) if fact is Fact.RATIO else "",
            counted=tuple(said["counted"]) if fact is Fact.COUNT else (),
            zh=said["zh"] if fact is Fact.NOT_COLLECTED else "",
            en=said["en"] if fact is Fact.NOT_COLLECTED else "",
            reading=said["reading"] or _usual(fact),
            comparator=said["comparator"],
            value=said["value"],
        )


def _usual(fact: Fact) -> str:
    return READING[fact][1] if fact in READING else ""


class BaseParts(BaseFormSet):
    """The comparisons of one clause."""

    def parts(self) -> tuple[Part, ...]:
        """Return those that were filled in and not taken away."""
        return tuple(
            form.part()
            for form in self.forms
            if form.cleaned_data.get("fact") and not form.cleaned_data.get("DELETE")
        )  # fmt: skip


def formset(test: ClauseTest | None, settings, data=None):
    """Return the forms of a test; one empty form follows, so that a test can be added without script."""
    rows = [_initial(part) for part in test.parts] if test else []
    made = formset_factory(
        PartForm, formset=BaseParts, extra=0 if data else 1, max_num=MOST, absolute_max=MOST, can_delete=True
    )
    return made(data, initial=rows, prefix="part", form_kwargs={"settings": settings})


def _initial(part: Part) -> dict:
    said = {name: getattr(part, name) for name in ("fact", "indicator", "of", "times", "zh", "en", "comparator")}
    usual = part.fact == Fact.COUNT and part.reading == "sum"  # “sum” is offered for years only
    return said | {"counted": list(part.counted), "reading": "" if usual else part.reading, "value": part.typed}


def groups(settings) -> list[tuple[str, str]]:
    """Return how several tests can belong together; by a reading, there is one test for each of its options."""
    language = get_language() or "zh"
    asked = [
        (f"{CHOOSE}:{name}", _("One by the reading: %(question)s") % {"question": one.question(language)})
        for name, one in settings.items()
    ]
    return [*Group.choices, *asked]


def test_of(form, parts: tuple[Part, ...], settings) -> ClauseTest | None:
    """Return the test the two forms tell, or None with the error at its field."""
    group, said = form.cleaned_data.get("group", ""), len(parts)
    options: tuple[str, ...] = ()
    wrong = ""
    if group == Group.ONE and said != 1:
        wrong = _("Fill in exactly one test, or say how several belong together.")
    elif group == Group.NOT and said != 1:
        wrong = _("“May not be” takes one test.")
    elif group.startswith(CHOOSE):
        options = tuple(settings[group.partition(":")[2]].options)
        if said != len(options):
            wrong = _("This reading has %(n)d options; fill in a test for each, in their order.") % {"n": len(options)}
    elif group and group != Group.NOT and said < 2:
        wrong = _("Fill in two tests or more.")
    if wrong:
        form.add_error("group", wrong)
        return None
    n = form.cleaned_data.get("n")
    if group == Group.AT_LEAST and not (n and n <= said):
        form.add_error("n", _("Please write a number from 1 to %(n)d.") % {"n": said})
        return None
    return ClauseTest(parts, group, str(n) if group == Group.AT_LEAST else "", options)
