"""The acts of a county and a province in a race: `{"act", "application", "office", "key"}`."""

import uuid

from tests import racing

racing.set_up()

from accounts.models import Office  # noqa: E402
from applications.actions import county, province  # noqa: E402
from applications.models import Application  # noqa: E402


def act_of(order: dict):
    """Read what the act is about, and return the act."""
    office = Office.objects.get(pk=order["office"])
    application = Application.objects.seen(office).for_step().get(pk=order["application"])
    key = uuid.UUID(order["key"])
    return {
        "recommend": lambda: province.recommend(application, key=key, version=None, by=office),
        "call_back": lambda: province.call_back(application, key=key, version=None, words="误退", by=office),
        "submit": lambda: county.submit(application, key=key, declared=True, version=None, by=office),
    }[order["act"]]


racing.run(act_of)
