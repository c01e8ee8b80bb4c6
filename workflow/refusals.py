"""How an act is refused; each refusal carries a sentence for the person."""

from django.core.exceptions import PermissionDenied


class StepRefused(Exception):
    """The act cannot be done now, for a reason the person can do something about (409).

    `code` names the reason for tests and the record; the words are for the page.
    """

    status = 409

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
