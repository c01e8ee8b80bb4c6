"""The sets of figures as the database keeps them for the time of a seed."""

import json

from django.db import connection

from applications.scale.copying import Copied, text
from applications.scale.figure_sets import figure_sets
from programmes.models import Call

COUNTED = ("met", "not_met", "near", "cannot_tell", "by_hand", "not_applicable")
COLUMNS = f"call_id number rule_set_id figures findings unmet {' '.join(COUNTED)}"
TABLES = f"""
create temporary table if not exists scale_set (
    call_id bigint, number integer, rule_set_id bigint, figures bigint[], findings jsonb, unmet jsonb,
    {", ".join(f"{name} smallint" for name in COUNTED)}, primary key (call_id, number));
create temporary table if not exists scale_row (
    snapshot_id bigint, screening_id bigint, number integer, call_id bigint, at timestamptz);
truncate scale_set, scale_row;
"""
TAKE_OVER_SCREENINGS = f"""
insert into applications_screening
    (id, snapshot_id, rule_set_id, engine_version, findings, unmet, {", ".join(COUNTED)}, made_at)
select screening_id, snapshot_id, rule_set_id, %s, findings, unmet, {", ".join(COUNTED)}, at
from scale_row join scale_set using (call_id, number)
"""
TAKE_OVER_PROJECTIONS = """
insert into applications_projection (snapshot_id, figures, format)
select snapshot_id, figures, %s from scale_row join scale_set using (call_id, number)
"""


def prepare_sets(calls: list[Call]) -> dict[tuple[int, int], str]:
    """Compute every set in every call and keep its findings ready in the database.

    Returns the frozen text of each, by call and number of the set, with a mark for the cluster.
    """
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    copied, contents = Copied("scale_set", COLUMNS), {}
    for call in calls:
        for one in figure_sets(call):
            findings = json.dumps(one.findings, ensure_ascii=False)
            unmet = json.dumps(one.unmet, ensure_ascii=False)
            counts = [one.counts[name] for name in COUNTED]
            copied.add(call.pk, one.number, call.rule_set_id, one.figures, text(findings), text(unmet), *counts)
            contents[call.pk, one.number] = one.content
    copied.send()
    return contents


def history_triggers() -> str:
    """Return the triggers that keep row history, as pgtrigger wants the ones to leave out."""
    with connection.cursor() as cursor:
        cursor.execute("select tgname from pg_trigger where tgname like 'pgtrigger%%' and not tgisinternal")
        return "{" + ",".join(name for (name,) in cursor.fetchall()) + "}"
