"""Run a seed from beginning to end, count the places used, and take it away again."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from django.db import connection, transaction

from applications.enums import USES_A_PLACE
from applications.scale.plan import PROGRAMME, Plan
from applications.scale.seeding import BLOCK, Seed
from programmes.models import Call

COUNT_PLACES = """
update programmes_quota quota set used = counted.used
from (select call_id, kind, province_id, count(*) as used from applications_application
      where state = any(%s) and call_id = any(%s) group by call_id, kind, province_id) counted
where quota.call_id = counted.call_id and quota.kind = counted.kind and quota.authority_id = counted.province_id
"""
# What hangs on the applications of a call, in the order in which it can be deleted.
OF_THE_CALL = (
    "delete from applications_noticeentry where notice_id in"
    " (select id from applications_publicnotice where call_id = %s)",
    "delete from applications_publicnotice where call_id = %s",
    "delete from recognitions_recognition where granted_for in"
    " (select 'application:' || id from applications_application where call_id = %s)",
    "delete from applications_opinion where application_id in"
    " (select id from applications_application where call_id = %s)",
    "delete from applications_projection where snapshot_id in (select snapshot.id from applications_snapshot snapshot"
    " join applications_application application on application.id = snapshot.application_id where call_id = %s)",
    "delete from applications_signedfacts where snapshot_id in (select snapshot.id from applications_snapshot snapshot"
    " join applications_application application on application.id = snapshot.application_id where call_id = %s)",
    "delete from applications_screening where snapshot_id in (select snapshot.id from applications_snapshot snapshot"
    " join applications_application application on application.id = snapshot.application_id where call_id = %s)",
    "delete from applications_snapshot where application_id in"
    " (select id from applications_application where call_id = %s)",
    "delete from applications_applicationhistory where pgh_obj_id in"
    " (select id from applications_application where call_id = %s)",
    "delete from applications_application where call_id = %s",
    "delete from programmes_quota where call_id = %s",
    "delete from programmes_deadline where call_id = %s",
    "delete from programmes_callkind where call_id = %s",
    "delete from programmes_call where id = %s",
)
OF_THE_SEED = (
    "delete from clusters_clusterhistory where pgh_obj_id in"
    " (select id from clusters_cluster where origin like 'scale:%%')",
    "delete from clusters_cluster where origin like 'scale:%%'",
    "delete from programmes_programme where code = 'scale'",
    "delete from accounts_office where user_id in (select id from accounts_user where email like '%%@scale.example')",
    "delete from accounts_user where email like '%%@scale.example'",
)
SAY = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """How long a seed took and how much room the database takes now, in seconds and bytes."""

    applications: int
    seconds: float
    bytes_before: int
    bytes_after: int


def exists() -> bool:
    """Say whether a seed is in the database."""
    return Call.objects.filter(programme__code=PROGRAMME).exists()


def seed(applications: int, say: SAY) -> Measured:
    """Write so many applications, say how far it is, and return what was measured."""
    begun, before = monotonic(), database_size()
    with transaction.atomic():
        plan = Plan()
    writing = Seed(plan)
    for first in range(0, applications, BLOCK):
        count = min(BLOCK, applications - first)
        writing.write(first, count)
        say(f"{first + count:>10,} / {applications:,}   {monotonic() - begun:6.1f} s")
    with connection.cursor() as cursor:
        cursor.execute(COUNT_PLACES, [sorted(map(str, USES_A_PLACE)), [call.pk for call in plan.calls]])
        cursor.execute("analyze")
    return Measured(applications, monotonic() - begun, before, database_size())


def remove(say: SAY) -> None:
    """Take the seed away, call by call, with every constraint on."""
    begun = monotonic()
    for call in Call.objects.filter(programme__code=PROGRAMME).order_by("year"):
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in OF_THE_CALL:
                cursor.execute(statement, [call.pk])
        say(f"{call.code}   {monotonic() - begun:6.1f} s")
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in OF_THE_SEED:
            cursor.execute(statement, [])
        cursor.execute("analyze")


def database_size() -> int:
    """Return how many bytes the database takes on disk, without the write-ahead log."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_database_size(current_database())")
        return cursor.fetchone()[0]
