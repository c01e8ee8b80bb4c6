"""What a county may type: cells and statements as they are saved, the declaration, a withdrawal."""

import json
import re
import uuid
from dataclasses import dataclass, field
from functools import partial

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import problems, snapshots
from applications.enums import Answer
from clusters.actions import Cell
from clusters.forms import Lines
from rulebook.catalogue import INDICATORS
from rulebook.characters import clean_words
from rulebook.numbers import means_no_figure

MOST_CELLS = 500  # a form of 35 indicators has at most 140; far more is no page of ours
LONGEST_WORDS = 1000
SENT_WITH = "answers"  # the id of the form of the check page
CELL_NAME = re.compile(r"([a-z0-9_]{1,40}):(\d{4}):(\d{1,9})")
CLAUSE_NAME = re.compile(r"(answer|words):([0-9.]{1,10}):(\d{1,9})")


class NotOurPage(ValueError):
    """What arrived was not sent by a page of ours."""


@dataclass(frozen=True)
class Said:
    """A statement as the page sends it, with the version it was based on (0: none yet)."""

    clause: str
    answer: str
    words: str
    version: int


@dataclass
class Sent:
    """Everything one save brings."""

    cells: list[Cell] = field(default_factory=list)
    statements: list[Said] = field(default_factory=list)
    too_long: list[Said] = field(default_factory=list)  # never cut: kept out, and given back to be shortened


def read_json(body: bytes) -> Sent:
    """Read what the script sends: {"cells": [...], "statements": [...]}; raises NotOurPage."""
    try:
        content = json.loads(body)
        cells = [
            Cell(_code(c["indicator"]), _whole(c["year"]), _text(c["typed"]), _whole(c["version"]))
            for c in content.get("cells", [])
        ]
        said = [
            Said(_text(s["clause"]), _answer(s["answer"]), _words(s["words"]), _whole(s["version"]))
            for s in content.get("statements", [])
        ]
        if not (cells or said):
            raise ValueError("nothing to save")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotOurPage(str(error)) from error
    sent = _checked(Sent(cells, said))
    if sent.too_long:
        raise NotOurPage("the page counts words before it sends them")
    return sent


def read_form(posted) -> Sent:
    """Read what the page sends without script: one field a cell, its version in the name; raises NotOurPage."""
    sent, parts = Sent(), {}
    for name in posted:
        if found := CELL_NAME.fullmatch(name):
            indicator, year, version = found.groups()
            sent.cells.append(Cell(_code(indicator), int(year), posted[name][:2000], int(version)))
        elif found := CLAUSE_NAME.fullmatch(name):
            part, clause, version = found.groups()
            parts.setdefault((clause, int(version)), {})[part] = posted[name]
    for (clause, version), said in parts.items():
        sent.statements.append(Said(clause, _answer(said.get("answer", "")), _words(said.get("words", "")), version))
    return _checked(sent)


def _checked(sent: Sent) -> Sent:
    keys = [(cell.indicator, cell.year) for cell in sent.cells]
    if len(keys) > MOST_CELLS or len(set(keys)) != len(keys) or len(sent.statements) > MOST_CELLS:
        raise NotOurPage("too many cells, or one of them twice")
    sent.too_long = [said for said in sent.statements if len(said.words) > LONGEST_WORDS]
    sent.statements = [said for said in sent.statements if said not in sent.too_long]
    return sent


def _code(value) -> str:
    if value not in INDICATORS:
        raise NotOurPage("no such indicator")
    return value


def _whole(value) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
        raise NotOurPage("not a whole number")
    return value


def _text(value) -> str:
    if not isinstance(value, str):
        raise NotOurPage("not a text")
    return value[:2000]


def _answer(value) -> str:
    if value != "" and value not in Answer.values:
        raise NotOurPage("no such answer")
    return value


def _words(value) -> str:
    if not isinstance(value, str):
        raise NotOurPage("not a text")
    return clean_words(value, keep="\n")


class SubmitForm(forms.Form):
    """The declaration with the key minted with the page and the version it showed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    opened = forms.CharField(max_length=500_000, required=False, widget=forms.HiddenInput)
    unchanged = forms.BooleanField(required=False, widget=forms.HiddenInput)
    declared = forms.BooleanField(required=False)

    @classmethod
    def minted(cls, application, **said):
        """Return the form of a new page: `seen` is the digest of what it shows, `opened` all of it.

        `unchanged` says that the page has asked whether a version without changes is meant.
        """
        content = problems.content_now(application)
        shown = {"seen": snapshots.digest_of(content), "opened": snapshots.sealed(content, application)}
        return cls(initial={"key": uuid.uuid4(), "version": application.version} | shown | said)


class WithdrawForm(forms.Form):
    """Why an application is withdrawn; the words are optional."""

    is_refused = False  # nothing typed is wrong, something else was in the way

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    words = Lines(
        label=gettext_lazy("Reason (optional; the province reads it)"), required=False, max_length=500, rows=3
    )


class Reasoned(Lines):
    """Why a figure is as it is: a word for “nothing” is no reason."""

    def validate(self, value):
        super().validate(value)
        if means_no_figure(value):
            raise forms.ValidationError(_("“%(words)s” is no reason. Please say why.") % {"words": value})


class ReasonsForm(forms.Form):
    """What a county explains: a reply to each reason of a return, and a reason for each warning.

    They are sent with the declaration, and kept also by a button of their own. One field each, a warning's labelled by
    what `named` calls it; with it comes what the page showed in it, so that nobody's newer text is written over unseen.
    """

    def __init__(self, *args, warnings, named, given: dict[str, str], asked=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.warnings, self.asked = warnings, asked
        for one in asked:
            self.fields[one.code] = Lines(
                label=one.label, required=False, max_length=LONGEST_WORDS, initial=one.words, rows=3,
                error_messages={"max_length": _("Please use at most 1,000 characters.")},
            )  # fmt: skip
            self.fields[one.code].widget.attrs |= {
                "class": "form-control",
                "form": SENT_WITH,
                "id": f"id-reply-{one.reason}",
            }
        for warning in warnings:
            place = f"id-{warning.code.replace(':', '-')}"
            self.fields[warning.code] = Reasoned(
                label=named(warning), required=False, max_length=300, initial=given.get(warning.code, ""), rows=2,
                error_messages={"max_length": _("Please use at most 300 characters.")},
            )  # fmt: skip
            self.fields[warning.code].widget.attrs |= {"class": "form-control", "form": SENT_WITH, "id": place}
        shown = partial(forms.HiddenInput, attrs={"form": SENT_WITH, "data-as-of": True})
        for box in self.fields.values():
            box.show_hidden_initial, box.hidden_widget = True, shown
        self.clashing: list[str] = []

    def rows(self):
        """Return each warning with its field."""
        return [(warning, self[warning.code]) for warning in self.warnings]

    def replies(self):
        """Return what was asked with its field."""
        return [(one, self[one.code]) for one in self.asked]

    def both(self):
        """Return the fields in which two texts stand against each other."""
        return [self[code] for code in self.clashing]

    def mark(self, lacking: set[str]) -> str:
        """Mark the fields of these codes as lacking; return the id of the first, empty without one."""
        fields = [self[one.code] for one in [*self.asked, *self.warnings] if one.code in lacking]
        for box in fields:
            box.field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{box.id_for_label}-lacks"}
        return fields[0].id_for_label if fields else ""

    def shown(self, code: str) -> str:
        """Return what the page showed in a field; empty for a page that does not say."""
        return self.data.get(self.add_initial_prefix(code), "").replace("\r\n", "\n")

    def given(self) -> dict[str, str]:
        """Return the reasons that were typed otherwise than the page showed them, by warning."""
        return {one.code: self.cleaned_data[one.code] for one in self.warnings if self._was_touched(one.code)}

    def replied(self) -> dict[str, str]:
        """Return the replies that were typed otherwise than the page showed them, by the reason they answer."""
        return {one.reason: self.cleaned_data[one.code] for one in self.asked if self._was_touched(one.code)}

    def _was_touched(self, code: str) -> bool:
        if self.add_prefix(code) not in self.data or code not in self.cleaned_data:
            return False
        return self.cleaned_data[code] != self.fields[code].to_python(self.shown(code))

    def typed(self) -> dict[str, str]:
        """Return both, by warning and by the reason of the return."""
        return {**self.given(), **self.replied()}

    def show_both(self, code: str, stands: str, *, who: str, when: str) -> None:
        """Say at a field what somebody wrote there meanwhile; what was typed stays, and is sent over that again."""
        words = _("%(who)s at %(when)s: “%(stands)s”. Saving again puts what you typed in its place.")
        self.add_error(code, words % {"who": who, "when": when, "stands": stands})
        self.data = self.data.copy()
        self.data[self.add_initial_prefix(code)] = stands
        self.clashing.append(code)
