"""The entry point for the application server: the site behind its edge."""

from multiprocessing.util import Finalize

from config.edge import Edge
from config.wsgi import application as site

application = Edge(site)


def end() -> None:
    """Write down what this process has counted in memory."""
    from audit.tallies import strangers

    strangers.write_at_exit()


Finalize(None, end, exitpriority=0)  # atexit is not asked in a process that was forked
