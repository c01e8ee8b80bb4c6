"""Housekeeping of the background work itself."""

import logging
from datetime import timedelta

from django.core.management import call_command
from django.db.models.functions import Now
from django_tasks import task

from audit import seals, tallies
from workflow.models import NightlyTask, Worker
from workflow.nightly import every_night

KEPT_DAYS = 30
MOST_TOLD = 100
log = logging.getLogger(__name__)


@every_night
@task(priority=-90)
def forget_old_work() -> None:
    """Remove finished tasks, nights and dead workers after a month; what people decided is not among them."""
    call_command("prune_db_task_results", min_age_days=KEPT_DAYS, queue_name="*", verbosity=0)
    long_ago = Now() - timedelta(days=KEPT_DAYS)
    NightlyTask.objects.filter(begun_at__lt=long_ago).delete()
    Worker.objects.filter(seen_at__lt=long_ago).delete()


@every_night
@task(priority=-10)
def check_and_seal_record() -> int:
    """Verify every chain, then seal the heads; returns how many faults there are.

    What is found and the new seal stand in the log too, which lies outside the database.
    """
    tallies.close_minutes()
    found = list(seals.faults())
    for fault in found[:MOST_TOLD]:
        log.error("The record is not what was written: %s", fault)
    log.warning("The record was sealed: %s, faults: %d", seals.seal_heads(), len(found))
    tallies.forget_counts(KEPT_DAYS)
    return len(found)
