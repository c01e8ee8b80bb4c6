"""Pictures of the eight journeys from the demo, in Chinese: `make screenshots` writes them to docs/screenshots/.

Each is named after its journey and always the same, so that README can show it. They are for people to read:
nothing here asserts more than that the page is there.
"""

import os
from pathlib import Path

import pytest

from accounts.demo import PASSWORD
from tests.journeys import databases
from tests.journeys.browsing import NARROW, WIDE, Person

FOLDER = os.environ.get("JIQUN_SCREENSHOTS")
pytestmark = pytest.mark.skipif(not FOLDER, reason="Pictures are taken by `make screenshots`.")


@pytest.fixture(scope="module")
def demo(serve, unblocked):
    """The demo as `make run` makes it."""
    template = databases.make("load_reference", "load_demo")
    site = serve(template)
    yield site
    serve.end(site)
    databases.drop(template)


@pytest.fixture
def camera(demo, browser):
    """Return the function that signs somebody in before a window of one size."""
    people = []

    def sit_down(email: str = "", *, narrow: bool = False) -> Person:
        context = browser.new_context(
            viewport=NARROW if narrow else WIDE, locale="zh-CN", timezone_id="Asia/Shanghai",
            color_scheme="light", reduced_motion="reduce",
        )  # fmt: skip
        person = Person(context, demo.address)
        people.append(person)
        if email:
            person.sign_in(f"{email}@jiqun.example", PASSWORD)
        return person

    yield sit_down
    for person in people:
        person.context.close()


def case_in(demo, *states: str, authority: str = "") -> int:
    """Return a case of the demo in the first of these states that there is."""
    from applications.models import Application

    with demo.data():
        for state in states:
            rows = Application.objects.filter(state=state, path__contains=authority).order_by("pk")
            if rows.exists():
                return rows.first().pk
    raise LookupError(states)


def take(person: Person, name: str, path: str = "", *, full: bool = False) -> None:
    """Open a page and keep its picture."""
    if path:
        person.page.goto(person.address + path)
    person.page.wait_for_load_state("networkidle")
    person.picture(Path(FOLDER) / f"{name}.png", full=full)


def test_1_signing_in(camera):
    take(camera(), "1-sign-in", "/accounts/login/")


@pytest.mark.parametrize("narrow", [False, True])
def test_2_to_4_the_county(camera, demo, narrow):
    li, end = camera("county", narrow=narrow), "-360" if narrow else ""
    draft = case_in(demo, "draft", "returned", authority="/370102/")
    take(li, f"2-home{end}", "/work/")
    take(li, f"2-register{end}", "/clusters/new/")
    take(li, f"2-grid{end}", f"/applications/{draft}/")
    if narrow:
        li.page.locator("[data-panel-toggle]").click()
        take(li, f"3-prescreening{end}")
        return
    li.page.locator("[data-panel-body] .finding-more summary").first.click()
    take(li, "3-prescreening")
    take(li, "4-check", f"/applications/{draft}/check/")


def test_5_the_province(camera, demo):
    zhao = camera("province.shandong")
    take(zhao, "5-desk", "/desk/?tab=all")
    case = case_in(demo, "submitted", authority="/370000/")
    take(zhao, "5-case", f"/applications/{case}/")
    take(zhao, "5-return", f"/applications/{case}/decide/send_back/")


def test_6_the_ministry(camera, demo):
    bu = camera("ministry")
    take(bu, "6-ministry", "/ministry/")
    with demo.data():
        from applications.models import PublicNotice
        from programmes.models import Call

        call = Call.objects.filter(programme__sample=True, ministry_stage_opened_at__isnull=False).first()
        notice = PublicNotice.objects.order_by("pk").first()
    if call:
        take(bu, "6-slate", f"/ministry/slate/{call.code}/")
    if notice:
        take(bu, "6-notice", f"/ministry/notices/{notice.pk}/")


@pytest.mark.parametrize("narrow", [False, True])
def test_7_the_public(camera, demo, narrow):
    reader, end = camera(narrow=narrow), "-360" if narrow else ""
    take(reader, f"7-list{end}", "/")
    take(reader, f"7-search{end}", "/?q=taoci&province=360000")
    reader.page.locator("section.listing tbody a").first.click()
    take(reader, f"7-cluster{end}")
    if not narrow:
        take(reader, "7-notices", "/notices/")


def test_8_the_history(camera, demo):
    zhao = camera("province.shandong")
    case = case_in(demo, "recognised", "recommended", "in_public_notice", authority="/370000/")
    zhao.page.goto(f"{zhao.address}/applications/{case}/")
    zhao.page.locator(".case-history").scroll_into_view_if_needed()
    take(zhao, "8-history")
