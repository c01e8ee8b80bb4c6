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


@pytest.mark.parametrize("narrow", [False, True])
def test_9_the_simulation(camera, demo, narrow):
    bu, end = camera("ministry", narrow=narrow), "-360" if narrow else ""
    take(bu, f"9-simulation{end}", "/simulation/?programme=demo&set.1.4=55")
    if narrow:
        return
    with demo.data():
        from accounts.models import Office
        from simulation.settings import Population, Settings
        from tests.simulation import asked

        population = Population(programme="demo")
        ministry = Office.objects.get(user__email="ministry@jiqun.example")
        kept = [
            asked.kept(ministry, f"产值门槛 {bound} 亿元", Settings(population=population, changes={"1.4": bound}))
            for bound in ("45", "50", "60")
        ]
    beside = "&".join(f"with={scenario.public_id}" for scenario in kept[1:])
    take(bu, "9-scenarios", f"/simulation/scenarios/{kept[0].public_id}/?{beside}")


def test_8_the_history(camera, demo):
    zhao = camera("province.shandong")
    case = case_in(demo, "recognised", "recommended", "in_public_notice", authority="/370000/")
    zhao.page.goto(f"{zhao.address}/applications/{case}/")
    zhao.page.locator(".case-history").scroll_into_view_if_needed()
    take(zhao, "8-history")


@pytest.mark.parametrize("narrow", [False, True])
def test_11_the_rule_desk(camera, demo, narrow):
    """A draft that lacks nothing, its clause and its cases; and the rules as everybody reads them."""
    bu, end = camera("ministry", narrow=narrow), "-360" if narrow else ""
    with demo.data():
        from accounts.models import Office
        from tests.ruledesk import desk

        draft = desk.complete(Office.objects.get(user__email="ministry@jiqun.example"))
    take(bu, f"11-rule-draft{end}", draft.get_absolute_url())
    take(bu, f"11-rule-clause{end}", f"{draft.get_absolute_url()}clauses/1.4/")
    if narrow:
        return
    take(bu, "11-rule-cases", f"{draft.get_absolute_url()}clauses/1.4/cases/")
    take(bu, "11-rules", f"/rules/{draft.parent_id}/")


def test_10_the_decision_packet(demo):
    """The first page of a recognised case's packet, as it is printed."""
    case = case_in(demo, "recognised", authority="/370000/")
    with demo.data():
        from accounts.models import Office
        from applications.models import Application
        from applications.packets import content, document

        ministry = Office.objects.get(user__email="ministry@jiqun.example")
        row = Application.objects.seen(ministry).for_step().get(pk=case)
        first, *_others = document.looked_at(content.packet_of(row, ministry, row.clock), "zh-hans")
    (Path(FOLDER) / "10-packet.png").write_bytes(first)
