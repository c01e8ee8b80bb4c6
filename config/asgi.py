"""The entry point for the application server: the site behind its edge."""

import atexit

from audit.tallies import strangers
from config.edge import Edge
from config.wsgi import application as site

application = Edge(site)
atexit.register(strangers.write_at_exit)
