"""The entry point for the application server; always the application role."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("JIQUN_DATABASE_ROLE", "application")

from django.core.wsgi import get_wsgi_application

from portal.beside import end_with_the_site

application = get_wsgi_application()
end_with_the_site()
