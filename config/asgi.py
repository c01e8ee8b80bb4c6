"""The entry point for the application server: the site behind its edge."""

from config.edge import Edge
from config.wsgi import application as site

application = Edge(site)
