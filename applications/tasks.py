"""What is done for applications in the background."""

from django_tasks import task

from applications.actions.packets import replay_everything
from workflow.nightly import every_night


@every_night
@task(priority=-50)
def replay_screenings() -> int:
    """Compute every stored screening again; returns how many differ. Running it again does no harm."""
    return replay_everything().different
