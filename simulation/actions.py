"""Keep a scenario, put it away and take it back; begin and end a run in the background; note a download."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.policy import allows
from audit.enums import Audience
from audit.record import record
from simulation.enums import RunState
from simulation.models import Run, Scenario
from simulation.population import Chosen
from simulation.settings import Settings
from workflow.refusals import Outdated, StepNotAllowed, StepRefused

UNFINISHED = (RunState.WAITING, RunState.RUNNING)
NOT_YOURS = "not_allowed"


def save(settings: Settings, chosen: Chosen, *, name: str, note: str, key, by) -> Scenario:
    """Keep a question under a name and return it; the same key again returns the first.

    It belongs to the authority of the office: all its offices, and the ministry, can open it.
    """
    path = next((path for path in by.paths if path.startswith(f"{chosen.programme.scheme}:")), "")
    if not path:
        raise StepNotAllowed(_("Your office has no place in this programme."), NOT_YOURS)
    try:
        with transaction.atomic():
            scenario = Scenario.objects.create(
                name=name, note=note, programme=chosen.programme, settings=settings.as_json(), path=path, made_by=by,
                key=key,
            )  # fmt: skip
            _record("simulation.save", scenario, by, {"name": name, "digest": settings.digest})
    except IntegrityError:
        found = Scenario.objects.filter(key=key, made_by=by).first()
        if found is None:
            raise
        said = (name, note, chosen.programme.pk, settings.digest)
        if (found.name, found.note, found.programme_id, Settings.read(found.settings).digest) != said:
            raise StepRefused(_("This page was already used. Please reload it."), "key_reused") from None
        return found
    return scenario


def archive(scenario: Scenario, *, version: int, by) -> Scenario:
    """Take a scenario off the list; it can be taken back, and its address goes on working."""
    return _change(scenario, "simulation.archive", version, by, Now(), is_archived=False)


def restore(scenario: Scenario, *, version: int, by) -> Scenario:
    """Put an archived scenario back on the list."""
    return _change(scenario, "simulation.restore", version, by, None, is_archived=True)


def _change(scenario: Scenario, action: str, version: int, by, archived_at, *, is_archived: bool) -> Scenario:
    if not allows(by, "simulation.archive", scenario):
        raise StepNotAllowed(_("This scenario belongs to another authority."), NOT_YOURS)
    with transaction.atomic():
        rows = Scenario.objects.filter(pk=scenario.pk, version=version, archived_at__isnull=not is_archived)
        if not rows.update(archived_at=archived_at, version=F("version") + 1):
            raise Outdated(_("Somebody was faster. The page shows the newest now; please look again."), "outdated")
        _record(action, scenario, by, {"name": scenario.name})
    return Scenario.objects.get(pk=scenario.pk)


def note_download(settings: Settings, form: str, *, by, result) -> None:
    """Write down that a result left the site as a file: what was asked, and how many it names."""
    details = {
        "form": form, "digest": settings.digest, "settings": settings.as_json(), "population": result.population,
        "named": len(result.flips) + len(result.near),
    }  # fmt: skip
    with transaction.atomic():
        record("simulation.download", by=by, subject="simulation", audience=Audience.NOBODY, details=details)


def begin(settings: Settings, total: int, *, by) -> Run:
    """Queue a simulation for a worker and return it; one that is not finished yet is returned instead of a second."""
    from simulation.tasks import work_on

    waiting = Run.objects.filter(digest=settings.digest, made_by=by, state__in=UNFINISHED).order_by("-pk").first()
    if waiting is not None:
        return waiting
    with transaction.atomic():
        run = Run.objects.create(settings=settings.as_json(), digest=settings.digest, total=total, made_by=by)
        _record("simulation.run", run, by, {"digest": settings.digest, "applications": total})
        work_on.enqueue(run.pk)
    return run


def cancel(run: Run, *, by) -> None:
    """Stop a run that is not finished; the worker sees it at its next block."""
    if not allows(by, "simulation.view_run", run):
        raise StepNotAllowed(_("This simulation belongs to another authority."), NOT_YOURS)
    with transaction.atomic():
        if Run.objects.filter(pk=run.pk, state__in=UNFINISHED).update(state=RunState.CANCELLED, finished_at=Now()):
            _record("simulation.cancel", run, by, {"digest": run.digest})


def _record(action: str, row: Scenario | Run, by, details: dict) -> None:
    record(action, by=by, subject=f"simulation.{row.public_id}", audience=Audience.NOBODY, details=details)
