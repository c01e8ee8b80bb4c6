"""The database is away: a plain page with 503, when to come back, and the way back; the process goes on."""

import urllib.error
import urllib.request

import pytest

from tests.journeys.serving import Server

NOWHERE = "postgresql://jiqun_app@/jiqun?host=/nonexistent"
SESSION = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}


@pytest.fixture(scope="module")
def orphan(tmp_path_factory):
    """A served site whose database does not answer."""
    server = Server(NOWHERE, NOWHERE, tmp_path_factory.mktemp("orphan") / "log").start()
    yield server
    server.stop()


def answer(server, path: str, headers=None, data=None):
    request = urllib.request.Request(server.address + path, headers=headers or {}, data=data)
    try:
        return urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as error:
        return error


@pytest.mark.parametrize("path", ["/", "/notices/", "/work/", "/applications/1/", "/accounts/login/", "/list.csv"])
def test_every_page_says_503_and_when_to_come_back(orphan, path):
    found = answer(orphan, path, SESSION)
    page = found.read().decode()
    assert found.status == 503
    assert int(found.headers["Retry-After"]) > 0
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in found.headers["Cache-Control"]
    assert '<html lang="zh-Hans">' in page
    assert 'href="/"' in page
    assert "Traceback" not in page


def test_the_health_address_says_so_too(orphan):
    """Whoever spreads the load sends nobody here meanwhile."""
    assert answer(orphan, "/health/").status == 503
