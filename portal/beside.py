"""The worker beside the site: started with it, started again when it dies, stopped with it."""

import os
import signal
import sys
import threading
import time

from django.conf import settings

FIRST_PAUSE, LONGEST_PAUSE = 1, 60  # seconds before a dead worker is started again; doubled while it keeps dying
STEADY_SECONDS = 60
STOP_SECONDS = 20  # longer than a worker gives the task in hand
SERVED_BY = "JIQUN_SERVED_BY"  # tells the server's processes whose they are


def end_with_the_site() -> None:
    """End this process of the server when the one that began it was killed, which cannot end it itself."""
    parent = int(os.environ.get(SERVED_BY, "0"))

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(1)

    if parent:
        threading.Thread(target=look, name="end with the site", daemon=True).start()


class WorkerBeside:
    """Keeps one worker running for as long as the site is served."""

    def __init__(self):
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.worker = 0
        self.keeper = threading.Thread(target=self._keep, name="keeper of the worker", daemon=True)

    def __enter__(self):
        self._start()
        self.keeper.start()
        return self

    def __exit__(self, *error):
        with self.lock:
            self.over.set()
        self._send(signal.SIGTERM)
        self.keeper.join(STOP_SECONDS)
        if self.keeper.is_alive():
            self._send(signal.SIGKILL)
            self.keeper.join()

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            os.waitpid(self.worker, 0)
            self.worker = 0
            pause = FIRST_PAUSE if time.monotonic() - began > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            self.over.wait(pause)
            if not self._start():
                return

    def _start(self) -> bool:
        # Not subprocess: the server forks its workers beside this thread, they would hold the pipe by which Popen
        # learns that its child runs, and it would wait for ever. In a session of its own: Ctrl-C reaches the site
        # alone, which then stops the worker once and in order.
        with self.lock:
            if self.over.is_set():
                return False
            self.worker = os.posix_spawn(
                sys.executable,
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--beside", str(os.getpid())],
                os.environ | {"JIQUN_DATABASE_ROLE": "worker"},
                file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)],
                setsid=True,
            )
            return True

    def _send(self, sent: signal.Signals) -> None:
        number = self.worker
        if number:
            os.kill(number, sent)
