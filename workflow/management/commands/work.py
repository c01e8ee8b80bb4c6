"""Do the background work, as the application role of the database."""

from django.core.management.base import BaseCommand

from workflow.worker import TaskWorker


class Command(BaseCommand):
    """Take tasks from the queue until Ctrl-C; as many of these may run as there are machines."""

    help = "Do background work; Ctrl-C stops it. `serve` runs one by itself."
    requires_system_checks: list = []

    def add_arguments(self, parser):
        parser.add_argument("--beside", type=int, help="end when this parent process has ended")

    def handle(self, *args, beside, **options):
        worker = TaskWorker(beside=beside)
        worker.configure_signals()
        if beside is None:
            self.stdout.write("Background work is done here (Ctrl-C stops it).")
            self.stdout.flush()
        worker.work()
