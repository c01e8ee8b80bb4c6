"""Housekeeping of the background work itself."""

from datetime import timedelta

from django.core.management import call_command
from django.db.models.functions import Now
from django_tasks import task

from workflow.models import NightlyTask, Worker
from workflow.nightly import every_night

KEPT_DAYS = 30


@every_night
@task(priority=-90)
def forget_old_work() -> None:
    """Remove finished tasks, nights and dead workers after a month; what people decided is not among them."""
    call_command("prune_db_task_results", min_age_days=KEPT_DAYS, queue_name="*", verbosity=0)
    long_ago = Now() - timedelta(days=KEPT_DAYS)
    NightlyTask.objects.filter(begun_at__lt=long_ago).delete()
    Worker.objects.filter(seen_at__lt=long_ago).delete()
