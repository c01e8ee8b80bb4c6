"""What goes on record by itself, whatever the page."""

from functools import partial

from audit import tallies
from audit.enums import Audience
from audit.record import (
    REFUSED,
    STRANGERS,
    actor,
    after_the_rollback,
    current_address,
    has_refused,
    record,
    still_to_write,
)


class OnRecord:
    """Put on record what no act records by itself: access that was refused, limits that were met, files taken along.

    The answers 403 and 404 are counted by page, not by row, so that the record too is alike whether a row exists.
    """

    REFUSED = {403: "access.refused", 404: "access.not_found", 429: "access.limited"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        status = response.status_code if getattr(request, "must_wait", None) is None else 429
        if status in self.REFUSED and not has_refused():
            after_the_rollback(partial(self._count, request, status))
        elif tallies.strangers.is_due():
            after_the_rollback(tallies.strangers.write)
        if response.get("Content-Disposition", "").startswith("attachment") and request.user.is_authenticated:
            self._note_download(request, response)
        return response

    def _count(self, request, status: int) -> None:
        found, is_stranger = request.resolver_match, not request.user.is_authenticated
        if status == 404 and not is_stranger and not (found and found.kwargs):
            return  # an address that nobody has is no attempt on a row
        page = found.view_name if found else ""
        action, address = self.REFUSED[status], current_address()
        kind = f"{action} {page}".strip()
        if is_stranger and status != 429:
            tallies.strangers.count(kind)
            return
        by, user = request.office, request.user
        who = f"address {address}" if is_stranger else f"office {by.pk}" if by else f"user {user.pk}"
        act = {"action": action, "address": address, "details": {"page": page}, **actor(by, user)}
        tallies.count(kind, who=who, daily=STRANGERS if is_stranger else REFUSED, act=act)

    @staticmethod
    def _note_download(request, response) -> None:
        if not still_to_write():  # the act of this request says more about its file
            details = {"page": request.resolver_match.view_name, "file": response["Content-Disposition"][:200]}
            record("access.download", by=request.office, user=request.user, audience=Audience.NOBODY, details=details)
