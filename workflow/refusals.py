"""How an act is refused; each refusal carries a sentence for the person."""

from django.core.exceptions import PermissionDenied
from django.forms import CharField
from django.utils.translation import gettext as _

BUSY = {"55P03", "40P01"}  # PostgreSQL: lock_not_available, deadlock_detected
TOO_LONG = "57014"  # query_canceled: longer than the site lets one take (config/databases.py)


class StepRefused(Exception):
    """The act cannot be done now, for a reason the person can do something about (409).

    `code` names the reason for tests and the record; the words are for the page. Of an act on several rows at once
    `rows` are those that it refuses.
    """

    status = 409
    rows: tuple = ()

    def __init__(self, words, code: str = "refused"):
        super().__init__(words)
        self.words, self.code = words, code

    def __str__(self):
        return str(self.words)


class StepNotAllowed(StepRefused, PermissionDenied):
    """The act is not this office's, or not open in this state (403)."""

    status = 403


class DeadlinePassed(StepRefused, PermissionDenied):
    """The act came after the time that counts (403)."""

    status = 403


class Outdated(StepRefused):
    """Somebody was faster: the page this came from shows an older state (409)."""


def typed_in(form) -> list[str]:
    """Return the texts that were typed into a form that was sent."""
    boxes = [box for box in form if not box.is_hidden and isinstance(box.field, CharField)] if form.is_bound else []
    return [text for text in (str(box.value() or "").strip() for box in boxes) if text]


def with_typed(words, typed: list[str]) -> str:
    """Return the words of a refusal with what was typed and stands in no field any more, so that it can be copied."""
    lost = [_("What you typed was not saved; please copy what you need:"), *typed] if typed else []
    return "\n".join([str(words), *lost])


def giving_back(refusal: StepRefused, form) -> StepRefused:
    """Return a refusal that says besides what was typed into its form."""
    refusal.words = with_typed(refusal, typed_in(form))
    return refusal


def busy(error: BaseException | None) -> StepRefused | None:
    """Return the refusal where the database gave up waiting for somebody else; None for any other failure."""
    if _code_of(error) not in BUSY:
        return None
    return StepRefused(_("Somebody else is working on this at this moment. Please try again in a few seconds."), "busy")


def took_too_long(error: BaseException | None) -> bool:
    """Say whether the database gave a question up because it took too long; it is there for others."""
    return _code_of(error) == TOO_LONG


def _code_of(error: BaseException | None) -> str | None:
    return getattr(getattr(error, "__cause__", None), "pgcode", None)
