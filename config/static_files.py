"""Static files in production: named by their content, compressed, and never a reason for no page."""

import logging

from whitenoise.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger(__name__)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """A page whose look was not collected is shown without it; an error page above all."""

    def stored_name(self, name):
        """Return the collected name, or the plain one where `collectstatic` was forgotten."""
        try:
            return super().stored_name(name)
        except ValueError:
            log.error("The static file %s is not collected: run manage.py collectstatic.", name)
            return name
