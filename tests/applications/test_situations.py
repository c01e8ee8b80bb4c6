"""What the situations of the tests write themselves is what a county's typing writes."""

from applications.actions import county
from applications.models import Remark, Statement
from tests import situations
from tests.situations import TRUE

CHANCE = {"id", "changed_at"}


def columns(row) -> dict:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.name not in CHANCE}


def test_statements_and_reasons_of_a_filled_draft_are_as_the_county_would_have_typed_them(call):
    case = situations.filled(call)
    for rows in (Statement.objects.filter(application=case), Remark.objects.filter(application=case)):
        written = list(rows.order_by("pk"))
        assert len(written) > 1
        rows.delete()
        for row in written:
            if isinstance(row, Statement):
                county.answer_clause(case, row.clause, answer=row.answer, words=TRUE, version=0, by=row.changed_by)
            else:
                county.give_reason(case, row.warning, row.words, by=row.changed_by)
        assert [columns(row) for row in rows.order_by("pk")] == [columns(row) for row in written]
