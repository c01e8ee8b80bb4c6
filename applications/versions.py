"""What changed from one version of an application to the next, asked of its rows."""

import json

from django.utils.translation import get_language

from applications import prescreening, snapshots
from applications.changes import Changes, between
from applications.enums import State
from applications.models import Application, Screening, Snapshot
from clusters.models import YearFigure


def changes_since_return(application: Application) -> Changes | None:
    """Return what the county changed since the version that was sent back; None while nothing was."""
    if application.state != State.RETURNED:
        return None
    figures = YearFigure.objects.asked_of(application.cluster_id, application.call).readable()
    now = snapshots.content_of(application, figures, ())
    return between(
        _without_leftovers(application, json.loads(application.snapshot.content), now),
        now,
        prescreening.kept(application.screening),
        prescreening.live(application, figures),
        prescreening.rules_for(application).names(get_language() or "zh"),
    )


def changes_of_version(application: Application, before: Snapshot | None) -> Changes | None:
    """Return what the newest version changed against the one before; None for the first."""
    if before is None:
        return None
    screened = Screening.objects.filter(snapshot=before).order_by("-id").first()
    now = json.loads(application.snapshot.content)
    return between(
        _without_leftovers(application, json.loads(before.content), now),
        now,
        prescreening.kept(screened) if screened else [],
        prescreening.kept(application.screening),
        prescreening.rules_for(application).names(get_language() or "zh"),
    )


def _without_leftovers(application: Application, old: dict, new: dict) -> dict:
    """Return the older content without figures that the form does not ask for and the newer one does not have.

    Snapshots were once given what an earlier call had left in such cells; nobody took it out since.
    """
    asked = set(application.call.cells_asked)
    figures = {
        code: {
            year: text
            for year, text in by_year.items()
            if (code, int(year)) in asked or year in new["figures"].get(code, {})
        }
        for code, by_year in old["figures"].items()
    }
    return old | {"figures": figures}
