"""How figures, dates and missing values are written on every page."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters import sentences
from rulebook.catalogue import INDICATORS
from rulebook.numbers import show

register = template.Library()
register.filter(sentences.listed)


@register.filter
def figure(value: Decimal | None, indicator: str):
    """Write a figure of an indicator with its unit; a missing one as a dash that says so."""
    if value is None:
        return missing(_("Not told"))
    return show(INDICATORS[indicator], value, with_unit=True, lang=get_language() or "zh")


@register.simple_tag
def missing(reason: str):
    """Write a missing value: a dash whose title gives the reason, never 0 and never blank."""
    return format_html(
        '<span class="missing" title="{}">—<span class="visually-hidden">{}</span></span>', reason, reason
    )


@register.filter
def or_missing(value, reason: str):
    """Write a value, or a dash with the reason where there is none."""
    return missing(reason) if value in (None, "") else value
