"""Nothing that is not yet public is found by list, search, count, address or error."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import PublicNotice
from recognitions.models import Recognition
from tests.factories import ClusterFactory
from tests.portal.rows import listed
from tests.situations import declined, drafted, in_notice, recognised, recommended, shortlisted, submitted
from tests.world import make_call, make_country

pytestmark = pytest.mark.django_db

SECRET = "绝密产业"
NOT_PUBLIC = {
    "a draft": drafted,
    "a submitted one": submitted,
    "a recommended one": recommended,
    "a shortlisted one": shortlisted,
    "a declined one": declined,
    "one in a notice that starts next week": lambda call, **more: in_notice(call, starts_in_days=7, **more),
}


@pytest.fixture(params=NOT_PUBLIC)
def hidden(request, call):
    cluster = ClusterFactory(name=f"历下区{SECRET}集群", lead=make_country()["历下区"], niche=SECRET)
    return NOT_PUBLIC[request.param](call, cluster=cluster)


def public_pages(client) -> str:
    """Return everything a visitor can read, as one text without what differs in every answer."""
    addresses = ["/", f"/?q={SECRET}", "/?q=jmcy", f"/?industry={SECRET}", "/?province=370000", "/list.csv",
                 "/samples.csv", f"/samples.csv?q={SECRET}", "/notices/", "/notices/?page=2"]  # fmt: skip
    pages = []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        pages.append((b"".join(answer.streaming_content) if answer.streaming else answer.content).decode())
    return without_tokens("\n".join(pages))


def without_tokens(page: str) -> str:
    """Return a page without the token that is new in every answer."""
    return re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]+"', "", page)


def test_the_public_pages_do_not_differ_by_a_byte(client, call):
    before = public_pages(client)
    for number, make in enumerate(NOT_PUBLIC.values()):
        make(call, cluster=ClusterFactory(name=f"{SECRET}{number}集群", lead=make_country()["历下区"], niche=SECRET))
    assert public_pages(client) == before


def test_it_is_not_found(client, hidden):
    pages = public_pages(client).replace(f'value="{SECRET}"', "").replace(f"：{SECRET}", "").replace(f": {SECRET}", "")
    assert hidden.cluster.name not in pages
    assert hidden.cluster.niche not in re.sub(r'value="/[^"]*"', "", pages).replace(f"q={SECRET}", "")


def test_its_addresses_answer_like_addresses_that_never_were(client, hidden):
    notice = PublicNotice.objects.order_by("-pk").first()
    wanted = [f"/list/{hidden.pk}/", f"/list/{hidden.cluster_id}/", f"/notices/{notice.pk if notice else 1}/"]
    for address in wanted:
        answer, never = (
            client.get(address),
            client.get("/notices/987654321/" if "notices" in address else "/list/987654321/"),
        )
        assert (answer.status_code, never.status_code) == (404, 404)
        first, second = without_tokens(answer.content.decode()), without_tokens(never.content.decode())
        assert first.replace(address, "") == second.replace(never.request["PATH_INFO"], "")
        assert {k: v for k, v in answer.headers.items() if k != "Content-Length"} == {
            k: v for k, v in never.headers.items() if k != "Content-Length"
        }


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999"])
def test_a_number_that_no_row_can_have_is_404(client, country, pk):
    assert client.get(f"/list/{pk}/").status_code == 404
    assert client.get(f"/notices/{pk}/").status_code == 404


def test_a_notice_is_read_from_its_first_moment_and_not_before(client, call):
    application = in_notice(call, starts_in_days=7)
    notice = PublicNotice.objects.get()
    PublicNotice.objects.update(starts_at=timezone.now() + timedelta(seconds=5))
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    assert notice.document_number not in client.get("/notices/").content.decode()
    PublicNotice.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
    assert application.cluster.name in client.get(f"/notices/{notice.pk}/").content.decode()
    assert notice.document_number in client.get("/notices/").content.decode()


def test_a_notice_names_what_the_county_signed_not_what_it_says_today(client, call):
    application = in_notice(call)
    signed = application.cluster.name
    type(application.cluster).objects.filter(pk=application.cluster_id).update(name="改名后的集群")
    page = client.get(f"/notices/{PublicNotice.objects.get().pk}/").content.decode()
    assert signed in page and "改名后的集群" not in page


def test_a_page_of_the_list_says_nothing_of_the_county_s_newer_entries(client, country):
    row = listed()
    type(row.cluster).objects.filter(pk=row.cluster_id).update(name="改名集群", niche="新领域", operator="新机构")
    page = client.get(f"/list/{row.pk}/").content.decode()
    assert row.name in page
    for word in ("改名集群", "新领域", "新机构"):
        assert word not in page


def test_samples_are_never_among_the_real(client, call):
    application = recognised(call)
    sample = Recognition.objects.get()
    assert sample.sample
    real = listed()
    page = client.get("/").content.decode()
    assert page.index(real.name) < page.index('id="sample-title"') < page.index(application.cluster.name)
    notices = client.get("/notices/").content.decode()
    assert notices.index('id="sample-title"') < notices.index(PublicNotice.objects.get().document_number)


def test_the_page_of_a_real_cluster_does_not_name_sample_notices_or_titles(client, call):
    sample = recognised(call)
    real = listed(cluster=sample.cluster)
    page = client.get(f"/list/{real.pk}/").content.decode()
    assert PublicNotice.objects.get().document_number not in page
    assert f"/list/{Recognition.objects.get(sample=True).pk}/" not in page


def test_the_real_call_s_notice_is_not_marked_as_sample(client, country):
    application = in_notice(make_call(year=2026, sample=False))
    page = client.get("/notices/").content.decode()
    assert 'id="sample-title"' not in page and PublicNotice.objects.get().document_number in page
    assert "sample-mark" not in client.get(f"/notices/{PublicNotice.objects.get().pk}/").content.decode()
    assert application.state == "in_public_notice"
