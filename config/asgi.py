"""The entry point for the application server: the site behind its edge."""

from multiprocessing.util import Finalize

from audit.tallies import strangers
from config.edge import Edge
from config.wsgi import application as site

application = Edge(site)
Finalize(None, strangers.write_at_exit, exitpriority=0)  # atexit is not asked in a process that was forked
