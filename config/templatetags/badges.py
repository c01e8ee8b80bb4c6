"""How a state and a verdict look on every page: colour, icon and words from one table each."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.enums import TO_BE_PUBLISHED, State, state_words
from rulebook import verdicts
from rulebook.rules import State as Verdict

register = template.Library()

# state: (tone of site.css, icon of Bootstrap Icons); the words are State's own labels.
STATES = {
    State.DRAFT: ("plain", "pencil"),
    State.SUBMITTED: ("open", "send"),
    State.RETURNED: ("waits", "arrow-return-left"),
    State.WITHDRAWN: ("plain", "arrow-counterclockwise"),
    State.NOT_RECOMMENDED: ("refused", "dash-circle"),
    State.RECOMMENDED: ("open", "check2-circle"),
    State.SHORTLISTED: ("open", "bookmark-check"),
    State.DECLINED: ("refused", "slash-circle"),
    TO_BE_PUBLISHED: ("waits", "hourglass"),
    State.IN_PUBLIC_NOTICE: ("open", "megaphone"),
    State.RECOGNISED: ("seal", "patch-check-fill"),
    State.DISQUALIFIED: ("refused", "x-octagon"),
}

# verdict: icon of Bootstrap Icons; the words are rulebook.verdicts'.
ICONS = {
    Verdict.MET: "check-lg",
    Verdict.NOT_MET: "x-lg",
    Verdict.NEAR: "exclamation-lg",
    Verdict.CANNOT_TELL: "question-lg",
    Verdict.BY_HAND: "person-check",
    Verdict.NOT_APPLICABLE: "dash-lg",
    Verdict.WAIVED: "shield-check",
}
# What lists tell; how many clauses people judge depends on the rules alone and is the same in every row.
SQUARES = (Verdict.MET, Verdict.NOT_MET, Verdict.NEAR, Verdict.CANNOT_TELL, Verdict.WAIVED)


def icon(name: str):
    """Return an icon that screen readers pass over: the words stand beside it."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.simple_tag
def state_badge(state: str):
    """Write the state of an application; pass what the reader may know (`state_seen_by`), never `state`."""
    tone, picture = STATES[state]
    return format_html('<span class="badge-state tone-{}">{}{}</span>', tone, icon(picture), state_words(state))


@register.simple_tag
def verdict(state: str):
    """Write the verdict on one clause."""
    known = Verdict(state)
    return format_html(
        '<span class="badge-verdict verdict-{}">{}{}</span>', known.value, icon(ICONS[known]), verdict_words(known)
    )


@register.filter
def verdict_words(state: str) -> str:
    """Return the words of a verdict alone."""
    return verdicts.word(state, get_language() or "zh")


@register.simple_tag
def verdict_squares(screening):
    """Write how many clauses have which verdict: small squares, each with its words for readers and pointers.

    `screening` is a Screening or a mapping with the counts `met`, `not_met`, `near`, `cannot_tell`, `waived`; how
    many are met always stands, of the others what is not zero.
    """
    if screening is None:
        return ""
    told = screening.get if isinstance(screening, dict) else lambda name: getattr(screening, name)
    squares = []
    for known in SQUARES:
        count = told(known.value) or 0
        if known is not Verdict.MET and not count:
            continue
        look = f"verdict-{known.value}" if count else "is-none"
        words = verdicts.counted(known, count, get_language() or "zh")
        squares.append((look, words, icon(ICONS[known]), count, words))
    return format_html(
        '<ul class="squares" aria-label="{}">{}</ul>',
        _("Verdicts of the pre-screening"),
        format_html_join(
            "",
            '<li class="{}" title="{}">{}<span aria-hidden="true">{}</span>'
            '<span class="visually-hidden">{}</span></li>',
            squares,
        ),
    )
