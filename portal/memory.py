"""Keep what the public pages count, as long as nothing was added to what they count from."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from recognitions.models import Recognition, RecognitionChange
from territories.models import Territory

Made = TypeVar("Made")

# Numbers of rows are given out before a commit, so a later commit can bring a smaller number than
# one that was seen already. Nothing counted is therefore kept longer than this.
SECONDS = 60
COUNTED_FROM = (Recognition, RecognitionChange, Territory)


def version() -> str:
    """Return a name for the state of what is counted: the tables only grow (append-only), a status has its day."""
    newest = ", ".join(f"(select max(id) from {model._meta.db_table})" for model in COUNTED_FROM)
    with connection.cursor() as cursor:
        cursor.execute(f"select {newest}")
        return "-".join([str(timezone.localdate()), *(str(number or 0) for number in cursor.fetchone())])


def remembered(version: str, name: str, make: Callable[[], Made]) -> Made:
    """Return what `make` made under this version and name, making it when it is not kept."""
    key = "portal:" + sha256(f"{version} {name}".encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, SECONDS)
    return found
