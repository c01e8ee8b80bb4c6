"""One runner of a race: gets ready, waits for the word, acts, and says how it ended."""

import json
import os
import sys
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    """Do one act, `{"act", "application", "office", "key"}`, when a line arrives on standard input."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["RACE_DATABASE"]
    django.setup()
    if os.environ.get("RACE_WITHOUT_LOCK"):
        from django.db.models import QuerySet

        QuerySet.select_for_update = lambda self, **kwargs: self
    from accounts.models import Office
    from applications.actions import county, province
    from applications.models import Application
    from workflow.refusals import StepRefused

    order = json.loads(sys.argv[1])
    office = Office.objects.get(pk=order["office"])
    application = Application.objects.seen(office).for_step().get(pk=order["application"])
    key = uuid.UUID(order["key"])
    acts = {
        "recommend": lambda: province.recommend(application, key=key, version=None, by=office),
        "call_back": lambda: province.call_back(application, key=key, version=None, words="误退", by=office),
        "submit": lambda: county.submit(application, key=key, declared=True, version=None, by=office),
    }
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        acts[order["act"]]()
    except StepRefused as refusal:
        print(refusal.code)
    else:
        print("done")


main()
