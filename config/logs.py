"""What stands in the log of the server."""

import logging


class OneLineARefusal(logging.Filter):
    """A refusal is one line; where it came from tells nothing, because nothing went wrong.

    What Django calls suspicious, such as a foreign Host, is a stranger's doing and no mistake of ours either.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the traceback away; every record is written."""
        status = getattr(record, "status_code", 500)
        if record.name.startswith("django.security") or (record.name == "django.request" and status < 500):
            record.exc_info = record.exc_text = None
        return True
