"""The whole record verified against itself and its seals: what even the owner of the tables cannot hide."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import override_settings

from audit import seals
from audit.models import Event, Seal, SealedHead
from audit.record import append
from audit.site_settings import note_settings
from tests.audit.test_record import application_role  # noqa: F401
from workflow.tasks import check_and_seal_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed():
    """Two days and a case on record, sealed, and the case one event further since."""
    for chain in ("day:2026-11-01", "day:2026-11-02", "applications.1"):
        for number in range(3):
            append(chain=chain, action="test.act", words=str(number))
    seal = seals.seal_heads()
    append(chain="applications.1", action="test.act", words="later")
    return seal


def as_owner(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)


def check(*arguments: str) -> str:
    """Run check_record and return what it says, its last line included where it fails."""
    said = StringIO()
    try:
        call_command("check_record", *arguments, stdout=said)
    except CommandError as error:
        return said.getvalue() + str(error)
    return said.getvalue()


def test_a_record_that_nobody_touched_is_in_order(sealed):
    assert check() == f"In order: 10 events in 3 chains; last seal {sealed}.\n"
    assert check("--seal", str(sealed)).startswith("In order")


ALTERED = {
    "a cut tail": (
        "delete from audit_event where chain = 'applications.1' and number >= 3",
        "applications.1#3: was the end of its chain in seal 1, and is gone\n",
    ),
    "a missing day": (
        "delete from audit_event where chain = 'day:2026-11-01'",
        "day:2026-11-01#3: was the end of its chain in seal 1, and is gone\n",
    ),
    "an altered row": (
        "update audit_event set words = 'other' where chain = 'day:2026-11-02' and number = 2",
        "day:2026-11-02#2: altered, or something before it was removed or inserted\n",
    ),
    "a removed seal": (
        "delete from audit_sealedhead; delete from audit_seal; select audit_seal_heads(); select audit_seal_heads();"
        "delete from audit_sealedhead where seal_id = 1; delete from audit_seal where number = 1",
        "seal 2: altered, or one before it was removed\n",
    ),
    "an altered seal": (
        "update audit_sealedhead set number = 2 where chain = 'day:2026-11-01'",
        "day:2026-11-01#2: is another event than in seal 1\nseal 1: altered, or one before it was removed\n",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_the_owner_of_the_tables_alters_is_told(sealed, what):
    altering, told = ALTERED[what]
    as_owner(altering)
    assert check() == f"{told}The record is not what was written: {told.count(chr(10))} faults."


def test_a_tail_that_was_cut_and_written_anew_is_told(sealed):
    as_owner("delete from audit_event where chain = 'day:2026-11-01' and number = 3")
    append(chain="day:2026-11-01", action="test.act", words="another story")
    assert check().startswith("day:2026-11-01#3: is another event than in seal 1\n")


def test_seals_that_were_all_made_anew_are_told_by_one_that_was_printed(sealed):
    as_owner("delete from audit_event where number = 3; delete from audit_sealedhead; delete from audit_seal")
    seals.seal_heads()
    as_owner("delete from audit_event where chain = 'applications.1' and number > 3")
    assert check().startswith(("In order", "applications.1#4"))
    assert f"seal {sealed}: was printed, and is not among the seals" in check("--seal", str(sealed))


def test_a_seal_holds_only_the_heads_that_have_grown(sealed):
    second, third = seals.seal_heads(), seals.seal_heads()
    assert [(head.chain, head.number) for head in second.heads.all()] == [("applications.1", 4)]
    assert list(third.heads.all()) == []
    assert check().startswith("In order")


def test_a_night_without_a_seal_is_told(sealed):
    as_owner("update audit_seal set at = at - interval '4 days'")
    Event.objects.filter(words="later").delete()
    with connection.cursor() as cursor:
        cursor.execute("update audit_event set at = at - interval '3 days' where chain = 'day:2026-11-01'")
    assert "seals: none was made since" in check()


@pytest.mark.parametrize(
    "act",
    [
        "insert into audit_seal (number, at, hash) values (9, now(), '')",
        "insert into audit_sealedhead (seal_id, chain, number, hash) values (1, 'x', 1, '')",
        "update audit_seal set hash = ''",
        "update audit_sealedhead set hash = ''",
        "delete from audit_sealedhead",
        "truncate audit_seal cascade",
        "drop function audit_seal_heads()",
    ],
)
def test_the_application_role_writes_no_seal_by_itself(sealed, application_role, act):  # noqa: F811
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        as_owner(act)


def test_the_application_role_can_have_the_heads_sealed_and_checked(sealed, application_role):  # noqa: F811
    assert seals.seal_heads().number == 2
    assert check().startswith("In order")
    assert SealedHead.objects.count() == 4


def test_every_night_checks_then_seals_and_says_both_in_the_log(sealed, caplog):
    assert check_and_seal_record.call() == 0
    as_owner("update audit_event set words = 'other' where chain = 'day:2026-11-02' and number = 2")
    assert check_and_seal_record.call() == 1
    said = [entry.getMessage() for entry in caplog.records]
    assert said == [
        f"The record was sealed: {Seal.objects.get(number=2)}, faults: 0",
        "The record is not what was written: day:2026-11-02#2: altered, or something before it was removed or inserted",
        f"The record was sealed: {Seal.objects.get(number=3)}, faults: 1",
    ]


def test_settings_are_on_record_when_they_became_others_and_secrets_are_not():
    note_settings()
    note_settings()
    with override_settings(SECOND_FACTOR_COUNTY=True, SECRET_KEY="another-secret-" * 4):
        note_settings()
    events = list(Event.objects.filter(action="site.settings").order_by("pk"))
    assert [event.details["different"] for event in events][1:] == [["SECOND_FACTOR_COUNTY", "SECRET_KEY"]]
    assert "another-secret" not in str(events[1].details)
