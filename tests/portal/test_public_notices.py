"""Public notices: whom they name, until when, and how to object."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import PublicNotice
from recognitions.models import Recognition
from tests.factories import ClusterFactory
from tests.situations import end_notice, in_notice, recognised
from tests.world import make_country

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def page_of(client) -> str:
    return client.get(f"/notices/{PublicNotice.objects.get().pk}/").content.decode()


def test_it_says_when_it_runs_and_how_to_object(english, call):
    application = in_notice(call)
    page = page_of(english)
    assert "公示〔2025〕1号" in page and application.cluster.name in page
    assert "real name" in page and "official seal" in page and "Running" in page
    assert "<dd>5" in page


def test_after_its_end_nobody_is_asked_to_object(english, call):
    end_notice(in_notice(call))
    page = page_of(english)
    assert "Ended" in page and "real name" not in page


def test_it_says_when_no_holiday_calendar_was_known(english, call):
    in_notice(call)
    assert not PublicNotice.objects.get().is_certain
    assert "counted by weekends only" in page_of(english)


def test_who_was_recognised_is_a_link_to_the_list(client, call):
    recognised(call)
    pk = Recognition.objects.get().pk
    assert f'href="/list/{pk}/"' in page_of(client)
    listed = client.get(f"/list/{pk}/").content.decode()
    assert f'href="/notices/{PublicNotice.objects.get().pk}/"' in listed


def test_the_list_of_notices_costs_the_same_for_one_and_for_four(client, call):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/notices/").status_code == 200
        return len(queries)

    in_notice(call)
    one = cost()
    for number in range(3):
        in_notice(call, cluster=ClusterFactory(name=f"集群{number}", lead=make_country()["历下区"]))
    assert cost() == one
