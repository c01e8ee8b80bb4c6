"""How a state and a verdict look on every page: colour, icon and words from one table each."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from applications.enums import TO_BE_PUBLISHED, State, state_words
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

# verdict: (icon, one word, sentence with a count)
VERDICTS = {
    Verdict.MET: ("check-lg", gettext_lazy("Met"), ngettext_lazy("%d clause met", "%d clauses met")),
    Verdict.NOT_MET: ("x-lg", gettext_lazy("Not met"), ngettext_lazy("%d clause not met", "%d clauses not met")),
    Verdict.NEAR: ("exclamation-lg", gettext_lazy("Near"), ngettext_lazy("%d clause near", "%d clauses near")),
    Verdict.CANNOT_TELL: (
        "question-lg",
        gettext_lazy("Cannot tell"),
        ngettext_lazy("%d clause without enough figures", "%d clauses without enough figures"),
    ),
    Verdict.BY_HAND: (
        "person-check",
        gettext_lazy("Judged by people"),
        ngettext_lazy("%d clause judged by people", "%d clauses judged by people"),
    ),
    Verdict.NOT_APPLICABLE: (
        "dash-lg",
        gettext_lazy("Not applicable"),
        ngettext_lazy("%d clause not applicable", "%d clauses not applicable"),
    ),
    Verdict.WAIVED: ("shield-check", gettext_lazy("Waived"), ngettext_lazy("%d clause waived", "%d clauses waived")),
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
    picture, words, _counted = VERDICTS[known]
    return format_html('<span class="badge-verdict verdict-{}">{}{}</span>', known.value, icon(picture), words)


@register.filter
def verdict_words(state: str) -> str:
    """Return the words of a verdict alone."""
    return str(VERDICTS[Verdict(state)][1])


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
        picture, _words, counted = VERDICTS[known]
        count = told(known.value) or 0
        if known is not Verdict.MET and not count:
            continue
        look = f"verdict-{known.value}" if count else "is-none"
        words = counted % count
        squares.append((look, words, icon(picture), count, words))
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
