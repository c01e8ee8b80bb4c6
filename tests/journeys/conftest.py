"""Journeys: a real browser before the real server in the application role, each with a database of its own."""

import http.server
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.installation import chromium
from tests.journeys import cast, databases
from tests.journeys.browsing import NARROW, WIDE, Person
from tests.journeys.serving import Server

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
HERE = Path(__file__).parent
PICTURES_OF_FAILURES = Path(tempfile.gettempdir()) / "jiqun-journeys"


def pytest_collection_modifyitems(items):
    """Leave the journeys out where no browser is."""
    if chromium() is None:
        leave_out = pytest.mark.skip(
            reason="No Chromium here: the journeys were left out (on Debian: apt install chromium)."
        )
        for item in items:
            if item.path.is_relative_to(HERE):
                item.add_marker(leave_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let the fixtures know how the test ended."""
    report = yield
    if report.when == "call":
        item.has_failed = report.failed
    return report


@dataclass
class Site:
    """A served site with its database."""

    server: Server
    database: str
    reports: list = field(default_factory=list)
    signed_in: dict = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return where it is served."""
        return self.server.address

    @contextmanager
    def data(self) -> Iterator[None]:
        """Enter its database as the owner."""
        with databases.entered(self.database):
            yield


@pytest.fixture(scope="session")
def csp_reports() -> Iterator[tuple[str, list]]:
    """Receive what browsers report against the content security policy."""
    reports: list = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reports.append(json.loads(body or b"{}"))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", reports
    server.shutdown()


@pytest.fixture(scope="session")
def empty_template(django_db_blocker) -> Iterator[str]:
    """A database with the reference data, the people of the journeys and nothing else."""
    with django_db_blocker.unblock():
        name = databases.make("load_reference")
        with databases.entered(name):
            cast.hire()
            cast.open_call()
        yield name
        databases.drop(name)


@pytest.fixture(autouse=True, scope="module")
def unblocked(django_db_blocker):
    """Let journeys reach their own databases, outside pytest's transactions."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def serve(empty_template, csp_reports, tmp_path_factory, django_db_blocker) -> Iterator[Callable]:
    """Return the function that serves a copy of a database; every copy is stopped and dropped at the end."""
    open_sites: list[Site] = []

    def begin(template: str = empty_template, **environment) -> Site:
        name = databases.copy(template)
        log = tmp_path_factory.mktemp("site") / "log"
        server = Server(*databases.urls(name), log, CSP_REPORT_URI=csp_reports[0], **environment)
        site = Site(server, name, csp_reports[1])
        open_sites.append(site)
        server.start()
        return site

    def end(site: Site) -> None:
        site.server.stop()
        databases.drop(site.database)
        open_sites.remove(site)

    begin.end = end
    yield begin
    with django_db_blocker.unblock():
        for site in list(open_sites):
            end(site)


@pytest.fixture(scope="module")
def site(serve, unblocked) -> Iterator[Site]:
    """A site for one file of journeys: the reference data, the people, and nothing they did."""
    site = serve()
    yield site
    said = site.server.said()
    serve.end(site)
    assert "Traceback" not in said, said[-4000:]


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all journeys."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield (browser := playwright.chromium.launch(executable_path=chromium(), args=FLAGS))
        browser.close()


@pytest.fixture
def visit(browser, request) -> Iterator[Callable[..., Person]]:
    """Return the function that sits somebody before a browser; their troubles fail the journey."""
    people: list[Person] = []

    def sit_down(site: Site, player=None, *, narrow=False, language="zh-hans", script=True) -> Person:
        context = browser.new_context(
            viewport=NARROW if narrow else WIDE, locale="zh-CN", timezone_id="Asia/Shanghai",
            java_script_enabled=script, color_scheme="light", reduced_motion="reduce", accept_downloads=True,
        )  # fmt: skip
        person = Person(context, site.address, has_script=script, language=language)
        people.append(person)
        person.reports = site.reports
        site.reports.clear()
        if player is not None:
            if player not in site.signed_in:  # once by the page; later windows bring its cookie
                person.sign_in(player.email, cast.PASSWORD)
                site.signed_in[player] = [one for one in context.cookies() if one["name"] == "sessionid"]
            context.add_cookies(site.signed_in[player])
            person.go("/work/")
        return person

    yield sit_down
    troubles = [trouble for person in people for trouble in person.troubles.found]
    reports = [str(report) for person in people for report in person.reports]
    if getattr(request.node, "has_failed", False) or troubles or reports:
        for number, person in enumerate(people):
            file = PICTURES_OF_FAILURES / f"{request.node.name}-{number}.png"
            if not person.page.is_closed():
                person.picture(file, full=True)
                print(f"The window of {file.stem} stood at {person.page.url}: {file}")
    for person in people:
        person.context.close()
    assert not troubles, "\n".join(dict.fromkeys(troubles))
    assert not reports, "\n".join(dict.fromkeys(reports))
