"""Reading changes nothing, and a form takes what it asks for and nothing else."""

import json
import uuid
from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.apps import apps
from django.db import connection
from django.http import QueryDict

from applications.models import Application, Judgement, Opinion, Statement
from audit.models import Event
from clusters.models import Cluster, YearFigure
from tests import situations
from tests.applications.pages import in_days, mark_shown, typed
from tests.security.addresses import addresses
from tests.security.asking import ask, undone
from tests.security.world import EVERYBODY

# Written by every visit: when a session was last seen, how often somebody failed to sign in; and allauth copies an
# account's address into a table of its own when it meets the account the first time.
OF_EVERY_VISIT = {"django_session", "accounts_limit", "account_emailaddress"}
# What reading leaves on the record: that a file was taken along, and how often somebody was refused.
ON_RECORD = {"access.download"}
READING = {
    "audit_event": "action <> 'access.download'",
    "audit_tally": "kind not similar to 'access.(refused|not_found|limited)%'",
}
# Sent with every form by somebody who hopes that one of them is taken.
EXTRA = {
    "state": "recognised", "at_level": "ministry", "path": "national:cn/370200/370211/", "province": "370200",
    "province_id": "1", "call_id": "1", "kind": "competition", "sample": "", "released_at": "2020-01-01T00:00",
    "submitted_at": "2020-01-01T00:00", "opened_by": "1", "snapshot": "1", "screening": "1", "came_back": "1",
    "registered_by": "1", "origin": "listed:1", "search_tokens": "x", "role": "ministry", "authority": "1",
    "is_demo": "on", "is_active": "", "used": "0", "places": "99", "office": "1", "user": "1", "level": "ministry",
    "decision": "recognise", "value": "999", "changed_by": "1",
}  # fmt: skip


def fingerprint() -> dict[str, str]:
    """Return a digest of every row of every table, by table."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        found, tables = {}, tables & set(connection.introspection.table_names(cursor))
        for table in sorted(tables - OF_EVERY_VISIT):
            cursor.execute(f"select count(*)::text || md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
                           f' from "{table}" t where {READING.get(table, "true")}')  # fmt: skip
            found[table] = cursor.fetchone()[0]
    return found


def test_getting_every_address_changes_no_row_but_what_reading_leaves_on_the_record(world):
    before, told = fingerprint(), Event.objects.filter(action__in=ON_RECORD)
    assert not told.exists()
    for who in EVERYBODY:
        client = world.client(who)
        client_is_in = fingerprint()  # signing in moves last_login
        for address in addresses(world):
            client.get(address.path)
        assert fingerprint() == client_is_in, who
    assert before["applications_application"] == fingerprint()["applications_application"]
    assert set(told.values_list("action", flat=True)) == ON_RECORD


def columns(row, *left_out) -> dict:
    """Return the columns of a row that no clock and no chance decides."""
    chance = {"id", "key", "changed_at", "made_at", "registered_at", "opened_at", "submitted_at", "version", *left_out}
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in chance
    }


def cluster_form(**more) -> dict:
    return {
        "name": "历下区附加字段产业集群", "lead": "370102", "industry_typed": "3951 电视机制造", "niche": "智能家电",
        "area_km2": "60", "operator": "管委会", "version": "1", **more,
    }  # fmt: skip


def test_registering_a_cluster_takes_no_further_field(world):
    client = world.client("county")
    rows = []
    for more in ({}, EXTRA):
        with undone():
            assert client.post("/clusters/new/", cluster_form(**more)).status_code == 302
            rows.append(columns(Cluster.objects.get(name="历下区附加字段产业集群")))
    assert rows[0] == rows[1]


def test_opening_an_application_takes_no_further_field(world):
    client, cluster = world.client("county"), situations.ClusterFactory(lead="历下区")
    rows = []
    for more in ({}, EXTRA):
        with undone():
            answer = client.post(f"/clusters/{cluster.pk}/open/", {"call": world.call.pk, **more})
            assert answer.status_code == 302
            rows.append(columns(Application.objects.get(cluster=cluster)))
    assert rows[0] == rows[1]


def test_saving_takes_no_further_field(world):
    client, case = world.client("county"), world.cases["draft"]
    cell = {"indicator": "gross_output", "year": 2024, "typed": "71", "version": 0}
    said = {"clause": "1.1", "answer": "yes", "words": "属实", "version": 0}
    rows = []
    for more in ({}, EXTRA):
        with undone():
            body = {"cells": [{**more, **cell}], "statements": [{**more, **said}], **more}
            answer = client.post(f"/applications/{case.pk}/save/", json.dumps(body), content_type="application/json")
            assert answer.status_code == 200, answer.content
            rows.append(
                (
                    columns(YearFigure.objects.get(cluster=case.cluster_id, indicator="gross_output", year=2024)),
                    columns(Statement.objects.get(application=case, clause="1.1")),
                    columns(Application.objects.get(pk=case.pk)),
                )
            )
    assert rows[0] == rows[1]


def test_judging_takes_no_further_field(world):
    client, case = world.client("province"), world.cases["submitted"]
    said = {"verdict:1.1": "not_met", "words:1.1": "未见章程", "version:1.1": "0"}
    rows = []
    for more in ({}, EXTRA | {"carried": "on", "carried:1.1": "on", "clause": "3.1", "level:1.1": "ministry"}):
        with undone():
            assert client.post(f"/applications/{case.pk}/judge/", {**more, **said}).status_code == 302
            rows.append((columns(Judgement.objects.get()), columns(Application.objects.get(pk=case.pk))))
    assert rows[0] == rows[1]
    assert (rows[0][0]["level"], rows[0][0]["carried"]) == ("province", False)


DECISIONS = {
    "send_back": ("province", "submitted", {"reasons": "other", "words": "补正"}),
    "recommend": ("province", "submitted", {"words": "同意"}),
    "do_not_recommend": ("province", "submitted", {"reasons": "beyond_quota"}),
    "disqualify": ("province", "submitted", {"reasons": "false_statement", "words": "虚报"}),
    "decline": ("ministry", "shortlisted", {"reasons": "other", "words": "择优", "state_seen": "shortlisted"}),
}


@pytest.mark.parametrize("step", DECISIONS)
def test_deciding_takes_no_further_field(world, step):
    who, state, said = DECISIONS[step]
    client, case = world.client(who), world.cases[state]
    due = typed(in_days(5))
    rows = []
    for more in ({}, EXTRA):
        with undone():
            form = {**more, **said, "key": str(uuid.uuid4()), "version": case.version}
            form |= {"register": case.cluster.version, "judged": mark_shown(case)}
            if step == "send_back":
                form["due_at"] = due
            answer = client.post(f"/applications/{case.pk}/decide/{step}/", form)
            assert answer.status_code == 302, answer.content.decode()
            opinion = Opinion.objects.filter(application=case).latest("pk")
            decided = Application.objects.get(pk=case.pk)
            assert decided.released_at is None or decided.released_at.year > 2020  # the clock's, not the form's
            rows.append((columns(decided, "released_at"), columns(opinion)))
    assert rows[0] == rows[1]


def test_submitting_takes_no_further_field(world):
    client = world.client("county")
    case = situations.filled(world.call, by=world.offices["county"])
    rows = []
    for more in ({}, EXTRA):
        with undone():
            form = {**more, "key": str(uuid.uuid4()), "version": case.version, "declared": "on"}
            answer = client.post(f"/applications/{case.pk}/submit/", form)
            assert answer.status_code == 302, answer.content.decode()
            rows.append(columns(Application.objects.get(pk=case.pk), "snapshot", "screening"))
    assert rows[0] == rows[1]


GARBAGE = [
    "\x00",
    "-1",
    "9" * 25,
    "'\"><script>alert(1)</script>",
    "١٢٣",
    "NaN",
    "\u202e\u200b",
    "字" * 3000,
]
NAMES = [
    "q",
    "page",
    "samples",
    "province",
    "batch",
    "industry",
    "status",
    "cities",
    "call",
    "tab",
    "verdict",
    "after",
    "before",
    "show",
    "read",
    "case",
    "starts_on",
    "working_days",
    "document_number",
    "next",
    "back",
]
FRAME = {"next"}  # what every page asks for, for the link to sign in


class Asked(QueryDict):
    """A query that tells which names it was asked for; who goes through all of it asks for every name."""

    names: ClassVar[set[str]] = set()

    def __init__(self, *args, **more):
        asked = set(self.names)
        super().__init__(*args, **more)  # which looks up what was sent
        self.names.intersection_update(asked)

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)

    def _getlist(self, name, *args, **more):
        self.names.add(name)
        return super()._getlist(name, *args, **more)

    def __iter__(self):
        self.names.update(NAMES)
        return super().__iter__()

    def lists(self):
        self.names.update(NAMES)
        return super().lists()


def test_garbage_in_the_address_breaks_no_page(world, monkeypatch):
    monkeypatch.setattr("django.core.handlers.wsgi.QueryDict", Asked)
    broken, tried = [], set()
    for who in ("anonymous", "county", "province", "ministry"):
        client = world.client(who)
        for path in sorted({one.path for one in addresses(world) if "/accounts/" not in one.path} - tried):
            Asked.names.clear()
            if ask(client, "GET", path).status_code != 200:
                continue
            tried.add(path)
            broken += [f"{who} {path} {sent}" for sent in garbage_for(client, path) if breaks(client, path, sent)]
        assert len(broken) < 20, broken
    assert broken == []


def garbage_for(client, path: str) -> Iterator[dict]:
    """Yield queries of garbage for the names a page asks for; for the frame's alone one is enough."""
    ask(client, "GET", path, data=dict.fromkeys(NAMES, "1"))
    own = Asked.names - FRAME
    for garbage in GARBAGE if own else GARBAGE[:1]:
        yield dict.fromkeys([*NAMES, *own], garbage)
        if own & {"after", "call"}:
            yield {"after": f"{garbage}-1", "call": "demo-2025"}


def breaks(client, path: str, sent: dict) -> bool:
    answer = ask(client, "GET", path, data=sent)
    return answer.status_code >= 500 or b"<script>alert" in answer.body


BODIES = [
    "", "null", "[]", "{}", "1", '"x"', "{", "NaN", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{}]}',
    '{"cells": [{"indicator": "gross_output", "year": 2024, "typed": 5, "version": 0}]}',
    '{"cells": [{"indicator": "gross_output", "year": "2024", "typed": "5", "version": 0}]}',
    '{"cells": [{"indicator": "gross_output", "year": 99999999999, "typed": "5", "version": 0}]}',
    '{"cells": [{"indicator": "gross_output", "year": 1999, "typed": "5", "version": 0}]}',
    '{"cells": [{"indicator": "gross_output", "year": 2024, "typed": "5", "version": -1}]}',
    '{"cells": [{"indicator": "gross_output", "year": 2024, "typed": "5", "version": 99999999999}]}',
    '{"cells": [{"indicator": "gross_output", "year": 2024, "typed": "\\u0000\\ud800", "version": 0}]}',
    '{"cells": [{"indicator": ["gross_output"], "year": 2024, "typed": "5", "version": 0}]}',
    '{"cells": [{"indicator": {"a": 1}, "year": 2024, "typed": "5", "version": 0}]}',
    '{"cells": [{"indicator": "no_such", "year": 2024, "typed": "5", "version": 0}]}',
    '{"statements": [{"clause": "99.9", "answer": "yes", "words": "", "version": 0}]}',
    '{"statements": [{"clause": "1.1", "answer": "maybe", "words": "", "version": 0}]}',
    '{"statements": [{"clause": "1.1", "answer": ["yes"], "words": null, "version": 0}]}',
    '{"statements": [{"clause": "1.1", "answer": "yes", "words": "\\u0000\\ud800", "version": 0}]}',
    '{"statements": {"clause": "1.1"}}', "[" * 5000, '{"cells": ' + "[" * 5000, "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_garbage_in_the_body_breaks_nothing(world, body):
    client, case = world.client("county"), world.cases["draft"]
    answer = ask(client, "POST", f"/applications/{case.pk}/save/", data=body.encode("utf-8", "surrogatepass"),
                 content_type="application/json")  # fmt: skip
    assert answer.status_code < 500, answer.body[:500]


def test_garbage_in_every_field_of_every_form_breaks_nothing(world):
    fields = ("key", "version", "reasons", "words", "due_at", "case", "starts_on", "working_days", "document_number",
              "outcome", "valid_from", "closes_at", "before", "call", "declared", "name", "lead", "industry_typed",
              "niche", "area_km2", "operator", "further", "zone_name", "look", "office", "state_seen",
              "gross_output:2024:0", "answer:1.1:0", "words:1.1:0", "login", "email", "password", "code",
              "verdict:1.1", "version:1.1", "shown")  # fmt: skip
    broken = []
    for who in ("anonymous", "county", "province", "ministry"):
        client = world.client(who)
        for address in addresses(world):
            for garbage in ("\x00\u202e", "9" * 25, "字" * 3000):
                answer = ask(client, "POST", address.path, data=dict.fromkeys(fields, garbage))
                if answer.status_code >= 500:
                    broken.append(f"{who} {address} {garbage[:10]!r}: {answer.status_code}")
    assert broken == []
