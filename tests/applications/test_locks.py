"""Each step locks what it rests on, in one order for all of them: call, places, cluster, ask, then the case."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.actions import province
from applications.lifecycle import LIFECYCLE
from tests.situations import province_of, returned

CALL, PLACES, CLUSTER, ASK = "call", "quota", "cluster", "ask"
LOCKED = {
    "submit": [CLUSTER, ASK], "withdraw": [ASK], "send_back": [CLUSTER, ASK], "extend": [], "call_back": [CLUSTER, ASK],
    "recommend": [CALL, PLACES, CLUSTER], "do_not_recommend": [CLUSTER, ASK], "take_back": [CALL, PLACES, CLUSTER],
    "rescreen": [CALL], "disqualify": [CALL, PLACES, CLUSTER, ASK], "shortlist": [CALL, CLUSTER],
    "put_back": [CALL, CLUSTER], "decline": [CALL, CLUSTER], "publish": [CALL, CLUSTER], "recognise": [CALL, CLUSTER],
}  # fmt: skip


@pytest.mark.django_db
def test_each_step_locks_what_it_rests_on_in_the_order_of_all(call):
    row = returned(call)
    locked = {step.name: [one.model._meta.model_name for one in step.locks(row)] for step in LIFECYCLE.steps.values()}
    assert locked == LOCKED


@pytest.mark.django_db
def test_a_return_is_called_back_with_the_figures_locked_before_the_case(call):
    row = returned(call)
    with CaptureQueriesContext(connection) as asked:
        province.call_back(row, key=uuid.uuid4(), version=row.version, words="误退", by=province_of(row))
    tables = [re.search(r'FROM "(\w+)"', one["sql"])[1] for one in asked if "FOR NO KEY UPDATE" in one["sql"]]
    assert tables[:3] == ["clusters_cluster", "clusters_ask", "applications_application"]
