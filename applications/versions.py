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
    rows = YearFigure.objects.told_by(application.cluster_id, application.call.years_asked)
    figures = rows.asked_by(application.call).readable()
    return between(
        json.loads(application.snapshot.content),
        snapshots.content_of(application, figures, ()),
        prescreening.kept(application.screening),
        prescreening.live(application, figures),
        prescreening.rules_for(application).names(get_language() or "zh"),
    )


def changes_of_version(application: Application, before: Snapshot | None) -> Changes | None:
    """Return what the newest version changed against the one before; None for the first."""
    if before is None:
        return None
    screened = Screening.objects.filter(snapshot=before).order_by("-id").first()
    return between(
        json.loads(before.content),
        json.loads(application.snapshot.content),
        prescreening.kept(screened) if screened else [],
        prescreening.kept(application.screening),
        prescreening.rules_for(application).names(get_language() or "zh"),
    )
