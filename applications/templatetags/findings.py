"""One clause of the pre-screening as HTML, made once for all who read the same."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language

from accounts.enums import Role
from applications.presenting import ClauseView

register = template.Library()
TEMPLATE = "applications/partials/finding.html"


@register.simple_tag
def finding(item: ClauseView, is_filling=False, role="", judging=None):
    """Write one clause with its sentence, reading, sum, verdict and gap; with its judgement for those who judge."""
    judged = judging.clauses.get(item.clause) if judging else None
    if judged is None:
        return _written(item, bool(is_filling), role == Role.COUNTY, get_language())
    return get_template(TEMPLATE).render({"item": item, "judged": judged})


@lru_cache(maxsize=2000)
def _written(item: ClauseView, is_filling: bool, is_county: bool, language: str):
    """Return the HTML of a clause, which depends on nothing but these.

    A save changes few of some thirty clauses, and writing all of them cost more than computing them.
    """
    return get_template(TEMPLATE).render({"item": item, "is_filling": is_filling, "is_county": is_county})
